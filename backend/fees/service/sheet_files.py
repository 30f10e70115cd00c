"""Reading an uploaded list: the sheet that is one, its cells as text, and every row of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from backend.fees.rules.refusals import FeeFileRefused
from backend.fees.rules.sheets import (
    HEADER_WITHIN_ROWS,
    MOST_ROWS,
    READ,
    REQUIRED,
    Column,
    Reading,
    Row,
    RowError,
    SheetKind,
    header_in,
)
from backend.fees.rules.wording import REPORT_COLUMN
from backend.infra.sheet_reports import with_remarks
from backend.infra.sheets import read_sheets
from backend.kernel.sheet import Sheet
from backend.registry import CellRefused, note, text_in

_DAYS = frozenset({Column.FIRST, Column.LAST, Column.DUE, Column.DAY})


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was read. Where `errors` is not empty, `rows` is incomplete and nothing may be entered."""

    kind: SheetKind
    sha256: str
    count: int
    rows: tuple[Row, ...]
    errors: tuple[RowError, ...]


def read_upload(content: bytes, kind: SheetKind) -> Upload:
    """Read a list, XLSX or CSV; done outside any transaction, since a large one takes seconds.

    Raises:
        SheetUnreadable: no workbook and no CSV file.
        FeeFileRefused: no header, no rows, or too many.
    """
    header, body = _body(_table(content, kind), kind)
    rows: list[Row] = []
    errors: list[RowError] = []
    for number, cells in body:
        reading = Reading(number, {})
        reading.cells = _texts(reading, header, cells)
        row = READ[kind](reading)
        errors += reading.errors
        if row is not None:
            rows.append(row)
    return Upload(kind, hashlib.sha256(content).hexdigest(), len(body), tuple(rows), tuple(errors))


def error_report(content: bytes, kind: SheetKind, errors: Iterable[RowError]) -> bytes:
    """Return an uploaded list as XLSX, with a column that says what is wrong with each row.

    Raises:
        SheetUnreadable, FeeFileRefused: as `read_upload`.
    """
    sheet, place = _table(content, kind)
    lines: dict[int, list[str]] = {}
    for error in errors:
        where = f"【{error.column}】" if error.column else ""
        lines.setdefault(error.row, []).append(where + error.detail)
    remarks = {row: "\n".join(texts) for row, texts in lines.items()}
    return with_remarks(sheet, sheet.rows[place][0], remarks, REPORT_COLUMN)


def _table(content: bytes, kind: SheetKind) -> tuple[Sheet, int]:
    """Return the sheet that is such a list, and in which of its rows the header stands."""
    for sheet in read_sheets(content):
        for place, (_, cells) in enumerate(sheet.rows[:HEADER_WITHIN_ROWS]):
            if _header(cells, kind) is not None:
                return sheet, place
    names = "、".join(column for column in Column if column in REQUIRED[kind])
    raise FeeFileRefused(f"没有找到表头；请在前 {HEADER_WITHIN_ROWS} 行内设一行表头，含：{names}")


def _body(
    table: tuple[Sheet, int], kind: SheetKind
) -> tuple[Mapping[Column, int], Sequence[tuple[int, tuple[object, ...]]]]:
    sheet, place = table
    body = sheet.rows[place + 1 :]
    _check_size(body)
    return _header(sheet.rows[place][1], kind) or {}, body


def _header(cells: Sequence[object], kind: SheetKind) -> Mapping[Column, int] | None:
    return header_in([str(cell or "").strip() for cell in cells], kind)


def _check_size(body: Sequence[object]) -> None:
    if not body:
        raise FeeFileRefused("表头之下没有内容；请逐行填写")
    if len(body) > MOST_ROWS:
        raise FeeFileRefused(f"超过 {MOST_ROWS} 行；请分成几个文件上传")


def _texts(reading: Reading, header: Mapping[Column, int], cells: tuple[object, ...]) -> dict[Column, str]:
    texts: dict[Column, str] = {}
    for column, place in header.items():
        cell = cells[place] if place < len(cells) else None
        try:
            texts[column] = _text(column, cell)
        except CellRefused as refused:
            told = note(reading.row, column, refused.code, **refused.values)
            reading.refuse(column, told.code, told.detail)
    return texts


def _text(column: Column, cell: object) -> str:
    if column in _DAYS and isinstance(cell, date):
        return (cell.date() if isinstance(cell, datetime) else cell).isoformat()
    return " ".join(text_in(cell).split())
