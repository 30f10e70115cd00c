"""The phone: its voting core in a slowed Chromium, beside Python's core, and in Node; then the app itself."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from backend.voting.protocol.archive import read_records
from backend.voting.protocol.ballot import make_ballot
from backend.voting.protocol.election import Election
from scripts.benchmarks import browsing
from scripts.benchmarks.archives import Stock
from scripts.benchmarks.asking import SLOWED, ask, chromium, node
from scripts.benchmarks.figures import Figure
from scripts.webapp import FOLDER

BALLOT_LIMIT, TABLES_LIMIT = 150, 500
"""Milliseconds in Chromium, SLOWED times slower than here."""
BALLOTS, VERIFY_LIMIT = 1_000, 60
"""Seconds for so many ballots on a desk."""
SECRET = 4711
CHOICES = ((1, 0, 0),)
ROUNDS = 30


def of_a_voter(stock: Stock) -> Iterator[Figure]:
    """Make ballots in Chromium and in Python, verify a whole board in Node, and open the app."""
    archive = stock.archive(BALLOTS, BALLOTS)
    with archive.open("rb") as file:
        election = next(read_records(file)).body
    order = {"election": election.decode(), "secret": str(SECRET), "choices": CHOICES}
    program, bundle = _bundle(stock.scratch)
    page = ask([program, "bench/page.mjs", bundle, chromium(), str(SLOWED)], order)
    python = _in_python(Election.parse(election))
    yield _limited(
        f"a three-choice ballot in Chromium, {SLOWED} times slowed", page["make"], BALLOT_LIMIT, python
    )
    yield _limited(f"the tables of a ballot in Chromium, {SLOWED} times slowed", page["tables"], TABLES_LIMIT)
    desk = ask([program, "bench/voting.mjs", bundle], {**order, "archive": str(archive)})
    seconds = desk["verify"] / 1000
    yield Figure(
        what=f"verify {BALLOTS:,} ballots in JavaScript, one core, CPU",
        measured=f"{seconds:.1f} s",
        beside=f"{VERIFY_LIMIT} s",
        ratio=f"{seconds / VERIFY_LIMIT:.2f}",
        target="<= 1.00",
        holds=seconds <= VERIFY_LIMIT,
    )
    yield from browsing.of_the_app(stock)


def _limited(what: str, measured: float, limit: float, python: float | None = None) -> Figure:
    beside = f"{limit} ms" if python is None else f"{limit} ms; Python's core, not slowed {python:.1f} ms"
    ratio = measured / limit
    return Figure(what, f"{measured:.0f} ms", beside, f"{ratio:.2f}", "<= 1.00", holds=ratio <= 1)


def _bundle(scratch: Path) -> tuple[str, str]:
    program = node()
    vite = str(FOLDER / "node_modules" / "vite" / "bin" / "vite.js")
    options = ["build", "-c", "vite.voting.config.ts", "--logLevel", "error"]
    folder = scratch / "voting"
    subprocess.run([program, vite, *options, "--outDir", str(folder)], cwd=FOLDER, check=True)
    return program, str(folder / "voting.cjs")


def _in_python(election: Election) -> float:
    """Return the median of the milliseconds that a ballot takes in Python's core, tables made before."""
    make_ballot(election, SECRET, CHOICES)
    times: list[float] = []
    for _ in range(ROUNDS):
        began = time.process_time()
        make_ballot(election, SECRET, CHOICES)
        times.append(1000 * (time.process_time() - began))
    return median(times)
