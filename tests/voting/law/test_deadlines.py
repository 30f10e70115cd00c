from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.voting.law.deadlines import (
    CHINA,
    CalendarUnusable,
    InstantWithoutZone,
    OpeningTooEarly,
    VotingDaysOutOfRange,
    check_opening,
    closing,
    earliest_opening,
    end_of,
    filing,
    objections,
    result_posting,
)
from tests.voting.law.makers import a_pack

PACK = a_pack()
NOTICE = date(2026, 3, 1)
OPENING = datetime(2026, 3, 17, tzinfo=CHINA)


def every_day(_day):
    return True


def test_s21_fifteen_full_days_pass_between_notice_and_opening():
    assert earliest_opening(NOTICE, PACK) == OPENING
    assert earliest_opening(NOTICE, PACK).isoformat() == "2026-03-17T00:00:00+08:00"


def test_s21_the_lenient_pack_opens_a_day_sooner():
    lenient = a_pack(("notice_days = 16", "notice_days = 15"))
    assert earliest_opening(NOTICE, lenient).date() == date(2026, 3, 16)


def test_s21_an_earlier_opening_is_refused_with_the_lawful_instant():
    check_opening(OPENING, NOTICE, PACK)
    with pytest.raises(OpeningTooEarly, match=r"open at 2026-03-17T00:00:00\+08:00 or later"):
        check_opening(OPENING - timedelta(seconds=1), NOTICE, PACK)


def test_voting_from_midnight_lasts_exactly_the_days_announced():
    closes = closing(OPENING, 15, PACK)
    assert closes == OPENING + timedelta(days=15) == end_of(date(2026, 3, 31))
    assert closes.isoformat() == "2026-04-01T00:00:00+08:00"


@given(st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)), st.integers(5, 60))  # noqa: DTZ001
def test_voting_ends_at_a_chinese_midnight_and_is_never_shorter_than_announced(naive, days):
    opens_at = naive.replace(tzinfo=timezone.utc)  # noqa: UP017
    closes = closing(opens_at, days, PACK)
    assert (closes.hour, closes.minute, closes.second, closes.microsecond) == (0, 0, 0, 0)
    assert closes.utcoffset() == timedelta(hours=8)
    assert timedelta(days=days) <= closes - opens_at < timedelta(days=days + 1)


@pytest.mark.parametrize("days", [0, 4, 61])
def test_a_voting_period_outside_the_packs_bounds_is_refused(days):
    with pytest.raises(VotingDaysOutOfRange, match=r"allows 5 to 60; choose"):
        closing(OPENING, days, PACK)


def test_the_bounds_of_the_voting_period_are_allowed():
    assert closing(OPENING, 60, PACK) - closing(OPENING, 5, PACK) == timedelta(days=55)


def test_an_instant_without_a_time_zone_is_refused():
    naive = OPENING.replace(tzinfo=None)
    with pytest.raises(InstantWithoutZone, match=r"write it with \+08:00"):
        closing(naive, 15, PACK)
    with pytest.raises(InstantWithoutZone):
        check_opening(naive, NOTICE, PACK)


def test_results_are_posted_within_three_days_and_objections_run_seven():
    assert result_posting(date(2026, 4, 20), PACK) == date(2026, 4, 23)
    assert objections(date(2026, 4, 20), PACK) == date(2026, 4, 27)


def test_a_committee_elected_on_20_april_is_filed_by_20_may():
    assert filing(date(2026, 4, 20), PACK, every_day) == date(2026, 5, 20)


def test_a_filing_day_on_a_holiday_moves_to_the_next_working_day():
    holidays = {date(2026, 10, day) for day in range(1, 9)}
    assert filing(date(2026, 9, 1), PACK, lambda day: day not in holidays) == date(2026, 10, 9)


def test_a_calendar_without_working_days_is_refused_instead_of_searched_for_ever():
    with pytest.raises(CalendarUnusable, match="load the calendar of that year"):
        filing(date(2026, 4, 20), PACK, lambda _day: False)
