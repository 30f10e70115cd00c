"""What a book comes to over some days: the same figures for screens, charts, tables and publications."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from backend.disclosure.models import BookEntry, BookPosting, CommonSource
from backend.disclosure.rules.values import Account, BookKind, CostKind, EntryKind, Payee
from backend.disclosure.rules.wording import COSTS, ENTRIES, PAYEES
from backend.disclosure.service.journal import find_book


@dataclass(frozen=True, slots=True)
class Line:
    """An amount under a name."""

    key: str
    name: str
    amount_fen: int


@dataclass(frozen=True, slots=True)
class CommonSummary:
    """Common income over some days: what was there, came, went, was split, and is left."""

    first_day: date
    last_day: date
    opening_fen: int
    income: Sequence[Line]
    cost: Sequence[Line]
    paid_out: Sequence[Line]

    @property
    def income_fen(self) -> int:
        """Return all income."""
        return sum(line.amount_fen for line in self.income)

    @property
    def cost_fen(self) -> int:
        """Return all cost."""
        return sum(line.amount_fen for line in self.cost)

    @property
    def paid_out_fen(self) -> int:
        """Return all that was split."""
        return sum(line.amount_fen for line in self.paid_out)

    @property
    def closing_fen(self) -> int:
        """Return what is left."""
        return self.opening_fen + self.income_fen - self.cost_fen - self.paid_out_fen


@dataclass(frozen=True, slots=True)
class FundSummary:
    """The fund over some days: what was there, what came and went by kind of entry, what is left."""

    first_day: date
    last_day: date
    opening_fen: int
    lines: Sequence[Line]

    @property
    def closing_fen(self) -> int:
        """Return what is left."""
        return self.opening_fen + sum(line.amount_fen for line in self.lines)


def common_summary(session: Session, community_id: str, first_day: date, last_day: date) -> CommonSummary:
    """Return what common income came to from a day to a day; what was undone is not in it."""
    book = find_book(session, community_id, BookKind.COMMON)
    sums = _sums(session, book.id, first_day, last_day) if book else {}
    opening = _held_before(session, book.id, first_day) if book else 0
    sources = _source_names(session, community_id)
    income = {key: -fen for (account, key), fen in sums.items() if account == Account.INCOME}
    cost = {key: fen for (account, key), fen in sums.items() if account == Account.COST}
    paid = {key: fen for (account, key), fen in sums.items() if account == Account.PAID_OUT}
    return CommonSummary(
        first_day,
        last_day,
        opening,
        _lines(income, sources),
        _lines(cost, {kind.value: COSTS[kind] for kind in CostKind}),
        _lines(paid, {payee.value: PAYEES[payee] for payee in Payee}),
    )


def fund_summary(session: Session, community_id: str, first_day: date, last_day: date) -> FundSummary:
    """Return what the fund came to from a day to a day, an undone entry under its own kind."""
    book = find_book(session, community_id, BookKind.FUND)
    if book is None:
        return FundSummary(first_day, last_day, 0, [])
    undone = aliased(BookEntry)
    kind = sa.func.coalesce(undone.kind, BookEntry.kind)
    query = (
        sa.select(kind, sa.func.sum(BookPosting.amount_fen))
        .join(BookEntry, BookEntry.id == BookPosting.entry_id)
        .outerjoin(undone, undone.id == BookEntry.reverses_id)
        .where(BookPosting.book_id == book.id, BookPosting.account == Account.MONEY.value)
        .where(BookPosting.day >= first_day, BookPosting.day <= last_day)
        .group_by(kind)
    )
    sums = {str(found): int(amount) for found, amount in session.execute(query)}
    lines = _lines(sums, {one.value: ENTRIES[one] for one in EntryKind})
    return FundSummary(first_day, last_day, _held_before(session, book.id, first_day), lines)


def first_day_of(session: Session, community_id: str, kind: BookKind) -> date | None:
    """Return the first day on which anything is entered, None where nothing is."""
    book = find_book(session, community_id, kind)
    if book is None:
        return None
    return session.scalar(sa.select(sa.func.min(BookPosting.day)).where(BookPosting.book_id == book.id))


def _source_names(session: Session, community_id: str) -> dict[str, str]:
    query = sa.select(CommonSource.id, CommonSource.name).where(CommonSource.community_id == community_id)
    return {str(key): str(name) for key, name in session.execute(query.order_by(CommonSource.name))}


def _sums(session: Session, book_id: int, first_day: date, last_day: date) -> dict[tuple[str, str], int]:
    query = (
        sa.select(BookPosting.account, BookPosting.key, sa.func.sum(BookPosting.amount_fen))
        .where(BookPosting.book_id == book_id)
        .where(BookPosting.day >= first_day, BookPosting.day <= last_day)
        .group_by(BookPosting.account, BookPosting.key)
    )
    return {(account, key): int(amount) for account, key, amount in session.execute(query)}


def _held_before(session: Session, book_id: int, day: date) -> int:
    query = sa.select(sa.func.sum(BookPosting.amount_fen)).where(
        BookPosting.book_id == book_id, BookPosting.account == Account.MONEY.value, BookPosting.day < day
    )
    return int(session.scalar(query) or 0)


def _lines(amounts: Mapping[str, int], names: Mapping[str, str]) -> list[Line]:
    """Return amounts that are not nothing under their names, in the order of the names."""
    return [Line(key, name, amounts[key]) for key, name in names.items() if amounts.get(key)]
