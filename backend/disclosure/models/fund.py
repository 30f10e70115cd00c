"""The maintenance fund: units' first deposits, the projects it pays for, and what was done about them."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backend.infra.db import Base, Instant
from backend.kernel.ids import new_id

BIG = sa.BigInteger
ID = sa.String(32)


class FirstDeposit(Base):
    """What a unit first paid in, against which 30 % is reckoned; by the entry that opened its account."""

    __tablename__ = "first_deposits"

    entry_id: Mapped[int] = mapped_column(
        BIG, sa.ForeignKey("book_entries.id"), primary_key=True, autoincrement=False
    )
    unit_id: Mapped[str] = mapped_column(sa.ForeignKey("units.id"), primary_key=True, index=True)
    amount_fen: Mapped[int] = mapped_column(BIG)


class FundProject(Base):
    """What the fund is used for, where, and on what ground. Never changed.

    The assembly and item stand for a vote; the danger for an emergency.
    """

    __tablename__ = "fund_projects"

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    community_id: Mapped[str] = mapped_column(sa.ForeignKey("communities.id"), index=True)
    title: Mapped[str] = mapped_column(sa.String(100))
    purpose: Mapped[str] = mapped_column(sa.String(16))
    scope: Mapped[str] = mapped_column(sa.String(64))
    budget_fen: Mapped[int] = mapped_column(BIG)
    ground: Mapped[str] = mapped_column(sa.String(16))
    assembly_id: Mapped[str | None] = mapped_column(sa.ForeignKey("assemblies.id"))
    item_id: Mapped[str | None] = mapped_column(sa.String(64))
    decided_on: Mapped[date | None]
    danger: Mapped[str] = mapped_column(sa.String(16))
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    recorded_by: Mapped[str] = mapped_column(ID)

    __table_args__ = (
        sa.Index(None, "assembly_id", "item_id"),
        sa.CheckConstraint(
            "(ground = 'vote') = (assembly_id IS NOT NULL AND item_id IS NOT NULL)", name="has_its_ground"
        ),
    )


class FundStep(Base):
    """A step of the emergency procedure, or that a project was withdrawn. Never changed."""

    __tablename__ = "fund_steps"

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    project_id: Mapped[str] = mapped_column(sa.ForeignKey("fund_projects.id"))
    kind: Mapped[str] = mapped_column(sa.String(16))
    day: Mapped[date]
    text: Mapped[str] = mapped_column(sa.String(500))
    at: Mapped[datetime] = mapped_column(Instant)
    recorded_by: Mapped[str] = mapped_column(ID)

    __table_args__ = (sa.UniqueConstraint("project_id", "kind"),)
