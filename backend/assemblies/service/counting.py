"""After the close: end the boards, take decryption shares, combine them, and decide by law.

Nothing is decrypted before the close, and nothing before paper.json is complete, so that whoever enters paper
does not know the electronic result.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.assemblies.models import Assembly, Election
from backend.assemblies.rules import Chain, DecryptionRefused, Office, Stage
from backend.assemblies.service import board, delivery, lifecycle, paper, people, standing
from backend.assemblies.service.statements import sign_statement
from backend.infra.auth import Actor
from backend.infra.house import House
from backend.kernel.refusal import NotFound
from backend.voting.errors import VerificationError
from backend.voting.law.rulepack import load_pack
from backend.voting.protocol import archive
from backend.voting.protocol.archive import EventType
from backend.voting.protocol.ballot import Ballot, parse_ballot
from backend.voting.protocol.decryption import PartialDecryption, check_partial_decryption, combine
from backend.voting.protocol.election import Election as BallotForm
from backend.voting.protocol.encoding import compact, hex_sha256, parse_canonical
from backend.voting.protocol.tally import (
    EncryptedTally,
    Matrix,
    SizedTally,
    TallyAccumulator,
    find_result,
    parse_result,
    result_bytes,
)
from backend.voting.protocol.trustees import Trustees
from backend.voting.record.canonical import canonical
from backend.voting.record.outcome import recompute
from backend.voting.record.paper import Paper

CHUNK = 200


@dataclass(frozen=True, slots=True)
class Figures:
    """What the law needs of one chain; the server reads it off its own board."""

    credentials: Mapping[int, int]
    total_weight: int
    result: Matrix | None
    closing_hash: str | None


@dataclass(frozen=True, slots=True)
class Shares:
    """How many trustees' shares are on the boards, and how many are needed."""

    have: int
    needed: int


def elections_to_close(session: Session, house: House) -> list[str]:
    """Return the elections whose time is over and whose boards are still open."""
    query = (
        select(Election.uuid)
        .join(Assembly)
        .where(Election.ended_at.is_(None), Election.manifest.is_not(None))
        .where(Assembly.closes_at <= house.clock())
    )
    return list(session.scalars(query))


def close(session: Session, house: House, uuid: str) -> None:
    """End both chains and put their encrypted tallies up, once; any number of calls do it once.

    The close itself is not this act but the closing instant: no ballot is taken from then on.
    """
    election = standing.locked_election(session, uuid)
    now = house.clock()
    if now < standing.hours(election).closes_at or election.ended_at is not None:
        return
    election.ended_at = now
    delivery.forget(session, [entry.elector_id for entry in standing.roll_entries(session, election)])
    board.append_to_both(session, election, archive.end_ballots_event, [])
    form = BallotForm.parse(standing.document(election))
    last = _last_ballots(session, election, form)
    for kind in Chain:
        _put_tally(session, election, form, kind, last)
    if not paper.paper_electors(session, uuid):
        paper.settle_without_papers(house, election)


def _last_ballots(session: Session, election: Election, form: BallotForm) -> dict[int, str]:
    """Return for each credential the digest of its last ballot, in the order in which these stand."""
    last: dict[int, str] = {}
    for digest, ballot in _ballots(session, election, form, _ballot_digests(session, election)):
        last.pop(ballot.credential, None)
        last[ballot.credential] = digest
    return last


def _ballot_digests(session: Session, election: Election) -> list[str]:
    events = board.events(session, election.uuid, Chain.HEADS, [EventType.BALLOT])
    return [event.payload for event in events if event.payload is not None]


def _ballots(
    session: Session, election: Election, form: BallotForm, digests: list[str]
) -> Iterator[tuple[str, Ballot]]:
    for start in range(0, len(digests), CHUNK):
        chunk = digests[start : start + CHUNK]
        bodies = board.bodies(session, election.uuid, chunk)
        yield from ((digest, parse_ballot(form, bodies[digest])) for digest in chunk)


def _put_tally(
    session: Session, election: Election, form: BallotForm, kind: Chain, last: Mapping[int, str]
) -> None:
    weights = _weights(election, kind)
    accumulator = TallyAccumulator(form)
    for _, ballot in _ballots(session, election, form, list(last.values())):
        accumulator.add(ballot.choices, weights[ballot.credential])
    tally, sized = accumulator.encrypted().to_bytes(), accumulator.sized().to_bytes()
    board.append(
        session,
        election,
        kind,
        lambda chain: archive.encrypted_tally_event(chain, tally, sized),
        [tally, sized],
    )


def _weights(election: Election, kind: Chain) -> dict[int, int]:
    roll = standing.roll(election)
    return {one.credential: 1 if kind is Chain.HEADS else one.area for one in roll.electors}


def take_shares(
    session: Session, house: House, uuid: str, shares: Mapping[Chain, str], actor: Actor
) -> Shares:
    """Put one trustee's decryption shares of both tallies on the boards; with enough of them, the result.

    Raises:
        NotAppointed, WrongStage; DecryptionRefused: too early, sent before, or the rule it breaks.
    """
    close(session, house, uuid)
    election = standing.locked_election(session, uuid)
    trustee = people.check_office(session, election.assembly, actor, Office.TRUSTEE)
    lifecycle.check_stage(session, house, election.assembly, Stage.CLOSED)
    if election.paper is None:
        raise DecryptionRefused("纸质票还没有由两人录入一致；录入完成后才能开票")
    trustees = Trustees.parse(election.assembly.trustees or b"")
    done = _owners(session, election)
    if trustee.index in done:
        raise DecryptionRefused("您已交过这次表决的解密份额")
    if trustees.can_decrypt(done):
        raise DecryptionRefused("解密份额已经足够，结果已出")
    for kind in Chain:
        _put_share(session, election, trustees, kind, trustee.index, shares[kind].encode())
    done.add(trustee.index)
    if trustees.can_decrypt(done):
        _put_results(session, election, trustees)
        _decide(session, house, election.assembly)
    return Shares(len(done), sum(needed for needed, _ in trustees.thresholds))


