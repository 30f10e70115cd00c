"""Migrations: numbered, one head, up and down again, and equal to the tables in the code."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

import backend.app  # noqa: F401  (brings every table)
from backend.infra.config import Settings
from backend.infra.db import Base
from backend.infra.house import open_house
from backend.infra.migrating import FOLDER, WrongVersion, check_version, head, migrate
from tests.houses import some_settings
from tests.postgres import postgres

NUMBERS = [path.name[:4] for path in sorted((FOLDER / "versions").glob("[0-9]*.py"))]


@pytest.fixture(scope="module")
def postgres_url() -> Iterator[str]:
    """The URL of a PostgreSQL server of this module's own."""
    with postgres() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings of an empty database, on each kind that we support."""
    url = {} if request.param == "sqlite" else {"DATABASE_URL": request.getfixturevalue("postgres_url")}
    found = some_settings(tmp_path / "data", **url)
    open_house(found)
    if url:
        engine = sa.create_engine(found.database_url)
        with engine.begin() as connection:
            connection.exec_driver_sql("DROP SCHEMA public CASCADE")
            connection.exec_driver_sql("CREATE SCHEMA public")
        engine.dispose()
    return found


def tables_of(settings: Settings) -> set[str]:
    engine = sa.create_engine(settings.database_url)
    names = set(sa.inspect(engine).get_table_names())
    engine.dispose()
    return names - {"alembic_version"}


def test_migrations_are_numbered_without_gaps_and_the_head_file_names_the_last() -> None:
    assert [f"{number:04d}" for number in range(1, len(NUMBERS) + 1)] == NUMBERS
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    assert ScriptDirectory.from_config(config).get_heads() == [head()] == NUMBERS[-1:]


def test_the_migrated_database_equals_the_tables_in_the_code(settings: Settings) -> None:
    migrate(settings)
    engine = sa.create_engine(settings.database_url)
    with engine.connect() as connection:
        differences = compare_metadata(
            MigrationContext.configure(connection, opts={"compare_type": True}), Base.metadata
        )
    engine.dispose()
    assert differences == []


def test_every_migration_goes_up_and_down_and_up_again(settings: Settings) -> None:
    migrate(settings)
    at_head = tables_of(settings)
    for number in reversed(["base", *NUMBERS[:-1]]):
        migrate(settings, number)
    assert tables_of(settings) == set()
    for number in NUMBERS:
        migrate(settings, number)
    assert tables_of(settings) == at_head == set(Base.metadata.tables)


def test_migrating_again_changes_nothing(settings: Settings) -> None:
    migrate(settings)
    migrate(settings)
    engine = sa.create_engine(settings.database_url)
    with engine.connect() as connection:
        check_version(connection)
    engine.dispose()


def test_two_processes_that_start_together_migrate_once(tmp_path: Path) -> None:
    settings = some_settings(tmp_path / "data")
    open_house(settings)
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=migrate, args=(settings,)) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0]


def test_a_database_at_another_version_is_refused(tmp_path: Path) -> None:
    settings = some_settings(tmp_path / "data")
    open_house(settings)
    engine = sa.create_engine(settings.database_url)
    with engine.connect() as connection, pytest.raises(WrongVersion, match="None"):
        check_version(connection)
    engine.dispose()


def test_rows_that_refer_to_nothing_stop_a_migration(tmp_path: Path) -> None:
    settings = some_settings(tmp_path / "data")
    open_house(settings)
    migrate(settings)
    engine = sa.create_engine(settings.database_url)
    columns = "id, account_id, token_hash, issued_at, expires_at"
    with engine.begin() as connection:
        connection.exec_driver_sql(f"INSERT INTO tokens ({columns}) VALUES ('t', 'nobody', 'h', '', '')")
    engine.dispose()
    with pytest.raises(WrongVersion, match="tokens"):
        migrate(settings)
