"""Verification beside belenios-tool: runs alternate, so that both meet the same load; medians are taken."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

from scripts.benchmarks.archives import Stock
from scripts.benchmarks.figures import Figure
from scripts.benchmarks.runs import Run, verify, verify_with_peer

SHORT, LONG = 20, 140
ROUNDS = 5
MANY, MANY_ROUNDS = 1_000, 3
WORKERS = 2
BALLOT_TARGET = 0.7
RATE_TARGET = 2.5


def one_ballot(stock: Stock) -> Iterator[Figure]:
    """Take what 120 further ballots cost in CPU time: start-up, keys and credentials cancel out."""
    archives = [stock.archive(size, LONG) for size in (SHORT, LONG)]
    ours: list[float] = []
    peers: list[float] = []
    for _ in range(ROUNDS):
        ours.append(_further(lambda path: verify([path], workers=1), archives))
        peers.append(_further(verify_with_peer, archives))
    mine, theirs = median(ours), median(peers)
    yield Figure(
        what="verify one three-choice ballot, one core, CPU",
        measured=f"{1000 * mine:.2f} ms",
        beside=f"belenios-tool {1000 * theirs:.2f} ms",
        ratio=f"{mine / theirs:.2f}",
        target=f"<= {BALLOT_TARGET:.2f}",
        holds=mine <= BALLOT_TARGET * theirs,
    )


def _further(check: Callable[[Path], Run], archives: list[Path]) -> float:
    short, long = (check(path).cpu for path in archives)
    return (long - short) / (LONG - SHORT)


def many_ballots(stock: Stock) -> Iterator[Figure]:
    """Verify a whole archive with two processes and compare the rates by the wall clock."""
    archive = stock.archive(MANY, MANY)
    ours: list[float] = []
    peers: list[float] = []
    for _ in range(MANY_ROUNDS):
        ours.append(verify([archive], workers=WORKERS).wall)
        peers.append(verify_with_peer(archive).wall)
    mine, theirs = MANY / median(ours), MANY / median(peers)
    yield Figure(
        what=f"verify {MANY:,} ballots, two cores, wall clock",
        measured=f"{mine:.0f} ballots/s",
        beside=f"belenios-tool {theirs:.0f} ballots/s",
        ratio=f"{mine / theirs:.2f}",
        target=f">= {RATE_TARGET:.2f}",
        holds=mine >= RATE_TARGET * theirs,
    )
