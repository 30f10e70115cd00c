"""Working time: holidays, make-up days, spans, and the refusal of years that are not known."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import chinese_calendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.kernel.clock import CHINA
from backend.kernel.worktime import (
    ROUND_THE_CLOCK,
    CalendarUnknown,
    SpansRefused,
    YearRefused,
    calendar_from,
    known_years,
    parse_spans,
    parse_year,
)

OFFICE = ((510, 720), (840, 1050))
CALENDAR = calendar_from(OFFICE)
FIRST, LAST = date(2024, 2, 1), date(2026, 10, 31)
INSTANTS = st.integers(0, (LAST - FIRST).days * 1440).map(
    lambda minutes: datetime.combine(FIRST, time(), CHINA) + timedelta(minutes=minutes)
)
AMOUNTS = st.integers(1, 60 * 40).map(lambda minutes: timedelta(minutes=minutes))
SPANS = st.sampled_from([OFFICE, ((0, 1440),), ((540, 1080),), ((0, 60), (480, 500), (1380, 1440))])


def minutes_worked(spans: tuple[tuple[int, int], ...], start: datetime, end: datetime) -> int:
    """Count working minutes one by one, by the calendar of others."""
    count, at = 0, start
    while at < end:
        minute = at.hour * 60 + at.minute
        works = any(begin <= minute < finish for begin, finish in spans)
        count += works and chinese_calendar.is_workday(at.date())
        at += timedelta(minutes=1)
    return count


def test_every_day_of_the_known_years_is_as_another_calendar_says() -> None:
    day, wrong = date(2024, 1, 1), []
    while day.year in known_years():
        if CALENDAR.is_working_day(day) != chinese_calendar.is_workday(day):
            wrong.append(day)
        day += timedelta(days=1)
    assert (wrong, day) == ([], date(2027, 1, 1))


def test_every_known_year_names_the_notice_it_comes_from() -> None:
    assert all(f"{year}年" in table.source for year, table in known_years().items())


def test_a_day_of_a_year_that_is_not_entered_is_refused_and_never_guessed() -> None:
    with pytest.raises(CalendarUnknown, match="2027年的放假和调休安排尚未录入"):
        CALENDAR.is_working_day(date(2027, 1, 4))
    with pytest.raises(CalendarUnknown):
        CALENDAR.after(datetime(2026, 12, 31, 17, 0, tzinfo=CHINA), timedelta(hours=1))


def test_a_year_that_is_entered_is_known() -> None:
    table = parse_year(2027, {"元旦": ["01-01"], "working": ["01-02"]}, source="某通知")
    calendar = calendar_from(OFFICE, {2027: table})
    start = datetime(2026, 12, 31, 17, 0, tzinfo=CHINA)
    assert calendar.after(start, timedelta(hours=1)) == datetime(2027, 1, 2, 9, 0, tzinfo=CHINA)


def test_a_make_up_saturday_is_worked_and_a_holiday_monday_is_not() -> None:
    assert CALENDAR.is_working_day(date(2026, 2, 14))
    assert CALENDAR.is_made_up(date(2026, 2, 14))
    assert CALENDAR.rest_of(date(2026, 2, 16)) == "春节"
    assert CALENDAR.rest_of(date(2026, 3, 1)) == "周末"


def test_lunch_night_and_weekend_do_not_count() -> None:
    friday = datetime(2026, 3, 6, 11, 30, tzinfo=CHINA)
    assert CALENDAR.after(friday, timedelta(hours=1)) == datetime(2026, 3, 6, 14, 30, tzinfo=CHINA)
    assert CALENDAR.after(friday, timedelta(hours=5)) == datetime(2026, 3, 9, 9, 30, tzinfo=CHINA)


@given(SPANS, INSTANTS, AMOUNTS)
def test_what_lies_before_the_result_is_exactly_the_amount(
    spans: tuple[tuple[int, int], ...], start: datetime, amount: timedelta
) -> None:
    calendar = calendar_from(spans)
    assert calendar.worked(start, calendar.after(start, amount)) == amount


@settings(deadline=None)  # counting minutes is slow, and says nothing about the code
@given(SPANS, INSTANTS, st.integers(0, 3 * 1440))
def test_working_time_is_what_counting_minute_by_minute_gives(
    spans: tuple[tuple[int, int], ...], start: datetime, minutes: int
) -> None:
    end = start + timedelta(minutes=minutes)
    assert calendar_from(spans).worked(start, end) == timedelta(minutes=minutes_worked(spans, start, end))


@given(INSTANTS, INSTANTS, INSTANTS)
def test_working_time_of_two_stretches_is_that_of_the_whole(
    one: datetime, two: datetime, three: datetime
) -> None:
    a, b, c = sorted((one, two, three))
    assert CALENDAR.worked(a, b) + CALENDAR.worked(b, c) == CALENDAR.worked(a, c)


@given(INSTANTS, AMOUNTS)
def test_round_the_clock_is_wall_time(start: datetime, amount: timedelta) -> None:
    assert ROUND_THE_CLOCK.after(start, amount) == start + amount


@pytest.mark.parametrize(
    "spans", [[], [(600, 600)], [(700, 600)], [(0, 1441)], [(-1, 60)], [(0, 60), (30, 90)], [(1, 2, 3)]]
)
def test_working_hours_that_are_no_spans_of_a_day_are_refused(spans: list[tuple[int, ...]]) -> None:
    with pytest.raises(SpansRefused, match="互不重叠"):
        parse_spans(spans)


@pytest.mark.parametrize(
    ("days", "reason"),
    [
        ({"元旦": ["13-01"]}, "不是2027年的日期"),
        ({"元旦": ["01-01", "01-01"]}, "出现了两次"),
        ({"元旦": ["01-02"], "working": ["01-02"]}, "出现了两次"),
        ({"元旦": ["01-01"], "working": ["01-04"]}, "不是周六或周日"),
        ({"working": ["01-02"]}, "没有任何放假日"),
    ],
)
def test_a_year_that_contradicts_itself_is_refused(days: dict[str, list[str]], reason: str) -> None:
    with pytest.raises(YearRefused, match=reason):
        parse_year(2027, days, source="某通知")


@pytest.mark.parametrize(
    ("days", "reason"),
    [
        ({"元旦": ["W01-1"]}, "不是2027年的日期"),
        ({"元旦": ["1-1"]}, "不是2027年的日期"),
        ({"元旦": ["01-01"], "working": ["01-02", "01-02"]}, "出现了两次"),
        ({" ": ["01-01"]}, "没有写节日名称"),
    ],
)
def test_a_day_is_written_one_way_named_and_entered_once(days: dict[str, list[str]], reason: str) -> None:
    with pytest.raises(YearRefused, match=reason):
        parse_year(2027, days, source="某通知")


def test_the_last_midnight_of_a_known_year_needs_no_further_year() -> None:
    calendar, start = calendar_from(((0, 1440),)), datetime(2026, 12, 31, 12, tzinfo=CHINA)
    new_year = calendar.after(start, timedelta(hours=12))
    assert new_year == datetime(2027, 1, 1, tzinfo=CHINA)
    assert calendar.worked(start, new_year) == timedelta(hours=12)


def test_seconds_count_and_the_answer_stands_in_the_zone_of_the_question() -> None:
    start = datetime(2026, 3, 6, 9, 29, 59, 999_999, tzinfo=UTC)
    end = CALENDAR.after(start, timedelta(microseconds=2))
    assert (end, end.tzinfo) == (datetime(2026, 3, 9, 0, 30, 0, 1, tzinfo=UTC), UTC)


@given(INSTANTS, INSTANTS, AMOUNTS)
def test_a_later_start_or_a_greater_amount_ends_no_earlier(
    one: datetime, other: datetime, amount: timedelta
) -> None:
    first, later = sorted((one, other))
    assert CALENDAR.after(first, amount) <= CALENDAR.after(later, amount)
    assert CALENDAR.after(first, amount) < CALENDAR.after(first, amount + timedelta(microseconds=1))


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_the_weeks_about_spring_festival_are_as_counted_minute_by_minute(year: int) -> None:
    start = datetime(year, 1, 23, 16, 50, tzinfo=CHINA)
    for days in range(0, 42, 3):
        end = start + timedelta(days=days, minutes=37 * days)
        assert CALENDAR.worked(start, end) == timedelta(minutes=minutes_worked(OFFICE, start, end))


@given(INSTANTS, st.integers(1, 15))
def test_working_days_of_clock_time_end_no_later_than_the_count_that_leaves_out_the_first_day(
    start: datetime, count: int
) -> None:
    """Civil Code art. 201: the day on which a term begins is not counted."""
    day, left = start.date(), count
    while left:
        day += timedelta(days=1)
        left -= chinese_calendar.is_workday(day)
    end = CALENDAR.after(start, count * CALENDAR.standard_day)
    assert end <= datetime.combine(day, time(17, 30), CHINA)


def test_days_are_those_of_china() -> None:
    late = datetime.combine(date(2026, 3, 6), time(23, 30), CHINA)
    assert CALENDAR.worked(late, late + timedelta(days=2)) == timedelta()
