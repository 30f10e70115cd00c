"""Casting a ballot: from the bytes a phone sent to two new events on the board and a signed receipt.

Four things must agree (ARCHITECTURE 3.3): the signed-in owner stands for the elector; the ballot is by that
elector's credential and holds; the owner's own device signed it; the elector has not voted otherwise. The
costly proofs are checked before the board is locked, everything that may change is checked again inside the
lock, and the hour is decided there by comparison with the clock, never by a job.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from backend.assemblies.models import Cast, Election, RollEntry
from backend.assemblies.rules import (
    AlreadyVoted,
    BallotRefused,
    Chain,
    Channel,
    CredentialMismatch,
    DeviceSignatureRefused,
    NotYourEntry,
    VotingClosed,
    VotingNotOpen,
)
from backend.assemblies.service import board, standing
from backend.assemblies.service.statements import SignedStatement, sign_statement
from backend.identity import Device, get_device
from backend.infra.auth import Actor
from backend.infra.db import reading, transaction
from backend.infra.house import House
from backend.kernel.clock import format_instant
from backend.sealing import signing
from backend.voting.errors import VerificationError
from backend.voting.protocol.ballot import Ballot, check_ballot, parse_ballot
from backend.voting.protocol.election import Election as BallotForm


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
    device: Device


def cast_ballot(house: House, submission: Submission, actor: Actor) -> SignedStatement:
    """Put a voter's ballot on the board and return the signed receipt (回执).

    Raises:
        VotingNotOpen, VotingClosed: outside the window of the manifest.
        NotYourEntry: the actor does not stand for this elector in this election.
        AlreadyVoted: the other channel was first, or the changes allowed are used up.
        CredentialMismatch: a ballot by another elector's credential.
        BallotRefused: the verifier's rule that the ballot breaks.
        DeviceUnknown, DeviceSignatureRefused: not signed by a device of the actor's own.
    """
    with reading() as session:
        election = standing.get_election(session, submission.uuid)
        _check_window(election, house.clock())
        entry = standing.own_entry(session, election, submission.pseudonym, actor)
        _check_lock(entry, election.assembly.max_changes)
        device = get_device(session, actor, submission.device_id)
    admitted = _admit(election, entry, submission, device)
    with transaction() as session:
        return _record(session, house, admitted)


def _check_window(election: Election, now: datetime) -> None:
    hours = standing.hours(election)
    if now < hours.opens_at:
        raise VotingNotOpen(f"投票将于 {format_instant(hours.opens_at)} 开始；请届时再投")
    if now >= hours.closes_at:
        raise VotingClosed(f"投票已于 {format_instant(hours.closes_at)} 截止，此后到达的选票一律不收")


def _check_lock(entry: RollEntry, max_changes: int) -> None:
    if entry.channel is Channel.PAPER:
        raise AlreadyVoted("该业主已交回纸质选票，以先登记的为准；如有疑问请联系社区工作人员")
    if entry.casts > max_changes:
        allowed = f"至多更改 {max_changes} 次" if max_changes else "投出后不能更改"
        raise AlreadyVoted(f"该业主已在本次表决中投票，{allowed}；先前的选票仍然有效")


def _admit(election: Election, entry: RollEntry, submission: Submission, device: Device) -> Admitted:
    form = _ballot_form(standing.document(election))
    ballot = _parsed(form, submission.ballot)
    if str(ballot.credential) != entry.credential:
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


def _check_device(form: BallotForm, ballot: Ballot, submission: Submission, device: Device) -> None:
    statement = {"fingerprint": form.fingerprint, "tracker": ballot.tracker_hex}
    try:
        signing.verify(device.sign_key, "cast", statement, submission.signature)
    except VerificationError as error:
        raise DeviceSignatureRefused("设备签名与这张选票不符；请用登记过的设备重新投票") from error


def _record(session: Session, house: House, admitted: Admitted) -> SignedStatement:
    submission, ballot = admitted.submission, admitted.ballot
    election = standing.locked_election(session, submission.uuid)
    now = house.clock()
    _check_window(election, now)
    entry = _locked_entry(session, election, submission.pseudonym)
    _check_lock(entry, election.assembly.max_changes)
    if board.find_ballot(session, election.uuid, ballot.tracker_hex) is not None:
        raise BallotRefused("这张选票已在公告板上；更改须重新生成选票，不能重发旧票")
    heads = board.append_ballot(session, election, ballot.raw)
    entry.channel, entry.casts = Channel.ELECTRONIC, entry.casts + 1
    receipt = _receipt(house, election, ballot, heads, now)
    _keep_evidence(session, entry, admitted, receipt, now)
    standing.tell_co_owners(session, house, election, entry)
    return receipt


def _locked_entry(session: Session, election: Election, pseudonym: str) -> RollEntry:
    entry = standing.find_entry(session, election.uuid, pseudonym, lock=True)
    if entry is None:
        raise NotYourEntry("名册上没有这个业主")
    return entry


def _receipt(
    house: House, election: Election, ballot: Ballot, heads: dict[Chain, board.Head], now: datetime
) -> SignedStatement:
    document: dict[str, object] = {
        "uuid": election.uuid,
        "drill": house.is_drill,
        "tracker": ballot.tracker_hex,
        "at": format_instant(now),
        **{chain.value: {"height": head.height, "hash": head.hash} for chain, head in heads.items()},
    }
    return sign_statement(house, "receipt", document)


def _keep_evidence(
    session: Session, entry: RollEntry, admitted: Admitted, receipt: SignedStatement, now: datetime
) -> None:
    submission, ballot, device = admitted.submission, admitted.ballot, admitted.device
    row = {
        "election_uuid": submission.uuid,
        "elector_id": entry.elector_id,
        "tracker": ballot.tracker_hex,
        "account_id": device.account_id,
        "device_key": device.sign_key,
        "device_signature": submission.signature,
        "receipt": receipt.to_json(),
        "at": now,
    }
    session.execute(insert(Cast), row)


def find_receipt(session: Session, uuid: str, tracker: str) -> dict[str, object] | None:
    """Return the receipt that was handed out for a tracker (hex), if the board has one."""
    query = select(Cast.receipt).where(Cast.election_uuid == uuid, Cast.tracker == tracker)
    return session.scalars(query).first()
