"""How an event is kept."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.fees.models import ArrearsEvent
from backend.fees.rules.arrears.events import Event
from backend.fees.rules.arrears.values import Kind, Side


def events_of(session: Session, case_id: str) -> list[Event]:
    """Return a case's events in their order."""
    query = sa.select(ArrearsEvent).where(ArrearsEvent.case_id == case_id).order_by(ArrearsEvent.number)
    return [as_event(row) for row in session.scalars(query)]


def as_event(row: ArrearsEvent) -> Event:
    """Return an event as the rules know it."""
    return Event(
        number=row.number,
        kind=Kind(row.kind),
        at=row.at,
        side=Side(row.side),
        account_id=row.account_id,
        text=row.text,
        facts=row.facts,
        photos=tuple(row.photos),
    )


def as_row(case_id: str, event: Event) -> ArrearsEvent:
    """Return an event as the database keeps it."""
    return ArrearsEvent(
        case_id=case_id,
        number=event.number,
        kind=event.kind.value,
        at=event.at,
        side=event.side.value,
        account_id=event.account_id,
        text=event.text,
        facts=dict(event.facts),
        photos=list(event.photos),
    )
