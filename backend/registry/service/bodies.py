"""Who serves a community, and who holds a post there, for itself or for a body that serves it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.identity import (
    Role,
    accounts_granted,
    ensure_account,
    get_account,
    grant_role,
    grants_of,
    phone_of,
    require_role,
    revoke_grant,
    role_missing,
)
from backend.infra.audit import record_act
from backend.infra.auth import Actor
from backend.infra.db import Line
from backend.infra.house import House
from backend.infra.prepared import Prepared
from backend.registry.models import CommunityBody
from backend.registry.rules.bodies import KINDS_FOR, Duty, DutyRefused, RoleNotGrantable
from backend.registry.service.communities import check_exists, get_organisation

BY_ORGANISATION = frozenset(
    {Role.FIRM_DISPATCHER, Role.FIRM_WORKER, Role.COMMUNITY_OFFICER, Role.STREET_OFFICER}
    | {Role.DEPARTMENT_OFFICER}
)
"""Roles that may be held for an organisation, in every community that it serves."""
_CURRENT = CommunityBody.until.is_(None)


@dataclass(frozen=True, slots=True)
class Post:
    """A role that somebody holds in a community, and for which organisation."""

    role: Role
    organisation_id: str


@dataclass(frozen=True, slots=True)
class Bodies:
    """Who serves a community now, by organisation id; `departments` by their code."""

    firm: str | None
    community: str | None
    street: str | None
    departments: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ServingBody:
    """One body that serves a community."""

    organisation_id: str
    name: str
    duty: Duty
    department: str


def set_body(  # noqa: PLR0913  (a service has these parts; all are named at the call)
    session: Session,
    house: House,
    actor: Actor,
    community_id: str,
    *,
    duty: str,
    organisation_id: str,
    department: str = "",
) -> None:
    """Enter who serves a community from now on; who did so before is kept as history. For administrators.

    Raises:
        CommunityUnknown, OrganisationUnknown: what it says.
        DutyRefused: the organisation is not of a kind that has this duty, or the department has no code.
    """
    require_role(session, actor, Role.ADMINISTRATOR, community_id)
    check_exists(session, community_id)
    wanted = Duty(duty)
    if get_organisation(session, organisation_id).kind not in KINDS_FOR[wanted]:
        raise DutyRefused("该组织的类型与所设职责不符；请核对组织类型")
    if (wanted is Duty.DEPARTMENT) != bool(department):
        raise DutyRefused("职能部门须写明部门代码（如 urban-management），其他单位不写")
    end_body(session, house, actor, community_id, duty=duty, department=department)
    session.add(
        CommunityBody(
            community_id=community_id,
            organisation_id=organisation_id,
            duty=duty,
            department=department,
            since=house.clock(),
        )
    )
    session.flush()
    detail = {"duty": duty, "organisation": organisation_id}
    _record(session, house, actor, "body-set", community_id, detail)


def end_body(
    session: Session, house: House, actor: Actor, community_id: str, *, duty: str, department: str = ""
) -> None:
    """End the service of whoever has this duty now, if anybody. For administrators."""
    require_role(session, actor, Role.ADMINISTRATOR, community_id)
    query = sa.select(CommunityBody).where(
        CommunityBody.community_id == community_id,
        CommunityBody.duty == duty,
        CommunityBody.department == department,
        _CURRENT,
    )
    for row in session.scalars(query):
        row.until = house.clock()
        detail = {"duty": duty, "organisation": row.organisation_id}
        _record(session, house, actor, "body-ended", community_id, detail)


def appoint_for(  # noqa: PLR0913  (an appointment has these parts; all are named at the call)
    session: Session, house: House, actor: Actor, organisation_id: str, *, phone: str, name: str, role: str
) -> str:
    """Give a person a role in every community that an organisation serves; return their account id.

    For administrators.

    Raises:
        RoleNotGrantable: a role that is held in one community alone.
        OrganisationUnknown, PhoneUnreadable: what it says.
    """
    require_role(session, actor, Role.ADMINISTRATOR, None)
    if Role(role) not in BY_ORGANISATION:
        raise RoleNotGrantable("这个角色须在具体小区内授予；请在小区的任职中设置")
    get_organisation(session, organisation_id)
    account = ensure_account(session, house, phone=phone, name=name)
    grant_role(
        session,
        house,
        granted_by=actor.account_id,
        account_id=account.id,
        role=Role(role),
        community_id=None,
        organisation_id=organisation_id,
    )
    return account.id


def dismiss(session: Session, house: House, actor: Actor, grant_id: str) -> None:
    """End an appointment, with effect from now. For administrators. Raises GrantUnknown."""
    require_role(session, actor, Role.ADMINISTRATOR, None)
    revoke_grant(session, house, revoked_by=actor.account_id, grant_id=grant_id)


_BODIES = Prepared(  # every new ticket asks it
    sa.select(CommunityBody.duty, CommunityBody.department, CommunityBody.organisation_id)
    .where(CommunityBody.community_id == sa.bindparam("community"), _CURRENT)
    .order_by(CommunityBody.since, CommunityBody.id)
)


def bodies_of(line: Line, community_id: str) -> Bodies:
    """Return who serves a community now. For other capabilities."""
    by_duty: dict[str, str] = {}
    departments: dict[str, str] = {}
    for duty, department, organisation_id in _BODIES.all(line, community=community_id):
        if duty == Duty.DEPARTMENT:
            departments[department] = organisation_id
        else:
            by_duty[duty] = organisation_id
    firm, community, street = (by_duty.get(duty) for duty in (Duty.FIRM, Duty.COMMUNITY, Duty.STREET))
    return Bodies(firm, community, street, departments)


def list_bodies(session: Session, community_id: str) -> list[ServingBody]:
    """Return who serves a community now, with their names. Nothing in it is personal.

    Raises:
        CommunityUnknown: no such community.
    """
    check_exists(session, community_id)
    return [
        ServingBody(organisation_id, get_organisation(session, organisation_id).name, Duty(duty), department)
        for duty, department, organisation_id in _BODIES.all(session, community=community_id)
    ]


def posts_in(session: Session, actor: Actor, community_id: str) -> tuple[Post, ...]:
    """Return the posts that somebody holds in a community, oldest first. For other capabilities."""
    return _posts_of(session, actor.account_id, community_id)


def require_post(session: Session, actor: Actor, roles: Sequence[Role], community_id: str) -> Post:
    """Return a post of one of these roles that the actor holds in a community. For other capabilities.

    Raises:
        RoleMissing: none is held.
    """
    for post in posts_in(session, actor, community_id):
        if post.role in roles:
            return post
    raise role_missing(roles)


def is_staff(
    session: Session, account_id: str, roles: Sequence[Role], community_id: str, organisations: Sequence[str]
) -> bool:
    """Tell whether somebody holds one of these roles in a community for one of these organisations."""
    posts = _posts_of(session, account_id, community_id)
    return any(post.role in roles and post.organisation_id in organisations for post in posts)


def organisations_of(session: Session, actor: Actor, roles: Sequence[Role]) -> tuple[str, ...]:
    """Return the organisations for which somebody holds one of these roles. For other capabilities."""
    grants = grants_of(session, actor.account_id)
    found = {grant.organisation_id for grant in grants if grant.role in roles and grant.organisation_id}
    return tuple(sorted(found))


def communities_with_post(session: Session, actor: Actor, roles: Sequence[Role]) -> tuple[str, ...]:
    """Return the communities in which somebody holds one of these roles. For other capabilities."""
    found: set[str] = set()
    for grant in grants_of(session, actor.account_id):
        if grant.role not in roles:
            continue
        if grant.community_id is not None:
            found.add(grant.community_id)
        elif grant.organisation_id is not None:
            found.update(communities_served(session, grant.organisation_id))
    return tuple(sorted(found))


def communities_served(session: Session, organisation_id: str) -> list[str]:
    """Return the communities that an organisation serves now. For other capabilities."""
    query = sa.select(CommunityBody.community_id).where(
        CommunityBody.organisation_id == organisation_id, _CURRENT
    )
    return sorted(set(session.scalars(query)))


def staff_phones(
    session: Session, house: House, organisation_id: str, community_id: str, roles: Sequence[Role]
) -> list[str]:
    """Return the phones, in clear, of who holds these roles for an organisation in a community; only to tell.

    For other capabilities.
    """
    accounts = accounts_granted(session, organisation_id, roles, community_id)
    return sorted(phone_of(house, get_account(session, one)) for one in accounts)


def staff_of(session: Session, organisation_id: str, community_id: str, roles: Sequence[Role]) -> list[str]:
    """Return who holds these roles for an organisation in a community. For other capabilities."""
    return accounts_granted(session, organisation_id, roles, community_id)


def _posts_of(session: Session, account_id: str, community_id: str) -> tuple[Post, ...]:
    """Read the grants, and ask who serves the community only if one of them depends on it."""
    grants = [grant for grant in grants_of(session, account_id) if grant.organisation_id is not None]
    serving: frozenset[str] = frozenset()
    if any(grant.community_id is None for grant in grants):
        rows = _BODIES.all(session, community=community_id)
        serving = frozenset(organisation_id for _, _, organisation_id in rows)
    return tuple(
        Post(Role(grant.role), cast("str", grant.organisation_id))
        for grant in grants
        if grant.community_id == community_id
        or (grant.community_id is None and grant.organisation_id in serving)
    )


def _record(
    session: Session, house: House, actor: Actor, act: str, community_id: str, detail: dict[str, str]
) -> None:
    record_act(
        session,
        at=house.clock(),
        actor=actor.account_id,
        act=act,
        subject=f"community:{community_id}",
        detail=detail,
    )
