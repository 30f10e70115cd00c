"""How a case begins: with the firm's first reminder, or with an owner who disputes a bill."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.fees.models import ArrearsCase
from backend.fees.rules.arrears import guards
from backend.fees.rules.arrears.events import ClaimedBill
from backend.fees.rules.arrears.refusals import DisputeRefused, TooEarly
from backend.fees.rules.arrears.terms import REMINDER_DAYS
from backend.fees.rules.arrears.values import Kind, Side
from backend.fees.service.arrears import cases
from backend.fees.service.arrears.acts import step
from backend.fees.service.arrears.cases import Case
from backend.fees.service.arrears.claims import open_claims, overdue_claims
from backend.fees.service.arrears.scene import Act, Scene, ids_in
from backend.fees.service.clerk import Clerk, clerk_of
from backend.fees.service.handovers import unit_here
from backend.fees.service.journal import Journal
from backend.fees.service.standing import Holder
from backend.fees.service.statements import current_tenure
from backend.infra.auth import Actor
from backend.infra.db import transaction
from backend.infra.house import House
from backend.kernel.refusal import Refusal
from backend.registry import bodies_of, get_community, owned_units


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one reminder among several; code and detail say why it was refused."""

    unit_id: str
    tenure: int
    done: bool
    case_id: str | None = None
    code: str | None = None
    detail: str | None = None


def remind_each(house: House, actor: Actor, community_id: str, holders: Sequence[Holder]) -> list[Outcome]:
    """Remind several holders, each in a transaction of its own; one refused keeps none of the others back.

    For the firm's keepers.
    """
    return [_remind_one(house, actor, community_id, holder) for holder in dict.fromkeys(holders)]


def remind(session: Session, house: House, actor: Actor, community_id: str, holder: Holder) -> Case:
    """Remind a holder of what is overdue; the first reminder opens a case. For the firm's keepers.

    Raises:
        CommunityUnknown, RoleMissing, UnitUnknown: what it says.
        NothingOverdue, TooEarly, OutOfOrder: not now.
    """
    clerk = clerk_of(session, house, actor, community_id)
    unit_id, tenure = holder
    unit_here(session, community_id, unit_id)
    Journal(clerk)
    case = _open_case(clerk, holder)
    if case is None:
        _check_week(clerk, holder)
        bills = guards.claimable(None, overdue_claims(session, unit_id, tenure, clerk.today))
        case = _begin(clerk, holder, Side.FIRM, bills)
    return step(Scene(clerk, case, actor, Side.FIRM), Act(Kind.REMINDED))


def dispute(session: Session, house: House, actor: Actor, community_id: str, unit_id: str, act: Act) -> Case:
    """Dispute bills of the present holder, whether a case is open or not. For owners, and the firm on paper.

    Raises:
        CommunityUnknown, RoleMissing, UnitUnknown: what it says.
        DisputeRefused, FormRefused, PhotoUnknown: what it says.
    """
    clerk, side = _disputing(session, house, actor, community_id, unit_id)
    Journal(clerk)
    holder = (unit_id, current_tenure(session, unit_id))
    case = _open_case(clerk, holder)
    if case is None:
        wanted = ids_in(act, "bill_ids", "异议账单")
        bills = [bill for bill in open_claims(session, *holder) if bill.id in wanted]
        if not bills:
            raise DisputeRefused("请选择本人尚未缴清的账单；已缴清或已冲销的账单不能在此提出异议")
        case = _begin(clerk, holder, side, bills)
    return step(Scene(clerk, case, actor, side), act)


def _disputing(
    session: Session, house: House, actor: Actor, community_id: str, unit_id: str
) -> tuple[Clerk, Side]:
    get_community(session, community_id)
    if unit_id in owned_units(session, actor, community_id):
        return Clerk(session, house, community_id, actor.account_id), Side.OWNER
    clerk = clerk_of(session, house, actor, community_id)
    unit_here(session, community_id, unit_id)
    return clerk, Side.FIRM


def _remind_one(house: House, actor: Actor, community_id: str, holder: Holder) -> Outcome:
    try:
        with transaction() as session:
            case = remind(session, house, actor, community_id, holder)
    except Refusal as refusal:
        return Outcome(*holder, done=False, code=refusal.code, detail=refusal.detail)
    return Outcome(*holder, done=True, case_id=case.row.id)


def _open_case(clerk: Clerk, holder: Holder) -> Case | None:
    row = cases.find_open(clerk.session, *holder)
    if row is None:
        return None
    case = cases.load(clerk.session, row)
    cases.catch_up(clerk, case)
    return None if case.standing.is_closed else case


def _begin(clerk: Clerk, holder: Holder, side: Side, bills: Sequence[ClaimedBill]) -> Case:
    firm_id = bodies_of(clerk.session, clerk.community_id).firm
    if firm_id is None:
        raise DisputeRefused("本小区目前没有登记物业企业，暂不能办理；请联系社区")
    return cases.begin(clerk, firm_id, *holder, side, bills)


def _check_week(clerk: Clerk, holder: Holder) -> None:
    """Hold to one reminder a week over all cases of a holder, closed ones too. Raises TooEarly."""
    query = sa.select(sa.func.max(ArrearsCase.last_reminder)).where(
        ArrearsCase.unit_id == holder[0], ArrearsCase.tenure == holder[1]
    )
    last = clerk.session.scalar(query)
    if last is not None and clerk.today < (free := last + timedelta(days=REMINDER_DAYS)):
        raise TooEarly(f"每周最多提醒一次；{last} 已提醒，{free} 起可再次提醒")
