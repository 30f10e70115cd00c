"""Personal data at rest: encrypted for storage, hashed under a key for lookup, masked for show."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from backend.infra.secrets import Keys

NONCE_BYTES = 12


class FieldUnreadable(RuntimeError):
    """A stored value that this server's key does not open: moved between columns, damaged, or foreign."""


class Fields:
    """Encrypts and looks up personal data. `purpose` names the column, e.g. "account.phone".

    The purpose is bound into every value, so that a value copied into another column does not open.
    """

    def __init__(self, keys: Keys) -> None:
        self._cipher = AESGCM(keys.fields)
        self._lookup_key = keys.lookup

    def encrypt(self, purpose: str, text: str) -> str:
        """Return the text encrypted with AES-256-GCM under a fresh nonce, as base64."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = self._cipher.encrypt(nonce, text.encode(), purpose.encode())
        return base64.b64encode(nonce + sealed).decode("ascii")

    def decrypt(self, purpose: str, stored: str) -> str:
        """Return the text of a value made by `encrypt` for the same purpose.

        Raises:
            FieldUnreadable: the value is damaged, or of another column or server.
        """
        try:
            raw = base64.b64decode(stored, validate=True)
            return self._cipher.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], purpose.encode()).decode()
        except (InvalidTag, ValueError) as error:
            raise FieldUnreadable(f"a value of {purpose} does not open with this server's key") from error

    def lookup_hash(self, purpose: str, text: str) -> str:
        """Return the keyed hash by which equal texts are found without being read: 64 hex digits."""
        message = f"{purpose}|{text}".encode()
        return hmac.new(self._lookup_key, message, hashlib.sha256).hexdigest()


def mask_phone(phone: str) -> str:
    """Show a phone's first three and last four digits."""
    return f"{phone[:3]}****{phone[-4:]}"


def mask_name(name: str) -> str:
    """Show the first character of a name; the number of stars does not tell its length."""
    return f"{name[:1]}**"


def mask_document(number: str) -> str:
    """Show the last four characters of a document number, none of a short one."""
    shown = number[-4:] if len(number) > 8 else ""
    return f"****{shown}"
