"""Figures that name nobody: no cell of fewer than ten homes, and none to be had by subtraction either.

Cells are merged, never withheld: what is published parts the whole into blocks of at least ten homes. What
is added or taken away among such blocks and their sum is again made of whole blocks, so that no difference
speaks of fewer homes than a block has. (law.md 5.7: aggregates only, k >= 10.)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

FEWEST_HOMES = 10


@dataclass(frozen=True, slots=True)
class Cell:
    """What the bills of some homes come to. `homes` counts those that have a bill among them.

    `due_fen` is what they were to pay, `open_fen` what of it is still owed.
    """

    name: str
    homes: int
    due_fen: int
    open_fen: int

    @property
    def paid_fen(self) -> int:
        """Return what was paid of it."""
        return self.due_fen - self.open_fen

    @property
    def paid_permille(self) -> int | None:
        """Return the collection rate in thousandths, rounded down; None where nothing was due."""
        return self.paid_fen * 1000 // self.due_fen if self.due_fen else None


@dataclass(frozen=True, slots=True)
class Published:
    """What may be shown. `others` merges the cells that are too small, `merged` says which.

    Everything is None or empty where even the whole is too small.
    """

    cells: Sequence[Cell]
    others: Cell | None
    merged: Sequence[str]
    total: Cell | None


def publish(cells: Iterable[Cell]) -> Published:
    """Return what may be shown of cells that have no home in common.

    The smallest published cell is merged too while those that are merged have fewer than ten homes.
    """
    by_size = sorted(cells, key=lambda cell: (cell.homes, cell.name))
    if sum(cell.homes for cell in by_size) < FEWEST_HOMES:
        return Published((), None, (), None)
    hidden = [cell for cell in by_size if cell.homes < FEWEST_HOMES]
    shown = by_size[len(hidden) :]
    while hidden and shown and sum(cell.homes for cell in hidden) < FEWEST_HOMES:
        hidden.append(shown.pop(0))
    others = _merged(hidden) if hidden else None
    in_order = sorted(shown, key=lambda cell: cell.name)
    return Published(in_order, others, sorted(cell.name for cell in hidden), _merged(by_size))


def _merged(cells: Sequence[Cell]) -> Cell:
    return Cell(
        "",
        sum(cell.homes for cell in cells),
        sum(cell.due_fen for cell in cells),
        sum(cell.open_fen for cell in cells),
    )
