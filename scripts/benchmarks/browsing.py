"""The built app in Chromium, against gunicorn: its first screen as on a slow phone, a record on a thread."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from scripts.benchmarks.archives import Stock
from scripts.benchmarks.asking import SLOWED, ask, chromium, node
from scripts.benchmarks.figures import Figure, NotMeasured
from scripts.benchmarks.records import a_record
from scripts.benchmarks.runs import ROOT
from scripts.environment import SetUpFailed
from scripts.webapp import ensure_built
from tests.houses import served

ROUNDS = 5
SCREEN_LIMIT = 1_500
"""Milliseconds on a cold cache, over fast 3G, SLOWED times slower than here."""
SCRIPT_LIMIT = 200
"""KB, packed with gzip."""
BALLOTS, VERIFY_LIMIT = 1_000, 60
"""Seconds for so many ballots on a desk."""


def of_the_app(stock: Stock) -> Iterator[Figure]:
    """Open the app and verify a record in it."""
    built = _built()
    yield _script(built)
    with served(_demo(stock.scratch / "demo"), {"WEBAPP_DIR": str(built)}) as address:
        yield from _first_screen(f"{address}/app/")
        yield _verification(f"{address}/app/", _worker(built), stock.scratch)


def _built() -> Path:
    try:
        return ensure_built()
    except SetUpFailed as error:
        raise NotMeasured(str(error)) from error


def _demo(folder: Path) -> Path:
    command = [sys.executable, "-m", "backend.command", "demo"]
    environment = os.environ | {"DATA_DIR": str(folder)}
    subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, check=True)
    return folder


def _first_screen(address: str) -> Iterator[Figure]:
    command = [node(), "bench/opening.mjs", address, chromium(), str(SLOWED), str(ROUNDS)]
    opened = ask(command, {})
    where = f"Chromium {SLOWED} times slowed, fast 3G, cold"
    for what, name in (("first paint of /app/", "paint"), ("the home page's own content", "content")):
        took = opened[name]
        yield _figure(f"{what}, {where}", f"{took:.0f} ms", f"{SCREEN_LIMIT} ms", took / SCREEN_LIMIT)


def _script(built: Path) -> Figure:
    page = (built / "index.html").read_text(encoding="utf-8")
    scripts = [path for path in (built / "assets").glob("*.js") if f'/app/assets/{path.name}"' in page]
    if not scripts:
        raise NotMeasured("index.html names no script")
    size = sum(path.with_name(f"{path.name}.gz").stat().st_size for path in scripts) / 1024
    return _figure(
        "the app's initial JavaScript, gzip", f"{size:.0f} KB", f"{SCRIPT_LIMIT} KB", size / SCRIPT_LIMIT
    )


def _worker(built: Path) -> str:
    found = [path.name for path in (built / "assets").glob("verifying.worker-*.js")]
    if len(found) != 1:
        raise NotMeasured(f"the build has {len(found)} threads that verify")
    return f"/app/assets/{found[0]}"


def _verification(address: str, worker: str, scratch: Path) -> Figure:
    folder = scratch / "record"
    folder.mkdir()
    record = a_record(folder, BALLOTS)
    done = ask([node(), "bench/verifying.mjs", address, chromium(), worker], record.order())
    if done["ballots"] != BALLOTS:
        raise NotMeasured(f"{done['ballots']} ballots were proven, not {BALLOTS}")
    seconds = done["verify"] / 1000
    still = f"told {done['told']} times, page still {done['still']:.0f} ms at most"
    what = f"verify a record of {BALLOTS:,} ballots on a thread of Chromium, wall clock"
    return _figure(what, f"{seconds:.1f} s ({still})", f"{VERIFY_LIMIT} s", seconds / VERIFY_LIMIT)


def _figure(what: str, measured: str, limit: str, ratio: float) -> Figure:
    return Figure(what, measured, limit, f"{ratio:.2f}", "<= 1.00", holds=ratio <= 1)
