"""Parts come to the whole, limits end on the right day, and small numbers of homes are not shown."""

from __future__ import annotations

import re
from datetime import date, timedelta
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.disclosure.rules.charts import Bar, Chart, Section, described, svg_of, yuan
from backend.disclosure.rules.grounds import ORDER, Taken, check_may_pay, check_next
from backend.disclosure.rules.impersonal import check_impersonal
from backend.disclosure.rules.limits import LIMITS, Limit, LimitName, due_day, period_at, period_from, post_of
from backend.disclosure.rules.posting import Move, check_balanced, into_units, opposite, paid_out
from backend.disclosure.rules.refusals import (
    BookUnbalanced,
    NothingToShareBy,
    PersonalText,
    PublicationRefused,
    SplitRefused,
    StepRefused,
)
from backend.disclosure.rules.shares import (
    LEAST_HOMES,
    MOST_WEIGHT,
    Part,
    cells_of,
    check_parts,
    divide,
    is_low,
    permille_left,
    split_by_parts,
)
from backend.disclosure.rules.values import Account, BookKind, Confidence, Payee, Post, StepKind
from backend.kernel.money import MOST_FEN
from backend.kernel.worktime import calendar_from

FEN = st.integers(1, MOST_FEN)
UNITS = st.dictionaries(st.text("abcdef", min_size=1, max_size=6), st.integers(0, 10**6), min_size=1)
REST_OF = calendar_from([(0, 1440)]).rest_of


@given(FEN, UNITS.filter(lambda weights: sum(weights.values()) > 0))
def test_shares_come_to_the_whole_and_each_is_within_a_fen_of_exact(fen: int, areas: dict[str, int]) -> None:
    shares, whole = divide(fen, areas), sum(areas.values())
    assert sum(shares.values()) == fen
    assert shares.keys() == areas.keys()
    for unit, share in shares.items():
        assert abs(share * whole - fen * areas[unit]) < whole
    assert divide(fen, areas) == shares


@given(FEN, st.dictionaries(st.sampled_from(list(Payee)), st.integers(1, MOST_WEIGHT), min_size=1), UNITS)
def test_a_split_loses_and_makes_no_fen(fen: int, weights: dict[Payee, int], areas: dict[str, int]) -> None:
    parts = [Part(payee, weight) for payee, weight in weights.items()]
    check_parts(parts)
    amounts = split_by_parts(fen, parts)
    assert sum(amounts.values()) == fen
    owners = {}
    if amounts.get(Payee.OWNERS) and sum(areas.values()):
        owners = divide(amounts[Payee.OWNERS], areas)
    elif Payee.OWNERS in amounts:
        amounts[Payee.FIRM] = amounts.get(Payee.FIRM, 0) + amounts.pop(Payee.OWNERS)
    moves = paid_out(amounts, owners)
    check_balanced(moves)
    assert [move.amount_fen for move in moves if move.account is Account.MONEY] == [-fen]
    check_balanced([*moves, *opposite(moves)])


@given(UNITS.filter(lambda amounts: sum(amounts.values()) > 0))
def test_what_comes_into_units_balances_and_goes_out_the_same(amounts: dict[str, int]) -> None:
    moves = into_units(amounts)
    check_balanced(moves)
    assert into_units({unit: -fen for unit, fen in amounts.items()}) == opposite(moves)


@pytest.mark.parametrize("amounts", [[1], [1, 1], [1, -1, 0], []])
def test_an_entry_that_does_not_balance_is_never_made(amounts: list[int]) -> None:
    with pytest.raises(BookUnbalanced):
        check_balanced([Move(Account.MONEY, "", amount) for amount in amounts])


def test_nothing_is_divided_by_nothing() -> None:
    with pytest.raises(NothingToShareBy):
        divide(1, {"a": 0})


@pytest.mark.parametrize("weights", [(0,), (MOST_WEIGHT + 1,), (-1,)])
def test_weights_are_integers_above_zero(weights: tuple[int, ...]) -> None:
    with pytest.raises(SplitRefused):
        check_parts([Part(Payee.FUND, weight) for weight in weights])


@given(st.integers(0, MOST_FEN), FEN)
def test_low_is_below_thirty_percent_by_cross_multiplication(balance: int, first: int) -> None:
    assert is_low(balance, first) == (10 * balance < 3 * first)
    left = permille_left(balance, first)
    assert left is not None
    assert left * first <= balance * 1000 < (left + 1) * first


def test_without_a_first_deposit_nothing_is_low() -> None:
    assert (is_low(0, 0), permille_left(5, 0)) == (False, None)


@given(st.dictionaries(st.text("123456789", min_size=1, max_size=2), st.integers(1, 40), max_size=12))
def test_no_cell_shows_fewer_than_ten_homes(sizes: dict[str, int]) -> None:
    cells = cells_of(sizes)
    assert all(cell.units >= LEAST_HOMES for cell in cells)
    shown = [name for cell in cells for name in cell.buildings]
    assert len(set(shown)) == len(shown)
    if sum(sizes.values()) >= LEAST_HOMES:
        assert sorted(shown) == sorted(sizes)  # so that no hidden rest can be found by subtraction
    for cell in cells:
        assert cell.units == sum(sizes[name] for name in cell.buildings)


def test_a_small_building_is_hidden_among_others() -> None:
    cells = cells_of({"1": 30, "2": 12, "10": 4})
    assert [(cell.name, cell.buildings, cell.units) for cell in cells] == [
        ("1", ("1",), 30),
        ("其他楼栋合计", ("2", "10"), 16),
    ]


