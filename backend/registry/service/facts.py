"""Units without their owners: what other capabilities need of them, in one query for a whole community."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.registry.models import Unit
from backend.registry.rules.bodies import UnitUnknown
from backend.registry.rules.units import place_of
from backend.voting.law.roll import UnitKind


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """A unit; `area` in dm2, None where it is not known."""

    id: str
    community_id: str
    label: str
    building: str
    stair: str
    kind: UnitKind
    area: int | None


_COLUMNS = (Unit.id, Unit.community_id, Unit.label, Unit.building, Unit.stair, Unit.kind, Unit.area)


def units_of(session: Session, community_id: str) -> list[UnitFacts]:
    """Return every unit of a community, by label. For other capabilities."""
    query = sa.select(*_COLUMNS).where(Unit.community_id == community_id).order_by(Unit.label)
    return [_facts(row) for row in session.execute(query)]


def get_unit(session: Session, unit_id: str) -> UnitFacts:
    """Return a unit. For other capabilities.

    Raises:
        UnitUnknown: no such unit.
    """
    row = session.execute(sa.select(*_COLUMNS).where(Unit.id == unit_id)).first()
    if row is None:
        raise UnitUnknown("没有这套房屋；请核对编号")
    return _facts(row)


def label_of(building: str, stair: str, room: str) -> str:
    """Return the label of the unit at a place, given in any spelling in use. For other capabilities."""
    return place_of(building, stair, room).label


def _facts(row: sa.Row[str, str, str, str, str, str, int | None]) -> UnitFacts:
    return UnitFacts(
        row.id, row.community_id, row.label, row.building, row.stair, UnitKind(row.kind), row.area
    )
