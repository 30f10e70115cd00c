"""Decrypting a tally by several trustees (Belenios 2.0 facts 7 and 8).

Each trustee raises every alpha to its secret and proves it did; the products of what enough trustees
gave unmask the sums. No secret ever leaves its trustee.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from backend.voting.errors import VerificationError
from backend.voting.protocol.election import Election
from backend.voting.protocol.encoding import check_fields, compact, parse_canonical
from backend.voting.protocol.group import Group
from backend.voting.protocol.proofs import (
    EqualExponents,
    Proof,
    check_equal_exponents,
    decryption_prefix,
    parse_proof,
    prove_equal_exponents,
)
from backend.voting.protocol.tally import EncryptedTally, Matrix, parse_rows
from backend.voting.protocol.trustees import Member, Trustees


@dataclass(frozen=True, slots=True)
class PartialDecryption:
    """A decryption share whose proofs hold; made by `check_partial_decryption` only."""

    owner: int
    factors: Matrix


def partial_decryption(election: Election, trustee_secret: int, tally: EncryptedTally) -> bytes:
    """Write a trustee's decryption share of a tally.

    The caller must have verified the whole archive and that the tally is one of the two the manifest
    allows: whoever decrypts a third weighting reveals single votes (facts 12).
    """
    group, secret = election.group, trustee_secret % election.group.q
    prefix = decryption_prefix(election.fingerprint, group, group.power_g(secret))
    alphas = [[ciphertext.alpha for ciphertext in row] for row in tally.questions]
    written = {
        "decryption_factors": [[group.text(group.power(alpha, secret)) for alpha in row] for row in alphas],
        "decryption_proofs": [
            [prove_equal_exponents(group, prefix, alpha, secret).to_json() for alpha in row] for row in alphas
        ],
    }
    return compact(written)


def check_partial_decryption(
    election: Election, trustees: Trustees, owner: int, tally: EncryptedTally, raw: bytes
) -> PartialDecryption:
    """Read a decryption share and refuse it unless every factor is proven.

    Raises:
        VerificationError: `trustee-owner`, `element-membership` or `decryption-proof`; FormatError
            for another form. The message names the trustee.
    """
    key = trustees.verification_key(owner)
    try:
        factors, proofs = _parse(election, raw)
        prefix = decryption_prefix(election.fingerprint, election.group, key)
        for ciphertext, factor, proof in zip(
            chain.from_iterable(tally.questions),
            chain.from_iterable(factors),
            chain.from_iterable(proofs),
            strict=True,
        ):
            election.group.check_element(factor, "a decryption factor")
            statement = EqualExponents(key, ciphertext.alpha, factor)
            check_equal_exponents(election.group, prefix, statement, proof, rule="decryption-proof")
    except VerificationError as refusal:
        message = f"partial decryption of {trustees.describe(owner)}: {refusal.message}"
        raise type(refusal)(refusal.rule, message) from refusal
    return PartialDecryption(owner, factors)


def combine(trustees: Trustees, decryptions: Sequence[PartialDecryption], tally: EncryptedTally) -> Matrix:
    """Return the factor alpha^x for every column, x being the secret nobody holds.

    Raises:
        VerificationError: `decryption-duplicate` for two shares of one trustee, `trustee-owner`,
            `decryption-missing` when a mandatory trustee or some of a threshold group lack.
    """
    by_owner = {each.owner: each for each in decryptions}
    if len(by_owner) != len(decryptions):
        raise VerificationError("decryption-duplicate", "a trustee decrypted twice")
    for owner in by_owner:
        trustees.verification_key(owner)
    parts = [_combine_member(trustees, member, by_owner) for member in trustees.members]
    shape = [len(row) for row in tally.questions]
    if any([len(row) for row in part] != shape for part in parts):
        raise VerificationError("decryption-shape", "the decryption factors are of another tally")
    return tuple(
        tuple(trustees.group.multiply(*column) for column in zip(*rows, strict=True))
        for rows in zip(*parts, strict=True)
    )


def lagrange(group: Group, present: Sequence[int], index: int) -> int:
    """Return the exponent with which trustee `index` enters when those in `present` decrypt."""
    numerator = denominator = 1
    for other in present:
        if other != index:
            numerator = numerator * other % group.q
            denominator = denominator * (other - index) % group.q
    return numerator * pow(denominator, -1, group.q) % group.q


def _parse(election: Election, raw: bytes) -> tuple[Matrix, tuple[tuple[Proof, ...], ...]]:
    names = ("decryption_factors", "decryption_proofs")
    fields = check_fields(parse_canonical(raw), names, "the partial decryption")
    group = election.group
    factors = parse_rows(election, fields[names[0]], "decryption_factors")
    proofs = parse_rows(election, fields[names[1]], "decryption_proofs")
    return (
        tuple(tuple(group.parse(each, "a decryption factor") for each in row) for row in factors),
        tuple(tuple(parse_proof(each, group, "a decryption proof") for each in row) for row in proofs),
    )


def _combine_member(trustees: Trustees, member: Member, by_owner: Mapping[int, PartialDecryption]) -> Matrix:
    """Combine the first `threshold` shares present, in the order of trustees, as the peer does."""
    owners = trustees.owners_of(member)
    present = [owner for owner in owners if owner in by_owner][: member.threshold]
    if len(present) < member.threshold:
        missing = ", ".join(trustees.describe(owner) for owner in owners if owner not in by_owner)
        shown = f"{member.threshold} of {len(owners)} must decrypt, {len(present)} did; lacking: {missing}"
        raise VerificationError("decryption-missing", shown)
    group, places = trustees.group, [owner - owners.start + 1 for owner in present]
    weights = [lagrange(group, places, place) for place in places]
    return tuple(
        tuple(group.multiply(*map(group.power, column, weights)) for column in zip(*rows, strict=True))
        for rows in zip(*(by_owner[owner].factors for owner in present), strict=True)
    )
