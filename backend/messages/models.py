"""The inbox, the consents to be written to by WeChat, and what became of each delivery.

A message belongs to a phone, so that it also reaches a person who signs in only later.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backend.infra.db import Base, Instant
from backend.kernel.ids import new_id


class Message(Base):
    """One message to one person. `phone` and `text` are encrypted; `subject` and `link` name nobody.

    `sent_at` is when it went out by a channel besides the inbox.
    """

    __tablename__ = "messages"

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True, default=new_id)
    phone_hash: Mapped[str] = mapped_column(sa.String(64))
    phone: Mapped[str] = mapped_column(sa.Text)
    kind: Mapped[str] = mapped_column(sa.String(64))
    text: Mapped[str] = mapped_column(sa.Text)
    subject: Mapped[str] = mapped_column(sa.String(64))
    link: Mapped[str] = mapped_column(sa.String(200))
    is_urgent: Mapped[bool]
    is_important: Mapped[bool]
    at: Mapped[datetime] = mapped_column(Instant)
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    read_at: Mapped[datetime | None] = mapped_column(Instant)

    __table_args__ = (sa.Index(None, "phone_hash", "at"),)


class Consent(Base):
    """That a person allowed one subscribe message of a template: one consent, one message.

    It stands for the mini-program of that time (`openid_hash`). `message_id` is the message that took it;
    `used_at` is when it was used up, or when WeChat said that it knows of none (`outcome`).
    """

    __tablename__ = "message_consents"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(sa.ForeignKey("accounts.id"))
    openid_hash: Mapped[str] = mapped_column(sa.String(64))
    template_id: Mapped[str] = mapped_column(sa.String(64))
    at: Mapped[datetime] = mapped_column(Instant)
    message_id: Mapped[str | None] = mapped_column(sa.ForeignKey("messages.id"), index=True)
    used_at: Mapped[datetime | None] = mapped_column(Instant)
    outcome: Mapped[str | None] = mapped_column(sa.String(16))

    __table_args__ = (sa.Index(None, "openid_hash", "template_id", "used_at"),)


class Delivery(Base):
    """What became of a message on one channel; `trace` is the channel's own number for it, or its error."""

    __tablename__ = "message_deliveries"

    message_id: Mapped[str] = mapped_column(sa.ForeignKey("messages.id"), primary_key=True)
    channel: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    state: Mapped[str] = mapped_column(sa.String(16))
    tries: Mapped[int]
    trace: Mapped[str] = mapped_column(sa.String(64))
    at: Mapped[datetime] = mapped_column(Instant)
