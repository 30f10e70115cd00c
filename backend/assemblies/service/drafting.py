"""Drafting an assembly: what is to be decided, by whom, by which rules and when (law.md 9, stages 1 to 5)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from backend import identity, registry
from backend.assemblies.models import Assembly, Item, Opinion
from backend.assemblies.rules import DraftRefused, Stage, Step
from backend.assemblies.service import lifecycle
from backend.infra.audit import record_act
from backend.infra.auth import Actor
from backend.infra.house import House
from backend.kernel.ids import new_id
from backend.voting.errors import VotingError
from backend.voting.law.deadlines import closing, earliest_opening
from backend.voting.law.majority import class_of
from backend.voting.law.roll import Scope
from backend.voting.law.rulepack import RulePack, load_pack
from backend.voting.law.seats import check_slate
from backend.voting.record import agenda
from backend.voting.record.outcome import slate_of

CHAIR = identity.Role.CHAIR


@dataclass(frozen=True, slots=True)
class ItemDraft:
    """One item as its author wrote it; `seats` and `candidates` only for an election."""

    id: str
    title: str
    matter: int
    scope: str
    kind: str
    text: str = ""
    attachments: Sequence[dict[str, str]] = ()
    seats: int | None = None
    candidates: Sequence[dict[str, object]] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """An assembly as its convenor proposes it. `threshold` None: every trustee must decrypt."""

    title: str
    rule_pack: str
    notice_date: date
    voting_days: int
    items: Sequence[ItemDraft]
    max_changes: int = 0
    threshold: int | None = None


def create(session: Session, house: House, community_id: str, draft: Draft, actor: Actor) -> Assembly:
    """Start an assembly in DRAFT.

    Raises:
        RoleMissing: the actor is not the chair here. DraftRefused: names what the law or the pack refuses.
    """
    registry.get_community(session, community_id)
    identity.require_role(session, actor, CHAIR, community_id=community_id)
    assembly = Assembly(id=new_id(), community_id=community_id)
    _write(assembly, draft)
    session.add(assembly)
    session.flush()
    lifecycle.take_step(session, house, assembly, Step.CREATE, actor)
    return assembly


def revise(session: Session, house: House, assembly: Assembly, draft: Draft, actor: Actor) -> Assembly:
    """Replace a draft; after DRAFT nothing about the items may change (law.md S12)."""
    identity.require_role(session, actor, CHAIR, community_id=assembly.community_id)
    lifecycle.check_stage(session, house, assembly, Stage.DRAFT)
    assembly.items.clear()
    session.flush()
    _write(assembly, draft)
    return assembly


def _write(assembly: Assembly, draft: Draft) -> None:
    pack = _checked_pack(draft)
    opens_at = earliest_opening(draft.notice_date, pack)
    assembly.title, assembly.rule_pack = draft.title, draft.rule_pack
    assembly.notice_date, assembly.voting_days = draft.notice_date, draft.voting_days
    assembly.max_changes, assembly.threshold = draft.max_changes, draft.threshold
    assembly.opens_at, assembly.closes_at = opens_at, closing(opens_at, draft.voting_days, pack)
    assembly.items.extend(_row(position, item) for position, item in enumerate(draft.items))


def _row(position: int, item: ItemDraft) -> Item:
    return Item(
        position=position,
        item_id=item.id,
        title=item.title,
        matter=item.matter,
        scope=item.scope,
        kind=item.kind,
        text=item.text,
        attachments=[dict(one) for one in item.attachments],
        seats=item.seats,
        candidates=[dict(one) for one in item.candidates],
    )


def _checked_pack(draft: Draft) -> RulePack:
    """Return the pack, after everything in the draft was held against it; all faults are named at once."""
    try:
        pack = load_pack(draft.rule_pack)
        closing(earliest_opening(draft.notice_date, pack), draft.voting_days, pack)
    except VotingError as error:
        raise DraftRefused(str(error)) from error
    faults = [fault for item in draft.items if (fault := _fault(item, pack))]
    ids = [item.id for item in draft.items]
    faults += [
        {"field": f"items.{one}", "rule": "事项编号重复"} for one in sorted(set(ids)) if ids.count(one) > 1
    ]
    if faults or not draft.items:
        raise DraftRefused("；".join(str(one["rule"]) for one in faults) or "至少要有一个事项", errors=faults)
    return pack


def _fault(item: ItemDraft, pack: RulePack) -> dict[str, object] | None:
    try:
        class_of(item.matter)
        Scope.parse(item.scope)
        slate = slate_of(agenda_item(_row(0, item), 0))
        if slate is not None:
            check_slate(slate, pack)
    except VotingError as error:
        return {"field": f"items.{item.id}", "rule": str(error)}
    return None


def agenda_item(item: Item, question: int) -> agenda.Item:
    """Return an item as the manifest pins it. Raises FormatError for what no ballot can ask."""
    return agenda.Item(
        id=item.item_id,
        matter=item.matter,
        kind=agenda.ItemKind(item.kind),
        title=item.title,
        text_sha256=hashlib.sha256(item.text.encode()).hexdigest(),
        question=question,
        attachments=tuple(agenda.Attachment(one["name"], one["sha256"]) for one in item.attachments),
        seats=item.seats,
        candidates=tuple(
            agenda.CandidateEntry(one["id"], one["name"], one["party_member"]) for one in item.candidates
        ),
    )


def advise(session: Session, house: House, assembly: Assembly, text: str, actor: Actor) -> Opinion:
    """Record the community's advice on the draft; it never vetoes."""
    identity.require_role(session, actor, identity.Role.COMMUNITY_OFFICER, community_id=assembly.community_id)
    lifecycle.check_stage(session, house, assembly, Stage.REVIEW)
    now = house.clock()
    opinion = Opinion(assembly_id=assembly.id, account_id=actor.account_id, text=text, at=now)
    session.add(opinion)
    subject = f"assembly:{assembly.id}"
    record_act(session, at=now, actor=actor.account_id, act="opinion-given", subject=subject)
    return opinion
