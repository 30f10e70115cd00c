"""The public board (公示栏) of a community: what was reported and what came of it, without names or homes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.complaints.models import Ticket
from backend.complaints.rules.publicity import public_text
from backend.complaints.rules.values import OPEN, Level, PlaceKind, Publication, State
from backend.complaints.rules.wording import LEVEL_NAMES, STATE_NAMES
from backend.complaints.service.pictures import approved_photos
from backend.complaints.service.showing import as_degrees, categories_by_code, public_place
from backend.identity import Role
from backend.infra.auth import Actor
from backend.infra.house import House
from backend.infra.paging import PAGE, Page, cursor_of, read_cursor
from backend.registry import get_community, require_post

MOST_WAITING = 100


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A ticket as the public sees it. `text` is empty until it was reviewed; a home has no point."""

    number: str
    category: str
    category_name: str
    place: str
    lat: float | None
    long: float | None
    text: str
    photos: Sequence[str]
    state: str
    state_name: str
    level_name: str
    submitted_at: datetime
    due_at: datetime | None
    is_overdue: bool
    closed_at: datetime | None
    whistles: int
    ticket_id: str


@dataclass(frozen=True, slots=True)
class WaitingText:
    """A report whose words wait for review; `place` is in the reporter's words too."""

    ticket_id: str
    number: str
    category_name: str
    place: str
    text: str
    public_text: str
    submitted_at: datetime


def board(
    session: Session,
    house: House,
    community_id: str,
    *,
    open_only: bool,
    category: str,
    cursor: str | None,
) -> Page[BoardRow]:
    """Return a community's tickets for the public, the newest first. For anybody.

    Raises:
        CommunityUnknown: no such community.
    """
    get_community(session, community_id)
    query = sa.select(Ticket).where(
        Ticket.community_id == community_id,
        Ticket.state != State.MERGED.value,
        Ticket.publication != Publication.HIDDEN.value,
    )
    if open_only:
        query = query.where(Ticket.state.in_([state.value for state in OPEN]))
    if category:
        query = query.where(Ticket.category == category)
    if cursor:
        at, key = read_cursor(cursor)
        earlier = sa.and_(Ticket.submitted_at == at, Ticket.id > key)
        query = query.where(sa.or_(Ticket.submitted_at < at, earlier))
    found = session.scalars(query.order_by(Ticket.submitted_at.desc(), Ticket.id).limit(PAGE + 1)).all()
    more = cursor_of(found[PAGE - 1].submitted_at, found[PAGE - 1].id) if len(found) > PAGE else None
    return Page(_rows(session, house, found[:PAGE]), more)


def waiting_texts(session: Session, actor: Actor, community_id: str) -> list[WaitingText]:
    """Return reports whose words wait for review, oldest first. For community officers."""
    require_post(session, actor, (Role.COMMUNITY_OFFICER,), community_id)
    query = sa.select(Ticket).where(
        Ticket.community_id == community_id, Ticket.publication == Publication.PENDING.value
    )
    found = session.scalars(query.order_by(Ticket.submitted_at).limit(MOST_WAITING)).all()
    names = categories_by_code(session, {row.category for row in found})
    return [
        WaitingText(
            ticket_id=row.id,
            number=row.number,
            category_name=names[row.category],
            place=row.spot,
            text=row.text,
            public_text=public_text(row.text),
            submitted_at=row.submitted_at,
        )
        for row in found
    ]


def _rows(session: Session, house: House, found: Sequence[Ticket]) -> list[BoardRow]:
    names = categories_by_code(session, {row.category for row in found})
    photos = approved_photos(session, [row.id for row in found])
    now = house.clock()
    return [
        BoardRow(
            number=row.number,
            category=row.category,
            category_name=names[row.category],
            place=public_place(row),
            lat=None if row.place_kind == PlaceKind.UNIT else as_degrees(row)[0],
            long=None if row.place_kind == PlaceKind.UNIT else as_degrees(row)[1],
            text=public_text(row.text) if row.publication == Publication.SHOWN else "",
            photos=photos.get(row.id, []),
            state=row.state,
            state_name=STATE_NAMES[State(row.state)],
            level_name=LEVEL_NAMES[Level(row.level)],
            submitted_at=row.submitted_at,
            due_at=row.resolution_due_at,
            is_overdue=_is_overdue(row, now),
            closed_at=row.closed_at,
            whistles=row.whistles,
            ticket_id=row.id,
        )
        for row in found
    ]


def _is_overdue(row: Ticket, now: datetime) -> bool:
    return State(row.state) in OPEN and row.resolution_due_at is not None and row.resolution_due_at <= now
