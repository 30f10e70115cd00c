"""Reporting: who may report what, where, and how much, and who then has to answer."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.complaints.models import Ticket, Whistle
from backend.complaints.rules import refusals
from backend.complaints.rules.answers import check_answers
from backend.complaints.rules.events import Event
from backend.complaints.rules.ladder import Rung, as_facts
from backend.complaints.rules.values import (
    BY_RESIDENT,
    BY_STAFF,
    LONGEST_TEXT,
    MOST_PHOTOS,
    Channel,
    Kind,
    Level,
    Part,
    Party,
    PlaceKind,
)
from backend.complaints.service import cases, settings
from backend.complaints.service.cases import Case
from backend.complaints.service.settings import KnownCategory
from backend.identity import Role
from backend.infra.auth import Actor
from backend.infra.coordinates import Point
from backend.infra.house import House
from backend.infra.photos import attach
from backend.infra.prepared import Prepared, inserting
from backend.kernel.clock import CHINA
from backend.kernel.ids import new_id
from backend.kernel.phone import parse_phone
from backend.registry import Bodies, bodies_of, find_building, find_unit, require_post, require_resident

CONTACT_NAME = "ticket.contact-name"
CONTACT_PHONE = "ticket.contact-phone"
DAY = timedelta(days=1)
MOST_REPORTS_A_DAY = 10
TAKERS = (Role.FIRM_DISPATCHER, Role.COMMUNITY_OFFICER, Role.STREET_OFFICER)
"""Who may enter what somebody said on the phone or at the desk."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the matter is; `point` in WGS-84."""

    kind: PlaceKind
    building: str = ""
    stair: str = ""
    room: str = ""
    spot: str = ""
    point: Point | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What somebody reports.

    Attributes:
        answers: to the category's questions, by their code.
        contact_name, contact_phone: of the person for whom staff enter it; a resident's own are known.
    """

    category: str
    place: Place
    text: str
    channel: Channel
    answers: Mapping[str, Any] = field(default_factory=dict)
    photos: Sequence[str] = ()
    contact_name: str = ""
    contact_phone: str = ""


@dataclass(frozen=True, slots=True)
class Origin:
    """By whom a ticket comes in: a resident for himself, or somebody who enters it for another."""

    party: Party
    reporter_id: str | None
    entered_by: str | None
    organisation_id: str | None = None


def submit(session: Session, house: House, actor: Actor, community_id: str, report: Report) -> Case:
    """Take a report from a resident, or from staff for one, and return the ticket.

    Raises:
        NotAResident, RoleMissing: the person belongs to no home here, nor takes reports for others here.
        ChannelRefused, CategoryUnknown, AnswersRefused, PlaceRefused, TextRefused: what it says.
        TooManyReports, SameReportAgain: see there.
        NobodyServes: no body is entered for the community.
    """
    origin = _origin(session, actor, community_id, report)
    located = locate(session, community_id, report.place)
    _check_flood(session, house, actor, community_id, report, _digest(report, *located))
    return take(session, house, community_id, report, origin, actor=actor, located=located)


def take(  # noqa: PLR0913  (a report, where it is from, and whose photos it has)
    session: Session,
    house: House,
    community_id: str,
    report: Report,
    origin: Origin,
    *,
    actor: Actor | None,
    received_at: datetime | None = None,
    located: tuple[str, str | None] | None = None,
) -> Case:
    """Make a ticket of a report whose sender was checked already; for imports and other doors.

    `actor` owns the photos; `received_at` is when another desk received it, now if left out; `located` is
    what `locate` says of the place, where that is known already.
    """
    category = settings.get_open_category(session, report.category)
    _check_text(report.text)
    answers = check_answers(category.questions, report.answers)
    located = located or locate(session, community_id, report.place)
    row = _row(house, community_id, report, origin, located)
    row.number = _new_number(session, house)
    row.submitted_at = received_at or house.clock()
    row.answers = answers
    row.id = new_id()
    row.photos = _attach(session, report.photos, actor, row.id)
    bodies = bodies_of(session, community_id)
    row.firm_id, row.street_id = bodies.firm, bodies.street
    event = _submission(session, community_id, category, origin, bodies, row.submitted_at)
    case = cases.begin(session, house, row, event)
    if origin.reporter_id is not None:
        at = row.submitted_at
        whistle = {"ticket_id": row.id, "account_id": origin.reporter_id, "at": at, "is_reporter": True}
        _ADD_WHISTLE.run(session, whistle)
    return case


_ADD_WHISTLE = inserting(Whistle, "ticket_id", "account_id", "at", "is_reporter")


def first_bodies(category: KnownCategory, bodies: Bodies) -> list[dict[str, Any]]:
    """Return who answers first, and who is told.

    A law-enforcement matter goes to its department at once, with the firm told (law.md 6.2); where that
    department is not entered, to the street. All else goes to the firm, or to the lowest body there is.

    Raises:
        NobodyServes: there is none.
    """
    department = bodies.departments.get(category.department) if category.department else None
    ladder = [
        Rung(level, body)
        for level, body in (
            (Level.FIRM, bodies.firm),
            (Level.COMMUNITY, bodies.community),
            (Level.STREET, bodies.street),
            (Level.DEPARTMENT, department),
        )
        if body is not None
    ]
    if not ladder:
        raise refusals.NobodyServes("该小区尚未登记物业、社区或街道，暂时无法在线受理；请拨打 12345")
    lead = ladder[-1] if category.department else ladder[0]
    told = [rung for rung in ladder if rung.level is Level.FIRM and rung is not lead]
    return [as_facts(lead), *(as_facts(rung, Part.INFORMED) for rung in told)]


def _origin(session: Session, actor: Actor, community_id: str, report: Report) -> Origin:
    if report.channel in BY_RESIDENT:
        require_resident(session, actor, community_id)
        return Origin(Party.REPORTER, actor.account_id, None)
    if report.channel not in BY_STAFF:
        raise refusals.ChannelRefused("这个渠道的诉求不能由此提交；请选择来电、来访或网格上报")
    post = require_post(session, actor, TAKERS, community_id)
    party = Party.DISPATCHER if post.role is Role.FIRM_DISPATCHER else Party.COMMUNITY
    if post.role is Role.STREET_OFFICER:
        party = Party.STREET
    return Origin(party, None, actor.account_id, post.organisation_id)


def _check_text(text: str) -> None:
    if not text.strip():
        raise refusals.TextRefused("请写明发生了什么、在哪里")
    if len(text) > LONGEST_TEXT:
        raise refusals.TextRefused(f"文字最多 {LONGEST_TEXT} 字，现有 {len(text)} 字；请删减")


def _check_flood(
    session: Session, house: House, actor: Actor, community_id: str, report: Report, digest: str
) -> None:
    """Refuse a day's eleventh report of a resident, and the same words twice by anybody."""
    mine = _REPORTED if report.channel in BY_RESIDENT else _ENTERED
    recent = mine.all(session, account=actor.account_id, since=house.clock() - DAY)
    for number, text_sha256, where in recent:
        if (text_sha256, where) == (digest, community_id):
            raise refusals.SameReportAgain(
                f"相同的内容已经提交，工单编号 {number}；请在该工单中补充说明，不必重复提交"
            )
    if report.channel in BY_RESIDENT and len(recent) >= MOST_REPORTS_A_DAY:
        raise refusals.TooManyReports(f"一天最多提交 {MOST_REPORTS_A_DAY} 件；紧急情况请拨打物业电话或 12345")


