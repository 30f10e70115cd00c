"""Ciphertexts and zero-knowledge proofs of the Belenios v1 protocol (Belenios 2.0 facts 1, 5, 7, 9).

Letters of the specification used here, and only here:
g generator, q group order, y election key, x secret exponent with public g^x, w randomness of a proof,
(alpha, beta) = (g^r, y^r g^m) ciphertext of the value m with randomness r, a and b commitments.

One convention holds throughout: response = w - x * challenge mod q, so a verifier recomputes every
commitment as base^response * public^challenge and compares the hash of all with the challenge.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from backend.voting.errors import VerificationError
from backend.voting.protocol.encoding import check_fields, check_list, parse_decimal, to_decimal
from backend.voting.protocol.group import Group


class Proof(NamedTuple):
    """A challenge and the response to it, both scalars below q."""

    challenge: int
    response: int

    def to_json(self) -> dict[str, str]:
        """Return the object of the wire form, its fields in order."""
        return {"challenge": to_decimal(self.challenge), "response": to_decimal(self.response)}


class ElectionKey(NamedTuple):
    """The key to which choices are encrypted: y in its group."""

    group: Group
    y: int


class Ciphertext(NamedTuple):
    """An ElGamal encryption of a small number, which stands in the exponent."""

    alpha: int
    beta: int

    def to_json(self, group: Group) -> dict[str, str]:
        """Return the object of the wire form, its fields in order."""
        return {"alpha": group.text(self.alpha), "beta": group.text(self.beta)}


class Opening(NamedTuple):
    """What the prover knows of a ciphertext: its value m and its randomness r."""

    value: int
    randomness: int


class Claim(NamedTuple):
    """The statement that a ciphertext encrypts a value."""

    ciphertext: Ciphertext
    value: int


class OneOf(NamedTuple):
    """The statement that at least one of the claims is true; `prefix` ties its proof to its place."""

    prefix: str
    claims: tuple[Claim, ...]


class EqualExponents(NamedTuple):
    """The statement that `result` is to `base` what `public` is to g."""

    public: int
    base: int
    result: int


def parse_proof(value: object, group: Group, what: str) -> Proof:
    """Read one proof strictly; raises FormatError."""
    fields = check_fields(value, ("challenge", "response"), what)
    return Proof(
        parse_decimal(fields["challenge"], f"{what}: challenge", below=group.q),
        parse_decimal(fields["response"], f"{what}: response", below=group.q),
    )


def parse_proofs(value: object, group: Group, what: str, *, count: int) -> tuple[Proof, ...]:
    """Read a list of exactly `count` proofs; raises FormatError `proof-count` or as `parse_proof`."""
    entries: list[Any] = check_list(value, what, length=count, rule="proof-count")
    return tuple(parse_proof(entry, group, what) for entry in entries)


def parse_ciphertext(value: object, group: Group, what: str) -> Ciphertext:
    """Read a ciphertext strictly; raises FormatError. Membership in the group is not tested."""
    fields = check_fields(value, ("alpha", "beta"), what)
    return Ciphertext(
        group.parse(fields["alpha"], f"{what}: alpha"), group.parse(fields["beta"], f"{what}: beta")
    )


def encrypt(key: ElectionKey, opening: Opening) -> Ciphertext:
    """Encrypt a small value, 0 or more."""
    group, r = key.group, opening.randomness
    masked = group.multiply(group.fixed(key.y)(r), group.power_g(opening.value))
    return Ciphertext(group.power_g(r), masked)


def add_ciphertexts(group: Group, ciphertexts: Iterable[Ciphertext]) -> Ciphertext:
    """Return a ciphertext of the sum of what the given ones encrypt; of none, (1, 1)."""
    listed = list(ciphertexts)
    return Ciphertext(
        group.multiply(*(each.alpha for each in listed)), group.multiply(*(each.beta for each in listed))
    )


def signature_prefix(ballot_hash: str) -> str:
    """Return the hash prefix of the signature of a ballot ("sig")."""
    return f"sig|{ballot_hash}|"


def message_prefix(message: str) -> str:
    """Return the hash prefix of a signature in the trustees' key ceremony ("sigmsg")."""
    return f"sigmsg|{message}|"


def possession_prefix(group: Group, public_key: int) -> str:
    """Return the hash prefix by which a trustee proves possession of a key ("pok")."""
    return f"pok|{group.name}|{group.text(public_key)}|"


def decryption_prefix(fingerprint: str, group: Group, verification_key: int) -> str:
    """Return the hash prefix of the proofs of a partial decryption ("decrypt")."""
    return f"decrypt|{fingerprint}|{group.text(verification_key)}|"


def interval(context: str, group: Group, ciphertext: Ciphertext, values: Iterable[int]) -> OneOf:
    """State that a ciphertext encrypts one of the values ("prove")."""
    shown = f"{group.text(ciphertext.alpha)},{group.text(ciphertext.beta)}"
    return OneOf(f"prove|{context}|{shown}|", tuple(Claim(ciphertext, value) for value in values))


def blank_exclusive(context: str, blank: Ciphertext, total: Ciphertext) -> OneOf:
    """State that the ballot is not blank or nothing else is chosen ("bproof0")."""
    return OneOf(f"bproof0|{context}|", (Claim(blank, 0), Claim(total, 0)))


