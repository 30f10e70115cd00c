"""What trustees say and sign when they make keys, and how anyone checks it (Belenios 2.0 facts 9).

A *trustee key* is g^x with a proof that its holder knows x. A threshold key rests on three signed
statements of each trustee, all public:

certificate  its signing and encryption keys. Newer peers add the place it takes (context: group,
             size, threshold, index). Ours also carries the hash of the coefficients it will reveal
             later, so that nobody can choose a polynomial after having seen another's, and the key
             its shares are sealed to, so that a carrier of messages cannot swap it. Peers ignore both.
coefexps     g^a for each coefficient a of its secret polynomial f; f(j) is the share of trustee j.
certs_sig    a signature over all certificates it saw, so that nobody was shown other ones.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from backend.voting.errors import FormatError, VerificationError
from backend.voting.protocol.encoding import (
    check_fields,
    check_integer,
    check_list,
    check_text,
    compact,
    hex_sha256,
    parse_canonical,
)
from backend.voting.protocol.group import Group
from backend.voting.protocol.proofs import (
    Proof,
    check_knowledge,
    message_prefix,
    parse_proof,
    possession_prefix,
    prove_knowledge,
)

_CERTIFICATE_FIELDS = ("context", "verification", "encryption", "coefexps_sha256", "channel_key")
_HEX_32 = re.compile(r"[0-9a-f]{64}", re.ASCII)


class BadShareError(VerificationError):
    """A secret share that does not fit the coefficients its sender, `sender`, has signed."""

    def __init__(self, rule: str, message: str, *, event: str | None = None, sender: int = 0) -> None:
        super().__init__(rule, message, event=event)
        self.sender = sender


@dataclass(frozen=True, slots=True)
class SignedMessage:
    """A text and the signature of a trustee over it."""

    message: str
    signature: Proof

    @classmethod
    def sign(cls, group: Group, secret: int, message: str) -> SignedMessage:
        """Sign a text with the secret of a verification key."""
        return cls(message, prove_knowledge(group, message_prefix(message), secret))

    @classmethod
    def parse(cls, group: Group, value: object, what: str) -> SignedMessage:
        """Read the wire form; raises FormatError."""
        fields = check_fields(value, ("message", "signature"), what)
        text = check_text(fields["message"], what)
        return cls(text, parse_proof(fields["signature"], group, f"{what}: signature"))

    def to_json(self) -> dict[str, object]:
        """Return the object of the wire form, its fields in order."""
        return {"message": self.message, "signature": self.signature.to_json()}

    def content(self) -> Any:
        """Read the JSON inside the text; raises FormatError."""
        return parse_canonical(self.message.encode("utf-8", "surrogatepass"))

    def check(self, group: Group, verification_key: int, what: str, *, rule: str) -> None:
        """Refuse, under the name `rule`, a signature that was not made with this key."""
        try:
            check_knowledge(group, message_prefix(self.message), verification_key, self.signature, rule=rule)
        except VerificationError as refusal:
            raise VerificationError(rule, f"{what}: the signature does not hold") from refusal


def check_key(group: Group, key: int, what: str) -> None:
    """Refuse a public key that is no element of the group, or the identity, which hides nothing.

    The peer lacks both checks for some keys (facts 11h). Raises `element-membership` or `identity`.
    """
    group.check_element(key, what)
    if key == group.identity:
        raise VerificationError("identity", f"{what} is the identity element")


@dataclass(frozen=True, slots=True)
class TrusteeKey:
    """g^x, a proof that x is known, and, from a ceremony, the trustee's signature over it."""

    public_key: int
    pok: Proof
    signature: Proof | None = None
    name: str | None = None

    @classmethod
    def make(
        cls, group: Group, secret: int, *, name: str | None = None, signer: int | None = None
    ) -> TrusteeKey:
        """Publish the key of a secret; `signer` is the signing secret of a ceremony's trustee."""
        public = group.power_g(secret)
        pok = prove_knowledge(group, possession_prefix(group, public), secret)
        signed = None if signer is None else SignedMessage.sign(group, signer, group.text(public)).signature
        return cls(public, pok, signed, name)

    @classmethod
    def parse(cls, group: Group, value: object, what: str) -> TrusteeKey:
        """Read the wire form and check the key and its proof of possession.

        Raises:
            FormatError: another form.
            VerificationError: `element-membership`, `identity` or `trustee-possession`.
        """
        names = ("pok", "public_key", "signature", "name")
        fields = check_fields(value, names, what, optional=names[2:])
        signature = parse_proof(fields["signature"], group, what) if "signature" in fields else None
        name = check_text(fields["name"], f"{what}: name") if "name" in fields else None
        key = group.parse(fields["public_key"], f"{what}: public_key")
        read = cls(key, parse_proof(fields["pok"], group, f"{what}: pok"), signature, name)
        read.check(group, what)
        return read

    def check(self, group: Group, what: str) -> None:
        """Refuse a key that is none or whose holder did not prove to know its secret."""
        check_key(group, self.public_key, what)
        prefix = possession_prefix(group, self.public_key)
        try:
            check_knowledge(group, prefix, self.public_key, self.pok, rule="trustee-possession")
        except VerificationError as refusal:
            raise VerificationError(refusal.rule, f"{what}: {refusal.message}") from refusal

    def check_signature(self, group: Group, verification_key: int, what: str) -> None:
        """Refuse a key that the trustee of this certificate did not sign."""
        if self.signature is None:
            raise VerificationError("verification-key-signature", f"{what} is not signed")
        signed = SignedMessage(group.text(self.public_key), self.signature)
        signed.check(group, verification_key, what, rule="verification-key-signature")

    def to_json(self, group: Group) -> dict[str, object]:
        """Return the object of the wire form, its fields in order."""
        written: dict[str, object] = {"pok": self.pok.to_json(), "public_key": group.text(self.public_key)}
        if self.signature is not None:
            written["signature"] = self.signature.to_json()
        return written | ({} if self.name is None else {"name": self.name})


