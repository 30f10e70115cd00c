"""How well a community's fees come in, by building, for those who may know no home's affairs.

Only whole quarters that are over, each bill in the quarter of its due day, as it stood at the end of the last
month: quarters have no bill in common, and no day can be chosen, so that no two answers differ by one home.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from backend.fees.models import Bill, Entry, FeeItem, Posting
from backend.fees.rules.cells import Cell, Published, publish
from backend.fees.rules.quarters import Quarter, a_quarter
from backend.fees.service.disputes import disputed_in
from backend.identity import Role
from backend.infra.auth import Actor
from backend.infra.house import House
from backend.kernel.clock import CHINA
from backend.registry import get_community, require_post, units_of

SEERS = (Role.CHAIR, Role.COMMUNITY_OFFICER, Role.STREET_OFFICER, Role.FIRM_DISPATCHER)
HOME = "HOME"


@dataclass(frozen=True, slots=True)
class Aggregate:
    """What may be shown of a quarter, as it stood on a day."""

    quarter: Quarter
    day: date
    published: Published


def aggregate_of(
    session: Session, house: House, actor: Actor, community_id: str, quarter: str | None
) -> Aggregate:
    """Return a quarter by building, the last one that is over unless one is named.

    For the committee's chair, community and street officers, and the firm's dispatchers.

    Raises:
        CommunityUnknown, RoleMissing: what it says.
        SpanRefused: no quarter, or one that is not over.
    """
    get_community(session, community_id)
    require_post(session, actor, SEERS, community_id)
    today = house.clock().astimezone(CHINA).date()
    asked = a_quarter(quarter, today)
    day = today.replace(day=1) - timedelta(days=1)
    return Aggregate(asked, day, publish(_cells(session, community_id, asked, day)))


def _cells(session: Session, community_id: str, quarter: Quarter, day: date) -> Iterator[Cell]:
    units = {unit.id: unit for unit in units_of(session, community_id)}
    homes: dict[str, int] = {}
    due: dict[str, int] = {}
    owed: dict[str, int] = {}
    for unit_id, due_fen, open_fen in session.execute(
        _standing(community_id, quarter, day, disputed_in(session, community_id, day))
    ):
        building = units[unit_id].building
        homes[building] = homes.get(building, 0) + (units[unit_id].kind == HOME)
        due[building] = due.get(building, 0) + int(due_fen)
        owed[building] = owed.get(building, 0) + int(open_fen)
    for building, count in homes.items():
        yield Cell(building, count, due[building], owed[building])


def _standing(
    community_id: str, quarter: Quarter, day: date, disputed: Collection[int]
) -> sa.Select[str, int, int]:
    """Ask, for each unit, what its bills due in a quarter come to, and what of it is owed on a day.

    Disputed bills are left out: they count neither for nor against a building.
    """
    reversal = aliased(Entry)
    bills = (
        sa.select(Bill.id, Bill.unit_id, Bill.amount_fen)
        .join(FeeItem, FeeItem.id == Bill.item_id)
        .join(Entry, Entry.id == Bill.id)
        .outerjoin(reversal, sa.and_(reversal.reverses_id == Bill.id, reversal.day <= day))
        .where(
            FeeItem.community_id == community_id,
            Bill.due_day >= quarter.first,
            Bill.due_day < quarter.until,
            Entry.day <= day,
            reversal.id.is_(None),
            Bill.id.not_in(disputed),
        )
        .subquery()
    )
    owed = (
        sa.select(Posting.bill_id, sa.func.sum(Posting.amount_fen).label("fen"))
        .where(Posting.bill_id.in_(sa.select(bills.c.id)), Posting.day <= day)
        .group_by(Posting.bill_id)
        .subquery()
    )
    return (
        sa.select(bills.c.unit_id, sa.func.sum(bills.c.amount_fen), sa.func.sum(owed.c.fen))
        .join(owed, owed.c.bill_id == bills.c.id)
        .group_by(bills.c.unit_id)
    )
