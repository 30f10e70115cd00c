"""Due process for arrears: cases, their events, the periods of a contract. Events are only added."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backend.infra.db import Base, Instant
from backend.kernel.ids import new_id

ID = sa.String(32)
WORD = sa.String(24)


class ArrearsCase(Base):
    """What is done about one holder's overdue bills. All but the first lines copy what its events come to.

    `disputed` are ids of bills that must not be asked for.
    """

    __tablename__ = "arrears_cases"

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    community_id: Mapped[str] = mapped_column(sa.ForeignKey("communities.id"))
    unit_id: Mapped[str] = mapped_column(sa.ForeignKey("units.id"), index=True)
    tenure: Mapped[int] = mapped_column(sa.SmallInteger)
    firm_id: Mapped[str] = mapped_column(sa.ForeignKey("organisations.id"))
    opened_at: Mapped[datetime] = mapped_column(Instant)

    state: Mapped[str] = mapped_column(WORD)
    disputed: Mapped[list[int]] = mapped_column(sa.JSON)
    last_reminder: Mapped[date | None]
    mediation_open: Mapped[bool]
    events: Mapped[int]
    updated_at: Mapped[datetime] = mapped_column(Instant)

    __table_args__ = (sa.Index(None, "community_id", "state", "opened_at"),)


class ArrearsEvent(Base):
    """One event of a case. Rows are only added; `number` counts from 1 and allows no two writers."""

    __tablename__ = "arrears_events"

    case_id: Mapped[str] = mapped_column(sa.ForeignKey("arrears_cases.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(WORD)
    at: Mapped[datetime] = mapped_column(Instant)
    side: Mapped[str] = mapped_column(WORD)
    account_id: Mapped[str | None] = mapped_column(ID)
    text: Mapped[str] = mapped_column(sa.Text)
    facts: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    photos: Mapped[list[str]] = mapped_column(sa.JSON)


class ArrearsTerms(Base):
    """What period a community's contract gives; the last row counts, those before it are history."""

    __tablename__ = "arrears_terms"

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[str] = mapped_column(sa.ForeignKey("communities.id"), index=True)
    notice_days: Mapped[int]
    source: Mapped[str] = mapped_column(sa.String(200))
    set_at: Mapped[datetime] = mapped_column(Instant)
    set_by: Mapped[str] = mapped_column(ID)
