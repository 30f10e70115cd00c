"""The report of an import: the uploaded roll, with a column of what is wrong with each row."""

from __future__ import annotations

from collections.abc import Iterable

from backend.infra.sheet_reports import with_remarks
from backend.infra.sheets import read_sheets
from backend.registry.rules.header import REPORT_COLUMN
from backend.registry.rules.notes import Note
from backend.registry.rules.roll_sheet import header_row_of


def write_report(content: bytes, notes: Iterable[Note]) -> bytes:
    """Return the file as XLSX with one more column that says what is wrong with each row."""
    sheets = read_sheets(content)
    sheet, header_row = header_row_of(sheets) or (sheets[0], 1)
    lines: dict[int, list[str]] = {}
    for one in notes:
        place = f"【{one.column}】" if one.column else ""
        lines.setdefault(one.row or header_row, []).append(place + one.detail)
    return with_remarks(
        sheet, header_row, {number: "\n".join(texts) for number, texts in lines.items()}, REPORT_COLUMN
    )
