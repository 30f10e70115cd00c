"""The columns of a roll: their names, the other names they go by, and how a header row is read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from backend.registry.rules.notes import WHOLE_FILE, Note, note

HEADER_WITHIN_ROWS = 10
REPORT_COLUMN = "导入结果"
"""The column that the returned file adds; a corrected file may come back with it."""


class Column(StrEnum):
    """The ten columns of a roll, by the name a template shows."""

    BUILDING = "楼栋"
    STAIR = "单元"
    ROOM = "房号"
    USE = "用途"
    AREA = "建筑面积(㎡)"
    AREA_SOURCE = "面积来源"
    STATUS = "状态"
    OWNERS = "业主姓名"
    DOCUMENTS = "证件号"
    PHONES = "手机号"


ALIASES: Mapping[Column, tuple[str, ...]] = {
    Column.BUILDING: ("楼栋", "楼栋号", "栋号", "楼号", "幢号", "楼幢", "楼宇", "栋", "幢"),
    Column.STAIR: ("单元", "单元号", "梯号"),
    Column.ROOM: ("房号", "房间号", "室号", "户号", "门牌号", "房屋号", "房屋编号"),
    Column.USE: ("用途", "房屋用途", "规划用途", "房屋类型", "房屋性质", "使用性质", "类型"),
    Column.AREA: ("建筑面积", "面积", "房屋面积", "专有部分面积", "产权面积", "房屋建筑面积"),
    Column.AREA_SOURCE: ("面积来源", "面积依据", "来源"),
    Column.STATUS: ("状态", "房屋状态", "交付状态", "销售状态"),
    Column.OWNERS: ("业主姓名", "业主", "姓名", "业主名称", "产权人", "产权人姓名", "所有权人", "权利人"),
    Column.DOCUMENTS: (
        "证件号", "证件号码", "身份证号", "身份证号码", "身份证", "业主证件号", "证照号码", "证件编号",
    ),
    Column.PHONES: ("手机号", "手机", "手机号码", "电话", "联系电话", "电话号码", "联系方式", "业主电话"),
}  # fmt: skip

_BY_NAME = {name: column for column, names in ALIASES.items() for name in names}
_UNIT_SUFFIX = re.compile(r"[(\[【]?(?:单位)?(?:m2|平方米|平米)[)\]】]?$", re.IGNORECASE)
_ENOUGH_TO_BE_A_HEADER = 3


@dataclass(frozen=True, slots=True)
class Header:
    """Where each column stands. `row` is the header's own row number; `places` are indexes into a row."""

    row: int
    places: Mapping[Column, int]
    ignored: frozenset[int]


def column_named(text: str) -> Column | None:
    """Tell which column a header cell means, None when it means none."""
    return _BY_NAME.get(_UNIT_SUFFIX.sub("", _squeezed(text)))


def is_header(cells: Sequence[object]) -> bool:
    """Tell whether a row is the header: it names at least three columns of a roll."""
    found = {column_named(cell) for cell in cells if isinstance(cell, str)} - {None}
    return len(found) >= _ENOUGH_TO_BE_A_HEADER


def read_header(row: int, cells: Sequence[object]) -> tuple[Header, list[Note]]:
    """Read a header row; every cell that names no column, or one that is named already, is noted."""
    places: dict[Column, int] = {}
    ignored: set[int] = set()
    notes: list[Note] = []
    for index, cell in enumerate(cells):
        name = str(cell).strip() if cell is not None else ""
        column = column_named(name)
        if _squeezed(name).startswith(REPORT_COLUMN):
            ignored.add(index)
        elif column is None:
            notes += [note(row, name, "unknown-column", value=name, columns=column_names())] if name else []
        elif column in places:
            other = str(cells[places[column]]).strip()
            notes.append(note(row, name, "repeated-column", value=name, other=other))
        else:
            places[column] = index
    notes += [note(row, column, "missing-column", value=column) for column in Column if column not in places]
    return Header(row, places, frozenset(ignored)), notes


def header_missing() -> Note:
    """Say that no row could be read as a header."""
    return note(WHOLE_FILE, None, "header-not-found", limit=HEADER_WITHIN_ROWS, columns=column_names())


def column_names() -> str:
    """Return the ten column names as one line, as the texts for people list them."""
    return "、".join(Column)


def _squeezed(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text)
    return re.sub(r"[\s*:]", "", plain)
