"""Casting a ballot: what the server does besides checking the proofs.

The application is called as gunicorn calls it, in this process, on a SQLite data folder as a server makes it
(WAL, synchronous=FULL). Its clock for `parse_ballot` and `check_ballot` is taken off.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, TypeVar
from unittest.mock import patch

import structlog
from flask import Flask
from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder

from backend.assemblies.service import casting
from backend.infra.logs import set_up_logs
from scripts.benchmarks.archives import Stock
from scripts.benchmarks.bare import bare_server
from scripts.benchmarks.figures import Figure, NotMeasured
from scripts.benchmarks.hall import Request, open_hall

ELECTORS = 860
WARM_UP, CASTS = 20, 200
LIMIT = 2.0
"""Milliseconds."""
T = TypeVar("T")


@dataclass(slots=True)
class Spent:
    """Seconds by the wall clock and of this thread on a processor."""

    wall: float = 0.0
    cpu: float = 0.0

    def timed(self, act: Callable[..., T]) -> Callable[..., T]:
        """Return the function, which adds here what it takes from now on."""

        def run(*arguments: Any, **named: Any) -> T:
            wall, cpu = time.perf_counter(), time.thread_time()
            try:
                return act(*arguments, **named)
            finally:
                self.wall += time.perf_counter() - wall
                self.cpu += time.thread_time() - cpu

        return run

    def taken(self) -> Spent:
        """Return what was added up, and begin anew."""
        taken = Spent(self.wall, self.cpu)
        self.wall = self.cpu = 0.0
        return taken

    def __sub__(self, part: Spent) -> Spent:
        return Spent(self.wall - part.wall, self.cpu - part.cpu)


def one_cast(stock: Stock) -> Iterator[Figure]:
    """Cast ballots one by one and take the median of what is not proof checking."""
    folder = stock.scratch / "cast"
    with (
        _quiet(),
        open_hall(folder, ELECTORS) as hall,
        bare_server(folder) as bare,
        _proofs_timed() as proofs,
    ):
        requests = [hall.request(number) for number in range(WARM_UP + CASTS)]
        rest, least = [], []
        for request in requests:
            rest.append(_answered(hall.app, hall.path, request) - proofs.taken())
            hall.check(request)  # both start with what proofs leave in the processor's caches
            least.append(_answered(bare, hall.path, request))
    mine, floor = (_median(took[WARM_UP:]) for took in (rest, least))
    yield Figure(
        what="cast over HTTP without the proofs, synchronous=FULL, wall clock",
        measured=f"{mine.wall:.2f} ms (CPU {mine.cpu:.2f} ms)",
        beside=f"{LIMIT:.0f} ms; bare Flask and one INSERT {floor.wall:.2f} ms (CPU {floor.cpu:.2f} ms)",
        ratio=f"{mine.wall / LIMIT:.2f}",
        target="<= 1.00",
        holds=mine.wall <= LIMIT,
    )


def _answered(app: Flask, path: str, request: Request) -> Spent:
    """Call an application as gunicorn does, and return what that took."""
    headers = Headers(request.headers)
    asked = EnvironBuilder(
        path, method="POST", data=request.body, content_type="application/json", headers=headers
    )
    environment, spent, began = asked.get_environ(), Spent(), list[str]()
    parts = spent.timed(app.wsgi_app)(environment, lambda status, *_: began.append(status))
    if not began[0].startswith("201"):
        raise NotMeasured(f"a ballot was refused: {b''.join(parts).decode()}")
    return spent


def _median(spent: Sequence[Spent]) -> Spent:
    """Return the medians in milliseconds."""
    return Spent(1000 * median(each.wall for each in spent), 1000 * median(each.cpu for each in spent))


@contextmanager
def _proofs_timed() -> Iterator[Spent]:
    """Time the two functions that read and check a ballot, where casting calls them."""
    proofs = Spent()
    names = ("parse_ballot", "check_ballot")
    with ExitStack() as stack:
        for name in names:
            timed = proofs.timed(getattr(casting, name))
            stack.enter_context(patch.object(casting, name, timed))
        yield proofs


@contextmanager
def _quiet() -> Iterator[None]:
    """Have everything written that a server writes for each request, but not onto the terminal."""
    with (
        Path(os.devnull).open("w", encoding="utf-8") as nowhere,
        redirect_stderr(nowhere),
        redirect_stdout(nowhere),
    ):
        set_up_logs()
        try:
            yield
        finally:
            structlog.reset_defaults()
