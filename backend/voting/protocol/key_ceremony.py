"""How trustees make a threshold key together, each on its own machine (Pedersen; Belenios 2.0 facts 9).

Three rounds; a server only carries messages. What a trustee keeps between rounds is one object with
`to_json` and `from_json`; it holds secrets and never leaves the trustee's folder.

1. `CeremonyStart.begin` draws all secrets; its `certificate` is published.
2. Once ALL certificates are published, `CeremonyStart.deal` checks them and fixes them for good; the
   `dealing` is published and `share_for(j)` goes to trustee j through a channel only j can read.
   One list of certificates is answered and no second: keep the result, drop the start.
3. Once all dealings are published and all shares received, `CeremonyDealt.conclude` checks everything
   and returns the trustee's decryption secret and the verification key to publish.

Anyone then calls `assemble`; each trustee confirms with `CeremonyDealt.check_outcome` that the
published trustees.json is of the ceremony it took part in.

A bad share raises BadShareError naming its sender. The accused then publishes the one share in
question and anyone settles the complaint with `Dealing.check_share`; the ceremony starts again
without the trustee found wrong. The server checks each message on arrival with the `receive` functions.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from backend.voting.errors import VerificationError
from backend.voting.protocol.credentials import BASE58
from backend.voting.protocol.encoding import (
    check_fields,
    check_integer,
    check_list,
    check_text,
    compact,
    hex_sha256,
    parse_decimal,
    to_decimal,
)
from backend.voting.protocol.group import BELENIOS_2048
from backend.voting.protocol.transcript import (
    BadShareError,
    Certificate,
    Dealing,
    Seat,
    SignedMessage,
    TrusteeKey,
    certificates_message,
    coefexps_message,
)
from backend.voting.protocol.trustees import (
    ThresholdGroup,
    Trustees,
    check_certificates,
    check_verification_key,
    combined_elements,
)

GROUP = BELENIOS_2048
_SEED_DIGITS = 22


@dataclass(frozen=True, slots=True)
class CeremonyStart:
    """What a trustee keeps after the first round; secret except for the certificate."""

    seat: Seat
    seed: str
    polynomial: tuple[int, ...]
    certificate: Certificate

    @classmethod
    def begin(cls, seat: Seat, *, channel_key: str | None = None) -> CeremonyStart:
        """Draw the secrets of one trustee.

        `channel_key` is the public key, in 64 hexadecimal digits, that shares for this trustee are to
        be sealed to; being in the certificate, no carrier can swap it unseen.
        """
        seed = "".join(secrets.choice(BASE58) for _ in range(_SEED_DIGITS))
        polynomial = tuple(GROUP.random_scalar() for _ in range(seat.threshold))
        commitment = hex_sha256(coefexps_message(GROUP, tuple(map(GROUP.power_g, polynomial))).encode())
        fields = {
            "context": seat.to_json(GROUP),
            "verification": GROUP.text(GROUP.power_g(_derived("sk", seed))),
            "encryption": GROUP.text(GROUP.power_g(_derived("dk", seed))),
            "coefexps_sha256": commitment,
        }
        fields |= {} if channel_key is None else {"channel_key": channel_key}
        signed = SignedMessage.sign(GROUP, _derived("sk", seed), compact(fields).decode())
        return cls(seat, seed, polynomial, Certificate.parse(GROUP, signed.to_json(), "my certificate"))

    @classmethod
    def from_json(cls, value: object) -> CeremonyStart:
        """Read what `to_json` wrote; raises VerificationError if it is damaged."""
        names = ("seat", "seed", "polynomial", "certificate")
        fields = check_fields(value, names, "the state of the first round")
        return cls(
            Seat.parse(GROUP, fields["seat"], "my place"),
            check_text(fields["seed"], "the seed"),
            tuple(_scalar(each) for each in check_list(fields["polynomial"], "the polynomial")),
            Certificate.parse(GROUP, fields["certificate"], "my certificate"),
        )

    def to_json(self) -> dict[str, object]:
        """Return the state, secrets included, for the trustee's own folder."""
        return {
            "seat": self.seat.to_json(GROUP),
            "seed": self.seed,
            "polynomial": list(map(to_decimal, self.polynomial)),
            "certificate": self.certificate.signed.to_json(),
        }

    def deal(self, certificates: Sequence[object]) -> CeremonyDealt:
        """Answer the published certificates, all of them in order of index: the second round.

        Raises:
            VerificationError: as `read_certificates`; `certificate-own` if mine is not at my place.
        """
        fixed = read_certificates(certificates)
        if self.seat.size != len(fixed) or fixed[self.seat.index - 1] != self.certificate:
            raise VerificationError("certificate-own", "my certificate is not at my place in the list")
        elements = tuple(map(GROUP.power_g, self.polynomial))
        signer = _derived("sk", self.seed)
        coefexps = SignedMessage.sign(GROUP, signer, coefexps_message(GROUP, elements))
        seen = SignedMessage.sign(GROUP, signer, certificates_message(GROUP, fixed, elements))
        return CeremonyDealt(self, fixed, Dealing(coefexps, elements, seen.signature))


