"""The bills and the payments of a unit, page by page, the latest first."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from backend.fees.models import Bill, Entry, Payment, Posting
from backend.fees.rules.values import BillState, Method
from backend.fees.rules.viewing_refusals import SpanRefused
from backend.fees.service.disputes import disputed_on
from backend.fees.service.items import item_names
from backend.fees.service.standing import Standing
from backend.fees.service.statements import BillView, as_view
from backend.infra.paging import PAGE, CursorRefused, Page, cursor_of, read_cursor

_OPEN = sa.select(sa.func.sum(Posting.amount_fen)).where(Posting.bill_id == Bill.id).scalar_subquery()
_REVERSAL = aliased(Entry)
Query = TypeVar("Query", bound=sa.Select[*tuple[Any, ...]])


@dataclass(frozen=True, slots=True)
class BillFilter:
    """Which bills: of an item, for a period that has a day in common with these, in a state."""

    item_id: str | None = None
    first_day: date | None = None
    last_day: date | None = None
    state: BillState | None = None


@dataclass(frozen=True, slots=True)
class PaymentView:
    """A payment; `is_reversed` where it was undone since. `reference` is the number of its slip."""

    id: int
    day: date
    method: Method
    amount_fen: int
    reference: str
    is_reversed: bool


def list_bills(
    session: Session,
    unit_id: str,
    tenure: int | None,
    today: date,
    wanted: BillFilter,
    cursor: str | None,
) -> Page[BillView]:
    """Return a page of a unit's bills, those for the latest periods first.

    Raises:
        SpanRefused: the days end before they begin. CursorRefused: this list did not hand out the cursor.
    """
    disputed = disputed_on(session, unit_id, today)
    query = (
        sa.select(Bill, Entry.day, _OPEN.label("open"), _REVERSAL.id)
        .join(Entry, Entry.id == Bill.id)
        .outerjoin(_REVERSAL, _REVERSAL.reverses_id == Bill.id)
        .where(Bill.unit_id == unit_id, *_conditions(wanted, today, disputed))
        .order_by(Bill.first_day.desc(), Bill.id.desc())
    )
    if tenure is not None:
        query = query.where(Bill.tenure == tenure)
    rows = session.execute(_behind(query, Bill.first_day, Bill.id, cursor).limit(PAGE + 1)).all()
    found = [Standing(bill, day, int(owed), reversal is not None) for bill, day, owed, reversal in rows]
    names = item_names(session, [one.bill.item_id for one in found])
    more = _cursor(found[PAGE - 1].bill.first_day, found[PAGE - 1].bill.id) if len(found) > PAGE else None
    return Page([as_view(one, names[one.bill.item_id], today, disputed) for one in found[:PAGE]], more)


def list_payments(
    session: Session, unit_id: str, tenure: int | None, cursor: str | None
) -> Page[PaymentView]:
    """Return a page of a unit's payments, the latest first. Raises CursorRefused."""
    query = (
        sa.select(Payment, Entry.day, _REVERSAL.id)
        .join(Entry, Entry.id == Payment.id)
        .outerjoin(_REVERSAL, _REVERSAL.reverses_id == Payment.id)
        .where(Payment.unit_id == unit_id)
        .order_by(Entry.day.desc(), Payment.id.desc())
    )
    if tenure is not None:
        query = query.where(Payment.tenure == tenure)
    rows = session.execute(_behind(query, Entry.day, Payment.id, cursor).limit(PAGE + 1)).all()
    found = [
        PaymentView(row.id, day, Method(row.method), row.amount_fen, row.reference, reversal is not None)
        for row, day, reversal in rows
    ]
    more = _cursor(found[PAGE - 1].day, found[PAGE - 1].id) if len(found) > PAGE else None
    return Page(found[:PAGE], more)


def _conditions(wanted: BillFilter, today: date, disputed: Collection[int]) -> list[sa.ColumnElement[bool]]:
    first, last = wanted.first_day, wanted.last_day
    if first and last and last < first:
        raise SpanRefused(f"结束日 {last} 早于开始日 {first}；请核对")
    found: list[sa.ColumnElement[bool]] = []
    if wanted.item_id:
        found.append(Bill.item_id == wanted.item_id)
    if first:
        found.append(Bill.until > first)
    if last:
        found.append(Bill.first_day <= last)
    return found + (_in_state(wanted.state, today, disputed) if wanted.state else [])


def _in_state(state: BillState, today: date, disputed: Collection[int]) -> list[sa.ColumnElement[bool]]:
    """Return the conditions that say the same as `statements.state_of`."""
    if state is BillState.CANCELLED:
        return [_REVERSAL.id.is_not(None)]
    stands = _REVERSAL.id.is_(None)
    if state is BillState.PAID:
        return [stands, _OPEN == 0]
    owed = [stands, _OPEN > 0]
    if state is BillState.DISPUTED:
        return [*owed, Bill.id.in_(disputed)]
    owed.append(Bill.id.not_in(disputed))
    if state is BillState.OVERDUE:
        return [*owed, Bill.due_day < today]
    whole = Bill.amount_fen == _OPEN if state is BillState.OPEN else Bill.amount_fen > _OPEN
    return [*owed, Bill.due_day >= today, whole]


def _behind(query: Query, day: Any, key: Any, cursor: str | None) -> Query:
    """Narrow a list that is sorted by day and id, latest first, to what lies behind a cursor."""
    if cursor is None:
        return query
    moment, text = read_cursor(cursor)
    if not text.isdecimal() or len(text) > 18:
        raise CursorRefused("翻页标记无效；请从第一页重新读取")
    return query.where(sa.or_(day < moment.date(), sa.and_(day == moment.date(), key < int(text))))


def _cursor(day: date, key: int) -> str:
    return cursor_of(datetime.combine(day, time(), UTC), str(key))
