"""The report of an import: the uploaded roll, with a column of what is wrong with each row."""

from __future__ import annotations

import io
from collections.abc import Iterable

from openpyxl import Workbook

from backend.infra.sheets import read_sheets, safe_cell
from backend.kernel.sheet import Sheet
from backend.registry.rules.header import REPORT_COLUMN
from backend.registry.rules.notes import Note
from backend.registry.rules.roll_sheet import header_row_of


def write_report(content: bytes, notes: Iterable[Note]) -> bytes:
    """Return the file as XLSX with one more column that says what is wrong with each row.

    No cell of it is a formula: what an uploader typed as "=1+1" comes back as those four characters,
    marked as text, so that opening the report runs nothing.
    """
    sheets = read_sheets(content)
    sheet, header_row = header_row_of(sheets) or (sheets[0], 1)
    rows = _without_old_report(sheet, header_row)
    remarks = _remarks(notes, header_row)
    width = max((len(cells) for cells in rows.values()), default=0)
    book = Workbook(write_only=True)
    page = book.create_sheet("导入结果")
    for number in range(1, max([*rows, *remarks]) + 1):
        cells = rows.get(number, ())
        padding = (None,) * (width - len(cells))
        page.append([safe_cell(page, value) for value in (*cells, *padding, remarks.get(number))])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _remarks(notes: Iterable[Note], header_row: int) -> dict[int, str]:
    lines: dict[int, list[str]] = {header_row: [REPORT_COLUMN]}
    for one in notes:
        place = f"【{one.column}】" if one.column else ""
        lines.setdefault(one.row or header_row, []).append(place + one.detail)
    return {number: "\n".join(texts) for number, texts in lines.items()}


def _without_old_report(sheet: Sheet, header_row: int) -> dict[int, tuple[object, ...]]:
    rows = dict(sheet.rows)
    old = {
        index for index, cell in enumerate(rows.get(header_row, ())) if str(cell).startswith(REPORT_COLUMN)
    }
    return {
        number: tuple(cell for index, cell in enumerate(cells) if index not in old)
        for number, cells in rows.items()
    }