_RECENT = sa.select(Ticket.number, Ticket.text_sha256, Ticket.community_id).where(
    Ticket.submitted_at > sa.bindparam("since")
)
_REPORTED = Prepared(_RECENT.where(Ticket.reporter_id == sa.bindparam("account")))
_ENTERED = Prepared(
    _RECENT.where(
        sa.or_(Ticket.reporter_id == sa.bindparam("account"), Ticket.entered_by == sa.bindparam("account"))
    )
)


def digest_of(session: Session, community_id: str, report: Report) -> str:
    """Return what is compared to find the same report again: category, place and words without blanks.

    Raises:
        PlaceRefused: there is no such place.
    """
    return _digest(report, *locate(session, community_id, report.place))


def _digest(report: Report, building: str, unit_id: str | None) -> str:
    place, words = report.place, "".join(report.text.split())
    parts = [report.category, place.kind.value, building, unit_id or "", place.spot.strip(), words]
    return hashlib.sha256("|".join(parts).encode()).hexdigest()


def _row(
    house: House, community_id: str, report: Report, origin: Origin, located: tuple[str, str | None]
) -> Ticket:
    place, fields = report.place, house.fields
    building, unit_id = located
    phone = parse_phone(report.contact_phone) if report.contact_phone else None
    return Ticket(
        community_id=community_id,
        channel=report.channel.value,
        place_kind=place.kind.value,
        building=building,
        unit_id=unit_id,
        spot=place.spot.strip(),
        lat_e7=place.point.lat_e7 if place.point else None,
        long_e7=place.point.long_e7 if place.point else None,
        text=report.text.strip(),
        text_sha256=_digest(report, building, unit_id),
        reporter_id=origin.reporter_id,
        entered_by=origin.entered_by,
        contact_name=fields.encrypt(CONTACT_NAME, report.contact_name) if report.contact_name else None,
        contact_phone=fields.encrypt(CONTACT_PHONE, phone) if phone else None,
    )


