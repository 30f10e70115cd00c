"""Refunds: proposed, decided by somebody else, carried out."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backend.fees.models.ledger import BIG
from backend.infra.db import Base, Instant
from backend.kernel.ids import new_id

ID = sa.String(32)


class Refund(Base):
    """Money to be given back of a payment. Facts are set once; `rules.refunding.refund_state` reads them.

    `entry_id` is the entry that took it from the holder's prepayment, once the money has gone back.
    `out_refund_no` is our number at the channel; `slip` that of the slip by which money went back by hand.
    """

    __tablename__ = "refunds"

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    community_id: Mapped[str] = mapped_column(sa.ForeignKey("communities.id"), index=True)
    payment_id: Mapped[int] = mapped_column(BIG, sa.ForeignKey("payments.id"), index=True)
    unit_id: Mapped[str] = mapped_column(sa.ForeignKey("units.id"), index=True)
    tenure: Mapped[int] = mapped_column(sa.SmallInteger)
    method: Mapped[str] = mapped_column(sa.String(16))
    amount_fen: Mapped[int] = mapped_column(BIG)
    cause: Mapped[str] = mapped_column(sa.String(16))
    note: Mapped[str] = mapped_column(sa.String(200))
    proposed_at: Mapped[datetime] = mapped_column(Instant)
    proposed_by: Mapped[str] = mapped_column(ID)
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    decided_by: Mapped[str | None] = mapped_column(ID)
    is_approved: Mapped[bool | None]
    decision_note: Mapped[str] = mapped_column(sa.String(200), default="")
    out_refund_no: Mapped[str | None] = mapped_column(sa.String(64), unique=True)
    slip: Mapped[str] = mapped_column(sa.String(64), default="")
    asked_at: Mapped[datetime | None] = mapped_column(Instant)
    accepted_at: Mapped[datetime | None] = mapped_column(Instant)
    entry_id: Mapped[int | None] = mapped_column(BIG, sa.ForeignKey("journal_entries.id"), unique=True)
    outcome: Mapped[str | None] = mapped_column(sa.String(16))
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    trouble: Mapped[str] = mapped_column(sa.String(200), default="")
    checks: Mapped[int] = mapped_column(default=0)
    next_check_at: Mapped[datetime | None] = mapped_column(Instant, index=True)