def _owners(session: Session, election: Election) -> set[int]:
    events = board.events(session, election.uuid, Chain.HEADS, [EventType.PARTIAL_DECRYPTION])
    owned = board.bodies(session, election.uuid, [event.payload or "" for event in events])
    return {_owner(owned[event.payload or ""]) for event in events}


def _owner(owned: bytes) -> int:
    fields: Any = parse_canonical(owned)
    return int(fields["owner"])


def _put_share(
    session: Session, election: Election, trustees: Trustees, kind: Chain, owner: int, raw: bytes
) -> None:
    form = BallotForm.parse(standing.document(election))
    tally, _ = _tally(session, election, form, kind)
    try:
        check_partial_decryption(form, trustees, owner, tally, raw)
    except VerificationError as error:
        raise DecryptionRefused(str(error)) from error
    owned = compact({"owner": owner, "payload": hex_sha256(raw)})
    board.append(
        session,
        election,
        kind,
        lambda chain: archive.partial_decryption_event(chain, owner, raw),
        [raw, owned],
    )


def _tally(
    session: Session, election: Election, form: BallotForm, kind: Chain
) -> tuple[EncryptedTally, SizedTally]:
    [event] = board.events(session, election.uuid, kind, [EventType.ENCRYPTED_TALLY])
    bodies = board.bodies(session, election.uuid, event.data)
    return EncryptedTally.parse(form, bodies[event.data[0]]), SizedTally.parse(bodies[event.data[1]])


def _put_results(session: Session, election: Election, trustees: Trustees) -> None:
    form = BallotForm.parse(standing.document(election))
    for kind in Chain:
        tally, sized = _tally(session, election, form, kind)
        factors = combine(trustees, _decryptions(session, election, form, trustees, kind), tally)
        result = result_bytes(find_result(tally, factors, sized.total_weight))
        _append_result(session, election, kind, result)


def _append_result(session: Session, election: Election, kind: Chain, result: bytes) -> None:
    board.append(session, election, kind, lambda chain: archive.result_event(chain, result), [result])


def _decryptions(
    session: Session, election: Election, form: BallotForm, trustees: Trustees, kind: Chain
) -> list[PartialDecryption]:
    tally, _ = _tally(session, election, form, kind)
    events = board.events(session, election.uuid, kind, [EventType.PARTIAL_DECRYPTION])
    bodies = board.bodies(session, election.uuid, [digest for event in events for digest in event.data])
    return [
        check_partial_decryption(form, trustees, _owner(bodies[owned]), tally, bodies[raw])
        for raw, owned in (event.data for event in events)
    ]


def _decide(session: Session, house: House, assembly: Assembly) -> None:
    """Write the signed result.json once every election of the assembly has its result."""
    if not all(_has_result(session, election) for election in assembly.elections):
        return
    items: dict[str, Any] = {}
    for election in assembly.elections:
        items |= _outcomes(session, election, assembly)["items"]
    document = {
        "kind": "result",
        "version": 1,
        "assembly": assembly.id,
        "title": assembly.title,
        "drill": house.is_drill,
        "elections": {election.uuid: _pins(session, election) for election in assembly.elections},
        "items": items,
    }
    assembly.result = canonical(document)
    assembly.result_signature = sign_statement(house, "result", document).signature


@dataclass(frozen=True, slots=True)
class SignedFile:
    """A canonical file and the server's detached signature over what it says."""

    content: bytes
    signature: str


def signed_result(assembly: Assembly) -> SignedFile:
    """Return result.json and its signature. Refuses before every election has its result."""
    if assembly.result is None or assembly.result_signature is None:
        raise NotFound("本次会议还没有结果")
    return SignedFile(assembly.result, assembly.result_signature)


def _has_result(session: Session, election: Election) -> bool:
    return bool(board.events(session, election.uuid, Chain.HEADS, [EventType.RESULT]))


def _outcomes(session: Session, election: Election, assembly: Assembly) -> dict[str, Any]:
    form = BallotForm.parse(standing.document(election))
    figures = {kind: _figures(session, election, form, kind) for kind in Chain}
    return recompute(
        standing.manifest(election),
        load_pack(assembly.rule_pack),
        standing.roll(election),
        figures[Chain.HEADS],
        figures[Chain.AREA],
        Paper.parse(election.paper or b""),
    )


def _figures(session: Session, election: Election, form: BallotForm, kind: Chain) -> Figures:
    _, sized = _tally(session, election, form, kind)
    [ended] = board.events(session, election.uuid, kind, [EventType.END_BALLOTS])
    [event] = board.events(session, election.uuid, kind, [EventType.RESULT])
    body = board.bodies(session, election.uuid, event.data)[event.data[0]]
    return Figures(_weights(election, kind), sized.total_weight, parse_result(form, body), ended.hash)


def _pins(session: Session, election: Election) -> dict[str, object]:
    heads = board.heads(session, election.uuid)
    chains = {kind.value: {"height": head.height, "hash": head.hash} for kind, head in heads.items()}
    return {
        "manifest_sha256": hex_sha256(election.manifest or b""),
        "paper_sha256": hex_sha256(election.paper or b""),
        **chains,
    }
