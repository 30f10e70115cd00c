"""Ed25519 statements: who said what, over one byte form, under a tag that names the kind.

The bytes that are signed are the line "yishiting/KIND/v1" with its line feed, then canonical JSON;
docs/formats.md describes them for a second implementation.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from backend.voting.errors import FormatError, VerificationError
from backend.voting.record.canonical import canonical

KIND = re.compile(r"[a-z][a-z0-9-]{0,40}")
KEY = re.compile(r"[0-9a-f]{64}")
SIGNATURE = re.compile(r"[0-9a-f]{128}")

FIELD = 2**255 - 19
# The y coordinates of the eight points of small order: under such a "key" one signature fits many texts.
SMALL_ORDER = frozenset(
    {
        0,
        1,
        FIELD - 1,
        0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826,
        0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7,
    }
)


class SigningKey:
    """A private Ed25519 key. It never shows itself: its repr carries only the public half."""

    __slots__ = ("_private",)

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private

    @classmethod
    def generate(cls) -> SigningKey:
        """Make a fresh key from the system's randomness."""
        return cls(Ed25519PrivateKey.generate())

    @classmethod
    def from_bytes(cls, raw: bytes) -> SigningKey:
        """Read the 32 bytes of RFC 8032; raises FormatError for another length."""
        if len(raw) != 32:
            raise FormatError("signing-key", "a private signing key has 32 bytes")
        return cls(Ed25519PrivateKey.from_private_bytes(raw))

    def to_bytes(self) -> bytes:
        """Return the 32 secret bytes, for a key file only."""
        return self._private.private_bytes_raw()

    @property
    def public_hex(self) -> str:
        """The public key as 64 hexadecimal digits."""
        return self._private.public_key().public_bytes_raw().hex()

    def sign_bytes(self, message: bytes) -> str:
        """Sign raw bytes; use `sign` for documents."""
        return self._private.sign(message).hex()

    def __repr__(self) -> str:
        return f"SigningKey(public {self.public_hex})"


def message(kind: str, document: Mapping[str, object]) -> bytes:
    """Return the exact bytes that a signature of this kind covers."""
    if not KIND.fullmatch(kind):
        raise FormatError("statement-kind", f"{kind!r} is not a kind of statement")
    return b"yishiting/" + kind.encode("ascii") + b"/v1\n" + canonical(dict(document))


def sign(key: SigningKey, kind: str, document: Mapping[str, object]) -> str:
    """Sign a document; returns 128 hexadecimal digits."""
    return key.sign_bytes(message(kind, document))


def verify(key_hex: str, kind: str, document: Mapping[str, object], signature_hex: str) -> None:
    """Check a signature; raises VerificationError (rule "signature") unless it holds."""
    public = parse_public(key_hex)
    if not isinstance(signature_hex, str) or not SIGNATURE.fullmatch(signature_hex):
        raise FormatError("signature", "a signature is 128 lowercase hexadecimal digits")
    try:
        public.verify(bytes.fromhex(signature_hex), message(kind, document))
    except InvalidSignature:
        raise VerificationError("signature", f"the {kind} signature does not hold") from None


def parse_public(key_hex: str) -> Ed25519PublicKey:
    """Read a public key; raises FormatError for a non-canonical point or one of small order."""
    if not isinstance(key_hex, str) or not KEY.fullmatch(key_hex):
        raise FormatError("signing-key", "a public key is 64 lowercase hexadecimal digits")
    raw = bytes.fromhex(key_hex)
    y = int.from_bytes(raw, "little") & (2**255 - 1)
    if y >= FIELD or y in SMALL_ORDER:
        raise FormatError("signing-key", "this public key is not canonical or is of small order")
    return Ed25519PublicKey.from_public_bytes(raw)


def fingerprint(*keys_hex: str) -> str:
    """Return the fingerprint of public keys as people compare it: eight groups of four hex digits.

    A device or a role has two keys, and its fingerprint covers both: signing key, then box key.
    """
    raw = b"".join(bytes.fromhex(key) for key in keys_hex)
    digest = hashlib.sha256(b"yishiting/keys/v1\n" + raw).hexdigest()[:32]
    return " ".join(digest[i : i + 4] for i in range(0, 32, 4))
