"""Programs that tests compare us with. In CI none may be missing; elsewhere a test says what it lacks."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

PLACES = [Path("/usr/bin"), *sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)]


def need(program: str, package: str) -> str:
    """Return the path of a program, or skip the test and name the Debian package that brings it."""
    for place in PLACES:
        if (place / program).exists():
            return str(place / program)
    found = shutil.which(program)
    if found is None:
        reason = (
            f"{program} is missing (Debian package {package}; scripts/test installs it as root on Debian)"
        )
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    return str(found)
