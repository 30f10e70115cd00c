"""Who holds a post in a community, and who appoints and dismisses them.

A post is held for an organisation. Those of the bodies that serve a community hold only while their body
serves it with the duty that the role belongs to, whether they were appointed for this community alone or for
the organisation; every other role holds where it was given.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from backend.identity import (
    Appointment,
    Held,
    Role,
    accounts_granted,
    appointments_for,
    appointments_in,
    ensure_account,
    grant_role,
    phones_of,
    require_role,
    revoke_grant,
    role_missing,
    roles_held,
)
from backend.infra.auth import Actor
from backend.infra.house import House
from backend.registry.rules.bodies import KINDS_FOR, Duty, RoleNotGrantable
from backend.registry.service.bodies import duties_in, places_served
from backend.registry.service.communities import check_exists, community_names, get_organisation

DUTY_OF = {
    Role.FIRM_DISPATCHER: Duty.FIRM,
    Role.FIRM_WORKER: Duty.FIRM,
    Role.COMMUNITY_OFFICER: Duty.COMMUNITY,
    Role.STREET_OFFICER: Duty.STREET,
    Role.DEPARTMENT_OFFICER: Duty.DEPARTMENT,
}
"""Roles of the bodies that serve communities: they may be held for all that the organisation serves."""

OF_ASSEMBLIES = frozenset({Role.REGISTRAR, Role.TRUSTEE, Role.AUDITOR, Role.COUNTER})
"""Roles whose holders a chair appoints to the offices of an assembly."""


@dataclass(frozen=True, slots=True)
class Post:
    """A role that somebody holds in a community, and for which organisation."""

    role: Role
    organisation_id: str


@dataclass(frozen=True, slots=True)
class OwnPost:
    """A role that the caller holds, and the community in which it holds."""

    role: Role
    community_id: str
    community: str


def appoint_for(  # noqa: PLR0913  (an appointment has these parts; all are named at the call)
    session: Session, house: House, actor: Actor, organisation_id: str, *, phone: str, name: str, role: str
) -> str:
    """Give a person a role in every community that an organisation serves; return their account id.

    For administrators.

    Raises:
        RoleNotGrantable: a role that is held in one community alone, or one of another kind of organisation.
        OrganisationUnknown, PhoneUnreadable: what it says.
    """
    require_role(session, actor, Role.ADMINISTRATOR, None)
    duty = DUTY_OF.get(Role(role))
    if duty is None:
        raise RoleNotGrantable("这个角色须在具体小区内授予；请在小区的任职中设置")
    if get_organisation(session, organisation_id).kind not in KINDS_FOR[duty]:
        raise RoleNotGrantable("这类组织没有这个角色；请核对组织类型和角色")
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
    """End an appointment, with effect from now. For administrators.

    Raises:
        GrantUnknown, OwnGrantKept: see `backend.identity.revoke_grant`.
    """
    require_role(session, actor, Role.ADMINISTRATOR, None)
    revoke_grant(session, house, revoked_by=actor.account_id, grant_id=grant_id)


def list_staff(session: Session, house: House, actor: Actor, organisation_id: str) -> list[Appointment]:
    """Return who is appointed for an organisation. For administrators. Raises OrganisationUnknown."""
    require_role(session, actor, Role.ADMINISTRATOR, None)
    get_organisation(session, organisation_id)
    return appointments_for(session, house, organisation_id)


def list_appointed(session: Session, house: House, actor: Actor, community_id: str) -> list[Appointment]:
    """Return who is appointed in one community alone.

    For administrators; its chair is told of those whom an assembly may be given to. Raises CommunityUnknown.
    """
    held = require_role(session, actor, (Role.ADMINISTRATOR, Role.CHAIR), community_id)
    check_exists(session, community_id)
    found = appointments_in(session, house, community_id)
    return found if held.role == Role.ADMINISTRATOR else [one for one in found if one.role in OF_ASSEMBLIES]


def posts_in(session: Session, actor: Actor, community_id: str) -> tuple[Post, ...]:
    """Return the posts that somebody holds in a community, oldest first. For other capabilities.

    Two queries, however many communities there are.
    """
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
    """Return the organisations for which somebody holds one of these roles, wherever they serve or served.

    For other capabilities.
    """
    grants = roles_held(session, actor.account_id)
    found = {grant.organisation_id for grant in grants if grant.role in roles and grant.organisation_id}
    return tuple(sorted(found))


def communities_with_post(session: Session, actor: Actor, roles: Sequence[Role]) -> tuple[str, ...]:
    """Return the communities in which somebody holds one of these roles; two queries, for however many.

    For other capabilities.
    """
    grants = [grant for grant in roles_held(session, actor.account_id) if grant.role in roles]
    bodies = sorted({grant.organisation_id for grant in grants if grant.organisation_id})
    served: dict[tuple[str, str], set[str]] = {}
    for organisation_id, duty, community_id in places_served(session, bodies) if bodies else ():
        served.setdefault((organisation_id, duty), set()).add(community_id)
    return tuple(sorted({place for grant in grants for place in _places_of(grant, served)}))


def own_posts(session: Session, actor: Actor) -> list[OwnPost]:
    """Return every role that the actor holds in a community, by role and name of the community."""
    roles = sorted({Role(grant.role) for grant in roles_held(session, actor.account_id)})
    held = [(role, place) for role in roles for place in communities_with_post(session, actor, [role])]
    names = community_names(session, sorted({place for _, place in held}))
    posts = [OwnPost(role, place, names[place]) for role, place in held]
    return sorted(posts, key=lambda post: (post.role, post.community, post.community_id))


def staff_of(session: Session, organisation_id: str, community_id: str, roles: Sequence[Role]) -> list[str]:
    """Return who holds these roles for an organisation in a community now, by account id.

    For other capabilities.
    """
    serving = duties_in(session, community_id)
    held = [role for role in roles if role not in DUTY_OF or (organisation_id, DUTY_OF[role]) in serving]
    return accounts_granted(session, organisation_id, held, community_id) if held else []


def staff_phones(
    session: Session, house: House, organisation_id: str, community_id: str, roles: Sequence[Role]
) -> list[str]:
    """Return the phones, in clear, of who holds these roles for an organisation in a community; only to tell.

    For other capabilities.
    """
    accounts = staff_of(session, organisation_id, community_id, roles)
    return sorted(phones_of(session, house, accounts).values())


def _posts_of(session: Session, account_id: str, community_id: str) -> tuple[Post, ...]:
    """Read the grants, and ask who serves the community only if one of them depends on it."""
    grants = [one for one in roles_held(session, account_id) if one.community_id in (None, community_id)]
    serving: frozenset[tuple[str, str]] = frozenset()
    if any(grant.role in DUTY_OF for grant in grants):
        serving = duties_in(session, community_id)
    return tuple(
        Post(Role(grant.role), grant.organisation_id)
        for grant in grants
        if grant.organisation_id is not None and _holds(grant, grant.organisation_id, serving)
    )


def _holds(grant: Held, organisation_id: str, serving: frozenset[tuple[str, str]]) -> bool:
    """Tell whether a grant, given here or for an organisation, holds in the community that these serve."""
    duty = DUTY_OF.get(Role(grant.role))
    if duty is None:
        return grant.community_id is not None
    return (organisation_id, duty.value) in serving


def _places_of(grant: Held, served: dict[tuple[str, str], set[str]]) -> Iterator[str]:
    duty = DUTY_OF.get(Role(grant.role))
    if duty is None:
        yield from () if grant.community_id is None else (grant.community_id,)
        return
    places = served.get((grant.organisation_id or "", duty.value), set())
    yield from places if grant.community_id is None else places & {grant.community_id}
