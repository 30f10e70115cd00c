"""Sheets of people's files: rows of cells, and what one cell says as text.

Spreadsheets hand numbers over as binary floats. They are read through their shortest decimal form and never
calculated with.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal

SPREADSHEET_DIGITS = 15
"""A spreadsheet keeps and shows 15 significant digits; what stands beyond is residue of binary storage."""

_SCIENTIFIC = re.compile(r"[0-9]\.[0-9]+E\+?[0-9]{1,2}|[0-9]E\+[0-9]{2}", re.IGNORECASE)
_TEXT_FORMULA = re.compile(r'="([^"]*)"')


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


class CellRefused(ValueError):
    """A cell that cannot be what its column asks for. `code` names the reason and so its Chinese text."""

    def __init__(self, code: str, **values: str) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


def text_in(cell: object) -> str:
    """Return what a cell says as text, full-width letters and digits made plain; empty when blank.

    Raises:
        CellRefused: a date or truth value, which a spreadsheet made of something else ("3-1"); or a
            number so long that its last digits are lost.
    """
    if cell is None:
        return ""
    if isinstance(cell, str):
        return _plain(cell)
    if isinstance(cell, bool | date | time):
        raise CellRefused("cell-not-text", value=str(cell))
    if isinstance(cell, int | float | Decimal):
        return _number_text(cell)
    raise CellRefused("cell-not-text", value=str(cell))


def _plain(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text.replace("_x000D_", ""))
    text = plain.replace("\r\n", "\n").strip().lstrip("'")
    formula = _TEXT_FORMULA.fullmatch(text)
    text = formula[1].strip() if formula else text
    if _SCIENTIFIC.fullmatch(text):
        raise CellRefused("digits-lost", value=text)
    return text


def _number_text(number: float | Decimal) -> str:
    exact = Decimal(repr(number)) if isinstance(number, float) else Decimal(number)
    if not exact.is_finite() or (isinstance(number, float) and exact.adjusted() >= SPREADSHEET_DIGITS):
        raise CellRefused("digits-lost", value=str(number))
    text = f"{exact:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
