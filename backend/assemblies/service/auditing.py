"""Auditors (审计人) sign what they saw: heads of the board, and a verdict on the result.

A verdict changes no count. Every auditor must have agreed before a result is posted; one refusal blocks it
and sends the case to the street (law.md 8.7).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import identity
from backend.assemblies.models import Assembly, Cosignature, Objection, Person, Verdict
from backend.assemblies.rules import (
    Chain,
    CosignatureRefused,
    ObjectionsOpen,
    Office,
    Stage,
    Step,
    VerdictRefused,
)
from backend.assemblies.service import board, lifecycle, people, standing
from backend.infra.audit import record_act
from backend.infra.auth import Actor
from backend.infra.house import House
from backend.kernel.clock import format_instant
from backend.sealing import signing
from backend.voting.errors import VotingError
from backend.voting.protocol.encoding import hex_sha256
from backend.voting.record.canonical import canonical

VERDICTS = ("AGREE", "AGREE_WITH_REMARKS", "REFUSE")
MOST_EVENTS = 2**31
Document = Mapping[str, Any]


def take_verdict(
    session: Session, house: House, assembly: Assembly, document: Document, signature: str, actor: Actor
) -> Verdict:
    """Take an auditor's one signed verdict on the result as it stands.

    Raises:
        NotAppointed, WrongStage; VerdictRefused: unsigned, of another record, given before, or no reasons.
    """
    auditor = people.check_office(session, assembly, actor, Office.AUDITOR)
    lifecycle.check_stage(session, house, assembly, Stage.TALLIED, Stage.AUDIT_REFUSED, Stage.AUDITED)
    if any(one.person_id == auditor.id for one in assembly.verdicts):
        raise VerdictRefused("您已签过审计结论，不能更改")
    _check_signature(auditor, document, signature)
    _check_verdict(session, house, assembly, document)
    verdict = str(document["verdict"])
    row = Verdict(
        person_id=auditor.id, verdict=verdict, document=dict(document), signature=signature, at=house.clock()
    )
    assembly.verdicts.append(row)
    subject = f"assembly:{assembly.id}"
    record_act(
        session, at=house.clock(), actor=actor.account_id, act=f"verdict-{verdict.lower()}", subject=subject
    )
    return row


def _check_signature(auditor: Person, document: Document, signature: str) -> None:
    try:
        signing.verify(auditor.sign_key or "", "verdict", document, signature)
    except VotingError as error:
        raise VerdictRefused("审计人的签名不成立；请用就任时公布的密钥签名") from error


def _check_verdict(session: Session, house: House, assembly: Assembly, document: Document) -> None:
    heads = {election.uuid: _heads(session, election.uuid) for election in assembly.elections}
    wanted = {
        "assembly": assembly.id,
        "drill": house.is_drill,
        "result_sha256": hex_sha256(assembly.result or b""),
        "elections": heads,
    }
    wrong = [name for name, value in wanted.items() if document.get(name) != value]
    if wrong or set(document) != {*wanted, "verdict", "remarks"}:
        raise VerdictRefused(
            f"审计结论与本次会议的记录不符：{'、'.join(wrong) or '字段'}；请重新下载并核验后再签"
        )
    if document["verdict"] not in VERDICTS or not _are_texts(document["remarks"]):
        raise VerdictRefused("审计结论应为 AGREE、AGREE_WITH_REMARKS 或 REFUSE，并附意见列表")
    if document["verdict"] == "REFUSE" and not document["remarks"]:
        raise VerdictRefused("拒签须写明理由")


def _are_texts(remarks: object) -> bool:
    return isinstance(remarks, list) and all(isinstance(one, str) for one in remarks)


def _heads(session: Session, uuid: str) -> dict[str, dict[str, object]]:
    found = board.heads(session, uuid)
    return {kind.value: {"height": head.height, "hash": head.hash} for kind, head in found.items()}


def audit_document(session: Session, house: House, assembly: Assembly) -> dict[str, object]:
    """Return audit.json: every verdict with the key that checks it."""
    query = select(Verdict, Person).join(Person).where(Verdict.assembly_id == assembly.id)
    verdicts = [
        {"name": person.name, "key": person.sign_key, "document": one.document, "signature": one.signature}
        for one, person in session.execute(query.order_by(Person.index))
    ]
    return {
        "assembly": assembly.id,
        "drill": house.is_drill,
        "kind": "audit",
        "verdicts": verdicts,
        "version": 1,
    }


def audit_file(session: Session, house: House, assembly: Assembly) -> bytes:
    """Return audit.json in canonical bytes."""
    return canonical(audit_document(session, house, assembly))


def cosign(
    session: Session, house: House, uuid: str, document: Document, signature: str, actor: Actor
) -> Cosignature:
    """Keep an auditor's signature on a head of the board, of now or of before. The same again is kept once.

    Raises:
        NotAppointed; CosignatureRefused: unsigned, or no head that this board ever had.
    """
    election = standing.get_election(session, uuid)
    auditor = people.check_office(session, election.assembly, actor, Office.AUDITOR)
    try:
        signing.verify(auditor.sign_key or "", "cosign", document, signature)
    except VotingError as error:
        raise CosignatureRefused("审计人的签名不成立；请用就任时公布的密钥签名") from error
    _check_was_a_head(session, house, uuid, document)
    known = select(Cosignature).where(
        Cosignature.election_uuid == uuid,
        Cosignature.person_id == auditor.id,
        Cosignature.signature == signature,
    )
    return session.scalars(known).first() or _keep_cosignature(
        session, house, auditor, Statement(uuid, document, signature)
    )


@dataclass(frozen=True, slots=True)
class Statement:
    """What an auditor signed about one election."""

    uuid: str
    document: Document
    signature: str


def _check_was_a_head(session: Session, house: House, uuid: str, document: Document) -> None:
    pins = [(chain, document.get(chain.value)) for chain in Chain]
    is_ours = (document.get("uuid"), document.get("drill")) == (uuid, house.is_drill)
    if not is_ours or not all(_is_event(session, uuid, chain, pin) for chain, pin in pins):
        raise CosignatureRefused(
            "所签的板头不在这块公告板上；如您的副本来自本服务器，请保存两份已签名的板头并报街道"
        )


def _is_event(session: Session, uuid: str, chain: Chain, pin: object) -> bool:
    height = pin.get("height") if isinstance(pin, dict) else None
    if not isinstance(pin, dict) or not isinstance(height, int) or not 0 <= height < MOST_EVENTS:
        return False
    event = board.find_event(session, uuid, chain, height)
    return event is not None and event.hash == pin.get("hash")


def _keep_cosignature(session: Session, house: House, auditor: Person, statement: Statement) -> Cosignature:
    row = Cosignature(
        election_uuid=statement.uuid,
        person_id=auditor.id,
        document=dict(statement.document),
        signature=statement.signature,
        at=house.clock(),
    )
    session.add(row)
    session.flush()
    return row


def cosignatures(session: Session, uuid: str) -> list[dict[str, object]]:
    """Return all auditors' signatures on heads of this board, oldest first."""
    query = select(Cosignature, Person).join(Person).where(Cosignature.election_uuid == uuid)
    return [
        {"name": person.name, "key": person.sign_key, "document": one.document, "signature": one.signature}
        for one, person in session.execute(query.order_by(Cosignature.id))
    ]


