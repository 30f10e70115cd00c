"""What a unit's bearer was billed, has paid and owes, on any day."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.fees.models import Account, Bill, Entry, Posting
from backend.fees.rules.bill_lines import lines_from_text
from backend.fees.rules.charging import Line
from backend.fees.rules.periods import Period
from backend.fees.rules.values import AccountKind, BillState, EntryKind
from backend.fees.service.disputes import disputed_on
from backend.fees.service.handovers import handovers_of
from backend.fees.service.items import item_names
from backend.fees.service.standing import BillFacts, Standing
from backend.infra.prepared import Prepared
from backend.registry import UnitFacts, get_unit


@dataclass(frozen=True, slots=True)
class BillView:
    """A bill as it stood on the statement's day."""

    id: int
    item_id: str
    item: str
    tenure: int
    period: Period
    day: date
    due_day: date
    amount_fen: int
    open_fen: int
    state: str
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class Movement:
    """What an entry changed for the unit: in what is owed, and in what was paid in advance."""

    entry_id: int
    day: date
    kind: EntryKind
    memo: str
    reverses_id: int | None
    owed_fen: int
    prepaid_fen: int
    bill_ids: Sequence[int]


@dataclass(frozen=True, slots=True)
class Statement:
    """A unit's account on a day. `arrears_fen`: what of `owed_fen` is past its due day and not disputed."""

    unit: UnitFacts
    day: date
    tenure: int | None
    owed_fen: int
    prepaid_fen: int
    arrears_fen: int
    bills: Sequence[BillView]
    movements: Sequence[Movement]


class _Posted(NamedTuple):
    """A posting on an account of the unit, with its entry, as the database returns it."""

    entry_id: int
    day: date
    kind: str
    memo: str
    reverses_id: int | None
    account: str
    tenure: str
    amount_fen: int
    bill_id: int | None


_POSTED = Prepared(
    sa.select(
        *(Posting.entry_id, Posting.day, Entry.kind, Entry.memo, Entry.reverses_id),
        *(Account.kind, Account.key, Posting.amount_fen, Posting.bill_id),
    )
    .join(Account, Account.id == Posting.account_id)
    .join(Entry, Entry.id == Posting.entry_id)
    .where(Account.unit_id == sa.bindparam("unit"), Posting.day <= sa.bindparam("day"))
    .order_by(Posting.day, Posting.entry_id, Posting.line)
)
_BILLS = Prepared(
    sa.select(
        *(Bill.id, Bill.unit_id, Bill.item_id, Bill.tenure, Bill.first_day, Bill.until),
        *(Bill.due_day, Bill.amount_fen, Bill.lines),
    )
    .where(Bill.unit_id == sa.bindparam("unit"))
    .order_by(Bill.first_day, Bill.id)
)


def statement_of(
    session: Session, unit_id: str, day: date, *, tenure: int | None, since: date | None = None
) -> Statement:
    """Return a unit's account at the end of a day, of one holder or (`tenure` None) of all in turn.

    Only movements from `since` on are listed; sums count all of them.

    Raises:
        UnitUnknown: what it says.
    """
    unit = get_unit(session, unit_id)
    posted = [_Posted(*row) for row in _POSTED.all(session, unit=unit_id, day=day)]
    if tenure is not None:
        posted = [one for one in posted if one.tenure == str(tenure)]
    standings = _standings(session, unit_id, posted)
    names = item_names(session, [one.bill.item_id for one in standings])
    disputed = disputed_on(session, unit_id, day)
    bills = [as_view(one, names[one.bill.item_id], day, disputed) for one in standings]
    movements = _movements(posted)
    return Statement(
        unit=unit,
        day=day,
        tenure=tenure,
        owed_fen=sum(one.owed_fen for one in movements),
        prepaid_fen=sum(one.prepaid_fen for one in movements),
        arrears_fen=sum(one.open_fen for one in bills if one.state is BillState.OVERDUE),
        bills=bills,
        movements=[one for one in movements if since is None or one.day >= since],
    )


def _standings(session: Session, unit_id: str, posted: Sequence[_Posted]) -> list[Standing]:
    """Return how bills stand by what was posted: the same that `bills_of` asks the database for."""
    owed: dict[int, int] = {}
    made: dict[int, date] = {}
    undone = {one.reverses_id for one in posted}
    for one in posted:
        if one.bill_id is not None:
            owed[one.bill_id] = owed.get(one.bill_id, 0) + one.amount_fen
            if one.bill_id == one.entry_id:
                made[one.bill_id] = one.day
    bills = (BillFacts(*row) for row in _BILLS.all(session, unit=unit_id))
    return [
        Standing(bill, made[bill.id], owed[bill.id], bill.id in undone) for bill in bills if bill.id in made
    ]


def current_tenure(session: Session, unit_id: str) -> int:
    """Return whose turn it is now."""
    return len(handovers_of(session, unit_id))


def _movements(posted: Sequence[_Posted]) -> list[Movement]:
    by_entry: dict[int, list[_Posted]] = {}
    for one in posted:
        by_entry.setdefault(one.entry_id, []).append(one)
    return [_movement(rows) for rows in by_entry.values()]


def _movement(rows: Sequence[_Posted]) -> Movement:
    first = rows[0]
    return Movement(
        first.entry_id,
        first.day,
        EntryKind(first.kind),
        first.memo,
        first.reverses_id,
        sum(one.amount_fen for one in rows if one.account == AccountKind.RECEIVABLE),
        -sum(one.amount_fen for one in rows if one.account == AccountKind.PREPAYMENT),
        tuple(dict.fromkeys(one.bill_id for one in rows if one.bill_id is not None)),
    )


def as_view(one: Standing, item: str, day: date, disputed: Container[int]) -> BillView:
    """Return a bill as it is shown on a day; `disputed` are ids of bills that must not be asked for."""
    bill = one.bill
    return BillView(
        id=bill.id,
        item_id=bill.item_id,
        item=item,
        tenure=bill.tenure,
        period=Period(bill.first_day, bill.until),
        day=one.day,
        due_day=bill.due_day,
        amount_fen=bill.amount_fen,
        open_fen=one.open_fen,
        state=state_of(one, day, disputed),
        lines=lines_from_text(bill.lines),
    )


def state_of(one: Standing, day: date, disputed: Container[int]) -> BillState:
    """Return how a bill stands on a day."""
    if one.is_cancelled:
        return BillState.CANCELLED
    if one.open_fen == 0:
        return BillState.PAID
    if one.bill.id in disputed:
        return BillState.DISPUTED
    if one.bill.due_day < day:
        return BillState.OVERDUE
    return BillState.OPEN if one.open_fen == one.bill.amount_fen else BillState.PART_PAID
