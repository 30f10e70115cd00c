"""What is shown: documents, publications as they were frozen, limits, questions and answers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backend.infra.db import Base, Instant
from backend.kernel.ids import new_id

BIG = sa.BigInteger
ID = sa.String(32)


class Paper(Base):
    """A contract, voucher or record, kept by the SHA-256 of its bytes. Never changed."""

    __tablename__ = "disclosure_papers"

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    community_id: Mapped[str] = mapped_column(sa.ForeignKey("communities.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(100))
    media: Mapped[str] = mapped_column(sa.String(32))
    sha256: Mapped[str] = mapped_column(sa.String(64))
    size: Mapped[int]
    at: Mapped[datetime] = mapped_column(Instant)
    recorded_by: Mapped[str] = mapped_column(ID)


class EntryPaper(Base):
    """That a document is a voucher of an entry."""

    __tablename__ = "entry_papers"

    entry_id: Mapped[int] = mapped_column(
        BIG, sa.ForeignKey("book_entries.id"), primary_key=True, autoincrement=False
    )
    paper_id: Mapped[str] = mapped_column(sa.ForeignKey("disclosure_papers.id"), primary_key=True)


class StepPaper(Base):
    """That a document belongs to a step of the emergency procedure."""

    __tablename__ = "step_papers"

    step_id: Mapped[str] = mapped_column(sa.ForeignKey("fund_steps.id"), primary_key=True)
    paper_id: Mapped[str] = mapped_column(sa.ForeignKey("disclosure_papers.id"), primary_key=True)


class Publication(Base):
    """What was published of a period, byte for byte, with its digest and the server's signature.

    Never changed; a correction is the next version, and says why.
    """

    __tablename__ = "publications"

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    community_id: Mapped[str] = mapped_column(sa.ForeignKey("communities.id"))
    kind: Mapped[str] = mapped_column(sa.String(8))
    first_day: Mapped[date]
    last_day: Mapped[date]
    version: Mapped[int]
    replaces_id: Mapped[str | None] = mapped_column(sa.ForeignKey("publications.id"))
    reason: Mapped[str] = mapped_column(sa.String(200))
    due_day: Mapped[date]
    content: Mapped[bytes] = mapped_column(sa.LargeBinary)
    sha256: Mapped[str] = mapped_column(sa.String(64))
    signature: Mapped[str] = mapped_column(sa.String(128))
    published_at: Mapped[datetime] = mapped_column(Instant)
    published_by: Mapped[str] = mapped_column(ID)

    __table_args__ = (sa.UniqueConstraint("community_id", "kind", "first_day", "version"),)


class DisclosureRules(Base):
    """Limits that differ from the defaults in a community, in days by their names."""

    __tablename__ = "disclosure_rules"

    community_id: Mapped[str] = mapped_column(sa.ForeignKey("communities.id"), primary_key=True)
    days: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    source: Mapped[str] = mapped_column(sa.String(200))
    set_at: Mapped[datetime] = mapped_column(Instant)
    set_by: Mapped[str] = mapped_column(ID)


class Enquiry(Base):
    """What an owner asks about an entry. Never changed."""

    __tablename__ = "enquiries"

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    community_id: Mapped[str] = mapped_column(sa.ForeignKey("communities.id"))
    entry_id: Mapped[int] = mapped_column(BIG, sa.ForeignKey("book_entries.id"), index=True)
    account_id: Mapped[str] = mapped_column(sa.ForeignKey("accounts.id"))
    text: Mapped[str] = mapped_column(sa.String(500))
    asked_at: Mapped[datetime] = mapped_column(Instant)
    due_day: Mapped[date | None]

    __table_args__ = (sa.Index(None, "community_id", "asked_at"),)


class EnquiryAnswer(Base):
    """The one answer to a question. Never changed."""

    __tablename__ = "enquiry_answers"

    enquiry_id: Mapped[str] = mapped_column(sa.ForeignKey("enquiries.id"), primary_key=True)
    text: Mapped[str] = mapped_column(sa.String(1000))
    answered_at: Mapped[datetime] = mapped_column(Instant)
    recorded_by: Mapped[str] = mapped_column(ID)
