"""Fees with ten million postings on PostgreSQL, through gunicorn on loopback: statements, a charge run."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from statistics import median

from scripts.benchmarks.archives import Stock
from scripts.benchmarks.books import CLERK, ITEMS, WHOLE, some_books
from scripts.benchmarks.figures import Figure, NotMeasured
from scripts.benchmarks.serving import Server, serving
from scripts.benchmarks.town import Town

WORKERS = 2
STATEMENT_LIMIT = 30
"""Milliseconds."""
RUN_LIMIT = 20
"""Seconds."""
OWNERS, TIMES = 100, 2


def of_communities(stock: Stock) -> Iterator[Figure]:
    """Measure what an owner asks for, and the month's bills of the largest community."""
    with some_books(stock.scratch / "books") as town:
        _check_postings(town)
        with serving(town, workers=WORKERS) as server:
            yield _statements(town, server)
            yield _charge_run(town, server)


def _check_postings(town: Town) -> None:
    [(count,)] = town.ask("SELECT count(*) FROM postings")
    if count < WHOLE.postings:
        raise NotMeasured(f"there are only {count:,} postings")


def _statements(town: Town, server: Server) -> Figure:
    owners = range(0, WHOLE.homes, WHOLE.homes // OWNERS)
    rows = town.ask(
        "SELECT number, community_id, id FROM bench_owners JOIN units USING (id) WHERE number = ANY(%s)",
        list(owners),
    )
    asked = [(f"/communities/{place}/units/{unit}/statement", number) for number, place, unit in rows]
    server.get(*asked[0])
    answers = [server.get(*one) for one in asked * TIMES]
    took, size = 1000 * median(seconds for seconds, _ in answers), answers[0][1]
    return Figure(
        what=f"an owner's statement of {WHOLE.months} months, {ITEMS} items, median of {OWNERS} owners",
        measured=f"{took:.1f} ms ({size / 1000:.0f} kB)",
        beside=f"{STATEMENT_LIMIT} ms",
        ratio=f"{took / STATEMENT_LIMIT:.2f}",
        target="<= 1.00",
        holds=took <= STATEMENT_LIMIT,
    )


def _charge_run(town: Town, server: Server) -> Figure:
    [(place,)] = town.ask("SELECT community_id FROM ledgers WHERE id = 1")
    items = town.ask("SELECT id, basis FROM fee_items WHERE community_id = %s ORDER BY id", place)
    first = town.last_day + timedelta(days=1)
    order = {
        "item_ids": [item for item, _ in items],
        "first_day": str(first),
        "last_day": str(_end_of_month(first)),
        "costs": [{"item_id": item, "cost_fen": 9_876_543} for item, basis in items if basis == "shared"],
    }
    cpu = server.cpu()
    took, _ = server.post(f"/communities/{place}/charge-runs", CLERK, order)
    cpu = server.cpu() - cpu
    [(bills,)] = town.ask("SELECT bills FROM charge_runs WHERE first_day = %s", first)
    if bills != WHOLE.large * ITEMS:
        raise NotMeasured(f"the run made {bills:,} bills")
    return Figure(
        what=f"charge run of {WHOLE.large:,} units with {ITEMS} items beside {WHOLE.postings:,} postings",
        measured=f"{took:.1f} s (the worker's CPU {cpu:.1f} s)",
        beside=f"{RUN_LIMIT} s",
        ratio=f"{took / RUN_LIMIT:.2f}",
        target="<= 1.00",
        holds=took <= RUN_LIMIT,
    )


def _end_of_month(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
