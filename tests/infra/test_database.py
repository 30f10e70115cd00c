"""Transactions: one a use case; raising rolls back, returning commits."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import OperationalError

from backend.infra.db import asking, changing, reading, transaction
from backend.infra.outbox import OutboxRow
from backend.infra.prepared import Prepared, inserting
from tests.houses import NOON

ADD = inserting(OutboxRow, "kind", "payload", "due_at", "queued", "tries")
KINDS = Prepared(sa.select(OutboxRow.kind).order_by(OutboxRow.id))
VALUES = {"kind": "k", "payload": "{}", "due_at": NOON, "queued": False, "tries": 0}


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


# The same two, for prepared statements alone


def test_changing_commits_when_it_returns_and_rolls_back_when_it_raises(app: Flask) -> None:
    with app.app_context():
        with changing() as line:
            ADD.run(line, VALUES)
        with pytest.raises(ZeroDivisionError), changing() as line:
            ADD.run(line, VALUES)
            raise ZeroDivisionError
        assert count() == 1


def test_asking_keeps_nothing_and_has_one_view(app: Flask) -> None:
    with app.app_context():
        with asking() as line:
            assert KINDS.all(line) == []
            with changing() as other:
                ADD.run(other, VALUES)
            assert KINDS.all(line) == []
        with asking() as line:
            assert KINDS.all(line) == [("k",)]
            ADD.run(line, VALUES)
        assert count() == 1


def test_changing_within_a_transaction_is_refused(app: Flask) -> None:
    with app.app_context(), transaction(), pytest.raises(RuntimeError, match="already open"), changing():
        pass


def test_a_change_that_cannot_begin_is_the_library_s_error(app: Flask) -> None:
    refused = pytest.raises(OperationalError, match="within a transaction")
    with app.app_context(), changing() as line, refused:
        line.execute("BEGIN IMMEDIATE")
