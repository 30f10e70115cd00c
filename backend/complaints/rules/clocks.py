"""A clock of a ticket: how much time a promise gives, what stops it, and when it runs out.

Pure: the same input gives the same answer, so that replaying a ticket's events years later repeats it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from backend.kernel.clock import CHINA
from backend.kernel.worktime import ROUND_THE_CLOCK, CalendarUnknown, WorkCalendar


class Unit(StrEnum):
    """In what a term is counted."""

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    WORKING_DAY = "working_day"
    EXACT = "exact"
    """Microseconds: how far away the instant is that a dated plan names."""


class Mode(StrEnum):
    """Whether nights, weekends and holidays count."""

    ROUND_THE_CLOCK = "round_the_clock"
    WORKING = "working"


_LENGTHS = {
    Unit.EXACT: timedelta(microseconds=1),
    Unit.MINUTE: timedelta(minutes=1),
    Unit.HOUR: timedelta(hours=1),
    Unit.DAY: timedelta(days=1),
}


@dataclass(frozen=True, slots=True)
class Term:
    """How much time there is.

    A working day is the calendar's standard day of working time, wherever in a day it begins; so a pause is
    exact to the minute, and the term is never longer than the legal count, which leaves out the first day
    (Civil Code art. 201).
    """

    amount: int
    unit: Unit
    mode: Mode

    def length(self, calendar: WorkCalendar) -> timedelta:
        """Return the time it gives, counted by `calendar`."""
        return self.amount * (_LENGTHS.get(self.unit) or calendar.standard_day)

    def to_json(self) -> dict[str, Any]:
        """Return what an event keeps."""
        return {"amount": self.amount, "unit": self.unit.value, "mode": self.mode.value}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Term:
        """Read what an event kept."""
        return cls(int(kept["amount"]), Unit(kept["unit"]), Mode(kept["mode"]))


@dataclass(frozen=True, slots=True)
class Pause:
    """A time for which a clock stands still; it lasts as long as `end` is None."""

    start: datetime
    end: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a clock shows.

    Attributes:
        calendar: by which it counts.
        pauses: as given; `paused_for`: how much of its time they took, never more than the cap.
        due_at: None while it stands still (then `remaining` says what is left) or in an unknown year.
            A clock that ran out before it was paused, or before the unknown year, keeps it.
        remind_at: when three quarters of its time are gone; None as `due_at` is.
        capped_at: when the running pause uses up the cap, or did; None also beyond the calendar.
        remaining: what is left of the term; beyond the calendar, what was left where that ends.
        met: whether it was stopped in time; None as long as that is open.
        unknown_year: the year that must be entered before the due time is known; None if it need not.
    """

    term: Term
    calendar: WorkCalendar
    started_at: datetime
    pauses: tuple[Pause, ...]
    stopped_at: datetime | None
    paused: bool
    paused_for: timedelta
    due_at: datetime | None
    remind_at: datetime | None
    capped_at: datetime | None
    remaining: timedelta
    met: bool | None
    unknown_year: int | None


