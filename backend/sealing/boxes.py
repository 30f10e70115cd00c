"""Sealed boxes: a message that only the holder of one X25519 key can open, bound to its purpose.

X25519 with a fresh key, HKDF-SHA256, ChaCha20-Poly1305; byte for byte in docs/formats.md. A box does
not say who made it: senders are known by an Ed25519 statement around it.
"""

from __future__ import annotations

import base64
import binascii
import re

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from backend.voting.errors import FormatError, VerificationError

KEY = re.compile(r"[0-9a-f]{64}")
INFO = b"yishiting/box/v1\n"
PUBLIC_BYTES = 32
TAG_BYTES = 16


class BoxKey:
    """A private X25519 key. It never shows itself: its repr carries only the public half."""

    __slots__ = ("_private",)

    def __init__(self, private: X25519PrivateKey) -> None:
        self._private = private

    @classmethod
    def generate(cls) -> BoxKey:
        """Make a fresh key from the system's randomness."""
        return cls(X25519PrivateKey.generate())

    @classmethod
    def from_bytes(cls, raw: bytes) -> BoxKey:
        """Read the 32 bytes of RFC 7748; raises FormatError for another length."""
        if len(raw) != PUBLIC_BYTES:
            raise FormatError("box-key", "a private box key has 32 bytes")
        return cls(X25519PrivateKey.from_private_bytes(raw))

    def to_bytes(self) -> bytes:
        """Return the 32 secret bytes, for a key file only."""
        return self._private.private_bytes_raw()

    @property
    def public_hex(self) -> str:
        """The public key as 64 hexadecimal digits."""
        return self._private.public_key().public_bytes_raw().hex()

    def shared_with(self, public: bytes) -> bytes:
        """Return the X25519 secret; raises VerificationError for a point of small order."""
        try:
            return self._private.exchange(X25519PublicKey.from_public_bytes(public))
        except ValueError:
            raise VerificationError("box-key", "the other side's key is of small order") from None

    def __repr__(self) -> str:
        return f"BoxKey(public {self.public_hex})"


def seal(recipient_hex: str, plaintext: bytes, context: bytes) -> str:
    """Seal `plaintext` to a public key for one purpose; returns standard base64.

    `context` names purpose, election, sender and recipient; the opener must know the same bytes.
    """
    if not KEY.fullmatch(recipient_hex):
        raise FormatError("box-key", "a public box key is 64 lowercase hexadecimal digits")
    return _seal_from(BoxKey.generate(), recipient_hex, plaintext, context)


def _seal_from(fresh: BoxKey, recipient_hex: str, plaintext: bytes, context: bytes) -> str:
    """Seal with a key that was never used before; test vectors alone choose it."""
    recipient = bytes.fromhex(recipient_hex)
    public = bytes.fromhex(fresh.public_hex)
    key, nonce = _derive(fresh.shared_with(recipient), public, recipient, context)
    sealed = ChaCha20Poly1305(key).encrypt(nonce, plaintext, context)
    return base64.b64encode(public + sealed).decode("ascii")


def open_box(private: BoxKey, box: str, context: bytes) -> bytes:
    """Open a box; raises FormatError on malformed bytes and VerificationError on any wrong one."""
    raw = _decode(box)
    public, sealed = raw[:PUBLIC_BYTES], raw[PUBLIC_BYTES:]
    recipient = bytes.fromhex(private.public_hex)
    key, nonce = _derive(private.shared_with(public), public, recipient, context)
    try:
        return ChaCha20Poly1305(key).decrypt(nonce, sealed, context)
    except InvalidTag:
        raise VerificationError(
            "sealed-box", "the box was changed, or was made for another key or purpose"
        ) from None


def check_form(box: str) -> None:
    """Refuse what cannot be a box; what is in it only its recipient can tell. Raises FormatError."""
    _decode(box)


def _decode(box: str) -> bytes:
    try:
        raw = base64.b64decode(box.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error):
        raise FormatError("sealed-box", "a sealed box is standard base64") from None
    if base64.b64encode(raw).decode("ascii") != box or len(raw) < PUBLIC_BYTES + TAG_BYTES:
        raise FormatError("sealed-box", "the box is not canonical base64 or is too short")
    return raw


def _derive(shared: bytes, public: bytes, recipient: bytes, context: bytes) -> tuple[bytes, bytes]:
    """Bind key and nonce to both public keys and to the purpose; the key is used once."""
    kdf = HKDF(algorithm=SHA256(), length=44, salt=public + recipient, info=INFO + context)
    material = kdf.derive(shared)
    return material[:32], material[32:]
