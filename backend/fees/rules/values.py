"""The words of fees as programs know them."""

from __future__ import annotations

from enum import StrEnum


class Basis(StrEnum):
    """By what a fee item is charged."""

    AREA_MONTH = "area_month"
    """Price for a square metre and a month."""
    UNIT_MONTH = "unit_month"
    """Price for a unit, such as a parking space, and a month."""
    SHARED = "shared"
    """A cost of the period, divided among the units without a rest."""
    METERED = "metered"
    """Price for what a meter has counted."""
    ONE_OFF = "one_off"
    """Price for a unit, once."""


class SplitBy(StrEnum):
    """By what a shared cost is divided."""

    AREA = "area"
    UNIT = "unit"


class AccountKind(StrEnum):
    """What an account stands for. Amounts are signed: a debit is positive, a credit negative."""

    RECEIVABLE = "receivable"
    """What the bearer of a unit's fees owes; never below zero."""
    PREPAYMENT = "prepayment"
    """What was paid before it was owed; never above zero."""
    INCOME = "income"
    """What a fee item has brought; one account for each item."""
    CLEARING = "clearing"
    """What came in by one way of paying; one account for each."""


class EntryKind(StrEnum):
    """Why a journal entry was made."""

    CHARGE = "charge"
    PAYMENT = "payment"
    APPLIED = "applied"
    """Prepayment used for a bill."""
    RELEASED = "released"
    """What was paid on a cancelled bill, turned into prepayment."""
    REVERSAL = "reversal"
    """The opposite of another entry."""
    REFUND = "refund"
    """Prepayment given back."""


REVERSIBLE = frozenset({EntryKind.CHARGE, EntryKind.PAYMENT, EntryKind.APPLIED})
"""Release and reversal follow from other entries, and are undone with what follows from those.

What was refunded has left the house; only the payment channel's word that it did not undoes a refund.
"""


class Method(StrEnum):
    """How money comes in."""

    CASH = "cash"
    TRANSFER = "transfer"
    POS = "pos"
    WECHAT = "wechat"
    """By WeChat Pay, entered by what it states and never by hand."""
    OTHER = "other"
    """A way that only a former system knew."""


BY_STAFF = (Method.CASH, Method.TRANSFER, Method.POS)
"""What staff may enter by hand."""


class Origin(StrEnum):
    """How a payment got into the books."""

    ENTERED = "entered"
    """By staff or by the channel; it has a receipt."""
    IMPORTED = "imported"
    """From a former system, which gave its own receipt."""
    BEFORE = "before"
    """Before there were receipts."""


class BillState(StrEnum):
    """How a bill stands on a day."""

    OPEN = "open"
    PART_PAID = "part-paid"
    OVERDUE = "overdue"
    DISPUTED = "disputed"
    """Not to be asked for while its holder disputes it."""
    PAID = "paid"
    CANCELLED = "cancelled"


class Skip(StrEnum):
    """Why a charge run makes no bill for a unit."""

    BILLED = "billed"
    OVERLAP = "overlap"
    NO_AREA = "no-area"
    NO_READING = "no-reading"
    ZERO = "zero"


class Override(StrEnum):
    """Why a reading that looks wrong is taken all the same."""

    SEEN = "seen-on-site"
    ROLLED_OVER = "rolled-over"
    LEAK = "leak"
    VACANT = "was-vacant"
    ESTIMATED_BEFORE = "estimated-before"
