"""Tables that leave the house: CSV for spreadsheets in China (BOM, CRLF) and XLSX, row by row, without a cap.

Only the rows at hand are in memory; no cell of them is a formula to whoever opens the file.
"""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from openpyxl import Workbook

from backend.infra.sheets import safe_cell
from backend.kernel.clock import CHINA

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
BOM = "\ufeff"
CHUNK = 64 * 1024
_RISKY = ("=", "+", "-", "@", "\t", "\r")
Cell = str | int | datetime | None
Row = Sequence[Cell]


def csv_lines(rows: Iterable[Row]) -> Iterator[str]:
    """Yield the parts of a CSV file: UTF-8 with BOM, RFC 4180, times in +08:00."""
    yield BOM
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    for row in rows:
        writer.writerow([_csv_cell(cell) for cell in row])
        if stream.tell() > CHUNK:
            yield stream.getvalue()
            stream.seek(0)
            stream.truncate()
    yield stream.getvalue()


def xlsx_parts(title: str, rows: Iterable[Row]) -> Iterator[bytes]:
    """Yield the parts of an XLSX file; it is written to the disk first, since its index stands at its end."""
    book = Workbook(write_only=True)
    page = book.create_sheet(title)
    for row in rows:
        page.append([safe_cell(page, _xlsx_cell(cell)) for cell in row])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.xlsx"
        book.save(path)
        with path.open("rb") as file:
            while part := file.read(CHUNK):
                yield part


def _csv_cell(cell: Cell) -> str | int:
    """Quote what a spreadsheet would run; a number stays one."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return _written(cell)
    if isinstance(cell, str) and cell.startswith(_RISKY):
        return f"'{cell}"
    return cell


def _xlsx_cell(cell: Cell) -> Cell:
    return _written(cell) if isinstance(cell, datetime) else cell


def _written(moment: datetime) -> str:
    return f"{moment.astimezone(CHINA):%Y-%m-%d %H:%M:%S}"