def publish_preliminary(session: Session, house: House, assembly: Assembly, actor: Actor) -> None:
    """Post the audited result for objections."""
    identity.require_role(session, actor, identity.Role.CHAIR, community_id=assembly.community_id)
    lifecycle.take_step(session, house, assembly, Step.PRELIMINARY, actor)


def publish_final(session: Session, house: House, assembly: Assembly, actor: Actor) -> None:
    """Declare the result final once the objection days are over.

    Raises:
        RoleMissing, WrongStage; ObjectionsOpen: the objection days are not over.
    """
    identity.require_role(session, actor, identity.Role.CHAIR, community_id=assembly.community_id)
    lifecycle.check_stage(session, house, assembly, Stage.PRELIMINARY)
    ends = lifecycle.objections_end(assembly)
    if ends is not None and house.clock() < ends:
        raise ObjectionsOpen(
            f"异议期至 {format_instant(ends - timedelta(seconds=1))} 结束，此后才能公布最终结果"
        )
    lifecycle.take_step(session, house, assembly, Step.FINAL, actor)


def object_to(session: Session, house: House, assembly: Assembly, text: str, actor: Actor) -> Objection:
    """Record an owner's objection to a preliminary result.

    Raises:
        WrongStage; NotYourEntry: the actor stands for nobody on the roll.
    """
    lifecycle.check_stage(session, house, assembly, Stage.PRELIMINARY)
    standing.check_any_entry(session, assembly, actor)
    row = Objection(assembly_id=assembly.id, account_id=actor.account_id, text=text, at=house.clock())
    session.add(row)
    session.flush()
    return row
