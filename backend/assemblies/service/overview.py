"""An assembly as anybody may see it: what is decided, when, by whom it is held, and what is still missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import registry
from backend.assemblies.models import Assembly, Election, Item, Person
from backend.assemblies.rules import Missing, Office, Stage
from backend.assemblies.service import lifecycle, readiness
from backend.assemblies.service.cautions import Caution, cautions
from backend.infra.house import House
from backend.infra.paging import PAGE
from backend.kernel.clock import format_instant
from backend.voting.law.roll import Scope


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
class AssemblyView:
    """An assembly without personal data of owners. Instants are texts in +08:00."""

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
    items: Sequence[ItemView]
    elections: Sequence[ElectionSummary]
    missing: Sequence[Missing]
    warnings: Sequence[Caution]
    people: Sequence[PersonView]


@dataclass(frozen=True, slots=True)
class AssemblyRow:
    """One line of a community's list of assemblies. Instants are texts in +08:00."""

    id: str
    title: str
    stage: Stage
    drill: bool
    notice_date: date
    opens_at: str | None
    closes_at: str | None
    items: Sequence[str]


def posted(session: Session, house: House, community_id: str) -> Sequence[AssemblyRow]:
    """Return a community's assemblies that were posted, by title and items, the latest first.

    What is still drafted or under review is left out: its text may change.

    Raises:
        CommunityUnknown: no such community.
    """
    registry.get_community(session, community_id)
    query = select(Assembly).where(Assembly.community_id == community_id)
    found = session.scalars(query.order_by(Assembly.notice_date.desc(), Assembly.id).limit(PAGE))
    rows = [_row(session, house, assembly) for assembly in found]
    return [row for row in rows if row.stage not in {Stage.DRAFT, Stage.REVIEW}]


def _row(session: Session, house: House, assembly: Assembly) -> AssemblyRow:
    return AssemblyRow(
        id=assembly.id,
        title=assembly.title,
        stage=lifecycle.stage(session, house, assembly),
        drill=house.is_drill,
        notice_date=assembly.notice_date,
        opens_at=format_instant(assembly.opens_at) if assembly.opens_at else None,
        closes_at=format_instant(assembly.closes_at) if assembly.closes_at else None,
        items=[item.title for item in assembly.items],
    )


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
        items=[_item(item) for item in assembly.items],
        elections=[_election(assembly, election) for election in assembly.elections],
        missing=readiness.missing(session, house, assembly) if stage is Stage.NOTICED else [],
        warnings=cautions(assembly),
        people=[_person(session, person) for person in assembly.people],
    )


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
