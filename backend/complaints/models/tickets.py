"""A ticket, its events, the bodies that work on it, and those who whistled."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backend.infra.db import Base, Instant
from backend.kernel.ids import new_id

ID = sa.String(32)
WORD = sa.String(24)


class Ticket(Base):
    """A report and where it stands.

    Above: what the report said. Below: a copy of what its events come to (`rules.life.replay`), by which
    lists and figures are made; `wake_at` is when time alone changes something next.
    """

    __tablename__ = "tickets"

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    number: Mapped[str] = mapped_column(sa.String(20), unique=True)
    community_id: Mapped[str] = mapped_column(sa.ForeignKey("communities.id"))
    channel: Mapped[str] = mapped_column(WORD)
    place_kind: Mapped[str] = mapped_column(WORD)
    building: Mapped[str] = mapped_column(sa.String(40), default="")
    unit_id: Mapped[str | None] = mapped_column(sa.ForeignKey("units.id"))
    spot: Mapped[str] = mapped_column(sa.String(200), default="")
    lat_e7: Mapped[int | None]
    long_e7: Mapped[int | None]
    text: Mapped[str] = mapped_column(sa.Text)
    text_sha256: Mapped[str] = mapped_column(sa.String(64))
    answers: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    photos: Mapped[list[str]] = mapped_column(sa.JSON)
    reporter_id: Mapped[str | None] = mapped_column(sa.ForeignKey("accounts.id"))
    entered_by: Mapped[str | None] = mapped_column(sa.ForeignKey("accounts.id"))
    contact_name: Mapped[str | None] = mapped_column(sa.Text)  # encrypted
    contact_phone: Mapped[str | None] = mapped_column(sa.Text)  # encrypted
    submitted_at: Mapped[datetime] = mapped_column(Instant)

    category: Mapped[str] = mapped_column(sa.String(40))
    state: Mapped[str] = mapped_column(WORD)
    priority: Mapped[str] = mapped_column(sa.String(2))
    level: Mapped[int] = mapped_column(sa.SmallInteger)
    firm_id: Mapped[str | None] = mapped_column(ID)
    street_id: Mapped[str | None] = mapped_column(ID)
    assignee_id: Mapped[str | None] = mapped_column(ID)
    merged_into: Mapped[str | None] = mapped_column(ID, index=True)
    whistles: Mapped[int]
    reopened: Mapped[int]
    responded_at: Mapped[datetime | None] = mapped_column(Instant)
    response_due_at: Mapped[datetime | None] = mapped_column(Instant)
    response_met: Mapped[bool | None]
    resolved_at: Mapped[datetime | None] = mapped_column(Instant)
    resolution_due_at: Mapped[datetime | None] = mapped_column(Instant)
    resolution_met: Mapped[bool | None]
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    satisfaction: Mapped[int | None] = mapped_column(sa.SmallInteger)
    solved: Mapped[bool | None]
    callback: Mapped[str | None] = mapped_column(WORD)
    appeal_open: Mapped[bool]
    publication: Mapped[str] = mapped_column(WORD)
    updated_at: Mapped[datetime] = mapped_column(Instant)
    wake_at: Mapped[datetime | None] = mapped_column(Instant, index=True)
    events: Mapped[int]

    __table_args__ = (
        sa.Index(None, "community_id", "submitted_at"),
        sa.Index(None, "firm_id", "submitted_at"),
        sa.Index(None, "street_id", "submitted_at"),
        sa.Index(None, "reporter_id", "submitted_at"),
    )


class TicketEvent(Base):
    """One event of a ticket. Rows are only added; `number` counts from 1 and allows no two writers."""

    __tablename__ = "ticket_events"

    ticket_id: Mapped[str] = mapped_column(sa.ForeignKey("tickets.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(WORD)
    at: Mapped[datetime] = mapped_column(Instant)
    party: Mapped[str] = mapped_column(WORD)
    account_id: Mapped[str | None] = mapped_column(ID)
    organisation_id: Mapped[str | None] = mapped_column(ID)
    text: Mapped[str] = mapped_column(sa.Text)
    facts: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    photos: Mapped[list[str]] = mapped_column(sa.JSON)


class TicketBody(Base):
    """That an organisation has to do with a ticket; what its queue is picked and sorted by is copied here."""

    __tablename__ = "ticket_bodies"

    ticket_id: Mapped[str] = mapped_column(sa.ForeignKey("tickets.id"), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(sa.ForeignKey("organisations.id"), primary_key=True)
    level: Mapped[int] = mapped_column(sa.SmallInteger)
    part: Mapped[str] = mapped_column(WORD)
    is_open: Mapped[bool]
    due_at: Mapped[datetime] = mapped_column(Instant)
    submitted_at: Mapped[datetime] = mapped_column(Instant)

    __table_args__ = (
        sa.Index(None, "organisation_id", "is_open", "due_at", "ticket_id"),
        sa.Index(None, "organisation_id", "is_open", "submitted_at", "ticket_id"),
    )


class Whistle(Base):
    """That a person reported a ticket or joined it ("me too"). One person whistles once on a ticket."""

    __tablename__ = "ticket_whistles"

    ticket_id: Mapped[str] = mapped_column(sa.ForeignKey("tickets.id"), primary_key=True)
    account_id: Mapped[str] = mapped_column(sa.ForeignKey("accounts.id"), primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
    is_reporter: Mapped[bool]

    __table_args__ = (sa.Index(None, "account_id", "at"),)


class HotlineNumber(Base):
    """That a ticket of the hotline 12345 was taken over, and as which ticket; it is never taken twice."""

    __tablename__ = "hotline_numbers"

    number: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    ticket_id: Mapped[str] = mapped_column(sa.ForeignKey("tickets.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)


class Open311Key(Base):
    """A key by which a program of others may report (Open311); the key itself is not stored."""

    __tablename__ = "open311_keys"

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    key_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    name: Mapped[str] = mapped_column(sa.String(100))
    account_id: Mapped[str] = mapped_column(sa.ForeignKey("accounts.id"))
    issued_at: Mapped[datetime] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)


class Open311Token(Base):
    """The word that a program of others was given for a report, by which it asks for the ticket's number."""

    __tablename__ = "open311_tokens"

    token: Mapped[str] = mapped_column(ID, primary_key=True)
    ticket_id: Mapped[str] = mapped_column(sa.ForeignKey("tickets.id"), index=True)
    key_id: Mapped[str] = mapped_column(sa.ForeignKey("open311_keys.id"))
    at: Mapped[datetime] = mapped_column(Instant)

    __table_args__ = (sa.Index(None, "key_id", "at"),)
