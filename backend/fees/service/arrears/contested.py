"""Disputes: what an owner says is wrong with bills, what the firm answers, and how it ends."""

from __future__ import annotations

from typing import Any

from backend.fees.rules.arrears import guards
from backend.fees.rules.arrears.life import dispute_of
from backend.fees.rules.arrears.refusals import DisputeRefused, FormRefused, NotSettled
from backend.fees.rules.arrears.values import Ground, Side
from backend.fees.service.arrears.claims import open_claims
from backend.fees.service.arrears.scene import Act, Scene, ids_in, one_of, whole
from backend.fees.service.payments import reverse_entry

REVERSAL = "业主异议，更正账单"


def dispute_facts(scene: Scene, act: Act) -> dict[str, Any]:
    """Return which bills are disputed, and on what ground.

    Raises:
        DisputeRefused: none is named; one is no open bill of this holder, is disputed, or settled already.
    """
    ground = one_of(Ground, act, "ground", "异议理由")
    wanted, standing = ids_in(act, "bill_ids", "异议账单"), scene.case.standing
    row = scene.case.row
    claims = {claim.id: claim for claim in open_claims(scene.clerk.session, row.unit_id, row.tenure)}
    if not wanted or not wanted <= claims.keys():
        raise DisputeRefused("请选择本人尚未缴清的账单；已缴清或已冲销的账单不能在此提出异议")
    if wanted & standing.disputed:
        raise DisputeRefused("所选账单已在异议处理中；请等待答复")
    if wanted & standing.decided:
        raise DisputeRefused("所选账单的异议已经了结；如仍不同意，可在诉讼中提出")
    bills = [claims[bill_id].to_json() for bill_id in sorted(wanted)]
    return {"bills": bills, "ground": ground.value, "on_paper": scene.side is Side.FIRM}


def answer_facts(scene: Scene, act: Act) -> dict[str, Any]:
    """Return the firm's answer; bills that it takes back are reversed at once.

    Raises:
        OutOfOrder: no such open dispute. FormRefused: a bill that it is not about.
        NotReversible: taken back already.
    """
    dispute = dispute_of(scene.case.standing, whole(act, "dispute", "异议编号"))
    wrong = ids_in(act, "reverse", "冲销账单")
    if not wrong <= dispute.bill_ids:
        raise FormRefused("只能冲销这项异议所涉的账单")
    for bill_id in sorted(wrong):
        reverse_entry(scene.clerk, bill_id, REVERSAL)
    return {"dispute": dispute.number, "reversed": sorted(wrong)}


def acceptance_facts(scene: Scene, act: Act) -> dict[str, Any]:
    """Return which dispute the owner ends by accepting the answer. Raises OutOfOrder, NotSettled."""
    facts = dispute_number(scene, act)
    if not scene.case.standing.disputes[facts["dispute"]].answered:
        raise NotSettled("物业尚未答复，暂无可以接受的答复；也可以直接撤回异议")
    return facts


def decision_facts(scene: Scene, act: Act) -> dict[str, Any]:
    """Return which dispute is ended by a mediation. Raises OutOfOrder, NotSettled."""
    facts = dispute_number(scene, act)
    guards.check_may_reject(scene.case.standing, facts["dispute"])
    return facts


def dispute_number(scene: Scene, act: Act) -> dict[str, Any]:
    """Return which open dispute is meant. Raises OutOfOrder."""
    return {"dispute": dispute_of(scene.case.standing, whole(act, "dispute", "异议编号")).number}
