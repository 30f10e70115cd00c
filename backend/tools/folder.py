"""A role's own folder: its keys, its sign-in, what it has seen. Nobody else may read it."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from backend.sealing import keyfile
from backend.sealing.boxes import BoxKey
from backend.sealing.signing import SigningKey
from backend.tools.errors import ToolError
from backend.voting.record.canonical import canonical


class RoleFolder:
    """One role's folder, mode 0700; every file in it is written whole, synced, with mode 0600."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        if path.stat().st_mode & 0o077:
            raise ToolError("folder-open", f"others may look into {path}: chmod 700 it")

    def signing_key(self) -> SigningKey:
        """Return this role's Ed25519 key, made at first use."""
        return SigningKey.from_bytes(keyfile.load_or_make(self.path / "signing.key"))

    def box_key(self) -> BoxKey:
        """Return this role's X25519 key, made at first use."""
        return BoxKey.from_bytes(keyfile.load_or_make(self.path / "box.key"))

    def read(self, name: str) -> Any:
        """Return the JSON value of a state file, or None when there is none yet."""
        try:
            return json.loads((self.path / name).read_bytes())
        except FileNotFoundError:
            return None
        except ValueError:
            raise ToolError("state-damaged", f"{name} in the role's folder is not JSON") from None

    def write(self, name: str, value: object) -> None:
        """Replace a state file as a whole; a crash leaves the old one or the new one."""
        self.write_bytes(name, canonical(value) + b"\n")

    def write_bytes(self, name: str, content: bytes) -> None:
        """Replace a file as a whole, as `write` does."""
        target = self.path / name
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_whole(target, content)

    def erase(self, name: str) -> bool:
        """Overwrite a file with random bytes and delete it; tell whether there was one.

        On flash memory and on file systems that copy on write, old blocks may survive.
        """
        return erase_file(self.path / name)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the folder alone: two runs of one role must not make two keys or two ballots."""
        handle = os.open(self.path / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)


def write_whole(target: Path, content: bytes, mode: int = 0o600) -> None:
    """Write a file under a passing name, sync it, give it its name, sync the folder."""
    draft = target.with_name(f".{target.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    move_into_place(draft, target)


def move_into_place(draft: Path, target: Path) -> None:
    """Give a finished file its name, durably."""
    draft.replace(target)
    handle = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def erase_file(path: Path) -> bool:
    """Overwrite and delete one file; tell whether it was there."""
    if not path.is_file():
        return False
    with path.open("r+b") as file:
        file.write(secrets.token_bytes(path.stat().st_size))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()
    return True
