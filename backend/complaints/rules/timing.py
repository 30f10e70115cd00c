"""The clocks of a ticket, read from its standing: what is due when, and when to look at it again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from backend.complaints.rules.clocks import Mode, Reading, Term, Unit, read_clock
from backend.complaints.rules.life import Round, Standing
from backend.complaints.rules.values import ClockName
from backend.kernel.worktime import WorkCalendar

Spans = Sequence[Sequence[int]]
Calendars = Callable[[Spans], WorkCalendar]
"""Gives the calendar of these working hours, with every year that is known."""
NO_CAP = timedelta(days=36_500)


@dataclass(frozen=True, slots=True)
class Clocks:
    """The readings of a ticket at one instant; `step` is None while the firm has it."""

    response: Reading
    resolution: Reading
    step: Reading | None


def read_clocks(standing: Standing, calendars: Calendars, now: datetime) -> Clocks:
    """Read the clocks of the running round, or of the last one."""
    return read_round(standing.round, calendars, now)


def read_round(one: Round, calendars: Calendars, now: datetime) -> Clocks:
    """Read the clocks of one round.

    The response clock knows no pause: to say that one waits is to respond. A dated plan takes the place of
    the resolution term (law.md 6.1, P4).
    """
    calendar = calendars(one.promises.spans)
    response = read_clock(
        one.promises.response,
        calendar,
        started_at=one.began_at,
        pauses=(),
        stopped_at=one.responded_at or one.resolved_at,
        now=now,
        cap=NO_CAP,
    )
    resolution = _pausable(one, _resolution_term(one), calendar, one.began_at, now)
    step = None
    if one.step is not None:
        step = _pausable(one, one.promises.steps[one.step.level], calendar, one.step.began_at, now)
    return Clocks(response, resolution, step)


def wake_at(standing: Standing, clocks: Clocks) -> datetime | None:
    """Return the next instant at which the passing of time alone changes something; None if none does."""
    if not standing.is_open:
        return standing.confirm_by
    one = standing.round
    moments = [
        *_moments(clocks.response, ClockName.RESPONSE, one),
        *_moments(clocks.resolution, ClockName.RESOLUTION, one),
    ]
    if clocks.step is not None and clocks.step.due_at is not None and ClockName.STEP not in one.missed:
        moments.append(clocks.step.due_at)
    return min(moments, default=None)


def _resolution_term(one: Round) -> Term:
    if one.plan is None:
        return one.promises.resolution
    away = (one.plan - one.began_at) // timedelta(microseconds=1)
    return Term(away, Unit.EXACT, Mode.ROUND_THE_CLOCK)


def _pausable(one: Round, term: Term, calendar: WorkCalendar, start: datetime, now: datetime) -> Reading:
    return read_clock(
        term,
        calendar,
        started_at=start,
        pauses=tuple(pause for pause in one.pauses if pause.end is None or pause.end > start),
        stopped_at=one.resolved_at,
        now=now,
        cap=one.promises.pause_cap,
    )


def _moments(reading: Reading, name: ClockName, one: Round) -> list[datetime]:
    """Return when to remind, when it is due, and when a pause has lasted as long as it may."""
    if reading.stopped_at is not None or name in one.missed:
        return []
    found = [reading.due_at, reading.capped_at]
    if name not in one.told:
        found.append(reading.remind_at)
    return [moment for moment in found if moment is not None]
