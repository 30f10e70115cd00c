"""Tickets for programs of others: what Open311 GeoReport v2 asks of a server, without HTTP.

A jurisdiction is a community, a service a category that takes reports, a request a ticket with its public
number. Nothing is told here that the public board does not tell.
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

from backend.complaints.models import Category, Open311Key, Open311Token, Ticket
from backend.complaints.rules import refusals
from backend.complaints.rules.publicity import public_text
from backend.complaints.rules.values import OPEN, Channel, Party, PlaceKind, Publication, State
from backend.complaints.rules.wording import OPEN311_NOTICE, STATE_NAMES
from backend.complaints.service import intake
from backend.complaints.service.intake import Origin, Place, Report
from backend.complaints.service.pictures import approved_photos
from backend.complaints.service.settings import list_categories
from backend.complaints.service.showing import as_degrees, place_text
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
    """A report as a program of others sends it; `point` is WGS-84."""

    service_code: str
    point: Point | None
    address: str
    address_id: str
    description: str
    attributes: Mapping[str, Any] = field(default_factory=dict)
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


def jurisdiction(session: Session, given: str | None) -> str:
    """Return the community that is meant; with only one, it need not be named.

    Raises:
        JurisdictionMissing: there are several. JurisdictionUnknown: no such community.
    """
    communities = all_communities(session)
    if given is None or not given:
        if len(communities) != 1:
            raise refusals.JurisdictionMissing("本服务器有多个小区；请用 jurisdiction_id 指明小区编号")
        return communities[0]
    if given not in communities:
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
    row = session.get(Category, code)
    if row is None or row.parent is None or row.retired_at is not None:
        raise refusals.ServiceUnknown(f"没有代码为“{code[:40]}”的服务；请查看 services 列表")
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


def post(session: Session, house: House, key: str, community_id: str, posted: Posted) -> Taken:
    """Take a report of a program of others.

    Raises:
        KeyRefused, ServiceUnknown, LocationMissing, TooManyReports: what it says.
        AnswersRefused, PlaceRefused, TextRefused, PhoneUnreadable: as for any report.
    """
    row = _key(session, key)
    definition(session, posted.service_code)
    _check_flood(session, house, row)
    text = posted.description or posted.address
    if posted.media_url:
        text = f"{text}\n附图：{posted.media_url}"
    report = Report(
        category=posted.service_code,
        place=_place(posted),
        text=text,
        channel=Channel.OPEN311,
        answers=posted.attributes,
        contact_name=posted.name,
        contact_phone=posted.phone,
    )
    origin = Origin(Party.REPORTER, None, row.account_id)
    case = intake.take(session, house, community_id, report, origin, actor=None)
    token = new_id()
    session.add(Open311Token(token=token, ticket_id=case.row.id, key_id=row.id, at=house.clock()))
    session.flush()
    return Taken(case.row.number, token, OPEN311_NOTICE)


def number_of_token(session: Session, token: str) -> str:
    """Return the ticket's number for a token. Raises RequestUnknown."""
    row = session.get(Open311Token, token)
    if row is None:
        raise refusals.RequestUnknown("没有这个 token；请核对")
    return session.get_one(Ticket, row.ticket_id).number


def requests(
    session: Session, house: House, community_id: str | None, wanted: Wanted
) -> list[dict[str, Any]]:
    """Return the requests asked for, the newest first; an empty list behind the last page.

    Raises:
        SpanRefused: more than 90 days, or an end before its start.
    """
    query = sa.select(Ticket).where(Ticket.publication != Publication.HIDDEN.value)
    if community_id is not None:
        query = query.where(Ticket.community_id == community_id)
    for condition in _conditions(house, wanted):
        query = query.where(condition)
    start = (wanted.page - 1) * wanted.page_size
    query = query.order_by(Ticket.submitted_at.desc(), Ticket.id).offset(start).limit(wanted.page_size)
    return _requests(session, house, session.scalars(query).all())


def request(session: Session, house: House, number: str) -> dict[str, Any]:
    """Return one request. Raises RequestUnknown."""
    found = requests(session, house, None, Wanted(numbers=(number,)))
    if not found:
        raise refusals.RequestUnknown(f"没有编号为“{number[:40]}”的工单；请核对 service_request_id")
    return found[0]


def _conditions(house: House, wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    if wanted.numbers:
        return [Ticket.number.in_(wanted.numbers)]
    end = wanted.end or house.clock()
    start = wanted.start or end - LONGEST_SPAN
    if not timedelta() <= end - start <= LONGEST_SPAN:
        raise refusals.SpanRefused("start_date 与 end_date 相隔不能超过 90 天，且不能颠倒")
    found = [Ticket.submitted_at >= start, Ticket.submitted_at <= end]
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


def _requests(session: Session, house: House, rows: Sequence[Ticket]) -> list[dict[str, Any]]:
    names = {row.code: row.name for row in list_categories(session, retired=True)}
    agencies = organisation_names(session, list({row.firm_id for row in rows if row.firm_id}))
    photos = approved_photos(session, [row.id for row in rows])
    base = house.settings.public_url
    found = []
    for row in rows:
        lat, long = (None, None) if row.place_kind == PlaceKind.UNIT else as_degrees(row)
        shown = photos.get(row.id, [])
        found.append(
            {
                "service_request_id": row.number,
                "status": "open" if State(row.state) in OPEN else "closed",
                "status_notes": STATE_NAMES[State(row.state)],
                "service_name": names[row.category],
                "service_code": row.category,
                "description": public_text(row.text) if row.publication == Publication.SHOWN else "",
                "agency_responsible": agencies.get(row.firm_id or "", ""),
                "service_notice": OPEN311_NOTICE,
                "requested_datetime": row.submitted_at,
                "updated_datetime": row.updated_at,
                "expected_datetime": row.resolution_due_at,
                "address": place_text(row),
                "address_id": row.building,
                "zipcode": None,
                "lat": lat,
                "long": long,
                "media_url": f"{base}/api/v1/board/photos/{shown[0]}" if shown else None,
            }
        )
    return found


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
