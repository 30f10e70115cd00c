"""Who stands for which elector (业主), and the look-ups that casting and paper share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from backend import registry
from backend.assemblies.models import Assembly, Election, Elector, RollEntry
from backend.assemblies.rules import Channel, NotYourEntry
from backend.infra.auth import Actor
from backend.kernel.refusal import NotFound
from backend.voting.law.roll import DEVELOPER
from backend.voting.record.manifest import Manifest
from backend.voting.record.rollfile import RollFile


@dataclass(frozen=True, slots=True)
class Hours:
    """When voting opens and closes: [opens_at, closes_at)."""

    opens_at: datetime
    closes_at: datetime


@dataclass(frozen=True, slots=True)
class OwnElection:
    """An elector's entry in one election; `area` in dm2, `channel` None until it has voted."""

    uuid: str
    area: int
    channel: Channel | None
    casts: int


@dataclass(frozen=True, slots=True)
class OwnEntry:
    """One elector for whom a signed-in person stands, with what each election knows of it."""

    pseudonym: str
    labels: Sequence[str]
    elections: Sequence[OwnElection]


def get_assembly(session: Session, assembly_id: str) -> Assembly:
    """Return an assembly, or refuse."""
    assembly = session.get(Assembly, assembly_id)
    if assembly is None:
        raise NotFound("没有这次业主大会会议")
    return assembly


def get_election(session: Session, uuid: str) -> Election:
    """Return an election, or refuse."""
    election = session.get(Election, uuid)
    if election is None:
        raise NotFound("没有这次表决")
    return election


def locked_election(session: Session, uuid: str) -> Election:
    """Return an election whose row stays locked until the transaction ends: one writer per board."""
    query = select(Election).where(Election.uuid == uuid).with_for_update()
    election = session.scalars(query.execution_options(populate_existing=True)).first()
    if election is None:
        raise NotFound("没有这次表决")
    return election


def hours(election: Election) -> Hours:
    """Return the hours of an election whose notice was given."""
    opens_at, closes_at = election.assembly.opens_at, election.assembly.closes_at
    if opens_at is None or closes_at is None or election.manifest is None:
        raise NotFound("这次表决尚未就绪")
    return Hours(opens_at, closes_at)


def document(election: Election) -> bytes:
    """Return election.json of an election whose board was opened."""
    if election.document is None:
        raise NotFound("这次表决尚未就绪")
    return election.document


def manifest(election: Election) -> Manifest:
    """Return the manifest of an election whose board was opened."""
    if election.manifest is None:
        raise NotFound("这次表决尚未就绪")
    return Manifest.parse(election.manifest)


def roll(election: Election) -> RollFile:
    """Return roll.json of an election whose board was opened."""
    if election.roll is None:
        raise NotFound("这次表决尚未就绪")
    return RollFile.parse(election.roll)


def roll_entries(session: Session, election: Election) -> list[RollEntry]:
    """Return every entry of an election's roll with its elector, by pseudonym."""
    query = select(RollEntry).join(RollEntry.elector).where(RollEntry.election_uuid == election.uuid)
    eager = query.options(contains_eager(RollEntry.elector)).order_by(Elector.pseudonym)
    return list(session.scalars(eager))


def find_entry(session: Session, uuid: str, pseudonym: str, *, lock: bool = False) -> RollEntry | None:
    """Return an elector's entry on the roll of one election."""
    query = (
        select(RollEntry)
        .join(Elector)
        .where(RollEntry.election_uuid == uuid, Elector.pseudonym == pseudonym)
        .execution_options(populate_existing=True)
    )
    return session.scalars(query.with_for_update(of=RollEntry) if lock else query).first()


def own_entries(session: Session, assembly: Assembly, actor: Actor) -> list[OwnEntry]:
    """Return every elector of the assembly for whom the actor stands."""
    titles = _titles(session, assembly, actor.phone_hash)
    query = select(Elector).where(Elector.assembly_id == assembly.id).order_by(Elector.pseudonym)
    mine = [elector for elector in session.scalars(query) if titles.covers(elector)]
    return [OwnEntry(one.pseudonym, one.labels, _own_elections(session, one)) for one in mine]


def stands_for(session: Session, assembly: Assembly, elector: Elector, phone_hash: str) -> bool:
    """Tell whether the holder of a phone may act for an elector of the assembly."""
    return _titles(session, assembly, phone_hash).covers(elector)


def check_any_entry(session: Session, assembly: Assembly, actor: Actor) -> None:
    """Refuse an actor who stands for nobody on the assembly's rolls; raises NotYourEntry."""
    if not own_entries(session, assembly, actor):
        raise NotYourEntry("您不是本次会议名册上的业主")


def _own_elections(session: Session, elector: Elector) -> list[OwnElection]:
    query = select(RollEntry).join(Election).where(RollEntry.elector_id == elector.id)
    return [
        OwnElection(entry.election_uuid, entry.area, entry.channel, entry.casts)
        for entry in session.scalars(query.order_by(Election.position))
    ]


@dataclass(frozen=True, slots=True)
class _Titles:
    """What a phone stands for in a community: owners, and perhaps the developer."""

    owners: frozenset[str]
    is_developer: bool

    def covers(self, elector: Elector) -> bool:
        """Tell whether whoever holds these titles may act for an elector."""
        if elector.key == DEVELOPER:
            return self.is_developer
        return not self.owners.isdisjoint(elector.owner_ids)


def _titles(session: Session, assembly: Assembly, phone_hash: str) -> _Titles:
    where = assembly.community_id
    owners = registry.owner_ids_of(session, where, phone_hash)
    return _Titles(owners, registry.is_developer(session, where, phone_hash))
