"""Who sees what of a unit's account."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Scope(StrEnum):
    """As what somebody sees a unit's account."""

    OWNER = "owner"
    AUTHORISED = "authorised"
    """A family member or tenant whom an owner lets see and pay."""
    FIRM = "firm"


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody who was checked. `tenure` is the only holder's turn they may see; None: every one."""

    scope: Scope
    tenure: int | None
