"""Writing in the books: the only place that makes entries and postings, and reads their sums.

A journal locks its book's row for the transaction, so that ids follow each other without gaps and what is
read after opening it cannot change until the transaction ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backend.disclosure.models import Book, BookEntry, BookPosting
from backend.disclosure.models.books import IDS_PER_BOOK
from backend.disclosure.rules.posting import Move, check_balanced, opposite
from backend.disclosure.rules.refusals import BookEntryUnknown, EntryKept, MoneyShort, VoucherTaken
from backend.disclosure.rules.values import Account, BookKind, EntryKind
from backend.disclosure.service.keeper import Keeper
from backend.infra.bulk import insert_rows
from backend.kernel.money import format_fen

FEW_UNITS = 500
"""So many units are named in a statement; of more, all of the book are read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEntry:
    """An entry to be made; `voucher` is unique in its book."""

    kind: EntryKind
    voucher: str
    day: date
    moves: Sequence[Move]
    memo: str = ""
    source_id: str | None = None
    split_id: str | None = None
    project_id: str | None = None
    caused_by_id: int | None = None
    reverses_id: int | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """An entry as it was made; `is_new` is false where the same voucher was entered before."""

    entry_id: int
    is_new: bool


class Journal:
    """A community's books of one kind, open for writing."""

    def __init__(self, keeper: Keeper, kind: BookKind) -> None:
        self._keeper = keeper
        self._session = keeper.session
        self._book = _locked(keeper, kind)

    @property
    def book_id(self) -> int:
        """Return the book's number."""
        return self._book.id

    def find(self, new: NewEntry) -> int | None:
        """Return the entry that this voucher made before, None if it is new.

        Raises:
            VoucherTaken: it stands for something else.
        """
        query = sa.select(BookEntry).where(
            BookEntry.book_id == self.book_id, BookEntry.voucher == new.voucher
        )
        row = self._session.scalar(query)
        if row is None:
            return None
        said = (row.kind, row.day, row.memo, row.source_id, row.split_id, row.project_id, row.reverses_id)
        same = (
            new.kind.value,
            new.day,
            new.memo,
            new.source_id,
            new.split_id,
            new.project_id,
            new.reverses_id,
        )
        if said != same or sorted(map(_key, moves_of(self._session, row.id))) != sorted(map(_key, new.moves)):
            number = new.voucher.rpartition(":")[2]
            raise VoucherTaken(f"凭证号“{number}”已用于内容不同的另一笔账；请核对凭证号")
        return row.id

    def write(self, new: NewEntry) -> int:
        """Make an entry and return its id.

        Raises:
            BookUnbalanced: the moves do not come to nothing.
            MoneyShort: what is held would fall below zero, on that day or a later one.
        """
        check_balanced(new.moves)
        self._check_money(new)
        self._book.last_entry += 1
        entry_id = self.book_id * IDS_PER_BOOK + self._book.last_entry
        self._session.add(
            BookEntry(
                id=entry_id,
                book_id=self.book_id,
                kind=new.kind.value,
                voucher=new.voucher,
                day=new.day,
                memo=new.memo,
                source_id=new.source_id,
                split_id=new.split_id,
                project_id=new.project_id,
                caused_by_id=new.caused_by_id,
                reverses_id=new.reverses_id,
                recorded_at=self._keeper.now,
                recorded_by=self._keeper.account_id,
            )
        )
        self._session.flush()
        insert_rows(self._session, BookPosting, self._postings(entry_id, new))
        return entry_id

    def _postings(self, entry_id: int, new: NewEntry) -> list[dict[str, object]]:
        return [
            {
                "entry_id": entry_id,
                "line": line,
                "book_id": self.book_id,
                "account": move.account.value,
                "key": move.key,
                "unit_id": move.unit_id,
                "amount_fen": move.amount_fen,
                "day": new.day,
            }
            for line, move in enumerate(new.moves, start=1)
        ]

    def _check_money(self, new: NewEntry) -> None:
        change = sum(move.amount_fen for move in new.moves if move.account is Account.MONEY)
        if change < 0:
            least = least_from(self._session, self.book_id, new.day)
            if least + change < 0:
                raise MoneyShort(
                    f"自 {new.day} 起账上最少时只有 {format_fen(least)} 元，"
                    f"不够支付 {format_fen(-change)} 元；请核对金额和日期"
                )

    def reverse(self, entry_id: int, reason: str) -> int:
        """Undo an entry by its opposite on the same day, and return the entry that does.

        Raises:
            BookEntryUnknown: no such entry in these books.
            EntryKept: it cannot be reversed.
            MoneyShort: what it brought was used already.
        """
        row = self.get(entry_id)
        if row.kind == EntryKind.REVERSAL.value:
            raise EntryKept("冲销本身不能再冲销；请重新记账")
        if self._session.scalar(sa.select(BookEntry.id).where(BookEntry.reverses_id == entry_id)) is not None:
            raise EntryKept("这笔账已经冲销过")
        return self.write(
            NewEntry(
                kind=EntryKind.REVERSAL,
                voucher=f"reversal:{entry_id}",
                day=row.day,
                moves=opposite(moves_of(self._session, entry_id)),
                memo=reason,
                source_id=row.source_id,
                split_id=row.split_id,
                project_id=row.project_id,
                reverses_id=entry_id,
            )
        )

    def get(self, entry_id: int) -> BookEntry:
        """Return an entry of these books. Raises BookEntryUnknown."""
        row = self._session.get(BookEntry, entry_id)
        if row is None or row.book_id != self.book_id:
            raise BookEntryUnknown("本小区没有这笔账；请核对编号")
        return row


