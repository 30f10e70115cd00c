"""The key ceremony (密钥仪式): the server carries messages, checks their public parts, and holds no secret.

Mandatory: one round, each trustee's public key with its proof. Threshold: certificates, dealings with sealed
shares, verification keys. A round opens when the one before is complete, and a message is never replaced, so
that everyone's first message is fixed before anyone sees the next round (commit before reveal).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.assemblies.models import Assembly, CeremonyMessage, Person
from backend.assemblies.rules import CeremonyRefused, Office, Stage
from backend.assemblies.service import lifecycle, people
from backend.infra.audit import record_act
from backend.infra.auth import Actor
from backend.infra.house import House
from backend.sealing import signing
from backend.voting.errors import VotingError
from backend.voting.protocol import key_ceremony as protocol
from backend.voting.protocol.encoding import hex_sha256
from backend.voting.protocol.transcript import Seat
from backend.voting.protocol.trustees import Trustees

THRESHOLD_ROUNDS = 3
MANDATORY_ROUNDS = 1
Body = Any
"""What stands in a message: a key, a signed certificate, {"boxes", "dealing"}, or a key again."""


@dataclass(frozen=True, slots=True)
class Ceremony:
    """Where the ceremony stands. `round` is the one being collected, one past the last when complete."""

    mode: str
    size: int
    threshold: int | None
    round: int
    messages: tuple[CeremonyMessage, ...]

    def bodies(self, number: int) -> list[Body]:
        """Return the bodies of a complete round in the order of the trustees."""
        return [json.loads(one.body) for one in self.messages if one.round == number]


def ceremony(session: Session, assembly: Assembly) -> Ceremony:
    """Return the state of the ceremony and every message so far."""
    query = select(CeremonyMessage).where(CeremonyMessage.assembly_id == assembly.id)
    messages = tuple(session.scalars(query.order_by(CeremonyMessage.round, CeremonyMessage.index)))
    size = len(people.holders(session, assembly, Office.TRUSTEE))
    full = [number for number in (1, 2, 3) if size and sum(one.round == number for one in messages) == size]
    mode = "mandatory" if assembly.threshold is None else "threshold"
    return Ceremony(mode, size, assembly.threshold, 1 + len(full), messages)


def take_message(  # noqa: PLR0913  (what was sent, and by whom)
    session: Session,
    house: House,
    assembly: Assembly,
    *,
    number: int,
    body: str,
    signature: str,
    actor: Actor,
) -> Ceremony:
    """Take a trustee's message of one round and, with the last one, make trustees.json.

    Raises:
        NotAppointed, WrongStage; CeremonyRefused: out of turn, sent before, unsigned, or the rule it breaks.
    """
    trustee = people.check_office(session, assembly, actor, Office.TRUSTEE)
    lifecycle.check_stage(session, house, assembly, Stage.NOTICED)
    before = ceremony(session, assembly)
    _check_turn(session, assembly, before, trustee, number)
    _check_signature(assembly, trustee, number, body, signature)
    _checked(before, trustee, number, body)
    row = CeremonyMessage(
        assembly_id=assembly.id, round=number, index=trustee.index, body=body, signature=signature
    )
    session.add(row)
    session.flush()
    subject = f"assembly:{assembly.id}"
    record_act(
        session, at=house.clock(), actor=actor.account_id, act=f"ceremony-round-{number}", subject=subject
    )
    after = ceremony(session, assembly)
    if after.round > _rounds(after):
        assembly.trustees = _assembled(after).raw
    return after


def _rounds(state: Ceremony) -> int:
    return MANDATORY_ROUNDS if state.threshold is None else THRESHOLD_ROUNDS


def _check_turn(session: Session, assembly: Assembly, state: Ceremony, trustee: Person, number: int) -> None:
    if number != state.round or number > _rounds(state):
        raise CeremonyRefused(f"密钥仪式现在收第 {state.round} 轮消息，不收第 {number} 轮")
    if any((one.round, one.index) == (number, trustee.index) for one in state.messages):
        raise CeremonyRefused("您已交过本轮消息；为防调换，一经交出不能替换")
    if any(one.sign_key is None for one in people.holders(session, assembly, Office.TRUSTEE)):
        raise CeremonyRefused("还有密钥保管人没有公布职务密钥；全部公布后仪式才能开始")


def _check_signature(assembly: Assembly, trustee: Person, number: int, body: str, signature: str) -> None:
    document = {
        "assembly": assembly.id,
        "round": number,
        "index": trustee.index,
        "body_sha256": hex_sha256(body.encode()),
    }
    try:
        signing.verify(trustee.sign_key or "", "ceremony", document, signature)
    except VotingError as error:
        raise CeremonyRefused("密钥保管人的签名不成立；请用就任时公布的密钥签名") from error


def _checked(state: Ceremony, trustee: Person, number: int, body: str) -> None:
    """Refuse a message whose public part does not hold; names the rule."""
    try:
        fields = json.loads(body)
        if state.threshold is None:
            Trustees.create(mandatory=[fields])
        else:
            _check_threshold(state, state.threshold, trustee, number, fields)
    except VotingError as error:
        raise CeremonyRefused(str(error)) from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise CeremonyRefused(f"第 {number} 轮消息的格式不对") from error


def _check_threshold(state: Ceremony, threshold: int, trustee: Person, number: int, fields: Body) -> None:
    if number == 1:
        seat = Seat(state.size, threshold, trustee.index)
        certificate = protocol.receive_certificate(fields, seat)
        if certificate.channel_key != trustee.seal_key:
            raise CeremonyRefused("证书所写的加密公钥与您公布的不同")
        return
    certificates = protocol.read_certificates(state.bodies(1))
    if number == 2:
        protocol.receive_dealing(certificates, trustee.index, fields["dealing"])
        others = {str(index) for index in range(1, state.size + 1)} - {str(trustee.index)}
        if set(fields["boxes"]) != others or not all(
            isinstance(one, str) for one in fields["boxes"].values()
        ):
            raise CeremonyRefused("须给其他每一位密钥保管人各一份密封份额")
        return
    dealings = protocol.read_dealings(certificates, [one["dealing"] for one in state.bodies(2)])
    protocol.receive_key(certificates, dealings, trustee.index, fields)


def _assembled(state: Ceremony) -> Trustees:
    if state.threshold is None:
        return Trustees.create(mandatory=state.bodies(1))
    dealings = [one["dealing"] for one in state.bodies(2)]
    return protocol.assemble(state.bodies(1), dealings, state.bodies(3))
