"""How money settles bills: oldest first unless bills are named, and never a bill before it was made.

Money that finds no bill is prepayment. A payment dated before a bill becomes prepayment on its own day and is
applied on the bill's, so that no balance of any day is below what was owed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from backend.fees.rules.posting import Move, clearing, prepayment, receivable
from backend.fees.rules.values import Method


@dataclass(slots=True)
class OpenBill:
    """A bill of a holder as settling sees it: what is owed, since when, and whether it was cancelled."""

    id: int
    unit_id: str
    tenure: int
    day: date
    due_day: date
    open_fen: int
    is_cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One entry to be made: on a day, these moves. `bill_id` names the bill of a later application."""

    day: date
    moves: tuple[Move, ...]
    bill_id: int | None = None


def by_age(bills: Iterable[OpenBill]) -> list[OpenBill]:
    """Return the bills that are open, in the order in which money settles them."""
    return sorted((bill for bill in bills if bill.open_fen > 0), key=lambda bill: (bill.due_day, bill.id))


def pay(
    unit_id: str, tenure: int, method: Method, amount_fen: int, day: date, bills: Sequence[OpenBill]
) -> list[Step]:
    """Return the entries of a payment: itself, then the applications to bills made after its day.

    What the bills still owe is lowered in place.
    """
    moves = [Move(clearing(method), amount_fen)]
    later: list[Step] = []
    left, early = amount_fen, 0
    for bill in by_age(bills):
        part = min(left, bill.open_fen)
        if part == 0:
            break
        left -= part
        bill.open_fen -= part
        if bill.day <= day:
            moves.append(Move(receivable(unit_id, tenure), -part, bill.id))
        else:
            early += part
            later.append(_apply(bill, part, bill.day))
    if left + early:
        moves.append(Move(prepayment(unit_id, tenure), -(left + early)))
    return [Step(day, tuple(moves)), *later]


def apply_prepayment(bills: Sequence[OpenBill], credit_fen: int, day: date) -> list[Step]:
    """Return the entries by which a holder's prepayment settles that holder's bills."""
    steps = []
    for bill in by_age(bills):
        part = min(credit_fen, bill.open_fen)
        if part == 0:
            break
        credit_fen -= part
        bill.open_fen -= part
        steps.append(_apply(bill, part, max(day, bill.day)))
    return steps


def set_right(bill: OpenBill) -> list[Move]:
    """Return what a reversal leaves to be moved between a bill and the holder's prepayment; empty if nothing.

    What was paid on a cancelled bill becomes prepayment; what a reversed payment had paid on it comes out.
    """
    wrong = bill.open_fen if bill.is_cancelled or bill.open_fen < 0 else 0
    if wrong == 0:
        return []
    bill.open_fen = 0
    return [
        Move(receivable(bill.unit_id, bill.tenure), -wrong, bill.id),
        Move(prepayment(bill.unit_id, bill.tenure), wrong),
    ]


def _apply(bill: OpenBill, part: int, day: date) -> Step:
    moves = (
        Move(prepayment(bill.unit_id, bill.tenure), part),
        Move(receivable(bill.unit_id, bill.tenure), -part, bill.id),
    )
    return Step(day, moves, bill.id)
