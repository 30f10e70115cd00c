"""An assembly as anybody may see it: what is decided, when, by whom it is held, and what is still missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from backend import registry
from backend.assemblies.models import Assembly, Election, Item, Person
from backend.assemblies.rules import Missing, Office, Stage
from backend.assemblies.service import lifecycle, readiness
from backend.assemblies.service.cautions import Caution, cautions
from backend.infra.house import House
from backend.kernel.clock import format_instant
from backend.voting.law.roll import Scope
from backend.voting.law.rulepack import RulePack, Threshold, load_pack


@dataclass(frozen=True, slots=True)
class ElectionSummary:
    """One election: its scope, the ids of its items, and both denominators (heads, area in dm2)."""

    uuid: str
    scope: str
    items: Sequence[str]
    electors: int
    area: int


@dataclass(frozen=True, slots=True)
class ItemView:
    """One item as it was posted."""

    id: str
    title: str
    matter: int
    scope: str
    kind: str
    text: str
    attachments: Sequence[dict[str, object]]
    seats: int | None
    candidates: Sequence[dict[str, object]]


@dataclass(frozen=True, slots=True)
class PersonView:
    """An appointee by name and organisation, with the public keys of that person's software."""

    role: Office
    name: str
    organisation: str | None
    sign_key: str | None
    seal_key: str | None
    index: int


@dataclass(frozen=True, slots=True)
class Majority:
    """A share that must be reached (`inclusive`) or exceeded, by heads and by area."""

    numerator: int
    denominator: int
    inclusive: bool


@dataclass(frozen=True, slots=True)
class Majorities:
    """What the rule pack demands: who must take part, and how many of them must agree."""

    quorum: Majority
    ordinary: Majority
    special: Majority


@dataclass(frozen=True, slots=True)
class AssemblyView:
    """An assembly without personal data of owners. Instants are texts in +08:00.

    `objections_until` is when objections end; known once the preliminary result is posted.
    """

    id: str
    community_id: str
    title: str
    stage: Stage
    drill: bool
    notice_date: date
    voting_days: int
    opens_at: str | None
    closes_at: str | None
    max_changes: int
    threshold: int | None
    rule_pack: str
    majorities: Majorities
    objections_until: str | None
    items: Sequence[ItemView]
    elections: Sequence[ElectionSummary]
    missing: Sequence[Missing]
    warnings: Sequence[Caution]
    people: Sequence[PersonView]


def view(session: Session, house: House, assembly: Assembly) -> AssemblyView:
    """Return an assembly as anybody may see it. `missing` is told while it is being prepared."""
    stage = lifecycle.stage(session, house, assembly)
    return AssemblyView(
        id=assembly.id,
        community_id=assembly.community_id,
        title=assembly.title,
        stage=stage,
        drill=house.is_drill,
        notice_date=assembly.notice_date,
        voting_days=assembly.voting_days,
        opens_at=format_instant(assembly.opens_at) if assembly.opens_at else None,
        closes_at=format_instant(assembly.closes_at) if assembly.closes_at else None,
        max_changes=assembly.max_changes,
        threshold=assembly.threshold,
        rule_pack=assembly.rule_pack,
        majorities=_majorities(load_pack(assembly.rule_pack)),
        objections_until=_objections_until(assembly),
        items=[_item(item) for item in assembly.items],
        elections=[_election(assembly, election) for election in assembly.elections],
        missing=readiness.missing(session, house, assembly) if stage is Stage.NOTICED else [],
        warnings=cautions(assembly),
        people=[_person(session, person) for person in assembly.people],
    )


def _majorities(pack: RulePack) -> Majorities:
    return Majorities(*(_majority(each) for each in (pack.quorum, pack.ordinary, pack.special)))


def _majority(threshold: Threshold) -> Majority:
    return Majority(threshold.numerator, threshold.denominator, threshold.inclusive)


def _objections_until(assembly: Assembly) -> str | None:
    ends = lifecycle.objections_end(assembly)
    return format_instant(ends) if ends else None


def _item(item: Item) -> ItemView:
    return ItemView(
        id=item.item_id,
        title=item.title,
        matter=item.matter,
        scope=item.scope,
        kind=item.kind,
        text=item.text,
        attachments=item.attachments,
        seats=item.seats,
        candidates=item.candidates,
    )


def _election(assembly: Assembly, election: Election) -> ElectionSummary:
    items = [item.item_id for item in assembly.items if str(Scope.parse(item.scope)) == election.scope]
    return ElectionSummary(election.uuid, election.scope, items, election.heads_total, election.area_total)


def _person(session: Session, person: Person) -> PersonView:
    named = person.organisation_id
    return PersonView(
        role=person.office,
        name=person.name,
        organisation=registry.get_organisation(session, named).name if named else None,
        sign_key=person.sign_key,
        seal_key=person.seal_key,
        index=person.index,
    )
