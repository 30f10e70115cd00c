"""Who lives in a community: its owners, known by their phones, and others whose word was confirmed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.identity import Role, hold_account, phones_of
from backend.infra.audit import record_act
from backend.infra.auth import Actor
from backend.infra.db import Line
from backend.infra.fields import mask_phone
from backend.infra.house import House
from backend.infra.outbox import post
from backend.infra.paging import PAGE, Page, cursor_of, read_cursor
from backend.infra.prepared import Prepared
from backend.registry.models import Community, OwnerPhone, Ownership, ResidencyRow, Unit
from backend.registry.rules.bodies import (
    Bond,
    NotAResident,
    OwnResidencyRefused,
    Residency,
    ResidencyAskedTooOften,
    ResidencyRefused,
    ResidencyUnknown,
    UnitUnknown,
)
from backend.registry.rules.units import place_of
from backend.registry.service.communities import check_exists
from backend.registry.service.posts import posts_in, require_post

DECIDERS = (Role.FIRM_DISPATCHER, Role.COMMUNITY_OFFICER)
DECIDED = "residency-decided"
"""The kind of job that tells a person of a decision; messages do it."""
AGAIN_WITHIN, AGAIN_AT_MOST = timedelta(days=30), 3
"""How often somebody may ask again after a refusal, whatever the home."""
WAITING_AT_MOST = 5
"""How many words of one person may wait for an answer at once."""


@dataclass(frozen=True, slots=True)
class Application:
    """A word that a home is somebody's too, as those who decide see it.

    `phone` is in clear while they must be able to ask back, and masked once it is decided.
    """

    id: str
    community_id: str
    unit_id: str
    label: str
    account_id: str
    phone: str
    bond: str
    note: str
    state: str
    asked_at: datetime
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class DecidedHome:
    """What somebody is told of their word about a home."""

    account_id: str
    community: str
    label: str
    is_confirmed: bool


_DECISIONS = (Residency.CONFIRMED.value, Residency.REFUSED.value)
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


def find_unit(line: Line, community_id: str, building: str, stair: str, room: str) -> str | None:
    """Return the id of the unit at a place, in any of the spellings in use. For other capabilities."""
    found = _UNIT.first(line, community=community_id, label=place_of(building, stair, room).label)
    return found[0] if found else None


_BUILDING = Prepared(
    sa.select(Unit.id)
    .where(Unit.community_id == sa.bindparam("community"), Unit.building == sa.bindparam("building"))
    .limit(1)
)


def find_building(line: Line, community_id: str, building: str) -> str | None:
    """Return the name of a community's building, given in any spelling in use; None if there is none.

    For other capabilities.
    """
    name = place_of(building, "", "").building
    return name if _BUILDING.first(line, community=community_id, building=name) else None


def unit_labels(session: Session, unit_ids: Sequence[str]) -> dict[str, str]:
    """Return the labels of units by their ids. For other capabilities."""
    query = sa.select(Unit.id, Unit.label).where(Unit.id.in_(unit_ids))
    return {row.id: row.label for row in session.execute(query)}


@dataclass(frozen=True, slots=True)
class ConfirmedResident:
    """Somebody who lives in a unit without owning it, as the unit's owner may see them."""

    residency_id: str
    account_id: str
    bond: str
    phone_masked: str


def confirmed_residents(session: Session, house: House, unit_id: str) -> list[ConfirmedResident]:
    """Return who lives in a unit without owning it, the first confirmed first. For other capabilities."""
    query = (
        sa.select(ResidencyRow.id, ResidencyRow.account_id, ResidencyRow.bond)
        .where(ResidencyRow.unit_id == unit_id, ResidencyRow.state == Residency.CONFIRMED.value)
        .order_by(ResidencyRow.decided_at, ResidencyRow.id)
    )
    rows = session.execute(query).all()
    phones = phones_of(session, house, [row.account_id for row in rows])
    return [
        ConfirmedResident(row.id, row.account_id, row.bond, mask_phone(phones[row.account_id]))
        for row in rows
    ]


