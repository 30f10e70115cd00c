"""One elector's place in one election, read in one query: casting is the call that must be quick."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from backend import registry
from backend.assemblies.models import Assembly, Election, Elector, RollEntry
from backend.assemblies.rules import Channel, NotYourEntry
from backend.assemblies.service import standing
from backend.infra.auth import Actor
from backend.kernel.refusal import NotFound
from backend.voting.law.roll import DEVELOPER


@dataclass(frozen=True, slots=True)
class Voter:
    """An elector's entry in an election, with the hours and the form of that election.

    `document` is election.json; `timestamp` the one of the boards; `owner_ids` the owners of the elector.
    """

    uuid: str
    document: bytes
    timestamp: int
    opens_at: datetime
    closes_at: datetime
    max_changes: int
    community_id: str
    entry_id: int
    credential: str
    channel: Channel | None
    casts: int
    elector_id: int
    key: str
    owner_ids: Sequence[str]


_VOTER = (
    select(
        Election.uuid,
        Election.document,
        Election.timestamp,
        Assembly.opens_at,
        Assembly.closes_at,
        Assembly.max_changes,
        Assembly.community_id,
        RollEntry.id,
        RollEntry.credential,
        RollEntry.channel,
        RollEntry.casts,
        Elector.id,
        Elector.key,
        Elector.owner_ids,
    )
    .join(Assembly, Assembly.id == Election.assembly_id)
    .join(RollEntry, RollEntry.election_uuid == Election.uuid)
    .join(Elector, Elector.id == RollEntry.elector_id)
    .where(Election.uuid == bindparam("uuid"), Elector.pseudonym == bindparam("pseudonym"))
)
_VOTER_LOCKED = _VOTER.with_for_update(of=(Election, RollEntry))
"""Both made once. The lock on the election's row makes one writer per board."""


def own_voter(session: Session, uuid: str, pseudonym: str, actor: Actor) -> Voter:
    """Return the place of an elector for whom the actor stands.

    Raises:
        NotFound: no such election, or its board was not opened yet.
        NotYourEntry: no such elector on this roll, or the actor is none of its owners. The two are not told
            apart, so that a roll cannot be searched.
    """
    row: Any = session.connection().execute(_VOTER, {"uuid": uuid, "pseudonym": pseudonym}).first()
    if row is None:
        standing.get_election(session, uuid)
        raise _stranger()
    if row.document is None:
        raise NotFound("这次表决尚未就绪")
    voter = Voter(*row)
    if not _stands_for(session, voter, actor):
        raise _stranger()
    return voter


def locked_voter(session: Session, uuid: str, pseudonym: str) -> Voter:
    """Return an elector's place as it is now, locked with its election until the transaction ends."""
    row: Any = session.connection().execute(_VOTER_LOCKED, {"uuid": uuid, "pseudonym": pseudonym}).one()
    return Voter(*row)


def _stands_for(session: Session, voter: Voter, actor: Actor) -> bool:
    if voter.key == DEVELOPER:
        return registry.is_developer(session, voter.community_id, actor.phone_hash)
    owners = registry.owner_ids_of(session, voter.community_id, actor.phone_hash)
    return not owners.isdisjoint(voter.owner_ids)


def _stranger() -> NotYourEntry:
    return NotYourEntry("您不是该业主的产权人，或该业主不在本次表决的名册上；请核对后再投")
