"""The ladder (街道吹哨、部门报到): what a clock that ran out brings about, without anybody's doing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from backend.complaints.rules.clocks import Reading
from backend.complaints.rules.events import Event
from backend.complaints.rules.life import Standing
from backend.complaints.rules.timing import Clocks
from backend.complaints.rules.values import Cause, ClockName, Kind, Level, Part, Party, State


@dataclass(frozen=True, slots=True)
class Rung:
    """A body above the firm, and on which level it stands."""

    level: Level
    organisation_id: str


def next_rung(level: Level, rungs: Sequence[Rung]) -> Rung | None:
    """Return the lowest body above a level; levels that nobody holds in this community are passed over."""
    above = [rung for rung in rungs if rung.level > level]
    return min(above, key=lambda rung: rung.level, default=None)


def as_facts(rung: Rung, part: Part = Part.LEAD) -> dict[str, Any]:
    """Return a rung as an event keeps a body."""
    return {"organisation": rung.organisation_id, "level": int(rung.level), "part": part.value}


def due_acts(standing: Standing, clocks: Clocks, rungs: Sequence[Rung], now: datetime) -> list[Event]:
    """Return what time has brought about by `now` and no event has recorded yet.

    Each miss of a clock, and each step of the ladder that ran out, climbs one level. Only what stands at
    the present readings is returned: an escalation starts a new step, so call again until nothing comes.
    """
    if standing.state is State.RESOLVED:
        lapsed = standing.confirm_by is not None and standing.confirm_by <= now
        return [_event(Kind.LAPSED, now)] if lapsed else []
    if not standing.is_open:
        return []
    found: list[Event] = []
    if _is_capped(standing, clocks.resolution, now):
        return [_event(Kind.RESUMED, now, because="cap")]
    for name, reading in ((ClockName.RESPONSE, clocks.response), (ClockName.RESOLUTION, clocks.resolution)):
        found += _of_clock(standing, name, reading, now)
    if any(event.kind is Kind.MISSED for event in found):
        missed = next(event for event in found if event.kind is Kind.MISSED)
        return [*found, *_climb(standing, rungs, Cause(missed.facts["clock"]), now)]
    if clocks.step is not None and _is_over(clocks.step, now) and ClockName.STEP not in standing.round.missed:
        return [*found, *_of_step(standing, rungs, clocks.step, now)]
    return found


def _of_clock(standing: Standing, name: ClockName, reading: Reading, now: datetime) -> list[Event]:
    one = standing.round
    if reading.stopped_at is not None or name in one.missed:
        return []
    if _is_over(reading, now):
        return [_event(Kind.MISSED, now, clock=name.value, due=_written(reading.due_at))]
    is_near = reading.remind_at is not None and reading.remind_at <= now
    if is_near and name not in one.told:
        return [_event(Kind.REMINDED, now, clock=name.value, due=_written(reading.due_at))]
    return []


def _of_step(standing: Standing, rungs: Sequence[Rung], reading: Reading, now: datetime) -> list[Event]:
    """Climb; at the top of the ladder only the miss is recorded, once."""
    higher = _climb(standing, rungs, Cause.STEP, now)
    return higher or [_event(Kind.MISSED, now, clock=ClockName.STEP.value, due=_written(reading.due_at))]


def _climb(standing: Standing, rungs: Sequence[Rung], cause: Cause, now: datetime) -> list[Event]:
    rung = next_rung(standing.level, rungs)
    if rung is None:
        return []
    return [_event(Kind.ESCALATED, now, cause=cause.value, level=int(rung.level), body=as_facts(rung))]


def _is_over(reading: Reading, now: datetime) -> bool:
    return reading.stopped_at is None and reading.due_at is not None and reading.due_at <= now


def _is_capped(standing: Standing, reading: Reading, now: datetime) -> bool:
    waits = standing.state is State.WAITING
    return waits and reading.capped_at is not None and reading.capped_at <= now


def _event(kind: Kind, at: datetime, **facts: Any) -> Event:
    return Event(kind, at, Party.SYSTEM, facts=facts)


def _written(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
