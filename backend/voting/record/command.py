"""`scripts/verify`: reads the command line, says what was found, ends with the exit status.

0: all that was checked holds. 1: the record is refused. 2: wrong use, or a file is missing.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TextIO

from backend.voting.record.assembly import RESULT, AssemblyReport, examine_assembly
from backend.voting.record.examine import AREA, HEADS, MANIFEST, PAPER, ROLL, Evidence, Reading, examine
from backend.voting.record.printing import printed
from backend.voting.record.report import Report

HOLDS: Final = 0
REFUSED: Final = 1
WRONG_USE: Final = 2

LONG_WORK: Final = 5.0
"""Seconds after which progress is told even where nobody seems to watch."""
SOON: Final = 0.5
"""Seconds between two tellings on a terminal."""
MANY_BYTES: Final = 200_000
"""An archive from which on a second process pays: some ten ballots."""

USAGE: Final = (
    "%(prog)s [--json] [--final] ARCHIVE | HEADS AREA [--manifest F] [--roll F] [--paper F] | FOLDER"
)
DESCRIPTION: Final = """\
Verify the record of an owners' vote: one archive, a pair of archives, an election folder with
heads.bel, area.bel, manifest.json, roll.json and paper.json, or the folder of a whole assembly with
its election folders and result.json. Needs Python 3.11 and no network."""


class UsageError(Exception):
    """The command line asks for what cannot be, or names a file that is not there."""


def main(argv: Sequence[str]) -> int:
    """Run the command and return its exit status. `argv` is without the name of the program."""
    args = _parser().parse_args(argv)
    try:
        report = _examined(args)
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


def _examined(args: argparse.Namespace) -> Report | AssemblyReport:
    paths: list[Path] = args.paths
    beside = (args.manifest, args.roll, args.paper)
    if len(paths) == 2:
        evidence = _pair(paths[0], paths[1], *beside)
        return examine(evidence, _reading(args, evidence))
    if len(paths) > 2 or any(beside):
        raise UsageError("give ARCHIVE, or HEADS AREA with --manifest, --roll, --paper, or FOLDER")
    if not paths[0].is_dir():
        evidence = Evidence(_present(paths[0]))
        return examine(evidence, _reading(args, evidence))
    if (paths[0] / RESULT).is_file() and not (paths[0] / HEADS).exists():
        return _examined_assembly(args, paths[0])
    evidence = _folder(paths[0])
    report = examine(evidence, _reading(args, evidence))
    _check_paper_given(paths[0], report)
    return report


def _examined_assembly(args: argparse.Namespace, folder: Path) -> AssemblyReport:
    inside = sorted(
        each for each in folder.iterdir() if (each / MANIFEST).exists() or (each / HEADS).exists()
    )
    if not inside:
        raise UsageError(f"{folder}: no election folder in it")
    folders = {each.name: _folder(each) for each in inside}
    reading = _reading(args, *folders.values())
    whole = examine_assembly(folders, (folder / RESULT).read_bytes(), reading)
    for each in inside:
        _check_paper_given(each, whole.elections[each.name])
    return whole


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


def _check_paper_given(folder: Path, report: Report) -> None:
    if report.items is not None and not report.with_paper:
        raise UsageError(
            f"{folder / PAPER}: no such file; without it the outcome is not known"
            " (to count the electronic ballots alone: verify HEADS AREA --manifest F --roll F)"
        )


def _reading(args: argparse.Namespace, *found: Evidence) -> Reading:
    many = any(evidence.heads.stat().st_size >= MANY_BYTES for evidence in found)
    return Reading(final=args.final, workers=2 if many else 1, progress=Teller(sys.stderr))


@dataclass(slots=True)
class Teller:
    """Tells how far the work is: on a terminal as it goes, elsewhere only when it takes long.

    `clock` counts seconds from any moment.
    """

    stream: TextIO
    clock: Callable[[], float] = time.monotonic
    told: float = field(init=False)
    shown: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        self.told = self.clock()

    def __call__(self, done: int, of: int) -> None:
        """Take note that `done` of `of` ballots are checked."""
        now, watched = self.clock(), self.stream.isatty()
        last = self.shown and done == of
        if not last and now - self.told < (SOON if watched else LONG_WORK):
            return
        self.told, self.shown = now, not last
        end = "\r" if watched and not last else "\n"
        self.stream.write(f"{done} of {of} ballots checked{end}")
        self.stream.flush()
