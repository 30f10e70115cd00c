"""What a roll changes in the registry of a community: worked out first, written afterwards in bulk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.infra.fields import Fields
from backend.kernel.ids import new_id
from backend.registry.models import Owner, OwnerPhone, Ownership, Unit
from backend.registry.rules.row import RollUnit
from backend.registry.service.people import DOCUMENT, NAME, PHONE, document_hash, phone_hash

AT_ONCE = 500
"""Rows named in one statement: every database takes so many."""

Row = dict[str, Any]


@dataclass(slots=True)
class Changes:
    """Rows to write. `absent` are labels of units that the registry has and the roll has not.

    `retitled` are known units whose owners become others: how many left, stayed and came.
    """

    new_units: list[Row] = field(default_factory=list)
    changed_units: list[Row] = field(default_factory=list)
    new_owners: list[Row] = field(default_factory=list)
    changed_owners: list[Row] = field(default_factory=list)
    phones: list[Row] = field(default_factory=list)
    stale_phones: list[str] = field(default_factory=list)
    titles: list[Row] = field(default_factory=list)
    stale_titles: list[str] = field(default_factory=list)
    retitled: list[Row] = field(default_factory=list)
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    absent: tuple[str, ...] = ()


@dataclass(slots=True)
class _Person:
    """An owner as the whole roll shows them: the first name, and every phone, in order."""

    name: str
    document: str
    phones: dict[str, None]


@dataclass(frozen=True, slots=True)
class _Present:
    """What the registry holds now; owners by document hash, titles and phones by id."""

    units: Mapping[str, Row]
    owners: Mapping[str, tuple[str, str]]
    phones: Mapping[str, frozenset[str]]
    titles: Mapping[str, frozenset[str]]


def plan_changes(session: Session, fields: Fields, community_id: str, units: Sequence[RollUnit]) -> Changes:
    """Compare a roll with the registry; nothing is written."""
    present = _read_present(session, community_id)
    changes = Changes()
    planner = _Planner(fields, community_id, present, changes)
    owner_ids = {document: planner.plan_owner(person) for document, person in _people(units).items()}
    for unit in units:
        planner.plan_unit(unit, [owner_ids[owner.document] for owner in unit.owners])
    labels = {unit.place.label for unit in units}
    changes.absent = tuple(sorted(label for label in present.units if label not in labels))
    return changes


def apply_changes(session: Session, changes: Changes) -> None:
    """Write what was planned, in the caller's transaction."""
    _delete(session, OwnerPhone, OwnerPhone.owner_id, changes.stale_phones)
    _delete(session, Ownership, Ownership.unit_id, changes.stale_titles)
    for table, rows in (
        (Owner, changes.new_owners),
        (Unit, changes.new_units),
        (OwnerPhone, changes.phones),
        (Ownership, changes.titles),
    ):
        if rows:
            session.execute(sa.insert(table), rows)
    for table, rows in ((Owner, changes.changed_owners), (Unit, changes.changed_units)):
        if rows:
            session.execute(sa.update(table), rows)


