"""Finding the unit that somebody at the counter speaks of."""

from __future__ import annotations

from collections.abc import Sequence

from backend.fees.service.clerk import Clerk
from backend.registry import UnitFacts, units_of

MOST_FOUND = 20


def find_units(clerk: Clerk, label: str) -> Sequence[UnitFacts]:
    """Return units whose label holds these words, those that begin with them first, twenty at most."""
    words = label.strip()
    found = [unit for unit in units_of(clerk.session, clerk.community_id) if words in unit.label]
    return sorted(found, key=lambda unit: not unit.label.startswith(words))[:MOST_FOUND]
