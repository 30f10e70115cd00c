"""How much of what was due is paid, by building: never of fewer than ten homes, and never to the fen.

A sum, or a rate to the percent, would tell one debtor's home by its area; so a rate is given
in steps of five percent, rounded down. What is disputed counts as neither due nor owed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

LEAST_HOMES = 10
STEP = 5
REST = "其他楼栋"


@dataclass(frozen=True, slots=True)
class Cell:
    """Some buildings together: how many homes, what was due, and what of it is still owed."""

    name: str
    homes: int
    due_fen: int
    open_fen: int

    @property
    def percent(self) -> int | None:
        """Return the part paid in steps of five percent, rounded down; None where nothing was due."""
        if self.due_fen == 0:
            return None
        return (self.due_fen - self.open_fen) * 100 // (self.due_fen * STEP) * STEP

    def with_(self, other: Cell) -> Cell:
        """Return both together, under the name of what is left over."""
        return Cell(
            REST,
            self.homes + other.homes,
            self.due_fen + other.due_fen,
            self.open_fen + other.open_fen,
        )


def published(buildings: Iterable[Cell]) -> list[Cell]:
    """Return the cells that may be shown: small buildings together, and never fewer than ten homes in one.

    What is left over takes the smallest shown building in, so that no subtraction brings it out. Where all
    homes together are fewer than ten, nothing is shown.
    """
    cells = sorted(buildings, key=lambda cell: (cell.homes, cell.name))
    small = [cell for cell in cells if cell.homes < LEAST_HOMES]
    shown = [cell for cell in cells if cell.homes >= LEAST_HOMES]
    while small and sum(cell.homes for cell in small) < LEAST_HOMES and shown:
        small.append(shown.pop(0))
    rest = _joined(small)
    kept = sorted(shown, key=lambda cell: cell.name)
    return [*kept, rest] if rest is not None and rest.homes >= LEAST_HOMES else kept


def _joined(cells: Sequence[Cell]) -> Cell | None:
    if not cells:
        return None
    whole = Cell(REST, 0, 0, 0)
    for cell in cells:
        whole = whole.with_(cell)
    return whole