def blank_or_interval(context: str, blank: Ciphertext, total: Ciphertext, values: Iterable[int]) -> OneOf:
    """State that the ballot is blank or the number of choices is one of the values ("bproof1")."""
    claims = (Claim(blank, 1), *(Claim(total, value) for value in values))
    return OneOf(f"bproof1|{context}|", claims)


def prove_knowledge(group: Group, prefix: str, secret: int) -> Proof:
    """Prove knowledge of x behind g^x; it signs the prefix."""
    w = group.random_scalar()
    challenge = group.hash(prefix, [group.power_g(w)])
    return Proof(challenge, (w - secret * challenge) % group.q)


def check_knowledge(group: Group, prefix: str, public: int, proof: Proof, *, rule: str) -> None:
    """Refuse, under the name `rule`, a proof of knowledge that does not hold.

    `public` must be known to be an element of the group.
    """
    commitment = group.multiply(group.power_g(proof.response), group.power(public, proof.challenge))
    if group.hash(prefix, [commitment]) != proof.challenge:
        raise VerificationError(rule, "the proof that the secret key is known does not hold")


def prove_equal_exponents(group: Group, prefix: str, base: int, secret: int) -> Proof:
    """Prove that g^x and base^x have the same x."""
    w = group.random_scalar()
    challenge = group.hash(prefix, [group.power_g(w), group.power(base, w)])
    return Proof(challenge, (w - secret * challenge) % group.q)


def check_equal_exponents(
    group: Group, prefix: str, statement: EqualExponents, proof: Proof, *, rule: str
) -> None:
    """Refuse, under the name `rule`, a proof of equal exponents that does not hold.

    The three numbers of the statement must be known to be elements of the group.
    """
    challenge, response = proof
    a = group.multiply(group.power_g(response), group.power(statement.public, challenge))
    b = group.multiply(group.power(statement.base, response), group.power(statement.result, challenge))
    if group.hash(prefix, [a, b]) != challenge:
        raise VerificationError(rule, "the proof of equal exponents does not hold")


def prove_one_of(key: ElectionKey, statement: OneOf, openings: Sequence[Opening]) -> tuple[Proof, ...]:
    """Prove that one claim is true and hide which; `openings` open the ciphertext of each claim.

    Raises ValueError if no claim is true. A branch that is simulated has the commitments of a true
    one but for a factor g^(offset * challenge), so only fixed bases are raised.
    """
    group, q = key.group, key.group.q
    offsets = [opening.value - claim.value for opening, claim in zip(openings, statement.claims, strict=True)]
    true_branch = offsets.index(0)
    ws = [group.random_scalar() for _ in offsets]
    challenges = [group.random_scalar() for _ in offsets]
    challenges[true_branch] = 0
    commitments = _commitments(key, ws, [offset * c for offset, c in zip(offsets, challenges, strict=True)])
    challenges[true_branch] = (group.hash(statement.prefix, commitments) - sum(challenges)) % q
    return tuple(
        Proof(challenge, (w - opening.randomness * challenge) % q)
        for challenge, w, opening in zip(challenges, ws, openings, strict=True)
    )


def check_one_of(
    key: ElectionKey, statement: OneOf, proofs: Sequence[Proof], *, rule: str, new_elements: bool = False
) -> None:
    """Refuse, under the name `rule`, a proof that one of the claims is true.

    With `new_elements` the ciphertexts are tested for membership on the way, which must be asked for
    wherever it was not done before; raises VerificationError `element-membership` then.
    """
    group = key.group
    ciphertexts = [claim.ciphertext for claim in statement.claims]
    challenges = [proof.challenge for proof in proofs]
    raised = _raise_to_challenges(group, ciphertexts, challenges, new_elements=new_elements)
    # beta / g^value to the challenge is beta^challenge * g^(-value * challenge): no new base to raise.
    shifts = [-claim.value * c for claim, c in zip(statement.claims, challenges, strict=True)]
    fixed = _commitments(key, [proof.response for proof in proofs], shifts)
    commitments = map(group.multiply, fixed, raised)
    if group.hash(statement.prefix, commitments) != sum(challenges) % group.q:
        raise VerificationError(rule, "the proof that a lawful value is encrypted does not hold")


def _commitments(key: ElectionKey, exponents: Sequence[int], shifts: Sequence[int]) -> list[int]:
    """Return g^e and y^e g^shift for each exponent e and its shift, in one row."""
    group, y = key.group, key.group.fixed(key.y)
    row: list[int] = []
    for exponent, shift in zip(exponents, shifts, strict=True):
        b = y(exponent)
        row += [group.power_g(exponent), group.multiply(b, group.power_g(shift)) if shift else b]
    return row


def _raise_to_challenges(
    group: Group, ciphertexts: Sequence[Ciphertext], challenges: Sequence[int], *, new_elements: bool
) -> list[int]:
    """Return alpha^challenge and beta^challenge for each ciphertext, in one row."""
    wanted: defaultdict[Ciphertext, list[int]] = defaultdict(list)
    for ciphertext, challenge in zip(ciphertexts, challenges, strict=True):
        wanted[ciphertext].append(challenge)
    raise_ = group.element_powers if new_elements else group.powers
    found = {
        ciphertext: iter(zip(*(raise_(number, exponents) for number in ciphertext), strict=True))
        for ciphertext, exponents in wanted.items()
    }
    return [number for ciphertext in ciphertexts for number in next(found[ciphertext])]
