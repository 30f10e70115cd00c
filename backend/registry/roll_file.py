"""The files a roll comes in and goes back in: XLSX and CSV, told apart by their first bytes."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from itertools import islice
from typing import Any
from xml.etree.ElementTree import ParseError

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils import range_boundaries
from openpyxl.utils.exceptions import InvalidFileException

from backend.kernel.refusal import BadInput
from backend.registry.rules.header import HEADER_WITHIN_ROWS, REPORT_COLUMN
from backend.registry.rules.notes import Note
from backend.registry.rules.roll_sheet import MOST_ROWS, Merge, Sheet, header_row_of

LARGEST_FILE = 20 * 2**20
LARGEST_UNPACKED = 100 * 2**20
MOST_COLUMNS = 200

_ZIP, _OLD_OFFICE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\s+ref="([A-Z]+[0-9]+:[A-Z]+[0-9]+)"')
_RISKY_START = ("=", "+", "-", "@", "\t", "\r")
_DAMAGE = (zipfile.BadZipFile, InvalidFileException, ParseError, KeyError, ValueError, OSError, EOFError)
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class RollFileUnreadable(BadInput):
    """A file that is no XLSX and no CSV, is damaged, or is too large to be a roll."""

    code = "roll-file-unreadable"
    title = "名册文件无法读取"


def read_sheets(content: bytes) -> list[Sheet]:
    """Return the sheets of an XLSX workbook, or the one table of a CSV file (UTF-8, GB18030, UTF-16).

    Raises:
        RollFileUnreadable: with what to do about it.
    """
    if len(content) > LARGEST_FILE:
        raise RollFileUnreadable("文件超过 20 MB。请去掉图片，或分成几个文件上传。")
    if content.startswith(_OLD_OFFICE):
        raise RollFileUnreadable("文件是旧版 .xls 格式，或设有打开密码。请去掉密码，另存为 .xlsx 后上传。")
    if content.startswith(_ZIP):
        return _read_workbook(content)
    return [Sheet("CSV", _read_csv(_decoded(content)))]


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
        page.append([_safe_cell(page, value) for value in (*cells, *padding, remarks.get(number))])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _decoded(content: bytes) -> str:
    encodings = ("utf-16",) if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise RollFileUnreadable("文件既不是 .xlsx，也不是 UTF-8 或 GB18030 编码的 CSV。请另存为 .xlsx 后上传。")


def _read_csv(text: str) -> list[tuple[int, tuple[object, ...]]]:
    first_line = text.partition("\n")[0]
    delimiter = max(",\t;", key=first_line.count)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise RollFileUnreadable("CSV 文件中的引号不成对，无法分出各列。请另存为 .xlsx 后上传。") from error
    return list(_not_blank(enumerate(lines, start=1)))


def _read_workbook(content: bytes) -> list[Sheet]:
    try:
        _check_unpacked_size(content)
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        with closing(book):
            return [_read_sheet(content, page) for page in book.worksheets]
    except RollFileUnreadable:
        raise
    except _DAMAGE as error:
        raise RollFileUnreadable(
            "文件已损坏，或不是 .xlsx 工作簿。请用表格软件打开后另存为 .xlsx。"
        ) from error


def _check_unpacked_size(content: bytes) -> None:
    """Refuse a small file that unpacks to a huge one before anything of it is unpacked."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > LARGEST_UNPACKED:
            raise RollFileUnreadable("文件展开后过大。请清除空白行列的格式，只保留名册内容后上传。")


def _read_sheet(content: bytes, page: Any) -> Sheet:
    page.reset_dimensions()  # some programs write a wrong extent, which would cut rows off
    rows = page.iter_rows(max_col=MOST_COLUMNS, values_only=True)
    kept = list(islice(_not_blank(enumerate(rows, start=1)), MOST_ROWS + HEADER_WITHIN_ROWS + 1))
    return Sheet(page.title, kept, _merges(content, page))


def _not_blank(rows: Iterable[tuple[int, Sequence[object]]]) -> Iterator[tuple[int, tuple[object, ...]]]:
    for number, cells in rows:
        filled = [index for index, cell in enumerate(cells) if not _is_blank(cell)]
        if filled:
            yield number, tuple(cells[: filled[-1] + 1])


def _is_blank(cell: object) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _merges(content: bytes, page: Any) -> tuple[Merge, ...]:
    """Find merged cells, which openpyxl does not tell of a workbook that it reads row by row."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        xml = archive.read(page._worksheet_path)  # noqa: SLF001  (the only place that knows the sheet's file)
    return tuple(_merge(found.decode("ascii")) for found in _MERGE.findall(xml))


def _merge(name: str) -> Merge:
    first_column, first_row, last_column, last_row = range_boundaries(name)
    return Merge(name, first_row, last_row, first_column - 1, last_column - 1)


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


def _safe_cell(page: Any, value: object) -> object:
    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(page, _UNPRINTABLE.sub("", value))
    cell.data_type = "s"
    if value.startswith(_RISKY_START):
        cell.quotePrefix = True
    return cell
