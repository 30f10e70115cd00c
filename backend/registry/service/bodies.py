"""Which organisations serve a community, for what, and since when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.identity import Role, require_role
from backend.infra.audit import record_act
from backend.infra.auth import Actor
from backend.infra.db import Line
from backend.infra.house import House
from backend.infra.prepared import Prepared
from backend.registry.models import Community, CommunityBody, Organisation
from backend.registry.rules.bodies import KINDS_FOR, BodyUnknown, Duty, DutyRefused
from backend.registry.service.communities import check_exists, get_organisation

_CURRENT = CommunityBody.until.is_(None)


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

    To enter whoever serves already changes nothing.

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
    before = _find_current(session, community_id, wanted, department)
    if before is not None:
        if before.organisation_id == organisation_id:
            return
        _end(session, house, actor, before)
    row = CommunityBody(
        community_id=community_id,
        organisation_id=organisation_id,
        duty=wanted.value,
        department=department,
        since=house.clock(),
    )
    session.add(row)
    session.flush()
    _record(session, house, actor, "body-set", row)


def end_body(
    session: Session, house: House, actor: Actor, community_id: str, *, duty: str, department: str = ""
) -> None:
    """End the service of whoever has this duty now; it is kept as history. For administrators.

    Its people hold no post in the community from now on.

    Raises:
        CommunityUnknown: what it says.
        BodyUnknown: nobody has this duty.
    """
    require_role(session, actor, Role.ADMINISTRATOR, community_id)
    check_exists(session, community_id)
    row = _find_current(session, community_id, Duty(duty), department)
    if row is None:
        raise BodyUnknown("目前没有单位承担这项职责；请核对职责和部门代码")
    _end(session, house, actor, row)


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


def duties_in(line: Line, community_id: str) -> frozenset[tuple[str, str]]:
    """Return each organisation that serves a community now with its duty."""
    rows = _BODIES.all(line, community=community_id)
    return frozenset((organisation_id, duty) for duty, _, organisation_id in rows)


def places_served(session: Session, organisation_ids: Sequence[str]) -> list[tuple[str, str, str]]:
    """Return what these organisations serve now: organisation, duty and community, in one query."""
    query = sa.select(CommunityBody.organisation_id, CommunityBody.duty, CommunityBody.community_id)
    found = session.execute(query.where(CommunityBody.organisation_id.in_(organisation_ids), _CURRENT))
    return [(organisation_id, duty, community_id) for organisation_id, duty, community_id in found]


def communities_served(session: Session, organisation_id: str) -> list[str]:
    """Return the communities that an organisation serves now. For other capabilities."""
    return sorted({community_id for _, _, community_id in places_served(session, [organisation_id])})


def list_bodies(session: Session, community_id: str) -> list[ServingBody]:
    """Return who serves a community now, with their names, the nearest first. Nothing in it is personal.

    Raises:
        CommunityUnknown: no such community.
    """
    check_exists(session, community_id)
    query = (
        sa.select(Organisation.id, Organisation.name, CommunityBody.duty, CommunityBody.department)
        .join(CommunityBody, CommunityBody.organisation_id == Organisation.id)
        .where(CommunityBody.community_id == community_id, _CURRENT)
    )
    found = [ServingBody(row.id, row.name, Duty(row.duty), row.department) for row in session.execute(query)]
    return sorted(found, key=lambda body: (list(Duty).index(body.duty), body.department))


def _find_current(session: Session, community_id: str, duty: Duty, department: str) -> CommunityBody | None:
    """Return whoever has a duty now, and let nobody else change a community's bodies meanwhile."""
    session.execute(
        sa.select(Community.id).where(Community.id == community_id).with_for_update(key_share=True)
    )
    query = sa.select(CommunityBody).where(
        CommunityBody.community_id == community_id,
        CommunityBody.duty == duty.value,
        CommunityBody.department == department,
        _CURRENT,
    )
    return session.scalar(query)


def _end(session: Session, house: House, actor: Actor, row: CommunityBody) -> None:
    row.until = house.clock()
    session.flush()  # before another is entered: two may not have one duty at once
    _record(session, house, actor, "body-ended", row)


def _record(session: Session, house: House, actor: Actor, act: str, row: CommunityBody) -> None:
    record_act(
        session,
        at=house.clock(),
        actor=actor.account_id,
        act=act,
        subject=f"community:{row.community_id}",
        detail={"duty": row.duty, "department": row.department, "organisation": row.organisation_id},
    )
