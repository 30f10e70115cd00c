"""Who lives in a community: its owners, known by their phones, and others whose word was confirmed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.identity import Role
from backend.infra.auth import Actor
from backend.infra.db import Line
from backend.infra.house import House
from backend.infra.prepared import Prepared
from backend.registry.models import Community, OwnerPhone, Ownership, ResidencyRow, Unit
from backend.registry.rules.bodies import (
    Bond,
    NotAResident,
    Residency,
    ResidencyRefused,
    ResidencyUnknown,
    UnitUnknown,
)
from backend.registry.rules.units import place_of
from backend.registry.service.bodies import communities_with_post, require_post
from backend.registry.service.communities import check_exists

DECIDERS = (Role.FIRM_DISPATCHER, Role.COMMUNITY_OFFICER)
ASK_WITHIN, ASK_AT_MOST = timedelta(days=30), 3


@dataclass(frozen=True, slots=True)
class Home:
    """A unit to which a person belongs. `bond` is "owner" or one of `Bond`."""

    community_id: str
    community: str
    unit_id: str
    label: str
    bond: str
    state: str


@dataclass(frozen=True, slots=True)
class Application:
    """A word that a home is somebody's too, as those who decide see it."""

    id: str
    community_id: str
    unit_id: str
    label: str
    account_id: str
    bond: str
    note: str
    state: str
    asked_at: datetime


_OWNED = Prepared(
    sa.select(Ownership.unit_id)
    .join(OwnerPhone, OwnerPhone.owner_id == Ownership.owner_id)
    .where(
        OwnerPhone.phone_hash == sa.bindparam("phone_hash"),
        OwnerPhone.community_id == sa.bindparam("community"),
    )
)
_LIVED_IN = Prepared(
    sa.select(ResidencyRow.unit_id).where(
        ResidencyRow.account_id == sa.bindparam("account"),
        ResidencyRow.community_id == sa.bindparam("community"),
        ResidencyRow.state == Residency.CONFIRMED.value,
    )
)
_UNIT = Prepared(
    sa.select(Unit.id).where(
        Unit.community_id == sa.bindparam("community"), Unit.label == sa.bindparam("label")
    )
)


def owned_units(line: Line, actor: Actor, community_id: str) -> tuple[str, ...]:
    """Return the ids of the units that the holder of a phone owns in a community. For other capabilities."""
    rows = _OWNED.all(line, phone_hash=actor.phone_hash, community=community_id)
    return tuple(sorted({unit_id for (unit_id,) in rows}))


def resident_units(line: Line, actor: Actor, community_id: str) -> tuple[str, ...]:
    """Return the ids of the units that somebody owns or lives in. For other capabilities."""
    owned = owned_units(line, actor, community_id)
    rows = _LIVED_IN.all(line, account=actor.account_id, community=community_id)
    return tuple(sorted({*owned, *(unit_id for (unit_id,) in rows)}))


def require_resident(line: Line, actor: Actor, community_id: str) -> tuple[str, ...]:
    """Return the units to which somebody belongs in a community. For other capabilities.

    Raises:
        NotAResident: to none.
    """
    units = resident_units(line, actor, community_id)
    if not units:
        raise NotAResident("您在本小区没有已登记的房屋；请先绑定房屋，或用业主登记的手机号登录")
    return units


def homes_of(session: Session, actor: Actor) -> list[Home]:
    """Return every unit to which the actor belongs or asked to, over all communities."""
    mine = sa.select(Ownership.unit_id).join(OwnerPhone, OwnerPhone.owner_id == Ownership.owner_id)
    owned = mine.where(OwnerPhone.phone_hash == actor.phone_hash)
    place = sa.select(Unit.community_id, Community.name, Unit.id, Unit.label)
    query = place.join(Community, Community.id == Unit.community_id)
    homes = [
        Home(*row, bond="owner", state=Residency.CONFIRMED.value)
        for row in session.execute(query.where(Unit.id.in_(owned)).order_by(Unit.label))
    ]
    words = sa.select(ResidencyRow).where(
        ResidencyRow.account_id == actor.account_id, ResidencyRow.state != Residency.ENDED.value
    )
    for word in session.scalars(words.order_by(ResidencyRow.asked_at)):
        row = session.execute(query.where(Unit.id == word.unit_id)).one()
        homes.append(Home(*row, bond=word.bond, state=word.state))
    return homes


