"""The pictures of a community: the figures of `summary` and `accounts`, drawn."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from backend.disclosure.rules.charts import COME, GO, KEPT, LOW, Bar, Chart, Section, percent, yuan
from backend.disclosure.rules.limits import A_DAY, Period, period_at
from backend.disclosure.rules.values import BookKind
from backend.disclosure.service.accounts import FundView, Standing, fund_on
from backend.disclosure.service.journal import find_book
from backend.disclosure.service.keeper import Looker
from backend.disclosure.service.summary import CommonSummary, Line, common_summary, first_day_of

QUARTERS, YEARS = 4, 6


class Picture(StrEnum):
    """Which picture."""

    QUARTER = "common-quarter"
    """Income by source and cost by kind of a quarter."""
    QUARTERS = "common-quarters"
    """Income and cost of the last four quarters."""
    MONEY = "common-money"
    """Where the money of a year went."""
    YEARS = "fund-years"
    """What the fund had at the end of each year."""
    LEFT = "fund-left"
    """What is left of the first deposits, by buildings."""


def draw(looker: Looker, which: Picture, day: date | None) -> Chart:
    """Return a picture as of a day, today unless given."""
    on = min(day or looker.today, looker.today)
    return {
        Picture.QUARTER: _quarter,
        Picture.QUARTERS: _quarters,
        Picture.MONEY: _money,
        Picture.YEARS: _years,
        Picture.LEFT: _left,
    }[which](looker, on)


def _summed(looker: Looker, period: Period) -> CommonSummary:
    return common_summary(looker.session, looker.community_id, period.first, period.last)


def _quarter(looker: Looker, day: date) -> Chart:
    period = period_at(BookKind.COMMON, day)
    found = _summed(looker, period)
    return Chart(
        f"{period.name}公共收益",
        [
            Section("收入（按来源）", _bars(found.income, COME), yuan(found.income_fen), "本季度没有收入"),
            Section("支出（按用途）", _bars(found.cost, GO), yuan(found.cost_fen), "本季度没有支出"),
            Section("净收益（收入减支出）", [], yuan(found.income_fen - found.cost_fen)),
        ],
        note="净收益属于全体业主（民法典第二百八十二条）。",
    )


def _quarters(looker: Looker, day: date) -> Chart:
    period, periods = period_at(BookKind.COMMON, day), []
    for _ in range(QUARTERS):
        periods.append(period)
        period = period_at(BookKind.COMMON, period.first - A_DAY)
    sections = []
    for one in reversed(periods):
        found = _summed(looker, one)
        bars = [
            Bar("收入", found.income_fen, yuan(found.income_fen), COME),
            Bar("支出", found.cost_fen, yuan(found.cost_fen), GO),
        ]
        sections.append(Section(one.name, bars, f"净 {yuan(found.income_fen - found.cost_fen)}"))
    return Chart("最近四个季度的公共收益", sections)


def _money(looker: Looker, day: date) -> Chart:
    year = period_at(BookKind.FUND, day)
    found = _summed(looker, year)
    there = found.opening_fen + found.income_fen
    came = [Bar("上年结余", found.opening_fen, yuan(found.opening_fen), KEPT)] if found.opening_fen else []
    came.append(Bar("本年收入", found.income_fen, yuan(found.income_fen), COME))
    went = [_part("成本支出", found.cost_fen, there, GO)] if found.cost_fen else []
    went += [_part(line.name, line.amount_fen, there, KEPT) for line in found.paid_out]
    went.append(_part("尚未分配，留在账上", found.closing_fen, there, COME))
    return Chart(
        f"{year.first.year}年我们的钱去了哪儿",
        [Section("有多少钱", came, yuan(there)), Section("去了哪儿", went)],
        note="分配须由业主大会决定；没有决定的，全部留给业主。",
        most=there,
    )


def _years(looker: Looker, day: date) -> Chart:
    book_began = first_day_of(looker.session, looker.community_id, BookKind.FUND)
    first = max(book_began.year if book_began else day.year, day.year - YEARS + 1)
    ends = [date(year, 12, 31) for year in range(first, day.year)] + [day]
    bars = []
    for end in ends:
        whole = fund_on(looker.session, looker.community_id, end).whole
        name = f"{end.year}年末" if end != day else f"{end.year}年{end.month}月{end.day}日"
        bars.append(Bar(name, whole.balance_fen, yuan(whole.balance_fen), KEPT))
    note = "" if find_book(looker.session, looker.community_id, BookKind.FUND) else "尚未登记维修资金账目。"
    return Chart("维修资金历年余额", [Section("全小区余额", bars)], note=note)


def _left(looker: Looker, day: date) -> Chart:
    view: FundView = fund_on(looker.session, looker.community_id, day)
    low = view.whole.low_units
    return Chart(
        "维修资金还剩多少",
        [
            Section("合计", [_left_bar(view.whole)]),
            *([Section("各楼栋", [_left_bar(one) for one in view.cells])] if view.cells else []),
        ],
        note=f"与首期交存额相比。不足百分之三十的应当续筹，现有 {low} 户。",
        most=1000,
        mark=300,
        mark_name="虚线为首期交存额的百分之三十",
    )


def _left_bar(one: Standing) -> Bar:
    if one.permille is None:
        return Bar(_called(one.name), 0, "未登记首期交存")
    word = "，不足" if one.is_low else ""
    shown = f"{percent(one.permille)}{word}　{yuan(one.balance_fen)}"
    return Bar(_called(one.name), one.permille, shown, LOW if one.is_low else KEPT)


def _called(name: str) -> str:
    return f"{name}号楼" if name.isdecimal() else name


def _bars(lines: Sequence[Line], colour: str) -> list[Bar]:
    largest = sorted(lines, key=lambda line: -line.amount_fen)
    return [Bar(line.name, line.amount_fen, yuan(line.amount_fen), colour) for line in largest]


def _part(name: str, amount: int, whole: int, colour: str) -> Bar:
    share = f"{percent(amount * 1000 // whole)}　" if whole > 0 else ""
    return Bar(name, amount, f"{share}{yuan(amount)}", colour)
