"""Fees: what is charged, the double-entry ledger behind it, payments. Other parts import from here only."""

from __future__ import annotations

from backend.fees.service.check import CheckReport, check_ledgers, lines_of

__all__ = ["CheckReport", "check_ledgers", "lines_of"]
