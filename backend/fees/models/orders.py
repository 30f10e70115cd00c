"""Orders at the payment channel, what it told of them, and what did not fit."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backend.fees.models.ledger import BIG
from backend.infra.db import Base, Instant
from backend.kernel.ids import new_id

ID = sa.String(32)


class PayOrder(Base):
    """An order to be paid by WeChat. It is written before the channel is asked; later facts are set once.

    How it stands follows from these facts (`rules.orders.order_state`). `code` is what opens the payment: a
    prepay_id, or the content of a QR code. `open_key` is set while it may be paid and no other like it may.
    """

    __tablename__ = "pay_orders"

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    community_id: Mapped[str] = mapped_column(sa.ForeignKey("communities.id"), index=True)
    unit_id: Mapped[str] = mapped_column(sa.ForeignKey("units.id"), index=True)
    tenure: Mapped[int] = mapped_column(sa.SmallInteger)
    account_id: Mapped[str] = mapped_column(ID)
    way: Mapped[str] = mapped_column(sa.String(8))
    mchid: Mapped[str] = mapped_column(sa.String(32))
    appid: Mapped[str] = mapped_column(sa.String(32))
    out_trade_no: Mapped[str] = mapped_column(sa.String(32), unique=True)
    description: Mapped[str] = mapped_column(sa.String(127))
    amount_fen: Mapped[int] = mapped_column(BIG)
    ordered_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    code: Mapped[str | None] = mapped_column(sa.String(512))
    payment_id: Mapped[int | None] = mapped_column(BIG, sa.ForeignKey("payments.id"), unique=True)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    open_key: Mapped[str | None] = mapped_column(sa.String(64), unique=True)
    checks: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[datetime | None] = mapped_column(Instant)
    next_check_at: Mapped[datetime | None] = mapped_column(Instant, index=True)


class PayOrderBill(Base):
    """A bill that an order pays, and what was owed of it when it was ordered."""

    __tablename__ = "pay_order_bills"

    order_id: Mapped[str] = mapped_column(sa.ForeignKey("pay_orders.id"), primary_key=True)
    bill_id: Mapped[int] = mapped_column(
        BIG, sa.ForeignKey("bills.id"), primary_key=True, autoincrement=False, index=True
    )
    amount_fen: Mapped[int] = mapped_column(BIG)


class ChannelNotice(Base):
    """A notice that was taken; the same one coming again changes nothing."""

    __tablename__ = "channel_notices"

    notice_id: Mapped[str] = mapped_column(sa.String(36), primary_key=True)
    event: Mapped[str] = mapped_column(sa.String(32))
    number: Mapped[str] = mapped_column(sa.String(64))
    taken_at: Mapped[datetime] = mapped_column(Instant)


class ChannelIncident(Base):
    """Something the channel proved to have said that does not fit our books; nothing was settled by it.

    Closed by people with a note; what comes again is open again.
    """

    __tablename__ = "channel_incidents"

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    key: Mapped[str] = mapped_column(sa.String(64), unique=True)
    community_id: Mapped[str | None] = mapped_column(sa.ForeignKey("communities.id"), index=True)
    code: Mapped[str] = mapped_column(sa.String(64))
    number: Mapped[str] = mapped_column(sa.String(64))
    detail: Mapped[str] = mapped_column(sa.String(400))
    first_at: Mapped[datetime] = mapped_column(Instant)
    last_at: Mapped[datetime] = mapped_column(Instant)
    times: Mapped[int]
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    closed_by: Mapped[str | None] = mapped_column(ID)
    note: Mapped[str] = mapped_column(sa.String(200), default="")
