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
    """One message to one person. `phone` and `text` are encrypted; `channel` is how it went out besides."""

    __tablename__ = "messages"

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True, default=new_id)
    phone_hash: Mapped[str] = mapped_column(sa.String(64))
    phone: Mapped[str] = mapped_column(sa.Text)
    kind: Mapped[str] = mapped_column(sa.String(64))
    text: Mapped[str] = mapped_column(sa.Text)
    at: Mapped[datetime] = mapped_column(Instant)
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    channel: Mapped[str | None] = mapped_column(sa.String(16))
    read_at: Mapped[datetime | None] = mapped_column(Instant)

    __table_args__ = (sa.Index(None, "phone_hash", "at"),)


class Consent(Base):
    """That a person allowed one subscribe message of a template. One consent is one message."""

    __tablename__ = "message_consents"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(sa.ForeignKey("accounts.id"))
    template: Mapped[str] = mapped_column(sa.String(64))
    at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)
    outcome: Mapped[str | None] = mapped_column(sa.String(64))

    __table_args__ = (sa.Index(None, "account_id", "template", "used_at"),)
