"""Transactions on PostgreSQL, whose own default lets a transaction see what others commit meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from backend.infra.db import reading, transaction
from backend.infra.migrating import migrate
from backend.infra.outbox import OutboxRow
from tests.houses import NOON, SetClock, a_house, an_app, some_settings
from tests.postgres import postgres


@pytest.fixture
def app_there(tmp_path: Path, clock: SetClock) -> Iterator[Flask]:
    with postgres() as url:
        house = a_house(tmp_path / "data", clock, DATABASE_URL=url)
        migrate(some_settings(tmp_path / "data", DATABASE_URL=url))
        app = an_app(house)
        yield app
        with app.app_context():
            app.extensions["sqlalchemy"].engine.dispose()


def rows_seen(session: Session) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(OutboxRow)) or 0


def add_a_row(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        session.add(OutboxRow(kind="k", payload="{}", due_at=NOON))


def test_a_reading_transaction_sees_one_state_while_others_commit(app_there: Flask) -> None:
    with ThreadPoolExecutor(1) as another, app_there.app_context():
        with reading() as session:
            assert rows_seen(session) == 0
            another.submit(add_a_row, app_there).result()
            assert rows_seen(session) == 0
        with reading() as session:
            assert rows_seen(session) == 1


def test_a_writing_transaction_after_a_reading_one_sees_what_others_commit(app_there: Flask) -> None:
    with ThreadPoolExecutor(1) as another, app_there.app_context():
        with reading() as session:
            rows_seen(session)
        with transaction() as session:
            assert rows_seen(session) == 0
            another.submit(add_a_row, app_there).result()
            assert rows_seen(session) == 1
