"""Proofs: true statements pass, every other statement and every touched proof is refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.voting.errors import FormatError, VerificationError
from backend.voting.protocol.group import BELENIOS_2048 as GROUP
from backend.voting.protocol.proofs import (
    Ciphertext,
    Claim,
    ElectionKey,
    EqualExponents,
    OneOf,
    Opening,
    Proof,
    add_ciphertexts,
    blank_exclusive,
    blank_or_interval,
    check_equal_exponents,
    check_knowledge,
    check_one_of,
    decryption_prefix,
    encrypt,
    interval,
    message_prefix,
    parse_ciphertext,
    parse_proof,
    parse_proofs,
    possession_prefix,
    prove_equal_exponents,
    prove_knowledge,
    prove_one_of,
    signature_prefix,
)
from tests.voting.protocol.elections import ELECTION_KEY, ELECTION_SECRET

KEY = ElectionKey(GROUP, ELECTION_KEY)
SECRET = 987654321
PUBLIC = GROUP.power_g(SECRET)
few = settings(max_examples=8, deadline=None)

TOUCHES: dict[str, Callable[[Proof], Proof]] = {
    "challenge": lambda proof: proof._replace(challenge=(proof.challenge + 1) % GROUP.q),
    "response": lambda proof: proof._replace(response=(proof.response + 1) % GROUP.q),
    "both negated": lambda proof: Proof(-proof.challenge % GROUP.q, -proof.response % GROUP.q),
    "both zero": lambda _: Proof(0, 0),
}


def an_encryption(value: int) -> tuple[Opening, Ciphertext]:
    opening = Opening(value, GROUP.random_scalar())
    return opening, encrypt(KEY, opening)


def is_refused(check: Callable[[], None], rule: str) -> bool:
    with pytest.raises(VerificationError) as refusal:
        check()
    return refusal.value.rule == rule


@few
@given(st.integers(1, GROUP.q - 1), st.text(st.characters(codec="utf-8")))
def test_who_knows_the_secret_can_prove_it(secret: int, prefix: str) -> None:
    check_knowledge(GROUP, prefix, GROUP.power_g(secret), prove_knowledge(GROUP, prefix, secret), rule="sig")


@pytest.mark.parametrize("touch", TOUCHES.values(), ids=TOUCHES)
def test_a_touched_proof_of_knowledge_is_refused(touch: Callable[[Proof], Proof]) -> None:
    proof = touch(prove_knowledge(GROUP, "sig|a|", SECRET))
    assert is_refused(lambda: check_knowledge(GROUP, "sig|a|", PUBLIC, proof, rule="sig"), "sig")


def test_a_proof_of_knowledge_holds_for_its_prefix_and_key_only() -> None:
    proof = prove_knowledge(GROUP, "sig|a|", SECRET)
    assert is_refused(lambda: check_knowledge(GROUP, "sig|b|", PUBLIC, proof, rule="sig"), "sig")
    other = GROUP.power_g(SECRET + 1)
    assert is_refused(lambda: check_knowledge(GROUP, "sig|a|", other, proof, rule="sig"), "sig")


def test_proofs_made_twice_share_no_randomness() -> None:
    first, second = (prove_knowledge(GROUP, "sig|a|", SECRET) for _ in range(2))
    assert first.challenge != second.challenge


@few
@given(st.integers(1, GROUP.q - 1), st.integers(1, GROUP.q - 1))
def test_equal_exponents_can_be_proved(secret: int, base_secret: int) -> None:
    base = GROUP.power_g(base_secret)
    statement = EqualExponents(GROUP.power_g(secret), base, GROUP.power(base, secret))
    proof = prove_equal_exponents(GROUP, "decrypt|", base, secret)
    check_equal_exponents(GROUP, "decrypt|", statement, proof, rule="decryption")


def test_a_wrong_decryption_factor_or_a_touched_proof_of_it_is_refused() -> None:
    base = GROUP.power_g(5)
    statement = EqualExponents(PUBLIC, base, GROUP.power(base, SECRET))
    proof = prove_equal_exponents(GROUP, "decrypt|", base, SECRET)
    attempts = [(statement, touch(proof), "decrypt|") for touch in TOUCHES.values()]
    wrong = GROUP.power_g(6)
    attempts += [(statement._replace(**{name: wrong}), proof, "decrypt|") for name in statement._fields]
    attempts.append((statement, proof, "decrypt|other"))
    for claimed, shown, prefix in attempts:
        assert is_refused(
            lambda c=claimed, s=shown, p=prefix: check_equal_exponents(GROUP, p, c, s, rule="decryption"),
            "decryption",
        )


@few
@given(st.integers(0, 4), st.integers(0, 3), st.integers(0, 3))
def test_an_encrypted_value_within_the_interval_can_be_proved_and_no_other(
    m: int, low: int, more: int
) -> None:
    values = range(low, low + more + 1)
    opening, ciphertext = an_encryption(m)
    statement = interval("Z", GROUP, ciphertext, values)
    openings = [opening] * len(values)
    if m in values:
        proofs = prove_one_of(KEY, statement, openings)
        check_one_of(KEY, statement, proofs, rule="interval", new_elements=True)
        check_one_of(KEY, statement, proofs, rule="interval")
    else:
        with pytest.raises(ValueError, match="0 is not in list"):
            prove_one_of(KEY, statement, openings)


@pytest.mark.parametrize("m", [-1, 2, 3])
def test_a_lie_about_the_encrypted_value_is_refused(m: int) -> None:
    opening, ciphertext = an_encryption(m)
    statement = interval("Z", GROUP, ciphertext, (0, 1))
    for lie in (0, 1):
        proofs = prove_one_of(KEY, statement, [opening._replace(value=lie)] * 2)
        assert is_refused(lambda p=proofs: check_one_of(KEY, statement, p, rule="interval"), "interval")


@pytest.mark.parametrize("branch", [0, 1])
@pytest.mark.parametrize("touch", TOUCHES.values(), ids=TOUCHES)
def test_a_touched_branch_is_refused(branch: int, touch: Callable[[Proof], Proof]) -> None:
    opening, ciphertext = an_encryption(1)
    statement = interval("Z", GROUP, ciphertext, (0, 1))
    proofs = list(prove_one_of(KEY, statement, [opening] * 2))
    proofs[branch] = touch(proofs[branch])
    assert is_refused(lambda: check_one_of(KEY, statement, proofs, rule="interval"), "interval")


def test_moving_challenge_from_one_branch_to_the_other_is_refused() -> None:
    opening, ciphertext = an_encryption(1)
    statement = interval("Z", GROUP, ciphertext, (0, 1))
    zero, one = prove_one_of(KEY, statement, [opening] * 2)
    shifted = [TOUCHES["challenge"](zero), one._replace(challenge=(one.challenge - 1) % GROUP.q)]
    assert is_refused(lambda: check_one_of(KEY, statement, shifted, rule="interval"), "interval")
    assert is_refused(lambda: check_one_of(KEY, statement, [one, zero], rule="interval"), "interval")


def test_a_proof_holds_for_its_context_ciphertext_and_values_only() -> None:
    """Helios' weak Fiat-Shamir left the statement out of the hash (Bernhard, Pereira, Warinschi)."""
    opening, ciphertext = an_encryption(1)
    proofs = prove_one_of(KEY, interval("Z", GROUP, ciphertext, (0, 1)), [opening] * 2)
    rerandomised = add_ciphertexts(GROUP, [ciphertext, an_encryption(0)[1]])
    others = [
        interval("Y", GROUP, ciphertext, (0, 1)),
        interval("Z", GROUP, rerandomised, (0, 1)),
        interval("Z", GROUP, ciphertext, (1, 2)),
        interval("Z", GROUP, ciphertext, (1, 0)),
    ]
    for statement in others:
        assert is_refused(lambda s=statement: check_one_of(KEY, s, proofs, rule="interval"), "interval")
    other_key = ElectionKey(GROUP, GROUP.power_g(ELECTION_SECRET + 1))
    statement = interval("Z", GROUP, ciphertext, (0, 1))
    assert is_refused(lambda: check_one_of(other_key, statement, proofs, rule="interval"), "interval")


