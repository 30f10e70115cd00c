"""Counting tickets: for a community's board, for those who answer, and for those who judge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.complaints.models import Ticket
from backend.complaints.rules.figures import Counts
from backend.complaints.rules.refusals import NotYourPart, PeriodRefused
from backend.complaints.rules.values import OPEN, SATISFIED_FROM, Callback, State
from backend.complaints.service.lists import LISTED, Row, as_rows
from backend.complaints.service.showing import categories_by_code
from backend.identity import Role
from backend.infra.auth import Actor
from backend.infra.house import House
from backend.infra.paging import PAGE, Page, cursor_of, read_cursor
from backend.kernel.clock import CHINA
from backend.registry import communities_with_post, community_names, organisation_names, organisations_of

LONGEST = timedelta(days=3 * 366)
COUNTED_YEARS = range(2000, 3000)
"""Days outside are a slip of the keyboard, and those at the ends of the calendar cannot be reckoned with."""


class By(StrEnum):
    """By what figures are told apart."""

    NOTHING = "nothing"
    FIRM = "firm"
    COMMUNITY = "community"
    STREET = "street"
    CATEGORY = "category"
    MONTH = "month"


class Measure(StrEnum):
    """A number of `Counts` behind which its tickets can be looked at."""

    TICKETS = "tickets"
    OPEN = "open"
    RESPONSE_DUE = "response_due"
    RESPONSE_MET = "response_met"
    RESOLUTION_DUE = "resolution_due"
    RESOLUTION_MET = "resolution_met"
    ANSWERED = "answered"
    SOLVED = "solved"
    RATED = "rated"
    SATISFIED = "satisfied"
    UNREACHED = "unreached"
    IMPOSSIBLE = "impossible"
    CLOSED = "closed"
    REOPENED = "reopened"


@dataclass(frozen=True, slots=True)
class Asked:
    """Which tickets are counted: submitted on these days (both included), and narrowed further."""

    first: date
    last: date
    community_id: str = ""
    firm_id: str = ""
    category: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """The counts of one group; `key` and `name` are empty for the whole."""

    key: str
    name: str
    counts: Counts


def figures(session: Session, house: House, actor: Actor, asked: Asked, by: By) -> list[Figure]:
    """Return counts over the tickets that the actor may judge or answers for, one for each group.

    Raises:
        PeriodRefused: the days are no period. NotYourPart: there are none such for this person.
    """
    conditions = [*conditions_of(asked), in_reach(session, actor)]
    return _grouped(session, house, conditions, by)


def community_figures(session: Session, house: House, community_id: str, asked: Asked) -> Counts:
    """Return a community's counts. For anybody: nothing in them is personal."""
    conditions = [*conditions_of(asked), Ticket.community_id == community_id]
    return _grouped(session, house, conditions, By.NOTHING)[0].counts


def behind(
    session: Session, house: House, actor: Actor, asked: Asked, measure: Measure, cursor: str | None
) -> Page[Row]:
    """Return the tickets that a number counts, the newest first, without words or homes."""
    conditions = [*conditions_of(asked), in_reach(session, actor), measures(house)[measure.value]]
    query = sa.select(*LISTED).where(*conditions)
    if cursor:
        at, key = read_cursor(cursor)
        earlier = sa.and_(Ticket.submitted_at == at, Ticket.id > key)
        query = query.where(sa.or_(Ticket.submitted_at < at, earlier))
    found = session.execute(query.order_by(Ticket.submitted_at.desc(), Ticket.id).limit(PAGE + 1)).all()
    more = cursor_of(found[PAGE - 1].submitted_at, found[PAGE - 1].id) if len(found) > PAGE else None
    return Page(as_rows(session, house, [(row, False) for row in found[:PAGE]]), more)


def in_reach(session: Session, actor: Actor) -> sa.ColumnElement[bool]:
    """Return the condition that a ticket is one the actor judges (office) or answers for (firm).

    Raises:
        NotYourPart: the actor has no such post.
    """
    streets = organisations_of(session, actor, (Role.STREET_OFFICER,))
    firms = organisations_of(session, actor, (Role.FIRM_DISPATCHER,))
    communities = communities_with_post(session, actor, (Role.COMMUNITY_OFFICER, Role.CHAIR))
    parts: list[sa.ColumnElement[bool]] = []
    for column, values in ((Ticket.street_id, streets), (Ticket.firm_id, firms)):
        if values:
            parts.append(column.in_(values))
    if communities:
        parts.append(Ticket.community_id.in_(communities))
    if not parts:
        raise NotYourPart("统计数据供街道、社区、业委会主任和物业调度员查看；小区公开数据请看公示栏")
    return sa.or_(*parts)


