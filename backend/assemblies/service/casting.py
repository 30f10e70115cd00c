"""Casting a ballot: from the bytes a phone sent to two new events on the board and a signed receipt.

Four things must agree (ARCHITECTURE 3.3): the signed-in owner stands for the elector; the ballot is by that
elector's credential and holds; the owner's own device signed it; the elector has not voted otherwise. The
costly proofs are checked before the board is locked, everything that may change is checked again inside the
lock, and the hour is decided there by comparison with the clock, never by a job.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import cast

from sqlalchemy import Table, bindparam, insert, select, update
from sqlalchemy.orm import Session

from backend.assemblies.models import Cast, RollEntry
from backend.assemblies.rules import (
    AlreadyVoted,
    BallotRefused,
    Chain,
    Channel,
    CredentialMismatch,
    DeviceSignatureRefused,
    VotingClosed,
    VotingNotOpen,
)
from backend.assemblies.service import board, telling, voters
from backend.assemblies.service.record import ballot_url
from backend.assemblies.service.statements import SignedStatement, sign_statement
from backend.assemblies.service.voters import Voter
from backend.identity import OwnDevice, get_device
from backend.infra.auth import Actor
from backend.infra.db import reading, transaction
from backend.infra.house import House
from backend.infra.idempotency import keep_answer
from backend.kernel.clock import format_instant
from backend.sealing import signing
from backend.voting.errors import VerificationError
from backend.voting.protocol.ballot import Ballot, check_ballot, parse_ballot
from backend.voting.protocol.election import Election as BallotForm

CREATED = 201
_ROLL = cast("Table", RollEntry.__table__)
_COUNT_CAST = (
    update(_ROLL)
    .where(_ROLL.c.id == bindparam("entry"))
    .values(channel=Channel.ELECTRONIC, casts=_ROLL.c.casts + 1)
)
_KEEP_EVIDENCE = insert(cast("Table", Cast.__table__))


@dataclass(frozen=True, slots=True)
class Submission:
    """A ballot as it arrived. Nothing about it may be trusted."""

    uuid: str
    pseudonym: str
    ballot: str
    device_id: str
    signature: str


@dataclass(frozen=True, slots=True)
class Admitted:
    """A ballot that holds, by the right credential, signed by a device of the voter's own."""

    submission: Submission
    ballot: Ballot
    device: OwnDevice


@dataclass(frozen=True, slots=True)
class Receipt:
    """The signed receipt (回执), and the address of the page on which its ballot is shown."""

    statement: SignedStatement
    url: str

    def to_json(self) -> dict[str, object]:
        """Return the form in which it is answered."""
        return {"receipt": self.statement.to_json(), "url": self.url}


def cast_ballot(house: House, submission: Submission, actor: Actor) -> Receipt:
    """Put a voter's ballot on the board and return the receipt.

    Raises:
        VotingNotOpen, VotingClosed: outside the window of the manifest.
        NotYourEntry: the actor does not stand for this elector in this election.
        AlreadyVoted: the other channel was first, or the changes allowed are used up.
        CredentialMismatch: a ballot by another elector's credential.
        BallotRefused: the verifier's rule that the ballot breaks.
        DeviceUnknown, DeviceSignatureRefused: not signed by a device of the actor's own.
    """
    with reading() as session:
        voter = voters.own_voter(session, submission.uuid, submission.pseudonym, actor)
        _check_window(voter, house.clock())
        _check_lock(voter)
        device = get_device(session, actor, submission.device_id)
    admitted = _admit(voter, submission, device)
    with transaction() as session:
        return _record(session, house, admitted)


def _check_window(voter: Voter, now: datetime) -> None:
    if now < voter.opens_at:
        raise VotingNotOpen(f"投票将于 {format_instant(voter.opens_at)} 开始；请届时再投")
    if now >= voter.closes_at:
        raise VotingClosed(f"投票已于 {format_instant(voter.closes_at)} 截止，此后到达的选票一律不收")


