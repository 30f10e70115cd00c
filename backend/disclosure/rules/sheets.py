"""Lists of the fund's opening balances from spreadsheets: columns by any of their names; what rows say.

Cells arrive as text; each row is read in full, so that everything wrong with it is told at once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from backend.kernel.money import parse_fen
from backend.kernel.refusal import Refusal

HEADER_WITHIN_ROWS = 10
MOST_ROWS = 20_000
_FORMS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y-%m-%d %H:%M:%S")


class Column(StrEnum):
    """Every column, by the name that a template shows."""

    BUILDING = "楼栋"
    STAIR = "单元"
    ROOM = "房号"
    FIRST = "首期交存"
    BALANCE = "账户余额"
    DAY = "截至日期"


ALIASES: Mapping[Column, tuple[str, ...]] = {
    Column.BUILDING: ("楼栋", "楼栋号", "楼号", "栋号", "幢号"),
    Column.STAIR: ("单元", "单元号"),
    Column.ROOM: ("房号", "房间号", "室号", "户号"),
    Column.FIRST: ("首期交存", "首期交存额", "首期金额", "应交首期", "首期交存(元)"),
    Column.BALANCE: ("账户余额", "余额", "期初余额", "分户余额", "账户余额(元)", "余额(元)"),
    Column.DAY: ("截至日期", "截止日期", "余额日期", "日期"),
}
REQUIRED = frozenset(Column) - {Column.STAIR}
_BY_NAME = {name: column for column, names in ALIASES.items() for name in names}


@dataclass(frozen=True, slots=True)
class RowError:
    """Something wrong with a row, told to whoever must correct it; `row` is what the spreadsheet shows."""

    row: int
    column: str | None
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class OpeningRow:
    """What a unit first paid in, and what it has at the end of a day."""

    row: int
    building: str
    stair: str
    room: str
    first_fen: int
    balance_fen: int
    day: date


def header_in(cells: Sequence[str]) -> dict[Column, int] | None:
    """Return where each column stands if this row is the header of such a list, else None."""
    places: dict[Column, int] = {}
    for index, cell in enumerate(cells):
        column = _BY_NAME.get(re.sub(r"[\s*:：]", "", cell).replace("（", "(").replace("）", ")"))
        if column is not None:
            places.setdefault(column, index)
    return places if set(places) >= REQUIRED else None


@dataclass(slots=True)
class Reading:
    """The reading of one row: asks each cell, keeps what is wrong, and goes on."""

    row: int
    cells: Mapping[Column, str]
    errors: list[RowError] = field(default_factory=list)

    def opening(self) -> OpeningRow | None:
        """Return what the row says, None if something is wrong with it."""
        building, room = self._text(Column.BUILDING), self._text(Column.ROOM)
        first, balance, day = self._amount(Column.FIRST), self._amount(Column.BALANCE), self._day()
        if first == 0:
            self.refuse(
                Column.FIRST, "first-deposit-zero", "首期交存为零；请填写大于零的金额，未交存的房屋请删去该行"
            )
        if self.errors or first is None or balance is None or day is None:
            return None
        stair = self.cells.get(Column.STAIR, "")
        return OpeningRow(self.row, building, stair, room, first, balance, day)

    def refuse(self, column: Column | None, code: str, detail: str) -> None:
        """Keep something that is wrong."""
        self.errors.append(RowError(self.row, column, code, detail))

    def _text(self, column: Column) -> str:
        text = self.cells.get(column, "")
        if not text:
            self.refuse(column, "value-missing", f"“{column}”为空；请填写")
        return text

    def _amount(self, column: Column) -> int | None:
        text = self._text(column)
        if not text:
            return None
        try:
            return parse_fen(text)
        except Refusal as refusal:
            self.refuse(column, refusal.code, refusal.detail)
            return None

    def _day(self) -> date | None:
        text = self._text(Column.DAY)
        for form in _FORMS if text else ():
            try:
                return datetime.strptime(text, form).date()  # noqa: DTZ007  (a day has no zone)
            except ValueError:
                continue
        if text:
            self.refuse(Column.DAY, "day-unreadable", f"日期“{text}”无法识别；请写作 2026-01-31")
        return None
