"""Casting a ballot: from the bytes a phone sent to two new events on the board and a signed receipt.

Four things must agree (ARCHITECTURE 3.3): the signed-in owner stands for the elector; the ballot is by that
elector's credential and holds; the owner's own device signed it; the elector has not voted otherwise. The
costly proofs are checked before the board is locked, everything that may change is checked again inside the
lock, and the hour is decided there by comparison with the clock, never by a job.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select, update
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
from backend.assemblies.service.voters import Lock, Voter
from backend.identity import OwnDevice, get_device
from backend.infra.auth import Actor
from backend.infra.db import Line, asking, changing
from backend.infra.house import House
from backend.infra.idempotency import keep_answer
from backend.infra.prepared import Prepared, inserting
from backend.kernel.clock import format_instant
from backend.sealing import signing
from backend.voting.errors import VerificationError
from backend.voting.protocol.ballot import Ballot, check_ballot, parse_ballot
from backend.voting.protocol.election import Election as BallotForm

CREATED = 201
FORMS_KEPT = 64
_COUNT_CAST = Prepared(
    update(RollEntry)
    .where(RollEntry.id == bindparam("entry"))
    .values(channel=Channel.ELECTRONIC, casts=RollEntry.casts + 1)
)
_KEEP_EVIDENCE = inserting(
    Cast,
    "election_uuid",
    "elector_id",
    "tracker",
    "account_id",
    "device_key",
    "device_signature",
    "receipt",
    "at",
)


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

    voter: Voter
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
    with asking() as line:
        voter = voters.own_voter(line, submission.uuid, submission.pseudonym, actor)
        _check_lock(voter.lock, house.clock())
        device = get_device(line, actor, submission.device_id)
        form = _ballot_form(line, voter)
    admitted = _admit(voter, form, submission, device)
    with changing() as line:
        return _record(line, house, admitted)


def _check_lock(lock: Lock, now: datetime) -> None:
    if now < lock.opens_at:
        raise VotingNotOpen(f"投票将于 {format_instant(lock.opens_at)} 开始；请届时再投")
    if now >= lock.closes_at:
        raise VotingClosed(f"投票已于 {format_instant(lock.closes_at)} 截止，此后到达的选票一律不收")
    if lock.channel is Channel.PAPER:
        raise AlreadyVoted("该业主已交回纸质选票，以先登记的为准；如有疑问请联系社区工作人员")
    if lock.casts > lock.max_changes:
        allowed = f"至多更改 {lock.max_changes} 次" if lock.max_changes else "投出后不能更改"
        raise AlreadyVoted(f"该业主已在本次表决中投票，{allowed}；先前的选票仍然有效")


def _admit(voter: Voter, form: BallotForm, submission: Submission, device: OwnDevice) -> Admitted:
    ballot = _parsed(form, submission.ballot)
    if str(ballot.credential) != voter.credential:
        raise CredentialMismatch("选票所用的投票凭证不是该业主的；请使用本人通知书上的凭证")
    _check_device(form, ballot, submission, device)
    try:
        check_ballot(form, ballot, known_credential=True)
    except VerificationError as error:
        raise BallotRefused(str(error)) from error
    return Admitted(voter, submission, ballot, device)


_FORMS: OrderedDict[tuple[str, int], BallotForm] = OrderedDict()
"""The forms read last: election.json lies behind the whole roll in its row, and never changes."""


def _ballot_form(line: Line, voter: Voter) -> BallotForm:
    key = (voter.uuid, voter.timestamp)
    form = _FORMS.get(key)
    if form is None:
        form = _FORMS[key] = BallotForm.parse(voters.document_of(line, voter))
        if len(_FORMS) > FORMS_KEPT:
            _FORMS.popitem(last=False)
    return form


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


def _record(line: Line, house: House, admitted: Admitted) -> Receipt:
    """Everything that a ballot changes, in one transaction: what it answers to a repeated call included."""
    voter, raw = admitted.voter, admitted.ballot.raw
    lock, now = voters.locked(line, voter), house.clock()
    _check_lock(lock, now)
    heads = board.append_ballot(line, voter.uuid, voter.timestamp, raw)
    if heads is None:
        raise BallotRefused("这张选票已在公告板上；更改须重新生成选票，不能重发旧票")
    _COUNT_CAST.run(line, {"entry": voter.entry_id})
    statement = _statement(house, admitted, heads, now)
    _KEEP_EVIDENCE.run(line, _evidence(admitted, statement, now))
    telling.post_cast(line, voter.uuid, voter.elector_id, now)
    receipt = Receipt(statement, ballot_url(house, voter.uuid, admitted.ballot.tracker_hex))
    keep_answer(line, CREATED, receipt.to_json())
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


def _evidence(admitted: Admitted, statement: SignedStatement, now: datetime) -> dict[str, object]:
    """Return the row that is kept of the owner's own act."""
    device = admitted.device
    return {
        "election_uuid": admitted.voter.uuid,
        "elector_id": admitted.voter.elector_id,
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
