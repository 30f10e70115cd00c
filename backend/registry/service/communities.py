"""Organisations, communities, their developer, and who is appointed in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.identity import Role, ensure_account, grant_role, phone_hash_of, require_role
from backend.infra.audit import record_act
from backend.infra.auth import Actor
from backend.infra.db import Line
from backend.infra.house import House
from backend.infra.paging import PAGE
from backend.infra.prepared import Prepared
from backend.kernel.phone import parse_phone
from backend.registry.models import Community, Developer, Organisation, Unit
from backend.registry.rules.bodies import (
    CommunityUnknown,
    OrganisationKind,
    OrganisationUnknown,
    RoleNotGrantable,
)

DEVELOPER_PHONE = "developer.phone"


@dataclass(frozen=True, slots=True)
class CommunityView:
    """A community as anybody who is signed in may see it."""

    id: str
    name: str
    organisation_id: str | None
    developer: str | None
    units: int


@dataclass(frozen=True, slots=True)
class NamedCommunity:
    """A community to choose."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Body:
    """An organisation: its name and kind."""

    id: str
    name: str
    kind: OrganisationKind


def create_organisation(session: Session, house: House, actor: Actor, *, name: str, kind: str) -> str:
    """Enter an organisation and return its id. For administrators."""
    require_role(session, actor, Role.ADMINISTRATOR, None)
    row = Organisation(name=name, kind=OrganisationKind(kind).value, created_at=house.clock())
    session.add(row)
    session.flush()
    _record(session, house, actor, "organisation-created", f"organisation:{row.id}")
    return row.id


def create_community(
    session: Session, house: House, actor: Actor, *, name: str, organisation_id: str | None
) -> str:
    """Enter a community and return its id. For administrators.

    Raises:
        OrganisationUnknown: its organisation was not entered.
    """
    require_role(session, actor, Role.ADMINISTRATOR, None)
    if organisation_id is not None:
        get_organisation(session, organisation_id)
    row = Community(name=name, organisation_id=organisation_id, created_at=house.clock())
    session.add(row)
    session.flush()
    _record(session, house, actor, "community-created", f"community:{row.id}")
    return row.id


def set_developer(
    session: Session, house: House, actor: Actor, community_id: str, *, name: str, phone: str
) -> None:
    """Name the developer, whose phone then stands for every unit not delivered. For administrators.

    Raises:
        PhoneUnreadable: not a mobile number, so that nobody could sign in with it.
        CommunityUnknown: no such community.
    """
    require_role(session, actor, Role.ADMINISTRATOR, community_id)
    check_exists(session, community_id)
    stored = house.fields.encrypt(DEVELOPER_PHONE, parse_phone(phone))
    phone_hash = phone_hash_of(house, phone)
    session.merge(Developer(community_id=community_id, name=name, phone=stored, phone_hash=phone_hash))
    _record(session, house, actor, "developer-set", f"community:{community_id}")


def appoint(  # noqa: PLR0913  (an appointment has these parts; all are named at the call)
    session: Session,
    house: House,
    actor: Actor,
    community_id: str,
    *,
    phone: str,
    name: str,
    role: str,
    organisation_id: str,
) -> str:
    """Give a person a role in a community and return their account id. For administrators.

    Raises:
        RoleNotGrantable: the administrator's role is given by a command on the server alone.
        CommunityUnknown, OrganisationUnknown, PhoneUnreadable: what it says.
    """
    require_role(session, actor, Role.ADMINISTRATOR, community_id)
    if role == Role.ADMINISTRATOR:
        raise RoleNotGrantable("管理员只能由服务器上的命令设立，不能在小区内授予")
    check_exists(session, community_id)
    get_organisation(session, organisation_id)
    account = ensure_account(session, house, phone=phone, name=name)
    grant_role(
        session,
        house,
        granted_by=actor.account_id,
        account_id=account.id,
        role=Role(role),
        community_id=community_id,
        organisation_id=organisation_id,
    )
    return account.id


def get_community(session: Session, community_id: str) -> CommunityView:
    """Return a community. For anybody signed in; nothing in it is personal.

    Raises:
        CommunityUnknown: no such community.
    """
    row = check_exists(session, community_id)
    developer = session.get(Developer, community_id)
    units = session.scalar(sa.select(sa.func.count()).where(Unit.community_id == community_id)) or 0
    return CommunityView(row.id, row.name, row.organisation_id, developer.name if developer else None, units)


def find_communities(session: Session, name: str) -> Sequence[NamedCommunity]:
    """Return communities whose name holds these words, by name, the first 50. For anybody signed in."""
    query = sa.select(Community.id, Community.name).order_by(Community.name, Community.id).limit(PAGE)
    if name.strip():
        query = query.where(Community.name.contains(name.strip(), autoescape=True))
    return [NamedCommunity(*row) for row in session.execute(query)]


def get_organisation(session: Session, organisation_id: str) -> Body:
    """Return an organisation. For other capabilities.

    Raises:
        OrganisationUnknown: it was not entered.
    """
    row = session.get(Organisation, organisation_id)
    if row is None:
        raise _unknown(organisation_id)
    return Body(row.id, row.name, OrganisationKind(row.kind))


def organisation_name(line: Line, organisation_id: str) -> str:
    """Return an organisation's name. For other capabilities.

    Raises:
        OrganisationUnknown: it was not entered.
    """
    found = _NAME.first(line, organisation=organisation_id)
    if found is None:
        raise _unknown(organisation_id)
    return str(found[0])


_NAME = Prepared(sa.select(Organisation.name).where(Organisation.id == sa.bindparam("organisation")))


def _unknown(organisation_id: str) -> OrganisationUnknown:
    return OrganisationUnknown(f"没有编号为 {organisation_id} 的组织；请先登记该组织")


def all_communities(session: Session) -> list[str]:
    """Return the ids of every community of this server. For other capabilities."""
    return list(session.scalars(sa.select(Community.id).order_by(Community.id)))


def community_names(session: Session, community_ids: Sequence[str]) -> dict[str, str]:
    """Return the names of communities by their ids. For other capabilities."""
    query = sa.select(Community.id, Community.name).where(Community.id.in_(community_ids))
    return {row.id: row.name for row in session.execute(query)}


def organisation_names(session: Session, organisation_ids: Sequence[str]) -> dict[str, str]:
    """Return the names of organisations by their ids. For other capabilities."""
    query = sa.select(Organisation.id, Organisation.name).where(Organisation.id.in_(organisation_ids))
    return {row.id: row.name for row in session.execute(query)}


_DEVELOPER = Prepared(
    sa.select(Developer.phone_hash).where(Developer.community_id == sa.bindparam("community"))
)


def is_developer(line: Line, community_id: str, phone_hash: str) -> bool:
    """Tell whether the holder of a phone stands for the units not delivered. For other capabilities."""
    return (phone_hash,) in _DEVELOPER.all(line, community=community_id)


def developer_phones(session: Session, house: House, community_id: str) -> list[str]:
    """Return the developer's phone in clear, nothing if none is named. For other capabilities, to tell."""
    row = session.get(Developer, community_id)
    return [house.fields.decrypt(DEVELOPER_PHONE, row.phone)] if row else []


def check_exists(session: Session, community_id: str) -> Community:
    """Return a community's row. Raises CommunityUnknown."""
    row = session.get(Community, community_id)
    if row is None:
        raise CommunityUnknown(f"没有编号为 {community_id} 的小区；请核对，或先登记小区")
    return row


def _record(session: Session, house: House, actor: Actor, act: str, subject: str) -> None:
    record_act(session, at=house.clock(), actor=actor.account_id, act=act, subject=subject)
