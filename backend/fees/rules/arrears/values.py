"""The words of due process as programs know them. None of them tells what a person is, only what was done."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Where a case stands; DISPUTED and INSTALMENTS lie over the stage reached, and stop its clocks."""

    OPENED = "opened"
    REMINDED = "reminded"
    NOTICED = "noticed"
    DISPUTED = "disputed"
    INSTALMENTS = "instalments"
    MEDIATED = "mediated"
    FILED = "filed"
    CLOSED = "closed"


class Kind(StrEnum):
    """What can happen in a case."""

    OPENED = "opened"
    REMINDED = "reminded"
    NOTICED = "noticed"
    DELIVERED = "delivered"
    RECEIVED = "received"
    """The owner says that the notice has come."""
    REPLIED = "replied"
    ANSWERED = "answered"
    DISPUTED = "disputed"
    DISPUTE_ANSWERED = "dispute_answered"
    DISPUTE_ACCEPTED = "dispute_accepted"
    """The owner agrees with the firm's answer."""
    DISPUTE_WITHDRAWN = "dispute_withdrawn"
    DISPUTE_UPHELD = "dispute_upheld"
    DISPUTE_REJECTED = "dispute_rejected"
    MEDIATION_ASKED = "mediation_asked"
    MEDIATED = "mediated"
    INSTALMENTS_ASKED = "instalments_asked"
    INSTALMENTS_AGREED = "instalments_agreed"
    INSTALMENTS_REFUSED = "instalments_refused"
    INSTALMENTS_BROKEN = "instalments_broken"
    FILED = "filed"
    CLOSED = "closed"


class Side(StrEnum):
    """In which part somebody acts."""

    FIRM = "firm"
    OWNER = "owner"
    COMMUNITY = "community"
    SYSTEM = "system"


class Ground(StrEnum):
    """Why an owner disputes a bill."""

    AMOUNT = "amount"
    AREA = "area"
    READING = "reading"
    PAID = "paid"
    NOT_MINE = "not-mine"
    SERVICE = "service"
    NO_BASIS = "no-basis"
    OTHER = "other"


class Way(StrEnum):
    """How a notice was brought to the owner."""

    MESSAGE = "message"
    HANDED = "handed"
    LEFT = "left"
    POST = "post"


class Outcome(StrEnum):
    """What came of a mediation."""

    AGREED = "agreed"
    NOT_AGREED = "not-agreed"
    ABSENT = "absent"


class Closing(StrEnum):
    """Why a case was closed."""

    PAID = "paid"
    INSTALMENTS = "instalments"
    CANCELLED = "cancelled"
    WITHDRAWN = "withdrawn"


LIVING = frozenset(State) - {State.CLOSED}
LONGEST_TEXT = 2000
MOST_PHOTOS = 9
MOST_PARTS = 24
"""Instalments of one plan."""
