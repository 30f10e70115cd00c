"""Transactions: one a use case; raising rolls back, returning commits."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask import Flask

from backend.infra.db import reading, transaction
from backend.infra.outbox import OutboxRow
from tests.houses import NOON


def a_row() -> OutboxRow:
    return OutboxRow(kind="k", payload="{}", due_at=NOON)


def count() -> int:
    with reading() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(OutboxRow)) or 0


def test_returning_commits_and_raising_rolls_back(app: Flask) -> None:
    with app.app_context():
        with transaction() as session:
            session.add(a_row())
        with pytest.raises(ZeroDivisionError), transaction() as session:
            session.add(a_row())
            session.flush()
            raise ZeroDivisionError
        assert count() == 1


def test_a_reading_transaction_keeps_nothing(app: Flask) -> None:
    with app.app_context():
        with reading() as session:
            session.add(a_row())
            session.flush()
        assert count() == 0


def test_what_was_read_stays_readable_after_the_transaction(app: Flask) -> None:
    with app.app_context():
        with transaction() as session:
            row = a_row()
            session.add(row)
        assert row.kind == "k"
        assert row.id is not None


def test_a_transaction_within_a_transaction_is_refused(app: Flask) -> None:
    with app.app_context(), transaction(), pytest.raises(RuntimeError, match="already open"), transaction():
        pass


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 10_000)],
)
def test_sqlite_keeps_what_it_was_told(app: Flask, pragma: str, value: object) -> None:
    with app.app_context(), reading() as session:
        assert session.connection().exec_driver_sql(f"PRAGMA {pragma}").scalar() == value


def test_foreign_keys_are_enforced(app: Flask) -> None:
    columns = "id, account_id, token_hash, issued_at, expires_at"
    orphan = f"INSERT INTO tokens ({columns}) VALUES ('t', 'nobody', 'h', '', '')"
    with app.app_context(), pytest.raises(sa.exc.IntegrityError), transaction() as session:
        session.connection().exec_driver_sql(orphan)


def test_writers_take_turns_and_lose_nothing(app: Flask) -> None:
    """A transaction that reads, thinks and writes loses no update of another, since it locks first."""

    def add_one() -> None:
        with app.app_context():
            for _ in range(10):
                with transaction() as session:
                    row = session.get_one(OutboxRow, 1)
                    row.tries = row.tries + 1

    with app.app_context(), transaction() as session:
        session.add(a_row())
    threads = [threading.Thread(target=add_one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.app_context(), reading() as session:
        assert session.get_one(OutboxRow, 1).tries == 40


def test_an_instant_comes_back_aware_and_in_utc(app: Flask) -> None:
    with app.app_context():
        with transaction() as session:
            session.add(a_row())
        with reading() as session:
            assert session.scalars(sa.select(OutboxRow.due_at)).one() == NOON
            assert session.scalars(sa.select(OutboxRow.due_at)).one().tzinfo is UTC


def test_a_naive_time_is_refused(app: Flask) -> None:
    naive = datetime(2026, 3, 2)  # noqa: DTZ001  (the point of the test)
    with (
        app.app_context(),
        pytest.raises(sa.exc.StatementError, match="no time zone"),
        transaction() as session,
    ):
        session.add(OutboxRow(kind="k", payload="{}", due_at=naive))
