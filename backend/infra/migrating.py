"""Bringing the database to the version of this program: Alembic, numbered files, one head."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext

from backend.infra.config import Settings
from backend.infra.db import engine_options, tune

FOLDER = Path(__file__).resolve().parent.parent / "migrations"
ADVISORY_LOCK = 7_415_001


class WrongVersion(RuntimeError):
    """The database is not at this program's version, or is damaged; nothing may be served on it."""


def head() -> str:
    """Return the number of the newest migration, as the HEAD file says."""
    return (FOLDER / "HEAD").read_text(encoding="ascii").strip()


def migrate(settings: Settings, target: str = "head") -> None:
    """Bring the database to `target` under a lock, so that two starting processes do it once.

    `target` is a number, "head", or "base" for an empty database.

    Raises:
        WrongVersion: after migrating, rows on SQLite refer to rows that do not exist.
    """
    with _file_lock(settings.data_dir / "migrating.lock"), _connection(settings.database_url) as connection:
        config = _config(connection)
        here = MigrationContext.configure(connection).get_current_revision() or "0000"
        is_up = target == "head" or (target != "base" and target > here)
        go = command.upgrade if is_up else command.downgrade
        go(config, target)
        _check_references(connection)


def check_version(connection: sa.Connection) -> None:
    """Refuse a database that is at another version than this program.

    Raises:
        WrongVersion: names both versions.
    """
    found = MigrationContext.configure(connection).get_current_revision()
    if found != head():
        raise WrongVersion(f"the database is at migration {found}, this program needs {head()}")


def _config(connection: sa.Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


@contextmanager
def _file_lock(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def _connection(url: str) -> Iterator[sa.Connection]:
    """Connect with foreign keys unchecked on SQLite, where changing a table means copying and renaming it."""
    engine = sa.create_engine(url, **engine_options(url))
    tune(engine, foreign_keys=False)
    try:
        with engine.connect() as connection:
            if engine.dialect.name == "postgresql":
                connection.execute(
                    sa.text("SELECT pg_advisory_xact_lock(:number)"), {"number": ADVISORY_LOCK}
                )
            yield connection
            connection.commit()
    finally:
        engine.dispose()


def _check_references(connection: sa.Connection) -> None:
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if broken:
            raise WrongVersion(f"rows refer to nothing: {broken[:3]}")


def draft(settings: Settings, name: str, metadata: sa.MetaData) -> Path:
    """Write the next numbered migration from the difference between the tables in code and database.

    The HEAD file is moved on, so that two branches that both add one conflict instead of forking.
    The draft must be read before it is kept.
    """
    number = f"{int(head()) + 1:04d}" if (FOLDER / "HEAD").exists() else "0001"
    with _connection(settings.database_url) as connection:
        config = _config(connection)
        config.attributes["metadata"] = metadata
        command.revision(config, message=name, autogenerate=True, rev_id=number)
    (FOLDER / "HEAD").write_text(number + "\n", encoding="ascii")
    path = next((FOLDER / "versions").glob(f"{number}_*.py"))
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if "# ###" not in line), encoding="utf-8")
    return path
