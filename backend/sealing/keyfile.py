"""Key files: 32 secret bytes as hexadecimal text, readable by their owner only, made once."""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path

from backend.voting.errors import FormatError

SECRET = re.compile(r"[0-9a-f]{64}")


def load_or_make(path: Path) -> bytes:
    """Return the 32 bytes of a key file, which is made with mode 0600 at first use.

    Raises FormatError when the file is malformed or others may read it.
    """
    if not path.exists():
        _make(path)
    return load(path)


def load(path: Path) -> bytes:
    """Return the 32 bytes of a key file; raises FormatError as `load_or_make` does."""
    if path.stat().st_mode & 0o077:
        raise FormatError("key-file", f"{path.name} may be read by others: chmod 600 it")
    text = path.read_text("ascii", errors="replace").strip()
    if not SECRET.fullmatch(text):
        raise FormatError("key-file", f"{path.name} does not hold a key")
    return bytes.fromhex(text)


def _make(path: Path) -> None:
    """Write a whole file first and give it its name last, so that no half key is ever found."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_bytes(32).hex().encode("ascii") + b"\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        return  # another process of the same role was first; its key stands
    finally:
        draft.unlink()
