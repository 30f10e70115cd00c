"""Readings: what they say, which are refused and why, and which a named reason saves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.fees.rules.charging import E3, format_e3
from backend.fees.rules.metering import Dial, Taken, judge, parse_reading
from backend.fees.rules.refusals import ReadingImplausible, ReadingUnreadable
from backend.fees.rules.values import Override
from tests.fees.scene import a_day

DIAL = Dial(rolls_at_e3=100_000 * E3, most_a_day_e3=50 * E3)


def taken(*values: tuple[str, int, int]) -> list[Taken]:
    return [Taken(a_day(day), value * E3, usage * E3) for day, value, usage in values]


BEFORE = taken(("2026-01-01", 100, 0), ("2026-01-31", 400, 300))


def reason_of(value: int, day: str = "2026-03-02", before=BEFORE, override=None) -> str:
    with pytest.raises(ReadingImplausible) as caught:
        judge(DIAL, before, a_day(day), value * E3, override)
    return caught.value.reason


def test_usage_is_what_the_dial_moved() -> None:
    assert judge(DIAL, BEFORE, a_day("02"), 700 * E3, None).usage_e3 == 300 * E3


def test_a_dial_near_its_end_may_roll_over() -> None:
    found = judge(DIAL, taken(("2026-01-31", 99_950, 0)), a_day("02"), 30 * E3, None)
    assert (found.usage_e3, found.rolled_over) == (80 * E3, True)


def test_implausible_readings_are_refused_with_their_reason() -> None:
    assert reason_of(100_000) == "beyond-dial"
    assert reason_of(500, day="2026-01-31") == "day-not-later"
    assert reason_of(399) == "lower-than-last"
    assert reason_of(400 + 30 * 101) == "too-high"  # ten times the usual ten a day
    assert reason_of(60, before=taken(("2026-03-01", 9, 0))) == "too-high"  # above the meter's most


def test_a_first_period_is_judged_by_the_meter_s_most_alone() -> None:
    assert judge(DIAL, taken(("2026-03-01", 9, 0)), a_day("02"), 59 * E3, None).usage_e3 == 50 * E3


def test_a_named_reason_takes_what_only_looks_wrong() -> None:
    assert judge(DIAL, BEFORE, a_day("02"), 5000 * E3, Override.LEAK).usage_e3 == 4600 * E3
    assert judge(DIAL, BEFORE, a_day("02"), 10 * E3, Override.ROLLED_OVER).rolled_over


def test_no_reason_takes_what_cannot_be() -> None:
    assert reason_of(100_001, override=Override.SEEN) == "beyond-dial"
    assert reason_of(500, day="2026-01-30", override=Override.SEEN) == "day-not-later"
    assert reason_of(10, override=Override.SEEN) == "lower-than-last"


@pytest.mark.parametrize("text", ["", "-1", "1.2345", "1e3", "12,5", "abc", "1234567890"])
def test_what_is_no_reading_is_refused(text: str) -> None:
    with pytest.raises(ReadingUnreadable):
        parse_reading(text)


@given(st.integers(0, 10**12 - 1))
def test_a_reading_is_read_as_it_is_written(value: int) -> None:
    assert parse_reading(format_e3(value)) == value
