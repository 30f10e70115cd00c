"""Casting a ballot: what the server does besides checking the proofs.

The application is called as gunicorn calls it, in this process, on a SQLite data folder as a server makes it
(WAL, synchronous=FULL). Its clock for `parse_ballot` and `check_ballot` is taken off.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, TypeVar
from unittest.mock import patch

import structlog
from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder, run_wsgi_app

from backend.assemblies.service import casting
from backend.infra.logs import set_up_logs
from scripts.benchmarks.archives import Stock
from scripts.benchmarks.figures import Figure, NotMeasured
from scripts.benchmarks.hall import Hall, Request, open_hall

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


def one_cast(stock: Stock) -> Iterator[Figure]:
    """Cast ballots one by one and take the median of what is not proof checking."""
    with _quiet(), open_hall(stock.scratch / "cast", ELECTORS) as hall:
        requests = [hall.request(number) for number in range(WARM_UP + CASTS)]
        with _proofs_timed() as proofs:
            rest = [_rest(hall, request, proofs) for request in requests][WARM_UP:]
    wall, cpu = (1000 * median(took) for took in zip(*rest, strict=True))
    yield Figure(
        what="cast over HTTP without the proofs, SQLite FULL, wall clock",
        measured=f"{wall:.2f} ms (CPU {cpu:.2f} ms)",
        beside=f"{LIMIT:.0f} ms",
        ratio=f"{wall / LIMIT:.2f}",
        target="<= 1.00",
        holds=wall <= LIMIT,
    )


def _rest(hall: Hall, request: Request, proofs: Spent) -> tuple[float, float]:
    """Cast a ballot and return what that took without the proofs: seconds by the wall clock, and of CPU."""
    asked = EnvironBuilder(
        hall.path,
        method="POST",
        data=request.body,
        content_type="application/json",
        headers=Headers(request.headers),
    )
    environment, whole = asked.get_environ(), Spent()
    proofs.wall = proofs.cpu = 0.0
    body, status, _ = whole.timed(run_wsgi_app)(hall.app.wsgi_app, environment, buffered=True)
    if not status.startswith("201"):
        raise NotMeasured(f"a ballot was refused: {b''.join(body).decode()}")
    return whole.wall - proofs.wall, whole.cpu - proofs.cpu


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
