"""What one cell of a roll says: an exact area, a phone, a list of people.

Spreadsheets hand numbers over as binary floats. They are read through their shortest decimal form and never
calculated with. No area is ever rounded: it is law, and a hundredth of a square metre can decide a vote.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, time
from decimal import Context, Decimal

from backend.kernel.area import AreaUnreadable, parse_area
from backend.kernel.phone import PhoneUnreadable, parse_phone

SPREADSHEET_DIGITS = 15
"""A spreadsheet keeps and shows 15 significant digits; what stands beyond is residue of binary storage."""

MARKS_OF_NOTHING = frozenset({"无", "-", "--", "—", "——", "/", "暂无"})

_SCIENTIFIC = re.compile(r"[0-9]\.[0-9]+E\+?[0-9]{1,2}|[0-9]E\+[0-9]{2}", re.IGNORECASE)
_TEXT_FORMULA = re.compile(r'="([^"]*)"')
_SEPARATOR = re.compile(r"[、,;/\n]")
_FIGURE = re.compile(r"([0-9]{1,7})(?:\.([0-9]{1,40}))?")
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]*)?")
_AREA_UNIT = re.compile(r"(?:m2|平方米|平米|平方)$", re.IGNORECASE)
_PHONE = re.compile(r"\+?[0-9]{5,20}")


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


def area_in(cell: object) -> int | None:
    """Return the exact floor area of a cell in dm2 (0.01 m2), None when the cell is blank.

    A third decimal is refused, never rounded, unless it lies beyond the 15 digits a spreadsheet keeps:
    89.60000000000001 is how a computer stores 89.60, and 89.605 is a figure no deed has.

    Raises:
        CellRefused: no figure, more than two decimals, or not above zero.
    """
    text = _AREA_UNIT.sub("", text_in(cell).replace(" ", ""))
    if not text or text in MARKS_OF_NOTHING:
        return None
    if _THOUSANDS.fullmatch(text):
        text = text.replace(",", "")
    figure = _FIGURE.fullmatch(text)
    if figure is None:
        raise CellRefused("area-unreadable", value=text)
    return _deed_figure(_without_residue(text))


def phone_in(text: str) -> str:
    """Return one person's phone, its separators dropped; empty when the roll names none.

    A number that cannot receive a code (a landline, one from abroad) is kept: it is the owner's.

    Raises:
        CellRefused: what stands there is no phone at all.
    """
    digits = re.sub(r"[\s\-()]", "", text)
    if not digits or text.strip() in MARKS_OF_NOTHING:
        return ""
    try:
        return parse_phone(digits)
    except PhoneUnreadable:
        pass
    if not _PHONE.fullmatch(digits):
        raise CellRefused("phone-unreadable", value=text)
    return digits


def is_mobile(phone: str) -> bool:
    """Tell whether a phone can receive a sign-in code."""
    try:
        return parse_phone(phone) == phone
    except PhoneUnreadable:
        return False


def people_in(cell: object) -> tuple[str, ...]:
    """Split a cell that lists several people; separators are 、 and , ; / and a line break, of any width.

    Raises:
        CellRefused: see `text_in`.
    """
    text = text_in(cell)
    if not text or text in MARKS_OF_NOTHING:
        return ()
    return tuple(part.strip() for part in _SEPARATOR.split(text))


def _without_residue(text: str) -> str:
    exact = Decimal(text)
    if len(exact.as_tuple().digits) <= SPREADSHEET_DIGITS:
        return text
    return f"{Context(prec=SPREADSHEET_DIGITS).plus(exact):f}"


def _deed_figure(text: str) -> int:
    whole, _, decimals = text.partition(".")
    if len(decimals.rstrip("0")) > 2:
        raise CellRefused("area-too-precise", value=text)
    try:
        return parse_area(f"{whole}.{decimals.rstrip('0') or '0'}")
    except AreaUnreadable as error:
        raise CellRefused("area-not-positive", value=text) from error


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
