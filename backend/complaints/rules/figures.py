"""The figures by which firms are judged (law.md 6.1): response, resolution, satisfaction, and the rest.

Every rate is a part of a whole. Where the whole is 0 there is no rate; it is never 100 %.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

WEIGHTS = (30, 35, 35)
"""Response, resolution and satisfaction in the score, in hundredths; those who judge set them each year."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What is counted over tickets of a period; merged ones count as whistles of what they were merged into.

    Attributes:
        response_due, response_met: whose time to respond is over or was met; those that were met.
        resolution_due, resolution_met: the same of the resolution clock, over every round of the ticket.
        answered, solved: where a resident or a call-back said whether it was really solved; where so.
        unreached: called back in vain; they are in no rate.
        impossible: agreed that it cannot be solved; they are in no rate.
        closed: answered at least once; `reopened`: reopened at least once.
        whistles: reports and "me too"; beyond the first of each ticket they are repeats.
    """

    tickets: int = 0
    open: int = 0
    response_due: int = 0
    response_met: int = 0
    resolution_due: int = 0
    resolution_met: int = 0
    answered: int = 0
    solved: int = 0
    rated: int = 0
    satisfied: int = 0
    unreached: int = 0
    impossible: int = 0
    closed: int = 0
    reopened: int = 0
    whistles: int = 0


@dataclass(frozen=True, slots=True)
class Rate:
    """A part of a whole; `permille` is rounded down, for show; None says that there is no data."""

    part: int
    whole: int

    @property
    def permille(self) -> int | None:
        """Return thousandths, rounded down; None where the whole is 0."""
        return self.part * 1000 // self.whole if self.whole else None


def rates_of(counts: Counts) -> Mapping[str, Rate]:
    """Return every rate, by the name under which it is published."""
    return {
        "response": Rate(counts.response_met, counts.response_due),
        "closed_in_time": Rate(counts.resolution_met, counts.resolution_due),
        "resolution": Rate(counts.solved, counts.answered),
        "satisfaction": Rate(counts.satisfied, counts.rated),
        "reopened": Rate(counts.reopened, counts.closed),
        "repeated": Rate(counts.whistles - counts.tickets, counts.whistles),
    }


def score_of(counts: Counts) -> int | None:
    """Return 0.30 response + 0.35 resolution + 0.35 satisfaction in thousandths, rounded down.

    None where one of the three has no data.
    """
    rates = rates_of(counts)
    three = [rates[name] for name in ("response", "resolution", "satisfaction")]
    if any(rate.whole == 0 for rate in three):
        return None
    exact = sum(
        (Fraction(weight * rate.part, rate.whole) for weight, rate in zip(WEIGHTS, three, strict=True)),
        Fraction(),
    )
    return int(exact * 10)
