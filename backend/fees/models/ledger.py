"""The books: one ledger for each community, its accounts, entries and postings; bills and payments.

Entries and accounts are numbered without gaps within their ledger; an id is the ledger's number times
`IDS_PER_LEDGER` plus that number, so that ids are small integers, and none needs a sequence of the database.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backend.fees.rules.values import Origin
from backend.infra.db import Base, Instant

IDS_PER_LEDGER = 1_000_000_000
BIG = sa.BigInteger


class Ledger(Base):
    """The books of a community. Whoever writes in them locks this row first."""

    __tablename__ = "ledgers"

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[str] = mapped_column(sa.ForeignKey("communities.id"), unique=True)
    last_entry: Mapped[int]
    last_account: Mapped[int]


class Account(Base):
    """An account; `name` is `AccountName.text`, `key` a tenure, an item's id, or a way of paying."""

    __tablename__ = "ledger_accounts"

    id: Mapped[int] = mapped_column(BIG, primary_key=True, autoincrement=False)
    ledger_id: Mapped[int] = mapped_column(sa.ForeignKey("ledgers.id"))
    name: Mapped[str] = mapped_column(sa.String(80))
    kind: Mapped[str] = mapped_column(sa.String(16))
    key: Mapped[str] = mapped_column(sa.String(32))
    unit_id: Mapped[str | None] = mapped_column(sa.ForeignKey("units.id"), index=True)

    __table_args__ = (sa.UniqueConstraint("ledger_id", "name"),)


class Entry(Base):
    """A journal entry. `business_key` makes the act behind it happen once; `day` is when it takes effect."""

    __tablename__ = "journal_entries"

    id: Mapped[int] = mapped_column(BIG, primary_key=True, autoincrement=False)
    ledger_id: Mapped[int] = mapped_column(sa.ForeignKey("ledgers.id"))
    kind: Mapped[str] = mapped_column(sa.String(16))
    business_key: Mapped[str] = mapped_column(sa.String(160))
    day: Mapped[date]
    reverses_id: Mapped[int | None] = mapped_column(BIG, sa.ForeignKey("journal_entries.id"), unique=True)
    memo: Mapped[str] = mapped_column(sa.String(200))
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    recorded_by: Mapped[str] = mapped_column(sa.String(32))

    __table_args__ = (sa.UniqueConstraint("ledger_id", "business_key"),)


class Bill(Base):
    """What a holder of a unit is to pay of one item for one period; its id is that of its entry.

    `lines` is written by `rules.bill_lines`. What is still owed is never kept here: postings say it.
    """

    __tablename__ = "bills"

    id: Mapped[int] = mapped_column(
        BIG, sa.ForeignKey("journal_entries.id"), primary_key=True, autoincrement=False
    )
    unit_id: Mapped[str] = mapped_column(sa.ForeignKey("units.id"), index=True)
    item_id: Mapped[str] = mapped_column(sa.ForeignKey("fee_items.id"))
    tenure: Mapped[int] = mapped_column(sa.SmallInteger)
    first_day: Mapped[date]
    until: Mapped[date]
    due_day: Mapped[date]
    amount_fen: Mapped[int] = mapped_column(BIG)
    run_id: Mapped[str | None] = mapped_column(sa.ForeignKey("charge_runs.id"), index=True)
    lines: Mapped[str] = mapped_column(sa.Text)

    __table_args__ = (sa.Index(None, "item_id", "until", "first_day"),)


class Posting(Base):
    """What an entry moves on one account: a debit is positive, a credit negative. `day` is the entry's."""

    __tablename__ = "postings"

    entry_id: Mapped[int] = mapped_column(
        BIG, sa.ForeignKey("journal_entries.id"), primary_key=True, autoincrement=False
    )
    line: Mapped[int] = mapped_column(sa.SmallInteger, primary_key=True, autoincrement=False)
    account_id: Mapped[int] = mapped_column(BIG, sa.ForeignKey("ledger_accounts.id"))
    amount_fen: Mapped[int] = mapped_column(BIG)
    day: Mapped[date]
    bill_id: Mapped[int | None] = mapped_column(BIG, sa.ForeignKey("bills.id"), index=True)

    __table_args__ = (
        sa.Index(None, "account_id", "day"),
        sa.CheckConstraint("amount_fen <> 0", name="moves_something"),
    )


class Payment(Base):
    """Money that came in for a unit; its id is that of its entry. `reference` is the slip's number.

    `origin` says whether there is a receipt: only what was entered here has one, not what was imported or
    stood in the books before there were receipts.
    """

    __tablename__ = "payments"

    id: Mapped[int] = mapped_column(
        BIG, sa.ForeignKey("journal_entries.id"), primary_key=True, autoincrement=False
    )
    unit_id: Mapped[str] = mapped_column(sa.ForeignKey("units.id"), index=True)
    tenure: Mapped[int] = mapped_column(sa.SmallInteger)
    method: Mapped[str] = mapped_column(sa.String(16))
    amount_fen: Mapped[int] = mapped_column(BIG)
    reference: Mapped[str] = mapped_column(sa.String(64))
    origin: Mapped[str] = mapped_column(sa.String(8), server_default=Origin.BEFORE.value)


class LedgerCheck(Base):
    """A nightly check of all books; `findings` is empty where everything agrees, null until it is done."""

    __tablename__ = "ledger_checks"

    day: Mapped[date] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
    accounts: Mapped[int] = mapped_column(BIG, default=0)
    postings: Mapped[int] = mapped_column(BIG, default=0)
    findings: Mapped[list[Any] | None] = mapped_column(sa.JSON(none_as_null=True))
