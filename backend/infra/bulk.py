"""Many rows at once: by the fastest way that the database has, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Session

Convert = Callable[[Any], Any]


def insert_rows(session: Session, table: type[DeclarativeBase], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that all have the same columns; no default is filled in, and no object of the session made.

    PostgreSQL takes them as one stream (COPY), some ten times as fast as statements; constraints and foreign
    keys are checked all the same.

    Raises:
        sqlalchemy.exc.IntegrityError: a constraint does not hold.
    """
    if not rows:
        return
    session.flush()
    connection = session.connection()
    if connection.dialect.name != "postgresql":
        connection.execute(sa.insert(table), list(rows))
        return
    _copy(connection, table, rows)


def _copy(connection: sa.Connection, table: type[DeclarativeBase], rows: Sequence[Mapping[str, Any]]) -> None:
    columns = [(name, _into(table, name, connection.dialect)) for name in rows[0]]
    names = ", ".join(f'"{name}"' for name, _ in columns)
    driver: Any = connection.connection
    sql = f'COPY "{table.__tablename__}" ({names}) FROM STDIN'
    try:
        with driver.cursor() as cursor, cursor.copy(sql) as copy:
            for row in rows:
                copy.write_row([row[name] if into is None else into(row[name]) for name, into in columns])
    except connection.dialect.loaded_dbapi.Error as error:
        base = connection.dialect.loaded_dbapi.Error
        raise sa.exc.DBAPIError.instance(
            sql, None, error, base, hide_parameters=True, dialect=connection.dialect
        ) from error


def _into(table: type[DeclarativeBase], name: str, dialect: Dialect) -> Convert | None:
    return table.__table__.columns[name].type.dialect_impl(dialect).bind_processor(dialect)
