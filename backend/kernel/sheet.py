"""Sheets of people's files, as rows of cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged cell: rows by the number the spreadsheet shows, columns by index; both ends included."""

    name: str
    first_row: int
    last_row: int
    first_column: int
    last_column: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet as it was read: its rows that are not blank, each with its row number."""

    name: str
    rows: Sequence[tuple[int, tuple[object, ...]]]
    merges: Sequence[Merge] = ()
