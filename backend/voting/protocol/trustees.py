"""Who can decrypt: trustees.json, read strictly (Belenios 2.0 facts 9 and 11h).

Every *member* must take part in a decryption: a mandatory trustee ("Single"), or a threshold group
("Pedersen"), for which `threshold` of its trustees act. Trustees are numbered from 1 through all
members in order; that number is the *owner* of a partial decryption.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from backend.voting.errors import FormatError, VerificationError
from backend.voting.protocol.encoding import check_fields, check_integer, check_list, compact, parse_canonical
from backend.voting.protocol.group import BELENIOS_2048, Group
from backend.voting.protocol.proofs import Proof, parse_proof
from backend.voting.protocol.transcript import (
    Certificate,
    Dealing,
    Seat,
    TrusteeKey,
    check_key,
    evaluate_in_exponent,
)

_GROUP_FIELDS = ("threshold", "certs", "coefexps", "signatures", "verification_keys")


def make_single_key(name: str | None = None) -> tuple[int, dict[str, object]]:
    """Draw the secret of a mandatory trustee; return it and the public key to hand in."""
    secret = BELENIOS_2048.random_scalar()
    return secret, TrusteeKey.make(BELENIOS_2048, secret, name=name).to_json(BELENIOS_2048)


@dataclass(frozen=True, slots=True)
class MandatoryTrustee:
    """A trustee without whom nothing is decrypted."""

    key: TrusteeKey

    @property
    def keys(self) -> tuple[TrusteeKey, ...]:
        """The key, as a list of one."""
        return (self.key,)

    @property
    def threshold(self) -> int:
        """One of one is needed."""
        return 1

    @property
    def public_key(self) -> int:
        """The part of the election key this trustee guards."""
        return self.key.public_key


@dataclass(frozen=True, slots=True)
class ThresholdGroup:
    """Trustees of whom any `threshold` decrypt, with the public transcript of their ceremony."""

    threshold: int
    keys: tuple[TrusteeKey, ...]
    certificates: tuple[Certificate, ...]
    dealings: tuple[Dealing, ...]
    public_key: int

    def check_bound(self) -> None:
        """Refuse a ceremony in which trustees did not commit before they revealed.

        Belenios 2.0 makes such transcripts; in them the last to speak can bias the key, and trustees
        may have been shown different certificates. Raises VerificationError `ceremony-bound`.
        """
        if any(each.seat is None or each.coefexps_sha256 is None for each in self.certificates):
            raise VerificationError("ceremony-bound", "the certificates do not fix places and coefficients")


Member = MandatoryTrustee | ThresholdGroup


@dataclass(frozen=True)
class Trustees:
    """A checked trustees.json; `raw` is the file, byte for byte."""

    members: tuple[Member, ...]
    raw: bytes
    group: Group = BELENIOS_2048

    @classmethod
    def create(
        cls,
        mandatory: Sequence[Mapping[str, object]] = (),
        threshold_groups: Sequence[Mapping[str, object]] = (),
    ) -> Trustees:
        """Write trustees.json from public keys and ceremony results; raises as `parse` does."""
        singles = [["Single", key] for key in mandatory]
        return cls.parse(compact([*singles, *(["Pedersen", group] for group in threshold_groups)]))

    @classmethod
    def parse(cls, raw: bytes, *, group: Group = BELENIOS_2048) -> Trustees:
        """Read trustees.json and check everything in it.

        Raises:
            FormatError: not canonical bytes, an unknown kind, or fields and lists of another form.
            VerificationError: `trustees-none`, `trustees-duplicate`, `threshold`, `identity`,
                `verification-key`, or a rule of a key, certificate or dealing (see transcript).
        """
        entries = check_list(parse_canonical(raw), "trustees.json")
        if not entries:
            raise VerificationError("trustees-none", "nobody can decrypt: there is no trustee")
        members: list[Member] = []
        for entry in entries:
            members.append(_parse_member(group, entry, 1 + sum(len(each.keys) for each in members)))
        trustees = cls(tuple(members), raw, group)
        _check_distinct([key.public_key for key in trustees.keys], "public key")
        check_key(group, trustees.public_key, "the election key")
        return trustees

    @cached_property
    def keys(self) -> tuple[TrusteeKey, ...]:
        """The verification keys of all trustees, owner 1 first."""
        return tuple(key for member in self.members for key in member.keys)

    @cached_property
    def public_key(self) -> int:
        """The election key: the product of what the members guard."""
        return self.group.multiply(*(member.public_key for member in self.members))

    @property
    def owners(self) -> range:
        """The numbers of all trustees."""
        return range(1, len(self.keys) + 1)

    @property
    def thresholds(self) -> tuple[tuple[int, int], ...]:
        """For each member how many trustees are needed, of how many."""
        return tuple((member.threshold, len(member.keys)) for member in self.members)

    def owners_of(self, member: Member) -> range:
        """Return the numbers of a member's trustees."""
        before = sum(len(each.keys) for each in self.members[: self.members.index(member)])
        return range(before + 1, before + 1 + len(member.keys))

    def verification_key(self, owner: int) -> int:
        """Return the key against which this trustee's decryptions are checked; raises `trustee-owner`."""
        if owner not in self.owners:
            raise VerificationError("trustee-owner", f"there is no trustee {owner} of {len(self.keys)}")
        return self.keys[owner - 1].public_key

    def check_public_key(self, public_key: int) -> None:
        """Refuse an election key that is not the one these trustees guard; raises `election-key`."""
        if public_key != self.public_key:
            raise VerificationError(
                "election-key", "the election key is not the product of the trustees' keys"
            )

    def describe(self, owner: int) -> str:
        """Name a trustee for a person: its number, and its name if it gave one."""
        name = self.keys[owner - 1].name if owner in self.owners else None
        return f"trustee {owner} ({name})" if name else f"trustee {owner}"

    def can_decrypt(self, owners: Collection[int]) -> bool:
        """Tell whether the partial decryptions of these trustees are enough."""
        return all(
            sum(owner in owners for owner in self.owners_of(member)) >= member.threshold
            for member in self.members
        )

    def check_bound(self) -> None:
        """Refuse threshold groups whose ceremony was weaker than ours; raises `ceremony-bound`."""
        for member in self.members:
            if isinstance(member, ThresholdGroup):
                member.check_bound()


