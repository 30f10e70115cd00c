"""What a receipt says: the few facts that are signed and stand in its QR code, and the details behind them.

One signature binds both: the facts name the hash of the details. Who holds the code reads the facts alone,
which name no person and no room; a random salt keeps the details from being guessed by their hash.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
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
            FormatError, KeyError, TypeError, ValueError: it did not.
        """
        values: dict[str, Any] = parse_canonical(text.encode())
        number, kind = Number.read(values.pop("number")), ReceiptKind(values.pop("kind"))
        return cls(number=number, kind=kind, at=parse_instant(values.pop("at")), **values)


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """What part of a payment went to which bill: its item and period, both days included."""

    item: str
    first_day: date
    last_day: date
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
    day: date
    lines: Sequence[ReceiptLine]
    prepaid_fen: int
    undoes: str
    reason: str
    salt: str

    @property
    def text(self) -> str:
        """Return the form in which it is kept and hashed."""
        lines = [{**asdict(line), **_period(line)} for line in self.lines]
        return canonical({**asdict(self), "day": self.day.isoformat(), "lines": lines}).decode()

    @classmethod
    def read(cls, text: str) -> Details:
        """Read what `text` wrote.

        Raises:
            FormatError, KeyError, TypeError, ValueError: it did not.
        """
        values: dict[str, Any] = parse_canonical(text.encode())
        day, lines = date.fromisoformat(values.pop("day")), tuple(map(_line, values.pop("lines")))
        return cls(day=day, lines=lines, **values)


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
    """Return the lines by item and time, those of one item that follow each other made one."""
    found: list[ReceiptLine] = []
    for line in sorted(lines, key=lambda line: (line.item, line.first_day)):
        last = found[-1] if found else None
        if last is None or last.item != line.item or line.first_day > last.last_day + timedelta(days=1):
            found.append(line)
            continue
        until, total = max(last.last_day, line.last_day), last.amount_fen + line.amount_fen
        found[-1] = replace(last, last_day=until, amount_fen=total)
    return found


def _period(line: ReceiptLine) -> dict[str, str]:
    return {"first_day": line.first_day.isoformat(), "last_day": line.last_day.isoformat()}


def _line(values: Mapping[str, Any]) -> ReceiptLine:
    first, last = (date.fromisoformat(values[name]) for name in ("first_day", "last_day"))
    return ReceiptLine(**{**values, "first_day": first, "last_day": last})
