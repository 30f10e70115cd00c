"""Reading the registry: the units of a community, who owns them, and whom a phone stands for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.identity import Role, require_role
from backend.infra.auth import Actor
from backend.infra.db import Line
from backend.infra.fields import mask_name
from backend.infra.house import House
from backend.infra.paging import Page, cursor_of_name, read_name
from backend.infra.prepared import Prepared
from backend.registry.models import Owner, OwnerPhone, Ownership, Unit
from backend.registry.rules.units import AreaSource
from backend.registry.service.changes import AT_ONCE
from backend.registry.service.people import NAME, PHONE
from backend.voting.law import roll as law

MOST_UNITS = 200
"""Units on a page."""


@dataclass(frozen=True, slots=True)
class RegisteredOwner:
    """An owner without personal data: an id, and a name that shows its first character."""

    id: str
    name_masked: str


@dataclass(frozen=True, slots=True)
class RegisteredUnit:
    """A unit as it stands in the registry; `area` in dm2, owners in the order of the title."""

    id: str
    label: str
    building: str
    stair: str
    room: str
    kind: law.UnitKind
    area: int | None
    area_source: AreaSource | None
    status: law.UnitStatus
    owners: tuple[RegisteredOwner, ...]


def units_for_roll(session: Session, house: House, community_id: str) -> list[RegisteredUnit]:
    """Return every unit of a community, by label: what building a roll needs. For other capabilities."""
    query = sa.select(Unit).where(Unit.community_id == community_id).order_by(Unit.label)
    owners = _owners(session, house, Ownership.community_id == community_id)
    return [_registered(unit, owners) for unit in session.scalars(query)]


def list_units(
    session: Session, house: House, actor: Actor, community_id: str, cursor: str | None
) -> Page[RegisteredUnit]:
    """Return one page of a community's units, owners masked. For its chair and administrators.

    Raises:
        CursorRefused: a cursor that this list did not hand out.
    """
    require_role(session, actor, (Role.CHAIR, Role.ADMINISTRATOR), community_id)
    query = (
        sa.select(Unit).where(Unit.community_id == community_id).order_by(Unit.label).limit(MOST_UNITS + 1)
    )
    if cursor:
        query = query.where(Unit.label > read_name(cursor))
    units = list(session.scalars(query))
    owners = _owners(session, house, Ownership.unit_id.in_([unit.id for unit in units]))
    more = cursor_of_name(units[MOST_UNITS - 1].label) if len(units) > MOST_UNITS else None
    return Page([_registered(unit, owners) for unit in units[:MOST_UNITS]], more)


def law_unit(unit: RegisteredUnit) -> law.Unit:
    """Return what building a roll needs of a unit. For other capabilities."""
    owners = tuple(owner.id for owner in unit.owners)
    return law.Unit(unit.id, unit.building, unit.stair, unit.kind, unit.area, unit.status, owners)


_OWNERS = Prepared(  # casting asks it
    sa.select(OwnerPhone.owner_id).where(
        OwnerPhone.phone_hash == sa.bindparam("phone_hash"),
        OwnerPhone.community_id == sa.bindparam("community"),
    )
)


def owner_ids_of(line: Line, community_id: str, phone_hash: str) -> frozenset[str]:
    """Return the ids of the owners of a community for whom the holder of a phone stands.

    One phone may stand for several, such as a family's. For other capabilities.
    """
    rows = _OWNERS.all(line, phone_hash=phone_hash, community=community_id)
    return frozenset(owner_id for (owner_id,) in rows)


def owners_of_units(session: Session, unit_ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return the ids of units' owners, in the order of the title. For other capabilities."""
    found: dict[str, tuple[str, ...]] = {}
    for some in _in_parts(unit_ids):
        query = sa.select(Ownership.unit_id, Ownership.owner_id).where(Ownership.unit_id.in_(some))
        for unit_id, owner_id in session.execute(query.order_by(Ownership.unit_id, Ownership.position)):
            found[unit_id] = (*found.get(unit_id, ()), owner_id)
    return found


def masked_names(session: Session, house: House, owner_ids: Iterable[str]) -> dict[str, str]:
    """Return owners' names, masked, by owner id. For other capabilities."""
    return {
        owner_id: mask_name(house.fields.decrypt(NAME, name))
        for some in _in_parts(owner_ids)
        for owner_id, name in session.execute(sa.select(Owner.id, Owner.name).where(Owner.id.in_(some)))
    }


def masked_owners(session: Session, house: House, unit_id: str) -> tuple[str, ...]:
    """Return the names of a unit's owners, masked, in the order of the title. For other capabilities."""
    found = _owners(session, house, Ownership.unit_id == unit_id)
    return tuple(owner.name_masked for owner in found.get(unit_id, ()))


def phones_of_owners(session: Session, house: House, owner_ids: Iterable[str]) -> list[str]:
    """Return the phones of owners in clear, each once; only for telling them. For other capabilities."""
    stored = {
        phone_hash: phone
        for some in _in_parts(owner_ids)
        for phone_hash, phone in session.execute(
            sa.select(OwnerPhone.phone_hash, OwnerPhone.phone).where(OwnerPhone.owner_id.in_(some))
        )
    }
    return sorted(house.fields.decrypt(PHONE, phone) for phone in stored.values())


def owner_phones_after(
    session: Session, house: House, community_id: str, after: str, most: int
) -> tuple[list[str], str | None]:
    """Return some owners' phones of a community in clear, and what the next call starts after.

    Each phone comes once over all calls; the first call starts after "", and None follows the last.
    """
    query = (
        sa.select(OwnerPhone.phone_hash, sa.func.min(OwnerPhone.phone))
        .where(OwnerPhone.community_id == community_id, OwnerPhone.phone_hash > after)
        .group_by(OwnerPhone.phone_hash)
        .order_by(OwnerPhone.phone_hash)
        .limit(most + 1)
    )
    rows = session.execute(query).all()
    phones = [house.fields.decrypt(PHONE, phone) for _, phone in rows[:most]]
    return phones, rows[most - 1][0] if len(rows) > most else None


def _in_parts(ids: Iterable[str]) -> Iterator[Sequence[str]]:
    wanted = sorted(set(ids))
    for start in range(0, len(wanted), AT_ONCE):
        yield wanted[start : start + AT_ONCE]


def _owners(
    session: Session, house: House, condition: sa.ColumnElement[bool]
) -> dict[str, tuple[RegisteredOwner, ...]]:
    query = (
        sa.select(Ownership.unit_id, Owner.id, Owner.name)
        .join(Owner, Owner.id == Ownership.owner_id)
        .where(condition)
        .order_by(Ownership.unit_id, Ownership.position)
    )
    found: dict[str, tuple[RegisteredOwner, ...]] = {}
    for unit_id, owner_id, name in session.execute(query):
        owner = RegisteredOwner(owner_id, mask_name(house.fields.decrypt(NAME, name)))
        found[unit_id] = (*found.get(unit_id, ()), owner)
    return found


def _registered(unit: Unit, owners: dict[str, tuple[RegisteredOwner, ...]]) -> RegisteredUnit:
    return RegisteredUnit(
        id=unit.id,
        label=unit.label,
        building=unit.building,
        stair=unit.stair,
        room=unit.room,
        kind=law.UnitKind(unit.kind),
        area=unit.area,
        area_source=AreaSource(unit.area_source) if unit.area_source else None,
        status=law.UnitStatus(unit.status),
        owners=owners.get(unit.id, ()),
    )