class _Planner:
    def __init__(self, fields: Fields, community_id: str, present: _Present, changes: Changes) -> None:
        self._fields = fields
        self._community = community_id
        self._present = present
        self._changes = changes
        self._touched: set[str] = set()

    def plan_owner(self, person: _Person) -> str:
        """Plan one owner and return the id."""
        hashed = document_hash(self._fields, person.document)
        phones = {phone_hash(self._fields, phone): phone for phone in person.phones}
        known = self._present.owners.get(hashed)
        owner_id = known[0] if known else new_id()
        if known is None:
            name, document = self._sealed(NAME, person.name), self._sealed(DOCUMENT, person.document)
            self._changes.new_owners.append(
                {
                    "id": owner_id,
                    "community_id": self._community,
                    "name": name,
                    "document": document,
                    "document_hash": hashed,
                }
            )
        elif self._fields.decrypt(NAME, known[1]) != person.name:
            self._changes.changed_owners.append({"id": owner_id, "name": self._sealed(NAME, person.name)})
            self._touched.add(owner_id)
        if self._present.phones.get(owner_id, frozenset()) != phones.keys():
            self._touched.add(owner_id)
            self._changes.stale_phones.append(owner_id)
            self._changes.phones += [
                self._phone(owner_id, hashed, phone, place)
                for place, (hashed, phone) in enumerate(phones.items())
            ]
        return owner_id

    def plan_unit(self, unit: RollUnit, owner_ids: Sequence[str]) -> None:
        """Plan one unit with its titles. The order of co-owners means nothing, so it changes nothing."""
        wanted = _unit_row(unit)
        known = self._present.units.get(unit.place.label)
        unit_id = known["id"] if known else new_id()
        before, after = self._present.titles.get(unit_id, frozenset()), set(owner_ids)
        same_owners = before == after
        if known and not same_owners:
            self._changes.retitled.append(
                {
                    "unit_id": unit_id,
                    "owners_left": len(before - after),
                    "owners_stayed": len(before & after),
                    "owners_came": len(after - before),
                }
            )
        if not same_owners:
            self._changes.stale_titles.append(unit_id)
            self._changes.titles += [
                {"unit_id": unit_id, "owner_id": one, "community_id": self._community, "position": place}
                for place, one in enumerate(owner_ids)
            ]
        if known is None:
            self._changes.new_units.append({"id": unit_id, "community_id": self._community, **wanted})
            self._changes.created += 1
            return
        same_unit = known == {"id": unit_id, **wanted}
        if not same_unit:
            self._changes.changed_units.append({"id": unit_id, **wanted})
        if same_unit and same_owners and self._touched.isdisjoint(owner_ids):
            self._changes.unchanged += 1
        else:
            self._changes.updated += 1

    def _phone(self, owner_id: str, hashed: str, phone: str, place: int) -> Row:
        return {
            "owner_id": owner_id,
            "community_id": self._community,
            "phone_hash": hashed,
            "phone": self._sealed(PHONE, phone),
            "position": place,
        }

    def _sealed(self, purpose: str, text: str) -> str:
        return self._fields.encrypt(purpose, text)


def _people(units: Iterable[RollUnit]) -> dict[str, _Person]:
    people: dict[str, _Person] = {}
    for unit in units:
        for owner in unit.owners:
            person = people.setdefault(owner.document, _Person(owner.name, owner.document, {}))
            if owner.phone:
                person.phones[owner.phone] = None
    return people


def _unit_row(unit: RollUnit) -> Row:
    return {
        "label": unit.place.label,
        "building": unit.place.building,
        "stair": unit.place.stair,
        "room": unit.place.room,
        "kind": unit.kind.value,
        "area": unit.area,
        "area_source": unit.area_source.value if unit.area_source else None,
        "status": unit.status.value,
    }


def _read_present(session: Session, community_id: str) -> _Present:
    columns = (
        Unit.id,
        Unit.label,
        Unit.building,
        Unit.stair,
        Unit.room,
        Unit.kind,
        Unit.area,
        Unit.area_source,
        Unit.status,
    )
    units = session.execute(sa.select(*columns).where(Unit.community_id == community_id)).mappings()
    owners = session.execute(
        sa.select(Owner.document_hash, Owner.id, Owner.name).where(Owner.community_id == community_id)
    )
    return _Present(
        units={row["label"]: dict(row) for row in units},
        owners={hashed: (owner_id, name) for hashed, owner_id, name in owners},
        phones=_sets(
            session, OwnerPhone.owner_id, OwnerPhone.phone_hash, OwnerPhone.community_id == community_id
        ),
        titles=_sets(session, Ownership.unit_id, Ownership.owner_id, Ownership.community_id == community_id),
    )


def _sets(session: Session, key: Any, value: Any, condition: Any) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for one, other in session.execute(sa.select(key, value).where(condition)):
        found.setdefault(one, set()).add(other)
    return {one: frozenset(others) for one, others in found.items()}


def _delete(session: Session, table: type[Any], column: Any, ids: Sequence[str]) -> None:
    for start in range(0, len(ids), AT_ONCE):
        session.execute(sa.delete(table).where(column.in_(ids[start : start + AT_ONCE])))
