"""The keys that sign receipts of payments: one that signs now, and public halves of those that did before.

They are apart from the key of the elections: that one stands in manifests and cannot change while people
vote; these can be changed on any day, and what an old key signed still verifies. Retired public keys are kept
beside the private one and not in the database, so that who can write there cannot add a key.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from backend.infra.secrets import KEY_BYTES, KeysUnusable, read_private, write_private
from backend.sealing.signing import SigningKey, parse_public
from backend.voting.errors import FormatError

CURRENT = "receipts.key"
RETIRED = "receipts-retired.txt"
ID_BYTES = 4


@dataclass(frozen=True, slots=True, repr=False)
class ReceiptKeys:
    """The key that signs receipts now, and the public keys (hex) that no longer do, oldest first."""

    signing: SigningKey
    retired: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Return the id of the key that signs now."""
        return key_id(self.signing.public_hex)

    @property
    def public(self) -> dict[str, str]:
        """Return every public key (hex) by its id, the one that signs now at the end."""
        return {key_id(key): key for key in (*self.retired, self.signing.public_hex)}


def key_id(public_hex: str) -> str:
    """Return the short name of a public key: the first 8 hexadecimal digits of its SHA-256."""
    return hashlib.sha256(bytes.fromhex(public_hex)).hexdigest()[: 2 * ID_BYTES]


def make_receipt_key(folder: Path) -> None:
    """Make the first key of a keys folder; one that is there stays, whoever of several is quicker."""
    staged = _staged(folder)
    try:
        os.link(staged, folder / CURRENT)
    except FileExistsError:
        return
    finally:
        staged.unlink()


def load_receipt_keys(folder: Path) -> ReceiptKeys:
    """Read the keys.

    Raises:
        KeysUnusable: a file is missing or damaged, or can be read by others.
    """
    return ReceiptKeys(SigningKey.from_bytes(read_private(folder / CURRENT)), _retired(folder / RETIRED))


def rotate_receipt_key(folder: Path) -> ReceiptKeys:
    """Let a fresh key sign from the next start on. The public half of the old one is kept first.

    Raises:
        KeysUnusable: what is there cannot be read.
    """
    before = load_receipt_keys(folder)
    retired = folder / f"{RETIRED}.{secrets.token_hex(8)}"
    write_private(retired, "".join(f"{key}\n" for key in (*before.retired, before.signing.public_hex)))
    os.replace(retired, folder / RETIRED)  # noqa: PTH105  (a crash behind it leaves one key in both files)
    os.replace(_staged(folder), folder / CURRENT)  # noqa: PTH105
    return load_receipt_keys(folder)


def _staged(folder: Path) -> Path:
    path = folder / f"{CURRENT}.{secrets.token_hex(8)}"
    write_private(path, secrets.token_bytes(KEY_BYTES).hex() + "\n")
    return path


def _retired(path: Path) -> tuple[str, ...]:
    try:
        keys = path.read_text(encoding="ascii").split()
        for key in keys:
            parse_public(key)
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, FormatError) as error:
        raise KeysUnusable(f"{path}: {error}; restore the keys folder from your backup") from error
    return tuple(dict.fromkeys(keys))
