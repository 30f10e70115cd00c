"""What a receipt says: the few facts that are signed and stand in its QR code, and the details behind them.

One signature binds both: the facts name the hash of the details. Who holds the code reads the facts alone,
which name no person and no room; a random salt keeps the details from being guessed by their hash.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from backend.kernel.clock import CHINA, parse_instant
from backend.voting.record.canonical import canonical, parse_canonical

STATEMENT = "fee-receipt"
"""The kind of statement that a receipt's signature covers; see docs/formats.md."""
DIGEST_BYTES = 16
LONGEST_BUILDING = 12


class ReceiptKind(StrEnum):
    """What a receipt is for."""

    RECEIPT = "receipt"
    """Money came in."""
    VOID = "void"
    """A payment was entered by mistake: its receipt counts no more."""
    REFUND = "refund"
    """Money was given back."""


class ReceiptState(StrEnum):
    """How a receipt stands."""

    VALID = "valid"
    VOID = "void"
    PARTLY_REFUNDED = "partly-refunded"
    REFUNDED = "refunded"
    COUNTER = "counter"
    """It undoes another receipt, in whole or in part."""


@dataclass(frozen=True, slots=True)
class Number:
    """The number of a receipt: the ledger, the year (in China) it was made in, and its place in that year."""

    ledger: int
    year: int
    serial: int

    @property
    def text(self) -> str:
        """Return the number as it is printed."""
        return f"{self.ledger:03d}-{self.year}-{self.serial:06d}"

    @classmethod
    def read(cls, text: str) -> Number:
        """Read what `text` wrote; raises ValueError if it did not."""
        ledger, year, serial = map(int, text.split("-"))
        return cls(ledger, year, serial)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is signed. The amount is below zero where money goes back or never came; `at` has no part seconds.

    `unit` is masked; `details` is the hash of the details, `key` the id of the key that signs.
    """

    number: Number
    kind: ReceiptKind
    amount_fen: int
    at: datetime
    unit: str
    details: str
    drill: bool
    key: str

    def document(self) -> dict[str, object]:
        """Return the document that is signed."""
        return {
            "number": self.number.text,
            "kind": self.kind.value,
            "amount_fen": self.amount_fen,
            "at": self.at.astimezone(CHINA).isoformat(),
            "unit": self.unit,
            "details": self.details,
            "drill": self.drill,
            "key": self.key,
        }

    @property
    def text(self) -> str:
        """Return the form in which it is kept."""
        return canonical(self.document()).decode()

    @classmethod
    def read(cls, text: str) -> Facts:
        """Read what `text` wrote.

        Raises:
            FormatError, TypeError, ValueError: it did not.
        """
        values: dict[str, Any] = parse_canonical(text.encode())
        number, kind = Number.read(values.pop("number")), ReceiptKind(values.pop("kind"))
        return cls(number=number, kind=kind, at=parse_instant(values.pop("at")), **values)


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """What part of a payment went to which bill: its item and period, both days included."""

    item: str
    first_day: str
    last_day: str
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Details:
    """What the holder of the unit and the firm read beside the facts; what no bill took is prepaid.

    A counter-receipt names the receipt that it undoes, and why, instead of lines.
    """

    community: str
    firm: str
    unit: str
    payer: str
    method: str
    day: str
    lines: Sequence[ReceiptLine]
    prepaid_fen: int
    undoes: str
    reason: str
    salt: str

    @property
    def text(self) -> str:
        """Return the form in which it is kept and hashed."""
        return canonical(asdict(self)).decode()

    @classmethod
    def read(cls, text: str) -> Details:
        """Read what `text` wrote.

        Raises:
            FormatError, TypeError: it did not.
        """
        values: dict[str, Any] = parse_canonical(text.encode())
        lines = tuple(ReceiptLine(**line) for line in values.pop("lines"))
        return cls(lines=lines, **values)


def digest_of(details: str) -> str:
    """Return the hash of details as facts name it: the first half of their SHA-256, in hex."""
    return hashlib.sha256(details.encode()).hexdigest()[: 2 * DIGEST_BYTES]


def year_of(at: datetime) -> int:
    """Return the year in China, within which receipts are numbered."""
    return at.astimezone(CHINA).year


def mask_unit(building: str) -> str:
    """Return a unit as anybody may see it: its building, and stars whose number tells nothing."""
    shown = building[:LONGEST_BUILDING]
    return f"{shown}{'号楼' if shown.isdigit() else ''}***"


def state_of(kind: ReceiptKind, amount_fen: int, counters: Mapping[ReceiptKind, int]) -> ReceiptState:
    """Return how a receipt stands, by what the counter-receipts of each kind undo of it (below zero)."""
    if kind is not ReceiptKind.RECEIPT:
        return ReceiptState.COUNTER
    if counters.get(ReceiptKind.VOID):
        return ReceiptState.VOID
    refunded = counters.get(ReceiptKind.REFUND, 0)
    if amount_fen + refunded == 0:
        return ReceiptState.REFUNDED
    return ReceiptState.PARTLY_REFUNDED if refunded else ReceiptState.VALID


def by_item(lines: Sequence[ReceiptLine]) -> list[ReceiptLine]:
    """Return one line for each item: its whole time and its sum, in the order of the lines."""
    found: dict[str, ReceiptLine] = {}
    for line in lines:
        known = found.get(line.item, line)
        total = line.amount_fen + (known.amount_fen if line.item in found else 0)
        first, last = min(known.first_day, line.first_day), max(known.last_day, line.last_day)
        found[line.item] = ReceiptLine(line.item, first, last, total)
    return list(found.values())


def last_day(until: date) -> str:
    """Return the last day of a period that ends before `until`."""
    return date.fromordinal(until.toordinal() - 1).isoformat()
