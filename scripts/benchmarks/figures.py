"""Figures, and the table in which they are printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields


class NotMeasured(Exception):
    """A figure cannot be had on this machine; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One row: what was measured, the peer's figure or our limit beside it, and whether the target is met."""

    what: str
    measured: str
    beside: str
    ratio: str
    target: str
    holds: bool


HEADER = ("what", "measured", "peer or limit", "ratio", "target", "")


def table(figures: Sequence[Figure]) -> str:
    """Return the figures as lines of aligned columns."""
    rows = [HEADER, *(_cells(figure) for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(fields(Figure)))]
    rows.insert(1, tuple("-" * width for width in widths))
    return "\n".join(_line(row, widths) for row in rows)


def _cells(figure: Figure) -> tuple[str, ...]:
    *words, holds = astuple(figure)
    return (*words, "ok" if holds else "NOT")


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()
