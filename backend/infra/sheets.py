"""Spreadsheet files of people: XLSX and CSV, told apart by their first bytes, and cells that run nothing."""

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

from openpyxl import load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils import range_boundaries
from openpyxl.utils.exceptions import InvalidFileException

from backend.kernel.refusal import BadInput
from backend.kernel.sheet import Merge, Sheet

LARGEST_FILE = 20 * 2**20
LARGEST_UNPACKED = 100 * 2**20
MOST_COLUMNS = 200
MOST_ROWS = 20_100
"""More are not read; whoever takes fewer refuses by what was read."""

_ZIP, _OLD_OFFICE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\s+ref="([A-Z]+[0-9]+:[A-Z]+[0-9]+)"')
_RISKY_START = ("=", "+", "-", "@", "\t", "\r")
_DAMAGE = (zipfile.BadZipFile, InvalidFileException, ParseError, KeyError, ValueError, OSError, EOFError)
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class SheetUnreadable(BadInput):
    """A file that is no XLSX and no CSV, is damaged, or is too large."""

    code = "sheet-unreadable"
    title = "表格文件无法读取"


def read_sheets(content: bytes) -> list[Sheet]:
    """Return the sheets of an XLSX workbook, or the one table of a CSV file (UTF-8, GB18030, UTF-16).

    Raises:
        SheetUnreadable: with what to do about it.
    """
    if len(content) > LARGEST_FILE:
        raise SheetUnreadable("文件超过 20 MB。请去掉图片，或分成几个文件上传。")
    if content.startswith(_OLD_OFFICE):
        raise SheetUnreadable("文件是旧版 .xls 格式，或设有打开密码。请去掉密码，另存为 .xlsx 后上传。")
    if content.startswith(_ZIP):
        return _read_workbook(content)
    return [Sheet("CSV", _read_csv(_decoded(content)))]


def _decoded(content: bytes) -> str:
    encodings = ("utf-16",) if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise SheetUnreadable("文件既不是 .xlsx，也不是 UTF-8 或 GB18030 编码的 CSV。请另存为 .xlsx 后上传。")


def _read_csv(text: str) -> list[tuple[int, tuple[object, ...]]]:
    first_line = text.partition("\n")[0]
    delimiter = max(",\t;", key=first_line.count)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise SheetUnreadable("CSV 文件中的引号不成对，无法分出各列。请另存为 .xlsx 后上传。") from error
    return list(_not_blank(enumerate(lines, start=1)))


def _read_workbook(content: bytes) -> list[Sheet]:
    try:
        _check_unpacked_size(content)
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        with closing(book):
            return [_read_sheet(content, page) for page in book.worksheets]
    except SheetUnreadable:
        raise
    except _DAMAGE as error:
        raise SheetUnreadable("文件已损坏，或不是 .xlsx 工作簿。请用表格软件打开后另存为 .xlsx。") from error


def _check_unpacked_size(content: bytes) -> None:
    """Refuse a small file that unpacks to a huge one before anything of it is unpacked."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > LARGEST_UNPACKED:
            raise SheetUnreadable("文件展开后过大。请清除空白行列的格式，只保留内容后上传。")


def _read_sheet(content: bytes, page: Any) -> Sheet:
    page.reset_dimensions()  # some programs write a wrong extent, which would cut rows off
    rows = page.iter_rows(max_col=MOST_COLUMNS, values_only=True)
    kept = list(islice(_not_blank(enumerate(rows, start=1)), MOST_ROWS))
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


def safe_cell(page: Any, value: object) -> object:
    """Return a cell of a write-only sheet that no program runs as a formula."""
    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(page, _UNPRINTABLE.sub("", value))
    cell.data_type = "s"
    if value.startswith(_RISKY_START):
        cell.quotePrefix = True
    return cell
