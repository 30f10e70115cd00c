"""Statements that are made once and run on the driver's own cursor, for calls where a millisecond counts.

Casting a ballot runs some twenty statements in one transaction. The database answers each in microseconds;
building and wrapping it anew takes ten times as long. Here a statement is compiled once for each dialect, in
the tables' own terms, and values are converted by the same column types as everywhere else.

Objects that the session holds are neither read nor refreshed: do not mix the two for the same rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

from backend.infra.db import Line, wire_of

Statement = sa.Select[*tuple[Any, ...]] | sa.Insert | sa.Update
Row = tuple[Any, ...]
Convert = Callable[[Any], Any]
Converted = TypeVar("Converted")


@dataclass(frozen=True, slots=True)
class _Form:
    """A statement as one driver takes it.

    `inputs` names the parameters with their converters, in order where the driver counts them.
    """

    sql: str
    is_positional: bool
    inputs: Sequence[tuple[str, Convert | None]]
    constants: Mapping[str, object]
    outputs: Sequence[tuple[int, Convert]]

    def parameters(self, values: Mapping[str, object]) -> Any:
        """Return the values as the driver takes them; raises KeyError when one is missing."""
        given = {**self.constants, **values} if self.constants else values
        if self.is_positional:
            return [given[name] if into is None else into(given[name]) for name, into in self.inputs]
        return {name: given[name] if into is None else into(given[name]) for name, into in self.inputs}

    def row(self, raw: Sequence[Any]) -> Row:
        """Return a row as the program takes it."""
        if not self.outputs:
            return tuple(raw)
        cells = list(raw)
        for place, out_of in self.outputs:
            cells[place] = out_of(cells[place])
        return tuple(cells)


class Prepared:
    """A SELECT, INSERT or UPDATE whose values are bound by name."""

    def __init__(self, statement: Statement) -> None:
        self._statement = statement
        self._forms: dict[str, _Form] = {}

    def all(self, line: Line, **values: object) -> list[Row]:
        """Return every row."""
        wire = wire_of(line)
        form = self._form(wire.dialect)
        return [form.row(raw) for raw in wire.execute(form.sql, form.parameters(values))]

    def first(self, line: Line, **values: object) -> Row | None:
        """Return the first row, None if there is none."""
        rows = self.all(line, **values)
        return rows[0] if rows else None

    def run(self, line: Line, *rows: Mapping[str, object]) -> None:
        """Write once for each of the rows.

        Raises:
            sqlalchemy.exc.IntegrityError: a constraint does not hold; other errors of the driver likewise.
        """
        wire = wire_of(line)
        form = self._form(wire.dialect)
        wire.execute_many(form.sql, [form.parameters(row) for row in rows])

    def _form(self, dialect: Dialect) -> _Form:
        if dialect.name not in self._forms:
            self._forms[dialect.name] = _form(self._statement, dialect)
        return self._forms[dialect.name]


def inserting(table: type[DeclarativeBase], *names: str) -> Prepared:
    """Return the INSERT of these columns, which must be all that the database does not fill by itself."""
    values: dict[str, Any] = {name: sa.bindparam(name) for name in names}
    return Prepared(sa.insert(table).values(values).inline())


def _form(statement: Statement, dialect: Dialect) -> _Form:
    compiled = statement.compile(dialect=dialect)
    if not isinstance(compiled, SQLCompiler):
        raise TypeError(f"{statement} is no statement with parameters")
    names = (compiled.positiontup or []) if compiled.positional else list(compiled.binds)
    outputs = (
        [column.type for column in statement.selected_columns] if isinstance(statement, sa.Select) else []
    )
    return _Form(
        sql=str(compiled),
        is_positional=bool(compiled.positional),
        inputs=[(name, _into(compiled.binds[name].type, dialect)) for name in names],
        constants={name: bind.value for name, bind in compiled.binds.items() if not bind.required},
        outputs=[
            (place, convert)
            for place, kind in enumerate(outputs)
            if (convert := _out_of(kind, dialect)) is not None
        ],
    )


def _into(kind: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _out_of(kind: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    return kind.dialect_impl(dialect).result_processor(dialect, None)
