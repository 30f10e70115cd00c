"""Reconciliation: what was compared, and where the books and others differ."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backend.fees.models.ledger import BIG
from backend.infra.db import Base, Instant
from backend.kernel.ids import new_id

ID = sa.String(32)


class ChannelDay(Base):
    """A day whose bill is to be fetched from the channel; `done_at` once it was compared."""

    __tablename__ = "channel_days"

    day: Mapped[date] = mapped_column(primary_key=True)
    ordered_at: Mapped[datetime] = mapped_column(Instant)
    done_at: Mapped[datetime | None] = mapped_column(Instant)


class Reconciliation(Base):
    """One comparison of a community's books with the channel or the bank; only ever inserted."""

    __tablename__ = "reconciliations"

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    community_id: Mapped[str] = mapped_column(sa.ForeignKey("communities.id"))
    source: Mapped[str] = mapped_column(sa.String(16))
    first_day: Mapped[date]
    last_day: Mapped[date]
    ours: Mapped[int]
    ours_fen: Mapped[int] = mapped_column(BIG)
    theirs: Mapped[int]
    theirs_fen: Mapped[int] = mapped_column(BIG)
    differences: Mapped[int]
    at: Mapped[datetime] = mapped_column(Instant)
    recorded_by: Mapped[str] = mapped_column(ID)

    __table_args__ = (sa.Index(None, "community_id", "at"),)


class Difference(Base):
    """Where a comparison found a difference; closed with a note, or by a later comparison that agrees.

    `community_id` is None where the channel names an order that is none of ours. An amount is None on the
    side where there is nothing.
    """

    __tablename__ = "differences"

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    key: Mapped[str] = mapped_column(sa.String(64), unique=True)
    community_id: Mapped[str | None] = mapped_column(sa.ForeignKey("communities.id"), index=True)
    source: Mapped[str] = mapped_column(sa.String(16))
    day: Mapped[date]
    kind: Mapped[str] = mapped_column(sa.String(16))
    what: Mapped[str] = mapped_column(sa.String(16))
    number: Mapped[str] = mapped_column(sa.String(64))
    ours_fen: Mapped[int | None] = mapped_column(BIG)
    theirs_fen: Mapped[int | None] = mapped_column(BIG)
    detail: Mapped[str] = mapped_column(sa.String(200))
    found_at: Mapped[datetime] = mapped_column(Instant)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    closed_by: Mapped[str | None] = mapped_column(ID)
    note: Mapped[str] = mapped_column(sa.String(200), default="")
