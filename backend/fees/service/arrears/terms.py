"""The periods of a community: the last that its firm entered from the contract, else the program's own."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.fees.models import ArrearsTerms
from backend.fees.rules.arrears.terms import DEFAULT, Terms, check_terms
from backend.fees.service.clerk import Clerk


def terms_of(session: Session, community_id: str) -> Terms:
    """Return what a formal notice gives in a community."""
    query = sa.select(ArrearsTerms).where(ArrearsTerms.community_id == community_id)
    row = session.scalar(query.order_by(ArrearsTerms.id.desc()).limit(1))
    return Terms(row.notice_days, row.source) if row else DEFAULT


def set_terms(clerk: Clerk, *, notice_days: int, clause: str) -> Terms:
    """Enter the period of a contract, for notices from now on. Raises TermsRefused."""
    terms = check_terms(notice_days, clause)
    clerk.session.add(
        ArrearsTerms(
            community_id=clerk.community_id,
            notice_days=terms.notice_days,
            source=terms.source,
            set_at=clerk.now,
            set_by=clerk.account_id,
        )
    )
    clerk.session.flush()
    subject = f"community:{clerk.community_id}"
    clerk.record("arrears-terms-set", subject, {"notice_days": terms.notice_days})
    return terms
