"""Which bills are disputed: for statements and aggregates, which must not call them overdue."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.fees.models import ArrearsCase, ArrearsEvent
from backend.fees.rules.arrears.life import replay
from backend.fees.rules.arrears.values import Kind
from backend.fees.service.arrears.events import as_event
from backend.fees.service.journal import in_parts


def disputed_bill_ids(session: Session, unit_ids: Iterable[str]) -> set[int]:
    """Return the bills of some units that must not be asked for now.

    These are the bills under dispute, and those found wrong that the firm has not yet taken back.
    """
    found: set[int] = set()
    for some in in_parts(unit_ids):
        query = sa.select(ArrearsCase.disputed).where(ArrearsCase.unit_id.in_(some))
        for disputed in session.scalars(query):
            found.update(disputed)
    return found


def disputed_on(session: Session, unit_id: str, day: date) -> set[int]:
    """Return the bills of a unit that were disputed at the end of a day."""
    return _disputed(session, ArrearsCase.unit_id == unit_id, day)


def disputed_in(session: Session, community_id: str, day: date) -> set[int]:
    """Return the bills of a community that were disputed at the end of a day."""
    return _disputed(session, ArrearsCase.community_id == community_id, day)


def _disputed(session: Session, condition: sa.ColumnElement[bool], day: date) -> set[int]:
    having = sa.select(ArrearsEvent.case_id).where(ArrearsEvent.kind == Kind.DISPUTED.value)
    query = (
        sa.select(ArrearsEvent)
        .join(ArrearsCase, ArrearsCase.id == ArrearsEvent.case_id)
        .where(condition, ArrearsCase.id.in_(having))
        .order_by(ArrearsEvent.case_id, ArrearsEvent.number)
    )
    by_case: dict[str, list[ArrearsEvent]] = {}
    for row in session.scalars(query):
        by_case.setdefault(row.case_id, []).append(row)
    found: set[int] = set()
    for rows in by_case.values():
        events = [event for event in map(as_event, rows) if event.day <= day]
        if events:
            found |= replay(events).disputed
    return found
