"""The command line of the drill. Ends with 0 when all is well, 1 when refused or failed, 2 on wrong use."""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from scripts.drilling.faults import DrillFailed, InputRefused, WrongUse
from scripts.drilling.play import play, read_script
from scripts.drilling.sample import FOLDER

DESCRIPTION = """\
Hold a whole owners' assembly as a drill: a server on an empty data folder, every role a process of its own
with its own folder and keys, time by a clock that only drills have. Without files the sample is played."""
ENDED = 128 + signal.SIGINT
EPILOG = "Exit status: 0 all is well; 1 the input is refused or a step failed; 2 wrong use."


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the drill and return its exit status."""
    options = _parser().parse_args(arguments)
    try:
        return _run(options)
    except WrongUse as error:
        return _say("drill", str(error), 2)
    except InputRefused as error:
        return _say("refused", str(error), 1)
    except DrillFailed as error:
        return _say("failed", str(error), 1)
    except KeyboardInterrupt:
        return _say("drill", "ended by a signal; the server was stopped", ENDED)


def _run(options: argparse.Namespace) -> int:
    named = [options.roll, options.assembly, options.votes]
    if any(named) and not all(named):
        raise WrongUse("name all three files, --roll, --assembly and --votes, or none for the sample")
    # Made absolute: the processes of the drill run in folders of their own.
    files = [Path(name).resolve() for name in named] if all(named) else _sample()
    script = read_script(*files)
    out = _empty_folder(options.out) if options.out else Path(tempfile.mkdtemp(prefix="yishiting-drill-"))
    with _backstage(options.keep) as backstage:
        return 0 if play(script, out, backstage) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="scripts/drill",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--roll", metavar="ROLL.xlsx", help="the roll, XLSX or CSV")
    parser.add_argument("--assembly", metavar="ASSEMBLY.toml", help="the agenda, its days and its people")
    parser.add_argument("--votes", metavar="VOTES.csv", help="what the owners choose, row by row")
    parser.add_argument(
        "--out", metavar="DIR", help="folder for the record; new or empty (default: a new one)"
    )
    parser.add_argument(
        "--keep", metavar="DIR", help="keep the server's data and every role's folder here; new or empty"
    )
    return parser


def _sample() -> list[Path]:
    return [FOLDER / name for name in ("ROLL.xlsx", "ASSEMBLY.toml", "VOTES.csv")]


def _empty_folder(name: str) -> Path:
    folder = Path(name).resolve()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise WrongUse(f"{folder} is not an empty folder: a drill never writes over anything; name another")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextmanager
def _backstage(keep: str | None) -> Iterator[Path]:
    """Give the server and the roles a folder that is deleted with all its keys, unless it is to be kept."""
    if keep:
        yield _empty_folder(keep)
        return
    with tempfile.TemporaryDirectory(prefix="yishiting-backstage-") as folder:
        yield Path(folder)


def _say(kind: str, text: str, status: int) -> int:
    sys.stderr.write(f"{kind}: {text}\n")
    return status
