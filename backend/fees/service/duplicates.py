"""Payments that look as if somebody had paid twice: one holder, one amount, few days apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.fees.models import Entry, Payment
from backend.fees.service.holds import refunded_of
from backend.fees.service.journal import find_ledger
from backend.registry import unit_labels

WITHIN = timedelta(days=7)
MOST_GROUPS = 200


@dataclass(frozen=True, slots=True)
class Twin:
    """A payment of a group; `refunded_fen` is what of it went back, or waits to."""

    payment_id: int
    day: date
    method: str
    reference: str
    refunded_fen: int


@dataclass(frozen=True, slots=True)
class Twins:
    """Payments that look like duplicates."""

    unit_id: str
    label: str
    amount_fen: int
    payments: Sequence[Twin]


_Row = sa.Row[int, str, int, int, str, str, date]


def find_duplicates(session: Session, community_id: str, since: date) -> list[Twins]:
    """Return groups of payments since a day that look like duplicates and were not undone."""
    ledger_id = find_ledger(session, community_id)
    groups = [] if ledger_id is None else list(_groups(session, ledger_id, since))[:MOST_GROUPS]
    labels = unit_labels(session, sorted({rows[0].unit_id for rows in groups}))
    return [
        Twins(
            rows[0].unit_id,
            labels[rows[0].unit_id],
            rows[0].amount_fen,
            [Twin(row.id, row.day, row.method, row.reference, refunded_of(session, row.id)) for row in rows],
        )
        for rows in groups
    ]


def _groups(session: Session, ledger_id: int, since: date) -> Iterator[list[_Row]]:
    undone = sa.select(Entry.reverses_id).where(Entry.ledger_id == ledger_id, Entry.reverses_id.is_not(None))
    query = (
        sa.select(
            Payment.id,
            Payment.unit_id,
            Payment.tenure,
            Payment.amount_fen,
            Payment.method,
            Payment.reference,
            Entry.day,
        )
        .join(Entry, Entry.id == Payment.id)
        .where(Entry.ledger_id == ledger_id, Entry.day >= since, Payment.id.not_in(undone))
        .order_by(Payment.unit_id, Payment.tenure, Payment.amount_fen, Entry.day, Payment.id)
    )
    rows = session.execute(query)
    for _, same in groupby(rows, lambda row: (row.unit_id, row.tenure, row.amount_fen)):
        yield from _close_together(list(same))


def _close_together(rows: list[_Row]) -> Iterator[list[_Row]]:
    """Part payments of one amount where more than a week lies between."""
    group: list[_Row] = []
    for row in rows:
        if group and row.day - group[-1].day > WITHIN:
            if len(group) > 1:
                yield group
            group = []
        group.append(row)
    if len(group) > 1:
        yield group
