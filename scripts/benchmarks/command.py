"""The command line: which parts to measure, in which order, and what is printed."""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from backend.voting.protocol.group import ARITHMETIC
from scripts.benchmarks import casting, complaints, drill, fees, memory, phone, verification
from scripts.benchmarks.archives import Stock
from scripts.benchmarks.figures import Figure, NotMeasured, table


@dataclass(frozen=True, slots=True)
class Part:
    """Something to measure. `run` yields its figures and takes archives from the stock."""

    says: str
    run: Callable[[Stock], Iterator[Figure]]


PARTS: Mapping[str, Part] = {
    "ballot": Part("one three-choice ballot on one core, beside belenios-tool", verification.one_ballot),
    "archive": Part("1,000 ballots on two cores, beside belenios-tool", verification.many_ballots),
    "phone": Part("a ballot, a board and the app's first screen, as on a phone", phone.of_a_voter),
    "memory": Part("what one more ballot costs in memory", memory.further_ballot),
    "cast": Part("casting a ballot over HTTP, without the proofs", casting.one_cast),
    "complaints": Part(
        "a million complaints on PostgreSQL: lists, rates, exports, reporting", complaints.of_a_city
    ),
    "fees": Part("ten million postings on PostgreSQL: statements, a charge run", fees.of_communities),
    "drill": Part("the whole drill", drill.whole),
}

OWN_LOAD = 2.5
"""What we cause ourselves at most: two processes work at a time."""


def main(arguments: Sequence[str]) -> int:
    """Measure the parts named, all if none is, and return the exit status."""
    asked = _parser().parse_args(arguments)
    if asked.list:
        sys.stdout.write("".join(f"{name:10} {part.says}\n" for name, part in PARTS.items()))
        return 0
    names = asked.parts or list(PARTS)
    if unknown := [name for name in names if name not in PARTS]:
        sys.stderr.write(f"bench: no part {unknown[0]}; there are {', '.join(PARTS)}\n")
        return 2
    sys.stdout.write(f"{_machine()}\n{_load()}\n")
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        stock = Stock(Path(scratch))
        figures = [figure for name in names for figure in _figures(name, stock)]
    sys.stdout.write(f"\n{table(figures)}\n\n{_load()}\n")
    return 0 if all(figure.holds for figure in figures) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("--list", action="store_true", help="name the parts and end")
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    return parser


def _figures(name: str, stock: Stock) -> list[Figure]:
    sys.stderr.write(f"[bench] {name}: {PARTS[name].says}\n")
    try:
        return list(PARTS[name].run(stock))
    except NotMeasured as reason:
        return [Figure(PARTS[name].says, f"not measured: {reason}", "", "", "", holds=False)]


def _machine() -> str:
    return (
        f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores,"
        f" arithmetic by {ARITHMETIC}"
    )


def _load() -> str:
    load = os.getloadavg()[0]
    shared = "; other programs compete for the cores, so times are too long" if load > OWN_LOAD else ""
    return f"load average of the last minute: {load:.1f}{shared}"