def locate(session: Session, community_id: str, place: Place) -> tuple[str, str | None]:
    """Return the building's name and the unit of a place. Raises PlaceRefused."""
    building = find_building(session, community_id, place.building) if place.building else ""
    if building is None or (place.kind is PlaceKind.BUILDING and not building):
        raise refusals.PlaceRefused("本小区没有这栋楼；请核对楼栋号")
    if place.kind is PlaceKind.UNIT:
        unit = find_unit(session, community_id, place.building, place.stair, place.room)
        if unit is None:
            raise refusals.PlaceRefused("名册中没有这套房屋；请核对楼栋、单元和房号")
        return building, unit
    if place.kind is PlaceKind.SPOT and not (place.spot.strip() or place.point):
        raise refusals.PlaceRefused("请写明公共位置，或在地图上选点")
    return building, None


def _new_number(session: Session, house: House) -> str:
    """Return a number that can be read out: the day, and eight digits that nobody can guess."""
    day = house.clock().astimezone(CHINA).strftime("%Y%m%d")
    while True:
        number = f"{day}-{secrets.randbelow(10**8):08d}"
        if _NUMBERED.first(session, number=number) is None:
            return number


_NUMBERED = Prepared(sa.select(Ticket.id).where(Ticket.number == sa.bindparam("number")))


def _attach(session: Session, photos: Sequence[str], actor: Actor | None, ticket_id: str) -> list[str]:
    if len(photos) > MOST_PHOTOS:
        raise refusals.TextRefused(f"最多 {MOST_PHOTOS} 张照片，现有 {len(photos)} 张；请删减")
    if photos:
        attach(session, photos, actor, f"ticket:{ticket_id}")
    return list(photos)


def _submission(
    session: Session,
    community_id: str,
    category: KnownCategory,
    origin: Origin,
    bodies: Bodies,
    at: datetime,
) -> Event:
    promises = settings.promises_of(session, community_id)[settings.priority_of(category)]
    first = first_bodies(category, bodies)
    facts = {
        "category": category.code,
        "priority": category.priority,
        "level": first[0]["level"],
        "bodies": first,
        "promises": promises.to_json(),
    }
    account = origin.reporter_id or origin.entered_by
    return Event(Kind.SUBMITTED, at, origin.party, account, origin.organisation_id, facts=facts)
