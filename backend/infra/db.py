"""The database: the only module that knows which one it is, and where a transaction begins and ends.

SQLite runs in WAL mode with synchronous=FULL, so that what was answered survives a power cut, and a
writing transaction takes the write lock when it begins, so that none fails half-way for want of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, cast

import sqlalchemy as sa
from flask import Flask, g
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
BUSY_MILLISECONDS = 10_000
_WRITES = "yishiting_writes"
_KEPT = "yishiting_wire"
_ACTS = "at_next_write"
_BEGIN = {True: "BEGIN IMMEDIATE", False: "BEGIN DEFERRED"}
_ONE_VIEW = "REPEATABLE READ"
_OPEN = "a transaction is already open; pass it on instead"


class Base(DeclarativeBase):
    """Base of every table. Constraints are named by convention, so that migrations can name them."""

    metadata = sa.MetaData(naming_convention=NAMING)


class Instant(TypeDecorator[datetime]):
    """An instant: stored in UTC, aware in the program; a naive one is a mistake of the caller."""

    impl = sa.DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> sa.types.TypeEngine[Any]:
        """Use the dialect's type with a time zone where there is one."""
        return dialect.type_descriptor(sa.DateTime(timezone=dialect.name == "postgresql"))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store in UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        moment = value.astimezone(UTC)
        return moment if dialect.name == "postgresql" else moment.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return aware, in UTC."""
        if value is None:
            return None
        return value.astimezone(UTC) if dialect.name == "postgresql" else value.replace(tzinfo=UTC)


_database = SQLAlchemy(session_options={"expire_on_commit": False})


def join_database(app: Flask, url: str) -> None:
    """Bind the application to its database."""
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(url)
    _database.init_app(app)
    with app.app_context():
        tune(_database.engine)


def engine_options(url: str) -> dict[str, Any]:
    """Return the options with which an engine for this database is made.

    On PostgreSQL a query stays in one process and is not compiled: starting helpers takes longer than any
    page of ours, and other requests want the cores.
    """
    if url.startswith("sqlite"):
        return {"connect_args": {"timeout": BUSY_MILLISECONDS / 1000}}
    return {"connect_args": {"options": "-c max_parallel_workers_per_gather=0 -c jit=off"}}


def tune(engine: sa.Engine, *, foreign_keys: bool = True) -> None:
    """Set what every connection needs. Does nothing on PostgreSQL, whose defaults are ours."""
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", partial(_on_sqlite_connect, foreign_keys=foreign_keys))
        sa.event.listen(engine, "begin", _on_sqlite_begin)


@contextmanager
def transaction() -> Iterator[Session]:
    """Open the one transaction of a use case: returning commits, raising rolls back.

    On SQLite it holds the database's write lock from its first statement on.

    Raises:
        RuntimeError: a transaction is open already; a use case has one.
    """
    yield from _transaction(writes=True)


@contextmanager
def reading() -> Iterator[Session]:
    """Open a transaction that only reads: one consistent view, no lock, nothing kept."""
    yield from _transaction(writes=False)


@dataclass(frozen=True, slots=True)
class Wire:
    """A transaction on the driver's own connection, for statements of `backend.infra.prepared` alone."""

    dialect: Dialect
    driver: Any
    cursor: Any

    @classmethod
    def on(cls, dialect: Dialect, driver: Any) -> Wire:
        """Return a wire on a connection, with one cursor for all its statements."""
        return cls(dialect, driver, driver.cursor())

    def execute(self, sql: str, values: Any = ()) -> list[Any]:
        """Run a query and return its rows as the driver gives them."""
        try:
            self.cursor.execute(sql, values)
            return list(self.cursor.fetchall())
        except self.dialect.loaded_dbapi.Error as error:
            raise self._as_ours(sql, error) from error

    def execute_many(self, sql: str, rows: Sequence[Any]) -> None:
        """Run a statement for each of the rows."""
        try:
            if len(rows) == 1:  # many at once have a price that one row need not pay
                self.cursor.execute(sql, rows[0])
            else:
                self.cursor.executemany(sql, rows)
        except self.dialect.loaded_dbapi.Error as error:
            raise self._as_ours(sql, error) from error

    def commit(self) -> None:
        """Commit."""
        try:
            self.driver.commit()
        except self.dialect.loaded_dbapi.Error as error:
            raise self._as_ours("COMMIT", error) from error

    def _as_ours(self, sql: str, error: Exception) -> BaseException:
        """Return the library's error for one of the driver, without the values, which may be personal."""
        base = self.dialect.loaded_dbapi.Error
        made = sa.exc.DBAPIError.instance(sql, None, error, base, hide_parameters=True, dialect=self.dialect)
        return cast("BaseException", made)


