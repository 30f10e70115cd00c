"""Quarters of the calendar, as 2026-Q1."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from backend.fees.rules.viewing_refusals import SpanRefused

_NAME = re.compile(r"(2[0-9]{3})-Q([1-4])")


@dataclass(frozen=True, slots=True)
class Quarter:
    """Three months, from `first` until before `until`."""

    year: int
    number: int

    @property
    def name(self) -> str:
        """Return how it is written."""
        return f"{self.year}-Q{self.number}"

    @property
    def first(self) -> date:
        """Return its first day."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def until(self) -> date:
        """Return the day after its last."""
        return date(self.year + self.number // 4, 3 * self.number % 12 + 1, 1)


def a_quarter(name: str | None, today: date) -> Quarter:
    """Return a quarter that is over, the last such one unless one is named.

    Raises:
        SpanRefused: no quarter, or one that is not over.
    """
    if name is None:
        before = date(today.year, (today.month - 1) // 3 * 3 + 1, 1) - timedelta(days=1)
        return Quarter(before.year, before.month // 3)
    found = _NAME.fullmatch(name)
    if found is None:
        raise SpanRefused(f"“{name}”不是季度；请写作 2026-Q1")
    quarter = Quarter(int(found[1]), int(found[2]))
    if quarter.until > today:
        raise SpanRefused(f"{quarter.name} 尚未结束；汇总只提供已结束的季度")
    return quarter
