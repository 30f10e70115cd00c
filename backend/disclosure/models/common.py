"""Common income: its sources with their contracts, who looked at an entry, and how net income is split."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backend.infra.db import Base, Instant
from backend.kernel.ids import new_id

BIG = sa.BigInteger
ID = sa.String(32)


class CommonSource(Base):
    """Where common income comes from: a contract. Never changed; a new contract is a new source."""

    __tablename__ = "common_sources"

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    community_id: Mapped[str] = mapped_column(sa.ForeignKey("communities.id"))
    kind: Mapped[str] = mapped_column(sa.String(16))
    name: Mapped[str] = mapped_column(sa.String(60))
    counterparty: Mapped[str] = mapped_column(sa.String(100))
    first_day: Mapped[date]
    last_day: Mapped[date]
    amount_fen: Mapped[int] = mapped_column(BIG)
    terms: Mapped[str] = mapped_column(sa.String(200))
    contract_id: Mapped[str] = mapped_column(sa.ForeignKey("disclosure_papers.id"))
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    recorded_by: Mapped[str] = mapped_column(ID)

    __table_args__ = (sa.UniqueConstraint("community_id", "name"),)


class IncomeSplit(Base):
    """How net income is split from a day on, by an item that the assembly passed.

    Never changed; of several for one day the one with the highest number counts.
    """

    __tablename__ = "income_splits"

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    community_id: Mapped[str] = mapped_column(sa.ForeignKey("communities.id"))
    number: Mapped[int]
    assembly_id: Mapped[str] = mapped_column(sa.ForeignKey("assemblies.id"))
    item_id: Mapped[str] = mapped_column(sa.String(64))
    title: Mapped[str] = mapped_column(sa.Text)
    decided_on: Mapped[date]
    first_day: Mapped[date]
    parts: Mapped[list[Any]] = mapped_column(sa.JSON)
    """Lists of payee and weight."""
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    recorded_by: Mapped[str] = mapped_column(ID)

    __table_args__ = (sa.UniqueConstraint("community_id", "number"),)


class EntryReview(Base):
    """What the owners' committee says of an entry of common income. Never changed; the last one counts."""

    __tablename__ = "entry_reviews"

    entry_id: Mapped[int] = mapped_column(
        BIG, sa.ForeignKey("book_entries.id"), primary_key=True, autoincrement=False
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    agrees: Mapped[bool]
    note: Mapped[str] = mapped_column(sa.String(200))
    at: Mapped[datetime] = mapped_column(Instant)
    recorded_by: Mapped[str] = mapped_column(ID)
