"""Titles that became others': noted when a roll says so, for whoever must draw a line on that day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.infra.house import House
from backend.kernel.ids import new_id
from backend.registry.models import TitleChange


@dataclass(frozen=True, slots=True)
class Retitled:
    """A unit whose owners became others, and when that was entered. How many left, stayed and came."""

    id: str
    community_id: str
    unit_id: str
    at: datetime
    left: int
    stayed: int
    came: int

    @property
    def is_new_hands(self) -> bool:
        """Tell whether nobody of before is an owner still."""
        return self.stayed == 0


_COLUMNS = (
    *(TitleChange.id, TitleChange.community_id, TitleChange.unit_id, TitleChange.at),
    *(TitleChange.owners_left, TitleChange.owners_stayed, TitleChange.owners_came),
)


def note_title_changes(
    session: Session, house: House, community_id: str, retitled: Sequence[Mapping[str, Any]]
) -> None:
    """Note that the owners of units became others now."""
    rows = [
        {"id": new_id(), "community_id": community_id, "at": house.clock(), **change} for change in retitled
    ]
    if rows:
        session.execute(sa.insert(TitleChange), rows)


def title_changes(session: Session, community_id: str) -> list[Retitled]:
    """Return the changes of titles that were entered in a community, oldest first. For other capabilities."""
    return _found(session, TitleChange.community_id == community_id)


def title_changes_of(session: Session, unit_id: str) -> list[Retitled]:
    """Return the changes of a unit's title that were entered, oldest first. For other capabilities."""
    return _found(session, TitleChange.unit_id == unit_id)


def _found(session: Session, condition: sa.ColumnElement[bool]) -> list[Retitled]:
    query = sa.select(*_COLUMNS).where(condition).order_by(TitleChange.at, TitleChange.id)
    return [Retitled(*row) for row in session.execute(query)]
