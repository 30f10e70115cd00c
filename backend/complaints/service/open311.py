"""Tickets for programs of others: what Open311 GeoReport v2 asks of a server, without HTTP.

A jurisdiction is a community, a service a category that takes reports, a request a ticket with its public
number. Services, numbers and tokens are the same on the whole server, so a jurisdiction is needed only for
lists and new requests, and only where there are several; one that is given is heeded everywhere.
Nothing is told here that the public board does not tell.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.complaints.models import Category, Open311Key, Open311Token, Ticket, TicketBody
from backend.complaints.rules import refusals
from backend.complaints.rules.answers import Datatype
from backend.complaints.rules.events import Event
from backend.complaints.rules.publicity import public_text
from backend.complaints.rules.values import (
    OPEN,
    Channel,
    Kind,
    Part,
    Party,
    PlaceKind,
    Publication,
    State,
)
from backend.complaints.rules.wording import OPEN311_NOTICE, STATE_NAMES
from backend.complaints.service import cases, intake
from backend.complaints.service.intake import Origin, Place, Report
from backend.complaints.service.pictures import approved_photos
from backend.complaints.service.settings import list_categories
from backend.complaints.service.showing import as_degrees, public_place
from backend.identity import Role, require_role
from backend.infra.audit import record_act
from backend.infra.auth import Actor
from backend.infra.coordinates import Point
from backend.infra.house import House
from backend.kernel.ids import new_id
from backend.registry import all_communities, organisation_names

LONGEST_SPAN = timedelta(days=90)
MOST_ROWS = 1000
MOST_A_DAY = 2000
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which requests are asked for; `numbers` overrides the rest, as the standard says."""

    numbers: Sequence[str] = ()
    codes: Sequence[str] = ()
    start: datetime | None = None
    end: datetime | None = None
    updated_after: datetime | None = None
    updated_before: datetime | None = None
    statuses: frozenset[str] = frozenset()
    page: int = 1
    page_size: int = MOST_ROWS


@dataclass(frozen=True, slots=True)
class Posted:
    """A report as a program of others sends it; `point` is WGS-84, each attribute may have several values."""

    service_code: str
    point: Point | None
    address: str
    address_id: str
    description: str
    attributes: Mapping[str, Sequence[str]] = field(default_factory=dict)
    media_url: str = ""
    name: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """What a program is told of its report."""

    number: str
    token: str
    notice: str


def issue_key(session: Session, house: House, actor: Actor, *, name: str) -> str:
    """Make a key for a program of others and return it, this once. For administrators."""
    require_role(session, actor, Role.ADMINISTRATOR, None)
    key = secrets.token_urlsafe(24)
    now = house.clock()
    row = Open311Key(key_hash=_hash(key), name=name, account_id=actor.account_id, issued_at=now)
    session.add(row)
    session.flush()
    record_act(
        session, at=now, actor=actor.account_id, act="open311-key-issued", subject=f"open311-key:{row.id}"
    )
    return key


def jurisdiction(session: Session, given: str) -> str:
    """Return the community that is meant; with only one, it need not be named.

    Raises:
        JurisdictionMissing: there are several. JurisdictionUnknown: no such community.
    """
    named = given_jurisdiction(session, given)
    if named is not None:
        return named
    communities = all_communities(session)
    if len(communities) != 1:
        raise refusals.JurisdictionMissing("请用 jurisdiction_id 指明小区编号；只有一个小区的服务器才可省略")
    return communities[0]


def given_jurisdiction(session: Session, given: str) -> str | None:
    """Return the community that is named, None where none is. Raises JurisdictionUnknown."""
    if not given:
        return None
    if given not in all_communities(session):
        raise refusals.JurisdictionUnknown(f"没有编号为“{given[:40]}”的小区；请核对 jurisdiction_id")
    return given


def services(session: Session) -> list[dict[str, Any]]:
    """Return the categories that take reports, as services."""
    rows = list_categories(session)
    headings = {row.code: row.name for row in rows if row.parent is None}
    return [
        {
            "service_code": row.code,
            "service_name": row.name,
            "description": row.description,
            "metadata": bool(row.questions),
            "type": "realtime",
            "keywords": row.keywords,
            "group": headings.get(row.parent, ""),
        }
        for row in rows
        if row.parent is not None and row.parent in headings
    ]


