"""Arrears and collections of a community, for its firm."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from backend.fees.models import Account, Bill, Entry, FeeItem, Posting
from backend.fees.rules.reports import Arrears, By, Part, Span, due_spans
from backend.fees.rules.values import AccountKind, EntryKind, Method
from backend.fees.rules.wording import METHODS, TO_PREPAYMENT
from backend.fees.service.disputes import disputed_in
from backend.fees.service.handovers import handovers_in
from backend.fees.service.items import item_names
from backend.fees.service.journal import find_ledger
from backend.infra.paging import PAGE, Page, cursor_of, read_cursor
from backend.registry import units_of

_REVERSED = aliased(Entry)


@dataclass(frozen=True, slots=True)
class Collections:
    """What came in on some days. The parts come to the total; `prepaid_fen` of it became prepayment."""

    total_fen: int
    prepaid_fen: int
    parts: Sequence[Part]


def arrears_on(session: Session, community_id: str, day: date, building: str | None = None) -> list[Arrears]:
    """Return who owes what past its due day at the end of a day, by the units' labels; nothing disputed."""
    units = {unit.id: unit for unit in units_of(session, community_id)}
    turns = {unit_id: len(days) for unit_id, days in handovers_in(session, community_id).items()}
    found = [
        Arrears(
            unit_id=row.unit_id,
            label=units[row.unit_id].label,
            building=units[row.unit_id].building,
            tenure=row.tenure,
            is_present=turns.get(row.unit_id, 0) == row.tenure,
            ages_fen=tuple(int(row[place]) for place in range(4, len(row))),
            oldest_due_day=row.oldest,
            bills=row.bills,
        )
        for row in session.execute(_overdue(community_id, day, disputed_in(session, community_id, day)))
        if building in (None, units[row.unit_id].building)
    ]
    return sorted(found, key=_place)


def page_of(rows: Sequence[Arrears], day: date, cursor: str | None) -> Page[Arrears]:
    """Return a page of arrears; the cursor keeps the day, so that all pages speak of the same."""
    begin = 0
    if cursor is not None:
        key = read_cursor(cursor)[1]
        begin = next((place for place, row in enumerate(rows, 1) if _key(row) == key), len(rows))
    part = rows[begin : begin + PAGE]
    is_last = begin + PAGE >= len(rows)
    more = None if is_last else cursor_of(datetime.combine(day, time(), UTC), _key(part[-1]))
    return Page(part, more)


def day_of(cursor: str | None) -> date | None:
    """Return the day that a cursor of `page_of` keeps. Raises CursorRefused."""
    return None if cursor is None else read_cursor(cursor)[0].date()


def collections_in(session: Session, community_id: str, span: Span, by: By) -> Collections:
    """Return what came in on some days; what was undone counts on the day when it was undone."""
    ledger = find_ledger(session, community_id)
    if ledger is None:
        return Collections(0, 0, ())
    moved = _moved(session, ledger, span)
    total = sum(fen for (kind, _), fen in moved.items() if kind == AccountKind.CLEARING)
    prepaid = -sum(fen for (kind, _), fen in moved.items() if kind == AccountKind.PREPAYMENT)
    if by is By.METHOD:
        parts = [
            Part(key, METHODS[Method(key)], fen)
            for (kind, key), fen in sorted(moved.items())
            if kind == AccountKind.CLEARING and fen
        ]
    elif by is By.BUILDING:
        parts = _by_building(session, community_id, ledger, span)
    else:
        parts = [*_by_bill(session, ledger, span, by), *_prepayment(prepaid)]
    return Collections(total, prepaid, parts)


def _place(row: Arrears) -> tuple[str, int]:
    return row.label, row.tenure


def _key(row: Arrears) -> str:
    return f"{row.unit_id}.{row.tenure}"


