"""Programs of miniprogram/bench: they are given an order as JSON and answer with one line of it."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from typing import Any

from scripts.benchmarks.figures import NotMeasured
from scripts.environment import SetUpFailed
from scripts.webapp import FOLDER, ensure_packages

SLOWED = 6
"""How many times slower than here Chromium's processor is made, to be a phone's."""


def node() -> str:
    """Return the path of Node, with the packages of the app in place. Raises NotMeasured."""
    try:
        return str(ensure_packages().node)
    except SetUpFailed as error:
        raise NotMeasured(str(error)) from error


def chromium() -> str:
    """Return the path of Debian's Chromium. Raises NotMeasured."""
    found = shutil.which("chromium")
    if found is None:
        raise NotMeasured("chromium is missing (Debian package chromium)")
    return found


def ask(command: Sequence[str], order: Mapping[str, object]) -> dict[str, Any]:
    """Run a program of the app's folder and return its answer. Raises NotMeasured."""
    done = subprocess.run(
        command, cwd=FOLDER, input=json.dumps(order).encode(), capture_output=True, check=False
    )
    if done.returncode != 0:
        raise NotMeasured(f"{command[1]} failed: {done.stderr.decode().strip()[-300:]}")
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
