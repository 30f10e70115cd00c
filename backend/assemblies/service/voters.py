"""One elector's place in one election, read in one query: casting is the call that must be quick."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, bindparam, select

from backend import registry
from backend.assemblies.models import Assembly, Election, Elector, RollEntry
from backend.assemblies.rules import Channel, NotYourEntry
from backend.infra.auth import Actor
from backend.infra.db import Line
from backend.infra.prepared import Prepared
from backend.kernel.refusal import NotFound
from backend.voting.law.roll import DEVELOPER


@dataclass(frozen=True, slots=True)
class Lock:
    """Whether an elector may still cast: the hours, the changes allowed, and what was recorded before."""

    opens_at: datetime
    closes_at: datetime
    max_changes: int
    channel: Channel | None
    casts: int


@dataclass(frozen=True, slots=True)
class Voter:
    """An elector's entry in an election; `timestamp` is the boards', `owner_ids` the elector's owners."""

    lock: Lock
    uuid: str
    timestamp: int
    community_id: str
    entry_id: int
    credential: str
    elector_id: int
    key: str
    owner_ids: Sequence[str]


_LOCK = (
    Assembly.opens_at,
    Assembly.closes_at,
    Assembly.max_changes,
    RollEntry.channel,
    RollEntry.casts,
)
_VOTER = Prepared(
    select(
        *_LOCK,
        Election.uuid,
        Election.timestamp,
        Assembly.community_id,
        RollEntry.id,
        RollEntry.credential,
        Elector.id,
        Elector.key,
        Elector.owner_ids,
    )
    .join(Assembly, Assembly.id == Election.assembly_id)
    .join(Elector, Elector.assembly_id == Election.assembly_id)  # found by this and the pseudonym
    .join(RollEntry, and_(RollEntry.election_uuid == Election.uuid, RollEntry.elector_id == Elector.id))
    .where(Election.uuid == bindparam("uuid"), Elector.pseudonym == bindparam("pseudonym"))
)
_LOCKED = Prepared(
    select(*_LOCK)
    .join(Election, Election.uuid == RollEntry.election_uuid)
    .join(Assembly, Assembly.id == Election.assembly_id)
    .where(RollEntry.id == bindparam("entry"))
    .with_for_update(of=(Election, RollEntry))
)
_ELECTION = Prepared(select(Election.uuid).where(Election.uuid == bindparam("uuid")))
_DOCUMENT = Prepared(select(Election.document).where(Election.uuid == bindparam("uuid")))


def own_voter(line: Line, uuid: str, pseudonym: str, actor: Actor) -> Voter:
    """Return the place of an elector for whom the actor stands.

    Raises:
        NotFound: no such election, or its board was not opened yet.
        NotYourEntry: no such elector on this roll, or the actor is none of its owners. The two are not told
            apart, so that a roll cannot be searched.
    """
    row = _VOTER.first(line, uuid=uuid, pseudonym=pseudonym)
    if row is None:
        if _ELECTION.first(line, uuid=uuid) is None:
            raise NotFound("没有这次表决")
        raise _stranger()
    lock, own = row[: len(_LOCK)], row[len(_LOCK) :]
    voter = Voter(Lock(*lock), *own)
    if voter.timestamp is None:
        raise NotFound("这次表决尚未就绪")
    if not _stands_for(line, voter, actor):
        raise _stranger()
    return voter


def locked(line: Line, voter: Voter) -> Lock:
    """Return an elector's lock as it is now, held with the election's row until the transaction ends.

    The election's row makes one writer per board.
    """
    [row] = _LOCKED.all(line, entry=voter.entry_id)
    return Lock(*row)


def document_of(line: Line, voter: Voter) -> bytes:
    """Return the election.json of an election whose boards are open; it is never changed."""
    [(document,)] = _DOCUMENT.all(line, uuid=voter.uuid)
    return bytes(document)


def _stands_for(line: Line, voter: Voter, actor: Actor) -> bool:
    if voter.key == DEVELOPER:
        return registry.is_developer(line, voter.community_id, actor.phone_hash)
    owners = registry.owner_ids_of(line, voter.community_id, actor.phone_hash)
    return not owners.isdisjoint(voter.owner_ids)


def _stranger() -> NotYourEntry:
    return NotYourEntry("您不是该业主的产权人，或该业主不在本次表决的名册上；请核对后再投")