@dataclass(frozen=True, slots=True)
class CeremonyDealt:
    """What a trustee keeps after the second round; secret except for the dealing."""

    start: CeremonyStart
    certificates: tuple[Certificate, ...]
    dealing: Dealing

    @classmethod
    def from_json(cls, value: object) -> CeremonyDealt:
        """Read what `to_json` wrote; raises VerificationError if it is damaged."""
        names = ("start", "certificates", "dealing")
        fields = check_fields(value, names, "the state of the second round")
        certificates = read_certificates(check_list(fields["certificates"], "the certificates"))
        start = CeremonyStart.from_json(fields["start"])
        return cls(start, certificates, receive_dealing(certificates, start.seat.index, fields["dealing"]))

    def to_json(self) -> dict[str, object]:
        """Return the state, secrets included, for the trustee's own folder."""
        return {
            "start": self.start.to_json(),
            "certificates": [certificate.signed.to_json() for certificate in self.certificates],
            "dealing": self.dealing.to_json(),
        }

    def share_for(self, recipient: int) -> int:
        """Return the secret share of trustee `recipient`, for its eyes only."""
        total = 0
        for coefficient in reversed(self.start.polynomial):
            total = (total * recipient + coefficient) % GROUP.q
        return total

    def conclude(
        self, dealings: Sequence[object], shares: Mapping[int, int], *, name: str | None = None
    ) -> TrusteeShare:
        """Check what all others dealt and add up my share of the key: the third round.

        `dealings` are all published ones in order of index; `shares` is what each other trustee sent
        me, by its index.

        Raises:
            BadShareError: `share` or `share-missing`, with the sender: the ground for a complaint.
            VerificationError: `dealing-own`, or a rule of `Dealing.check`.
        """
        seat = self.start.seat
        read = read_dealings(self.certificates, dealings)
        if read[seat.index - 1] != self.dealing:
            raise VerificationError("dealing-own", "my dealing is not the one I made")
        total = self.share_for(seat.index)
        for sender, dealing in enumerate(read, 1):
            if sender != seat.index:
                total += _checked_share(dealing, sender, seat.index, shares)
        secret, signer = total % GROUP.q, _derived("sk", self.start.seed)
        return TrusteeShare(seat.index, secret, TrusteeKey.make(GROUP, secret, name=name, signer=signer))

    def check_outcome(self, trustees: Trustees) -> None:
        """Refuse a trustees.json that is not of the ceremony I took part in.

        A server that played a different ceremony to each trustee is found out here at the latest.
        Raises VerificationError `ceremony-outcome`.
        """
        place = self.start.seat.index - 1
        groups = [member for member in trustees.members if isinstance(member, ThresholdGroup)]
        found = [each.dealings[place] for each in groups if each.certificates == self.certificates]
        if found != [self.dealing]:
            raise VerificationError(
                "ceremony-outcome", "these trustees are not of the ceremony I took part in"
            )


@dataclass(frozen=True, slots=True)
class TrusteeShare:
    """What a trustee keeps for the decryption: its secret, and the public key that goes with it."""

    index: int
    secret: int
    key: TrusteeKey

    @classmethod
    def from_json(cls, value: object) -> TrusteeShare:
        """Read what `to_json` wrote; raises VerificationError if it is damaged."""
        fields = check_fields(value, ("index", "secret", "key"), "a trustee's share")
        key = TrusteeKey.parse(GROUP, fields["key"], "my verification key")
        secret = _scalar(fields["secret"])
        if GROUP.power_g(secret) != key.public_key:
            raise VerificationError("share", "the secret is not the one of the verification key")
        return cls(check_integer(fields["index"], "my index", least=1), secret, key)

    def to_json(self) -> dict[str, object]:
        """Return the share, secret included, for the trustee's own folder."""
        return {"index": self.index, "secret": to_decimal(self.secret), "key": self.key.to_json(GROUP)}


