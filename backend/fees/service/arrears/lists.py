"""Lists: what a firm may remind of, its cases, an owner's own, what waits for mediation; and the figures.

No list of homes that owe anything leaves the firm's own keepers; everybody else gets figures by building.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.fees.models import ArrearsCase
from backend.fees.rules.arrears.figures import Cell, published
from backend.fees.rules.arrears.refusals import FormRefused
from backend.fees.rules.arrears.terms import REMINDER_DAYS
from backend.fees.rules.arrears.values import LIVING, State
from backend.fees.rules.arrears.wording import STATE_NAMES
from backend.fees.rules.settling import OpenBill
from backend.fees.service.clerk import KEEPERS, clerk_of
from backend.fees.service.disputes import disputed_bill_ids
from backend.fees.service.handovers import unit_here
from backend.fees.service.standing import Holder, bills_of, open_bills
from backend.fees.service.statements import current_tenure
from backend.identity import Role
from backend.infra.auth import Actor
from backend.infra.house import House
from backend.infra.paging import PAGE, Page, cursor_of, read_cursor
from backend.kernel.clock import CHINA
from backend.registry import UnitFacts, get_community, owned_units, require_post, unit_labels, units_of
from backend.voting.law.roll import UnitKind

SEEING_FIGURES = (*KEEPERS, Role.CHAIR, Role.COMMUNITY_OFFICER, Role.STREET_OFFICER, Role.DEPARTMENT_OFFICER)
UNITS_AT_ONCE = 400
_LIVING = [state.value for state in LIVING]


@dataclass(frozen=True, slots=True)
class Remindable:
    """A holder with overdue bills that are not disputed, for the firm's keepers."""

    unit_id: str
    label: str
    tenure: int
    bills: int
    overdue_fen: int
    oldest_due_day: date
    case_id: str | None
    state: str | None
    state_name: str
    remind_from: date | None


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One case in a list."""

    id: str
    unit_id: str
    label: str
    tenure: int
    state: str
    state_name: str
    opened_at: datetime
    updated_at: datetime


def remindable(
    session: Session, house: House, actor: Actor, community_id: str, after: str | None
) -> Page[Remindable]:
    """Return holders with overdue bills, by unit; `after` is the unit at which the last page ended.

    For the firm's keepers.

    Raises:
        CommunityUnknown, RoleMissing: what it says. FormRefused: `after` is no unit of the community.
    """
    clerk = clerk_of(session, house, actor, community_id)
    units = _behind(units_of(session, community_id), after)
    found: list[Remindable] = []
    for start in range(0, len(units), UNITS_AT_ONCE):
        some = units[start : start + UNITS_AT_ONCE]
        by_unit = _remindable(session, some, clerk.today)
        for unit in some:
            found += by_unit.get(unit.id, [])
            if len(found) >= PAGE:
                return Page(found, None if unit == units[-1] else unit.id)
    return Page(found, None)


def list_cases(
    session: Session, house: House, actor: Actor, community_id: str, *, state: str, cursor: str | None
) -> Page[CaseRow]:
    """Return the cases of a community, all that are open or those in one state, the newest first.

    For the firm's keepers.

    Raises:
        CommunityUnknown, RoleMissing, CursorRefused: what it says.
    """
    clerk_of(session, house, actor, community_id)
    states = [state] if state else _LIVING
    return _page(session, community_id, ArrearsCase.state.in_(states), cursor)


def list_mediations(session: Session, actor: Actor, community_id: str, cursor: str | None) -> Page[CaseRow]:
    """Return the cases handed to mediation, the newest first. For community officers.

    Raises:
        RoleMissing, CursorRefused: what it says.
    """
    require_post(session, actor, (Role.COMMUNITY_OFFICER,), community_id)
    return _page(session, community_id, ArrearsCase.mediation_open.is_(True), cursor)


def cases_of_unit(
    session: Session, house: House, actor: Actor, community_id: str, unit_id: str
) -> list[CaseRow]:
    """Return the cases of a unit, the newest first: to an owner those of the own time, to the firm all.

    Raises:
        CommunityUnknown, RoleMissing, UnitUnknown: what it says.
    """
    query = sa.select(ArrearsCase).where(ArrearsCase.unit_id == unit_id)
    if unit_id in owned_units(session, actor, community_id):
        query = query.where(ArrearsCase.tenure == current_tenure(session, unit_id))
    else:
        clerk_of(session, house, actor, community_id)
        unit_here(session, community_id, unit_id)
    return _rows(session, session.scalars(query.order_by(ArrearsCase.opened_at.desc())).all())


def figures(session: Session, house: House, actor: Actor, community_id: str) -> tuple[date, list[Cell]]:
    """Return today, and what part of what was due by then is paid, by building, of ten homes or more each.

    For the firm, the committee, the community, the street and departments.

    Raises:
        CommunityUnknown, RoleMissing: what it says.
    """
    get_community(session, community_id)
    require_post(session, actor, SEEING_FIGURES, community_id)
    today = house.clock().astimezone(CHINA).date()
    homes = [unit for unit in units_of(session, community_id) if unit.kind is UnitKind.HOME]
    sums = _sums(session, [unit.id for unit in homes], today)
    by_building: dict[str, Cell] = {}
    for unit in homes:
        due_fen, open_fen = sums.get(unit.id, (0, 0))
        so_far = by_building.get(unit.building, Cell(unit.building, 0, 0, 0))
        by_building[unit.building] = Cell(
            unit.building, so_far.homes + 1, so_far.due_fen + due_fen, so_far.open_fen + open_fen
        )
    return today, published(by_building.values())


def _sums(session: Session, unit_ids: Sequence[str], today: date) -> dict[str, tuple[int, int]]:
    """Return what was due of each unit by now, and what of it is still owed; disputed bills are neither."""
    barred = disputed_bill_ids(session, unit_ids)
    found: dict[str, tuple[int, int]] = {}
    for one in bills_of(session, unit_ids):
        bill = one.bill
        if one.is_cancelled or bill.due_day >= today or bill.id in barred:
            continue
        due, owed = found.get(bill.unit_id, (0, 0))
        found[bill.unit_id] = (due + bill.amount_fen, owed + one.open_fen)
    return found


def _behind(units: list[UnitFacts], after: str | None) -> list[UnitFacts]:
    if after is None:
        return units
    place = next((place for place, unit in enumerate(units) if unit.id == after), None)
    if place is None:
        raise FormRefused("翻页位置（after）不是本小区的房屋；请从第一页重新读取")
    return units[place + 1 :]


def _remindable(session: Session, units: Sequence[UnitFacts], today: date) -> dict[str, list[Remindable]]:
    labels = {unit.id: unit.label for unit in units}
    barred = disputed_bill_ids(session, labels)
    open_cases, reminded = _cases_of(session, list(labels))
    found: dict[str, list[Remindable]] = {}
    for holder, bills in sorted(open_bills(session, labels).items()):
        overdue = [bill for bill in bills if bill.due_day < today and bill.id not in barred]
        if overdue:
            row = _holder(holder, labels[holder[0]], overdue, open_cases.get(holder), reminded.get(holder))
            found.setdefault(holder[0], []).append(row)
    return found


def _holder(
    holder: Holder, label: str, overdue: Sequence[OpenBill], case: ArrearsCase | None, last: date | None
) -> Remindable:
    return Remindable(
        unit_id=holder[0],
        label=label,
        tenure=holder[1],
        bills=len(overdue),
        overdue_fen=sum(bill.open_fen for bill in overdue),
        oldest_due_day=min(bill.due_day for bill in overdue),
        case_id=case.id if case else None,
        state=case.state if case else None,
        state_name=STATE_NAMES[State(case.state)] if case else "",
        remind_from=date.fromordinal(last.toordinal() + REMINDER_DAYS) if last else None,
    )


def _cases_of(
    session: Session, unit_ids: Sequence[str]
) -> tuple[dict[Holder, ArrearsCase], dict[Holder, date]]:
    """Return the open case of each holder, and when each was last reminded, in whatever case."""
    open_cases: dict[Holder, ArrearsCase] = {}
    reminded: dict[Holder, date] = {}
    for case in session.scalars(sa.select(ArrearsCase).where(ArrearsCase.unit_id.in_(unit_ids))):
        holder = (case.unit_id, case.tenure)
        if case.state != State.CLOSED.value:
            open_cases[holder] = case
        if case.last_reminder is not None:
            reminded[holder] = max(case.last_reminder, reminded.get(holder, case.last_reminder))
    return open_cases, reminded


def _page(
    session: Session, community_id: str, which: sa.ColumnElement[bool], cursor: str | None
) -> Page[CaseRow]:
    query = sa.select(ArrearsCase).where(ArrearsCase.community_id == community_id, which)
    if cursor:
        at, key = read_cursor(cursor)
        same = sa.and_(ArrearsCase.opened_at == at, ArrearsCase.id > key)
        query = query.where(sa.or_(ArrearsCase.opened_at < at, same))
    query = query.order_by(ArrearsCase.opened_at.desc(), ArrearsCase.id).limit(PAGE + 1)
    rows = session.scalars(query).all()
    more = cursor_of(rows[PAGE - 1].opened_at, rows[PAGE - 1].id) if len(rows) > PAGE else None
    return Page(_rows(session, rows[:PAGE]), more)


def _rows(session: Session, rows: Sequence[ArrearsCase]) -> list[CaseRow]:
    labels = unit_labels(session, [row.unit_id for row in rows])
    return [
        CaseRow(
            id=row.id,
            unit_id=row.unit_id,
            label=labels[row.unit_id],
            tenure=row.tenure,
            state=row.state,
            state_name=STATE_NAMES[State(row.state)],
            opened_at=row.opened_at,
            updated_at=row.updated_at,
        )
        for row in rows
    ]
