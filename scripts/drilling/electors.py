"""Who stands for whom: the electors of the whole roll, and on the roll of each scope with their areas."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from backend.voting.errors import LawError
from backend.voting.law.count import Count
from backend.voting.law.roll import DEVELOPER, Roll, Scope, Unit, UnitStatus, build_roll
from scripts.drilling.agenda import Agenda
from scripts.drilling.faults import Fault, refuse_if
from scripts.drilling.roll_sheet import RollSheet


@dataclass(frozen=True, slots=True)
class Elector:
    """One head: its key as the law forms it, a phone it can be reached by, its area (dm2) in each scope."""

    key: str
    phone: str | None
    areas: Mapping[str, int]
    counted: frozenset[str]


@dataclass(frozen=True, slots=True)
class Electorate:
    """Every elector by key, the elector of every unit on the whole roll, and the totals of each scope."""

    electors: Mapping[str, Elector]
    keys: Mapping[str, str]
    totals: Mapping[str, Count]

    def of(self, unit: str) -> Elector:
        """Return the elector to whom a unit belongs, counted or not."""
        return self.electors[self.keys[unit]]


def find_electors(roll: RollSheet, agenda: Agenda) -> Electorate:
    """Merge the units of the whole roll into electors (law.md 8.3).

    Raises InputRefused when the law blocks a roll: a counted unit without area, a scope without units.
    """
    rolls = _rolls(roll, agenda)
    keys = {line.unit.id: key_of(line.unit) for line in roll.lines}
    phones = _phones(roll, agenda, keys)
    areas: dict[str, dict[str, int]] = {key: {} for key in keys.values()}
    counted: dict[str, set[str]] = {key: set() for key in keys.values()}
    for scope, built in rolls.items():
        for one in built.electors:
            areas[one.key][scope] = one.area
            counted[one.key].update(one.unit_ids)
    electors = {key: Elector(key, phones.get(key), areas[key], frozenset(counted[key])) for key in areas}
    return Electorate(electors, keys, {scope: built.total for scope, built in rolls.items()})


def key_of(unit: Unit) -> str:
    """Return the key of a unit's elector: the developer's before delivery, else the set of its owners."""
    if unit.status is not UnitStatus.DELIVERED:
        return DEVELOPER
    return "+".join(sorted(unit.owners))


def _rolls(roll: RollSheet, agenda: Agenda) -> dict[str, Roll]:
    units, rolls, faults = roll.units(), {}, []
    for scope in agenda.scopes():
        try:
            rolls[scope] = build_roll(units, Scope.parse(scope), agenda.pack)
        except LawError as error:
            faults.append(Fault(roll.path.name, f"scope {scope}: {error}", "correct the roll or the scope"))
    refuse_if(faults)
    return rolls


def _phones(roll: RollSheet, agenda: Agenda, keys: Mapping[str, str]) -> dict[str, str]:
    """Return one mobile phone for each elector that has any; for the developer the one it signs in with."""
    phones = {DEVELOPER: agenda.developer.phone} if agenda.developer else {}
    for line in roll.lines:
        key = keys[line.unit.id]
        if line.phones and key != DEVELOPER:
            phones.setdefault(key, line.phones[0])
    return phones
