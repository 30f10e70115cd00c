"""A ticket with its events: loading it, adding an event, and the copy of its standing that lists are made of.

Every change of a ticket goes through `record`; nothing else writes an event or a copied column.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, make_transient_to_detached

from backend.complaints.models import Category, Ticket, TicketBody, TicketEvent
from backend.complaints.rules import life
from backend.complaints.rules.events import Event
from backend.complaints.rules.ladder import Rung, due_acts
from backend.complaints.rules.life import Body, Standing
from backend.complaints.rules.refusals import TicketUnknown
from backend.complaints.rules.timing import Calendars, Clocks, read_clocks, read_round, wake_at
from backend.complaints.rules.values import Kind, Level, Party
from backend.complaints.service.telling import tell
from backend.infra.calendar import calendars_of
from backend.infra.house import House
from backend.infra.prepared import inserting
from backend.registry import bodies_of

MOST_AUTOMATIC = 20
SUPERVISING = "housing"
"""The department (住房和城乡建设) that supervises property firms: the last rung for every other matter."""
FAR = datetime(9999, 1, 1, tzinfo=UTC)
"""Where nothing is due: behind everything that is."""


@dataclass(slots=True)
class Case:
    """A ticket, what its events come to, and the calendars its clocks are read by."""

    row: Ticket
    events: list[Event]
    standing: Standing
    calendars: Calendars

    def clocks(self, house: House) -> Clocks:
        """Read its clocks now."""
        return read_clocks(self.standing, self.calendars, house.clock())


def get_case(session: Session, ticket_id: str, *, lock: bool = False) -> Case:
    """Return a ticket; with `lock` no other transaction changes it meanwhile.

    Raises:
        TicketUnknown: there is none.
    """
    query = sa.select(Ticket).where(Ticket.id == ticket_id)
    row = session.scalar(query.with_for_update() if lock else query)
    if row is None:
        raise TicketUnknown("没有这张工单；请核对编号")
    events = events_of(session, ticket_id)
    return Case(row, events, life.replay(events), calendars_of(session))


def events_of(session: Session, ticket_id: str) -> list[Event]:
    """Return a ticket's events in their order."""
    query = sa.select(TicketEvent).where(TicketEvent.ticket_id == ticket_id).order_by(TicketEvent.number)
    return [as_event(row) for row in session.scalars(query)]


def as_event(row: TicketEvent) -> Event:
    """Return an event as the rules know it."""
    return Event(
        kind=Kind(row.kind),
        at=row.at,
        party=Party(row.party),
        account_id=row.account_id,
        organisation_id=row.organisation_id,
        text=row.text,
        facts=row.facts,
        photos=tuple(row.photos),
    )


def begin(session: Session, house: House, row: Ticket, event: Event) -> Case:
    """Keep a new ticket with its first event."""
    case = Case(row, [event], life.replay([event]), calendars_of(session))
    clocks = _copy(case, house)
    _ADD_TICKET.run(session, {name: getattr(row, name) for name in _COLUMNS})
    _ADD_EVENT.run(session, _event_cells(row, event, 1))
    due = _next_due(clocks) or FAR
    _ADD_BODY.run(session, *(_body_cells(case, body, due) for body in case.standing.bodies.values()))
    make_transient_to_detached(row)
    session.add(row)
    tell(session, house, row.id, 1)
    return case


def record(session: Session, house: House, case: Case, event: Event) -> None:
    """Add an event to a ticket that was loaded with `lock`.

    Raises:
        StepNotAllowed: the table of moves does not allow it now; nothing is written.
    """
    life.apply(case.standing, event)
    case.events.append(event)
    number = len(case.events)
    _ADD_EVENT.run(session, _event_cells(case.row, event, number))
    clocks = _copy(case, house)
    _keep_bodies(session, case, clocks)
    session.flush()
    tell(session, house, case.row.id, number)


def catch_up(session: Session, house: House, case: Case) -> int:
    """Record what time has brought about, and return how many events that were."""
    rungs = ladder_of(session, case)
    added = 0
    for _ in range(MOST_AUTOMATIC):
        acts = due_acts(case.standing, case.clocks(house), rungs, house.clock())
        for event in acts:
            record(session, house, case, event)
        added += len(acts)
        if not acts:
            break
    return added


def refresh(session: Session, house: House, case: Case) -> None:
    """Copy the standing anew where no event did, because the calendar has learnt a year.

    A moment that has come and changed nothing is not looked at again.
    """
    clocks = _copy(case, house)
    if case.row.wake_at is not None and case.row.wake_at <= house.clock():
        case.row.wake_at = None
    _keep_bodies(session, case, clocks)


