"""When a period ends, against a plain count and a calendar of somebody else's."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.fees.rules.arrears.clock import Pause, last_day
from backend.kernel.worktime import CalendarUnknown, calendar_from

CALENDAR = calendar_from([(0, 24 * 60)])
DAYS = st.dates(date(2024, 1, 1), date(2026, 6, 30))


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2026-03-02", 7, "2026-03-09"),
        ("2026-03-13", 15, "2026-03-30"),
        ("2026-03-20", 15, "2026-04-07"),
        ("2026-02-06", 7, "2026-02-13"),
        ("2026-02-07", 7, "2026-02-14"),
        ("2026-02-08", 7, "2026-02-24"),
    ],
)
def test_the_first_day_does_not_count_and_a_day_of_rest_is_passed_over(
    start: str, days: int, end: str
) -> None:
    """14 February 2026 is a Saturday that is worked in place of another day."""
    assert last_day(date.fromisoformat(start), days, [], CALENDAR) == date.fromisoformat(end)


@given(DAYS, st.integers(1, 60), st.lists(st.tuples(st.integers(0, 90), st.integers(0, 20)), max_size=3))
def test_a_period_has_its_days_and_ends_on_the_next_working_day(start: date, days: int, stood: list) -> None:
    pauses = [
        Pause(start + timedelta(days=begin), start + timedelta(days=begin + length))
        for begin, length in stood
    ]
    end = last_day(start, days, pauses, CALENDAR)
    assert end is not None
    passed = [start + timedelta(days=place) for place in range(1, (end - start).days + 1)]
    counted = [day for day in passed if not any(pause.covers(day) for pause in pauses)]
    assert chinese_calendar.is_workday(end)
    assert len(counted) >= days
    behind = [day for day in counted[days - 1 :] if day != end]
    assert not any(chinese_calendar.is_workday(day) for day in behind)


@given(DAYS, st.integers(1, 60), st.integers(1, 60))
def test_a_period_never_ends_while_the_clocks_stand(start: date, days: int, after: int) -> None:
    open_one = Pause(start + timedelta(days=after), None)
    end = last_day(start, days, [open_one], CALENDAR)
    assert end is None or end < open_one.first


def test_a_year_that_is_not_known_is_refused() -> None:
    with pytest.raises(CalendarUnknown):
        last_day(date(2026, 12, 20), 15, [], CALENDAR)
