"""A city with a million tickets on a PostgreSQL server, and the people who ask for them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import psycopg

from backend.complaints.rules.promises import DEFAULTS
from backend.infra.config import Settings
from backend.infra.house import open_house
from backend.infra.migrating import migrate
from backend.kernel.clock import CHINA, SystemClock
from scripts.benchmarks.postgres import postgres

TICKETS = 1_000_000
A_PHONE = "13900000001"
_SQL = Path(__file__).with_name("town.sql")
_INDEXED = ("tickets", "ticket_bodies", "ticket_whistles")
_FILLED = "tickets, ticket_events, ticket_bodies, ticket_whistles, accounts, tokens, units, owner_phones"


@dataclass(frozen=True, slots=True)
class Town:
    """Where it is stored, and how a process that serves it is to be started."""

    url: str
    folder: Path
    last_day: date

    @property
    def environment(self) -> dict[str, str]:
        """Return the variables by which our programs find it."""
        own = {"DATA_DIR": str(self.folder), "DATABASE_URL": self.url, "OPERATOR": "演示信息公司"}
        return os.environ | own

    def ask(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Return the rows of a query of the bench's own."""
        with psycopg.connect(self.url) as connection:
            return connection.execute(sql, values or None).fetchall()


@contextmanager
def a_town(folder: Path, tickets: int = TICKETS) -> Iterator[Town]:
    """Start a server, and fill it as the database of a data folder."""
    with postgres() as url:
        last_day = SystemClock()().astimezone(CHINA).date() - timedelta(days=1)
        town = Town(url, folder, last_day)
        _fill(town, tickets)
        yield town


def _fill(town: Town, tickets: int) -> None:
    settings = Settings.from_environment(town.environment)
    house = open_house(settings)
    migrate(settings)
    promises = {priority.value: json.dumps(kept.to_json()) for priority, kept in DEFAULTS.items()}
    given = {
        "tickets": str(tickets),
        "end": datetime.combine(town.last_day + timedelta(days=1), time(), CHINA).isoformat(),
        "secret": house.fields.encrypt("account.phone", A_PHONE),
        "promises": json.dumps(promises),
    }
    with psycopg.connect(town.url) as connection:
        connection.execute("SET LOCAL work_mem = '256MB'")
        connection.execute("SET LOCAL maintenance_work_mem = '512MB'")
        for name, value in given.items():
            connection.execute("SELECT set_config(%s, %s, true)", (f"bench.{name}", value))
        without_indexes(connection, _INDEXED, _SQL.read_text(encoding="utf-8"))
    with psycopg.connect(town.url, autocommit=True) as connection:
        connection.execute(f"VACUUM (ANALYZE) {_FILLED}")
        connection.execute("ANALYZE")
        connection.execute("CHECKPOINT")


def without_indexes(connection: psycopg.Connection[Any], tables: Sequence[str], sql: str) -> None:
    """Fill with the indexes off that belong to no constraint: they are made faster of a full table."""
    found = connection.execute(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index"
        " WHERE indrelid = ANY(%s::regclass[])"
        " AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = indexrelid)",
        (list(tables),),
    ).fetchall()
    for name, _ in found:
        connection.execute(f"DROP INDEX {name}")
    connection.execute(sql)
    for _, definition in found:
        connection.execute(definition)
