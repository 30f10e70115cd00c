"""The server's own keys: files in DATA_DIR/keys, readable by their owner alone, outside the database."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from backend.sealing.signing import SigningKey

KEY_BYTES = 32
NAMES = ("fields", "lookup", "signing", "jobs")


class KeysUnusable(RuntimeError):
    """A key file is missing or damaged: personal data could not be read, or signatures would change."""


@dataclass(frozen=True, slots=True, repr=False)
class Keys:
    """Key material of one server.

    Attributes:
        fields: AES-256-GCM key of encrypted columns.
        lookup: HMAC-SHA256 key under which phones and document numbers are looked up.
        signing: Ed25519 seed with which the server signs board heads, receipts of ballots and results.
        jobs: the key that signs queued jobs, so that a forged one is refused.
    """

    fields: bytes
    lookup: bytes
    signing: bytes
    jobs: bytes

    @property
    def signing_key(self) -> SigningKey:
        """The server's signing key."""
        return SigningKey.from_bytes(self.signing)

    @property
    def signing_public_hex(self) -> str:
        """The public half of the signing key, as it stands in manifests."""
        return self.signing_key.public_hex


def create_keys(folder: Path) -> None:
    """Make fresh keys in a folder that has none."""
    folder.mkdir(mode=0o700)
    for name in NAMES:
        write_private(folder / f"{name}.key", secrets.token_bytes(KEY_BYTES).hex() + "\n")


def load_keys(folder: Path) -> Keys:
    """Read the keys; none is ever made anew here, since that would orphan what was encrypted.

    Raises:
        KeysUnusable: a file is missing, is not 32 bytes of hex, or can be read by others.
    """
    return Keys(**{name: read_private(folder / f"{name}.key") for name in NAMES})


def write_private(path: Path, text: str) -> None:
    """Write a file that is not there yet, for its owner alone, and have it on the disk."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def read_private(path: Path) -> bytes:
    """Return the key in a file.

    Raises:
        KeysUnusable: it is missing, is not 32 bytes of hex, or can be read by others.
    """
    try:
        if path.stat().st_mode & 0o077:
            raise KeysUnusable(f"{path} can be read by others; set its mode to 600")
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (OSError, ValueError) as error:
        raise KeysUnusable(f"{path}: {error}; restore the keys folder from your backup") from error
    if len(key) != KEY_BYTES:
        raise KeysUnusable(
            f"{path} holds {len(key)} bytes, expected {KEY_BYTES}; restore it from your backup"
        )
    return key
