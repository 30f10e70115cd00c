"""Projects that the fund pays for: each stands on a passed vote, or on the emergency procedure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.assemblies import Decision, get_decision
from backend.disclosure.models import BookEntry, BookPosting, FundProject, FundStep
from backend.disclosure.rules import grounds
from backend.disclosure.rules.grounds import Taken
from backend.disclosure.rules.impersonal import check_impersonal
from backend.disclosure.rules.refusals import (
    BookDayRefused,
    DecisionUsed,
    OverBudget,
    ProjectRefused,
    ProjectUnknown,
    StepRefused,
)
from backend.disclosure.rules.values import Account, BookKind, Danger, Excluded, Ground, Purpose, StepKind
from backend.disclosure.service import papers
from backend.disclosure.service.bearing import units_in
from backend.disclosure.service.journal import Journal
from backend.disclosure.service.keeper import Keeper
from backend.kernel.money import format_fen
from backend.voting.law.roll import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class NewProject:
    """What is to be paid. `decision` names assembly and item; without it `danger` says what happened."""

    title: str
    purpose: Purpose
    scope: str
    budget_fen: int
    answers: Mapping[Excluded, bool]
    decision: tuple[str, str] | None
    danger: Danger | None
    text: str
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class NewStep:
    """A step that was taken on a day, with its documents."""

    kind: StepKind
    day: date
    text: str
    paper_ids: Sequence[str]


def open_project(keeper: Keeper, new: NewProject) -> FundProject:
    """Open a project on the ground of a passed vote of matter 5, or of an emergency that is reported.

    Raises:
        FundForbidden, ProjectRefused: what it says.
        DecisionUnknown, DecisionNotFinal, DecisionNotPassed, DecisionUnfit, DecisionUsed: of its vote.
        NothingToShareBy: nobody lives in its scope.
        BookDayRefused, PersonalText: what it says.
    """
    check_impersonal(new.title, new.text)
    grounds.check_allowed(new.answers)
    keeper.check_happened(new.day)
    scope = grounds.parse_scope(new.scope)
    units_in(keeper.session, keeper.community_id, scope)
    if (new.decision is None) == (new.danger is None):
        raise ProjectRefused("请二选一：写明表决通过的事项，或写明险情按应急程序办理")
    Journal(keeper, BookKind.FUND)  # nobody else opens a project on the same vote meanwhile
    decision = _decision(keeper, new.decision, scope) if new.decision else None
    row = _row(keeper, new, str(scope), decision)
    keeper.session.add(row)
    keeper.session.flush()
    if new.danger:
        _add_step(keeper, row.id, NewStep(kind=StepKind.REPORT, day=new.day, text=new.text, paper_ids=()))
    keeper.record("fund-project-opened", f"fund-project:{row.id}", {"ground": row.ground})
    return row


def _row(keeper: Keeper, new: NewProject, scope: str, decision: Decision | None) -> FundProject:
    return FundProject(
        community_id=keeper.community_id,
        title=new.title,
        purpose=new.purpose.value,
        scope=scope,
        budget_fen=new.budget_fen,
        ground=(Ground.VOTE if decision else Ground.EMERGENCY).value,
        assembly_id=decision.assembly_id if decision else None,
        item_id=decision.item_id if decision else None,
        decided_on=decision.day if decision else None,
        danger=new.danger.value if new.danger else "",
        recorded_at=keeper.now,
        recorded_by=keeper.account_id,
    )


def _decision(keeper: Keeper, named: tuple[str, str], scope: Scope) -> Decision:
    decision = get_decision(keeper.session, keeper.house, keeper.community_id, *named)
    grounds.check_matter(decision.matter, grounds.USE_MATTERS)
    grounds.check_scope(decision.scope, scope)
    query = sa.select(FundProject.id).where(
        FundProject.assembly_id == decision.assembly_id, FundProject.item_id == decision.item_id
    )
    withdrawn = sa.select(FundStep.project_id).where(FundStep.kind == StepKind.WITHDRAWN.value)
    if keeper.session.scalar(query.where(FundProject.id.not_in(withdrawn))) is not None:
        raise DecisionUsed("已有维修项目以这项表决为依据；同一表决只能立一个项目，可分期支付")
    return decision


def get_project(session: Session, community_id: str, project_id: str) -> FundProject:
    """Return a project of a community. Raises ProjectUnknown."""
    row = session.get(FundProject, project_id)
    if row is None or row.community_id != community_id:
        raise ProjectUnknown("本小区没有这个维修项目；请核对编号")
    return row


def scope_of(project: FundProject) -> Scope:
    """Return whose units bear a project."""
    return Scope.parse(project.scope)


def projects_of(session: Session, community_id: str) -> Sequence[FundProject]:
    """Return the projects of a community, the latest first."""
    query = sa.select(FundProject).where(FundProject.community_id == community_id)
    return session.scalars(query.order_by(FundProject.recorded_at.desc(), FundProject.id)).all()


def steps_of(session: Session, project_ids: Sequence[str]) -> dict[str, list[FundStep]]:
    """Return the steps of projects, in the order in which they were taken."""
    query = (
        sa.select(FundStep).where(FundStep.project_id.in_(project_ids)).order_by(FundStep.at, FundStep.day)
    )
    found: dict[str, list[FundStep]] = {}
    for step in session.scalars(query):
        found.setdefault(step.project_id, []).append(step)
    order = list(StepKind)
    return {
        key: sorted(steps, key=lambda one: order.index(StepKind(one.kind))) for key, steps in found.items()
    }


def take_step(keeper: Keeper, project_id: str, new: NewStep) -> FundStep:
    """Take the next step of the emergency procedure, or withdraw a project for which nothing was paid.

    Raises:
        ProjectUnknown, StepRefused, ProjectRefused, BookDayRefused, PersonalText, PaperUnknown: what it says.
    """
    check_impersonal(new.text)
    keeper.check_happened(new.day)
    papers.check_known(keeper.session, keeper.community_id, new.paper_ids)
    project = get_project(keeper.session, keeper.community_id, project_id)
    Journal(keeper, BookKind.FUND)
    taken = _taken(keeper.session, project_id)
    if any(one.kind is StepKind.WITHDRAWN for one in taken):
        raise StepRefused("该项目已撤销")
    if new.kind is StepKind.WITHDRAWN:
        if used_fen(keeper.session, project_id):
            raise StepRefused("该项目已有支付，不能撤销；请先冲销")
    else:
        _check_step(project, taken, new)
    step = _add_step(keeper, project_id, new)
    keeper.record("fund-step-taken", f"fund-project:{project_id}", {"step": new.kind.value})
    return step


def _check_step(project: FundProject, taken: Sequence[Taken], new: NewStep) -> None:
    if project.ground != Ground.EMERGENCY.value:
        raise StepRefused("经表决的项目不走应急程序")
    grounds.check_next(taken, new.kind, new.day)
    if new.kind in grounds.NEEDS_PAPER and not new.paper_ids:
        raise ProjectRefused("这一步须附文件：共同查勘附查勘记录，完工公示附完工资料")


def _add_step(keeper: Keeper, project_id: str, new: NewStep) -> FundStep:
    step = FundStep(
        project_id=project_id,
        kind=new.kind.value,
        day=new.day,
        text=new.text,
        at=keeper.now,
        recorded_by=keeper.account_id,
    )
    keeper.session.add(step)
    keeper.session.flush()
    papers.attach_to_step(keeper, step.id, new.paper_ids)
    return step


def _taken(session: Session, project_id: str) -> list[Taken]:
    steps = steps_of(session, [project_id]).get(project_id, [])
    return [Taken(StepKind(step.kind), step.day) for step in steps]


def used_fen(session: Session, project_id: str) -> int:
    """Return what was paid for a project, less what was undone."""
    query = (
        sa.select(-sa.func.coalesce(sa.func.sum(BookPosting.amount_fen), 0))
        .join(BookEntry, BookEntry.id == BookPosting.entry_id)
        .where(BookEntry.project_id == project_id, BookPosting.account == Account.MONEY.value)
    )
    return int(session.scalar(query) or 0)


def check_may_use(keeper: Keeper, project_id: str, amount_fen: int, day: date) -> None:
    """Refuse a payment that its ground does not carry. The caller holds the fund's books.

    Raises:
        StepRefused, BookDayRefused: of an emergency, a step is missing; or dated before its ground.
        OverBudget: with what was paid before it comes to more than was decided.
    """
    project = get_project(keeper.session, keeper.community_id, project_id)
    taken = _taken(keeper.session, project_id)
    if any(one.kind is StepKind.WITHDRAWN for one in taken):
        raise StepRefused("该项目已撤销，不能支付")
    if project.ground == Ground.EMERGENCY.value:
        grounds.check_may_pay(taken, day)
    elif project.decided_on is not None and day < project.decided_on:
        raise BookDayRefused(f"支付日期早于表决结果生效的 {project.decided_on}；请核对")
    used = used_fen(keeper.session, project_id)
    if used + amount_fen > project.budget_fen:
        left = format_fen(project.budget_fen - used)
        raise OverBudget(f"预算还剩 {left} 元；超出部分须另行表决")
