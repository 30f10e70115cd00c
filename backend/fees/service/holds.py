"""Prepayment that is promised back: it stays the holder's, and may be used for nothing else meanwhile."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.fees.models import Refund
from backend.fees.rules.refunding import Outcome
from backend.fees.service.standing import Holder, prepayments_of

_HOLDS = sa.and_(
    sa.or_(Refund.is_approved.is_(None), Refund.is_approved.is_(True)),
    Refund.entry_id.is_(None),
    sa.or_(Refund.outcome.is_(None), Refund.outcome == Outcome.ABNORMAL.value),
)
"""Proposed, approved or under way: not yet taken from the prepayment, and not over."""


def held_of(session: Session, community_id: str, unit_ids: Sequence[str] | None = None) -> dict[Holder, int]:
    """Return what holders of a community, or of some of its units, wait to get back, in fen."""
    query = sa.select(Refund.unit_id, Refund.tenure, sa.func.sum(Refund.amount_fen)).where(
        Refund.community_id == community_id, _HOLDS
    )
    if unit_ids is not None:
        query = query.where(Refund.unit_id.in_(unit_ids))
    rows = session.execute(query.group_by(Refund.unit_id, Refund.tenure))
    return {(unit_id, tenure): int(fen) for unit_id, tenure, fen in rows}


def free_prepayments(
    session: Session, ledger_id: int, community_id: str, unit_ids: Sequence[str] | None = None
) -> dict[Holder, int]:
    """Return what holders have in advance beyond what is held, in fen; below zero if too much was taken."""
    found = prepayments_of(session, ledger_id, unit_ids)
    for holder, fen in held_of(session, community_id, unit_ids).items():
        found[holder] = found.get(holder, 0) - fen
    return {holder: fen for holder, fen in found.items() if fen != 0}


def refunded_of(session: Session, payment_id: int) -> int:
    """Return how much of a payment was given back or waits to be, in fen."""
    over = sa.or_(
        Refund.is_approved.is_(False),
        sa.and_(
            Refund.outcome.is_not(None), Refund.outcome.in_([Outcome.CLOSED.value, Outcome.REFUSED.value])
        ),
    )
    query = sa.select(sa.func.coalesce(sa.func.sum(Refund.amount_fen), 0)).where(
        Refund.payment_id == payment_id, sa.not_(sa.func.coalesce(over, sa.false()))
    )
    return int(session.scalar(query) or 0)
