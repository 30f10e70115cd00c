"""VOTES.csv: what the owners are going to choose, row by row, checked against the agenda and the roll."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from scripts.drilling.agenda import Agenda, Item
from scripts.drilling.faults import Fault, refuse_if
from scripts.drilling.roll_sheet import RollSheet
from scripts.drilling.table import Row, read_csv

ELECTRONIC = "e"
PAPER = "paper"
BLANK = "blank"
ABSTAIN = "abstain"
INVALID = "invalid"
UNIT = "unit"
CHANNEL = "channel"


@dataclass(frozen=True, slots=True)
class Vote:
    """One row. `choices` holds the filled cells only: item id to a word, or to candidate ids joined by ;."""

    row: int
    unit: str
    channel: str
    choices: Mapping[str, str]


def read_votes(path: Path, agenda: Agenda, roll: RollSheet) -> tuple[Vote, ...]:
    """Read the votes. Raises InputRefused naming every wrong cell."""
    rows = read_csv(path)
    if not rows:
        refuse_if([Fault(path.name, "the file is empty", "begin with unit,channel and one column an item")])
    columns = _columns(path, rows[0], agenda)
    reader = _Reader(path.name, columns, {item.id: item for item in agenda.items}, _labels(roll))
    votes = [reader.vote(row) for row in rows[1:]]
    refuse_if(reader.faults)
    return tuple(votes)


def _columns(path: Path, header: Row, agenda: Agenda) -> dict[str, int]:
    row, cells = header
    names = [UNIT, CHANNEL, *(item.id for item in agenda.items)]
    faults = []
    columns: dict[str, int] = {}
    for index, cell in enumerate(cells):
        if cell and cell not in names:
            remedy = f"remove it, or name it one of {', '.join(names)}"
            faults.append(Fault(path.name, "the column is unknown", remedy, row, cell))
        elif cell and columns.setdefault(cell, index) != index:
            faults.append(Fault(path.name, "the column stands twice", "keep one of them", row, cell))
    lacking = [name for name in names if name not in columns]
    faults += [
        Fault(path.name, "the column is missing", "add it, empty if need be", row, name) for name in lacking
    ]
    refuse_if(faults)
    return columns


def _labels(roll: RollSheet) -> dict[str, str]:
    """Return how a unit may be called: by its label, and without the gap where a building has no stairs."""
    labels = {line.unit.id: line.unit.id for line in roll.lines}
    for label in list(labels):
        labels.setdefault(label.replace("--", "-"), label)
    return labels


class _Reader:
    """Reads row after row, keeps every fault, and goes on."""

    def __init__(
        self, file: str, columns: Mapping[str, int], items: Mapping[str, Item], labels: Mapping[str, str]
    ) -> None:
        self._file = file
        self._columns = columns
        self._items = items
        self._labels = labels
        self.faults: list[Fault] = []

    def vote(self, row: Row) -> Vote:
        """Return what a row says; its faults are kept beside."""
        number, cells = row
        values = {name: cells[at] if at < len(cells) else "" for name, at in self._columns.items()}
        extra = [cell for index, cell in enumerate(cells) if cell and index not in self._columns.values()]
        if extra:
            self._refuse(number, None, f"{extra[0]!r} stands under no column", "remove it")
        unit, channel = values.pop(UNIT), values.pop(CHANNEL)
        if unit not in self._labels:
            self._refuse(
                number, UNIT, f"unit {unit!r} is not on the roll", "write 楼栋-单元-房号 of a unit on it"
            )
        if channel not in {ELECTRONIC, PAPER}:
            self._refuse(number, CHANNEL, f"channel {channel!r} is unknown", "write e or paper")
        choices = {name: self._choice(number, channel, name, cell) for name, cell in values.items() if cell}
        return Vote(number, self._labels.get(unit, unit), channel, choices)

    def _choice(self, row: int, channel: str, name: str, cell: str) -> str:
        item = self._items[name]
        if cell == BLANK or (cell == INVALID and channel == PAPER):
            return cell
        if item.seats is not None and cell == ABSTAIN:
            return BLANK
        chosen = [part.strip() for part in cell.split(";") if part.strip()]
        if problem := self._problem(item, chosen, cell):
            words = f"{' or '.join(item.answers())}" if item.seats is None else "candidate ids joined by ;"
            also = f", {BLANK}{f' or {INVALID}' if channel == PAPER else ''}"
            self._refuse(row, name, problem, f"write {words}{also}")
        return ";".join(chosen)

    def _problem(self, item: Item, chosen: list[str], cell: str) -> str:
        strange = [one for one in chosen if one not in item.answers()]
        if strange or not chosen:
            return f"{cell!r} is no choice of item {item.id}"
        if len(set(chosen)) != len(chosen):
            return f"a choice stands twice in {cell!r}"
        return f"{cell!r} is more than one choice" if item.seats is None and len(chosen) > 1 else ""

    def _refuse(self, row: int, column: str | None, problem: str, remedy: str) -> None:
        self.faults.append(Fault(self._file, problem, remedy, row, column))
