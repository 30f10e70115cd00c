"""Who sees a unit's account: the firm all of it; an owner, and whom the owner lets, what concerns the owner.

Whoever is neither is refused. The time before a unit last changed hands is its former holders' alone.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from backend.fees.rules.viewing import Scope, Viewer
from backend.fees.rules.viewing_refusals import HandoverPending
from backend.fees.service.authorisations import authorised_units
from backend.fees.service.clerk import clerk_of
from backend.fees.service.handovers import unit_here
from backend.fees.service.statements import Statement, current_tenure, statement_of
from backend.fees.service.titles import is_handover_pending
from backend.identity import RoleMissing
from backend.infra.auth import Actor
from backend.infra.house import House
from backend.kernel.clock import CHINA
from backend.registry import owned_units


def viewer_of(session: Session, house: House, actor: Actor, community_id: str, unit_id: str) -> Viewer:
    """Return as what somebody sees a unit's account.

    Raises:
        RoleMissing: neither an owner of the unit, nor let see it by one, nor staff of the firm here.
        HandoverPending: an owner of a unit in new hands, from a day that nobody has said yet.
        CommunityUnknown, UnitUnknown: what it says.
    """
    scope = _resident_scope(session, actor, community_id, unit_id)
    if scope is not None:
        return Viewer(scope, _present_tenure(session, unit_id))
    clerk_of(session, house, actor, community_id)
    unit_here(session, community_id, unit_id)
    return Viewer(Scope.FIRM, None)


def resident_tenure(
    session: Session,
    house: House,  # noqa: ARG001  (every check of who it is takes the same)
    actor: Actor,
    community_id: str,
    unit_id: str,
) -> int:
    """Return whose turn an owner, or a person whom an owner lets, may see and pay for.

    Raises:
        RoleMissing: neither of these.
        HandoverPending: the unit is in new hands, from a day that nobody has said yet.
    """
    if _resident_scope(session, actor, community_id, unit_id) is None:
        raise RoleMissing("只有这套房屋的业主，和经业主授权的家人、租户，可以查看和缴纳它的费用")
    return _present_tenure(session, unit_id)


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

    Raises:
        As `viewer_of`.
    """
    viewer = viewer_of(session, house, actor, community_id, unit_id)
    on = day or house.clock().astimezone(CHINA).date()
    return statement_of(session, unit_id, on, tenure=viewer.tenure, since=since)


def _resident_scope(session: Session, actor: Actor, community_id: str, unit_id: str) -> Scope | None:
    if unit_id in owned_units(session, actor, community_id):
        return Scope.OWNER
    granted = authorised_units(session, actor).get(unit_id)
    return Scope.AUTHORISED if granted is not None and granted.community_id == community_id else None


def _present_tenure(session: Session, unit_id: str) -> int:
    if is_handover_pending(session, unit_id):
        raise HandoverPending(
            "名册显示这套房屋已换业主，费用从哪一天起由您承担尚未确认；请联系物业确认交接日"
        )
    return current_tenure(session, unit_id)
