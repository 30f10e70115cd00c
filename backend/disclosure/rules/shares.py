"""Who bears or gets how much: parts that come to the whole, whatever the weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from backend.disclosure.rules.refusals import NothingToShareBy, SplitRefused
from backend.disclosure.rules.values import Payee
from backend.disclosure.rules.wording import FEW_HOMES
from backend.kernel.money import split_fen
from backend.voting.law.roll import UnitKind

MOST_WEIGHT = 10_000
LEAST_HOMES = 10
"""A building's sum is shown where it has so many units; of fewer, somebody could tell a home's account."""
BEARING = frozenset({UnitKind.HOME, UnitKind.SHOP, UnitKind.OFFICE, UnitKind.OTHER})
"""Kinds of units that have an account of the fund and bear a share; parking spaces and storage do not."""


@dataclass(frozen=True, slots=True)
class Part:
    """A payee's part of net income, as an integer weight among the others."""

    to: Payee
    weight: int


def check_parts(parts: Sequence[Part]) -> None:
    """Refuse parts that name a payee twice or have no weight.

    Raises:
        SplitRefused: what it says.
    """
    names = [part.to for part in parts]
    if not parts or len(set(names)) != len(names):
        raise SplitRefused("每个去向只写一次，至少写一个")
    if any(not 0 < part.weight <= MOST_WEIGHT for part in parts):
        raise SplitRefused(f"份数应为 1 至 {MOST_WEIGHT} 的整数，例如 70 和 30")


def split_by_parts(amount_fen: int, parts: Sequence[Part]) -> dict[Payee, int]:
    """Divide net income by the parts of a decision, by largest remainders: they come to the whole."""
    amounts = split_fen(amount_fen, [part.weight for part in parts])
    return {part.to: amount for part, amount in zip(parts, amounts, strict=True)}


def divide(amount_fen: int, weights: Mapping[str, int]) -> dict[str, int]:
    """Divide an amount among units by weights (area in dm2, or balances in fen); the parts come to it.

    Raises:
        NothingToShareBy: all weights are nothing.
    """
    if sum(weights.values()) <= 0:
        raise NothingToShareBy("所涉房屋没有可作分摊依据的面积或余额；请先补录面积，或先入账")
    return dict(zip(weights, split_fen(amount_fen, list(weights.values())), strict=True))


def is_low(balance_fen: int, first_fen: int) -> bool:
    """Tell whether a balance is below 30 % of the first deposit; exactly 30 % is not.

    Source: 住宅专项维修资金管理办法 art. 17, "不足首期交存额30%" (fairly sure).
    """
    return first_fen > 0 and balance_fen * 100 < first_fen * 30


def permille_left(balance_fen: int, first_fen: int) -> int | None:
    """Return what is left of the first deposit in thousandths, rounded down; None without a first deposit."""
    return balance_fen * 1000 // first_fen if first_fen > 0 else None


@dataclass(frozen=True, slots=True)
class Cell:
    """Buildings that are shown together, and their units."""

    name: str
    buildings: tuple[str, ...]
    units: int


def cells_of(sizes: Mapping[str, int]) -> list[Cell]:
    """Return buildings as they may be shown: none with fewer than ten units stands alone.

    Those are put together; where they are still too few, the smallest of the others joins them. Where all
    are, there is no cell, and only the sum of the community is shown.
    """
    large = sorted((name for name, size in sizes.items() if size >= LEAST_HOMES), key=by_number)
    small = [name for name in sizes if name not in large]
    pooled = sum(sizes[name] for name in small)
    if small and pooled < LEAST_HOMES and large:
        joins = min(large, key=lambda name: (sizes[name], by_number(name)))
        large.remove(joins)
        small.append(joins)
        pooled += sizes[joins]
    cells = [Cell(name, (name,), sizes[name]) for name in large]
    if small and pooled >= LEAST_HOMES:
        cells.append(Cell(FEW_HOMES, tuple(sorted(small, key=by_number)), pooled))
    return cells


def by_number(name: str) -> tuple[int, str]:
    """Return what building names are sorted by: their number, then the text."""
    digits = "".join(letter for letter in name if letter.isdecimal())
    return (int(digits) if digits else 10**9, name)
