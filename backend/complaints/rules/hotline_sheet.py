"""The sheet of a hotline's tickets (12345): its columns by any of their names, and what one row says."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from backend.kernel.clock import CHINA

HEADER_WITHIN_ROWS = 10
MOST_ROWS = 5000
_ENOUGH = 3


class Column(StrEnum):
    """The columns, by the name that a template shows."""

    NUMBER = "热线工单编号"
    RECEIVED = "来电时间"
    CATEGORY = "诉求类别"
    TEXT = "诉求内容"
    BUILDING = "楼栋"
    STAIR = "单元"
    ROOM = "房号"
    SPOT = "位置"
    NAME = "诉求人"
    PHONE = "联系电话"
    JOIN = "关联工单"


REQUIRED = (Column.NUMBER, Column.CATEGORY, Column.TEXT)
ALIASES: Mapping[Column, tuple[str, ...]] = {
    Column.NUMBER: ("热线工单编号", "工单编号", "工单号", "热线编号", "编号", "受理编号"),
    Column.RECEIVED: ("来电时间", "受理时间", "登记时间", "派单时间", "诉求时间"),
    Column.CATEGORY: ("诉求类别", "类别", "诉求类型", "问题类别", "问题类型"),
    Column.TEXT: ("诉求内容", "内容", "问题描述", "诉求描述", "主要内容"),
    Column.BUILDING: ("楼栋", "楼号", "栋号"),
    Column.STAIR: ("单元", "单元号"),
    Column.ROOM: ("房号", "室号", "户号"),
    Column.SPOT: ("位置", "地址", "诉求地址", "发生地点", "地点"),
    Column.NAME: ("诉求人", "来电人", "姓名", "市民姓名"),
    Column.PHONE: ("联系电话", "来电号码", "电话", "手机号"),
    Column.JOIN: ("关联工单", "并入工单"),
}
_BY_NAME = {name: column for column, names in ALIASES.items() for name in names}
NUMBER = re.compile(r"[0-9A-Za-z][0-9A-Za-z\-_/]{3,63}")
_DAYS, _TIMES = ("%Y-%m-%d", "%Y/%m/%d"), (" %H:%M:%S", " %H:%M", "")
_FORMS = [day + time for day in _DAYS for time in _TIMES]


@dataclass(frozen=True, slots=True)
class Line:
    """One row, as text by column; `row` is the number that the spreadsheet shows."""

    row: int
    cells: Mapping[Column, str]

    def __getitem__(self, column: Column) -> str:
        """Return a cell's text, empty where the sheet has no such column."""
        return self.cells.get(column, "")


class RowRefused(ValueError):
    """A row that cannot be taken; the message is for the person who must correct it."""

    def __init__(self, column: Column, detail: str) -> None:
        super().__init__(detail)
        self.column = column


def header_in(cells: Sequence[str]) -> dict[Column, int] | None:
    """Return where each column stands if this row is the header, else None."""
    places: dict[Column, int] = {}
    for index, cell in enumerate(cells):
        column = _BY_NAME.get(re.sub(r"[\s*:：]", "", cell))
        if column is not None:
            places.setdefault(column, index)
    return places if len(places) >= _ENOUGH and set(REQUIRED) <= set(places) else None


def number_of(line: Line) -> str:
    """Return the hotline's number. Raises RowRefused."""
    number = line[Column.NUMBER]
    if not NUMBER.fullmatch(number):
        raise RowRefused(Column.NUMBER, "热线工单编号应为 4 至 64 位字母、数字或连字符；请按热线系统填写")
    return number


def received_at(line: Line, now: datetime) -> datetime:
    """Return when the hotline received it, now where the sheet does not say. Raises RowRefused."""
    text = line[Column.RECEIVED]
    if not text:
        return now
    for form in _FORMS:
        try:
            moment = datetime.strptime(text, form).replace(tzinfo=CHINA)
        except ValueError:
            continue
        if moment > now:
            raise RowRefused(Column.RECEIVED, f"来电时间“{text}”晚于现在；请核对")
        return moment
    raise RowRefused(Column.RECEIVED, f"来电时间“{text}”无法识别；请写作 2026-01-31 08:30")
