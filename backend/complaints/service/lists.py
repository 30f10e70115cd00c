"""Lists of tickets: a resident's own, the queue of a body, and what is open nearby."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.complaints.models import Ticket, TicketBody, Whistle
from backend.complaints.rules.refusals import NotYourPart
from backend.complaints.rules.sight import CALLBACK_TIME
from backend.complaints.rules.values import OPEN, Callback, Level, Publication, State
from backend.complaints.rules.wording import LEVEL_NAMES, STATE_NAMES
from backend.complaints.service.parts import PARTY_OF
from backend.complaints.service.settings import KnownCategory, get_open_category
from backend.complaints.service.showing import categories_by_code, place_text
from backend.identity import Role
from backend.infra.auth import Actor
from backend.infra.coordinates import Point, metres_between
from backend.infra.house import House
from backend.infra.paging import PAGE, Page, cursor_of, read_cursor
from backend.registry import (
    communities_with_post,
    organisations_of,
    require_post,
    require_resident,
    unit_labels,
)

STAFF_ROLES = tuple(PARTY_OF)
OPEN_STATES = tuple(state.value for state in OPEN)
MOST_NEARBY = 10
LISTED = (
    *(Ticket.id, Ticket.number, Ticket.community_id, Ticket.category, Ticket.place_kind, Ticket.building),
    *(Ticket.unit_id, Ticket.spot, Ticket.text, Ticket.state, Ticket.priority, Ticket.level),
    *(Ticket.assignee_id, Ticket.submitted_at, Ticket.responded_at, Ticket.response_due_at),
    *(Ticket.resolution_due_at, Ticket.whistles),
)
"""What a line is made of. A whole `Ticket` costs several times as much to load."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list."""

    id: str
    number: str
    community_id: str
    category: str
    category_name: str
    place: str
    summary: str
    state: str
    state_name: str
    priority: str
    level: int
    level_name: str
    assignee_id: str | None
    submitted_at: datetime
    due_at: datetime | None
    is_overdue: bool
    whistles: int


@dataclass(frozen=True, slots=True)
class Filter:
    """Which tickets of a queue. Empty fields do not narrow it."""

    open_only: bool = True
    community_id: str = ""
    category: str = ""
    priority: str = ""
    state: str = ""
    assignee: str = ""
    overdue: bool = False
    number: str = ""


def my_tickets(session: Session, house: House, actor: Actor, cursor: str | None) -> Page[Row]:
    """Return the tickets that the actor reported or joined, the newest first."""
    query = (
        sa.select(*LISTED, Whistle.at, Whistle.is_reporter)
        .join(Whistle, Whistle.ticket_id == Ticket.id)
        .where(Whistle.account_id == actor.account_id)
        .order_by(Whistle.at.desc(), Ticket.id)
        .limit(PAGE + 1)
    )
    if cursor:
        at, key = read_cursor(cursor)
        query = query.where(sa.or_(Whistle.at < at, sa.and_(Whistle.at == at, Ticket.id > key)))
    found = session.execute(query).all()
    shown = [(row, row.is_reporter) for row in found[:PAGE]]
    more = cursor_of(found[PAGE - 1].at, found[PAGE - 1].id) if len(found) > PAGE else None
    return Page(as_rows(session, house, shown), more)


def queue(session: Session, house: House, actor: Actor, wanted: Filter, cursor: str | None) -> Page[Row]:
    """Return the tickets of the bodies for which the actor works, what is due first in front.

    Closed tickets stand in the order in which they came in, the newest first.

    Raises:
        NotYourPart: the actor works for none.
    """
    organisations = organisations_of(session, actor, STAFF_ROLES)
    communities = communities_with_post(session, actor, STAFF_ROLES)
    if not organisations or not communities:
        raise NotYourPart("您没有办理工单的职务；如应由您办理，请联系管理员授予角色")
    body = sa.and_(TicketBody.ticket_id == Ticket.id, TicketBody.organisation_id.in_(organisations))
    order = TicketBody.due_at if wanted.open_only else TicketBody.submitted_at
    query = sa.select(*LISTED, order.label("place_in_queue")).join(TicketBody, body)
    for condition in _conditions(house, actor, wanted, communities):
        query = query.where(condition)
    query = query.where(_behind(order, cursor, down=not wanted.open_only)) if cursor else query
    way = order if wanted.open_only else order.desc()
    found = session.execute(query.order_by(way, Ticket.id).limit(PAGE + 1)).all()
    more = cursor_of(found[PAGE - 1].place_in_queue, found[PAGE - 1].id) if len(found) > PAGE else None
    return Page(as_rows(session, house, [(row, True) for row in found[:PAGE]]), more)


