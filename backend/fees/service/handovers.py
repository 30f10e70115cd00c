"""Changes of hands: from which day on somebody else bears a unit's fees."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.fees.models import Bill, Handover
from backend.fees.rules.charging import tenure_on
from backend.fees.rules.refusals import HandoverRefused
from backend.fees.service.clerk import Clerk
from backend.fees.service.items import billed_until
from backend.fees.service.journal import Journal
from backend.registry import UnitFacts, UnitUnknown, get_unit


def unit_here(session: Session, community_id: str, unit_id: str) -> UnitFacts:
    """Return a unit of a community.

    Raises:
        UnitUnknown: none of this id here.
    """
    unit = get_unit(session, unit_id)
    if unit.community_id != community_id:
        raise UnitUnknown("本小区没有这套房屋；请核对编号")
    return unit


def hand_over(clerk: Clerk, unit_id: str, day: date, note: str) -> int:
    """Enter that from `day` on somebody else bears a unit's fees; return whose turn it then is.

    Raises:
        UnitUnknown: not of this community.
        DayRefused: the day lies ahead.
        HandoverRefused: not later than the last one, or bills that stand reach beyond the day.
    """
    unit_here(clerk.session, clerk.community_id, unit_id)
    clerk.check_happened(day)
    Journal(clerk)  # no bill is made meanwhile
    earlier = handovers_of(clerk.session, unit_id)
    if earlier and day <= earlier[-1]:
        raise HandoverRefused(f"{earlier[-1]} 已有交接登记；新的交接日须晚于它")
    billed = billed_until(clerk.session, Bill.unit_id == unit_id)
    if billed is not None and billed > day:
        raise HandoverRefused(
            f"该房屋已出账至 {billed - timedelta(days=1)}；请先冲销跨过交接日的账单，登记后重新出账"
        )
    clerk.session.add(
        Handover(
            unit_id=unit_id,
            day=day,
            community_id=clerk.community_id,
            note=note,
            recorded_at=clerk.now,
            recorded_by=clerk.account_id,
        )
    )
    clerk.session.flush()
    clerk.record("unit-handed-over", f"unit:{unit_id}", {"day": str(day)})
    return len(earlier) + 1


def handovers_of(session: Session, unit_id: str) -> Sequence[date]:
    """Return the days on which a unit changed hands, oldest first."""
    query = sa.select(Handover.day).where(Handover.unit_id == unit_id).order_by(Handover.day)
    return session.scalars(query).all()


def handovers_in(session: Session, community_id: str) -> dict[str, tuple[date, ...]]:
    """Return the changes of hands of all units of a community."""
    query = sa.select(Handover.unit_id, Handover.day).where(Handover.community_id == community_id)
    found: dict[str, tuple[date, ...]] = {}
    for unit_id, day in session.execute(query.order_by(Handover.day)):
        found[unit_id] = (*found.get(unit_id, ()), day)
    return found


def tenure_of(session: Session, unit_id: str, day: date) -> int:
    """Return whose turn it is on a day."""
    return tenure_on(day, handovers_of(session, unit_id))