def read_clock(  # noqa: PLR0913  (what a clock is; all but the first two are named at the call)
    term: Term,
    calendar: WorkCalendar,
    *,
    started_at: datetime,
    pauses: Sequence[Pause],
    stopped_at: datetime | None,
    now: datetime,
    cap: timedelta,
) -> Reading:
    """Read a clock.

    It runs from `started_at`, stands still in pauses until these have taken `cap` of its time in all, and is
    stopped for good at `stopped_at`. `now` matters only for a clock that still runs.
    """
    counted = ROUND_THE_CLOCK if term.mode is Mode.ROUND_THE_CLOCK else calendar
    still = _Still(counted, started_at, _cuts(counted, started_at, pauses, cap))
    whole, at = term.length(counted), stopped_at or now
    due_at, edge = still.when_run(whole)
    known = min(at, due_at or edge or at)
    is_paused = stopped_at is None and due_at != known and still.stands_at(at, known)
    return Reading(
        term=term,
        calendar=counted,
        started_at=started_at,
        pauses=tuple(pauses),
        stopped_at=stopped_at,
        paused=is_paused,
        paused_for=still.stood_until(at),
        due_at=None if is_paused else due_at,
        remind_at=None if is_paused or due_at is None else still.when_run(whole * 3 // 4)[0],
        capped_at=None if stopped_at else still.capped_at,
        remaining=whole - counted.worked(started_at, known) + still.stood_until(known),
        met=_met(due_at, edge, stopped_at, now),
        unknown_year=None if is_paused or edge is None else edge.astimezone(CHINA).year,
    )


@dataclass(frozen=True, slots=True)
class _Cut:
    """A time in which a clock stands still; it ends at the latest where the cap is used up.

    Attributes:
        is_open: it is the pause that is still running.
        is_beyond: the calendar does not reach that far; `end` is where it ends.
    """

    begin: datetime
    end: datetime
    is_open: bool = False
    is_beyond: bool = False


@dataclass(frozen=True, slots=True)
class _Still:
    """When a clock started and stood still, as far as the calendar reaches."""

    calendar: WorkCalendar
    started_at: datetime
    cuts: tuple[_Cut, ...]

    @property
    def capped_at(self) -> datetime | None:
        """Return when the running pause uses up the cap; None without one, or beyond the calendar."""
        return next((cut.end for cut in self.cuts if cut.is_open and not cut.is_beyond), None)

    def when_run(self, length: timedelta) -> tuple[datetime | None, datetime | None]:
        """Return when the clock has run so long; or None, and the instant at which the calendar ends."""
        at, left = self.started_at, length
        for cut in self.cuts:
            reached, is_known = _reach(self.calendar, at, left)
            if reached <= cut.begin:
                return (reached, None) if is_known else (None, reached)
            left -= self.calendar.worked(at, cut.begin)
            at = cut.end
        reached, is_known = _reach(self.calendar, at, left)
        return (reached, None) if is_known else (None, reached)

    def stands_at(self, at: datetime, known: datetime) -> bool:
        """Tell whether the running pause still stops the clock, if it began when all was `known`."""
        return any(cut.is_open and cut.begin <= known and at < cut.end for cut in self.cuts)

    def stood_until(self, at: datetime) -> timedelta:
        """Return how much of its time the clock stood still until an instant."""
        worked = self.calendar.worked
        return sum((worked(cut.begin, min(cut.end, at)) for cut in self.cuts), timedelta())


def _cuts(
    calendar: WorkCalendar, started_at: datetime, pauses: Sequence[Pause], cap: timedelta
) -> tuple[_Cut, ...]:
    found, left = [], cap
    for pause in pauses:
        begin = max(pause.start, started_at)
        if left <= timedelta() or (pause.end is not None and pause.end <= begin):
            continue
        limit, is_known = _reach(calendar, begin, left)
        if pause.end is None or pause.end > limit:
            found.append(_Cut(begin, limit, is_open=pause.end is None, is_beyond=not is_known))
            break
        found.append(_Cut(begin, pause.end))
        left -= calendar.worked(begin, pause.end)
    return tuple(found)


def _reach(calendar: WorkCalendar, start: datetime, amount: timedelta) -> tuple[datetime, bool]:
    """Return when so much time has passed, and True; or where the calendar ends before it has, and False.

    What was decided before the calendar ends stays decided: a year that is not entered yet may hide the
    future of a clock, never its past.
    """
    try:
        return calendar.after(start, amount), True
    except CalendarUnknown as error:
        return max(datetime(error.year, 1, 1, tzinfo=CHINA), start), False


def _met(
    due_at: datetime | None, edge: datetime | None, stopped_at: datetime | None, now: datetime
) -> bool | None:
    """Tell whether the clock was stopped in time, None while that is open.

    A clock that was stopped before the calendar ends, and was not due by then, was stopped in time.
    """
    if stopped_at is not None:
        limit = due_at or edge
        is_in_time = limit is not None and stopped_at <= limit
        return is_in_time if due_at is not None or is_in_time else None
    return False if due_at is not None and due_at <= now else None
