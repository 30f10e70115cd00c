"""What people do with a ticket, each act one event (or two, where one implies another)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from backend.complaints.rules import refusals
from backend.complaints.rules.events import Event
from backend.complaints.rules.ladder import as_facts, next_rung
from backend.complaints.rules.life import check_move
from backend.complaints.rules.plans import planned_end
from backend.complaints.rules.powers import acting_as
from backend.complaints.rules.values import (
    LONGEST_TEXT,
    MOST_PHOTOS,
    OFFICES,
    SATISFACTION,
    Callback,
    Kind,
    Level,
    Part,
    Party,
    Priority,
    Publication,
    Rejection,
    State,
    Wait,
)
from backend.complaints.service import cases, settings
from backend.complaints.service.cases import Case, catch_up, get_case, ladder_of
from backend.complaints.service.parts import parts_of
from backend.identity import Role
from backend.infra.auth import Actor
from backend.infra.house import House
from backend.infra.photos import attach
from backend.registry import bodies_of, is_staff

FIRM_STAFF: Sequence[Role] = (Role.FIRM_WORKER, Role.FIRM_DISPATCHER)
OFFICERS: Sequence[Role] = (Role.COMMUNITY_OFFICER, Role.STREET_OFFICER, Role.DEPARTMENT_OFFICER)
REOPEN_WITHIN = timedelta(days=15)
APPEAL_WITHIN = timedelta(days=15)
SPEAKING = frozenset(
    {
        Kind.ADDED,
        Kind.WAITED,
        Kind.PLANNED,
        Kind.RESOLVED,
        Kind.REOPENED,
        Kind.REJECTED,
        Kind.APPEALED,
        Kind.APPEAL_DISMISSED,
        Kind.REPLIED,
        Kind.NOTED,
        Kind.CALLED_IN,
    }
)
"""Acts that say nothing without a text."""
AFTER_ACKNOWLEDGING = frozenset({Kind.STARTED, Kind.ARRIVED, Kind.PLANNED, Kind.WAITED, Kind.RESOLVED})
"""Acts of staff that imply that the ticket was taken up."""


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody wants to do: the kind of event, what they say, photos, and the kind's own facts."""

    kind: Kind
    text: str = ""
    photos: Sequence[str] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scene:
    """A ticket at hand, and who acts on it, in which part and for which organisation."""

    session: Session
    house: House
    case: Case
    actor: Actor
    party: Party
    organisation_id: str | None

    def record(self, kind: Kind, act: Act, facts: Mapping[str, Any]) -> None:
        """Add what the actor does as an event."""
        event = Event(
            kind,
            self.house.clock(),
            self.party,
            self.actor.account_id,
            self.organisation_id,
            act.text.strip(),
            facts,
            tuple(act.photos),
        )
        cases.record(self.session, self.house, self.case, event)


def perform(session: Session, house: House, actor: Actor, ticket_id: str, act: Act) -> Case:
    """Carry out an act on a ticket and return it.

    Raises:
        TicketUnknown, NotYourPart: this person may not.
        StepNotAllowed: the ticket's state does not allow it.
        TextRefused, ProofMissing, PlanRefused, TooLate, NoHigherLevel, BadInput: what it says.
    """
    case = get_case(session, ticket_id, lock=True)
    parts = parts_of(session, actor, case.row, case.standing)
    catch_up(session, house, case)
    party = acting_as(parts, act.kind)
    scene = Scene(session, house, case, actor, party, parts[party])
    _check_worker(scene, act)
    _acknowledge_first(scene, act.kind)
    check_move(case.standing, act.kind)
    _check_words(act)
    facts = _PREPARED.get(act.kind, _nothing)(scene, act)
    if act.photos:
        attach(session, act.photos, actor, f"ticket:{case.row.id}")
    scene.record(act.kind, act, facts)
    catch_up(session, house, case)
    return case


def _check_worker(scene: Scene, act: Act) -> None:
    """Refuse a worker's act on a ticket of somebody else's; one that nobody has may be taken."""
    if scene.party is not Party.WORKER or act.kind in {Kind.NOTED, Kind.REPLIED}:
        return
    assignee = scene.case.standing.assignee
    if assignee != scene.actor.account_id and not (act.kind is Kind.ASSIGNED and assignee is None):
        raise refusals.NotYourPart("这张工单没有派给您；请先接单，或请调度员派单")