def test_choosing_the_ciphertext_after_the_challenge_is_refused() -> None:
    """The adaptive forgery that a hash of the commitments alone would let through."""
    responses, challenges = (GROUP.random_scalar(), 11), (3, 4)
    alpha, beta = (GROUP.power_g(GROUP.random_scalar()) for _ in range(2))
    proofs = [Proof(*pair) for pair in zip(challenges, responses, strict=True)]
    statement = interval("Z", GROUP, Ciphertext(alpha, beta), (0, 1))
    assert is_refused(lambda: check_one_of(KEY, statement, proofs, rule="interval"), "interval")


def forged_outside_the_group(opening: Opening, bad: Ciphertext) -> tuple[OneOf, tuple[Proof, ...]]:
    """Prove again until all challenges are even, when a factor -1 in a ciphertext leaves no trace."""
    statement = interval("Z", GROUP, bad, (0, 1))
    while True:
        proofs = prove_one_of(KEY, statement, [opening] * 2)
        if all(proof.challenge % 2 == 0 for proof in proofs):
            return statement, proofs


@pytest.mark.parametrize("field", ["alpha", "beta"])
def test_a_ciphertext_times_minus_one_passes_the_equations_but_not_the_membership_test(field: str) -> None:
    """Small subgroups: Helios pull request 495, Belenios 3.3.0."""
    opening, good = an_encryption(1)
    statement, proofs = forged_outside_the_group(
        opening, good._replace(**{field: GROUP.p - getattr(good, field)})
    )
    check_one_of(KEY, statement, proofs, rule="interval")
    assert is_refused(
        lambda: check_one_of(KEY, statement, proofs, rule="interval", new_elements=True), "element-membership"
    )


