"""Mediation: asking for it, and the record of it."""

from __future__ import annotations

from typing import Any

from backend.fees.rules.arrears import guards
from backend.fees.rules.arrears.refusals import FormRefused, NotSettled
from backend.fees.rules.arrears.values import Outcome, Side
from backend.fees.service.arrears.scene import Act, Scene, a_day, one_of, words_in
from backend.kernel.clock import CHINA


def asking_facts(scene: Scene, _act: Act) -> dict[str, Any]:
    """Check that the time for it has come. Raises TooEarly, StageMissing."""
    standing, clerk = scene.case.standing, scene.clerk
    guards.check_may_ask_mediation(standing, scene.side, clerk.today, scene.case.calendar)
    return {}


def record_facts(scene: Scene, act: Act) -> dict[str, Any]:
    """Return when, by whom and with what result; the signed record is attached.

    The firm may enter what a mediator gave it, but not while a dispute is open.

    Raises:
        NotSettled, TooEarly, StageMissing: not now, or not by the firm.
        FormRefused: the record is not attached, or its day makes no sense.
    """
    standing, clerk = scene.case.standing, scene.clerk
    if scene.side is Side.FIRM:
        if standing.open_disputes:
            raise NotSettled("有未结异议时，调解记录由社区登记")
        guards.check_notice_over(standing, clerk.today, scene.case.calendar)
    if not act.photos:
        raise FormRefused("请附调解记录或协议的照片")
    day = a_day(act.facts.get("day"), "调解日期（day）")
    if not scene.case.row.opened_at.astimezone(CHINA).date() <= day <= clerk.today:
        raise FormRefused("调解日期应在本项催缴登记之后、今天或更早")
    outcome = one_of(Outcome, act, "outcome", "调解结果")
    body = words_in(act, "body", "调解组织", 100)
    return {"day": day.isoformat(), "body": body, "outcome": outcome.value}
