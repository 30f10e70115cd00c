"""Complaints of a city: a million tickets of three years on PostgreSQL, through gunicorn on loopback."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date, timedelta
from statistics import median

from scripts.benchmarks.archives import Stock
from scripts.benchmarks.crowd import Task
from scripts.benchmarks.figures import Figure, NotMeasured
from scripts.benchmarks.people import HOMES, OFFICER_OF_MANY
from scripts.benchmarks.runs import ROOT
from scripts.benchmarks.serving import Server, serving
from scripts.benchmarks.town import Town, a_town

WORKERS = 2
PAGE_LIMIT, RATES_LIMIT = 50, 300
"""Milliseconds."""
LEAST_RATE = 300
"""Tickets a second."""
FEW, MANY = 10_000, 100_000
GROWTH_LIMIT = 8
"""MB: an export that keeps its rows grows by a hundred."""
QUARTER = timedelta(days=91)
LONGEST_LISTS = 100
CROWDS, LINES = 4, 2
"""Processes that report, and connections of each."""
START_UP, WARM_UP, COUNTED = 3.0, 4.0, 15.0
"""Seconds."""


def of_a_city(stock: Stock) -> Iterator[Figure]:
    """Measure reading, counting, exporting and reporting."""
    with a_town(stock.scratch / "city") as town:
        with serving(town, workers=WORKERS) as server:
            yield from _pages(town, server)
            yield _rates(town, server)
        for kind in ("csv", "xlsx"):
            yield _export(town, kind)
        with serving(town, workers=WORKERS) as server:
            yield _reports(server)


def _pages(town: Town, server: Server) -> Iterator[Figure]:
    firms = _at_work(town, "firm_dispatcher")
    for what, path in (("open", "/desk/tickets"), ("closed", "/desk/tickets?open_only=false")):
        took = _median(server, [(path, person) for person in firms for _ in range(3)])
        yield _within(
            f"page of a firm's queue, {what} tickets, median of {len(firms)} firms", took, PAGE_LIMIT
        )
    heavy = _heavy_residents(town)
    took = _median(server, [("/me/tickets", person) for person in heavy for _ in range(2)])
    yield _within(f"a resident's list, median of the {len(heavy)} longest", took, PAGE_LIMIT)


def _rates(town: Town, server: Server) -> Figure:
    period = f"first={town.last_day - QUARTER}&last={town.last_day}"
    asked = [
        (f"/figures/complaints?{period}&by={by}", person)
        for person in _at_work(town, "street_officer")
        for by in ("nothing", "firm", "community", "category")
    ]
    took = _median(server, asked)
    return _within(f"rates of one street for one quarter, median of {len(asked)}", took, RATES_LIMIT)


def _export(town: Town, kind: str) -> Figure:
    """Compare the peaks after few and after many rows, in one process that does nothing else."""
    with serving(town, workers=1) as server:
        peaks, took = [], 0.0
        for rows in (FEW, MANY):
            first = _day_of(town, rows)
            path = f"/figures/complaints/export.{kind}?first={first}&last={town.last_day}"
            took, _ = server.get(path, OFFICER_OF_MANY)
            peaks.append(server.peak_memory() / 2**20)
    growth = peaks[1] - peaks[0]
    return Figure(
        what=f"peak memory of a {kind.upper()} export, {MANY:,} against {FEW:,} rows",
        measured=f"+{growth:.1f} MB ({peaks[0]:.0f} and {peaks[1]:.0f} MB; {took:.0f} s)",
        beside=f"{GROWTH_LIMIT} MB",
        ratio=f"{growth / GROWTH_LIMIT:.2f}",
        target="<= 1.00",
        holds=growth <= GROWTH_LIMIT,
    )


def _reports(server: Server) -> Figure:
    """Have a crowd report as fast as it is answered."""
    begin = time.time() + START_UP
    times = {"begin": begin, "counts_from": begin + WARM_UP, "end": begin + WARM_UP + COUNTED}
    tasks = [
        Task(
            server.port,
            tuple(HOMES // (CROWDS * LINES) * (crowd * LINES + line) for line in range(LINES)),
            **times,
        )
        for crowd in range(CROWDS)
    ]
    command = [sys.executable, "-m", "scripts.benchmarks.crowd"]
    crowds = [
        subprocess.Popen([*command, json.dumps(asdict(task))], cwd=ROOT, stdout=subprocess.PIPE)
        for task in tasks
    ]
    time.sleep(max(times["counts_from"] - time.time(), 0))
    cpu = server.cpu()
    time.sleep(max(times["end"] - time.time(), 0))
    cpu = server.cpu() - cpu
    seconds = _made(crowds)
    rate = len(seconds) / COUNTED
    each = (
        f"workers' CPU {1000 * cpu / len(seconds):.1f} ms each; answered in {1000 * median(seconds):.0f} ms"
    )
    return Figure(
        what=f"tickets created without photo, {WORKERS} workers, {CROWDS * LINES} connections",
        measured=f"{rate:.0f}/s ({each})",
        beside=f"{LEAST_RATE}/s",
        ratio=f"{rate / LEAST_RATE:.2f}",
        target=">= 1.00",
        holds=rate >= LEAST_RATE,
    )


def _made(crowds: Sequence[subprocess.Popen[bytes]]) -> list[float]:
    seconds: list[float] = []
    for crowd in crowds:
        output, _ = crowd.communicate()
        made = json.loads(output)
        if made["refused"]:
            raise NotMeasured(f"a report was refused: {made['refused']}")
        seconds += made["seconds"]
    return seconds


def _median(server: Server, asked: Sequence[tuple[str, int]]) -> float:
    """Ask once to warm up, then in turn, and return the median in milliseconds."""
    server.get(*asked[0])
    return 1000 * median(server.get(path, person)[0] for path, person in asked)


def _within(what: str, took: float, limit: int) -> Figure:
    return Figure(
        what, f"{took:.1f} ms", f"{limit} ms", f"{took / limit:.2f}", "<= 1.00", holds=took <= limit
    )


def _at_work(town: Town, role: str) -> list[int]:
    """Return the numbers of those who hold a role for one body."""
    rows = town.ask(
        "SELECT number FROM bench_people JOIN role_grants USING (account_id) WHERE role = %s AND number < %s",
        role,
        OFFICER_OF_MANY,
    )
    return sorted(number for (number,) in rows)


def _heavy_residents(town: Town) -> list[int]:
    rows = town.ask(
        "SELECT number FROM ticket_whistles JOIN bench_people USING (account_id)"
        " GROUP BY number ORDER BY count(*) DESC, number LIMIT %s",
        LONGEST_LISTS,
    )
    return [number for (number,) in rows]


def _day_of(town: Town, rows: int) -> date:
    """Return the day since which so many tickets were submitted that the officer may export."""
    found = town.ask(
        "SELECT (submitted_at AT TIME ZONE 'Asia/Shanghai')::date FROM tickets"
        " WHERE state <> 'merged' AND street_id IN"
        " (SELECT organisation_id FROM role_grants JOIN bench_people USING (account_id) WHERE number = %s)"
        " ORDER BY submitted_at DESC OFFSET %s LIMIT 1",
        OFFICER_OF_MANY,
        rows,
    )
    if not found:
        raise NotMeasured(f"there are no {rows:,} tickets to export")
    day: date = found[0][0]
    return day
