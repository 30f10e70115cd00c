"""Two sets of books for each community, their entries and postings.

Entries are numbered without gaps within their book; an id is the book's number times `IDS_PER_BOOK` plus that
number, so that ids are small integers, and none needs a sequence of the database.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backend.infra.db import Base, Instant

IDS_PER_BOOK = 1_000_000_000
BIG = sa.BigInteger
ID = sa.String(32)


class Book(Base):
    """A community's books of one kind. Whoever writes in them locks this row first."""

    __tablename__ = "books"

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[str] = mapped_column(sa.ForeignKey("communities.id"))
    kind: Mapped[str] = mapped_column(sa.String(8))
    opened_at: Mapped[datetime] = mapped_column(Instant)
    last_entry: Mapped[int]

    __table_args__ = (sa.UniqueConstraint("community_id", "kind"),)


class BookEntry(Base):
    """An entry, never changed. `voucher` makes the act behind it happen once; `day` is when it takes effect.

    `caused_by_id` names the entry of other books from which this one follows.
    """

    __tablename__ = "book_entries"

    id: Mapped[int] = mapped_column(BIG, primary_key=True, autoincrement=False)
    book_id: Mapped[int] = mapped_column(sa.ForeignKey("books.id"))
    kind: Mapped[str] = mapped_column(sa.String(16))
    voucher: Mapped[str] = mapped_column(sa.String(120))
    day: Mapped[date]
    memo: Mapped[str] = mapped_column(sa.String(200))
    source_id: Mapped[str | None] = mapped_column(sa.ForeignKey("common_sources.id"))
    split_id: Mapped[str | None] = mapped_column(sa.ForeignKey("income_splits.id"))
    project_id: Mapped[str | None] = mapped_column(sa.ForeignKey("fund_projects.id"), index=True)
    caused_by_id: Mapped[int | None] = mapped_column(BIG, sa.ForeignKey("book_entries.id"), unique=True)
    reverses_id: Mapped[int | None] = mapped_column(BIG, sa.ForeignKey("book_entries.id"), unique=True)
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    recorded_by: Mapped[str] = mapped_column(ID)

    __table_args__ = (
        sa.UniqueConstraint("book_id", "voucher"),
        sa.Index(None, "book_id", "day", "id"),
    )


class BookPosting(Base):
    """What an entry moves on one account, never changed: a debit is positive, a credit negative.

    `book_id` and `day` are the entry's.
    """

    __tablename__ = "book_postings"

    entry_id: Mapped[int] = mapped_column(
        BIG, sa.ForeignKey("book_entries.id"), primary_key=True, autoincrement=False
    )
    line: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    book_id: Mapped[int] = mapped_column(sa.ForeignKey("books.id"))
    account: Mapped[str] = mapped_column(sa.String(16))
    key: Mapped[str] = mapped_column(sa.String(32))
    unit_id: Mapped[str | None] = mapped_column(sa.ForeignKey("units.id"))
    amount_fen: Mapped[int] = mapped_column(BIG)
    day: Mapped[date]

    __table_args__ = (
        sa.Index(None, "book_id", "account", "day"),
        sa.Index(None, "unit_id", "day"),
        sa.CheckConstraint("amount_fen <> 0", name="moves_something"),
    )


class BookCheck(Base):
    """A nightly check of all books; `findings` is empty where everything agrees, null until it is done."""

    __tablename__ = "book_checks"

    day: Mapped[date] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
    entries: Mapped[int] = mapped_column(BIG, default=0)
    postings: Mapped[int] = mapped_column(BIG, default=0)
    findings: Mapped[list[Any] | None] = mapped_column(sa.JSON(none_as_null=True))