@pytest.mark.parametrize(("blank", "chosen"), [(1, 0), (0, 1), (0, 2), (0, 3)])
def test_blank_and_choices_exclude_each_other(blank: int, chosen: int) -> None:
    (blank_opening, blank_choice), (total_opening, total) = an_encryption(blank), an_encryption(chosen)
    exclusive = blank_exclusive("S", blank_choice, total)
    overall = blank_or_interval("S", blank_choice, total, (1, 2, 3))
    check_one_of(KEY, exclusive, prove_one_of(KEY, exclusive, [blank_opening, total_opening]), rule="b0")
    openings = [blank_opening, *[total_opening] * 3]
    check_one_of(KEY, overall, prove_one_of(KEY, overall, openings), rule="b1", new_elements=True)


def test_blank_together_with_a_choice_cannot_be_proved() -> None:
    (blank_opening, blank), (total_opening, total) = an_encryption(1), an_encryption(1)
    statement = blank_exclusive("S", blank, total)
    with pytest.raises(ValueError, match="0 is not in list"):
        prove_one_of(KEY, statement, [blank_opening, total_opening])
    proofs = prove_one_of(KEY, statement, [blank_opening, total_opening._replace(value=0)])
    assert is_refused(lambda: check_one_of(KEY, statement, proofs, rule="b0"), "b0")


def test_neither_blank_nor_enough_choices_cannot_be_proved() -> None:
    (blank_opening, blank), (total_opening, total) = an_encryption(0), an_encryption(0)
    statement = blank_or_interval("S", blank, total, (1, 2))
    with pytest.raises(ValueError, match="0 is not in list"):
        prove_one_of(KEY, statement, [blank_opening, total_opening, total_opening])


def test_a_proof_list_of_another_length_is_a_mistake_of_the_caller() -> None:
    opening, ciphertext = an_encryption(0)
    statement = interval("Z", GROUP, ciphertext, (0, 1))
    with pytest.raises(ValueError, match="zip"):
        check_one_of(KEY, statement, prove_one_of(KEY, statement, [opening] * 2)[:1], rule="interval")


def test_ciphertexts_decrypt_to_what_was_encrypted_and_add_up() -> None:
    total = add_ciphertexts(GROUP, [an_encryption(value)[1] for value in (1, 0, 2)])
    shared = GROUP.power(total.alpha, ELECTION_SECRET)
    assert GROUP.multiply(total.beta, GROUP.inverse(shared)) == GROUP.power_g(3)
    assert add_ciphertexts(GROUP, []) == (1, 1)


def test_prefixes_are_those_of_the_specification() -> None:
    ciphertext = Ciphertext(GROUP.power_g(1), GROUP.power_g(2))
    alpha, beta = map(str, ciphertext)
    assert signature_prefix("h") == "sig|h|"
    assert message_prefix("m") == "sigmsg|m|"
    assert possession_prefix(GROUP, ciphertext.alpha) == f"pok|BELENIOS-2048|{alpha}|"
    assert decryption_prefix("phi", GROUP, ciphertext.alpha) == f"decrypt|phi|{alpha}|"
    assert interval("Z", GROUP, ciphertext, ()).prefix == f"prove|Z|{alpha},{beta}|"
    assert blank_exclusive("S", ciphertext, ciphertext).prefix == "bproof0|S|"
    statement = blank_or_interval("S", ciphertext, Ciphertext(1, 1), (1, 2))
    assert statement == OneOf(
        "bproof1|S|",
        (Claim(ciphertext, 1), Claim(Ciphertext(1, 1), 1), Claim(Ciphertext(1, 1), 2)),
    )


def test_proofs_and_ciphertexts_are_read_back() -> None:
    proof = Proof(0, GROUP.q - 1)
    assert parse_proof(proof.to_json(), GROUP, "it") == proof
    assert list(proof.to_json()) == ["challenge", "response"]
    assert parse_proofs([proof.to_json()] * 2, GROUP, "it", count=2) == (proof, proof)
    ciphertext = an_encryption(1)[1]
    assert parse_ciphertext(ciphertext.to_json(GROUP), GROUP, "it") == ciphertext


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        ({"challenge": str(GROUP.q), "response": "1"}, "decimal-range"),
        ({"challenge": "1", "response": str(GROUP.q)}, "decimal-range"),
        ({"challenge": "01", "response": "1"}, "decimal"),
        ({"challenge": 1, "response": "1"}, "decimal"),
        ({"response": "1", "challenge": "1"}, "fields"),
        ({"challenge": "1"}, "fields"),
        ({"challenge": "1", "response": "1", "note": "x"}, "fields"),
        (["1", "1"], "fields"),
    ],
)
def test_a_proof_of_another_form_is_refused(value: object, rule: str) -> None:
    with pytest.raises(FormatError) as refusal:
        parse_proof(value, GROUP, "it")
    assert refusal.value.rule == rule


@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_list_of_fewer_or_more_proofs_is_refused(count: int) -> None:
    with pytest.raises(FormatError) as refusal:
        parse_proofs([Proof(1, 1).to_json()] * count, GROUP, "it", count=2)
    assert refusal.value.rule == "proof-count"
