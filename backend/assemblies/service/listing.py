"""Finding assemblies: those of a community, and those in which somebody holds an office."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import identity, registry
from backend.assemblies.models import Assembly, Person
from backend.assemblies.rules import Office, Stage
from backend.assemblies.service import lifecycle
from backend.infra.auth import Actor
from backend.infra.house import House

SEES_DRAFTS = (identity.Role.CHAIR, identity.Role.COMMUNITY_OFFICER)
"""Who sees what is not before the community yet."""


@dataclass(frozen=True, slots=True)
class AssemblyRow:
    """An assembly in a list. Times are None only where the law's deadlines could not be computed."""

    id: str
    community_id: str
    title: str
    stage: Stage
    notice_date: date
    opens_at: datetime | None
    closes_at: datetime | None
    items: Sequence[str]


@dataclass(frozen=True, slots=True)
class OfficeRow:
    """An office that somebody holds in an assembly; `index` is its number among those of its kind."""

    office: Office
    index: int
    has_key: bool
    assembly: AssemblyRow


def of_community(session: Session, house: House, actor: Actor, community_id: str) -> list[AssemblyRow]:
    """Return a community's assemblies, the newest first; drafts only to its chair and community officers.

    Raises:
        CommunityUnknown: what it says.
    """
    registry.get_community(session, community_id)
    held = identity.roles_held(session, actor.account_id)
    sees_drafts = any(one.role in SEES_DRAFTS and one.community_id == community_id for one in held)
    query = select(Assembly).where(Assembly.community_id == community_id)
    found = [
        _row(session, house, one)
        for one in session.scalars(query.order_by(Assembly.notice_date.desc(), Assembly.id))
    ]
    return [row for row in found if sees_drafts or row.stage is not Stage.DRAFT]


def offices_of(session: Session, house: House, actor: Actor) -> list[OfficeRow]:
    """Return the offices that the actor holds, the newest assembly first."""
    query = (
        select(Person, Assembly)
        .join(Assembly, Assembly.id == Person.assembly_id)
        .where(Person.account_id == actor.account_id)
        .order_by(Assembly.notice_date.desc(), Assembly.id, Person.office, Person.index)
    )
    return [
        OfficeRow(person.office, person.index, person.sign_key is not None, _row(session, house, assembly))
        for person, assembly in session.execute(query)
    ]


def _row(session: Session, house: House, assembly: Assembly) -> AssemblyRow:
    return AssemblyRow(
        id=assembly.id,
        community_id=assembly.community_id,
        title=assembly.title,
        stage=lifecycle.stage(session, house, assembly),
        notice_date=assembly.notice_date,
        opens_at=assembly.opens_at,
        closes_at=assembly.closes_at,
        items=[item.title for item in assembly.items],
    )