@dataclass(frozen=True, slots=True)
class Seat:
    """The place of one trustee in a ceremony: number `index`, from 1, of `size`; `threshold` decrypt.

    Raises VerificationError `threshold` when such a place cannot be.
    """

    size: int
    threshold: int
    index: int

    def __post_init__(self) -> None:
        if not 1 <= self.threshold <= self.size or not 1 <= self.index <= self.size:
            shown = f"place {self.index} of {self.size} with threshold {self.threshold}"
            raise VerificationError("threshold", f"there is no {shown}")

    @classmethod
    def parse(cls, group: Group, value: object, what: str) -> Seat:
        """Read the context of a certificate; raises FormatError or VerificationError."""
        fields = check_fields(value, ("group", "size", "threshold", "index"), what)
        if fields["group"] != group.name:
            raise VerificationError("certificate-context", f"{what} is for another group")
        return cls(**{name: check_integer(fields[name], what) for name in ("size", "threshold", "index")})

    def to_json(self, group: Group) -> dict[str, object]:
        """Return the object of the wire form, its fields in order."""
        return {"group": group.name, "size": self.size, "threshold": self.threshold, "index": self.index}


@dataclass(frozen=True, slots=True)
class Certificate:
    """What one trustee fixed before anything was revealed; `seat` and what follows lack in Belenios 2.0."""

    signed: SignedMessage
    verification: int
    encryption: int
    seat: Seat | None
    coefexps_sha256: str | None
    channel_key: str | None

    @classmethod
    def parse(cls, group: Group, value: object, what: str) -> Certificate:
        """Read a certificate and check its keys and signature.

        Raises:
            FormatError: another form.
            VerificationError: `element-membership`, `identity`, `certificate-context` or
                `certificate-signature`.
        """
        signed = SignedMessage.parse(group, value, what)
        optional = tuple(name for name in _CERTIFICATE_FIELDS if name not in ("verification", "encryption"))
        fields = check_fields(signed.content(), _CERTIFICATE_FIELDS, what, optional=optional)
        keys = [group.parse(fields[name], f"{what}: {name}") for name in ("verification", "encryption")]
        for key in keys:
            check_key(group, key, what)
        signed.check(group, keys[0], what, rule="certificate-signature")
        seat = Seat.parse(group, fields["context"], what) if "context" in fields else None
        ours = (_hex(fields, name, what) for name in _CERTIFICATE_FIELDS[3:])
        return cls(signed, keys[0], keys[1], seat, *ours)

    def check_commitment(self, coefexps: SignedMessage, what: str) -> None:
        """Refuse coefficients other than those this certificate committed to, if it did."""
        if self.coefexps_sha256 not in (None, hex_sha256(coefexps.message.encode())):
            raise VerificationError("coefexps-commitment", f"{what}: other coefficients than committed to")