def _acknowledge_first(scene: Scene, kind: Kind) -> None:
    if kind in AFTER_ACKNOWLEDGING and scene.case.standing.state in {State.SUBMITTED, State.REOPENED}:
        scene.record(Kind.ACKNOWLEDGED, Act(Kind.ACKNOWLEDGED), {})


def _check_words(act: Act) -> None:
    if act.kind in SPEAKING and not act.text.strip():
        raise refusals.TextRefused("请填写说明文字")
    if len(act.text) > LONGEST_TEXT:
        raise refusals.TextRefused(f"文字最多 {LONGEST_TEXT} 字，现有 {len(act.text)} 字；请删减")
    if len(act.photos) > MOST_PHOTOS:
        raise refusals.TextRefused(f"最多 {MOST_PHOTOS} 张照片，现有 {len(act.photos)} 张；请删减")


def _nothing(_scene: Scene, _act: Act) -> dict[str, Any]:
    return {}


def _assigned(scene: Scene, act: Act) -> dict[str, Any]:
    """Let a worker take it himself, a dispatcher or an office name one of its people."""
    assignee = str(act.facts.get("assignee") or scene.actor.account_id)
    if scene.party is Party.WORKER and assignee != scene.actor.account_id:
        raise refusals.NotYourPart("维修员只能自己接单；派给他人请联系调度员")
    roles = OFFICERS if scene.party in OFFICES else FIRM_STAFF
    bodies = scene.case.standing.bodies
    if not is_staff(scene.session, assignee, roles, scene.case.row.community_id, tuple(bodies)):
        raise refusals.NotYourPart("只能派给办理单位在本小区任职的人员；请从人员列表中选择")
    return {"assignee": assignee}


def _planned(scene: Scene, act: Act) -> dict[str, Any]:
    if scene.case.standing.priority is not Priority.P4:
        raise refusals.PlanRefused("只有复杂事项（P4）可以登记办理方案；如确属复杂，请先调整优先级")
    began_at = scene.case.standing.round.began_at
    end = planned_end(str(act.facts.get("until", "")), began_at=began_at, now=scene.house.clock())
    return {"until": end.isoformat()}


def _waited(_scene: Scene, act: Act) -> dict[str, Any]:
    return {"wait": _one_of(Wait, act, "wait", "等待原因").value}


def _resolved(scene: Scene, act: Act) -> dict[str, Any]:
    category = settings.get_category(scene.session, scene.case.standing.category)
    if category.needs_proof and not act.photos:
        raise refusals.ProofMissing(f"“{category.name}”办结需要至少一张现场照片；请拍照后再办结")
    return {"impossible": True} if act.facts.get("impossible") else {}


def _confirmed(_scene: Scene, act: Act) -> dict[str, Any]:
    return {"satisfaction": _satisfaction(act), "solved": _yes_or_no(act, "solved", "是否真正解决")}


def _reopened(scene: Scene, _act: Act) -> dict[str, Any]:
    """Begin anew, one level higher, with the promises of today's settings."""
    case, standing = scene.case, scene.case.standing
    if standing.state is State.REJECTED:
        if not (standing.appeal_open and scene.party in {Party.COMMUNITY, Party.STREET}):
            raise refusals.StepNotAllowed("不予受理的工单须由居民申诉，并由社区或街道复核后重新办理")
    elif standing.closed_at is not None and scene.house.clock() > standing.closed_at + REOPEN_WITHIN:
        raise refusals.TooLate(f"办结后 {REOPEN_WITHIN.days} 天内可以要求重新办理；现已过期，请重新提交")
    rung = next_rung(standing.level, ladder_of(scene.session, case))
    promises = settings.promises_of(scene.session, case.row.community_id)[standing.priority]
    level = rung.level if rung else standing.level
    facts: dict[str, Any] = {"level": int(level), "promises": promises.to_json()}
    return facts | ({"body": as_facts(rung)} if rung else {})


def _rejected(_scene: Scene, act: Act) -> dict[str, Any]:
    return {"reason": _one_of(Rejection, act, "reason", "不予受理的理由").value}


