"""An owner lets a family member or tenant see and pay a unit's bills, and takes it back at any time.

It ends by itself when that person's residency ends, when the unit changes hands, and when its title changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.fees.models import FeeAuthorisation
from backend.fees.rules.viewing_refusals import AuthorisationRefused, AuthorisationUnknown
from backend.fees.rules.wording import authorisation_ended_text, authorised_text
from backend.fees.service.statements import current_tenure
from backend.identity import RoleMissing, hold_account
from backend.infra.audit import record_act
from backend.infra.auth import Actor
from backend.infra.house import House
from backend.messages import notify_account
from backend.registry import (
    Bond,
    confirmed_residents,
    get_community,
    owned_units,
    standing_residencies,
    title_changes_of,
    unit_labels,
)

MAY_BE_LET = frozenset({Bond.FAMILY.value, Bond.TENANT.value})


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody whom a unit's owner may let see the bills; since when they may, None if they may not."""

    account_id: str
    bond: str
    phone_masked: str
    since: datetime | None


def list_candidates(
    session: Session, house: House, actor: Actor, community_id: str, unit_id: str
) -> list[Candidate]:
    """Return the family members and tenants confirmed in a unit. For its owners.

    Raises:
        RoleMissing: not an owner of the unit.
    """
    _check_owner(session, actor, community_id, unit_id)
    granted = {row.account_id: row.since for row in _standing(session, FeeAuthorisation.unit_id == unit_id)}
    return [
        Candidate(one.account_id, one.bond, one.phone_masked, granted.get(one.account_id))
        for one in confirmed_residents(session, house, unit_id)
        if one.bond in MAY_BE_LET
    ]


def authorise(
    session: Session, house: House, actor: Actor, community_id: str, unit_id: str, account_id: str
) -> None:
    """Let a confirmed family member or tenant see and pay a unit's bills. For its owners.

    To say it again changes nothing.

    Raises:
        RoleMissing: not an owner of the unit.
        AuthorisationRefused: not confirmed as family or tenant of this unit.
    """
    _check_owner(session, actor, community_id, unit_id)
    here = [one for one in confirmed_residents(session, house, unit_id) if one.account_id == account_id]
    if not here or here[0].bond not in MAY_BE_LET:
        raise AuthorisationRefused("只能授权已确认的家人或租户；请先让对方绑定这套房屋并等待审核")
    hold_account(session, account_id)
    before = session.scalar(_open(unit_id, account_id))
    if before is not None:
        if _standing(session, FeeAuthorisation.id == before.id):
            return
        _end(session, house, actor, before)
    row = FeeAuthorisation(
        community_id=community_id,
        unit_id=unit_id,
        tenure=current_tenure(session, unit_id),
        account_id=account_id,
        residency_id=here[0].residency_id,
        granted_by=actor.account_id,
        since=house.clock(),
    )
    session.add(row)
    session.flush()
    _record(session, house, actor, "fee-authorisation-granted", row)
    _tell(session, house, row, authorised_text(_label(session, unit_id)))


def withdraw(
    session: Session, house: House, actor: Actor, community_id: str, unit_id: str, account_id: str
) -> None:
    """Take back that somebody sees a unit's bills, with effect from now. For its owners, and the person.

    Raises:
        RoleMissing: not an owner of the unit.
        AuthorisationUnknown: none stands.
    """
    if account_id != actor.account_id:
        _check_owner(session, actor, community_id, unit_id)
    hold_account(session, account_id)
    row = session.scalar(_open(unit_id, account_id).where(FeeAuthorisation.community_id == community_id))
    if row is None:
        raise AuthorisationUnknown("没有对此人的授权，或已经收回；请刷新后再看")
    _end(session, house, actor, row)
    _record(session, house, actor, "fee-authorisation-withdrawn", row)
    if account_id != actor.account_id:
        _tell(session, house, row, authorisation_ended_text(_label(session, unit_id)))


def authorised_units(session: Session, actor: Actor) -> dict[str, FeeAuthorisation]:
    """Return the units whose bills somebody was let see, wherever they are, where it still stands."""
    return {row.unit_id: row for row in _standing(session, FeeAuthorisation.account_id == actor.account_id)}


def _open(unit_id: str, account_id: str) -> sa.Select[FeeAuthorisation]:
    return sa.select(FeeAuthorisation).where(
        FeeAuthorisation.unit_id == unit_id,
        FeeAuthorisation.account_id == account_id,
        FeeAuthorisation.until.is_(None),
    )


def _standing(session: Session, condition: sa.ColumnElement[bool]) -> Sequence[FeeAuthorisation]:
    """Return the authorisations that neither were taken back nor ended by themselves."""
    rows = session.scalars(
        sa.select(FeeAuthorisation).where(condition, FeeAuthorisation.until.is_(None))
    ).all()
    live = standing_residencies(session, [row.residency_id for row in rows])
    return [row for row in rows if row.residency_id in live and not _has_new_hands(session, row)]


def _has_new_hands(session: Session, row: FeeAuthorisation) -> bool:
    if current_tenure(session, row.unit_id) != row.tenure:
        return True
    return any(change.at >= row.since for change in title_changes_of(session, row.unit_id))


def _check_owner(session: Session, actor: Actor, community_id: str, unit_id: str) -> None:
    get_community(session, community_id)
    if unit_id not in owned_units(session, actor, community_id):
        raise RoleMissing("只有这套房屋的业主可以办理授权；请用业主登记的手机号登录")


def _end(session: Session, house: House, actor: Actor, row: FeeAuthorisation) -> None:
    row.until, row.ended_by = house.clock(), actor.account_id
    session.flush()  # before another is entered: two may not stand at once


def _label(session: Session, unit_id: str) -> str:
    return unit_labels(session, [unit_id])[unit_id]


def _tell(session: Session, house: House, row: FeeAuthorisation, text: str) -> None:
    notify_account(
        session,
        house,
        account_id=row.account_id,
        kind="fee-authorisation",
        text=text,
        important=False,
        subject="账单查看权限有变化",
    )


def _record(session: Session, house: House, actor: Actor, act: str, row: FeeAuthorisation) -> None:
    record_act(
        session,
        at=house.clock(),
        actor=actor.account_id,
        act=act,
        subject=f"unit:{row.unit_id}",
        detail={"account": row.account_id, "authorisation": row.id},
    )