def standing_residencies(session: Session, residency_ids: Sequence[str]) -> frozenset[str]:
    """Return which of some residencies are confirmed and have not ended. For other capabilities."""
    query = sa.select(ResidencyRow.id).where(
        ResidencyRow.id.in_(residency_ids), ResidencyRow.state == Residency.CONFIRMED.value
    )
    return frozenset(session.scalars(query))


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
        ResidencyRefused: it is known already, or waits for an answer.
        ResidencyAskedTooOften: too many words wait, or were refused before.
    """
    check_exists(session, community_id)
    unit_id = find_unit(session, community_id, building, stair, room)
    if unit_id is None:
        raise UnitUnknown("名册中没有这套房屋；请核对楼栋、单元和房号")
    hold_account(session, actor.account_id)  # or two questions at once would pass the limits together
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
    return _application(session, house, row)


def list_applications(
    session: Session, house: House, actor: Actor, community_id: str, *, state: str, cursor: str | None
) -> Page[Application]:
    """Return what waits for an answer, or who was confirmed, the oldest first.

    For the firm's dispatchers and community officers.

    Raises:
        RoleMissing: the actor is neither, here.
        CursorRefused: a cursor that this list did not hand out.
    """
    require_post(session, actor, DECIDERS, community_id)
    query = sa.select(ResidencyRow).where(
        ResidencyRow.community_id == community_id, ResidencyRow.state == Residency(state).value
    )
    if cursor:
        at, key = read_cursor(cursor)
        same = sa.and_(ResidencyRow.asked_at == at, ResidencyRow.id > key)
        query = query.where(sa.or_(ResidencyRow.asked_at > at, same))
    rows = session.scalars(query.order_by(ResidencyRow.asked_at, ResidencyRow.id).limit(PAGE + 1)).all()
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    more = cursor_of(last.asked_at, last.id) if last else None
    return Page(_applications(session, house, rows[:PAGE]), more)


def decide(
    session: Session, house: House, actor: Actor, application_id: str, *, confirm: bool
) -> Application:
    """Confirm or refuse an application; the person is told from the outbox.

    For the firm's dispatchers and community officers.

    Raises:
        ResidencyUnknown: none waits under this id in a community of the actor's.
        OwnResidencyRefused: it is the actor's own.
    """
    row = session.get(ResidencyRow, application_id, with_for_update=True)
    if row is None or row.state != Residency.ASKED or not _may_decide(session, actor, row):
        raise ResidencyUnknown("没有待审核的这项申请；可能已被处理")
    if row.account_id == actor.account_id:
        raise OwnResidencyRefused("不能审核自己的住户申请；请由其他工作人员审核")
    row.state = (Residency.CONFIRMED if confirm else Residency.REFUSED).value
    row.decided_at, row.decided_by = house.clock(), actor.account_id
    session.flush()
    post(session, DECIDED, {"residency": row.id}, due_at=house.clock())
    _record(session, house, actor, f"residency-{row.state}", row)
    return _application(session, house, row)


def decided_home(session: Session, residency_id: str) -> DecidedHome | None:
    """Return what was decided about a word; None while it is not, or no more stands. For messages."""
    query = (
        sa.select(ResidencyRow.account_id, ResidencyRow.state, Community.name, Unit.label)
        .join(Unit, Unit.id == ResidencyRow.unit_id)
        .join(Community, Community.id == ResidencyRow.community_id)
        .where(ResidencyRow.id == residency_id, ResidencyRow.state.in_(_DECISIONS))
    )
    found = session.execute(query).first()
    if found is None:
        return None
    account_id, state, community, label = found
    return DecidedHome(account_id, community, label, is_confirmed=state == Residency.CONFIRMED)


def end_residency(session: Session, house: House, actor: Actor, residency_id: str) -> None:
    """End a residency, or take back a word that waits; it is kept with its end.

    For the person themself, and where they moved out, for the firm's dispatchers and community officers.

    Raises:
        ResidencyUnknown: none stands under this id that the actor may end.
    """
    row = session.get(ResidencyRow, residency_id, with_for_update=True)
    if row is None or not _may_end(session, actor, row):
        raise ResidencyUnknown("没有这项住户登记，或已经终止；请刷新后再看")
    row.state, row.ended_at = Residency.ENDED.value, house.clock()
    session.flush()
    _record(session, house, actor, "residency-ended", row)


def _may_decide(session: Session, actor: Actor, row: ResidencyRow) -> bool:
    return any(post.role in DECIDERS for post in posts_in(session, actor, row.community_id))


def _may_end(session: Session, actor: Actor, row: ResidencyRow) -> bool:
    if row.account_id == actor.account_id:
        return row.state in {Residency.ASKED, Residency.CONFIRMED}
    return row.state == Residency.CONFIRMED and _may_decide(session, actor, row)


def _check_patience(session: Session, house: House, actor: Actor, unit_id: str) -> None:
    """Refuse whoever asks without end. Taking a word back does not give another try."""
    query = sa.select(ResidencyRow).where(ResidencyRow.account_id == actor.account_id)
    words = session.scalars(query).all()
    waiting = [word for word in words if word.state == Residency.ASKED]
    if any(word.unit_id == unit_id for word in waiting):
        raise ResidencyRefused("您的申请正在审核，请等待结果")
    if len(waiting) >= WAITING_AT_MOST:
        raise ResidencyAskedTooOften(f"最多 {WAITING_AT_MOST} 项申请同时待审核；请等待结果，或撤回其中一项")
    refusals = [word.decided_at for word in words if word.state == Residency.REFUSED and word.decided_at]
    since = max(min(refusals), house.clock() - AGAIN_WITHIN) if refusals else None
    if since is not None and sum(word.asked_at > since for word in words) >= AGAIN_AT_MOST:
        detail = (
            f"申请未通过后，{AGAIN_WITHIN.days} 天内最多再申请 {AGAIN_AT_MOST} 次；请到社区或物业当面办理"
        )
        raise ResidencyAskedTooOften(detail)


def _application(session: Session, house: House, row: ResidencyRow) -> Application:
    return _applications(session, house, [row])[0]


def _applications(session: Session, house: House, rows: Sequence[ResidencyRow]) -> list[Application]:
    labels = unit_labels(session, [row.unit_id for row in rows])
    phones = phones_of(session, house, [row.account_id for row in rows])
    return [
        Application(
            id=row.id,
            community_id=row.community_id,
            unit_id=row.unit_id,
            label=labels[row.unit_id],
            account_id=row.account_id,
            phone=_shown(phones[row.account_id], row),
            bond=row.bond,
            note=row.note,
            state=row.state,
            asked_at=row.asked_at,
            decided_at=row.decided_at,
        )
        for row in rows
    ]


def _shown(phone: str, row: ResidencyRow) -> str:
    return phone if row.state == Residency.ASKED else mask_phone(phone)


def _record(session: Session, house: House, actor: Actor, act: str, row: ResidencyRow) -> None:
    record_act(
        session,
        at=house.clock(),
        actor=actor.account_id,
        act=act,
        subject=f"residency:{row.id}",
        detail={"account": row.account_id, "community": row.community_id},
    )
