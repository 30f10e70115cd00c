"""An event of a ticket, and how it is written down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from backend.complaints.rules.values import INTERNAL, Kind, Party


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to a ticket, by whom, and when. Events are only ever added.

    Attributes:
        account_id, organisation_id: who acted, and for which body; None where nobody or none did.
        text: what the actor said; a resident reads it unless the event is internal.
        facts: what replaying needs, JSON-able; its keys are the kind's own.
        photos: ids of photos.
    """

    kind: Kind
    at: datetime
    party: Party
    account_id: str | None = None
    organisation_id: str | None = None
    text: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    photos: tuple[str, ...] = ()

    @property
    def is_internal(self) -> bool:
        """Tell whether residents must not see it."""
        return self.kind in INTERNAL
