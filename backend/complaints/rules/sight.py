"""What each party may see of a ticket. Everything that is not granted here stays hidden."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from backend.complaints.rules.life import Standing
from backend.complaints.rules.values import FIRM, OFFICES, Kind, Party, Publication

CALLBACK_TIME = timedelta(days=30)
"""How long after closing the community may still call the resident back."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What somebody sees.

    Attributes:
        words: the report's own text, answers and photos.
        unit: which home it is about.
        internal: notes among staff, reminders, reviews.
        people: who among the staff did what.
        contact: name and phone of the resident, behind a logged act.
    """

    words: bool
    unit: bool
    internal: bool
    people: bool
    contact: bool


def sight_of(parties: Collection[Party], standing: Standing, now: datetime) -> Sight:
    """Return what somebody with these parts sees now."""
    is_reporter, is_staff = Party.REPORTER in parties, bool(OFFICES & set(parties) or FIRM & set(parties))
    return Sight(
        words=is_reporter or is_staff or standing.publication is Publication.SHOWN,
        unit=is_reporter or is_staff,
        internal=is_staff,
        people=is_staff,
        contact=is_staff and _may_contact(parties, standing, now),
    )


def _may_contact(parties: Collection[Party], standing: Standing, now: datetime) -> bool:
    """Open tickets only (law.md 5.1); the community calls back for a while after."""
    if standing.is_open:
        return True
    if not {Party.COMMUNITY, Party.STREET} & set(parties) or standing.closed_at is None:
        return False
    return now <= standing.closed_at + CALLBACK_TIME


def is_told_of(kind: Kind, sight: Sight) -> bool:
    """Tell whether an event of this kind is on somebody's list of what happened."""
    from_residents = kind in {Kind.SUBMITTED, Kind.ADDED, Kind.JOINED, Kind.REOPENED, Kind.APPEALED}
    return sight.internal or kind not in HIDDEN or from_residents


HIDDEN = frozenset({Kind.NOTED, Kind.REMINDED, Kind.REVIEWED, Kind.ASSIGNED, Kind.RECLASSIFIED})
