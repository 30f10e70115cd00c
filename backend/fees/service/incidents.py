"""What the channel proved to have said that does not fit: kept for people to look into, once each."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import sqlalchemy as sa
import structlog
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backend.fees.models import ChannelIncident
from backend.fees.rules.pay_refusals import IncidentUnknown
from backend.fees.service.clerk import Clerk
from backend.infra.house import House
from backend.infra.paging import PAGE
from backend.kernel.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Incident:
    """What happened: why it was refused, about which number, in which community if that is known."""

    refusal: Refusal
    number: str
    community_id: str | None = None

    @property
    def key(self) -> str:
        """Return what is the same when the same thing comes again."""
        text = f"{self.refusal.code}|{self.number}|{self.refusal.detail}"
        return hashlib.sha256(text.encode()).hexdigest()


def keep_incident(session: Session, house: House, incident: Incident) -> None:
    """Keep an incident; one that came before is counted, and is open again if it was closed."""
    refusal, now = incident.refusal, house.clock()
    structlog.get_logger().error("channel-incident", code=refusal.code, number=incident.number)
    known = sa.select(ChannelIncident).where(ChannelIncident.key == incident.key)
    row = session.scalar(known)
    if row is None:
        row = ChannelIncident(
            key=incident.key,
            community_id=incident.community_id,
            code=refusal.code,
            number=incident.number[:64],
            detail=refusal.detail[:400],
            first_at=now,
            last_at=now,
            times=0,
        )
        try:
            with session.begin_nested():
                session.add(row)
        except IntegrityError:  # another request kept it at the same moment
            row = session.scalars(known).one()
    row.last_at, row.times = now, row.times + 1
    row.closed_at = row.closed_by = None


def close_incident(clerk: Clerk, incident_id: str, note: str) -> ChannelIncident:
    """Close an incident with a note; closed again, the later note stands. Raises IncidentUnknown."""
    row = clerk.session.get(ChannelIncident, incident_id, with_for_update=True)
    if row is None or row.community_id not in (clerk.community_id, None):
        raise IncidentUnknown("本小区没有这条异常；请刷新后重试")
    row.closed_at, row.closed_by, row.note = clerk.now, clerk.account_id, note
    clerk.record("channel-incident-closed", f"channel-incident:{row.id}", {"code": row.code})
    return row


def list_incidents(session: Session, community_id: str, *, only_open: bool) -> list[ChannelIncident]:
    """Return the latest incidents of a community, and those of no community that is known."""
    here = sa.or_(ChannelIncident.community_id == community_id, ChannelIncident.community_id.is_(None))
    query = sa.select(ChannelIncident).where(here).order_by(ChannelIncident.last_at.desc())
    if only_open:
        query = query.where(ChannelIncident.closed_at.is_(None))
    return list(session.scalars(query.limit(PAGE)))
