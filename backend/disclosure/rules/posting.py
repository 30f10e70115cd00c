"""The double entry of both books: what an entry moves, and that it moves as much out as in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from backend.disclosure.rules.refusals import BookUnbalanced
from backend.disclosure.rules.values import Account, CostKind, Payee


@dataclass(frozen=True, slots=True)
class Move:
    """What one posting says: a debit is positive, a credit negative."""

    account: Account
    key: str
    amount_fen: int
    unit_id: str | None = None


def check_balanced(moves: Sequence[Move]) -> None:
    """Refuse moves that lose or make money, or move nothing.

    Raises:
        BookUnbalanced: what it says.
    """
    total = sum(move.amount_fen for move in moves)
    if total != 0 or len(moves) < 2 or any(move.amount_fen == 0 for move in moves):
        raise BookUnbalanced(f"{len(moves)} postings come to {total} fen")


def opposite(moves: Sequence[Move]) -> list[Move]:
    """Return the moves that undo these."""
    return [Move(move.account, move.key, -move.amount_fen, move.unit_id) for move in moves]


def earned(source_id: str, amount_fen: int) -> list[Move]:
    """Return the moves of income from a source."""
    return [money(amount_fen), Move(Account.INCOME, source_id, -amount_fen)]


def spent(kind: CostKind, amount_fen: int) -> list[Move]:
    """Return the moves of a cost."""
    return [Move(Account.COST, kind.value, amount_fen), money(-amount_fen)]


def paid_out(parts: Mapping[Payee, int], to_owners: Mapping[str, int]) -> list[Move]:
    """Return the moves of a split: each payee's part, the owners' part by unit. Empty parts are left out."""
    moves = [
        Move(Account.PAID_OUT, payee.value, amount)
        for payee, amount in parts.items()
        if amount and payee is not Payee.OWNERS
    ]
    moves += [
        Move(Account.PAID_OUT, Payee.OWNERS.value, part, unit_id)
        for unit_id, part in to_owners.items()
        if part
    ]
    return [*moves, money(-sum(parts.values()))]


def into_units(amounts: Mapping[str, int]) -> list[Move]:
    """Return the moves that bring amounts into units' accounts of the fund; negative ones take out."""
    moves = [Move(Account.UNIT, "", -amount, unit_id) for unit_id, amount in amounts.items() if amount]
    return [money(sum(amounts.values())), *moves]


def money(amount_fen: int) -> Move:
    """Return the move of what is held for the owners."""
    return Move(Account.MONEY, "", amount_fen)
