"""The words of disclosure as programs know them."""

from __future__ import annotations

from enum import StrEnum


class BookKind(StrEnum):
    """The two sets of books that every community has."""

    COMMON = "common"
    """Income and cost of common parts (公共收益)."""
    FUND = "fund"
    """The maintenance fund (住宅专项维修资金)."""


class Account(StrEnum):
    """What a posting is made on. Amounts are signed: a debit is positive, a credit negative."""

    MONEY = "money"
    """What is held for the owners; never below zero."""
    INCOME = "income"
    """What a source has brought; the key is the source."""
    COST = "cost"
    """What was spent to earn it; the key is the kind of cost."""
    PAID_OUT = "paid_out"
    """What was split by a decision; the key says to whom, the unit where it is a unit's part."""
    UNIT = "unit"
    """What of the fund belongs to a unit; the key is empty. Never above zero: it is a credit."""


class EntryKind(StrEnum):
    """Why an entry was made."""

    INCOME = "income"
    COST = "cost"
    SPLIT = "split"
    """Net income split by a decision of the assembly."""
    FIRST = "first"
    """First deposit (首期交存)."""
    DEPOSIT = "deposit"
    """Further deposit (续交、补交)."""
    OPENING = "opening"
    """Balance taken over from whoever kept the account before."""
    INTEREST = "interest"
    FROM_COMMON = "from_common"
    """Common income that tops the fund up."""
    USE = "use"
    REFUND = "refund"
    """Paid back or moved elsewhere, such as when a unit is lost."""
    REVERSAL = "reversal"


class SourceKind(StrEnum):
    """Where common income comes from."""

    ADVERTISING = "advertising"
    PARKING = "parking"
    LEASE = "lease"
    STALLS = "stalls"
    CHARGING = "charging"
    RECYCLING = "recycling"
    LICENCE = "licence"
    INTEREST = "interest"
    OTHER = "other"


class CostKind(StrEnum):
    """What it costs to earn common income."""

    UPKEEP = "upkeep"
    STAFF = "staff"
    POWER = "power"
    TAX = "tax"
    INSURANCE = "insurance"
    OTHER = "other"


class Payee(StrEnum):
    """To whom a part of net income goes."""

    FUND = "fund"
    OWNERS = "owners"
    FIRM = "firm"
    COMMITTEE = "committee"
    """Working costs of the owners' assembly and committee."""
    WORKS = "works"
    """Works on common parts outside the fund."""


class ShareBy(StrEnum):
    """By what interest is divided among units."""

    BALANCE = "balance"
    AREA = "area"


class Ground(StrEnum):
    """On what a use of the fund stands."""

    VOTE = "vote"
    EMERGENCY = "emergency"


class Purpose(StrEnum):
    """What the fund pays for."""

    ROOF = "roof"
    WALL = "wall"
    LIFT = "lift"
    FIRE = "fire"
    DRAINS = "drains"
    STRUCTURE = "structure"
    POWER = "power"
    ACCESS = "access"
    """Works that make the building barrier-free (art. 281)."""
    OTHER = "other"


class Excluded(StrEnum):
    """What the fund must not pay for: asked at every project, one answer each."""

    WARRANTY = "warranty"
    UTILITY_LINES = "utility_lines"
    LIABLE_PERSON = "liable_person"
    SERVICE_UPKEEP = "service_upkeep"


class Danger(StrEnum):
    """In which cases the fund may be used without a vote first."""

    LEAK = "leak"
    LIFT = "lift"
    FIRE = "fire"
    FALLING = "falling"
    CURTAIN_WALL = "curtain_wall"
    DRAINS = "drains"
    FLOOD = "flood"
    LIFE = "life"


class StepKind(StrEnum):
    """What has been done about a project."""

    REPORT = "report"
    INSPECTION = "inspection"
    REPAIR = "repair"
    PAPERS = "papers"
    """Completion papers posted."""
    WITHDRAWN = "withdrawn"
    """Entered by mistake; nothing was paid for it."""


class Confidence(StrEnum):
    """How sure a limit is by its source."""

    CERTAIN = "certain"
    FAIRLY_SURE = "fairly-sure"
    UNSURE = "unsure"


class Post(StrEnum):
    """How a publication stands; derived from the clock, never set."""

    NOT_YET = "not-yet"
    DUE = "due"
    MISSED = "missed"
    ON_TIME = "on-time"
    LATE = "late"