@given(st.dates(date(2020, 1, 1), date(2030, 12, 31)), st.sampled_from(list(BookKind)))
def test_every_day_lies_in_one_period(day: date, kind: BookKind) -> None:
    period = period_at(kind, day)
    assert period.first <= day <= period.last
    assert period_from(kind, period.first) == period
    assert period_at(kind, period.last + timedelta(days=1)).first == period.last + timedelta(days=1)


def test_periods_have_names_and_begin_on_their_first_day() -> None:
    assert period_at(BookKind.COMMON, date(2026, 12, 31)).name == "2026年第4季度"
    assert period_at(BookKind.FUND, date(2026, 5, 1)).name == "2026年度"
    with pytest.raises(PublicationRefused):
        period_from(BookKind.COMMON, date(2026, 2, 1))


@pytest.mark.parametrize(
    ("event", "days", "working", "due"),
    [
        (date(2026, 3, 31), 15, True, date(2026, 4, 22)),  # over Qingming, three days
        (date(2025, 12, 31), 15, True, date(2026, 1, 22)),  # New Year, and a Sunday that is worked
        (date(2025, 9, 30), 5, True, date(2025, 10, 14)),  # eight days off, then a Saturday that is worked
        (date(2026, 4, 28), 5, False, date(2026, 5, 6)),  # ends on a holiday: the next working day
        (date(2026, 3, 2), 5, False, date(2026, 3, 9)),  # ends on a Saturday
    ],
)
def test_a_limit_ends_on_the_right_day(event: date, days: int, working: bool, due: date) -> None:
    assert due_day(Limit(days, working, "", Confidence.UNSURE), event, REST_OF) == due


def test_every_limit_names_its_source_and_how_sure_it_is() -> None:
    assert set(LIMITS) == set(LimitName)
    assert all(limit.source and limit.confidence for limit in LIMITS.values())


def test_a_publication_is_late_from_the_day_after_its_limit() -> None:
    period, due = period_at(BookKind.COMMON, date(2026, 1, 1)), date(2026, 4, 22)
    assert [post_of(period, due, None, day) for day in (period.last, date(2026, 4, 1), due)] == [
        Post.NOT_YET,
        Post.DUE,
        Post.DUE,
    ]
    after = due + timedelta(days=1)
    assert post_of(period, due, None, after) is Post.MISSED
    assert (post_of(period, due, due, after), post_of(period, due, after, after)) == (Post.ON_TIME, Post.LATE)


def test_an_emergency_is_paid_after_all_its_steps_in_their_order() -> None:
    day, taken = date(2026, 3, 2), []
    for kind in ORDER:
        with pytest.raises(StepRefused):
            check_may_pay(taken, day)
        for other in set(ORDER) - {kind}:
            with pytest.raises(StepRefused):
                check_next(taken, other, day)
        check_next(taken, kind, day)
        taken.append(Taken(kind, day))
    check_may_pay(taken, day)
    with pytest.raises(StepRefused):
        check_next(taken, StepKind.REPORT, day)


@pytest.mark.parametrize(
    "text", ["139-0000-0061", "11010119800101001x", "6222000000000000000", "a13900000061b"]
)
def test_a_text_with_somebody_s_number_is_refused(text: str) -> None:
    with pytest.raises(PersonalText):
        check_impersonal("好", text)


@pytest.mark.parametrize(
    "text", ["合同 2026-001", "发票 12345678", "2026 年 3 月 1 日至 2026 年 12 月 31 日", ""]
)
def test_a_text_with_ordinary_numbers_is_taken(text: str) -> None:
    check_impersonal(text)


def a_chart(**changes: object) -> Chart:
    bars = [Bar("电梯广告", 600_000, yuan(600_000)), Bar("停车<费>", 12_345, yuan(12_345))]
    return Chart("2026年第1季度公共收益", [Section("收入", bars, yuan(612_345))], **changes)


def test_a_picture_says_in_words_what_it_shows_and_runs_nothing() -> None:
    chart = a_chart(note="净收益属于全体业主。")
    tree = ET.fromstring(svg_of(chart))
    name = "{http://www.w3.org/2000/svg}"
    assert tree.get("role") == "img"
    assert tree.get("aria-labelledby") == "title desc"
    assert (tree.find(f"{name}title").text, tree.find(f"{name}desc").text) == (chart.title, described(chart))
    assert "停车<费> 123.45元" in described(chart)
    assert {element.tag for element in tree.iter()} <= {
        f"{name}{tag}" for tag in ("svg", "title", "desc", "rect", "text", "path", "g")
    }


def test_bars_are_as_long_as_their_amounts_and_stay_inside() -> None:
    drawn = svg_of(a_chart()).decode()
    lengths = [int(found) for found in re.findall(r'width="(\d+)" height="12" rx="3" fill="#0b6e4f"', drawn)]
    assert lengths == [328, 328 * 12_345 // 600_000]


@given(st.lists(st.integers(-(10**6), MOST_FEN), max_size=8))
def test_any_amounts_can_be_drawn(amounts: list[int]) -> None:
    bars = [Bar(str(amount), amount, yuan(amount)) for amount in amounts]
    tree = ET.fromstring(svg_of(Chart("图", [Section("甲", bars)], mark=300, mark_name="线")))
    widths = [int(one.get("width")) for one in tree.iter("{http://www.w3.org/2000/svg}rect")]
    assert all(0 < width <= 360 for width in widths)
