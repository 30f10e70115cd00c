"""What a run bills: by area, by unit, shared, metered, once; by days where hands or prices change."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.fees.rules.bill_lines import lines_from_text, lines_to_text
from backend.fees.rules.charging import ChargedUnit, ItemTerms, Known, Plan, Usage, plan_item
from backend.fees.rules.periods import Period, a_period, months_in
from backend.fees.rules.prices import FOREVER, Price, check_apart, format_price, parse_price, price_on
from backend.fees.rules.refusals import (
    AreaMissing,
    CostMissing,
    NobodyToShare,
    PeriodRefused,
    PriceMissing,
    PriceOverlaps,
    PriceUnreadable,
)
from backend.fees.rules.values import Basis, Skip, SplitBy
from tests.fees.scene import a_day

MARCH = a_period(a_day("01"), a_day("31"))
LONG_AGO = a_period(a_day("2020-01-01"), a_day("2020-01-01"))


def a_price(e4: int = 18500, first: str = "2020-01-01", until: date = FOREVER) -> Price:
    return Price("p", Period(date.fromisoformat(first), until), e4, "第 8 条")


def an_item(basis: Basis = Basis.AREA_MONTH, *prices: Price, **changes: object) -> ItemTerms:
    terms = {
        "id": "i",
        "name": "物业费",
        "basis": basis,
        "kinds": frozenset({"HOME"}),
        "buildings": frozenset(),
        "split_by": SplitBy.AREA,
        "prices": prices or (a_price(),),
    }
    return ItemTerms(**{**terms, **changes})


def a_unit(unit_id: str = "u", area: int | None = 8950, *handovers: date, **changes: str) -> ChargedUnit:
    return ChargedUnit(
        unit_id, changes.get("label", "1-1-101"), changes.get("kind", "HOME"), "1", area, handovers
    )


def plan(item: ItemTerms, *units: ChargedUnit, period: Period = MARCH, **known: object) -> Plan:
    return plan_item(item, units, period, Known(**{"billed": {}, **known}))


def amounts(found: Plan) -> list[tuple[str, int, int]]:
    return [(charge.unit_id, charge.tenure, charge.amount_fen) for charge in found.charges]


def test_area_times_price_is_rounded_to_the_fen_a_half_going_up() -> None:
    # 89.50 m2 at 1.8500 is 165.575 yuan
    assert amounts(plan(an_item(), a_unit())) == [("u", 0, 16558)]


def test_a_quarter_is_rounded_once_and_not_month_by_month() -> None:
    quarter = a_period(a_day("2026-01-01"), a_day("2026-03-31"))
    assert amounts(plan(an_item(), a_unit(), period=quarter)) == [("u", 0, 49673)]  # 496.725


def test_part_of_a_month_is_charged_by_days_of_that_month() -> None:
    part = a_period(a_day("2026-01-16"), a_day("2026-02-14"))
    assert months_in(part) == Fraction(16, 31) + Fraction(14, 28)


def test_a_parking_space_needs_no_area() -> None:
    item = an_item(Basis.UNIT_MONTH, a_price(1_500_000), kinds=frozenset({"PARKING"}))
    found = plan(item, a_unit("a", kind="PARKING", area=None), a_unit("b"))
    assert amounts(found) == [("a", 0, 15000)]


def test_a_new_price_within_the_period_makes_a_second_line() -> None:
    change = a_day("11")
    item = an_item(Basis.AREA_MONTH, a_price(18500, until=change), a_price(20000, "2026-03-11"))
    [charge] = plan(item, a_unit()).charges
    assert [(line.price, line.months, line.amount_fen) for line in charge.lines] == [
        ("1.85", "10/31", 5341),
        ("2.00", "21/31", 12126),
    ]


def test_when_a_unit_changes_hands_the_bill_is_divided_by_days_without_a_rest() -> None:
    found = plan(an_item(), a_unit("u", 8950, a_day("11")))
    assert amounts(found) == [("u", 0, 5341), ("u", 1, 11217)]
    assert sum(amount for *_, amount in amounts(found)) == 16558


@given(st.lists(st.integers(1, 30), max_size=4, unique=True), st.integers(1, 10**6), st.integers(1, 10**6))
def test_however_often_hands_change_the_parts_come_to_the_whole(
    days: list[int], area: int, price: int
) -> None:
    handovers = sorted(a_day("01") + timedelta(days=day) for day in days)
    item = an_item(Basis.AREA_MONTH, a_price(price))
    assert plan(item, a_unit("u", area, *handovers)).total_fen == plan(item, a_unit("u", area)).total_fen


@given(
    st.lists(st.integers(1, 50_000), min_size=1, max_size=30), st.integers(1, 10**8), st.sampled_from(SplitBy)
)
def test_a_shared_cost_is_charged_whole(areas: list[int], cost: int, split_by: SplitBy) -> None:
    units = [a_unit(str(place), area) for place, area in enumerate(areas)]
    item = an_item(Basis.SHARED, split_by=split_by, prices=())
    assert plan(item, *units, cost_fen=cost).total_fen == cost


def test_a_shared_cost_cannot_be_divided_while_an_area_is_missing() -> None:
    with pytest.raises(AreaMissing, match="1-1-101"):
        plan(an_item(Basis.SHARED), a_unit(area=None), a_unit("b"), cost_fen=100)


def test_a_shared_item_needs_its_cost_and_somebody_to_bear_it() -> None:
    with pytest.raises(CostMissing):
        plan(an_item(Basis.SHARED), a_unit())
    with pytest.raises(NobodyToShare):
        plan(an_item(Basis.SHARED, buildings=frozenset({"9"})), a_unit(), cost_fen=1)


def test_what_a_meter_counted_is_charged_at_the_price_of_the_day_of_reading() -> None:
    item = an_item(Basis.METERED, a_price(5469, until=a_day("10")), a_price(6000, "2026-03-10"))
    usages = [
        Usage("r1", Period(a_day("01"), a_day("09")), 10_500),
        Usage("r2", Period(a_day("09"), a_day("20")), 7_000),
    ]
    [charge] = plan(item, a_unit(), usages={"u": usages}).charges
    assert [line.amount_fen for line in charge.lines] == [574, 420]
    assert charge.reading_ids == ("r1", "r2")


def test_a_usage_across_a_change_of_hands_is_divided_by_days() -> None:
    item = an_item(Basis.METERED, a_price(10_000))
    usages = {"u": [Usage("r", Period(a_day("01"), a_day("11")), 10_000)]}
    assert amounts(plan(item, a_unit("u", 1, a_day("04")), usages=usages)) == [("u", 0, 300), ("u", 1, 700)]


@pytest.mark.parametrize(
    ("item", "unit", "known", "reason"),
    [
        (an_item(), a_unit(area=None), {}, Skip.NO_AREA),
        (an_item(), a_unit(), {"billed": {"u": [(MARCH, 0)]}}, Skip.BILLED),
        (an_item(), a_unit(), {"billed": {"u": [(a_period(a_day("15"), a_day("20")), 0)]}}, Skip.OVERLAP),
        (an_item(Basis.METERED), a_unit(), {}, Skip.NO_READING),
        (an_item(Basis.AREA_MONTH, a_price(1)), a_unit(area=1), {}, Skip.ZERO),
        (an_item(Basis.ONE_OFF), a_unit(), {"billed": {"u": [(LONG_AGO, 0)]}}, Skip.BILLED),
    ],
)
def test_a_unit_without_a_bill_is_named_with_the_reason(item, unit, known, reason) -> None:
    found = plan(item, unit, **known)
    assert (found.charges, [one.reason for one in found.skipped]) == ([], [reason])


def test_only_the_holder_whose_bill_is_missing_is_billed_again() -> None:
    found = plan(an_item(), a_unit("u", 8950, a_day("11")), billed={"u": [(MARCH, 0)]})
    assert amounts(found) == [("u", 1, 11217)]


def test_a_one_off_is_its_price() -> None:
    assert amounts(plan(an_item(Basis.ONE_OFF, a_price(1_234_567)), a_unit())) == [("u", 0, 12346)]


def test_a_day_without_a_price_is_named() -> None:
    gap = an_item(Basis.AREA_MONTH, a_price(until=a_day("11")), a_price(first="2026-03-12"))
    with pytest.raises(PriceMissing, match="2026-03-11"):
        plan(gap, a_unit())
    with pytest.raises(PriceMissing, match="2019-12-31"):
        price_on(a_day("2019-12-31"), [a_price()], "物业费")


def test_prices_may_touch_and_not_overlap() -> None:
    before = a_price(until=a_day("11"))
    check_apart(Period(a_day("11"), FOREVER), [before])
    with pytest.raises(PriceOverlaps, match="2026-03-10"):
        check_apart(Period(a_day("10"), FOREVER), [before])


@pytest.mark.parametrize("text", ["", "0", "0.0000", "-1", "1.23456", "1e2", "abc", "12345678"])
def test_what_is_no_price_is_refused(text: str) -> None:
    with pytest.raises(PriceUnreadable):
        parse_price(text)


@given(st.integers(1, 10**9))
def test_a_price_is_read_as_it_is_written(e4: int) -> None:
    assert parse_price(format_price(e4)) == e4


@pytest.mark.parametrize(("first", "last"), [("2026-03-02", "2026-03-01"), ("2020-01-01", "2023-12-31")])
def test_a_period_that_cannot_be_meant_is_refused(first: str, last: str) -> None:
    with pytest.raises(PeriodRefused):
        a_period(a_day(first), a_day(last))


def test_lines_are_kept_and_read_back() -> None:
    [charge] = plan(an_item(), a_unit()).charges
    assert lines_from_text(lines_to_text(charge.lines)) == charge.lines
