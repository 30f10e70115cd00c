"""How bills and prepayments stand, now or on a day, by what the postings say; many units in few queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from backend.fees.models import Account, Bill, Entry, Posting
from backend.fees.rules.settling import OpenBill
from backend.fees.rules.values import AccountKind
from backend.fees.service.journal import in_parts

Holder = tuple[str, int]
"""A unit and whose turn it is."""


class BillFacts(NamedTuple):
    """A bill read without the session's objects: the same names, for whoever only shows it."""

    id: int
    unit_id: str
    item_id: str
    tenure: int
    first_day: date
    until: date
    due_day: date
    amount_fen: int
    lines: str


@dataclass(frozen=True, slots=True)
class Standing:
    """A bill with what is owed of it."""

    bill: Bill | BillFacts
    day: date
    open_fen: int
    is_cancelled: bool

    def as_open(self) -> OpenBill:
        """Return it as settling needs it."""
        bill = self.bill
        return OpenBill(
            bill.id, bill.unit_id, bill.tenure, self.day, bill.due_day, self.open_fen, self.is_cancelled
        )


def bills_of(session: Session, unit_ids: Iterable[str], *, on: date | None = None) -> list[Standing]:
    """Return every bill of some units, oldest first, as it stands (on a day: by entries up to that day)."""
    return [
        standing
        for some in in_parts(unit_ids)
        for standing in _standings(session, Bill.unit_id.in_(some), on)
    ]


def open_bills(session: Session, unit_ids: Iterable[str]) -> dict[Holder, list[OpenBill]]:
    """Return the bills of some units of which something is owed, by holder."""
    found: dict[Holder, list[OpenBill]] = {}
    for some in in_parts(unit_ids):
        for standing in _standings(session, Bill.unit_id.in_(some), None, only_open=True):
            found.setdefault((standing.bill.unit_id, standing.bill.tenure), []).append(standing.as_open())
    return found


def bills_named(session: Session, bill_ids: Iterable[int]) -> list[Standing]:
    """Return bills by their ids, as they stand now."""
    return list(_standings(session, Bill.id.in_(sorted(set(bill_ids))), None))


def _standings(
    session: Session, condition: sa.ColumnElement[bool], on: date | None, *, only_open: bool = False
) -> Iterable[Standing]:
    reversal = aliased(Entry)
    owed = sa.select(Posting.bill_id, sa.func.sum(Posting.amount_fen).label("open")).where(
        Posting.bill_id.in_(sa.select(Bill.id).where(condition))
    )
    until = sa.true() if on is None else reversal.day <= on
    if on is not None:
        owed = owed.where(Posting.day <= on)
    owed = owed.group_by(Posting.bill_id)
    sums = (owed.having(sa.func.sum(Posting.amount_fen) > 0) if only_open else owed).subquery()
    query = (
        sa.select(Bill, Entry.day, sums.c.open, reversal.id)
        .join(Entry, Entry.id == Bill.id)
        .outerjoin(reversal, sa.and_(reversal.reverses_id == Bill.id, until))
        .join(sums, sums.c.bill_id == Bill.id)
        .where(condition)
        .order_by(Bill.first_day, Bill.id)
    )
    if on is not None:
        query = query.where(Entry.day <= on)
    for bill, day, owed_fen, reversed_by in session.execute(query):
        yield Standing(bill, day, int(owed_fen), reversed_by is not None)


def prepayments_of(
    session: Session, ledger_id: int, unit_ids: Sequence[str] | None = None
) -> dict[Holder, int]:
    """Return what holders have in advance, where it is anything; of all units of a ledger, or of some."""
    which = sa.select(Account.id, Account.unit_id, Account.key).where(
        Account.ledger_id == ledger_id, Account.kind == AccountKind.PREPAYMENT.value
    )
    if unit_ids is not None:
        which = which.where(Account.unit_id.in_(unit_ids))
    holders = {row.id: (str(row.unit_id), int(row.key)) for row in session.execute(which)}
    found: dict[Holder, int] = {}
    for some in in_parts(holders):
        query = (
            sa.select(Posting.account_id, sa.func.sum(Posting.amount_fen))
            .where(Posting.account_id.in_(some))
            .group_by(Posting.account_id)
        )
        for account_id, total in session.execute(query):
            if total != 0:
                found[holders[account_id]] = -int(total)
    return found
