"""A table of cells from an XLSX or CSV file, each row with the number a spreadsheet shows."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from scripts.drilling.faults import Fault, InputRefused

ENCODINGS = ("utf-8-sig", "gb18030")
DAMAGE = (zipfile.BadZipFile, InvalidFileException, ParseError, KeyError, ValueError, OSError)
Row = tuple[int, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Page:
    """One sheet: its rows that are not blank, and its merged cells as (first row, last row, column)."""

    rows: Sequence[Row]
    merges: Sequence[tuple[int, int, int]] = ()


def read_pages(path: Path) -> list[Page]:
    """Return the sheets of a workbook, or the one table of a CSV file. Raises InputRefused."""
    content = path.read_bytes()
    if content.startswith(b"PK"):
        return _workbook(path, content)
    return [Page(read_csv(path))]


def read_csv(path: Path) -> list[Row]:
    """Return the rows of a CSV file in UTF-8 or GB18030. Raises InputRefused."""
    lines = csv.reader(io.StringIO(_decoded(path), newline=""), strict=True)
    try:
        return list(_filled((number, cells) for number, cells in _numbered(lines)))
    except csv.Error as error:
        raise InputRefused(
            [Fault(path.name, f"not CSV ({error})", "save it again as CSV", row=lines.line_num)]
        ) from None


def plain(cell: object) -> str:
    """Return a cell as text: full-width letters made plain, a whole number without decimals."""
    if cell is None:
        return ""
    if isinstance(cell, float):
        text = f"{Decimal(repr(cell)):f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    text = unicodedata.normalize("NFKC", str(cell)).replace("\r\n", "\n").strip().lstrip("'")
    return re.sub(r'^="([^"]*)"$', r"\1", text)


def _numbered(lines: Any) -> Iterator[tuple[int, Sequence[object]]]:
    for cells in lines:
        yield lines.line_num, cells


def _decoded(path: Path) -> str:
    content = path.read_bytes()
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InputRefused([Fault(path.name, "neither UTF-8 nor GB18030", "save it again as CSV in UTF-8")])


def _workbook(path: Path, content: bytes) -> list[Page]:
    try:
        book = load_workbook(io.BytesIO(content), data_only=True)
    except DAMAGE as error:
        remedy = "open it with a spreadsheet program and save it again as .xlsx"
        raise InputRefused([Fault(path.name, f"not a readable workbook ({error})", remedy)]) from None
    return [_page(sheet) for sheet in book.worksheets]


def _page(sheet: Any) -> Page:
    rows = list(_filled(enumerate(sheet.iter_rows(values_only=True), start=1)))
    merges = [
        (area.min_row, area.max_row, area.min_col - 1)
        for area in sheet.merged_cells.ranges
        if area.min_col == area.max_col
    ]
    return Page(rows, merges)


def _filled(rows: Iterable[tuple[int, Sequence[object]]]) -> Iterator[Row]:
    for number, cells in rows:
        texts = tuple(plain(cell) for cell in cells)
        if any(texts):
            yield number, texts