def _overdue(community_id: str, day: date, disputed: Collection[int]) -> sa.Select[*tuple[Any, ...]]:
    """Ask for the bills past their due day that are owed on a day, added up by holder and age class."""
    owed = (
        sa.select(Bill.id, sa.func.sum(Posting.amount_fen).label("fen"))
        .join(Posting, Posting.bill_id == Bill.id)
        .join(FeeItem, FeeItem.id == Bill.item_id)
        .where(FeeItem.community_id == community_id, Bill.due_day < day, Posting.day <= day)
        .where(Bill.id.not_in(disputed))
        .group_by(Bill.id)
        .having(sa.func.sum(Posting.amount_fen) > 0)
        .subquery()
    )
    ages = [
        sa.func.sum(sa.case((_is_due(since, until), owed.c.fen), else_=0)) for since, until in due_spans(day)
    ]
    return (
        sa.select(
            Bill.unit_id,
            Bill.tenure,
            sa.func.min(Bill.due_day).label("oldest"),
            sa.func.count().label("bills"),
            *ages,
        )
        .join(owed, owed.c.id == Bill.id)
        .group_by(Bill.unit_id, Bill.tenure)
    )


def _is_due(since: date | None, until: date) -> sa.ColumnElement[bool]:
    return Bill.due_day < until if since is None else sa.and_(Bill.due_day >= since, Bill.due_day < until)


def _moved(session: Session, ledger: int, span: Span) -> Mapping[tuple[str, str], int]:
    """Return what was posted on the accounts of clearing and prepayment, by kind and way of paying."""
    query = (
        sa.select(Account.kind, Account.key, sa.func.sum(Posting.amount_fen))
        .join(Posting, Posting.account_id == Account.id)
        .where(
            Account.ledger_id == ledger,
            Account.kind.in_([AccountKind.CLEARING.value, AccountKind.PREPAYMENT.value]),
            Posting.day.between(span.first, span.last),
        )
        .group_by(Account.kind, Account.key)
    )
    return {(kind, key): int(fen) for kind, key, fen in session.execute(query)}


def _settling(ledger: int, span: Span, *columns: Any) -> sa.Select[*tuple[Any, ...]]:
    """Ask for what was settled: every posting of a holder that neither charges nor undoes a charge."""
    kind = sa.func.coalesce(_REVERSED.kind, Entry.kind)
    return (
        sa.select(*columns, -sa.func.sum(Posting.amount_fen))
        .join(Entry, Entry.id == Posting.entry_id)
        .outerjoin(_REVERSED, _REVERSED.id == Entry.reverses_id)
        .join(Account, Account.id == Posting.account_id)
        .where(
            Account.ledger_id == ledger,
            Account.unit_id.is_not(None),
            kind != EntryKind.CHARGE.value,
            Posting.day.between(span.first, span.last),
        )
        .group_by(*columns)
    )


def _by_bill(session: Session, ledger: int, span: Span, by: By) -> list[Part]:
    column: Any = Bill.item_id if by is By.ITEM else Bill.first_day
    query = _settling(ledger, span, column).join(Bill, Bill.id == Posting.bill_id)
    sums: dict[str, int] = {}
    for key, fen in session.execute(query):
        name = str(key) if by is By.ITEM else f"{key:%Y-%m}"
        sums[name] = sums.get(name, 0) + int(fen)
    names = item_names(session, sums) if by is By.ITEM else {}
    parts = [Part(key, names.get(key, key), fen) for key, fen in sums.items() if fen]
    return sorted(parts, key=lambda part: part.name)


def _by_building(session: Session, community_id: str, ledger: int, span: Span) -> list[Part]:
    buildings = {unit.id: unit.building for unit in units_of(session, community_id)}
    sums: dict[str, int] = {}
    for unit_id, fen in session.execute(_settling(ledger, span, Account.unit_id)):
        sums[buildings[unit_id]] = sums.get(buildings[unit_id], 0) + int(fen)
    return [Part(name, name, fen) for name, fen in sorted(sums.items()) if fen]


def _prepayment(fen: int) -> list[Part]:
    return [Part("", TO_PREPAYMENT, fen)] if fen else []
