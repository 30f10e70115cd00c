"""Meters and their readings: taken if plausible, refused with a reason, voided when wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.fees.models import BilledReading, Entry, Meter, Reading
from backend.fees.rules.charging import Usage
from backend.fees.rules.metering import Dial, Judged, Taken, judge, parse_reading
from backend.fees.rules.periods import Period
from backend.fees.rules.refusals import MeterRefused, MeterUnknown, ReadingImplausible
from backend.fees.rules.values import Basis, Override
from backend.fees.service.clerk import Clerk
from backend.fees.service.handovers import unit_here
from backend.fees.service.items import get_item
from backend.fees.service.journal import Journal, Row, in_parts
from backend.kernel.ids import new_id

HABIT = 7
"""So many of the last readings say what is usual."""


@dataclass(frozen=True, slots=True)
class NewMeter:
    """A meter as somebody enters it; values are texts in its unit of measure.

    `digits` is how many whole digits the dial has: with five it begins again after 99999.
    """

    unit_id: str
    item_id: str
    serial: str
    digits: int
    most_a_day: str
    first_day: date
    first_value: str


@dataclass(frozen=True, slots=True)
class NewReading:
    """A reading as somebody enters it."""

    day: date
    value_e3: int
    override: Override | None = None
    note: str = ""


def add_meter(clerk: Clerk, new: NewMeter) -> Meter:
    """Enter a meter with the value it stood at when it was put in.

    Raises:
        UnitUnknown, FeeItemUnknown, ReadingUnreadable, DayRefused: what it says.
        MeterRefused: the item is not metered, the serial is taken, or the dial cannot show the value.
    """
    unit_here(clerk.session, clerk.community_id, new.unit_id)
    if get_item(clerk.session, clerk.community_id, new.item_id).basis is not Basis.METERED:
        raise MeterRefused("该收费项目不按表计量；请选择按表计量的项目")
    clerk.check_happened(new.first_day)
    taken = sa.select(Meter.id).where(Meter.community_id == clerk.community_id, Meter.serial == new.serial)
    if clerk.session.scalar(taken) is not None:
        raise MeterRefused(f"表号“{new.serial}”已登记；请核对表号")
    value, rolls_at = parse_reading(new.first_value), 10**new.digits * 1000
    if value >= rolls_at:
        raise MeterRefused(f"起始读数超出 {new.digits} 位表盘的量程；请核对")
    meter = Meter(
        community_id=clerk.community_id,
        unit_id=new.unit_id,
        item_id=new.item_id,
        serial=new.serial,
        rolls_at_e3=rolls_at,
        most_a_day_e3=parse_reading(new.most_a_day),
        created_at=clerk.now,
    )
    clerk.session.add(meter)
    clerk.session.flush()
    row = _row(clerk, meter.id, NewReading(new.first_day, value), None, Judged(0, rolled_over=False))
    clerk.session.execute(sa.insert(Reading), [row])
    clerk.record("meter-added", f"meter:{meter.id}", {"item": new.item_id, "unit": new.unit_id})
    return meter


def record_reading(clerk: Clerk, meter_id: str, new: NewReading) -> str:
    """Take a reading and return its id.

    Raises:
        MeterUnknown, DayRefused: what it says.
        ReadingImplausible: see `rules.metering.judge`.
    """
    Journal(clerk)  # no other reading, and no run, meanwhile
    meter = clerk.session.get(Meter, meter_id)
    if meter is None or meter.community_id != clerk.community_id:
        raise MeterUnknown("本小区没有这块表；请核对编号")
    clerk.check_happened(new.day)
    row = judged_row(clerk, meter, last_readings(clerk.session, [meter_id])[meter_id], new)
    clerk.session.execute(sa.insert(Reading), [row])
    detail = {"day": str(new.day), "meter": meter_id, "override": row["override"]}
    clerk.record("reading-taken", f"reading:{row['id']}", detail)
    return str(row["id"])


def judged_row(clerk: Clerk, meter: Meter, before: Sequence[Taken], new: NewReading) -> Row:
    """Return the row of a reading that is taken. Raises ReadingImplausible."""
    dial = Dial(meter.rolls_at_e3, meter.most_a_day_e3)
    judged = judge(dial, before, new.day, new.value_e3, new.override)
    return _row(clerk, meter.id, new, before[-1].day, judged)


def void_reading(clerk: Clerk, reading_id: str) -> None:
    """Void a meter's last reading, so that the right one can be entered.

    Raises:
        MeterUnknown: no such reading here.
        ReadingImplausible: it is not the last, is the first, or is billed.
    """
    Journal(clerk)  # no run meanwhile
    reading = clerk.session.get(Reading, reading_id)
    meter = clerk.session.get(Meter, reading.meter_id) if reading else None
    if reading is None or meter is None or meter.community_id != clerk.community_id:
        raise MeterUnknown("本小区没有这条读数；请核对编号")
    last = last_readings(clerk.session, [meter.id])[meter.id][-1]
    if reading.voided_at is not None or reading.since is None or last.day != reading.day:
        raise ReadingImplausible("not-the-last", "只能作废最后一次有效读数，且不能作废装表时的起始读数")
    billed = _live_bills().where(BilledReading.reading_id == reading_id)
    if clerk.session.scalar(billed) is not None:
        raise ReadingImplausible("billed", "该读数已出账；请先冲销账单，再作废读数")
    reading.voided_at, reading.voided_by = clerk.now, clerk.account_id
    clerk.session.flush()
    clerk.record("reading-voided", f"reading:{reading_id}", {"meter": meter.id})


def last_readings(session: Session, meter_ids: Iterable[str]) -> dict[str, list[Taken]]:
    """Return the last readings that stand of each meter, oldest first; every meter has one at least."""
    place = sa.func.row_number().over(partition_by=Reading.meter_id, order_by=Reading.day.desc())
    found: dict[str, list[Taken]] = {}
    for some in in_parts(meter_ids):
        ranked = (
            sa.select(Reading.meter_id, Reading.day, Reading.value_e3, Reading.usage_e3, place.label("place"))
            .where(Reading.meter_id.in_(some), Reading.voided_at.is_(None))
            .subquery()
        )
        query = sa.select(ranked).where(ranked.c.place <= HABIT).order_by(ranked.c.day)
        for row in session.execute(query):
            found.setdefault(row.meter_id, []).append(Taken(row.day, row.value_e3, row.usage_e3))
    return found


def unbilled_usages(session: Session, item_id: str, until: date) -> Mapping[str, Sequence[Usage]]:
    """Return what an item's meters have counted before a day and no standing bill charges, by unit."""
    query = (
        sa.select(Meter.unit_id, Reading.id, Reading.since, Reading.day, Reading.usage_e3)
        .join(Meter, Meter.id == Reading.meter_id)
        .where(
            Meter.item_id == item_id,
            Reading.voided_at.is_(None),
            Reading.day < until,
            Reading.id.not_in(_live_bills()),
        )
        .order_by(Reading.day, Meter.serial)
    )
    found: dict[str, list[Usage]] = {}
    for unit_id, reading_id, since, day, usage in session.execute(query):
        if since is not None:  # else it is the first of its meter, and counts nothing
            found.setdefault(unit_id, []).append(Usage(reading_id, Period(since, day), usage))
    return found


