"""The drill on its sample: a whole assembly with every role played."""

from __future__ import annotations

from collections.abc import Iterator

from scripts.benchmarks.archives import Stock
from scripts.benchmarks.figures import Figure, NotMeasured
from scripts.benchmarks.runs import ROOT, run

LIMIT = 300
"""Seconds."""


def whole(stock: Stock) -> Iterator[Figure]:
    """Run scripts/drill without a roll of one's own and take the wall clock."""
    program = ROOT / "scripts" / "drill"
    if not program.exists():
        raise NotMeasured("scripts/drill is not in this folder")
    took = run([str(program), "--out", str(stock.scratch / "drill")]).wall
    yield Figure(
        what="the drill on its sample",
        measured=f"{took:.0f} s",
        beside=f"{LIMIT} s",
        ratio=f"{took / LIMIT:.2f}",
        target="<= 1.00",
        holds=took <= LIMIT,
    )
