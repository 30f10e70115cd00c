"""What is charged: items, their prices, changes of hands, and the runs that made bills."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backend.infra.db import Base, Instant
from backend.kernel.ids import new_id

ID = sa.String(32)


class FeeItem(Base):
    """A fee item of a community. `kinds` are unit kinds, `buildings` names, both joined by line breaks."""

    __tablename__ = "fee_items"

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    community_id: Mapped[str] = mapped_column(sa.ForeignKey("communities.id"))
    name: Mapped[str] = mapped_column(sa.String(60))
    basis: Mapped[str] = mapped_column(sa.String(16))
    split_by: Mapped[str] = mapped_column(sa.String(8))
    kinds: Mapped[str] = mapped_column(sa.String(200))
    buildings: Mapped[str] = mapped_column(sa.Text)
    created_at: Mapped[datetime] = mapped_column(Instant)

    __table_args__ = (sa.UniqueConstraint("community_id", "name"),)


class FeePrice(Base):
    """A price in 0.0001 yuan, in force from `first_day` until before `until`, by a clause of a contract."""

    __tablename__ = "fee_prices"

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    item_id: Mapped[str] = mapped_column(sa.ForeignKey("fee_items.id"), index=True)
    first_day: Mapped[date]
    until: Mapped[date]
    price_e4: Mapped[int] = mapped_column(sa.BigInteger)
    clause: Mapped[str] = mapped_column(sa.String(200))
    created_at: Mapped[datetime] = mapped_column(Instant)


class Handover(Base):
    """That from a day on somebody else bears a unit's fees; who, the registry says."""

    __tablename__ = "handovers"

    unit_id: Mapped[str] = mapped_column(sa.ForeignKey("units.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    community_id: Mapped[str] = mapped_column(sa.ForeignKey("communities.id"), index=True)
    note: Mapped[str] = mapped_column(sa.String(200))
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    recorded_by: Mapped[str] = mapped_column(ID)


class ChargeRun(Base):
    """A run that made bills, for what period, and what they came to."""

    __tablename__ = "charge_runs"

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    community_id: Mapped[str] = mapped_column(sa.ForeignKey("communities.id"))
    first_day: Mapped[date]
    until: Mapped[date]
    day: Mapped[date]
    due_day: Mapped[date]
    bills: Mapped[int]
    amount_fen: Mapped[int] = mapped_column(sa.BigInteger)
    at: Mapped[datetime] = mapped_column(Instant)
    recorded_by: Mapped[str] = mapped_column(ID)

    __table_args__ = (sa.Index(None, "community_id", "at"),)


class SharedCost(Base):
    """What a shared item cost in a period, as a run divided it."""

    __tablename__ = "shared_costs"

    run_id: Mapped[str] = mapped_column(sa.ForeignKey("charge_runs.id"), primary_key=True)
    item_id: Mapped[str] = mapped_column(sa.ForeignKey("fee_items.id"), primary_key=True, index=True)
    first_day: Mapped[date]
    until: Mapped[date]
    cost_fen: Mapped[int] = mapped_column(sa.BigInteger)