def find_unit(line: Line, community_id: str, building: str, stair: str, room: str) -> str | None:
    """Return the id of the unit at a place, in any of the spellings in use. For other capabilities."""
    found = _UNIT.first(line, community=community_id, label=place_of(building, stair, room).label)
    return found[0] if found else None


def find_building(session: Session, community_id: str, building: str) -> str | None:
    """Return the name of a community's building, given in any spelling in use; None if there is none.

    For other capabilities.
    """
    name = place_of(building, "", "").building
    query = sa.select(Unit.id).where(Unit.community_id == community_id, Unit.building == name)
    return None if session.scalar(query.limit(1)) is None else name


def unit_labels(session: Session, unit_ids: Sequence[str]) -> dict[str, str]:
    """Return the labels of units by their ids. For other capabilities."""
    query = sa.select(Unit.id, Unit.label).where(Unit.id.in_(unit_ids))
    return {row.id: row.label for row in session.execute(query)}


def ask_for_home(  # noqa: PLR0913  (what a person says about a home)
    session: Session,
    house: House,
    actor: Actor,
    community_id: str,
    *,
    building: str,
    stair: str,
    room: str,
    bond: str,
    note: str,
) -> Application:
    """Say that a home is one's own too; the firm or the community confirms it.

    Raises:
        UnitUnknown: no such unit.
        ResidencyRefused: it is known already, waits for an answer, or was asked for too often.
    """
    check_exists(session, community_id)
    unit_id = find_unit(session, community_id, building, stair, room)
    if unit_id is None:
        raise UnitUnknown("名册中没有这套房屋；请核对楼栋、单元和房号")
    if unit_id in resident_units(session, actor, community_id):
        raise ResidencyRefused("您已绑定这套房屋，无需再次申请")
    _check_patience(session, house, actor, unit_id)
    row = ResidencyRow(
        community_id=community_id,
        unit_id=unit_id,
        account_id=actor.account_id,
        bond=Bond(bond).value,
        state=Residency.ASKED.value,
        note=note,
        asked_at=house.clock(),
    )
    session.add(row)
    session.flush()
    return _application(session, row)


def list_applications(session: Session, actor: Actor, community_id: str) -> list[Application]:
    """Return what waits for an answer. For the firm's dispatchers and community officers."""
    require_post(session, actor, DECIDERS, community_id)
    query = sa.select(ResidencyRow).where(
        ResidencyRow.community_id == community_id, ResidencyRow.state == Residency.ASKED.value
    )
    return [_application(session, row) for row in session.scalars(query.order_by(ResidencyRow.asked_at))]


def decide(
    session: Session, house: House, actor: Actor, application_id: str, *, confirm: bool
) -> Application:
    """Confirm or refuse an application. For the firm's dispatchers and community officers.

    Raises:
        ResidencyUnknown: none waits under this id in a community of the actor's.
    """
    row = session.get(ResidencyRow, application_id)
    mine = communities_with_post(session, actor, DECIDERS)
    if row is None or row.community_id not in mine or row.state != Residency.ASKED:
        raise ResidencyUnknown("没有待审核的这项申请；可能已被处理")
    row.state = (Residency.CONFIRMED if confirm else Residency.REFUSED).value
    row.decided_at, row.decided_by = house.clock(), actor.account_id
    session.flush()
    return _application(session, row)


def _check_patience(session: Session, house: House, actor: Actor, unit_id: str) -> None:
    query = sa.select(ResidencyRow).where(
        ResidencyRow.account_id == actor.account_id,
        ResidencyRow.unit_id == unit_id,
        ResidencyRow.asked_at > house.clock() - ASK_WITHIN,
    )
    asked = session.scalars(query).all()
    if any(row.state == Residency.ASKED for row in asked):
        raise ResidencyRefused("您的申请正在审核，请等待结果")
    if len(asked) >= ASK_AT_MOST:
        raise ResidencyRefused(f"{ASK_WITHIN.days} 天内最多申请 {ASK_AT_MOST} 次；请到社区或物业当面办理")


def _application(session: Session, row: ResidencyRow) -> Application:
    label = unit_labels(session, [row.unit_id])[row.unit_id]
    return Application(
        id=row.id,
        community_id=row.community_id,
        unit_id=row.unit_id,
        label=label,
        account_id=row.account_id,
        bond=row.bond,
        note=row.note,
        state=row.state,
        asked_at=row.asked_at,
    )
