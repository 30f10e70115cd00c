"""No figure speaks of fewer than ten homes, and none can be had by taking one figure from another."""

from __future__ import annotations

from datetime import date
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.fees.rules.cells import FEWEST_HOMES, Cell, publish
from backend.fees.rules.quarters import Quarter, a_quarter
from backend.fees.rules.viewing_refusals import SpanRefused

CELLS = st.lists(st.tuples(st.integers(0, 25), st.integers(0, 10**7), st.integers(0, 100)), max_size=7).map(
    lambda rows: [
        Cell(f"{number}栋", homes, due, due * part // 100) for number, (homes, due, part) in enumerate(rows)
    ]
)


def shown(cells: list[Cell]) -> list[Cell]:
    found = publish(cells)
    return [*found.cells, *([found.others] if found.others else [])]


@given(CELLS)
def test_every_figure_shown_is_of_ten_homes_at_least(cells: list[Cell]) -> None:
    total = publish(cells).total
    for cell in [*shown(cells), *([total] if total else [])]:
        assert cell.homes >= FEWEST_HOMES


@given(CELLS)
def test_no_difference_of_figures_speaks_of_one_to_nine_homes(cells: list[Cell]) -> None:
    """Take any figures shown from any others, the total among them."""
    found, blocks = publish(cells), shown(cells)
    if found.total is None:
        assert blocks == []
        return
    for size in range(len(blocks) + 1):
        for chosen in combinations(blocks, size):
            left = found.total.homes - sum(cell.homes for cell in chosen)
            assert left == 0 or left >= FEWEST_HOMES
            if left == 0:
                assert found.total.due_fen == sum(cell.due_fen for cell in chosen)


@given(CELLS)
def test_nothing_is_lost_by_merging(cells: list[Cell]) -> None:
    found, blocks = publish(cells), shown(cells)
    if found.total is None:
        assert sum(cell.homes for cell in cells) < FEWEST_HOMES
        return
    for name in ("homes", "due_fen", "open_fen", "paid_fen"):
        assert sum(getattr(cell, name) for cell in blocks) == getattr(found.total, name)
        assert sum(getattr(cell, name) for cell in cells) == getattr(found.total, name)
    assert sorted([cell.name for cell in found.cells] + list(found.merged)) == sorted(
        one.name for one in cells
    )


def test_one_small_building_takes_the_smallest_other_with_it() -> None:
    """Withheld alone it would be the total less the rest."""
    cells = [Cell("1", 3, 300, 300), Cell("2", 12, 1200, 0), Cell("3", 20, 2000, 10)]
    found = publish(cells)
    assert [cell.name for cell in found.cells] == ["3"]
    assert (found.merged, found.others.homes, found.others.due_fen) == (["1", "2"], 15, 1500)


def test_a_building_without_homes_never_stands_alone() -> None:
    found = publish([Cell("车库", 0, 900, 900), Cell("1", 12, 1200, 0)])
    assert (found.cells, found.others.due_fen) == ([], 2100)


def test_nothing_at_all_is_shown_of_nine_homes() -> None:
    found = publish([Cell("1", 5, 500, 0), Cell("2", 4, 400, 0)])
    assert (found.cells, found.others, found.total) == ((), None, None)


@pytest.mark.parametrize(
    ("due", "owed", "permille"), [(0, 0, None), (1000, 0, 1000), (3, 1, 666), (1000, 1000, 0)]
)
def test_a_rate_is_rounded_down_and_absent_where_nothing_was_due(due: int, owed: int, permille) -> None:
    assert Cell("1", 10, due, owed).paid_permille == permille


def test_quarters_touch_and_have_no_day_in_common() -> None:
    quarters = [Quarter(year, number) for year in (2025, 2026) for number in (1, 2, 3, 4)]
    assert [one.first for one in quarters[1:]] == [one.until for one in quarters[:-1]]


@given(st.dates(date(2020, 1, 1), date(2029, 12, 31)))
def test_the_quarter_shown_is_the_last_that_is_over(today: date) -> None:
    quarter = a_quarter(None, today)
    assert quarter.until <= today < date(quarter.until.year + 1, quarter.until.month, 1)
    assert a_quarter(quarter.name, today) == quarter
    following = Quarter(quarter.until.year, (quarter.until.month + 2) // 3)
    with pytest.raises(SpanRefused):
        a_quarter(following.name, today)


@pytest.mark.parametrize("name", ["2026", "2026-Q5", "2026-Q1x", "", "26-Q1"])
def test_what_is_no_quarter_is_refused(name: str) -> None:
    with pytest.raises(SpanRefused):
        a_quarter(name, date(2026, 7, 1))
