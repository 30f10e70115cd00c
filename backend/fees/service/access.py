"""Who sees a unit's account: the firm all of it, an owner what concerns the owner."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from backend.fees.service.clerk import clerk_of
from backend.fees.service.handovers import unit_here
from backend.fees.service.statements import Statement, current_tenure, statement_of
from backend.infra.auth import Actor
from backend.infra.house import House
from backend.kernel.clock import CHINA
from backend.registry import NotAResident, get_community, owned_units


def show_statement(  # noqa: PLR0913  (who asks, for what, and over which days)
    session: Session,
    house: House,
    actor: Actor,
    community_id: str,
    unit_id: str,
    *,
    day: date | None = None,
    since: date | None = None,
) -> Statement:
    """Return a unit's account on a day, today unless given.

    An owner sees the time since the unit last changed hands; what a former holder owes is not theirs to see.

    Raises:
        RoleMissing: neither an owner of the unit nor staff.
        CommunityUnknown, UnitUnknown: what it says.
    """
    on = day or house.clock().astimezone(CHINA).date()
    if unit_id in owned_units(session, actor, community_id):
        return statement_of(session, unit_id, on, tenure=current_tenure(session, unit_id), since=since)
    clerk_of(session, house, actor, community_id)
    unit_here(session, community_id, unit_id)
    return statement_of(session, unit_id, on, tenure=None, since=since)


def resident_tenure(session: Session, house: House, actor: Actor, community_id: str, unit_id: str) -> int:  # noqa: ARG001  (the house is for other bonds than ownership)
    """Return whose turn somebody may see and pay for: the present one, for an owner of the unit.

    Raises:
        CommunityUnknown: what it says.
        NotAResident: no owner of the unit.
    """
    get_community(session, community_id)
    if unit_id not in owned_units(session, actor, community_id):
        raise NotAResident("您不是这套房屋的业主；请核对所选房屋，或先完成绑定")
    return current_tenure(session, unit_id)
