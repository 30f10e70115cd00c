"""The peer that nobody here wrote: Debian's belenios-tool."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class BeleniosTool:
    """Runs the peer's program in a folder of its own."""

    program: str

    def run(self, *arguments: str, folder: Path, stdin: bytes = b"") -> bytes:
        """Run one command and return what it prints; a refusal raises CalledProcessError with its words."""
        done = subprocess.run(
            [self.program, *arguments], check=True, cwd=folder, input=stdin, capture_output=True
        )
        return done.stdout

    def refuses(self, *arguments: str, folder: Path, stdin: bytes = b"") -> str:
        """Run one command that must be refused and return the peer's words."""
        with pytest.raises(subprocess.CalledProcessError) as refusal:
            self.run(*arguments, folder=folder, stdin=stdin)
        return str(refusal.value.stderr.decode())


@pytest.fixture(scope="session")
def belenios_tool() -> BeleniosTool:
    """Find belenios-tool; under CI=true its absence is a failure, elsewhere a skip that says why."""
    program = shutil.which("belenios-tool")
    if program:
        return BeleniosTool(program)
    reason = "belenios-tool is not installed (Debian package belenios-tool)"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
