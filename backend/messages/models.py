"""The inbox. A message belongs to a phone, so that it also reaches a person who signs in only later."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backend.infra.db import Base, Instant
from backend.kernel.ids import new_id


class Message(Base):
    """One message to one person. `phone` and `text` are encrypted; `sent_at` is when an SMS went out."""

    __tablename__ = "messages"

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True, default=new_id)
    phone_hash: Mapped[str] = mapped_column(sa.String(64))
    phone: Mapped[str] = mapped_column(sa.Text)
    kind: Mapped[str] = mapped_column(sa.String(64))
    text: Mapped[str] = mapped_column(sa.Text)
    at: Mapped[datetime] = mapped_column(Instant)
    sent_at: Mapped[datetime | None] = mapped_column(Instant)

    __table_args__ = (sa.Index(None, "phone_hash", "at"),)