def conditions_of(asked: Asked) -> list[sa.ColumnElement[bool]]:
    """Return what a ticket must be to be counted. Raises PeriodRefused."""
    if not timedelta() <= asked.last - asked.first <= LONGEST:
        raise PeriodRefused("起止日期有误：开始不能晚于结束，且最长三年")
    if asked.first.year not in COUNTED_YEARS or asked.last.year not in COUNTED_YEARS:
        raise PeriodRefused(f"起止日期应在 {COUNTED_YEARS.start} 年至 {COUNTED_YEARS.stop - 1} 年之间")
    start, end = _midnight(asked.first), _midnight(asked.last + timedelta(days=1))
    found = [
        Ticket.submitted_at >= start,
        Ticket.submitted_at < end,
        Ticket.state != State.MERGED.value,
    ]
    equal: list[tuple[Any, str]] = [
        (Ticket.community_id, asked.community_id),
        (Ticket.firm_id, asked.firm_id),
        (Ticket.category, asked.category),
    ]
    return found + [column == value for column, value in equal if value]


def measures(house: House) -> Mapping[str, sa.ColumnElement[bool]]:
    """Return, for each number, the condition that a ticket counts towards it.

    A clock that ran out counts as missed from that instant on, whether or not the worker has noted it.
    """
    now = house.clock()
    said = Ticket.solved.is_not(None)
    by_callback = sa.and_(Ticket.solved.is_(None), Ticket.callback == Callback.SOLVED.value)
    reached = Ticket.callback.in_([Callback.SOLVED.value, Callback.UNSOLVED.value])
    impossible = sa.and_(Ticket.solved.is_(None), Ticket.callback == Callback.IMPOSSIBLE.value)
    return {
        "tickets": sa.true(),
        "open": Ticket.state.in_([state.value for state in OPEN]),
        "response_due": sa.or_(Ticket.response_met.is_not(None), Ticket.response_due_at <= now),
        "response_met": Ticket.response_met.is_(True),
        "resolution_due": sa.or_(Ticket.resolution_met.is_not(None), Ticket.resolution_due_at <= now),
        "resolution_met": Ticket.resolution_met.is_(True),
        "answered": sa.or_(said, reached),
        "solved": sa.or_(Ticket.solved.is_(True), by_callback),
        "rated": Ticket.satisfaction.is_not(None),
        "satisfied": Ticket.satisfaction >= SATISFIED_FROM,
        "unreached": sa.and_(Ticket.solved.is_(None), Ticket.callback == Callback.UNREACHED.value),
        "impossible": impossible,
        "closed": sa.or_(Ticket.closed_at.is_not(None), Ticket.reopened > 0),
        "reopened": Ticket.reopened > 0,
    }


def _grouped(
    session: Session, house: House, conditions: Sequence[sa.ColumnElement[bool]], by: By
) -> list[Figure]:
    key = _key(session, by)
    counted = [
        sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0).label(name)
        for name, condition in measures(house).items()
    ]
    counted.append(sa.func.coalesce(sa.func.sum(Ticket.whistles), 0).label("whistles"))
    query = sa.select(key.label("key"), *counted).where(*conditions)
    if by is not By.NOTHING:
        query = query.group_by(key).order_by(key)
    rows = session.execute(query).all()
    names = _names(session, by, [row.key for row in rows])
    return [Figure(row.key or "", names.get(row.key, row.key or ""), _counts(row)) for row in rows]


def _counts(row: Any) -> Counts:
    return Counts(**{one.name: int(getattr(row, one.name)) for one in fields(Counts)})


def _key(session: Session, by: By) -> sa.ColumnElement[Any]:
    columns: dict[By, sa.ColumnElement[Any]] = {
        By.NOTHING: sa.literal(""),
        By.FIRM: sa.func.coalesce(Ticket.firm_id, ""),
        By.COMMUNITY: sa.type_coerce(Ticket.community_id, sa.String),
        By.STREET: sa.func.coalesce(Ticket.street_id, ""),
        By.CATEGORY: sa.type_coerce(Ticket.category, sa.String),
        By.MONTH: _month(session),
    }
    return columns[by]


def _month(session: Session) -> sa.ColumnElement[str]:
    """Return the month in China in which a ticket was submitted, as 2026-03."""
    if session.get_bind().dialect.name == "sqlite":
        return sa.func.strftime("%Y-%m", Ticket.submitted_at, "+8 hours")
    return sa.func.to_char(sa.func.timezone("Asia/Shanghai", Ticket.submitted_at), "YYYY-MM")


def _names(session: Session, by: By, keys: Sequence[str]) -> Mapping[str, str]:
    wanted = [key for key in keys if key]
    if by is By.COMMUNITY:
        return community_names(session, wanted)
    if by in {By.FIRM, By.STREET}:
        return {"": "（未登记）", **organisation_names(session, wanted)}
    return categories_by_code(session, wanted) if by is By.CATEGORY else {}


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), CHINA)
