"""What is wrong with a drill's input: where it stands, what it is, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to correct. `row` is the row number a spreadsheet shows, None for the whole file."""

    file: str
    problem: str
    remedy: str
    row: int | None = None
    column: str | None = None

    def __str__(self) -> str:
        place = [self.file]
        place += [f"row {self.row}"] if self.row is not None else []
        place += [f"column {self.column}"] if self.column is not None else []
        return f"{', '.join(place)}: {self.problem}; {self.remedy}"


class InputRefused(Exception):
    """Content that no drill can be held on: every fault that was found."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        lines = [str(fault) for fault in self.faults[:MOST_SHOWN]]
        if len(self.faults) > MOST_SHOWN:
            lines.append(f"... and {len(self.faults) - MOST_SHOWN} more")
        super().__init__("\n".join(lines))


class WrongUse(Exception):
    """A command line that cannot be used as it is, such as a file that is not there."""


class DrillFailed(Exception):
    """A step of the drill that should have worked and did not; the message says which."""


def refuse_if(faults: Iterable[Fault]) -> None:
    """Raise InputRefused when there is any fault."""
    found = tuple(faults)
    if found:
        raise InputRefused(found)
