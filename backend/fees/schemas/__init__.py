"""Requests and answers of fees. Amounts are integers of fen, prices texts in yuan."""