def definition(session: Session, code: str) -> dict[str, Any]:
    """Return the questions of a category. Raises ServiceUnknown."""
    row = _service(session, code)
    return {
        "service_code": row.code,
        "attributes": [
            {
                "variable": True,
                "code": one["code"],
                "datatype": one["datatype"],
                "required": one["required"],
                "datatype_description": one["hint"],
                "order": order,
                "description": one["question"],
                "values": one["values"],
            }
            for order, one in enumerate(row.questions, 1)
        ],
    }


def post(session: Session, house: House, key: str, given: str, posted: Posted) -> Taken:
    """Take a report of a program of others; `given` names the jurisdiction. The standard asks for no words.

    Raises:
        KeyRefused, ServiceUnknown, LocationMissing, TooManyReports: what it says.
        JurisdictionMissing, JurisdictionUnknown: see `jurisdiction`.
        AnswersRefused, PlaceRefused, TextRefused, PhoneUnreadable: as for any report.
    """
    row = _key(session, key)
    community_id = jurisdiction(session, given)
    service = _service(session, posted.service_code)
    _check_flood(session, house, row)
    report = Report(
        category=service.code,
        place=_place(posted),
        text=posted.description or service.name,
        channel=Channel.OPEN311,
        answers=_answers(service, posted.attributes),
        contact_name=posted.name,
        contact_phone=posted.phone,
    )
    origin = Origin(Party.REPORTER, None, row.account_id)
    case = intake.take(session, house, community_id, report, origin, actor=None)
    if posted.media_url:  # beside the description, which may fill all the room there is
        said = f"附图：{posted.media_url}"
        cases.record(session, house, case, Event(Kind.ADDED, house.clock(), Party.REPORTER, text=said))
    token = new_id()
    session.add(Open311Token(token=token, ticket_id=case.row.id, key_id=row.id, at=house.clock()))
    session.flush()
    return Taken(case.row.number, token, OPEN311_NOTICE)


def number_of_token(session: Session, given: str, token: str) -> str:
    """Return the ticket's number for a token. Raises RequestUnknown, JurisdictionUnknown."""
    query = sa.select(Ticket.number).join(Open311Token, Open311Token.ticket_id == Ticket.id)
    community_id = given_jurisdiction(session, given)
    if community_id is not None:
        query = query.where(Ticket.community_id == community_id)
    number = session.scalar(query.where(Open311Token.token == token))
    if number is None:
        raise refusals.RequestUnknown("没有这个 token；请核对")
    return number


def requests(session: Session, house: House, given: str, wanted: Wanted) -> list[dict[str, Any]]:
    """Return the requests asked for, the newest first; an empty list behind the last page.

    Raises:
        SpanRefused: more than 90 days, or an end before its start.
        JurisdictionMissing, JurisdictionUnknown: see `jurisdiction`; a number says by itself which is meant.
    """
    find = given_jurisdiction if wanted.numbers else jurisdiction
    community_id = find(session, given)
    query = sa.select(Ticket).where(Ticket.publication != Publication.HIDDEN.value)
    if community_id is not None:
        query = query.where(Ticket.community_id == community_id)
    for condition in _conditions(house, wanted):
        query = query.where(condition)
    start = (wanted.page - 1) * wanted.page_size
    query = query.order_by(Ticket.submitted_at.desc(), Ticket.id).offset(start).limit(wanted.page_size)
    return _requests(session, house, session.scalars(query).all())


def request(session: Session, house: House, given: str, number: str) -> dict[str, Any]:
    """Return one request. Raises RequestUnknown, JurisdictionUnknown."""
    found = requests(session, house, given, Wanted(numbers=(number,)))
    if not found:
        raise refusals.RequestUnknown(f"没有编号为“{number[:40]}”的工单；请核对 service_request_id")
    return found[0]


