"""Telling people what happened to a ticket: from the outbox, so that no request waits for it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from backend.infra.house import House
from backend.infra.outbox import post

TOLD = "ticket-told"
"""The kind of job; `backend.complaints.jobs` does it."""


def tell(session: Session, house: House, ticket_id: str, number: int) -> None:
    """Have everybody told whom the event of this number concerns."""
    post(session, TOLD, {"ticket": ticket_id, "event": number}, due_at=house.clock())
