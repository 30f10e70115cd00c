"""Delivering voting codes (送达投票凭证) to owners' devices: the server carries boxes that it cannot open.

The registrar reads a device's keys off the owner's own screen and seals the code to them, so a server that
lied about keys would gain nothing. The paper notice needs no device and stays the other way.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from backend import identity, messages
from backend.assemblies.models import Assembly, Elector, Person, RollEntry, SealedCode
from backend.assemblies.rules import NotOnRoll, Office, SealedCodeRefused, Stage
from backend.assemblies.service import lifecycle, people, standing
from backend.infra.audit import record_act
from backend.infra.auth import Actor
from backend.infra.house import House
from backend.sealing import signing
from backend.sealing.boxes import check_form
from backend.voting.errors import VotingError

STATEMENT = "sealed-code"
SEALED = "ballot-code-sealed"


@dataclass(frozen=True, slots=True)
class Delivery:
    """A code on its way: the elector, the keys (hex) of the device it is sealed to, the box (base64)."""

    pseudonym: str
    sign_key: str
    seal_key: str
    box: str

    def document(self, assembly_id: str) -> Mapping[str, object]:
        """Return what the registrar signs."""
        return {
            "assembly": assembly_id,
            "box": self.box,
            "pseudonym": self.pseudonym,
            "seal_key": self.seal_key,
            "sign_key": self.sign_key,
        }


@dataclass(frozen=True, slots=True)
class OwnCode:
    """A code that waits for a device of the caller's own; `signature` is by the key `signed_by`."""

    delivery: Delivery
    signature: str
    signed_by: str


def deliver(
    session: Session, house: House, assembly: Assembly, delivery: Delivery, signature: str, actor: Actor
) -> None:
    """Keep a sealed code for an owner's device and tell the owner; sent again, it replaces the earlier one.

    For the registrar, from the public credentials on until the vote closes.

    Raises:
        NotAppointed, WrongStage: what it says.
        NotOnRoll: no such elector, or its public credential was not handed in.
        SealedCodeRefused: unsigned, misshapen, or the device is not registered by an owner of the elector.
    """
    registrar = people.check_office(session, assembly, actor, Office.REGISTRAR)
    lifecycle.check_stage(session, house, assembly, Stage.NOTICED, Stage.READY, Stage.OPEN)
    _check_statement(registrar, assembly, delivery, signature)
    elector = _elector(session, assembly, delivery.pseudonym)
    for device in _devices(session, assembly, elector, delivery):
        row = SealedCode(
            elector_id=elector.id,
            device_id=device.id,
            account_id=device.account_id,
            sign_key=delivery.sign_key,
            seal_key=delivery.seal_key,
            box=delivery.box,
            signature=signature,
            signed_by=registrar.sign_key or "",
            at=house.clock(),
        )
        session.merge(row)
        text = f"“{assembly.title}”的投票凭证已加密送到您的手机；投票开始后，用这部手机打开小程序即可投票。"
        messages.notify_account(
            session, house, account_id=device.account_id, kind=SEALED, text=text, link=f"id={assembly.id}"
        )
    subject = f"assembly:{assembly.id}"
    detail = {"elector": delivery.pseudonym, "key": signing.fingerprint(delivery.sign_key, delivery.seal_key)}
    record_act(
        session, at=house.clock(), actor=actor.account_id, act="code-sealed", subject=subject, detail=detail
    )


def own_codes(session: Session, house: House, assembly: Assembly, actor: Actor) -> list[OwnCode]:
    """Return the codes that were sealed to devices of the actor's own; none after the close."""
    if assembly.closes_at is not None and house.clock() >= assembly.closes_at:
        return []
    query = (
        select(SealedCode, Elector)
        .join(Elector)
        .where(Elector.assembly_id == assembly.id, SealedCode.account_id == actor.account_id)
        .order_by(Elector.pseudonym, SealedCode.at)
    )
    return [
        OwnCode(
            Delivery(elector.pseudonym, code.sign_key, code.seal_key, code.box),
            code.signature,
            code.signed_by,
        )
        for code, elector in session.execute(query)
        if standing.stands_for(session, assembly, elector, actor.phone_hash)
    ]


def sealed_counts(session: Session, assembly: Assembly) -> dict[int, int]:
    """Return to how many devices the code of each elector was sealed, by the elector's id."""
    query = (
        select(SealedCode.elector_id, func.count().label("devices"))
        .join(Elector)
        .where(Elector.assembly_id == assembly.id)
        .group_by(SealedCode.elector_id)
    )
    return {row.elector_id: row.devices for row in session.execute(query)}


def forget(session: Session, elector_ids: Collection[int]) -> None:
    """Drop the sealed codes of electors: their code was made anew, or the vote is over."""
    session.execute(delete(SealedCode).where(SealedCode.elector_id.in_(elector_ids)))


def _check_statement(registrar: Person, assembly: Assembly, delivery: Delivery, signature: str) -> None:
    try:
        check_form(delivery.box)
        signing.verify(registrar.sign_key or "", STATEMENT, delivery.document(assembly.id), signature)
    except VotingError as error:
        raise SealedCodeRefused(
            "加密凭证的格式或凭证管理员的签名不成立；请用凭证管理员的软件重新生成"
        ) from error


def _elector(session: Session, assembly: Assembly, pseudonym: str) -> Elector:
    has_credential = select(RollEntry.id).where(
        RollEntry.elector_id == Elector.id, RollEntry.credential.is_not(None)
    )
    query = select(Elector).where(
        Elector.assembly_id == assembly.id, Elector.pseudonym == pseudonym, has_credential.exists()
    )
    elector = session.scalar(query)
    if elector is None:
        raise NotOnRoll("名册上没有这个业主，或其投票凭证尚未提交；请先提交公开凭证名单")
    return elector


def _devices(
    session: Session, assembly: Assembly, elector: Elector, delivery: Delivery
) -> list[identity.KnownDevice]:
    known = identity.devices_with_keys(session, sign_key=delivery.sign_key, seal_key=delivery.seal_key)
    fitting = [one for one in known if standing.stands_for(session, assembly, elector, one.phone_hash)]
    if not fitting:
        raise SealedCodeRefused("这台设备没有登记，或不是该业主产权人的设备；请核对业主手机上出示的设备码")
    return fitting
