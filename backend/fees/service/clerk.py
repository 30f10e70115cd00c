"""Who may keep a community's books: staff of the firm that serves it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from backend.fees.rules.refusals import DayRefused
from backend.identity import Role
from backend.infra.audit import record_act
from backend.infra.auth import Actor
from backend.infra.house import House
from backend.kernel.clock import CHINA
from backend.registry import get_community, require_post

KEEPERS = (Role.FIRM_DISPATCHER,)
"""Who bills and takes money for a firm."""


@dataclass(frozen=True, slots=True)
class Clerk:
    """Somebody who was checked and keeps the books of one community, within one transaction."""

    session: Session
    house: House
    community_id: str
    account_id: str

    @property
    def now(self) -> datetime:
        """Return the present instant."""
        return self.house.clock()

    @property
    def today(self) -> date:
        """Return the present day in China."""
        return self.now.astimezone(CHINA).date()

    def check_happened(self, day: date) -> None:
        """Refuse a day that lies ahead: the books say what has happened.

        Raises:
            DayRefused: what it says.
        """
        if day > self.today:
            raise DayRefused(f"日期 {day} 晚于今天；账目只记已发生的事，请改为今天或更早")

    def record(self, act: str, subject: str, detail: Mapping[str, object]) -> None:
        """Add an act to the audit trail."""
        record_act(self.session, at=self.now, actor=self.account_id, act=act, subject=subject, detail=detail)


def clerk_of(session: Session, house: House, actor: Actor, community_id: str) -> Clerk:
    """Check that somebody keeps the books of a community.

    Raises:
        CommunityUnknown, RoleMissing: what it says.
    """
    get_community(session, community_id)
    require_post(session, actor, KEEPERS, community_id)
    return Clerk(session, house, community_id, actor.account_id)
