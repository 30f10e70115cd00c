"""Whom owners let see and pay their bills, and what was said of titles that became others'."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backend.infra.db import Base, Instant
from backend.kernel.ids import new_id

ID = sa.String(32)


class FeeAuthorisation(Base):
    """That an owner lets a resident see and pay the bills of a unit, for the holder's turn `tenure` alone.

    It stands on a residency: when that ends, so does this, whatever `until` says.
    """

    __tablename__ = "fee_authorisations"

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    community_id: Mapped[str] = mapped_column(sa.ForeignKey("communities.id"))
    unit_id: Mapped[str] = mapped_column(sa.ForeignKey("units.id"))
    tenure: Mapped[int] = mapped_column(sa.SmallInteger)
    account_id: Mapped[str] = mapped_column(sa.ForeignKey("accounts.id"), index=True)
    residency_id: Mapped[str] = mapped_column(sa.ForeignKey("residencies.id"))
    granted_by: Mapped[str] = mapped_column(sa.ForeignKey("accounts.id"))
    since: Mapped[datetime] = mapped_column(Instant)
    until: Mapped[datetime | None] = mapped_column(Instant)
    ended_by: Mapped[str | None] = mapped_column(ID)

    __table_args__ = (
        sa.Index(
            "uq_fee_authorisations_standing",
            "unit_id",
            "account_id",
            unique=True,
            sqlite_where=sa.text("until IS NULL"),
            postgresql_where=sa.text("until IS NULL"),
        ),
    )


class TitleAnswer(Base):
    """What the firm said of a changed title: on which day fees pass over, None if they do not."""

    __tablename__ = "title_answers"

    title_change_id: Mapped[str] = mapped_column(sa.ForeignKey("title_changes.id"), primary_key=True)
    community_id: Mapped[str] = mapped_column(sa.ForeignKey("communities.id"), index=True)
    unit_id: Mapped[str] = mapped_column(sa.ForeignKey("units.id"), index=True)
    day: Mapped[date | None]
    note: Mapped[str] = mapped_column(sa.String(200))
    at: Mapped[datetime] = mapped_column(Instant)
    answered_by: Mapped[str] = mapped_column(ID)
