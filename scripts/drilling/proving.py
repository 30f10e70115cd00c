"""The record is proved by programs that had no part in it: scripts/verify, and belenios-tool where it is."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from scripts.drilling.diary import Diary
from scripts.drilling.stage import ROOT

PEER = "belenios-tool"
CHAINS = ("heads", "area")


@dataclass(frozen=True, slots=True)
class Proof:
    """One program's word on one thing; `holds` None means that the program is not on this machine."""

    what: str
    holds: bool | None
    said: str


def prove(out: Path, elections: Sequence[Path], diary: Diary) -> list[Proof]:
    """Verify the whole record, and let the peer verify every archive; nothing is raised."""
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        begun = [pool.submit(_by_us, out)]
        begun += [pool.submit(_by_peer, folder, chain) for folder in elections for chain in CHAINS]
        proofs = [one.result() for one in begun]
    for proof in proofs:
        diary.act(proof.what, "verify", {True: "holds", False: "REFUSED", None: "not here"}[proof.holds])
    return proofs


def _by_us(out: Path) -> Proof:
    command = [sys.executable, str(ROOT / "scripts" / "verify"), "--final", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return Proof("scripts/verify --final", done.returncode == 0, done.stdout + done.stderr)


def _by_peer(folder: Path, chain: str) -> Proof:
    what = f"{PEER} election verify {folder.name}/{chain}.bel"
    if shutil.which(PEER) is None:
        return Proof(what, None, f"{PEER} is not on this machine")
    with tempfile.TemporaryDirectory() as scratch:
        # The peer takes the one .bel in a folder, named after the election.
        shutil.copyfile(folder / f"{chain}.bel", Path(scratch) / f"{folder.name}.bel")
        done = subprocess.run(
            [PEER, "election", "verify", "--dir", scratch], capture_output=True, text=True, check=False
        )
    return Proof(what, done.returncode == 0, done.stdout + done.stderr)