def ladder_of(session: Session, case: Case) -> tuple[Rung, ...]:
    """Return the ladder above the firm for a ticket, as far as its community has bodies for it.

    Its top is the department of the ticket's kind, else the one that supervises property firms.
    """
    bodies = bodies_of(session, case.row.community_id)
    kind = session.get_one(Category, case.standing.category).department
    department = bodies.departments.get(kind or SUPERVISING) or bodies.departments.get(SUPERVISING)
    held = (
        (Level.COMMUNITY, bodies.community),
        (Level.STREET, bodies.street),
        (Level.DEPARTMENT, department),
    )
    return tuple(Rung(level, body) for level, body in held if body is not None)


_COLUMNS = tuple(column.key for column in sa.inspect(Ticket).column_attrs)
_ADD_TICKET = inserting(Ticket, *_COLUMNS)
_ADD_EVENT = inserting(TicketEvent, *(column.key for column in sa.inspect(TicketEvent).column_attrs))
_ADD_BODY = inserting(TicketBody, *(column.key for column in sa.inspect(TicketBody).column_attrs))


def _event_cells(row: Ticket, event: Event, number: int) -> dict[str, Any]:
    return {
        "ticket_id": row.id,
        "number": number,
        "kind": event.kind.value,
        "at": event.at,
        "party": event.party.value,
        "account_id": event.account_id,
        "organisation_id": event.organisation_id,
        "text": event.text,
        "facts": dict(event.facts),
        "photos": list(event.photos),
    }


def _body_cells(case: Case, body: Body, due: datetime) -> dict[str, Any]:
    return {
        "ticket_id": case.row.id,
        "organisation_id": body.organisation_id,
        "level": int(body.level),
        "part": body.part.value,
        "is_open": case.standing.is_open,
        "due_at": due,
        "submitted_at": case.row.submitted_at,
    }


def _copy(case: Case, house: House) -> Clocks:
    """Copy what the events come to into the columns of the ticket, and return its clocks as read."""
    row, standing, clocks = case.row, case.standing, case.clocks(house)
    one = standing.round
    row.category, row.state = standing.category, standing.state.value
    row.priority, row.level = standing.priority.value, int(standing.level)
    row.assignee_id, row.merged_into = standing.assignee, standing.merged_into
    row.whistles, row.reopened, row.events = standing.whistles, standing.reopened, standing.events
    row.responded_at, row.resolved_at = one.responded_at, one.resolved_at
    row.response_due_at, row.resolution_due_at = clocks.response.due_at, clocks.resolution.due_at
    row.response_met, row.resolution_met = _met(case, house, clocks)
    row.closed_at, row.satisfaction, row.solved = standing.closed_at, standing.satisfaction, standing.solved
    row.callback = standing.callback.value if standing.callback else None
    row.appeal_open, row.publication = standing.appeal_open, standing.publication.value
    row.updated_at, row.wake_at = standing.last_at, wake_at(standing, clocks)
    return clocks


def _met(case: Case, house: House, last: Clocks) -> tuple[bool | None, bool | None]:
    """Tell of both clocks whether every round met them; None while that is undecided."""
    over = case.standing.rounds[:-1]
    readings = [*(read_round(one, case.calendars, house.clock()) for one in over), last]
    return _all_met([one.response.met for one in readings]), _all_met(
        [one.resolution.met for one in readings]
    )


def _all_met(answers: Iterable[bool | None]) -> bool | None:
    found = list(answers)
    if False in found:
        return False
    return None if None in found else True


def _keep_bodies(session: Session, case: Case, clocks: Clocks) -> None:
    """Write the bodies of a ticket, with what their queues are sorted by."""
    due = _next_due(clocks) or FAR
    kept = {row.organisation_id: row for row in _body_rows(session, case.row.id)}
    for body in case.standing.bodies.values():
        cells, row = _body_cells(case, body, due), kept.get(body.organisation_id)
        if row is None:
            session.add(TicketBody(**cells))
        for name, value in cells.items() if row else ():
            setattr(row, name, value)


def _body_rows(session: Session, ticket_id: str) -> Sequence[TicketBody]:
    return session.scalars(sa.select(TicketBody).where(TicketBody.ticket_id == ticket_id)).all()


def _next_due(clocks: Clocks) -> datetime | None:
    """Return when something is due next for those who work on it."""
    readings = [clocks.response, clocks.resolution, *([clocks.step] if clocks.step else [])]
    return min((one.due_at for one in readings if one.due_at and one.stopped_at is None), default=None)
