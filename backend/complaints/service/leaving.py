"""What complaints hold about a person: reports, words and photos; and what goes when they leave."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.complaints.models import Ticket, TicketEvent, Whistle
from backend.infra.auth import Actor
from backend.infra.house import House
from backend.infra.own_data import Value, at_farewell, own_data
from backend.kernel.clock import format_instant


@own_data("tickets")
def ticket_data(session: Session, _house: House, actor: Actor) -> Value:
    """Return the tickets that the actor reported or joined, with the actor's own words on them."""
    query = (
        sa.select(Ticket, Whistle.is_reporter)
        .join(Whistle, Whistle.ticket_id == Ticket.id)
        .where(Whistle.account_id == actor.account_id)
        .order_by(Whistle.at, Ticket.id)
    )
    return [
        {
            "number": ticket.number,
            "submitted_at": format_instant(ticket.submitted_at),
            "state": ticket.state,
            "text": ticket.text if is_reporter else "",
            "photos": ticket.photos if is_reporter else [],
            "own_words": _own_words(session, actor, ticket.id),
        }
        for ticket, is_reporter in session.execute(query)
    ]


@at_farewell
def forget_contact(session: Session, _house: House, actor: Actor) -> None:
    """Delete the name and phone that somebody who leaves had given for a call back."""
    mine = sa.update(Ticket).where(Ticket.reporter_id == actor.account_id)
    session.execute(mine.values(contact_name=None, contact_phone=None))


def _own_words(session: Session, actor: Actor, ticket_id: str) -> list[dict[str, str]]:
    query = (
        sa.select(TicketEvent.at, TicketEvent.kind, TicketEvent.text)
        .where(TicketEvent.ticket_id == ticket_id, TicketEvent.account_id == actor.account_id)
        .order_by(TicketEvent.number)
    )
    return [
        {"at": format_instant(row.at), "kind": row.kind, "text": row.text} for row in session.execute(query)
    ]