def call_backs(
    session: Session, house: House, actor: Actor, community_id: str, cursor: str | None
) -> Page[Row]:
    """Return the answered tickets whose resident has not said whether it is solved, the earliest first.

    Only as long as the community may still call back, and only where it has not reached the resident yet
    (北京市接诉即办工作条例 art. 23). For community officers.
    """
    require_post(session, actor, (Role.COMMUNITY_OFFICER,), community_id)
    query = sa.select(*LISTED, Ticket.closed_at).where(
        Ticket.community_id == community_id,
        Ticket.state.in_((State.RESOLVED.value, State.CONFIRMED.value)),
        Ticket.closed_at >= house.clock() - CALLBACK_TIME,
        Ticket.solved.is_(None),
        sa.or_(Ticket.callback.is_(None), Ticket.callback == Callback.UNREACHED.value),
        sa.or_(Ticket.reporter_id.is_not(None), Ticket.contact_phone.is_not(None)),
    )
    if cursor:
        query = query.where(_behind(Ticket.closed_at, cursor, down=False))
    found = session.execute(query.order_by(Ticket.closed_at, Ticket.id).limit(PAGE + 1)).all()
    more = cursor_of(found[PAGE - 1].closed_at, found[PAGE - 1].id) if len(found) > PAGE else None
    return Page(as_rows(session, house, [(row, True) for row in found[:PAGE]]), more)


def nearby(  # noqa: PLR0913  (where, what, and how near)
    session: Session,
    house: House,
    actor: Actor,
    community_id: str,
    *,
    category: str,
    building: str,
    point: Point | None,
) -> list[Row]:
    """Return open tickets that may be the same matter: same kind, same building or within its radius.

    Raises:
        NotAResident: the actor has no home here.
        CategoryUnknown: see there.
    """
    require_resident(session, actor, community_id)
    kind = get_open_category(session, category)
    query = sa.select(Ticket).where(
        Ticket.community_id == community_id,
        Ticket.category == category,
        Ticket.state.in_((*OPEN_STATES, State.RESOLVED.value)),
    )
    found = session.scalars(query.order_by(Ticket.submitted_at.desc()).limit(200)).all()
    near = [row for row in found if _is_near(row, kind, building, point)][:MOST_NEARBY]
    mine = actor.account_id
    is_shown = {row.id: row.reporter_id == mine or row.publication == Publication.SHOWN for row in near}
    return as_rows(session, house, [(row, is_shown[row.id]) for row in near], hide_units=True)


def _is_near(row: Ticket, kind: KnownCategory, building: str, point: Point | None) -> bool:
    """Tell by distance where both have a point, else by the building; nothing is near for radius 0."""
    if kind.radius_m == 0:
        return False
    if point is not None and row.lat_e7 is not None and row.long_e7 is not None:
        return metres_between(point, Point(row.lat_e7, row.long_e7)) <= kind.radius_m
    return not building or not row.building or row.building == building


def _conditions(
    house: House, actor: Actor, wanted: Filter, communities: Sequence[str]
) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = [TicketBody.is_open.is_(wanted.open_only)]
    if wanted.community_id:
        found.append(Ticket.community_id == wanted.community_id)
    found.append(Ticket.community_id.in_(communities))
    equal: list[tuple[Any, str]] = [
        (Ticket.category, wanted.category),
        (Ticket.priority, wanted.priority),
        (Ticket.state, wanted.state),
        (Ticket.number, wanted.number),
    ]
    found += [column == value for column, value in equal if value]
    if wanted.assignee == "none":
        found.append(Ticket.assignee_id.is_(None))
    elif wanted.assignee:
        found.append(Ticket.assignee_id == (actor.account_id if wanted.assignee == "me" else wanted.assignee))
    if wanted.overdue:
        found.append(TicketBody.due_at <= house.clock())
    return found


def _behind(order: Any, cursor: str, *, down: bool) -> sa.ColumnElement[bool]:
    at, key = read_cursor(cursor)
    further: sa.ColumnElement[bool] = order < at if down else order > at
    return sa.or_(further, sa.and_(order == at, Ticket.id > key))


def as_rows(
    session: Session, house: House, found: Sequence[tuple[Any, bool]], *, hide_units: bool = False
) -> list[Row]:
    """Return lines of a list; each ticket (or `LISTED` of it) comes with whether words and home are shown."""
    names = categories_by_code(session, {row.category for row, _ in found})
    shown_homes = {row.unit_id for row, shown in found if shown and row.unit_id and not hide_units}
    homes = unit_labels(session, list(shown_homes)) if shown_homes else {}
    now = house.clock()
    return [
        Row(
            id=row.id,
            number=row.number,
            community_id=row.community_id,
            category=row.category,
            category_name=names[row.category],
            place=place_text(row, homes.get(row.unit_id) if shown else None),
            summary=row.text[:60] if shown else "",
            state=row.state,
            state_name=STATE_NAMES[State(row.state)],
            priority=row.priority,
            level=row.level,
            level_name=LEVEL_NAMES[Level(row.level)],
            assignee_id=row.assignee_id,
            submitted_at=row.submitted_at,
            due_at=(due := _due(row)),
            is_overdue=row.state in OPEN_STATES and due is not None and due <= now,
            whistles=row.whistles,
        )
        for row, shown in found
    ]


def _due(row: Any) -> datetime | None:
    due: datetime | None = row.response_due_at if row.responded_at is None else row.resolution_due_at
    return due
