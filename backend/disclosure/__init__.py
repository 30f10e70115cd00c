"""Disclosure: common income and the maintenance fund, shown to owners. Other parts import from here only."""

from __future__ import annotations

from backend.disclosure.service.check import BookReport, check_books, lines_of

__all__ = ["BookReport", "check_books", "lines_of"]