def read_certificates(values: Sequence[object]) -> tuple[Certificate, ...]:
    """Read the certificates of all trustees in order of index.

    Raises:
        VerificationError: a rule of `Certificate.parse` or `check_certificates`; `ceremony-bound` if
            one names no place or commits to no coefficients, or if only some name a channel key.
    """
    read = tuple(
        Certificate.parse(GROUP, value, f"the certificate of trustee {index}")
        for index, value in enumerate(values, 1)
    )
    check_certificates(read, _check_bound(read))
    return read


def read_dealings(certificates: Sequence[Certificate], values: Sequence[object]) -> tuple[Dealing, ...]:
    """Read all published dealings in order of index; raises as `receive_dealing`, or `dealing-missing`."""
    if len(values) != len(certificates):
        raise VerificationError("dealing-missing", f"{len(values)} dealings of {len(certificates)} trustees")
    return tuple(receive_dealing(certificates, index, value) for index, value in enumerate(values, 1))


def receive_certificate(value: object, seat: Seat) -> Certificate:
    """Check a certificate on its arrival, for the place it was asked for.

    Raises:
        VerificationError: a rule of `Certificate.parse`; `certificate-context`, `ceremony-bound`.
    """
    certificate = Certificate.parse(GROUP, value, f"the certificate of trustee {seat.index}")
    _check_bound([certificate])
    if certificate.seat != seat:
        raise VerificationError("certificate-context", f"the certificate is not for place {seat.index}")
    return certificate


def receive_dealing(certificates: Sequence[Certificate], index: int, value: object) -> Dealing:
    """Check the dealing of trustee `index` on its arrival, all certificates being fixed.

    Raises:
        VerificationError: `threshold` for a wrong index, or a rule of `Dealing.check`.
    """
    seat = Seat(len(certificates), _check_bound(certificates), index)
    dealing = Dealing.parse(GROUP, value, f"the dealing of trustee {index}")
    dealing.check(GROUP, certificates, index, seat.threshold)
    return dealing


def receive_key(
    certificates: Sequence[Certificate], dealings: Sequence[Dealing], index: int, value: object
) -> TrusteeKey:
    """Check the verification key of trustee `index` on its arrival, all dealings being known.

    Raises:
        VerificationError: a rule of `TrusteeKey.parse`; `verification-key`, `verification-key-signature`.
    """
    key = TrusteeKey.parse(GROUP, value, f"trustee {index}")
    check_verification_key(GROUP, key, certificates[index - 1], index, combined_elements(GROUP, dealings))
    return key


def assemble(certificates: Sequence[object], dealings: Sequence[object], keys: Sequence[object]) -> Trustees:
    """Join the public messages of all trustees, in order of index, to trustees.json.

    Raises:
        VerificationError: anything at all is wrong with them.
    """
    fixed = read_certificates(certificates)
    dealt = read_dealings(fixed, dealings)
    messages = [dealing.to_json() for dealing in dealt]
    group: dict[str, object] = {
        "threshold": len(dealt[0].elements),
        "certs": list(certificates),
        "coefexps": [message["coefexps"] for message in messages],
        "signatures": [message["signature"] for message in messages],
        "verification_keys": list(keys),
    }
    return Trustees.create(threshold_groups=[group])


def _derived(purpose: str, seed: str) -> int:
    """Derive the signing ("sk") or encryption ("dk") secret from the seed, as the peer does."""
    return int.from_bytes(hashlib.sha256(f"{purpose}|{seed}".encode()).digest(), "big") % GROUP.q


def _scalar(value: object) -> int:
    return parse_decimal(value, "a secret", below=GROUP.q)


def _check_bound(certificates: Sequence[Certificate]) -> int:
    """Return the threshold all agreed on, or refuse certificates that fix less than ours do."""
    if not certificates:
        raise VerificationError("threshold", "there is no certificate")
    seat = certificates[0].seat
    if seat is None or any(each.seat is None or each.coefexps_sha256 is None for each in certificates):
        raise VerificationError("ceremony-bound", "a certificate does not fix its place and coefficients")
    if len({each.channel_key is None for each in certificates}) > 1:
        raise VerificationError("ceremony-bound", "only some certificates name a key for sealed shares")
    return seat.threshold


def _checked_share(dealing: Dealing, sender: int, recipient: int, shares: Mapping[int, int]) -> int:
    share = shares.get(sender)
    if share is None or not 0 <= share < GROUP.q:
        message = f"there is no share of trustee {sender} for trustee {recipient}"
        raise BadShareError("share-missing", message, sender=sender)
    dealing.check_share(GROUP, sender, recipient, share)
    return share
