"""Who keeps these books, who decides, who looks on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from backend.disclosure.rules.refusals import BookDayRefused, SightRefused
from backend.identity import Role
from backend.infra.audit import record_act
from backend.infra.auth import Actor
from backend.infra.house import House
from backend.kernel.clock import CHINA
from backend.registry import get_community, owned_units, posts_in, require_post, resident_units

COMMON_KEEPERS = (Role.FIRM_DISPATCHER,)
"""Who enters common income and its cost."""
REVIEWERS = (Role.CHAIR,)
"""Who looks at what the firm entered, and enters what the assembly decided."""
FUND_KEEPERS = (Role.FIRM_DISPATCHER, Role.CHAIR)
"""Who enters what came into the fund and what was paid."""
DECIDERS = (Role.CHAIR, Role.COMMUNITY_OFFICER)
"""Who opens projects of the fund; the community where there is no committee."""
ANSWERERS = (Role.FIRM_DISPATCHER, Role.CHAIR)
PUBLISHERS = (Role.FIRM_DISPATCHER, Role.CHAIR)
"""Whose duty it is to publish: the firm (Civil Code art. 943), the committee (山东省物业管理条例 art. 50)."""
RULERS = (Role.STREET_OFFICER,)
"""Who sets a community's limits."""
LOOKERS = (Role.FIRM_DISPATCHER, Role.CHAIR, Role.COMMUNITY_OFFICER, Role.STREET_OFFICER)


@dataclass(frozen=True, slots=True)
class Keeper:
    """Somebody who was checked and acts in one community's books, within one transaction."""

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
            BookDayRefused: what it says.
        """
        if day > self.today:
            raise BookDayRefused(f"日期 {day} 晚于今天；账目只记已发生的事，请改为今天或更早")

    def record(self, act: str, subject: str, detail: Mapping[str, object] | None = None) -> None:
        """Add an act to the audit trail."""
        record_act(self.session, at=self.now, actor=self.account_id, act=act, subject=subject, detail=detail)


def keeper_of(
    session: Session, house: House, actor: Actor, community_id: str, roles: Sequence[Role]
) -> Keeper:
    """Check that somebody holds one of these posts in a community.

    Raises:
        CommunityUnknown, RoleMissing: what it says.
    """
    get_community(session, community_id)
    require_post(session, actor, roles, community_id)
    return Keeper(session, house, community_id, actor.account_id)


@dataclass(frozen=True, slots=True)
class Looker:
    """Somebody who may see what is disclosed: with the own units, and the post, if any."""

    session: Session
    house: House
    community_id: str
    account_id: str
    owned: frozenset[str]
    roles: frozenset[Role]

    @property
    def today(self) -> date:
        """Return the present day in China."""
        return self.house.clock().astimezone(CHINA).date()

    @property
    def keeps_fund(self) -> bool:
        """Tell whether this person keeps the units' accounts."""
        return not self.roles.isdisjoint(FUND_KEEPERS)


def looker_of(session: Session, house: House, actor: Actor, community_id: str) -> Looker:
    """Check that somebody belongs to a community, or serves it in a post that looks on.

    Raises:
        CommunityUnknown, SightRefused: what it says.
    """
    get_community(session, community_id)
    roles = frozenset(post.role for post in posts_in(session, actor, community_id)) & set(LOOKERS)
    if not roles and not resident_units(session, actor, community_id):
        raise SightRefused("收支和维修资金只向本小区业主、住户和相关单位公开；请先绑定房屋")
    owned = frozenset(owned_units(session, actor, community_id))
    return Looker(session, house, community_id, actor.account_id, owned, roles)


def check_sees_papers(looker: Looker) -> None:
    """Refuse whoever is neither an owner nor in a post (法释〔2009〕7号 art. 13: owners may inspect).

    Raises:
        SightRefused: what it says.
    """
    if not looker.owned and not looker.roles:
        raise SightRefused("合同和凭证供本小区业主查阅；租户可查看汇总和公示")
