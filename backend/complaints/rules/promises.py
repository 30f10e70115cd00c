"""What is promised for a ticket: the terms of its clocks, frozen into the event that starts them.

Frozen, so that a later change of settings changes no running clock, and replaying gives the same answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from backend.complaints.rules.clocks import Mode, Term, Unit
from backend.complaints.rules.values import Level, Priority

STANDARD_SPANS: tuple[tuple[int, int], ...] = ((510, 720), (840, 1050))
"""8:30-12:00 and 14:00-17:30, in minutes of the day."""
MOST_PAUSED = {Mode.WORKING: 70, Mode.ROUND_THE_CLOCK: 240}
"""Ten days, in hours of the clock that stands still."""
_STEPS = {
    Level.COMMUNITY: Term(2, Unit.WORKING_DAY, Mode.WORKING),
    Level.STREET: Term(5, Unit.WORKING_DAY, Mode.WORKING),
    Level.DEPARTMENT: Term(15, Unit.DAY, Mode.ROUND_THE_CLOCK),
}


@dataclass(frozen=True, slots=True)
class Promises:
    """The terms of one round of a ticket.

    Attributes:
        response, resolution: the two clocks.
        steps: how long each rung above the firm has before the ticket climbs again.
        spans: working time of a day, minutes from midnight in +08:00.
        pause_hours: how many hours of its own time the resolution clock may stand still in all.
        confirm_days: how many days the resident has to confirm, rate or reopen.
    """

    response: Term
    resolution: Term
    steps: Mapping[Level, Term]
    spans: tuple[tuple[int, int], ...] = STANDARD_SPANS
    pause_hours: int = 240
    confirm_days: int = 7

    @property
    def pause_cap(self) -> timedelta:
        """Return `pause_hours` as a length of time."""
        return timedelta(hours=self.pause_hours)

    def to_json(self) -> dict[str, Any]:
        """Return what an event keeps."""
        return {
            "response": self.response.to_json(),
            "resolution": self.resolution.to_json(),
            "steps": {str(int(level)): term.to_json() for level, term in self.steps.items()},
            "spans": [list(span) for span in self.spans],
            "pause_hours": self.pause_hours,
            "confirm_days": self.confirm_days,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Promises:
        """Read what an event kept."""
        return cls(
            response=Term.from_json(kept["response"]),
            resolution=Term.from_json(kept["resolution"]),
            steps={Level(int(level)): Term.from_json(term) for level, term in kept["steps"].items()},
            spans=as_spans(kept["spans"]),
            pause_hours=kept["pause_hours"],
            confirm_days=kept["confirm_days"],
        )

    def with_spans(self, spans: Sequence[Sequence[int]]) -> Promises:
        """Return these promises for other working hours."""
        return replace(self, spans=as_spans(spans))


def as_spans(spans: Sequence[Sequence[int]]) -> tuple[tuple[int, int], ...]:
    """Return spans as JSON keeps them (lists of two minutes) in the form that is compared."""
    return tuple((start, end) for start, end in spans)


def _clock(response: tuple[int, Unit], resolution: tuple[int, Unit], mode: Mode) -> Promises:
    cap = MOST_PAUSED[mode]
    return Promises(Term(*response, mode), Term(*resolution, mode), _STEPS, pause_hours=cap)


DEFAULTS: Mapping[Priority, Promises] = {
    Priority.P1: _clock((15, Unit.MINUTE), (2, Unit.HOUR), Mode.ROUND_THE_CLOCK),
    Priority.P2: _clock((30, Unit.MINUTE), (24, Unit.HOUR), Mode.ROUND_THE_CLOCK),
    Priority.P3: _clock((2, Unit.HOUR), (5, Unit.WORKING_DAY), Mode.WORKING),
    Priority.P4: _clock((1, Unit.DAY), (15, Unit.DAY), Mode.ROUND_THE_CLOCK),
}
"""The default table of law.md 6.1."""
