"""Tickets as a table: those that figures count, and the ledger of problems (工作台账)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.complaints.models import Ticket, TicketEvent
from backend.complaints.rules.figures import Counts, rates_of
from backend.complaints.rules.publicity import public_text
from backend.complaints.rules.values import OPEN, Callback, Channel, Kind, Level, State
from backend.complaints.rules.wording import (
    CALLBACK_NAMES,
    CHANNEL_NAMES,
    COUNT_NAMES,
    LEDGER_COLUMNS,
    LEVEL_NAMES,
    RATE_NAMES,
    STATE_NAMES,
    TABLE_COLUMNS,
    TOTALS,
    YES_NO,
)
from backend.complaints.service.figures import Asked, By, conditions_of, figures, in_reach
from backend.complaints.service.settings import list_categories
from backend.complaints.service.showing import place_text
from backend.infra.auth import Actor
from backend.infra.house import House
from backend.infra.tables import Cell, Row
from backend.registry import community_names, organisation_names

AT_ONCE = 500
_WRITTEN = (
    *(Ticket.id, Ticket.number, Ticket.community_id, Ticket.firm_id, Ticket.category, Ticket.place_kind),
    *(Ticket.building, Ticket.spot, Ticket.text, Ticket.channel, Ticket.priority, Ticket.state, Ticket.level),
    *(Ticket.submitted_at, Ticket.response_due_at, Ticket.responded_at, Ticket.response_met),
    *(Ticket.resolution_due_at, Ticket.resolved_at, Ticket.resolution_met, Ticket.reopened),
    *(Ticket.whistles, Ticket.satisfaction, Ticket.solved, Ticket.callback),
)
"""Columns, not whole tickets: nothing of a row is kept once it is written."""


class Table(StrEnum):
    """Which table."""

    TICKETS = "tickets"
    LEDGER = "ledger"


@dataclass(frozen=True, slots=True)
class Names:
    """Names for the rows at hand."""

    categories: Mapping[str, str]
    communities: Mapping[str, str]
    organisations: Mapping[str, str]
    measures: Mapping[str, str]


def table(session: Session, house: House, actor: Actor, asked: Asked, kind: Table) -> Iterator[Row]:
    """Yield the rows of a table, its header first; the same tickets that the figures count.

    Raises (before the first row):
        PeriodRefused, NotYourPart: as the figures.
    """
    conditions = [*conditions_of(asked), in_reach(session, actor)]
    total = figures(session, house, actor, asked, By.NOTHING)[0].counts
    return _table(session, conditions, total, kind)


def check(session: Session, actor: Actor, asked: Asked) -> None:
    """Refuse what `table` would refuse. Raises PeriodRefused, NotYourPart."""
    conditions_of(asked)
    in_reach(session, actor)


def _table(
    session: Session, conditions: Sequence[sa.ColumnElement[bool]], total: Counts, kind: Table
) -> Iterator[Row]:
    yield list(TABLE_COLUMNS if kind is Table.TICKETS else LEDGER_COLUMNS)
    categories = {row.code: row.name for row in list_categories(session, retired=True)}
    write = _ticket_row if kind is Table.TICKETS else _ledger_row
    query = sa.select(*_WRITTEN).where(*conditions).order_by(Ticket.submitted_at, Ticket.id)
    result = session.execute(query.execution_options(yield_per=AT_ONCE))  # a cursor on the server
    number = 0
    for rows in result.partitions(AT_ONCE):
        names = _names(session, rows, categories, kind)
        for row in rows:
            number += 1
            yield write(number, row, names)
    if kind is Table.TICKETS:
        yield from _totals(total)


def _totals(total: Counts) -> Iterator[Row]:
    """Yield the counts and the rates as the screen shows them."""
    yield []
    for one in fields(Counts):
        yield [f"{TOTALS}：{COUNT_NAMES[one.name]}", getattr(total, one.name)]
    for name, rate in rates_of(total).items():
        shown = YES_NO[None] if rate.permille is None else f"{rate.permille // 10}.{rate.permille % 10}%"
        yield [f"{TOTALS}：{RATE_NAMES[name]}", shown, f"{rate.part}/{rate.whole}"]


def _ticket_row(number: int, row: Any, names: Names) -> list[Cell]:
    return [
        number,
        row.number,
        names.communities[row.community_id],
        names.organisations.get(row.firm_id or "", ""),
        names.categories[row.category],
        place_text(row),
        CHANNEL_NAMES[Channel(row.channel)],
        row.priority,
        STATE_NAMES[State(row.state)],
        LEVEL_NAMES[Level(row.level)],
        row.submitted_at,
        row.response_due_at,
        row.responded_at,
        YES_NO[row.response_met],
        row.resolution_due_at,
        row.resolved_at,
        YES_NO[row.resolution_met],
        row.reopened,
        row.whistles,
        row.satisfaction,
        YES_NO[row.solved],
        CALLBACK_NAMES[Callback(row.callback)] if row.callback else "",
    ]


def _ledger_row(number: int, row: Any, names: Names) -> list[Cell]:
    is_open = State(row.state) in OPEN
    return [
        number,
        row.number,
        row.submitted_at,
        names.communities[row.community_id],
        place_text(row),
        names.categories[row.category],
        public_text(row.text),
        names.organisations.get(row.firm_id or "", ""),
        LEVEL_NAMES[Level(row.level)],
        names.measures.get(row.id, ""),
        row.resolution_due_at,
        None if is_open else row.resolved_at,
        STATE_NAMES[State(row.state)],
        row.satisfaction,
    ]


def _names(session: Session, rows: Sequence[Any], categories: Mapping[str, str], kind: Table) -> Names:
    return Names(
        categories=categories,
        communities=community_names(session, list({row.community_id for row in rows})),
        organisations=organisation_names(session, list({row.firm_id for row in rows if row.firm_id})),
        measures=_measures(session, [row.id for row in rows]) if kind is Table.LEDGER else {},
    )


_MEASURES = (Kind.RESOLVED, Kind.PLANNED, Kind.REPLIED, Kind.REJECTED, Kind.ACKNOWLEDGED)


def _measures(session: Session, ticket_ids: Sequence[str]) -> dict[str, str]:
    """Return what was said last about how each ticket is dealt with."""
    query = sa.select(TicketEvent.ticket_id, TicketEvent.text).where(
        TicketEvent.ticket_id.in_(ticket_ids),
        TicketEvent.kind.in_([kind.value for kind in _MEASURES]),
        TicketEvent.text != "",
    )
    return {row.ticket_id: row.text for row in session.execute(query.order_by(TicketEvent.number))}
