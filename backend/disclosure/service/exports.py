"""Tables to take away: the same figures as on the screen, in yuan, with their totals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from backend.disclosure.rules.charts import percent
from backend.disclosure.rules.limits import period_at
from backend.disclosure.rules.refusals import SightRefused
from backend.disclosure.rules.values import BookKind
from backend.disclosure.service.accounts import Standing, fund_on, unit_standings
from backend.disclosure.service.keeper import Looker
from backend.disclosure.service.listing import EntryView, all_of
from backend.disclosure.service.summary import common_summary, fund_summary
from backend.infra.tables import Row
from backend.kernel.money import format_fen

COMMON_HEADER = (
    *("序号", "日期", "类别", "项目", "金额（元）", "摘要", "凭证号", "业委会复核", "依据（表决事项）"),
    *("冲销序号", "凭证"),
)
STANDING_HEADER = ("范围", "户数", "首期交存（元）", "余额（元）", "剩余比例", "不足百分之三十的户数")
UNIT_HEADER = ("房屋", "面积（平方米）", "首期交存（元）", "余额（元）", "剩余比例", "是否不足百分之三十")
_REVIEWS = {True: "相符", False: "有疑问", None: "未复核"}


class Table(StrEnum):
    """Which table."""

    COMMON = "common"
    FUND = "fund"
    UNITS = "units"
    """Every unit's account: only for those who keep them."""


@dataclass(frozen=True, slots=True)
class Days:
    """From which day to which; None: the present quarter or year."""

    first: date | None
    last: date | None


def check(looker: Looker, table: Table) -> None:
    """Refuse a table that is not for this person. Raises SightRefused."""
    if table is Table.UNITS and not looker.keeps_fund:
        raise SightRefused("维修资金分户清单只有管理账户的物业企业和业委会能下载")


def rows_of(looker: Looker, table: Table, days: Days) -> Iterator[Row]:
    """Yield a table's rows, its header first. The caller checked who asks."""
    if table is Table.COMMON:
        return _common(looker, days)
    return _fund(looker, days) if table is Table.FUND else _units(looker, days)


def _common(looker: Looker, days: Days) -> Iterator[Row]:
    quarter = period_at(BookKind.COMMON, looker.today)
    first, last = days.first or quarter.first, days.last or quarter.last
    yield COMMON_HEADER
    for one in all_of(looker.session, looker.community_id, BookKind.COMMON, first, last):
        yield _entry(one)
    found = common_summary(looker.session, looker.community_id, first, last)
    yield []
    yield ["合计", f"{first} 至 {last}"]
    for name, amount in (
        ("期初结余", found.opening_fen),
        ("收入", found.income_fen),
        ("支出", found.cost_fen),
        ("已分配", found.paid_out_fen),
        ("期末结余", found.closing_fen),
    ):
        yield ["", "", name, "", format_fen(amount)]


def _entry(one: EntryView) -> Row:
    return [
        one.id,
        one.day.isoformat(),
        one.name,
        one.about,
        format_fen(one.amount_fen),
        one.memo,
        one.reference,
        _REVIEWS[one.agrees],
        one.ground.title if one.ground else "",
        one.reverses_id,
        "、".join(paper.name for paper in one.papers),
    ]


def _fund(looker: Looker, days: Days) -> Iterator[Row]:
    year = period_at(BookKind.FUND, looker.today)
    first, last = days.first or year.first, days.last or year.last
    view = fund_on(looker.session, looker.community_id, min(last, looker.today))
    yield STANDING_HEADER
    for one in (*view.cells, view.whole):
        yield [one.name, one.units, *_amounts(one), one.low_units]
    found = fund_summary(looker.session, looker.community_id, first, last)
    yield []
    yield ["收支", f"{first} 至 {last}"]
    yield ["期初余额", "", "", format_fen(found.opening_fen)]
    for line in found.lines:
        yield [line.name, "", "", format_fen(line.amount_fen)]
    yield ["期末余额", "", "", format_fen(found.closing_fen)]


def _units(looker: Looker, days: Days) -> Iterator[Row]:
    on = min(days.last or looker.today, looker.today)
    yield UNIT_HEADER
    for unit, one in unit_standings(looker.session, looker.community_id, on):
        area = "" if unit.area is None else f"{unit.area // 100}.{unit.area % 100:02d}"
        yield [unit.label, area, *_amounts(one), "是" if one.is_low else "否"]
    whole = fund_on(looker.session, looker.community_id, on).whole
    yield [whole.name, "", *_amounts(whole), ""]


def _amounts(one: Standing) -> list[str]:
    left = "" if one.permille is None else percent(one.permille)
    return [format_fen(one.first_fen), format_fen(one.balance_fen), left]
