"""Comparing what the books say with what others say: by number, then amount, then state."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from backend.fees.rules.refunding import RefundState

CHANNEL_KEEPS = timedelta(days=90)
"""So long the channel has the bill of a day."""
BILL_HOUR = 10
"""From this hour on, in China, the channel has the bill of the day before."""


class Source(StrEnum):
    """With whom the books are compared."""

    WECHAT = "wechat"
    BANK = "bank"


class What(StrEnum):
    """What is compared."""

    PAYMENT = "payment"
    REFUND = "refund"


class DifferenceKind(StrEnum):
    """How the books and the others differ."""

    MISSING_HERE = "missing-here"
    MISSING_THERE = "missing-there"
    AMOUNT = "amount-differs"
    STATE = "state-differs"


@dataclass(frozen=True, slots=True)
class Line:
    """A payment or a refund as one side has it; the number is the one that both sides use."""

    what: What
    number: str
    amount_fen: int
    day: date
    state: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A difference."""

    kind: DifferenceKind
    ours: Line | None
    theirs: Line | None

    @property
    def line(self) -> Line:
        """Return what differs, as the others have it if they do."""
        line = self.theirs or self.ours
        assert line is not None  # one of the two is there
        return line


_AGREES: Mapping[str, frozenset[str]] = {
    "SUCCESS": frozenset({RefundState.DONE}),
    "CHANGE": frozenset({RefundState.ABNORMAL, RefundState.DONE, RefundState.CLOSED}),
    "FAIL": frozenset({RefundState.CLOSED}),
}
"""Which of our states a refund may have, by the bill's word; what was PROCESSING may have become any."""


def compare(ours: Iterable[Line], theirs: Iterable[Line]) -> list[Found]:
    """Return where two sides differ. A number that one side has twice is a line of its own each time."""
    here, there = _by_number(ours), _by_number(theirs)
    found = []
    for key in sorted(here.keys() | there.keys()):
        kind = _kind(here.get(key), there.get(key))
        if kind is not None:
            found.append(Found(kind, here.get(key), there.get(key)))
    return found


def net_fen(lines: Sequence[Line]) -> int:
    """Return what came in, less what went back."""
    return sum(-line.amount_fen if line.what is What.REFUND else line.amount_fen for line in lines)


def _kind(ours: Line | None, theirs: Line | None) -> DifferenceKind | None:
    if ours is None:
        return DifferenceKind.MISSING_HERE
    if theirs is None:
        return DifferenceKind.MISSING_THERE
    if ours.amount_fen != theirs.amount_fen:
        return DifferenceKind.AMOUNT
    allowed = _AGREES.get(theirs.state) if theirs.what is What.REFUND else None
    return DifferenceKind.STATE if allowed is not None and ours.state not in allowed else None


def _by_number(lines: Iterable[Line]) -> dict[tuple[What, str], Line]:
    times: Counter[tuple[What, str]] = Counter()
    found = {}
    for line in lines:
        key = (line.what, line.number)
        times[key] += 1
        number = line.number if times[key] == 1 else f"{line.number[:58]} ({times[key]})"
        found[line.what, number] = replace(line, number=number)
    return found
