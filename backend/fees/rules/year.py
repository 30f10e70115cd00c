"""A year of a unit by item and month: what was billed, what of it is paid, what is owed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

MONTHS = range(1, 13)


@dataclass(slots=True)
class Sums:
    """Sums in fen over bills that stand. What is paid and what is owed come to what was billed."""

    billed_fen: int = 0
    owed_fen: int = 0

    @property
    def paid_fen(self) -> int:
        """Return what was paid on these bills, or settled from prepayment."""
        return self.billed_fen - self.owed_fen

    def add(self, billed_fen: int, owed_fen: int) -> None:
        """Add a bill."""
        self.billed_fen += billed_fen
        self.owed_fen += owed_fen


@dataclass(frozen=True, slots=True)
class Billed:
    """A bill that stands: of an item, whose period begins in a month."""

    item_id: str
    month: int
    billed_fen: int
    owed_fen: int


@dataclass(slots=True)
class Year:
    """The sums of a year, in all, by item, by month, and by both."""

    year: int
    total: Sums = field(default_factory=Sums)
    items: dict[str, Sums] = field(default_factory=dict)
    months: Mapping[int, Sums] = field(default_factory=lambda: {month: Sums() for month in MONTHS})
    cells: dict[tuple[str, int], Sums] = field(default_factory=dict)


def sum_up(year: int, bills: Iterable[Billed]) -> Year:
    """Add up the bills of a year."""
    found = Year(year)
    for bill in bills:
        sums = (
            found.total,
            found.months[bill.month],
            found.items.setdefault(bill.item_id, Sums()),
            found.cells.setdefault((bill.item_id, bill.month), Sums()),
        )
        for one in sums:
            one.add(bill.billed_fen, bill.owed_fen)
    return found


def most_billed(months: Sequence[Sums]) -> int:
    """Return the largest month's sum, 1 at least, so that it can be divided by."""
    return max([1, *(one.billed_fen for one in months)])
