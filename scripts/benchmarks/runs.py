"""Programs to time: each verification is a process of its own, ours and the peer's alike."""

from __future__ import annotations

import json
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts.benchmarks.figures import NotMeasured

ROOT = Path(__file__).resolve().parent.parent.parent
PEER = "belenios-tool"


@dataclass(frozen=True, slots=True)
class Run:
    """What a program took, in seconds, with all its processes, and what it wrote."""

    wall: float
    cpu: float
    output: str


def run(command: Sequence[str]) -> Run:
    """Run a program to its end.

    Raises:
        NotMeasured: it failed; what is timed must have succeeded.
    """
    before, began = _cpu_of_children(), time.perf_counter()
    done = subprocess.run(
        command, cwd=ROOT, check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    took = Run(time.perf_counter() - began, _cpu_of_children() - before, done.stdout)
    if done.returncode != 0:
        raise NotMeasured(f"{Path(command[0]).name} failed: {done.stderr.strip()[-300:]}")
    return took


def verify_with_peer(archive: Path) -> Run:
    """Have belenios-tool verify an archive that lies alone in its folder."""
    program = shutil.which(PEER)
    if program is None:
        raise NotMeasured(f"{PEER} is not installed (Debian package {PEER})")
    return run([program, "election", "verify", "--dir", str(archive.parent)])


def verify(archives: Sequence[Path], *, workers: int) -> Run:
    """Have our verifier check archives one after the other."""
    names = [str(path) for path in archives]
    return run([sys.executable, "-m", "scripts.benchmarks.verifying", str(workers), *names])


def peak_memory(archive: Path) -> int:
    """Return the most memory that our verifier had in use for an archive, in bytes."""
    told = json.loads(verify([archive], workers=1).output)
    return int(told["peak_bytes"])


def _cpu_of_children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