def _parse_member(group: Group, entry: object, first: int) -> Member:
    kind, value = check_list(entry, "a member of trustees.json", length=2)
    if kind == "Single":
        return MandatoryTrustee(TrusteeKey.parse(group, value, f"trustee {first}"))
    if kind == "Pedersen":
        return parse_threshold_group(group, value)
    raise FormatError("trustees-kind", "a member of trustees.json is neither Single nor Pedersen")


def parse_threshold_group(group: Group, value: object) -> ThresholdGroup:
    """Read the public transcript of a ceremony and check it; raises as `Trustees.parse` does."""
    fields = check_fields(value, _GROUP_FIELDS, "a threshold group", optional=("signatures",))
    threshold = check_integer(fields["threshold"], "the threshold", least=1)
    certificates = [
        Certificate.parse(group, each, f"the certificate of trustee {index}")
        for index, each in enumerate(check_list(fields["certs"], "certs"), 1)
    ]
    check_certificates(certificates, threshold)
    dealings = _parse_dealings(group, fields, certificates)
    for index, dealing in enumerate(dealings, 1):
        dealing.check(group, certificates, index, threshold)
    entries = check_list(fields["verification_keys"], "verification_keys", length=len(certificates))
    keys = [TrusteeKey.parse(group, each, f"trustee {index}") for index, each in enumerate(entries, 1)]
    combined = combined_elements(group, dealings)
    for index, (key, certificate) in enumerate(zip(keys, certificates, strict=True), 1):
        check_verification_key(group, key, certificate, index, combined)
    return ThresholdGroup(threshold, tuple(keys), tuple(certificates), tuple(dealings), combined[0])


def check_certificates(certificates: Sequence[Certificate], threshold: int) -> None:
    """Refuse certificates that do not belong to one ceremony.

    Raises:
        VerificationError: `threshold` if it is not in 1..n, `trustees-duplicate` for a key used
            twice, `certificate-context` if one names another place than it has, or only some name one.
    """
    size = len(certificates)
    if not size:
        raise VerificationError("threshold", "a threshold group has no trustee")
    for index, certificate in enumerate(certificates, 1):
        seat = Seat(size, threshold, index)
        if certificate.seat not in (None, seat):
            raise VerificationError(
                "certificate-context", f"certificate {index} of {size} names another place"
            )
    if len({each.seat is None for each in certificates}) > 1:
        raise VerificationError("certificate-context", "only some certificates name their place")
    _check_distinct([each.verification for each in certificates], "signing key")
    _check_distinct([each.encryption for each in certificates], "encryption key")


def combined_elements(group: Group, dealings: Sequence[Dealing]) -> tuple[int, ...]:
    """Return g^a for each coefficient a of the sum of all polynomials; the first is the group's key."""
    return tuple(
        group.multiply(*column) for column in zip(*(each.elements for each in dealings), strict=True)
    )


def check_verification_key(
    group: Group, key: TrusteeKey, certificate: Certificate, index: int, combined: Sequence[int]
) -> None:
    """Refuse a key that is not the one the dealings give to trustee `index`, or that it did not sign.

    Raises:
        VerificationError: `verification-key` or `verification-key-signature`.
    """
    if key.public_key != evaluate_in_exponent(group, combined, index):
        raise VerificationError("verification-key", f"the key of trustee {index} is not the one dealt to it")
    if certificate.seat is not None or key.signature is not None:
        key.check_signature(group, certificate.verification, f"the key of trustee {index}")


def _parse_dealings(
    group: Group, fields: Mapping[str, object], certificates: Sequence[Certificate]
) -> list[Dealing]:
    size, bound = len(certificates), certificates[0].seat is not None
    if bound and "signatures" not in fields:
        raise VerificationError("certificates-signature", "no signatures over all certificates")
    signatures: list[Proof | None] = [None] * size
    if "signatures" in fields:
        entries = check_list(fields["signatures"], "signatures", length=size)
        signatures = [parse_proof(entry, group, "a signature over all certificates") for entry in entries]
    return [
        Dealing.of(group, entry, signature, f"the coefexps of trustee {index}")
        for index, (entry, signature) in enumerate(
            zip(check_list(fields["coefexps"], "coefexps", length=size), signatures, strict=True), 1
        )
    ]


def _check_distinct(keys: Sequence[int], what: str) -> None:
    if len(set(keys)) != len(keys):
        raise VerificationError("trustees-duplicate", f"two trustees have the same {what}")
