"""`scripts/verify`: reads the command line, says what was found, ends with the exit status.

0: all that was checked holds. 1: the record is refused. 2: wrong use, or a file is missing.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TextIO

from backend.voting.record.examine import AREA, HEADS, MANIFEST, PAPER, ROLL, Evidence, Reading, examine
from backend.voting.record.printing import printed
from backend.voting.record.report import Report

HOLDS: Final = 0
REFUSED: Final = 1
WRONG_USE: Final = 2

LONG_WORK: Final = 5.0
"""Seconds after which progress is told even where nobody seems to watch."""
MANY_BYTES: Final = 200_000
"""An archive from which on a second process pays: some ten ballots."""

USAGE: Final = (
    "%(prog)s [--json] [--final] ARCHIVE | HEADS AREA [--manifest F] [--roll F] [--paper F] | FOLDER"
)
DESCRIPTION: Final = """\
Verify the record of an owners' vote: one archive, a pair of archives, or an election folder with
heads.bel, area.bel, manifest.json, roll.json and paper.json. Needs Python 3.11 and no network."""


class UsageError(Exception):
    """The command line asks for what cannot be, or names a file that is not there."""


def main(argv: Sequence[str]) -> int:
    """Run the command and return its exit status. `argv` is without the name of the program."""
    args = _parser().parse_args(argv)
    try:
        evidence = _evidence(args)
        report = examine(evidence, _reading(args, evidence))
        _check_paper_given(args, report)
    except (UsageError, OSError) as error:
        sys.stderr.write(f"verify: {error}\n")
        return WRONG_USE
    sys.stdout.write(f"{json.dumps(report.document())}\n" if args.json else printed(report))
    return HOLDS if report.refusal is None else REFUSED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="verify",
        usage=USAGE,
        description=DESCRIPTION,
        epilog="Exit status: 0 all holds, 1 the record is refused, 2 wrong use or a missing file.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--final", action="store_true", help="refuse a record without a result")
    parser.add_argument("--manifest", type=Path, metavar="F", help="demand what this manifest.json pins")
    parser.add_argument("--roll", type=Path, metavar="F", help="the roll.json that the manifest pins")
    parser.add_argument("--paper", type=Path, metavar="F", help="the paper.json to add to the results")
    return parser


def _evidence(args: argparse.Namespace) -> Evidence:
    paths: list[Path] = args.paths
    beside = (args.manifest, args.roll, args.paper)
    if len(paths) == 2:
        return _pair(paths[0], paths[1], *beside)
    if len(paths) > 2 or any(beside):
        raise UsageError("give ARCHIVE, or HEADS AREA with --manifest, --roll, --paper, or FOLDER")
    if paths[0].is_dir():
        return _folder(paths[0])
    return Evidence(_present(paths[0]))


def _pair(heads: Path, area: Path, manifest: Path | None, roll: Path | None, paper: Path | None) -> Evidence:
    if roll is not None and manifest is None:
        raise UsageError("--roll needs --manifest, which pins it")
    if paper is not None and roll is None:
        raise UsageError("--paper needs --manifest and --roll, which give its pseudonyms their areas")
    return Evidence(_present(heads), _present(area), _bytes(manifest), _bytes(roll), _bytes(paper))


def _folder(folder: Path) -> Evidence:
    paper = folder / PAPER
    return Evidence(
        heads=_present(folder / HEADS),
        area=_present(folder / AREA),
        manifest=_bytes(_present(folder / MANIFEST)),
        roll=_bytes(_present(folder / ROLL)),
        # Before the count there is no paper.json yet; `_check_paper_given` demands it afterwards.
        paper=_bytes(paper if paper.exists() else None),
    )


def _present(path: Path) -> Path:
    if not path.is_file():
        raise UsageError(f"{path}: no such file")
    return path


def _bytes(path: Path | None) -> bytes | None:
    return None if path is None else _present(path).read_bytes()


def _check_paper_given(args: argparse.Namespace, report: Report) -> None:
    counted = report.items is not None and not report.with_paper
    if counted and len(args.paths) == 1:
        raise UsageError(
            f"{args.paths[0] / PAPER}: no such file; without it the outcome is not known"
            " (to count the electronic ballots alone: verify HEADS AREA --manifest F --roll F)"
        )


def _reading(args: argparse.Namespace, evidence: Evidence) -> Reading:
    many = evidence.heads.stat().st_size >= MANY_BYTES
    return Reading(final=args.final, workers=2 if many else 1, progress=Teller(sys.stderr))


@dataclass(slots=True)
class Teller:
    """Tells how far the work is: on a terminal as it goes, elsewhere only when it takes long."""

    stream: TextIO
    started: float = field(default_factory=time.monotonic)
    told: float = field(default_factory=time.monotonic)

    def __call__(self, done: int, of: int) -> None:
        """Take note that `done` of `of` ballots are checked."""
        now = time.monotonic()
        watched = self.stream.isatty()
        if now - self.told < (0.5 if watched else LONG_WORK):
            return
        self.told = now
        end = "\r" if watched else "\n"
        self.stream.write(f"{done} of {of} ballots checked{end}")
        self.stream.flush()