def _appealed(scene: Scene, _act: Act) -> dict[str, Any]:
    standing = scene.case.standing
    if standing.appealed:
        raise refusals.StepNotAllowed("已经申诉过一次；如仍有异议，请拨打 12345")
    if standing.closed_at is None or scene.house.clock() > standing.closed_at + APPEAL_WITHIN:
        raise refusals.TooLate(f"申诉须在 {APPEAL_WITHIN.days} 天内提出；现已过期，请拨打 12345")
    return {}


def _appeal_dismissed(scene: Scene, _act: Act) -> dict[str, Any]:
    if not scene.case.standing.appeal_open:
        raise refusals.StepNotAllowed("这张工单没有待复核的申诉")
    return {}


def _called_back(_scene: Scene, act: Act) -> dict[str, Any]:
    callback = _one_of(Callback, act, "callback", "回访结果")
    facts: dict[str, Any] = {"callback": callback.value}
    if callback is not Callback.UNREACHED and "satisfaction" in act.facts:
        facts["satisfaction"] = _satisfaction(act)
    return facts


def _reclassified(scene: Scene, act: Act) -> dict[str, Any]:
    standing = scene.case.standing
    code = str(act.facts.get("category") or standing.category)
    if code != standing.category:
        settings.get_open_category(scene.session, code)
    priority = standing.priority
    if act.facts.get("priority"):
        priority = _one_of(Priority, act, "priority", "优先级")
    promises = settings.promises_of(scene.session, scene.case.row.community_id)[priority]
    return {"category": code, "priority": priority.value, "promises": promises.to_json()}


def _called_in(scene: Scene, act: Act) -> dict[str, Any]:
    bodies = bodies_of(scene.session, scene.case.row.community_id)
    wanted = str(act.facts.get("organisation", ""))
    levels = dict.fromkeys(bodies.departments.values(), Level.DEPARTMENT)
    levels |= {body: Level.FIRM for body in [bodies.firm] if body}
    levels |= {body: Level.COMMUNITY for body in [bodies.community] if body}
    if wanted not in levels:
        raise refusals.NotYourPart("只能请服务本小区的物业、社区或职能部门协同；请从单位列表中选择")
    body = {"organisation": wanted, "level": int(levels[wanted]), "part": Part.ASSIST.value}
    return {"body": body}


def _escalated(scene: Scene, _act: Act) -> dict[str, Any]:
    rung = next_rung(scene.case.standing.level, ladder_of(scene.session, scene.case))
    if rung is None:
        raise refusals.NoHigherLevel("没有更高一级的受理单位；需要部门办理请用“请其他单位协同”")
    return {"cause": "hand", "level": int(rung.level), "body": as_facts(rung)}


def _reviewed(_scene: Scene, act: Act) -> dict[str, Any]:
    return {"publication": _one_of(Publication, act, "publication", "公示决定").value}


def _one_of(words: Any, act: Act, name: str, title: str) -> Any:
    try:
        return words(act.facts.get(name))
    except ValueError as error:
        allowed = "、".join(word.value for word in words)
        raise refusals.FactRefused(f"{title}（{name}）应为 {allowed} 之一") from error


def _satisfaction(act: Act) -> int:
    given = act.facts.get("satisfaction")
    if isinstance(given, bool) or not isinstance(given, int) or given not in SATISFACTION:
        raise refusals.FactRefused("满意度（satisfaction）应为 1 至 5 的整数，5 为非常满意")
    return given


def _yes_or_no(act: Act, name: str, title: str) -> bool:
    given = act.facts.get(name)
    if not isinstance(given, bool):
        raise refusals.FactRefused(f"请回答{title}（{name}）：是或否")
    return given


_PREPARED: Mapping[Kind, Callable[[Scene, Act], dict[str, Any]]] = {
    Kind.ASSIGNED: _assigned,
    Kind.PLANNED: _planned,
    Kind.WAITED: _waited,
    Kind.RESOLVED: _resolved,
    Kind.CONFIRMED: _confirmed,
    Kind.REOPENED: _reopened,
    Kind.REJECTED: _rejected,
    Kind.APPEALED: _appealed,
    Kind.APPEAL_DISMISSED: _appeal_dismissed,
    Kind.CALLED_BACK: _called_back,
    Kind.RECLASSIFIED: _reclassified,
    Kind.CALLED_IN: _called_in,
    Kind.ESCALATED: _escalated,
    Kind.REVIEWED: _reviewed,
}
