"""The life of a ticket: which step may follow which, and what a series of events comes to.

The state of a ticket is nowhere stored but in its events; `replay` derives it, and the columns that lists
are sorted by are a copy of what `replay` says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from backend.complaints.rules.clocks import Pause
from backend.complaints.rules.events import Event
from backend.complaints.rules.promises import Promises
from backend.complaints.rules.refusals import StepNotAllowed
from backend.complaints.rules.values import (
    OPEN,
    Callback,
    ClockName,
    Kind,
    Level,
    Part,
    Priority,
    Publication,
    State,
)
from backend.complaints.rules.wording import KIND_NAMES, STATE_NAMES


@dataclass(frozen=True, slots=True)
class Move:
    """From which states a kind of event is allowed, and the state after it (None: it stays)."""

    before: frozenset[State]
    after: State | None = None


_ANY = frozenset(State)
_LIVING = OPEN | {State.RESOLVED}
_DOING = frozenset({State.ACKNOWLEDGED, State.IN_PROGRESS})
_CLOSED = frozenset({State.RESOLVED, State.CONFIRMED})

MOVES: Mapping[Kind, Move] = {
    Kind.JOINED: Move(_LIVING),
    Kind.ADDED: Move(_LIVING),
    Kind.ASSIGNED: Move(OPEN),
    Kind.ACKNOWLEDGED: Move(frozenset({State.SUBMITTED, State.REOPENED}), State.ACKNOWLEDGED),
    Kind.STARTED: Move(frozenset({State.ACKNOWLEDGED}), State.IN_PROGRESS),
    Kind.ARRIVED: Move(_DOING),
    Kind.PLANNED: Move(_DOING),
    Kind.WAITED: Move(_DOING, State.WAITING),
    Kind.RESUMED: Move(frozenset({State.WAITING}), State.IN_PROGRESS),
    Kind.RESOLVED: Move(_DOING | {State.WAITING}, State.RESOLVED),
    Kind.CONFIRMED: Move(frozenset({State.RESOLVED}), State.CONFIRMED),
    Kind.LAPSED: Move(frozenset({State.RESOLVED}), State.CONFIRMED),
    Kind.REOPENED: Move(_CLOSED | {State.REJECTED}, State.REOPENED),
    Kind.REJECTED: Move(_DOING | {State.SUBMITTED, State.REOPENED}, State.REJECTED),
    Kind.APPEALED: Move(frozenset({State.REJECTED})),
    Kind.APPEAL_DISMISSED: Move(frozenset({State.REJECTED})),
    Kind.MERGED: Move(OPEN, State.MERGED),
    Kind.UNMERGED: Move(frozenset({State.MERGED})),  # back to where it was: see _on_unmerged
    Kind.ABSORBED: Move(OPEN),
    Kind.RELEASED: Move(_ANY),
    Kind.CALLED_BACK: Move(_CLOSED),
    Kind.REPLIED: Move(_LIVING | {State.CONFIRMED, State.REJECTED}),
    Kind.NOTED: Move(_ANY - {State.MERGED}),
    Kind.RECLASSIFIED: Move(OPEN),
    Kind.CALLED_IN: Move(OPEN),
    Kind.ESCALATED: Move(OPEN),
    Kind.REMINDED: Move(OPEN),
    Kind.MISSED: Move(OPEN),
    Kind.REVIEWED: Move(_ANY),
}
"""What is not in this table is refused; a submission has no state before it."""


@dataclass(frozen=True, slots=True)
class Step:
    """The time that a rung of the ladder has."""

    level: Level
    began_at: datetime


@dataclass(frozen=True, slots=True)
class Round:
    """One run of the clocks: from a submission or a reopening to the answer.

    Attributes:
        plan: the day's end up to which a dated plan moves the resolution, None without one.
        told: clocks of which a reminder went out; `missed`: clocks whose miss was recorded.
    """

    began_at: datetime
    promises: Promises
    responded_at: datetime | None = None
    resolved_at: datetime | None = None
    plan: datetime | None = None
    pauses: tuple[Pause, ...] = ()
    step: Step | None = None
    told: frozenset[ClockName] = frozenset()
    missed: frozenset[ClockName] = frozenset()


@dataclass(frozen=True, slots=True)
class Body:
    """An organisation that has to do with a ticket."""

    organisation_id: str
    level: Level
    part: Part


@dataclass(slots=True)
class Standing:
    """What the events of a ticket come to."""

    state: State
    category: str
    priority: Priority
    level: Level
    rounds: list[Round]
    bodies: dict[str, Body]
    last_at: datetime
    assignee: str | None = None
    whistles: int = 1
    merged_into: str | None = None
    before_merge: State | None = None
    confirm_by: datetime | None = None
    closed_at: datetime | None = None
    satisfaction: int | None = None
    solved: bool | None = None
    callback: Callback | None = None
    appeal_open: bool = False
    appealed: bool = False
    publication: Publication = Publication.PENDING
    events: int = 1
    arrived_at: datetime | None = field(default=None)

    @property
    def round(self) -> Round:
        """Return the running round, or the last one."""
        return self.rounds[-1]

    @property
    def is_open(self) -> bool:
        """Tell whether somebody still has to act."""
        return self.state in OPEN

    @property
    def reopened(self) -> int:
        """Return how many times it was reopened."""
        return len(self.rounds) - 1

    def working_bodies(self) -> list[Body]:
        """Return the bodies that answer for it or work on it."""
        return [body for body in self.bodies.values() if body.part is not Part.INFORMED]


def replay(events: Iterable[Event]) -> Standing:
    """Return what a ticket's events come to.

    Raises:
        StepNotAllowed: an event stands where the table of moves does not allow it.
    """
    remaining = iter(events)
    standing = _begin(next(remaining))
    for event in remaining:
        apply(standing, event)
    return standing


def check_move(standing: Standing, kind: Kind) -> None:
    """Refuse a step that the present state does not allow. Raises StepNotAllowed."""
    move = MOVES.get(kind)
    if move is None or standing.state not in move.before:
        raise StepNotAllowed(
            f"工单现为“{STATE_NAMES[standing.state]}”，不能{KIND_NAMES[kind]}；请刷新后查看可办理的事项"
        )


def apply(standing: Standing, event: Event) -> None:
    """Add one event to a standing. Raises StepNotAllowed."""
    check_move(standing, event.kind)
    effect = _EFFECTS.get(event.kind)
    if effect is not None:
        effect(standing, event)
    after = MOVES[event.kind].after
    if after is not None:
        standing.state = after
    standing.events += 1
    standing.last_at = event.at


def _begin(event: Event) -> Standing:
    facts = event.facts
    if event.kind is not Kind.SUBMITTED:
        raise StepNotAllowed("工单的第一条记录必须是提交")
    level = Level(facts["level"])
    first = Round(event.at, Promises.from_json(facts["promises"]), step=_step_at(level, event.at))
    return Standing(
        state=State.SUBMITTED,
        category=facts["category"],
        priority=Priority(facts["priority"]),
        level=level,
        rounds=[first],
        bodies={body.organisation_id: body for body in map(_body, facts["bodies"])},
        last_at=event.at,
    )


def _step_at(level: Level, at: datetime) -> Step | None:
    return Step(level, at) if level is not Level.FIRM else None


def _body(facts: Mapping[str, object]) -> Body:
    return Body(str(facts["organisation"]), Level(int(str(facts["level"]))), Part(str(facts["part"])))


def _update(standing: Standing, **changes: object) -> None:
    standing.rounds[-1] = replace(standing.round, **changes)  # type: ignore[arg-type]  # fields of Round


def _on_joined(standing: Standing, event: Event) -> None:
    standing.whistles += int(event.facts.get("whistles", 1))


def _on_released(standing: Standing, event: Event) -> None:
    standing.whistles -= int(event.facts["whistles"])


def _on_assigned(standing: Standing, event: Event) -> None:
    standing.assignee = event.facts["assignee"]


def _on_response(standing: Standing, event: Event) -> None:
    if standing.round.responded_at is None:
        _update(standing, responded_at=event.at)


def _on_arrived(standing: Standing, event: Event) -> None:
    standing.arrived_at = standing.arrived_at or event.at


def _on_planned(standing: Standing, event: Event) -> None:
    _update(standing, plan=datetime.fromisoformat(event.facts["until"]))


def _on_waited(standing: Standing, event: Event) -> None:
    pause = Pause(event.at, None, str(event.facts["wait"]))
    _update(standing, pauses=(*standing.round.pauses, pause))


def _on_resumed(standing: Standing, event: Event) -> None:
    pauses = standing.round.pauses
    if pauses and pauses[-1].end is None:
        _update(standing, pauses=(*pauses[:-1], replace(pauses[-1], end=event.at)))


def _on_resolved(standing: Standing, event: Event) -> None:
    _on_resumed(standing, event)
    _update(standing, resolved_at=event.at)
    standing.confirm_by = event.at + timedelta(days=standing.round.promises.confirm_days)
    standing.closed_at = event.at


def _on_confirmed(standing: Standing, event: Event) -> None:
    standing.confirm_by = None
    if event.kind is Kind.CONFIRMED:
        standing.satisfaction = event.facts.get("satisfaction")
        standing.solved = event.facts.get("solved")


def _on_reopened(standing: Standing, event: Event) -> None:
    level = Level(event.facts["level"])
    promises = Promises.from_json(event.facts["promises"])
    standing.rounds.append(Round(event.at, promises, step=_step_at(level, event.at)))
    standing.confirm_by = standing.closed_at = None
    standing.satisfaction = standing.solved = standing.callback = None
    standing.appeal_open = False
    _climb(standing, event)


def _on_rejected(standing: Standing, event: Event) -> None:
    _on_response(standing, event)
    _update(standing, resolved_at=event.at)
    standing.closed_at = event.at


def _on_appealed(standing: Standing, _event: Event) -> None:
    standing.appeal_open = standing.appealed = True


def _on_appeal_dismissed(standing: Standing, _event: Event) -> None:
    standing.appeal_open = False


def _on_merged(standing: Standing, event: Event) -> None:
    standing.before_merge = standing.state
    standing.merged_into = event.facts["into"]
    if standing.state is not State.WAITING:
        _update(standing, pauses=(*standing.round.pauses, Pause(event.at, None, Kind.MERGED.value)))


def _on_unmerged(standing: Standing, event: Event) -> None:
    if standing.before_merge is None:
        raise StepNotAllowed("没有合并可以撤销")
    if standing.before_merge is not State.WAITING:
        _on_resumed(standing, event)
    standing.state, standing.before_merge, standing.merged_into = standing.before_merge, None, None


def _on_called_back(standing: Standing, event: Event) -> None:
    """Keep what the call-back found; its rating counts only where the resident gave none."""
    standing.callback = Callback(event.facts["callback"])
    if standing.satisfaction is None:
        standing.satisfaction = event.facts.get("satisfaction")


def _on_reclassified(standing: Standing, event: Event) -> None:
    standing.category = event.facts["category"]
    standing.priority = Priority(event.facts["priority"])
    _update(standing, promises=Promises.from_json(event.facts["promises"]))


def _on_called_in(standing: Standing, event: Event) -> None:
    body = _body(event.facts["body"])
    standing.bodies[body.organisation_id] = body


def _on_escalated(standing: Standing, event: Event) -> None:
    _climb(standing, event)
    _update(standing, step=Step(standing.level, event.at))


def _climb(standing: Standing, event: Event) -> None:
    """Give the lead to the body of a higher rung; those below it go on working."""
    standing.level = Level(event.facts["level"])
    if "body" in event.facts:
        lead = _body(event.facts["body"])
        for key, body in standing.bodies.items():
            if body.part is Part.LEAD:
                standing.bodies[key] = replace(body, part=Part.ASSIST)
        standing.bodies[lead.organisation_id] = lead


def _on_reminded(standing: Standing, event: Event) -> None:
    _update(standing, told=standing.round.told | {ClockName(event.facts["clock"])})


def _on_missed(standing: Standing, event: Event) -> None:
    _update(standing, missed=standing.round.missed | {ClockName(event.facts["clock"])})


def _on_reviewed(standing: Standing, event: Event) -> None:
    if "publication" in event.facts:
        standing.publication = Publication(event.facts["publication"])


_EFFECTS: Mapping[Kind, Callable[[Standing, Event], None]] = {
    Kind.JOINED: _on_joined,
    Kind.ABSORBED: _on_joined,
    Kind.RELEASED: _on_released,
    Kind.ASSIGNED: _on_assigned,
    Kind.ACKNOWLEDGED: _on_response,
    Kind.ARRIVED: _on_arrived,
    Kind.PLANNED: _on_planned,
    Kind.WAITED: _on_waited,
    Kind.RESUMED: _on_resumed,
    Kind.RESOLVED: _on_resolved,
    Kind.CONFIRMED: _on_confirmed,
    Kind.LAPSED: _on_confirmed,
    Kind.REOPENED: _on_reopened,
    Kind.REJECTED: _on_rejected,
    Kind.APPEALED: _on_appealed,
    Kind.APPEAL_DISMISSED: _on_appeal_dismissed,
    Kind.MERGED: _on_merged,
    Kind.UNMERGED: _on_unmerged,
    Kind.CALLED_BACK: _on_called_back,
    Kind.RECLASSIFIED: _on_reclassified,
    Kind.CALLED_IN: _on_called_in,
    Kind.ESCALATED: _on_escalated,
    Kind.REMINDED: _on_reminded,
    Kind.MISSED: _on_missed,
    Kind.REVIEWED: _on_reviewed,
}
