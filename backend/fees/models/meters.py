"""Meters and what was read from them. A wrong reading is voided, never changed."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backend.infra.db import Base, Instant
from backend.kernel.ids import new_id

ID = sa.String(32)


class Meter(Base):
    """A meter of a unit that feeds one metered item. Values in thousandths of its unit of measure."""

    __tablename__ = "meters"

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    community_id: Mapped[str] = mapped_column(sa.ForeignKey("communities.id"))
    unit_id: Mapped[str] = mapped_column(sa.ForeignKey("units.id"), index=True)
    item_id: Mapped[str] = mapped_column(sa.ForeignKey("fee_items.id"), index=True)
    serial: Mapped[str] = mapped_column(sa.String(40))
    rolls_at_e3: Mapped[int] = mapped_column(sa.BigInteger)
    most_a_day_e3: Mapped[int] = mapped_column(sa.BigInteger)
    created_at: Mapped[datetime] = mapped_column(Instant)

    __table_args__ = (sa.UniqueConstraint("community_id", "serial"),)


class Reading(Base):
    """A value read on a day, and what was used since `since`, None for the first reading of a meter."""

    __tablename__ = "meter_readings"

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    meter_id: Mapped[str] = mapped_column(sa.ForeignKey("meters.id"))
    day: Mapped[date]
    value_e3: Mapped[int] = mapped_column(sa.BigInteger)
    since: Mapped[date | None]
    usage_e3: Mapped[int] = mapped_column(sa.BigInteger)
    rolled_over: Mapped[bool]
    override: Mapped[str] = mapped_column(sa.String(24))
    note: Mapped[str] = mapped_column(sa.String(200))
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    recorded_by: Mapped[str] = mapped_column(ID)
    voided_at: Mapped[datetime | None] = mapped_column(Instant)
    voided_by: Mapped[str | None] = mapped_column(ID)

    __table_args__ = (sa.Index(None, "meter_id", "day"),)


class BilledReading(Base):
    """That a bill charges a reading's usage; a reading may be billed again once that bill is reversed."""

    __tablename__ = "billed_readings"

    reading_id: Mapped[str] = mapped_column(sa.ForeignKey("meter_readings.id"), primary_key=True)
    bill_id: Mapped[int] = mapped_column(
        sa.BigInteger, sa.ForeignKey("bills.id"), primary_key=True, autoincrement=False, index=True
    )
