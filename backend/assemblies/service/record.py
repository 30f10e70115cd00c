"""The public record of an election: turnout, the signed head, both archives, and where a ballot stands.

Nothing here names an owner. While voting is open only turnout is told, never leaning (ARCHITECTURE 3.4).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.assemblies.models import Cast, Election, RollEntry
from backend.assemblies.rules import Chain, Channel, Office, Stage
from backend.assemblies.service import board, lifecycle, people, standing
from backend.assemblies.service.statements import SignedStatement, sign_statement
from backend.infra.auth import Actor
from backend.infra.db import reading
from backend.infra.house import House
from backend.kernel.clock import format_instant
from backend.kernel.refusal import NotFound
from backend.voting.protocol.archive import EventType
from backend.voting.protocol.election import Election as BallotForm
from backend.voting.protocol.encoding import b64_sha256, hex_sha256
from backend.voting.protocol.tally import Matrix, parse_result


@dataclass(frozen=True, slots=True)
class Turnout:
    """Electors who voted, and their area in dm2."""

    heads: int
    area: int


@dataclass(frozen=True, slots=True)
class WholeTurnout:
    """Turnout over both channels, and of each."""

    heads: int
    area: int
    by_channel: Mapping[Channel, Turnout]


@dataclass(frozen=True, slots=True)
class ElectionView:
    """An election as anybody may see it."""

    uuid: str
    assembly_id: str
    title: str
    scope: str
    stage: Stage
    drill: bool
    fingerprint: str | None
    manifest_sha256: str | None
    opens_at: str
    closes_at: str
    electors: int
    area: int
    turnout: WholeTurnout


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a ballot stands: both chains take it in one transaction, so at one height."""

    tracker: str
    height: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One archive as it is at this moment: its first `length` bytes never change."""

    election: Election
    chain: Chain
    length: int


def view(session: Session, house: House, uuid: str) -> ElectionView:
    """Return an election as anybody may see it."""
    election = standing.get_election(session, uuid)
    assembly = election.assembly
    return ElectionView(
        uuid=uuid,
        assembly_id=assembly.id,
        title=assembly.title,
        scope=election.scope,
        stage=lifecycle.stage(session, house, assembly),
        drill=house.is_drill,
        fingerprint=b64_sha256(election.document) if election.document else None,
        manifest_sha256=hex_sha256(election.manifest) if election.manifest else None,
        opens_at=format_instant(assembly.opens_at) if assembly.opens_at else "",
        closes_at=format_instant(assembly.closes_at) if assembly.closes_at else "",
        electors=election.heads_total,
        area=election.area_total,
        turnout=_whole_turnout(session, uuid),
    )


def _whole_turnout(session: Session, uuid: str) -> WholeTurnout:
    by_channel = {channel: _turnout(session, uuid, channel) for channel in Channel}
    both = by_channel.values()
    return WholeTurnout(sum(one.heads for one in both), sum(one.area for one in both), by_channel)


def _turnout(session: Session, uuid: str, channel: Channel) -> Turnout:
    query = select(func.count(), func.coalesce(func.sum(RollEntry.area), 0)).where(
        RollEntry.election_uuid == uuid, RollEntry.channel == channel
    )
    heads, area = session.execute(query).one()
    return Turnout(heads, int(area))


def document(session: Session, uuid: str, name: str) -> bytes:
    """Return manifest.json, roll.json or election.json, byte for byte. Refuses before READY."""
    election = standing.get_election(session, uuid)
    found = {
        "manifest.json": election.manifest,
        "roll.json": election.roll,
        "election.json": election.document,
    }[name]
    if found is None:
        raise NotFound("这次表决尚未就绪，还没有这份文件")
    return found


def signed_head(session: Session, house: House, uuid: str) -> SignedStatement:
    """Return where both chains stand now, signed by the server."""
    standing.document(standing.get_election(session, uuid))
    heads = board.heads(session, uuid)
    statement: dict[str, object] = {
        "uuid": uuid,
        "drill": house.is_drill,
        "at": format_instant(house.clock()),
        **{
            chain.value: {"height": head.height, "hash": head.hash, "bytes": head.bytes}
            for chain, head in heads.items()
        },
    }
    return sign_statement(house, "board-head", statement)


def snapshot(session: Session, uuid: str, chain: Chain) -> Snapshot:
    """Return how long an archive is now. Refuses before READY."""
    election = standing.get_election(session, uuid)
    standing.document(election)
    return Snapshot(election, chain, board.heads(session, uuid)[chain].bytes)


def archive(taken: Snapshot, start: int, end: int) -> Iterator[bytes]:
    """Yield the bytes start..end-1 of a snapshot, in transactions of its own.

    Each piece is read in a short one, so that a slow download holds nothing back: rows never change.
    """
    with reading() as session:
        height, position = board.place_of(session, taken.election.uuid, taken.chain, start)
    while position < end:
        with reading() as session:
            piece = board.archive_piece(session, taken.election, taken.chain, height)
        if not piece.content:
            raise LookupError(f"the {taken.chain} board is shorter than its head says")
        yield piece.content[max(0, start - position) : end - position]
        height, position = piece.next_height, position + len(piece.content)


def find_ballot(session: Session, uuid: str, tracker: str) -> Standing | None:
    """Return where the ballot with this tracker (hex) stands, None when the board has no such ballot."""
    standing.get_election(session, uuid)
    event = board.find_ballot(session, uuid, tracker)
    return Standing(tracker, event.height) if event is not None else None


def get_ballot(session: Session, uuid: str, tracker: str) -> Standing:
    """Return where a ballot stands, or refuse."""
    found = find_ballot(session, uuid, tracker)
    if found is None:
        raise NotFound("公告板上没有这个追踪号的选票；如您持有签名回执，请立即联系审计人")
    return found


def ballot_url(house: House, uuid: str, tracker: str) -> str:
    """Return the address of the public page that shows a ballot on the board; what a receipt's QR holds."""
    return f"{house.settings.public_url}/b/{uuid}/{tracker}"


def result(session: Session, uuid: str) -> dict[Chain, Matrix]:
    """Return what both chains decrypt to, per question and answer. Refuses before there is a result."""
    election = standing.get_election(session, uuid)
    found: dict[Chain, Matrix] = {}
    for chain in Chain:
        events = board.events(session, uuid, chain, [EventType.RESULT])
        if not events:
            raise NotFound("这次表决还没有计票结果")
        [digest] = events[0].data
        body = board.bodies(session, uuid, [digest])[digest]
        found[chain] = parse_result(BallotForm.parse(standing.document(election)), body)
    return found


def device_signatures(session: Session, uuid: str, actor: Actor) -> Sequence[dict[str, str]]:
    """Return the owners' device signatures, by tracker, kept as evidence beside the record. For auditors."""
    election = standing.get_election(session, uuid)
    people.check_office(session, election.assembly, actor, Office.AUDITOR)
    query = select(Cast).where(Cast.election_uuid == uuid).order_by(Cast.tracker)
    return [
        {
            "uuid": uuid,
            "tracker": cast.tracker,
            "sign_key": cast.device_key,
            "signature": cast.device_signature,
        }
        for cast in session.scalars(query)
    ]
