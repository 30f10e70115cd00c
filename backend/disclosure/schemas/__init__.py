"""Requests and answers of disclosure."""
