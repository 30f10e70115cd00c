"""Communities with years of fees on a PostgreSQL server, and the people who ask for them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import psycopg

from backend.infra.config import Settings
from backend.infra.house import open_house
from backend.infra.migrating import migrate
from backend.kernel.clock import CHINA, SystemClock
from scripts.benchmarks.postgres import postgres
from scripts.benchmarks.town import A_PHONE, Town, without_indexes

CLERK = 1_000_000
"""The number of the firm's dispatcher; homes' owners are numbered from 0."""
ITEMS = 5
POSTINGS_A_MONTH = 16
"""For each home."""
_SQL = Path(__file__).with_name("books.sql")
_FILLED = ("journal_entries", "postings", "bills", "payments", "ledger_accounts")


@dataclass(frozen=True, slots=True)
class Size:
    """How many communities, homes of the first and of each other one, and months."""

    communities: int
    large: int
    small: int
    months: int

    @property
    def homes(self) -> int:
        """Return how many homes there are."""
        return self.large + (self.communities - 1) * self.small

    @property
    def postings(self) -> int:
        """Return how many postings they come to."""
        return self.homes * self.months * POSTINGS_A_MONTH


WHOLE = Size(communities=16, large=10_000, small=1_000, months=25)
"""25,000 homes, 10,000,000 postings."""


@contextmanager
def some_books(folder: Path, size: Size = WHOLE) -> Iterator[Town]:
    """Start a server, and fill it as the database of a data folder; the last month is the one before this."""
    with postgres() as url:
        today = SystemClock()().astimezone(CHINA).date()
        town = Town(url, folder, today.replace(day=1) - timedelta(days=1))
        fill(town, size)
        yield town


def fill(town: Town, size: Size) -> None:
    """Fill an empty database."""
    settings = Settings.from_environment(town.environment)
    house = open_house(settings)
    migrate(settings)
    months = town.last_day.year * 12 + town.last_day.month - size.months
    given = {
        "communities": str(size.communities),
        "large": str(size.large),
        "small": str(size.small),
        "months": str(size.months),
        "first": date(months // 12, months % 12 + 1, 1).isoformat(),
        "secret": house.fields.encrypt("account.phone", A_PHONE),
    }
    with psycopg.connect(town.url) as connection:
        connection.execute("SET LOCAL work_mem = '256MB'")
        connection.execute("SET LOCAL maintenance_work_mem = '512MB'")
        for name, value in given.items():
            connection.execute("SELECT set_config(%s, %s, true)", (f"bench.{name}", value))
        without_indexes(connection, _FILLED, _SQL.read_text(encoding="utf-8"))
    with psycopg.connect(town.url, autocommit=True) as connection:
        connection.execute(f"VACUUM (ANALYZE) {', '.join(_FILLED)}")
        connection.execute("ANALYZE")
        connection.execute("CHECKPOINT")
