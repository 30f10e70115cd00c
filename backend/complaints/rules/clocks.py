"""A clock of a ticket: how much time a promise gives, what stops it, and when it runs out.

Pure: the same input gives the same answer, so that replaying a ticket's events years later repeats it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from backend.kernel.worktime import ROUND_THE_CLOCK, CalendarUnknown, WorkCalendar


class Unit(StrEnum):
    """In what a term is counted."""

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    WORKING_DAY = "working_day"


class Mode(StrEnum):
    """Whether nights, weekends and holidays count."""

    ROUND_THE_CLOCK = "round_the_clock"
    WORKING = "working"


_LENGTHS = {
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
        remind_at: when three quarters of its time are gone; None as `due_at` is.
        capped_at: when the running pause uses up the cap, or did.
        met: whether it was stopped in time; None as long as that is open.
        unknown_year: the year that the calendar does not reach, None if it does.
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
    still = _Still(tuple(pauses), counted, started_at, cap)
    try:
        return _read(term, still, stopped_at, now)
    except CalendarUnknown as error:
        return _unknown(term, still, stopped_at, error.year)


@dataclass(frozen=True, slots=True)
class _Still:
    """When a clock stands still: the pauses, cut where the cap is used up."""

    pauses: tuple[Pause, ...]
    calendar: WorkCalendar
    started_at: datetime
    cap: timedelta

    def cuts(self) -> Iterator[tuple[datetime, datetime, bool]]:
        """Yield begin, end and whether the pause is still running, for each; an open one ends at the cap."""
        left = self.cap
        for pause in self.pauses:
            begin = max(pause.start, self.started_at)
            if left <= timedelta() or (pause.end is not None and pause.end <= begin):
                continue
            if pause.end is None or self.calendar.worked(begin, pause.end) > left:
                yield begin, self.calendar.after(begin, left), pause.end is None
                return
            left -= self.calendar.worked(begin, pause.end)
            yield begin, pause.end, False


def _read(term: Term, still: _Still, stopped_at: datetime | None, now: datetime) -> Reading:
    length, calendar = term.length(still.calendar), still.calendar
    cuts = list(still.cuts())
    due_at = _after_running(still, cuts, length)
    running = next((cut for cut in cuts if cut[2]), None)
    at = stopped_at or now
    is_paused = stopped_at is None and running is not None and running[0] <= at < running[1] and at <= due_at
    used = _run(still, cuts, at)
    is_late = at > due_at if stopped_at else at >= due_at
    met = not is_late if stopped_at else (False if is_late and not is_paused else None)
    return Reading(
        term=term,
        calendar=calendar,
        started_at=still.started_at,
        pauses=still.pauses,
        stopped_at=stopped_at,
        paused=is_paused,
        paused_for=sum((calendar.worked(begin, min(end, at)) for begin, end, _ in cuts), timedelta()),
        due_at=None if is_paused else due_at,
        remind_at=None if is_paused else _after_running(still, cuts, length * 3 // 4),
        capped_at=running[1] if running is not None and stopped_at is None else None,
        remaining=max(length - used, timedelta()),
        met=met,
        unknown_year=None,
    )


def _unknown(term: Term, still: _Still, stopped_at: datetime | None, year: int) -> Reading:
    return Reading(
        term=term,
        calendar=still.calendar,
        started_at=still.started_at,
        pauses=still.pauses,
        stopped_at=stopped_at,
        paused=False,
        paused_for=timedelta(),
        due_at=None,
        remind_at=None,
        capped_at=None,
        remaining=term.length(still.calendar),
        met=None,
        unknown_year=year,
    )


Cuts = Sequence[tuple[datetime, datetime, bool]]


def _after_running(still: _Still, cuts: Cuts, length: timedelta) -> datetime:
    """Return when the clock has run for `length`, standing still in the cuts."""
    at, left = still.started_at, length
    for begin, end, _ in cuts:
        stretch = still.calendar.worked(at, begin)
        if left <= stretch:
            return still.calendar.after(at, left)
        left -= stretch
        at = max(at, end)
    return still.calendar.after(at, left)


def _run(still: _Still, cuts: Cuts, until: datetime) -> timedelta:
    """Return for how long the clock has run until an instant."""
    total = still.calendar.worked(still.started_at, until)
    for begin, end, _ in cuts:
        total -= still.calendar.worked(min(begin, until), min(end, until))
    return total
