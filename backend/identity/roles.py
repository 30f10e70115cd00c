"""Roles: who was appointed to what, for which organisation, in which community, and until when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.identity import rules
from backend.identity.models import Account, Grant
from backend.identity.rules import Role
from backend.identity.service import NAME, PHONE, hold_account
from backend.infra.audit import record_act
from backend.infra.auth import Actor
from backend.infra.db import Line
from backend.infra.fields import mask_phone
from backend.infra.house import House
from backend.infra.prepared import Prepared

ROLE_NAMES = {
    Role.ADMINISTRATOR: "管理员",
    Role.CHAIR: "业委会主任",
    Role.REGISTRAR: "凭证管理员",
    Role.TRUSTEE: "密钥保管人",
    Role.AUDITOR: "审计人",
    Role.COUNTER: "纸质票录入人",
    Role.COMMUNITY_OFFICER: "社区工作人员",
    Role.STREET_OFFICER: "街道工作人员",
    Role.FIRM_DISPATCHER: "物业调度员",
    Role.FIRM_WORKER: "物业维修员",
    Role.DEPARTMENT_OFFICER: "职能部门工作人员",
}


@dataclass(frozen=True, slots=True)
class Appointment:
    """A standing grant and whose it is; without a community it holds wherever the organisation serves."""

    id: str
    account_id: str
    name: str | None
    phone_masked: str
    role: Role
    community_id: str | None
    organisation_id: str | None
    granted_at: datetime


@dataclass(frozen=True, slots=True)
class Held:
    """A role that somebody holds; without a community wherever the organisation serves."""

    role: str
    community_id: str | None
    organisation_id: str | None


def grant_role(  # noqa: PLR0913  (a grant has these parts; all are named at the call)
    session: Session,
    house: House,
    *,
    granted_by: str,
    account_id: str,
    role: Role,
    community_id: str | None,
    organisation_id: str | None,
) -> Grant:
    """Appoint an account to a role; a standing equal grant is returned as it is.

    The caller must have checked that `granted_by` (an account id, or "system") may appoint.
    """
    hold_account(session, account_id)  # an equal grant made at the same time would outlive its revocation
    for grant in grants_of(session, account_id):
        if (grant.role, grant.community_id, grant.organisation_id) == (role, community_id, organisation_id):
            return grant
    grant = Grant(
        account_id=account_id,
        role=role.value,
        community_id=community_id,
        organisation_id=organisation_id,
        granted_at=house.clock(),
    )
    session.add(grant)
    session.flush()
    _record(session, house, granted_by, "role-granted", grant)
    return grant


def revoke_grant(session: Session, house: House, *, revoked_by: str, grant_id: str) -> None:
    """End an appointment; it is kept with its end. The caller checked that `revoked_by` may.

    Raises:
        GrantUnknown: there is none, or it has ended.
        OwnGrantKept: an administrator's own, so that a server is never left without one by mistake.
    """
    grant = session.get(Grant, grant_id, with_for_update=True)
    if grant is None or grant.revoked_at is not None:
        raise rules.GrantUnknown("没有这项任职，或已经终止；请刷新任职名单")
    if (grant.role, grant.account_id) == (Role.ADMINISTRATOR, revoked_by):
        raise rules.OwnGrantKept("不能终止自己的管理员角色；请由另一位管理员办理")
    grant.revoked_at = house.clock()
    _record(session, house, revoked_by, "role-revoked", grant)


def grants_of(session: Session, account_id: str) -> Sequence[Grant]:
    """Return the roles that an account holds now."""
    query = sa.select(Grant).where(Grant.account_id == account_id, Grant.revoked_at.is_(None))
    return session.scalars(query.order_by(Grant.granted_at, Grant.id)).all()


_HELD = Prepared(  # asked with almost every request about a community
    sa.select(Grant.role, Grant.community_id, Grant.organisation_id)
    .where(Grant.account_id == sa.bindparam("account"), Grant.revoked_at.is_(None))
    .order_by(Grant.granted_at, Grant.id)
)


def roles_held(line: Line, account_id: str) -> list[Held]:
    """Return the roles that an account holds now, oldest first."""
    return [Held(*row) for row in _HELD.all(line, account=account_id)]


def accounts_granted(
    session: Session, organisation_id: str, roles: Sequence[Role], community_id: str
) -> list[str]:
    """Return the accounts that hold one of these roles for an organisation, here or wherever it serves.

    Whether it serves here is for the caller to know.
    """
    query = sa.select(Grant.account_id).where(
        Grant.organisation_id == organisation_id,
        Grant.role.in_([role.value for role in roles]),
        Grant.revoked_at.is_(None),
        sa.or_(Grant.community_id.is_(None), Grant.community_id == community_id),
    )
    return sorted(set(session.scalars(query)))


def appointments_for(session: Session, house: House, organisation_id: str) -> list[Appointment]:
    """Return who is appointed for an organisation now, anywhere. The caller checked who asks."""
    return _appointments(session, house, Grant.organisation_id == organisation_id)


def appointments_in(session: Session, house: House, community_id: str) -> list[Appointment]:
    """Return who is appointed in one community alone now. The caller checked who asks."""
    return _appointments(session, house, Grant.community_id == community_id)


def require_role(
    session: Session, actor: Actor, role: Role | Sequence[Role], community_id: str | None
) -> Grant:
    """Return the grant by which the actor holds one of the roles in this community, or refuse.

    An administrator's grant holds in every community, and an administrator holds no role but that one.
    Any other grant without a community says nothing here: it holds where its organisation serves, which
    `backend.registry.require_post` knows.

    Raises:
        RoleMissing: none is held.
    """
    wanted = (role,) if isinstance(role, Role) else tuple(role)
    for grant in grants_of(session, actor.account_id):
        if grant.role in wanted and _holds_in(grant, community_id):
            return grant
    raise role_missing(wanted)


def role_missing(wanted: Sequence[Role]) -> rules.RoleMissing:
    """Return the refusal that names who would have been allowed."""
    names = "、".join(ROLE_NAMES[one] for one in wanted)
    return rules.RoleMissing(f"此事须由{names}办理；如应由您办理，请联系管理员授予角色")


def _holds_in(grant: Grant, community_id: str | None) -> bool:
    if grant.community_id is None:
        return grant.role == Role.ADMINISTRATOR
    return grant.community_id == community_id


def _appointments(session: Session, house: House, condition: sa.ColumnElement[bool]) -> list[Appointment]:
    query = (
        sa.select(Grant, Account.name, Account.phone)
        .join(Account, Account.id == Grant.account_id)
        .where(condition, Grant.revoked_at.is_(None))
        .order_by(Grant.granted_at, Grant.id)
    )
    return [
        Appointment(
            id=grant.id,
            account_id=grant.account_id,
            name=house.fields.decrypt(NAME, name) if name else None,
            phone_masked=mask_phone(house.fields.decrypt(PHONE, phone)),
            role=Role(grant.role),
            community_id=grant.community_id,
            organisation_id=grant.organisation_id,
            granted_at=grant.granted_at,
        )
        for grant, name, phone in session.execute(query)
    ]


def _record(session: Session, house: House, by: str, act: str, grant: Grant) -> None:
    detail = {"role": grant.role, "community": grant.community_id, "organisation": grant.organisation_id}
    subject = f"account:{grant.account_id}"
    record_act(session, at=house.clock(), actor=by, act=act, subject=subject, detail=detail)