def find_book(session: Session, community_id: str, kind: BookKind) -> Book | None:
    """Return a community's books of a kind, None while nothing was entered."""
    query = sa.select(Book).where(Book.community_id == community_id, Book.kind == kind.value)
    return session.scalar(query)


def moves_of(session: Session, entry_id: int) -> list[Move]:
    """Return what an entry moved."""
    query = sa.select(BookPosting).where(BookPosting.entry_id == entry_id).order_by(BookPosting.line)
    return [
        Move(Account(row.account), row.key, row.amount_fen, row.unit_id) for row in session.scalars(query)
    ]


def least_from(session: Session, book_id: int, day: date) -> int:
    """Return the least that is held from the end of a day on, by all that is entered."""
    query = (
        sa.select(BookPosting.day, sa.func.sum(BookPosting.amount_fen))
        .where(BookPosting.book_id == book_id, BookPosting.account == Account.MONEY.value)
        .group_by(BookPosting.day)
        .order_by(BookPosting.day)
    )
    rows = [(found, int(amount)) for found, amount in session.execute(query)]
    before = sum(amount for found, amount in rows if found <= day)
    return min(accumulate([amount for found, amount in rows if found > day], initial=before))


def least_of_units(session: Session, book_id: int, unit_ids: Iterable[str], day: date) -> Mapping[str, int]:
    """Return for each of some units the least that is left from the end of a day on."""
    least = dict.fromkeys(unit_ids, 0)
    few = BookPosting.unit_id.in_(least) if len(least) <= FEW_UNITS else sa.true()
    query = (
        sa.select(BookPosting.unit_id, BookPosting.day, -sa.func.sum(BookPosting.amount_fen))
        .where(BookPosting.book_id == book_id, BookPosting.account == Account.UNIT.value, few)
        .group_by(BookPosting.unit_id, BookPosting.day)
        .order_by(BookPosting.unit_id, BookPosting.day)
    )
    changes: dict[str, list[tuple[date, int]]] = {}
    for unit_id, found, amount in session.execute(query):
        if unit_id in least:
            changes.setdefault(unit_id, []).append((found, int(amount)))
    for unit_id, rows in changes.items():
        before = sum(amount for found, amount in rows if found <= day)
        later = [amount for found, amount in rows if found > day]
        least[unit_id] = min(accumulate(later, initial=before))
    return least


def _key(move: Move) -> tuple[str, str, str, int]:
    return move.account.value, move.key, move.unit_id or "", move.amount_fen


def _locked(keeper: Keeper, kind: BookKind) -> Book:
    query = sa.select(Book).where(Book.community_id == keeper.community_id, Book.kind == kind.value)
    query = query.with_for_update().execution_options(populate_existing=True)
    book = keeper.session.scalar(query)
    if book is not None:
        return book
    try:
        with keeper.session.begin_nested():
            keeper.session.add(
                Book(community_id=keeper.community_id, kind=kind.value, opened_at=keeper.now, last_entry=0)
            )
    except IntegrityError:  # another transaction opened it at the same moment
        pass
    return keeper.session.scalars(query).one()
