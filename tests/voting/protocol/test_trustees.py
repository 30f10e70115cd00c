"""Reading trustees.json: every way in which it can be wrong is refused under its own rule.

References: facts 11h (keys the peer does not test for membership), attacks 3 (membership, identity,
scalars), 4 (rogue key, proof of possession, bad key generation) and 15 (one spelling only).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from backend.voting.errors import FormatError, VerificationError
from backend.voting.protocol.encoding import compact, hex_sha256
from backend.voting.protocol.group import BELENIOS_2048 as GROUP
from backend.voting.protocol.key_ceremony import CeremonyStart, _derived
from backend.voting.protocol.transcript import SignedMessage, TrusteeKey, coefexps_message
from backend.voting.protocol.trustees import Trustees, make_single_key
from tests.voting.protocol.trustee_makers import ORDER_TWO, Ceremony, hold_ceremony, mandatory_trustees

Damage = Callable[[list[Any]], object]


def refused(raw: bytes) -> str:
    with pytest.raises(VerificationError) as refusal:
        Trustees.parse(raw)
    return refusal.value.rule


def test_mandatory_trustees_guard_the_product_of_their_keys() -> None:
    secrets, trustees = mandatory_trustees(3)
    assert trustees.public_key == GROUP.power_g(sum(secrets.values()))
    assert [trustees.verification_key(owner) for owner in trustees.owners] == [
        GROUP.power_g(secret) for secret in secrets.values()
    ]
    assert trustees.thresholds == ((1, 1),) * 3
    assert trustees.describe(3) == "trustee 3 (保管人3)"


def test_trustees_need_no_name() -> None:
    trustees = Trustees.create([make_single_key()[1]])
    assert trustees.describe(1) == "trustee 1"


def test_an_election_key_of_other_trustees_is_refused() -> None:
    (_, ours), (_, others) = mandatory_trustees(1), mandatory_trustees(1)
    ours.check_public_key(ours.public_key)
    with pytest.raises(VerificationError) as refusal:
        ours.check_public_key(others.public_key)
    assert refusal.value.rule == "election-key"


def own_key(secret: int) -> Any:
    return TrusteeKey.make(GROUP, secret).to_json(GROUP)


def cancel_the_others(trustees: list[Any]) -> None:
    """Answer the first key with one that cancels it, without knowing its secret (a rogue key)."""
    (_, first), (_, second) = trustees
    second["public_key"] = str(GROUP.inverse(int(first["public_key"])))


def hold_opposite_keys(trustees: list[Any]) -> None:
    trustees[:] = [["Single", own_key(1234567)], ["Single", own_key(GROUP.q - 1234567)]]


def leave_the_subgroup(trustees: list[Any]) -> None:
    trustees[0][1]["public_key"] = str(int(trustees[0][1]["public_key"]) * ORDER_TWO % GROUP.p)


def overflow(field: str) -> Damage:
    def damage(trustees: list[Any]) -> None:
        proof = trustees[0][1]["pok"]
        proof[field] = str(int(proof[field]) + GROUP.q)

    return damage


@pytest.mark.parametrize(
    ("rule", "damage"),
    [
        ("trustees-none", lambda trustees: trustees.clear()),
        ("trustees-kind", lambda trustees: trustees[0].__setitem__(0, "Double")),
        ("list", lambda trustees: trustees[0].append({})),
        ("fields", lambda trustees: trustees[0][1].update(note="")),
        ("fields", lambda trustees: trustees[0][1].pop("pok")),
        ("text", lambda trustees: trustees[0][1].update(name=7)),
        ("decimal", lambda trustees: trustees[0][1].update(public_key="0x1")),
        ("trustees-duplicate", lambda trustees: trustees.append(trustees[0])),
        ("trustee-possession", lambda trustees: trustees[0][1].update(pok=trustees[1][1]["pok"])),
        ("trustee-possession", cancel_the_others),
        ("identity", hold_opposite_keys),
        ("identity", lambda trustees: trustees[0].__setitem__(1, own_key(0))),
        ("element-membership", leave_the_subgroup),
        ("element-membership", lambda trustees: trustees[0][1].update(public_key="0")),
        ("decimal-range", overflow("challenge")),
        ("decimal-range", overflow("response")),
    ],
)
def test_damaged_mandatory_trustees_are_refused(rule: str, damage: Damage) -> None:
    trustees = json.loads(mandatory_trustees(2)[1].raw)
    damage(trustees)
    assert refused(compact(trustees)) == rule


def test_trustees_spelled_another_way_are_refused() -> None:
    raw = mandatory_trustees(1)[1].raw
    for other in (raw + b"\n", raw.replace(b":", b": "), b"{}", b"[", b"\xff"):
        with pytest.raises(FormatError):
            Trustees.parse(other)


@pytest.fixture(scope="module")
def ceremony() -> Ceremony:
    return hold_ceremony(3, 2)


def test_a_threshold_group_guards_the_sum_of_all_polynomials(ceremony: Ceremony) -> None:
    constant_terms = sum(start.polynomial[0] for start in ceremony.starts)
    assert ceremony.trustees.public_key == GROUP.power_g(constant_terms)
    assert ceremony.trustees.thresholds == ((2, 3),)
    assert [key.public_key for key in ceremony.trustees.keys] == [
        GROUP.power_g(secret) for secret in ceremony.secrets.values()
    ]


def sign(start: CeremonyStart, message: str) -> Any:
    return SignedMessage.sign(GROUP, _derived("sk", start.seed), message).to_json()


def recertify(ceremony: Ceremony, group: dict[str, Any], index: int, **changes: object) -> None:
    """Let trustee `index` sign another certificate, as a dishonest one can; None leaves a field out."""
    content = json.loads(group["certs"][index - 1]["message"]) | changes
    kept = {name: value for name, value in content.items() if value is not None}
    group["certs"][index - 1] = sign(ceremony.starts[index - 1], compact(kept).decode())


def redeal(ceremony: Ceremony, group: dict[str, Any], index: int, elements: list[int]) -> None:
    """Let trustee `index` sign other coefficients than it committed to."""
    message = coefexps_message(GROUP, elements)
    group["coefexps"][index - 1] = sign(ceremony.starts[index - 1], message)


def confirm_again(ceremony: Ceremony, group: dict[str, Any]) -> None:
    """Let all trustees sign the certificates as they are now."""
    for index, (start, coefexps) in enumerate(zip(ceremony.starts, group["coefexps"], strict=True)):
        seen = compact({"certs": group["certs"], **json.loads(coefexps["message"])})
        group["signatures"][index] = sign(start, "certs_sig|" + seen.decode())["signature"]


def other_context(**changes: object) -> Callable[[Ceremony, dict[str, Any]], None]:
    def damage(ceremony: Ceremony, group: dict[str, Any]) -> None:
        context = json.loads(group["certs"][1]["message"])["context"]
        recertify(ceremony, group, 2, context=context | changes)

    return damage


def other_field(name: str, value: object) -> Callable[[Ceremony, dict[str, Any]], None]:
    return lambda ceremony, group: recertify(ceremony, group, 2, **{name: value})


def chosen_later(*elements: int) -> Callable[[Ceremony, dict[str, Any]], None]:
    return lambda ceremony, group: redeal(ceremony, group, 2, list(elements))


def committed(*elements: int) -> Callable[[Ceremony, dict[str, Any]], None]:
    def damage(ceremony: Ceremony, group: dict[str, Any]) -> None:
        redeal(ceremony, group, 2, list(elements))
        digest = hex_sha256(group["coefexps"][1]["message"].encode())
        recertify(ceremony, group, 2, coefexps_sha256=digest)
        confirm_again(ceremony, group)

    return damage


def same_certificate_keys(ceremony: Ceremony, group: dict[str, Any]) -> None:
    first = json.loads(group["certs"][0]["message"])
    recertify(ceremony, group, 2, encryption=first["encryption"])


def unsigned_key(ceremony: Ceremony, group: dict[str, Any]) -> None:
    del group["verification_keys"][0]["signature"]


def key_of_another_share(ceremony: Ceremony, group: dict[str, Any]) -> None:
    signer = _derived("sk", ceremony.starts[0].seed)
    group["verification_keys"][0] = TrusteeKey.make(GROUP, 12345, signer=signer).to_json(GROUP)


def signature_of_another_key(ceremony: Ceremony, group: dict[str, Any]) -> None:
    first, second = group["verification_keys"][:2]
    first["signature"] = second["signature"]


@pytest.mark.parametrize(
    ("rule", "damage"),
    [
        ("certificate-context", lambda _, group: group.update(threshold=1)),
        ("threshold", lambda _, group: group.update(threshold=4)),
        ("integer", lambda _, group: group.update(threshold=0)),
        ("integer", lambda _, group: group.update(threshold=True)),
        ("certificate-context", other_context(index=1)),
        ("certificate-context", other_context(size=4)),
        ("certificate-context", other_context(threshold=1)),
        ("certificate-context", other_context(group="Ed25519")),
        ("threshold", other_context(threshold=9)),
        ("certificate-context", other_field("context", None)),
        ("certificate", other_field("coefexps_sha256", "00")),
        ("certificate", other_field("channel_key", "z" * 64)),
        ("element-membership", other_field("encryption", str(ORDER_TWO))),
        ("identity", other_field("encryption", "1")),
        ("identity", other_field("verification", "1")),
        ("element-membership", other_field("verification", "0")),
        ("certificate-signature", other_field("verification", str(GROUP.g))),
        ("trustees-duplicate", same_certificate_keys),
        ("fields", other_field("note", "")),
        ("certificate-context", lambda _, group: group["certs"].reverse()),
        ("certificate-context", lambda _, group: group["certs"].pop()),
        ("coefexps-signature", lambda _, group: group["coefexps"].reverse()),
        ("list", lambda _, group: group["coefexps"].pop()),
        ("coefexps-commitment", chosen_later(GROUP.g, GROUP.g)),
        ("coefexps-length", committed(GROUP.g)),
        ("coefexps-length", committed(GROUP.g, GROUP.g, GROUP.g)),
        ("element-membership", committed(GROUP.g, ORDER_TWO)),
        ("identity", committed(GROUP.g, 1)),
        ("verification-key", committed(GROUP.g, GROUP.g)),
        ("certificates-signature", other_field("channel_key", "0" * 64)),
        ("certificates-signature", lambda _, group: group.pop("signatures")),
        ("certificates-signature", lambda _, group: group["signatures"].reverse()),
        ("list", lambda _, group: group["signatures"].pop()),
        ("verification-key", lambda _, group: group["verification_keys"].reverse()),
        ("verification-key", key_of_another_share),
        ("verification-key-signature", unsigned_key),
        ("verification-key-signature", signature_of_another_key),
        ("list", lambda _, group: group["verification_keys"].pop()),
        ("fields", lambda _, group: group.update(note="")),
    ],
)
def test_a_damaged_threshold_group_is_refused(
    ceremony: Ceremony, rule: str, damage: Callable[[Ceremony, dict[str, Any]], object]
) -> None:
    trustees = json.loads(ceremony.trustees.raw)
    damage(ceremony, trustees[0][1])
    assert refused(compact(trustees)) == rule


def test_a_threshold_group_of_nobody_is_refused() -> None:
    nobody = {"threshold": 1, "certs": [], "coefexps": [], "signatures": [], "verification_keys": []}
    assert refused(compact([["Pedersen", nobody]])) == "threshold"


def test_one_person_may_not_stand_in_two_members(ceremony: Ceremony) -> None:
    (_, group) = json.loads(ceremony.trustees.raw)[0]
    assert (
        refused(compact([["Single", own_key(ceremony.secrets[1])], ["Pedersen", group]]))
        == "trustees-duplicate"
    )


def weaken(ceremony: Ceremony) -> Trustees:
    """Strip a transcript to what Belenios 2.0 makes: no context, commitment or further signatures."""
    trustees = json.loads(ceremony.trustees.raw)
    group = trustees[0][1]
    for index in (1, 2, 3):
        recertify(ceremony, group, index, context=None, coefexps_sha256=None, channel_key=None)
    for key in group["verification_keys"]:
        del key["signature"]
    del group["signatures"]
    return Trustees.parse(compact(trustees))


def test_a_transcript_of_an_old_peer_is_read_but_told_from_a_bound_one(ceremony: Ceremony) -> None:
    old = weaken(ceremony)
    assert old.public_key == ceremony.trustees.public_key
    ceremony.trustees.check_bound()
    with pytest.raises(VerificationError) as refusal:
        old.check_bound()
    assert refusal.value.rule == "ceremony-bound"
