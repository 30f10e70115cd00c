"""What people do in a case, each act one event (or two, where one implies another)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from backend.fees.rules.arrears import guards
from backend.fees.rules.arrears.life import check_move
from backend.fees.rules.arrears.powers import acting_as
from backend.fees.rules.arrears.refusals import FormRefused, NotSettled
from backend.fees.rules.arrears.values import LONGEST_TEXT, MOST_PHOTOS, Closing, Kind, Side, Way
from backend.fees.service.arrears import cases, contested, instalments, mediating, notices
from backend.fees.service.arrears.cases import Case
from backend.fees.service.arrears.claims import overdue_claims
from backend.fees.service.arrears.court import make_court_file
from backend.fees.service.arrears.scene import Act, Scene
from backend.fees.service.clerk import Clerk
from backend.fees.service.journal import Journal
from backend.infra.auth import Actor
from backend.infra.house import House
from backend.infra.photos import attach

OWNER_PREFIX = "arrears:"
SPEAKING = frozenset(
    {
        Kind.REPLIED,
        Kind.ANSWERED,
        Kind.DISPUTED,
        Kind.DISPUTE_ANSWERED,
        Kind.DISPUTE_UPHELD,
        Kind.DISPUTE_REJECTED,
        Kind.MEDIATION_ASKED,
        Kind.MEDIATED,
        Kind.INSTALMENTS_REFUSED,
        Kind.CLOSED,
    }
)
"""Acts that say nothing without a text."""
ON_PAPER = frozenset({Kind.REPLIED, Kind.DISPUTED})
"""What the firm may enter for an owner who wrote on paper, with a photo of the paper."""


def open_for_writing(session: Session, house: House, actor: Actor, case_id: str) -> tuple[Clerk, Case]:
    """Return a case that nobody else changes meanwhile, up to date, to somebody who has a part in it.

    Raises:
        CaseUnknown: there is none, or the actor has no part in it.
    """
    row = cases.get_row(session, case_id)
    cases.parts_of(session, actor, row)
    clerk = Clerk(session, house, row.community_id, actor.account_id)
    Journal(clerk)  # locks the books: nothing is paid, billed or decided meanwhile
    case = cases.load(session, cases.get_row(session, case_id))
    cases.catch_up(clerk, case)
    return clerk, case


def perform(session: Session, house: House, actor: Actor, case_id: str, act: Act) -> Case:
    """Carry out an act in a case and return it.

    Raises:
        CaseUnknown, NotYourStep: this person may not.
        OutOfOrder, TooEarly, StageMissing, NotSettled: not now.
        NothingOverdue, DisputeRefused, FormRefused, PhotoUnknown: what it says.
    """
    clerk, case = open_for_writing(session, house, actor, case_id)
    side = acting_as(cases.parts_of(session, actor, case.row), act.kind)
    return step(Scene(clerk, case, actor, side), act)


def step(scene: Scene, act: Act) -> Case:
    """Carry out an act of somebody whose part allows it; the ledger is locked. Raises as `perform`."""
    case = scene.case
    check_move(case.standing, act.kind)
    _check_words(scene, act)
    facts = _PREPARED.get(act.kind, _nothing)(scene, act)
    if act.photos:
        attach(scene.clerk.session, act.photos, scene.actor, f"{OWNER_PREFIX}{case.row.id}")
    told = cases.record(
        scene.clerk,
        case,
        act.kind,
        scene.side,
        text=act.text.strip(),
        facts=facts,
        photos=act.photos,
    )
    if act.kind is Kind.NOTICED and told:
        way = {"way": Way.MESSAGE.value, "day": scene.clerk.today.isoformat(), "phones": told}
        cases.record(scene.clerk, case, Kind.DELIVERED, Side.SYSTEM, facts=way)
    cases.catch_up(scene.clerk, case)
    return case


def _check_words(scene: Scene, act: Act) -> None:
    if act.kind in SPEAKING and not act.text.strip():
        raise FormRefused("请填写说明文字")
    if len(act.text) > LONGEST_TEXT:
        raise FormRefused(f"文字最多 {LONGEST_TEXT} 字，现有 {len(act.text)} 字；请删减")
    if len(act.photos) > MOST_PHOTOS:
        raise FormRefused(f"最多 {MOST_PHOTOS} 张照片，现有 {len(act.photos)} 张；请删减")
    if scene.side is Side.FIRM and act.kind in ON_PAPER and not act.photos:
        raise FormRefused("代录业主的书面意见，须附业主原件的照片")


def _nothing(_scene: Scene, _act: Act) -> dict[str, Any]:
    return {}


def _reminded(scene: Scene, _act: Act) -> dict[str, Any]:
    guards.check_reminder(scene.case.standing, scene.clerk.today)
    row = scene.case.row
    claims = overdue_claims(scene.clerk.session, row.unit_id, row.tenure, scene.clerk.today)
    bills = guards.claimable(scene.case.standing, claims)
    return {"bills": [bill.to_json() for bill in bills]}


def _closed(scene: Scene, _act: Act) -> dict[str, Any]:
    if scene.case.standing.open_disputes:
        raise NotSettled("业主的异议尚未解决，不能撤回催缴了事；可冲销有误的账单，或请社区调解")
    return {"reason": Closing.WITHDRAWN.value}


_PREPARED: Mapping[Kind, Callable[[Scene, Act], dict[str, Any]]] = {
    Kind.REMINDED: _reminded,
    Kind.NOTICED: notices.notice_facts,
    Kind.DELIVERED: notices.delivery_facts,
    Kind.DISPUTED: contested.dispute_facts,
    Kind.DISPUTE_ANSWERED: contested.answer_facts,
    Kind.DISPUTE_ACCEPTED: contested.acceptance_facts,
    Kind.DISPUTE_WITHDRAWN: contested.dispute_number,
    Kind.DISPUTE_UPHELD: contested.decision_facts,
    Kind.DISPUTE_REJECTED: contested.decision_facts,
    Kind.MEDIATION_ASKED: mediating.asking_facts,
    Kind.MEDIATED: mediating.record_facts,
    Kind.INSTALMENTS_ASKED: instalments.asking_facts,
    Kind.INSTALMENTS_AGREED: instalments.agreement_facts,
    Kind.FILED: make_court_file,
    Kind.CLOSED: _closed,
}
