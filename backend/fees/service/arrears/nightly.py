"""Once a night: cases whose bills were paid or taken back are closed, plans that were not kept are ended."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.fees.models import ArrearsCase
from backend.fees.rules.arrears.values import LIVING
from backend.fees.service.arrears import cases
from backend.fees.service.clerk import Clerk
from backend.fees.service.journal import Journal
from backend.infra.house import House

REVIEW = "arrears-review"
BY = "system"


def open_cases(session: Session) -> list[tuple[str, str]]:
    """Return the ids of the cases that are open, each with its community."""
    states = [state.value for state in LIVING]
    query = sa.select(ArrearsCase.id, ArrearsCase.community_id).where(ArrearsCase.state.in_(states))
    return [(row.id, row.community_id) for row in session.execute(query.order_by(ArrearsCase.id))]


def bring_up_to_date(session: Session, house: House, case_id: str, community_id: str) -> None:
    """Record what payments, corrections and time have brought about in one case."""
    clerk = Clerk(session, house, community_id, BY)
    Journal(clerk)
    cases.catch_up(clerk, cases.load(session, cases.get_row(session, case_id)))
