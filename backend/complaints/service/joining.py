"""Joining ("me too"): a resident adds a whistle to a ticket of the same matter."""

from __future__ import annotations

from sqlalchemy.orm import Session

from backend.complaints.models import Whistle
from backend.complaints.rules import refusals
from backend.complaints.rules.events import Event
from backend.complaints.rules.values import Kind, Party
from backend.complaints.service import cases
from backend.complaints.service.cases import Case, get_case
from backend.infra.auth import Actor
from backend.infra.house import House
from backend.registry import require_resident


def join(session: Session, house: House, actor: Actor, ticket_id: str, *, text: str = "") -> Case:
    """Add the actor's whistle to a ticket of the own community.

    Raises:
        TicketUnknown, NotAResident: no such ticket, or not of a community of the actor's.
        AlreadyJoined: the actor reported or joined it before.
        StepNotAllowed: it is closed, rejected or merged.
    """
    case = get_case(session, ticket_id, lock=True)
    require_resident(session, actor, case.row.community_id)
    if session.get(Whistle, (ticket_id, actor.account_id)) is not None:
        raise refusals.AlreadyJoined("您已参与这张工单，办理进展会通知您")
    now = house.clock()
    joined = Event(Kind.JOINED, now, Party.JOINER, actor.account_id, text=text.strip())
    cases.record(session, house, case, joined)
    session.add(Whistle(ticket_id=ticket_id, account_id=actor.account_id, at=now, is_reporter=False))
    return case
