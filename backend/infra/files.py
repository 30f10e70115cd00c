"""Files that people upload, kept by their content: one file for the same bytes, whoever sent them."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path

NAME = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class FileStore:
    """A folder of files named by their SHA-256, readable by the server alone."""

    folder: Path

    def keep(self, content: bytes) -> str:
        """Keep bytes durably and return their SHA-256 (hex); bytes that are there already are kept once."""
        name = hashlib.sha256(content).hexdigest()
        path = self._path(name)
        if not path.exists():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            beside = path.with_name(f".{name}.{secrets.token_hex(8)}")
            descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
        return name

    def read(self, name: str) -> bytes:
        """Return the bytes of this SHA-256. Raises FileNotFoundError."""
        return self._path(name).read_bytes()

    def remove(self, name: str) -> None:
        """Remove a file, if it is there."""
        self._path(name).unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        if not NAME.fullmatch(name):
            raise ValueError("a file's name is a SHA-256 in hex")
        return self.folder / name[:2] / name