def list_meters(session: Session, community_id: str, unit_id: str | None) -> list[tuple[Meter, Taken]]:
    """Return the meters of a community, or of one unit, each with its last reading; a thousand at most."""
    query = sa.select(Meter).where(Meter.community_id == community_id).order_by(Meter.serial).limit(1000)
    if unit_id is not None:
        query = query.where(Meter.unit_id == unit_id)
    meters = session.scalars(query).all()
    last = last_readings(session, [meter.id for meter in meters])
    return [(meter, last[meter.id][-1]) for meter in meters]


def _live_bills() -> sa.Select[str]:
    """Select the readings that a bill charges which stands."""
    reversed_ids = sa.select(Entry.reverses_id).where(Entry.reverses_id.is_not(None))
    return sa.select(BilledReading.reading_id).where(BilledReading.bill_id.not_in(reversed_ids))


def _row(clerk: Clerk, meter_id: str, new: NewReading, since: date | None, judged: Judged) -> Row:
    return {
        "id": new_id(),
        "meter_id": meter_id,
        "day": new.day,
        "value_e3": new.value_e3,
        "since": since,
        "usage_e3": judged.usage_e3,
        "rolled_over": judged.rolled_over,
        "override": new.override.value if new.override else "",
        "note": new.note,
        "recorded_at": clerk.now,
        "recorded_by": clerk.account_id,
        "voided_at": None,
        "voided_by": None,
    }
