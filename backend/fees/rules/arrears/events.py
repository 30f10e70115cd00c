"""An event of a case, and the facts that replaying reads out of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from backend.fees.rules.arrears.values import Kind, Side
from backend.kernel.clock import CHINA


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened in a case, by whom, and when. Events are only ever added.

    Attributes:
        number: counts from 1 within the case.
        text: what the actor said; both sides read it.
        facts: what replaying needs, JSON-able; its keys are the kind's own.
        photos: ids of photos.
    """

    number: int
    kind: Kind
    at: datetime
    side: Side
    account_id: str | None = None
    text: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    photos: tuple[str, ...] = ()

    @property
    def day(self) -> date:
        """Return its day in China."""
        return self.at.astimezone(CHINA).date()

    @property
    def bill_ids(self) -> frozenset[int]:
        """Return the bills that it is about."""
        return frozenset(int(bill["id"]) for bill in self.facts.get("bills", ()))


@dataclass(frozen=True, slots=True)
class ClaimedBill:
    """A bill as it stood when a step named it. It is written into the event, for a later reader to see."""

    id: int
    item: str
    first_day: date
    last_day: date
    due_day: date
    amount_fen: int
    open_fen: int
    clause: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return it as an event keeps it."""
        days = {name: getattr(self, name).isoformat() for name in ("first_day", "last_day", "due_day")}
        sums = {"id": self.id, "amount_fen": self.amount_fen, "open_fen": self.open_fen}
        return {**sums, **days, "item": self.item, "clause": self.clause}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> ClaimedBill:
        """Read what an event keeps."""
        days = {name: date.fromisoformat(kept[name]) for name in ("first_day", "last_day", "due_day")}
        return cls(**{**kept, **days})
