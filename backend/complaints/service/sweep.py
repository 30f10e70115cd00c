"""The passing of time: tickets whose reminder, due time or confirmation has come are brought up to date."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.complaints.models import Ticket
from backend.complaints.rules.values import OPEN
from backend.complaints.service import cases
from backend.infra.house import House

BATCH = 50


def due_tickets(session: Session, house: House) -> list[str]:
    """Return the tickets that time has something to do with, the longest overdue first."""
    query = sa.select(Ticket.id).where(Ticket.wake_at <= house.clock())
    return list(session.scalars(query.order_by(Ticket.wake_at).limit(BATCH)))


def bring_up_to_date(session: Session, house: House, ticket_id: str) -> int:
    """Record what time has brought about for one ticket, and return how many events that were."""
    case = cases.get_case(session, ticket_id, lock=True)
    added = cases.catch_up(session, house, case)
    if not added:
        cases.refresh(session, house, case)
    return added


def look_again(session: Session, house: House) -> None:
    """Have tickets reckoned anew after a year was entered into the calendar, or corrected.

    These are the open ones, and those closed ones of which it was not known whether they were in time.
    """
    states = [state.value for state in OPEN]
    undecided = sa.or_(Ticket.response_met.is_(None), Ticket.resolution_met.is_(None))
    concerned = sa.or_(Ticket.state.in_(states), undecided)
    session.execute(sa.update(Ticket).where(concerned).values(wake_at=house.clock()))