@dataclass(frozen=True, slots=True)
class Dealing:
    """What one trustee reveals after all certificates are fixed."""

    coefexps: SignedMessage
    elements: tuple[int, ...]
    certificates_signature: Proof | None

    @classmethod
    def parse(cls, group: Group, value: object, what: str) -> Dealing:
        """Read the message of the second round; raises FormatError. See `check`."""
        fields = check_fields(value, ("coefexps", "signature"), what)
        return cls.of(group, fields["coefexps"], parse_proof(fields["signature"], group, what), what)

    @classmethod
    def of(cls, group: Group, coefexps: object, signature: Proof | None, what: str) -> Dealing:
        """Read coefexps as they stand in trustees.json, with the trustee's certs_sig; raises FormatError."""
        signed = SignedMessage.parse(group, coefexps, what)
        listed = check_list(check_fields(signed.content(), ("coefexps",), what)["coefexps"], what)
        return cls(signed, tuple(group.parse(each, what) for each in listed), signature)

    def to_json(self) -> dict[str, object]:
        """Return the message of the second round; raises ValueError without certs_sig (Belenios 2.0)."""
        if self.certificates_signature is None:
            raise ValueError("this dealing has no signature over the certificates")
        return {"coefexps": self.coefexps.to_json(), "signature": self.certificates_signature.to_json()}

    def check(self, group: Group, certificates: Sequence[Certificate], index: int, threshold: int) -> None:
        """Refuse a dealing that does not belong to trustee `index` of these certificates.

        Raises:
            VerificationError: `coefexps-signature`, `coefexps-commitment`, `coefexps-length`,
                `element-membership`, `identity` or `certificates-signature`.
        """
        what, certificate = f"the dealing of trustee {index}", certificates[index - 1]
        self.coefexps.check(group, certificate.verification, what, rule="coefexps-signature")
        certificate.check_commitment(self.coefexps, what)
        if len(self.elements) != threshold:
            shown = f"{what} has {len(self.elements)} coefficients, expected {threshold}"
            raise VerificationError("coefexps-length", shown)
        for element in self.elements:
            check_key(group, element, what)
        if self.certificates_signature is not None:
            message = certificates_message(group, certificates, self.elements)
            signed = SignedMessage(message, self.certificates_signature)
            signed.check(group, certificate.verification, what, rule="certificates-signature")

    def check_share(self, group: Group, sender: int, recipient: int, share: int) -> None:
        """Refuse a share that does not lie on the polynomial; anyone shown a share can check it.

        Raises:
            BadShareError: `share`, with the sender.
        """
        if group.power_g(share) != evaluate_in_exponent(group, self.elements, recipient):
            message = f"the share of trustee {sender} for trustee {recipient} does not fit what it signed"
            raise BadShareError("share", message, sender=sender)


def coefexps_message(group: Group, elements: Sequence[int]) -> str:
    """Write the text a trustee signs to reveal its coefficients."""
    return compact({"coefexps": [group.text(element) for element in elements]}).decode()


def certificates_message(group: Group, certificates: Sequence[Certificate], elements: Sequence[int]) -> str:
    """Write the text ("certs_sig") by which a trustee confirms which certificates it saw."""
    seen = {
        "certs": [certificate.signed.to_json() for certificate in certificates],
        "coefexps": [group.text(element) for element in elements],
    }
    return "certs_sig|" + compact(seen).decode()


def evaluate_in_exponent(group: Group, elements: Sequence[int], point: int) -> int:
    """Return g^f(point) from g^a for each coefficient a of f."""
    return group.multiply(
        *(group.power(element, pow(point, exponent, group.q)) for exponent, element in enumerate(elements))
    )


def _hex(fields: Mapping[str, Any], name: str, what: str) -> str | None:
    text = fields.get(name)
    if text is None and name not in fields:
        return None
    if not isinstance(text, str) or not _HEX_32.fullmatch(text):
        raise FormatError("certificate", f"{what}: {name} is not 64 hexadecimal digits")
    return text