def _check_lock(voter: Voter) -> None:
    if voter.channel is Channel.PAPER:
        raise AlreadyVoted("该业主已交回纸质选票，以先登记的为准；如有疑问请联系社区工作人员")
    if voter.casts > voter.max_changes:
        allowed = f"至多更改 {voter.max_changes} 次" if voter.max_changes else "投出后不能更改"
        raise AlreadyVoted(f"该业主已在本次表决中投票，{allowed}；先前的选票仍然有效")


def _admit(voter: Voter, submission: Submission, device: OwnDevice) -> Admitted:
    form = _ballot_form(voter.document)
    ballot = _parsed(form, submission.ballot)
    if str(ballot.credential) != voter.credential:
        raise CredentialMismatch("选票所用的投票凭证不是该业主的；请使用本人通知书上的凭证")
    _check_device(form, ballot, submission, device)
    try:
        check_ballot(form, ballot, known_credential=True)
    except VerificationError as error:
        raise BallotRefused(str(error)) from error
    return Admitted(submission, ballot, device)


@lru_cache(maxsize=64)
def _ballot_form(document: bytes) -> BallotForm:
    return BallotForm.parse(document)


def _parsed(form: BallotForm, text: str) -> Ballot:
    try:
        return parse_ballot(form, text.encode())
    except VerificationError as error:
        raise BallotRefused(str(error)) from error


def _check_device(form: BallotForm, ballot: Ballot, submission: Submission, device: OwnDevice) -> None:
    statement = {"fingerprint": form.fingerprint, "tracker": ballot.tracker_hex}
    try:
        signing.verify(device.sign_key, "cast", statement, submission.signature)
    except VerificationError as error:
        raise DeviceSignatureRefused("设备签名与这张选票不符；请用登记过的设备重新投票") from error


def _record(session: Session, house: House, admitted: Admitted) -> Receipt:
    """Everything that a ballot changes, in one transaction: what it answers to a repeated call included."""
    submission, raw = admitted.submission, admitted.ballot.raw
    voter = voters.locked_voter(session, submission.uuid, submission.pseudonym)
    now = house.clock()
    _check_window(voter, now)
    _check_lock(voter)
    heads = board.append_ballot(session, voter.uuid, voter.timestamp, raw)
    if heads is None:
        raise BallotRefused("这张选票已在公告板上；更改须重新生成选票，不能重发旧票")
    connection = session.connection()
    connection.execute(_COUNT_CAST, {"entry": voter.entry_id})
    statement = _statement(house, admitted, heads, now)
    connection.execute(_KEEP_EVIDENCE, _evidence(voter, admitted, statement, now))
    telling.post_cast(session, voter.uuid, voter.elector_id, now)
    receipt = Receipt(statement, ballot_url(house, voter.uuid, admitted.ballot.tracker_hex))
    keep_answer(session, CREATED, receipt.to_json())
    return receipt


def _statement(
    house: House, admitted: Admitted, heads: Mapping[Chain, board.Head], now: datetime
) -> SignedStatement:
    document: dict[str, object] = {
        "uuid": admitted.submission.uuid,
        "drill": house.is_drill,
        "tracker": admitted.ballot.tracker_hex,
        "at": format_instant(now),
        **{chain.value: {"height": head.height, "hash": head.hash} for chain, head in heads.items()},
    }
    return sign_statement(house, "receipt", document)


def _evidence(
    voter: Voter, admitted: Admitted, statement: SignedStatement, now: datetime
) -> dict[str, object]:
    """Return the row that is kept of the owner's own act."""
    device = admitted.device
    return {
        "election_uuid": voter.uuid,
        "elector_id": voter.elector_id,
        "tracker": admitted.ballot.tracker_hex,
        "account_id": device.account_id,
        "device_key": device.sign_key,
        "device_signature": admitted.submission.signature,
        "receipt": statement.to_json(),
        "at": now,
    }


def find_receipt(session: Session, uuid: str, tracker: str) -> dict[str, object] | None:
    """Return the receipt that was handed out for a tracker (hex), if the board has one."""
    query = select(Cast.receipt).where(Cast.election_uuid == uuid, Cast.tracker == tracker)
    return session.scalars(query).first()
