"""Entries as they are shown: what moved, from which source, by which voucher, and what the committee says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.disclosure.models import (
    BookEntry,
    BookPosting,
    CommonSource,
    EntryReview,
    FundProject,
    IncomeSplit,
    Paper,
)
from backend.disclosure.rules.values import Account, BookKind, CostKind, EntryKind, Payee
from backend.disclosure.rules.wording import COSTS, ENTRIES, PAYEES
from backend.disclosure.service.journal import find_book
from backend.disclosure.service.papers import papers_of_entries
from backend.infra.paging import PAGE, Page, cursor_of, read_cursor

AT_ONCE = 500
Row = TypeVar("Row", CommonSource, IncomeSplit, FundProject)


@dataclass(frozen=True, slots=True)
class Ground:
    """The item of an assembly on which an entry stands."""

    assembly_id: str
    item_id: str
    title: str


@dataclass(frozen=True, slots=True)
class PartPaid:
    """What of a split went to whom."""

    to: Payee
    name: str
    amount_fen: int


@dataclass(frozen=True, slots=True)
class EntryView:
    """An entry. `amount_fen` is what it added to what is held (or, negative, took from it).

    `about` is the source, the kind of cost or the project, in words.
    """

    id: int
    day: date
    kind: EntryKind
    name: str
    about: str
    amount_fen: int
    memo: str
    reference: str
    source_id: str | None
    project_id: str | None
    reverses_id: int | None
    reversed_by: int | None
    ground: Ground | None
    parts: Sequence[PartPaid]
    agrees: bool | None
    note: str
    papers: Sequence[Paper]
    recorded_at: datetime


def page_of(
    session: Session,
    community_id: str,
    kind: BookKind,
    cursor: str | None,
    days: tuple[date | None, date | None] = (None, None),
) -> Page[EntryView]:
    """Return some entries of a book, those recorded last first. Raises CursorRefused."""
    book = find_book(session, community_id, kind)
    if book is None:
        return Page([], None)
    query = sa.select(BookEntry).where(BookEntry.book_id == book.id, _within(days))
    if cursor:
        at, key = read_cursor(cursor)
        number = int(key) if key.isdecimal() else 0
        query = query.where(
            sa.or_(BookEntry.recorded_at < at, sa.and_(BookEntry.recorded_at == at, BookEntry.id < number))
        )
    query = query.order_by(BookEntry.recorded_at.desc(), BookEntry.id.desc()).limit(PAGE + 1)
    rows = session.scalars(query).all()
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    following = cursor_of(last.recorded_at, str(last.id)) if last else None
    return Page(_views(session, rows[:PAGE]), following)


def all_of(
    session: Session, community_id: str, kind: BookKind, first: date, last: date
) -> Iterator[EntryView]:
    """Yield every entry of some days, by day, in parts that fit into memory."""
    book = find_book(session, community_id, kind)
    if book is None:
        return
    ids = sa.select(BookEntry.id).where(BookEntry.book_id == book.id, _within((first, last)))
    wanted = session.scalars(ids.order_by(BookEntry.day, BookEntry.id)).all()
    for start in range(0, len(wanted), AT_ONCE):
        query = sa.select(BookEntry).where(BookEntry.id.in_(wanted[start : start + AT_ONCE]))
        yield from _views(session, session.scalars(query.order_by(BookEntry.day, BookEntry.id)).all())


def _within(days: tuple[date | None, date | None]) -> sa.ColumnElement[bool]:
    first, last = days
    return sa.and_(
        sa.true() if first is None else BookEntry.day >= first,
        sa.true() if last is None else BookEntry.day <= last,
    )


@dataclass(frozen=True, slots=True)
class _Beside:
    """What stands beside some entries, by their ids."""

    moves: Mapping[int, Sequence[tuple[str, str, int]]]
    undone: Mapping[int, int]
    reviews: Mapping[int, EntryReview]
    papers: Mapping[int, Sequence[Paper]]
    sources: Mapping[str, CommonSource]
    splits: Mapping[str, IncomeSplit]
    projects: Mapping[str, FundProject]


def _views(session: Session, rows: Sequence[BookEntry]) -> list[EntryView]:
    ids = [row.id for row in rows]
    beside = _Beside(
        _moves(session, ids),
        _undone(session, ids),
        _reviews(session, ids),
        papers_of_entries(session, ids),
        _named(session, CommonSource, {row.source_id for row in rows}),
        _named(session, IncomeSplit, {row.split_id for row in rows}),
        _named(session, FundProject, {row.project_id for row in rows}),
    )
    return [_view(row, beside) for row in rows]


def _named(session: Session, table: type[Row], ids: set[str | None]) -> dict[str, Row]:
    query = sa.select(table).where(table.id.in_(ids - {None}))
    return {row.id: row for row in session.scalars(query)}


def _moves(session: Session, ids: Sequence[int]) -> dict[int, list[tuple[str, str, int]]]:
    query = (
        sa.select(
            BookPosting.entry_id, BookPosting.account, BookPosting.key, sa.func.sum(BookPosting.amount_fen)
        )
        .where(BookPosting.entry_id.in_(ids))
        .group_by(BookPosting.entry_id, BookPosting.account, BookPosting.key)
    )
    found: dict[int, list[tuple[str, str, int]]] = {}
    for entry_id, account, key, amount in session.execute(query):
        found.setdefault(entry_id, []).append((account, key, int(amount)))
    return found


def _undone(session: Session, ids: Sequence[int]) -> dict[int, int]:
    query = sa.select(BookEntry.reverses_id, BookEntry.id).where(BookEntry.reverses_id.in_(ids))
    return {int(undone): by for undone, by in session.execute(query) if undone is not None}


def _reviews(session: Session, ids: Sequence[int]) -> dict[int, EntryReview]:
    query = sa.select(EntryReview).where(EntryReview.entry_id.in_(ids))
    ordered = query.order_by(EntryReview.number)
    return {review.entry_id: review for review in session.scalars(ordered)}


def _view(row: BookEntry, beside: _Beside) -> EntryView:
    moves, review = beside.moves.get(row.id, ()), beside.reviews.get(row.id)
    kind = EntryKind(row.kind)
    return EntryView(
        id=row.id,
        day=row.day,
        kind=kind,
        name=ENTRIES[kind],
        about=_about(row, moves, beside),
        amount_fen=sum(amount for account, _, amount in moves if account == Account.MONEY),
        memo=row.memo,
        reference="" if kind is EntryKind.REVERSAL else row.voucher.partition(":")[2],
        source_id=row.source_id,
        project_id=row.project_id,
        reverses_id=row.reverses_id,
        reversed_by=beside.undone.get(row.id),
        ground=_ground(row, beside),
        parts=[
            PartPaid(Payee(key), PAYEES[Payee(key)], amount)
            for account, key, amount in moves
            if account == Account.PAID_OUT
        ],
        agrees=review.agrees if review else None,
        note=review.note if review else "",
        papers=beside.papers.get(row.id, ()),
        recorded_at=row.recorded_at,
    )


def _about(row: BookEntry, moves: Sequence[tuple[str, str, int]], beside: _Beside) -> str:
    costs = [COSTS[CostKind(key)] for account, key, _ in moves if account == Account.COST]
    if costs:
        return costs[0]
    if row.source_id:
        return beside.sources[row.source_id].name
    if row.project_id:
        return beside.projects[row.project_id].title
    return beside.splits[row.split_id].title if row.split_id else ""


def _ground(row: BookEntry, beside: _Beside) -> Ground | None:
    if row.split_id:
        split = beside.splits[row.split_id]
        return Ground(split.assembly_id, split.item_id, split.title)
    project = beside.projects[row.project_id] if row.project_id else None
    if project is None or project.assembly_id is None or project.item_id is None:
        return None
    return Ground(project.assembly_id, project.item_id, project.title)
