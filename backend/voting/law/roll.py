"""From units to electors: who may vote in a scope, and with what weight.

Civil Code art. 278 counts exclusive-part area and heads. 法释〔2009〕7号 art. 9: one head per owner set
however many units it owns; all unsold and all sold-but-undelivered units are one head, the developer's.
Areas are whole numbers of 0.01 m2.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from backend.voting.errors import LawError
from backend.voting.law.count import Count
from backend.voting.law.rulepack import RulePack, UnitKind

__all__ = [
    "DEVELOPER",
    "DuplicateUnit",
    "Elector",
    "OwnerNameRefused",
    "Roll",
    "RollBlocked",
    "Scope",
    "ScopeUnreadable",
    "Unit",
    "UnitKind",
    "UnitStatus",
    "build_roll",
]

DEVELOPER = "DEV"


class RollBlocked(LawError):
    """A roll that cannot be frozen: an area or an owner is missing, or nobody is on it."""

    code = "roll-blocked"


class DuplicateUnit(LawError):
    """Two units carry the same id, so one of them would count twice or not at all."""

    code = "duplicate-unit"


class OwnerNameRefused(LawError):
    """An owner's id that could be mistaken for another elector's key."""

    code = "owner-name-refused"


class ScopeUnreadable(LawError):
    """A scope that is none of "all", "building:3", "stair:3-1"."""

    code = "scope-unreadable"


class UnitStatus(StrEnum):
    """Whether a unit has been handed over (已交付), sold only (已售未交付), or not sold (未售)."""

    DELIVERED = "DELIVERED"
    SOLD_UNDELIVERED = "SOLD_UNDELIVERED"
    UNSOLD = "UNSOLD"


@dataclass(frozen=True, slots=True)
class Unit:
    """One exclusive part. `area` in 0.01 m2, None when no register, survey or contract gives one.

    `owners` are ids, in any order; the ids must tell persons apart.
    """

    id: str
    building: str
    stair: str
    kind: UnitKind
    area: int | None
    status: UnitStatus
    owners: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scope:
    """The part of a community whose owners decide an item. None means any."""

    building: str | None = None
    stair: str | None = None

    @classmethod
    def parse(cls, text: str) -> Scope:
        """Read "all", "building:3" or "stair:3-1" (building 3, stair 1). Raises ScopeUnreadable."""
        if text == "all":
            return cls()
        kind, _, place = text.partition(":")
        if kind == "building" and place:
            return cls(building=place)
        building, _, stair = place.rpartition("-")
        if kind == "stair" and building and stair:
            return cls(building=building, stair=stair)
        raise ScopeUnreadable(f'scope {text!r} is unknown; write "all", "building:3" or "stair:3-1"')

    def covers(self, unit: Unit) -> bool:
        """Tell whether a unit lies inside."""
        return self.building in (None, unit.building) and self.stair in (None, unit.stair)

    def __str__(self) -> str:
        if self.building is None:
            return "all"
        return f"building:{self.building}" if self.stair is None else f"stair:{self.building}-{self.stair}"


@dataclass(frozen=True, slots=True)
class Elector:
    """One head of the roll. `key` is DEV for the developer, else the sorted owner ids joined by +."""

    key: str
    unit_ids: tuple[str, ...]
    area: int


@dataclass(frozen=True, slots=True)
class Roll:
    """The electors of one scope, sorted by key, and the two denominators."""

    electors: tuple[Elector, ...]
    total: Count


def build_roll(units: Sequence[Unit], scope: Scope, pack: RulePack) -> Roll:
    """Merge units into electors by law.md 8.3, counting only the pack's kinds inside the scope.

    Raises DuplicateUnit (looked for among all units), RollBlocked, OwnerNameRefused.
    """
    _check_ids(units)
    slots: dict[str, list[Unit]] = {}
    for unit in units:
        if unit.kind in pack.count_kinds and scope.covers(unit):
            slots.setdefault(_key(unit), []).append(unit)
    if not slots:
        raise RollBlocked(f"scope {scope} holds no unit that counts; correct the scope or import its units")
    electors = tuple(_elector(key, slots[key]) for key in sorted(slots))
    return Roll(electors, Count(sum(elector.area for elector in electors), len(electors)))


def _check_ids(units: Iterable[Unit]) -> None:
    seen: set[str] = set()
    for unit in units:
        if unit.id in seen:
            raise DuplicateUnit(f"unit {unit.id} stands twice on the list; remove one of the rows")
        seen.add(unit.id)


def _key(unit: Unit) -> str:
    if unit.status is not UnitStatus.DELIVERED:
        return DEVELOPER
    if not unit.owners:
        raise RollBlocked(f"unit {unit.id} is delivered but has no owner; enter its owner of record")
    for owner in unit.owners:
        if owner in ("", DEVELOPER) or "+" in owner:
            raise OwnerNameRefused(
                f"unit {unit.id}: owner id {owner!r} is reserved; use an id without + that is not {DEVELOPER}"
            )
    return "+".join(sorted(set(unit.owners)))


def _elector(key: str, units: Sequence[Unit]) -> Elector:
    return Elector(key, tuple(sorted(unit.id for unit in units)), sum(_area(unit) for unit in units))


def _area(unit: Unit) -> int:
    if unit.area is None or unit.area <= 0:
        raise RollBlocked(
            f"unit {unit.id} has no area; 法释〔2009〕7号 art. 8 takes the register, else the survey, else"
            " the contract; enter one of them"
        )
    return unit.area
