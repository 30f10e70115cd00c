"""The double entry: what an entry moves between which accounts, and that it moves as much out as in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from backend.fees.rules.refusals import Unbalanced
from backend.fees.rules.values import AccountKind, Method


@dataclass(frozen=True, slots=True)
class AccountName:
    """An account by what it stands for. `key` is a tenure, an item id, or a way of paying."""

    kind: AccountKind
    key: str
    unit_id: str | None = None

    @property
    def text(self) -> str:
        """Return the name by which a ledger has it once."""
        return f"{self.kind}:{self.unit_id or ''}:{self.key}"


@dataclass(frozen=True, slots=True)
class Move:
    """What one posting says: a debit is positive, a credit negative. `bill_id` where a bill is meant."""

    account: AccountName
    amount_fen: int
    bill_id: int | None = None


def check_balanced(moves: Sequence[Move]) -> None:
    """Refuse moves that lose or make money, or move nothing.

    Raises:
        Unbalanced: what it says.
    """
    total = sum(move.amount_fen for move in moves)
    if total != 0 or len(moves) < 2 or any(move.amount_fen == 0 for move in moves):
        raise Unbalanced(f"{len(moves)} postings come to {total} fen")


def receivable(unit_id: str, tenure: int) -> AccountName:
    """Name what a holder of a unit owes."""
    return AccountName(AccountKind.RECEIVABLE, str(tenure), unit_id)


def prepayment(unit_id: str, tenure: int) -> AccountName:
    """Name what a holder of a unit has paid in advance."""
    return AccountName(AccountKind.PREPAYMENT, str(tenure), unit_id)


def income(item_id: str) -> AccountName:
    """Name what an item brings."""
    return AccountName(AccountKind.INCOME, item_id)


def clearing(method: Method) -> AccountName:
    """Name what came in by one way of paying."""
    return AccountName(AccountKind.CLEARING, method.value)


def opposite(moves: Sequence[Move]) -> list[Move]:
    """Return the moves that undo these."""
    return [Move(move.account, -move.amount_fen, move.bill_id) for move in moves]
