"""Receipts of payments, which are only ever inserted, and the checks of their codes within the hour."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backend.infra.db import Base, Instant

NUMBER = sa.String(24)


class Receipt(Base):
    """A receipt, or what undoes one. `entry_id` is the entry behind it: the payment, its reversal, a refund.

    `facts` and `details` are the canonical texts of `rules.receipts`, `signature` (hex) is over the facts.
    """

    __tablename__ = "receipts"

    number: Mapped[str] = mapped_column(NUMBER, primary_key=True)
    ledger_id: Mapped[int] = mapped_column(sa.ForeignKey("ledgers.id"))
    year: Mapped[int] = mapped_column(sa.SmallInteger)
    serial: Mapped[int]
    kind: Mapped[str] = mapped_column(sa.String(8))
    payment_id: Mapped[int] = mapped_column(sa.BigInteger, sa.ForeignKey("payments.id"), index=True)
    entry_id: Mapped[int] = mapped_column(sa.BigInteger, sa.ForeignKey("journal_entries.id"), unique=True)
    undoes: Mapped[str | None] = mapped_column(NUMBER, sa.ForeignKey("receipts.number"))
    amount_fen: Mapped[int] = mapped_column(sa.BigInteger)
    issued_at: Mapped[datetime] = mapped_column(Instant)
    facts: Mapped[str] = mapped_column(sa.Text)
    details: Mapped[str] = mapped_column(sa.Text)
    signature: Mapped[str] = mapped_column(sa.String(128))

    __table_args__ = (sa.UniqueConstraint("ledger_id", "year", "serial"),)


class ReceiptCheck(Base):
    """That somebody checked a code; kept for an hour. `address` is a keyed hash of where from."""

    __tablename__ = "receipt_checks"

    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(sa.String(64))
    at: Mapped[datetime] = mapped_column(Instant, index=True)

    __table_args__ = (sa.Index(None, "address", "at"),)
