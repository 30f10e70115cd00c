"""Stretches of days, and how many months they are."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

from backend.fees.rules.refusals import PeriodRefused

LONGEST_DAYS = 3 * 366
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Days from `first` on, `until` not included."""

    first: date
    until: date

    @property
    def last(self) -> date:
        """Return its last day, as people name the end."""
        return self.until - _DAY

    @property
    def days(self) -> int:
        """Return its length in days."""
        return (self.until - self.first).days

    def overlaps(self, other: Period) -> bool:
        """Tell whether they have a day in common."""
        return self.first < other.until and other.first < self.until

    def cut(self, other: Period) -> Period | None:
        """Return the days that both have, None if there are none."""
        first, until = max(self.first, other.first), min(self.until, other.until)
        return Period(first, until) if first < until else None

    def split(self, at: Iterable[date]) -> tuple[Period, ...]:
        """Return its parts when a new one begins on each of these days."""
        inside = sorted({day for day in at if self.first < day < self.until})
        return tuple(Period(first, until) for first, until in pairwise([self.first, *inside, self.until]))


def a_period(first_day: date, last_day: date) -> Period:
    """Make a period of its first and its last day.

    Raises:
        PeriodRefused: it ends before it begins, or is longer than three years.
    """
    if last_day < first_day:
        raise PeriodRefused(f"结束日 {last_day} 早于开始日 {first_day}；请核对")
    if (last_day - first_day).days >= LONGEST_DAYS or last_day.year > 2999:
        raise PeriodRefused("一个账期最长三年；请分成几个账期")
    return Period(first_day, last_day + _DAY)


def months_in(period: Period) -> Fraction:
    """Return its length in months: whole calendar months, and days as parts of the month they lie in."""
    total, first = Fraction(0), period.first
    while first < period.until:
        length = monthrange(first.year, first.month)[1]
        next_month = first.replace(day=1) + timedelta(days=length)
        until = min(next_month, period.until)
        total += Fraction((until - first).days, length)
        first = until
    return total