def _conditions(house: House, wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    if wanted.numbers:
        return [Ticket.number.in_(wanted.numbers)]
    found = _span(house, wanted)
    if wanted.codes:
        found.append(Ticket.category.in_(wanted.codes))
    if wanted.updated_after:
        found.append(Ticket.updated_at >= wanted.updated_after)
    if wanted.updated_before:
        found.append(Ticket.updated_at <= wanted.updated_before)
    if wanted.statuses:
        is_open = Ticket.state.in_([state.value for state in OPEN])
        parts = {"open": is_open, "closed": sa.not_(is_open)}
        found.append(sa.or_(*(parts[status] for status in sorted(wanted.statuses))))
    return found


def _span(house: House, wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    """Return when requests must have been made: in the 90 days up to now, where nothing else is said.

    Whoever asks for what was updated lately wants old requests too.
    """
    if (wanted.updated_after or wanted.updated_before) and not (wanted.start or wanted.end):
        return []
    end = wanted.end or (wanted.start + LONGEST_SPAN if wanted.start else house.clock())
    start = wanted.start or end - LONGEST_SPAN
    if not timedelta() <= end - start <= LONGEST_SPAN:
        raise refusals.SpanRefused("start_date 与 end_date 相隔不能超过 90 天，且不能颠倒")
    return [Ticket.submitted_at >= start, Ticket.submitted_at <= end]


def _requests(session: Session, house: House, rows: Sequence[Ticket]) -> list[dict[str, Any]]:
    names = {row.code: row.name for row in list_categories(session, retired=True)}
    agencies = _agencies(session, rows)
    photos = approved_photos(session, [row.id for row in rows])
    base = house.settings.public_url
    found = []
    for row in rows:
        lat, long = (None, None) if row.place_kind == PlaceKind.UNIT else as_degrees(row)
        shown = photos.get(row.id, [])
        is_open = State(row.state) in OPEN
        found.append(
            {
                "service_request_id": row.number,
                "status": "open" if is_open else "closed",
                "status_notes": STATE_NAMES[State(row.state)],
                "service_name": names[row.category],
                "service_code": row.category,
                "description": public_text(row.text) if row.publication == Publication.SHOWN else "",
                "agency_responsible": agencies.get(row.id),
                "service_notice": OPEN311_NOTICE,
                "requested_datetime": row.submitted_at,
                "updated_datetime": row.updated_at if is_open else row.closed_at or row.updated_at,
                "expected_datetime": row.resolution_due_at,
                "address": public_place(row),
                "address_id": row.building,
                "zipcode": None,
                "lat": lat,
                "long": long,
                "media_url": f"{base}/api/v1/board/photos/{shown[0]}" if shown else None,
            }
        )
    return found


def _agencies(session: Session, rows: Sequence[Ticket]) -> dict[str, str]:
    """Return the name of the body that answers for each ticket now."""
    query = sa.select(TicketBody.ticket_id, TicketBody.organisation_id).where(
        TicketBody.ticket_id.in_([row.id for row in rows]), TicketBody.part == Part.LEAD.value
    )
    leads = {row.ticket_id: row.organisation_id for row in session.execute(query)}
    names = organisation_names(session, sorted(set(leads.values())))
    return {ticket_id: names[organisation_id] for ticket_id, organisation_id in leads.items()}


def _service(session: Session, code: str) -> Category:
    row = session.get(Category, code)
    if row is None or row.parent is None or row.retired_at is not None:
        raise refusals.ServiceUnknown(f"没有代码为“{code[:40]}”的服务；请查看 services 列表")
    return row


def _answers(service: Category, attributes: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Return attributes as answers: a list where several may be chosen or were, else the one value."""
    several = {one["code"] for one in service.questions if one["datatype"] == Datatype.MULTI}
    given = {code: [value for value in values if value] for code, values in attributes.items()}
    return {
        code: values if code in several or len(values) > 1 else "".join(values)
        for code, values in given.items()
    }


def _place(posted: Posted) -> Place:
    """Return where it is; `address_id` is a building's name. Raises LocationMissing."""
    if posted.address_id:
        return Place(PlaceKind.BUILDING, posted.address_id, spot=posted.address, point=posted.point)
    if posted.point is None and not posted.address:
        raise refusals.LocationMissing("请给出位置：lat 和 long、address_string 或 address_id（楼栋号）之一")
    return Place(PlaceKind.SPOT, spot=posted.address, point=posted.point)


def _key(session: Session, key: str) -> Open311Key:
    row = session.scalar(sa.select(Open311Key).where(Open311Key.key_hash == _hash(key)))
    if row is None or row.revoked_at is not None:
        raise refusals.KeyRefused("api_key 缺失或无效；请向本服务器管理员申请")
    return row


def _check_flood(session: Session, house: House, row: Open311Key) -> None:
    query = sa.select(sa.func.count()).where(
        Open311Token.key_id == row.id, Open311Token.at > house.clock() - DAY
    )
    if (session.scalar(query) or 0) >= MOST_A_DAY:
        raise refusals.TooManyReports(f"一个 api_key 一天最多提交 {MOST_A_DAY} 件；请明天再试")


def _hash(key: str) -> str:
    return hashlib.sha256(f"yishiting/open311|{key}".encode()).hexdigest()
