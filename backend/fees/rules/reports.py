"""What the firm asks of all its units: arrears by age, and what came in by this or that."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise

from backend.fees.rules.viewing_refusals import SpanRefused

AGES = (0, 30, 90, 365)
"""An age class begins after so many days past the due day: 1-30, 31-90, 91-365, more."""
LONGEST_DAYS = 3 * 366


class By(StrEnum):
    """By what money that came in is told apart."""

    METHOD = "method"
    ITEM = "item"
    PERIOD = "period"
    BUILDING = "building"


@dataclass(frozen=True, slots=True)
class Arrears:
    """What a holder of a unit owes past its due day: by age class, in fen, and since when.

    `is_present` says that the unit has not changed hands since.
    """

    unit_id: str
    label: str
    building: str
    tenure: int
    is_present: bool
    ages_fen: tuple[int, ...]
    oldest_due_day: date
    bills: int

    @property
    def total_fen(self) -> int:
        """Return what is owed in all."""
        return sum(self.ages_fen)


@dataclass(frozen=True, slots=True)
class Part:
    """What came in for one key; the key is empty for what became prepayment."""

    key: str
    name: str
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Span:
    """Days, both included."""

    first: date
    last: date


def a_span(first: date, last: date) -> Span:
    """Make a span of days. Raises SpanRefused: it ends before it begins, or is longer than three years."""
    if last < first:
        raise SpanRefused(f"结束日 {last} 早于开始日 {first}；请核对")
    if (last - first).days >= LONGEST_DAYS:
        raise SpanRefused("查询期间最长三年；请分次查询")
    return Span(first, last)


def due_spans(day: date) -> list[tuple[date | None, date]]:
    """Return which due days fall into each age class on a day: from one (None: ever) until before another."""
    edges = [day - timedelta(days=age) for age in AGES]
    return [*((older, newer) for newer, older in pairwise(edges)), (None, edges[-1])]


def total_ages(rows: Iterable[Arrears]) -> Sequence[int]:
    """Add up age classes."""
    totals = [0] * len(AGES)
    for row in rows:
        totals = [total + age for total, age in zip(totals, row.ages_fen, strict=True)]
    return totals
