"""On what a use of the fund, or a split of common income, may stand.

A decision of the assembly fits by its matter (Civil Code art. 278) and its scope: the units that bear a cost
are exactly those whose owners were asked. An emergency (art. 281) stands on its steps.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from backend.disclosure.rules.refusals import (
    BookDayRefused,
    DecisionUnfit,
    FundForbidden,
    ProjectRefused,
    StepRefused,
)
from backend.disclosure.rules.values import Excluded, StepKind
from backend.disclosure.rules.wording import EXCLUDED, STEPS
from backend.voting.errors import LawError
from backend.voting.law.roll import Scope

USE_MATTERS = frozenset({5})
"""Using the maintenance fund."""
SPLIT_MATTERS = frozenset({8, 9})
"""Doing business with common parts; other major matters, such as what becomes of the income."""
ORDER: Sequence[StepKind] = (StepKind.REPORT, StepKind.INSPECTION, StepKind.REPAIR, StepKind.PAPERS)
"""The emergency procedure (law.md 4): what comes after what."""
NEEDS_PAPER = frozenset({StepKind.INSPECTION, StepKind.PAPERS})
"""Steps that are a document: the joint inspection record, the completion papers."""


def parse_scope(text: str) -> Scope:
    """Read a scope such as all, building:3 or stair:3-1.

    Raises:
        ProjectRefused: none of these.
    """
    try:
        return Scope.parse(text)
    except LawError as error:
        raise ProjectRefused("范围应写作 all、building:楼栋 或 stair:楼栋-单元") from error


def check_matter(matter: int, wanted: Iterable[int]) -> None:
    """Refuse a decision about something else.

    Raises:
        DecisionUnfit: what it says.
    """
    known = sorted(wanted)
    if matter not in known:
        items = "、".join(f"（{number}）" for number in known)
        raise DecisionUnfit(f"该事项属于民法典第二百七十八条第一款第（{matter}）项；此处须为第{items}项")


def check_scope(decided: str, wanted: Scope) -> None:
    """Refuse a decision of other owners than those who bear the cost.

    Raises:
        DecisionUnfit: what it says.
    """
    if str(Scope.parse(decided)) != str(wanted):
        raise DecisionUnfit(
            f"表决范围是 {decided}，与所填范围 {wanted} 不一致；分摊的房屋须与表决范围完全相同"
        )


def check_allowed(answers: Mapping[Excluded, bool]) -> None:
    """Refuse what the fund must not pay; each question must have its answer.

    Source: 住宅专项维修资金管理办法 art. 25 (fairly sure); 山东省物业管理条例 art. 71 (certain).

    Raises:
        ProjectRefused: a question has no answer.
        FundForbidden: one was answered with yes.
    """
    silent = [EXCLUDED[one] for one in Excluded if one not in answers]
    if silent:
        raise ProjectRefused(f"请逐项回答：{'；'.join(silent)}")
    barred = [EXCLUDED[one] for one in Excluded if answers[one]]
    if barred:
        raise FundForbidden(f"该项目{'；'.join(barred)}，不得从维修资金列支，费用由责任单位或物业费承担")


@dataclass(frozen=True, slots=True)
class Taken:
    """A step that was taken, and the day on which."""

    kind: StepKind
    day: date


def check_next(taken: Sequence[Taken], kind: StepKind, day: date) -> None:
    """Refuse a step before the one that leads to it, twice, or dated before it.

    Raises:
        StepRefused: out of turn.
        BookDayRefused: dated before the step that leads to it.
    """
    done = [one.kind for one in taken]
    if len(done) == len(ORDER):
        raise StepRefused("应急程序的各个步骤都已办理")
    due = ORDER[len(done)]
    if kind is not due:
        raise StepRefused(f"现在应办理“{STEPS[due]}”，不是“{STEPS[kind]}”")
    if taken and day < taken[-1].day:
        raise BookDayRefused(f"{STEPS[kind]}的日期早于上一步骤的 {taken[-1].day}；请核对")


def check_may_pay(taken: Sequence[Taken], day: date) -> None:
    """Refuse a payment for an emergency repair before its completion papers are posted.

    Raises:
        StepRefused: a step is missing.
        BookDayRefused: the payment is dated before the last step.
    """
    missing = [STEPS[one] for one in ORDER if one not in {step.kind for step in taken}]
    if missing:
        raise StepRefused(f"尚未办理：{'、'.join(missing)}；完工资料公示后才能列支")
    if day < taken[-1].day:
        raise BookDayRefused(f"支付日期早于完工资料公示的 {taken[-1].day}；请核对")