Line = Session | Wire
"""What a prepared statement can be run on."""


@contextmanager
def asking() -> Iterator[Wire]:
    """Do what `reading` does, at a fraction of its cost, where every question is a prepared statement."""
    yield from _wire(writes=False)


@contextmanager
def changing() -> Iterator[Wire]:
    """Do what `transaction` does, at a fraction of its cost, where every statement is a prepared one.

    Raises:
        RuntimeError: a transaction is open already; a use case has one.
    """
    if _database.session.registry.has() and _database.session().in_transaction():
        raise RuntimeError(_OPEN)
    yield from _wire(writes=True)


def _wire(*, writes: bool) -> Iterator[Wire]:
    engine = _database.engine
    wire = Wire.on(engine.dialect, engine.raw_connection())
    is_sqlite = engine.dialect.name == "sqlite"
    try:
        if is_sqlite:  # elsewhere the driver begins by itself
            wire.execute(_BEGIN[writes])
        elif not writes:  # each statement sees what is committed, within a transaction or without
            wire.driver.driver_connection.autocommit = True
        for act in g.pop(_ACTS, []) if writes else []:
            act(wire)
        yield wire
        if writes:
            wire.commit()
    finally:
        if not is_sqlite and not writes:
            wire.driver.driver_connection.autocommit = False
        wire.driver.close()  # back into the pool, which rolls back what was not committed


def wire_of(line: Line) -> Wire:
    """Return where prepared statements of a transaction run, after what its session still holds back.

    The session's own answer is kept, since asking for it takes longer than many a statement.
    """
    if isinstance(line, Wire):
        return line
    line.flush()
    if _KEPT not in line.info:
        connection = line.connection()
        return Wire.on(connection.dialect, connection.connection)
    return cast("Wire", line.info[_KEPT])


def at_next_write(act: Callable[[Line], None]) -> None:
    """Have `act` run inside the next writing transaction of this request, before anything else in it."""
    g.setdefault(_ACTS, []).append(act)


def _transaction(*, writes: bool) -> Iterator[Session]:
    session: Session = _database.session()
    if session.in_transaction():
        raise RuntimeError(_OPEN)
    connection = session.connection(execution_options=_options(session, writes=writes))
    session.info[_KEPT] = Wire.on(connection.dialect, connection.connection)
    try:
        for act in g.pop(_ACTS, []) if writes else []:
            act(session)
        yield session
        if writes:
            session.commit()
    finally:
        del session.info[_KEPT]
        session.close()  # rolls back what was not committed; what was read stays readable


def _options(session: Session, *, writes: bool) -> Mapping[str, object]:
    """Say how a transaction runs: one that reads sees one state, for which PostgreSQL must be asked."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    return {_WRITES: writes} if writes or is_sqlite else {_WRITES: writes, "isolation_level": _ONE_VIEW}


def _on_sqlite_connect(connection: Any, _record: object, *, foreign_keys: bool) -> None:
    connection.isolation_level = None  # the driver's own BEGIN would come too late; ours is below
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute(f"PRAGMA foreign_keys={'ON' if foreign_keys else 'OFF'}")
    cursor.close()


def _on_sqlite_begin(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql(_BEGIN[writes])
