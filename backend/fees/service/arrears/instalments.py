"""Instalments: what an owner asks for, and what the firm agrees to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from backend.fees.rules.arrears import guards
from backend.fees.rules.arrears.events import ClaimedBill
from backend.fees.rules.arrears.life import Part
from backend.fees.rules.arrears.refusals import FormRefused, OutOfOrder
from backend.fees.rules.arrears.values import MOST_PARTS
from backend.fees.service.arrears.claims import overdue_claims
from backend.fees.service.arrears.scene import Act, Scene, a_day, whole_number


def asking_facts(scene: Scene, act: Act) -> dict[str, Any]:
    """Return the instalments asked for. Raises FormRefused, NothingOverdue."""
    parts = _parts(act)
    guards.check_parts(parts, _owed(_bills(scene)), scene.clerk.today)
    return {"parts": [{"day": part.day.isoformat(), "amount_fen": part.amount_fen} for part in parts]}


def agreement_facts(scene: Scene, _act: Act) -> dict[str, Any]:
    """Return what is owed when the firm agrees to what was asked for.

    Raises:
        OutOfOrder: nothing was. FormRefused: it no longer comes to what is owed.
    """
    asked = scene.case.standing.plan_asked
    if asked is None:
        raise OutOfOrder("没有待答复的分期申请；请刷新后再办理")
    bills = _bills(scene)
    guards.check_parts(asked.parts, _owed(bills), scene.clerk.today)
    return {"owed_fen": _owed(bills), "bills": [bill.to_json() for bill in bills]}


def _bills(scene: Scene) -> list[ClaimedBill]:
    row = scene.case.row
    claims = overdue_claims(scene.clerk.session, row.unit_id, row.tenure, scene.clerk.today)
    return guards.claimable(scene.case.standing, claims)


def _owed(bills: Sequence[ClaimedBill]) -> int:
    return sum(bill.open_fen for bill in bills)


def _parts(act: Act) -> list[Part]:
    given = act.facts.get("parts")
    if (
        not isinstance(given, list)
        or len(given) > MOST_PARTS
        or not all(isinstance(one, dict) for one in given)
    ):
        raise FormRefused(f"请填写分期（parts）：每期的日期和金额，至多 {MOST_PARTS} 期")
    return [
        Part(a_day(one.get("day"), "分期日期"), whole_number(one.get("amount_fen"), "分期金额"))
        for one in given
    ]
