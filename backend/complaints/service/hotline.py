"""Taking over tickets of the hotline 12345 from its file: dry run, row by row, and never twice.

Rows that are wrong keep none of the others back: each good row becomes a ticket, or a whistle on the ticket
of the same matter; each wrong one is named with its reason, and can be sent again once corrected.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.complaints.models import Category, HotlineNumber, Ticket
from backend.complaints.rules import refusals
from backend.complaints.rules.events import Event
from backend.complaints.rules.hotline_sheet import (
    HEADER_WITHIN_ROWS,
    MOST_ROWS,
    REQUIRED,
    Column,
    Line,
    RowRefused,
    header_in,
    number_of,
    received_at,
)
from backend.complaints.rules.values import OPEN, Channel, Kind, Party, PlaceKind
from backend.complaints.service import cases, intake
from backend.complaints.service.intake import Origin, Place, Report
from backend.identity import Role
from backend.infra.audit import record_act
from backend.infra.auth import Actor
from backend.infra.house import House
from backend.infra.sheets import read_sheets
from backend.kernel.phone import parse_phone
from backend.kernel.refusal import Refusal
from backend.registry import CellRefused, require_post, text_in

SAME_MATTER_WITHIN = timedelta(days=15)


class Fate(StrEnum):
    """What becomes of a row."""

    CREATED = "created"
    JOINED = "joined"
    KNOWN = "known"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class RowReport:
    """What became of a row, and the number of the ticket that it is now."""

    row: int
    hotline_number: str
    fate: Fate
    ticket_number: str | None
    column: str | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of a file."""

    dry_run: bool
    rows: Sequence[RowReport]

    def count(self, fate: Fate) -> int:
        """Return how many rows have this fate."""
        return sum(row.fate is fate for row in self.rows)


def read_hotline(content: bytes) -> list[Line]:
    """Read a hotline's file, XLSX or CSV, into lines of text.

    Raises:
        SheetUnreadable: no such file. HotlineFileRefused: no header, no rows, or too many.
    """
    for sheet in read_sheets(content):
        for place, (_, cells) in enumerate(sheet.rows[:HEADER_WITHIN_ROWS]):
            header = header_in([str(cell or "").strip() for cell in cells])
            if header is not None:
                return _lines(sheet.rows[place + 1 :], header)
    names = "、".join(REQUIRED)
    raise refusals.HotlineFileRefused(
        f"没有找到表头；请在前 {HEADER_WITHIN_ROWS} 行内设一行表头，含：{names}"
    )


def import_hotline(
    session: Session,
    house: House,
    actor: Actor,
    community_id: str,
    lines: Sequence[Line],
    *,
    dry_run: bool,
) -> ImportReport:
    """Take over lines of a hotline's file into a community. For community and street officers.

    A dry run says what would become of each row and changes nothing.
    """
    post = require_post(session, actor, (Role.COMMUNITY_OFFICER, Role.STREET_OFFICER), community_id)
    desk = _Desk(session, house, actor, community_id, post.organisation_id, _categories(session))
    attempt = session.begin_nested()
    reports = [desk.take(line) for line in lines]
    if dry_run:
        attempt.rollback()
    else:
        attempt.commit()
        record_act(
            session,
            at=house.clock(),
            actor=actor.account_id,
            act="hotline-imported",
            subject=f"community:{community_id}",
            detail={fate.value: sum(report.fate is fate for report in reports) for fate in Fate},
        )
    return ImportReport(dry_run, reports)


@dataclass(slots=True)
class _Desk:
    """Where rows become tickets, one after the other."""

    session: Session
    house: House
    actor: Actor
    community_id: str
    organisation_id: str
    categories: dict[str, str]

    def take(self, line: Line) -> RowReport:
        """Make of a row what it is: known, joined, created or refused."""
        number = line[Column.NUMBER]
        try:
            with self.session.begin_nested():
                return self._take(line)
        except RowRefused as error:
            return RowReport(line.row, number, Fate.REFUSED, None, error.column.value, str(error))
        except Refusal as refusal:
            return RowReport(line.row, number, Fate.REFUSED, None, None, refusal.detail)

    def _take(self, line: Line) -> RowReport:
        number = number_of(line)
        known = self.session.get(HotlineNumber, number)
        if known is not None:
            ticket = self.session.get_one(Ticket, known.ticket_id)
            return RowReport(line.row, number, Fate.KNOWN, ticket.number)
        report, at = self._report(line), received_at(line, self.house.clock())
        same = self._same_matter(line, report)
        if same is not None:
            ticket_number, ticket_id = self._join(same, number, report.text), same.id
            fate, hint = Fate.JOINED, None
        else:
            hint = self._hint(report)
            ticket_number, ticket_id = self._create(report, at)
            fate = Fate.CREATED
        self.session.add(HotlineNumber(number=number, ticket_id=ticket_id, at=self.house.clock()))
        self.session.flush()
        return RowReport(line.row, number, fate, ticket_number, detail=hint)

    def _report(self, line: Line) -> Report:
        named = line[Column.CATEGORY]
        code = self.categories.get(named)
        if code is None:
            raise RowRefused(Column.CATEGORY, f"诉求类别“{named}”不在类别表中；请改为已有类别的名称或代码")
        return Report(
            category=code,
            place=_place(line),
            text=line[Column.TEXT],
            channel=Channel.HOTLINE,
            contact_name=line[Column.NAME],
            contact_phone=parse_phone(line[Column.PHONE]) if line[Column.PHONE] else "",
        )

    def _same_matter(self, line: Line, report: Report) -> Ticket | None:
        """Return the ticket that a row names, else an open one of the same kind and place of these days."""
        here = Ticket.community_id == self.community_id
        wanted = line[Column.JOIN]
        if wanted:
            row = self.session.scalar(sa.select(Ticket).where(here, Ticket.number == wanted))
            if row is None or row.state not in {state.value for state in OPEN}:
                raise RowRefused(Column.JOIN, f"关联工单“{wanted}”不存在或已办结；请核对，或留空")
            return row
        query = sa.select(Ticket).where(
            here,
            Ticket.category == report.category,
            Ticket.text_sha256 == intake.digest_of(self.session, self.community_id, report),
            Ticket.state.in_([state.value for state in OPEN]),
            Ticket.submitted_at > self.house.clock() - SAME_MATTER_WITHIN,
        )
        return self.session.scalar(query.order_by(Ticket.submitted_at).limit(1))

    def _join(self, row: Ticket, number: str, text: str) -> str:
        case = cases.get_case(self.session, row.id, lock=True)
        facts = {"whistles": 1, "hotline": number}
        event = Event(
            Kind.JOINED,
            self.house.clock(),
            Party.COMMUNITY,
            self.actor.account_id,
            self.organisation_id,
            text,
            facts,
        )
        cases.record(self.session, self.house, case, event)
        return row.number

    def _hint(self, report: Report) -> str | None:
        """Name an open ticket that may be the same matter, so that a person can decide it."""
        building, _ = intake.locate(self.session, self.community_id, report.place)
        query = sa.select(Ticket.number).where(
            Ticket.community_id == self.community_id,
            Ticket.category == report.category,
            Ticket.building == building,
            Ticket.state.in_([state.value for state in OPEN]),
        )
        number = self.session.scalar(query.order_by(Ticket.submitted_at.desc()).limit(1))
        if number is None:
            return None
        return f"同一位置有未办结的同类工单 {number}；如为同一件事，请在“{Column.JOIN.value}”列填写该编号"

    def _create(self, report: Report, at: datetime) -> tuple[str, str]:
        origin = Origin(Party.COMMUNITY, None, self.actor.account_id, self.organisation_id)
        case = intake.take(
            self.session, self.house, self.community_id, report, origin, actor=None, received_at=at
        )
        return case.row.number, case.row.id


def _place(line: Line) -> Place:
    building, stair, room = line[Column.BUILDING], line[Column.STAIR], line[Column.ROOM]
    spot = line[Column.SPOT]
    if building and room:
        return Place(PlaceKind.UNIT, building, stair, room, spot)
    if building:
        return Place(PlaceKind.BUILDING, building, spot=spot)
    return Place(PlaceKind.SPOT, spot=spot) if spot else Place(PlaceKind.COMMUNITY)


def _lines(rows: Sequence[tuple[int, tuple[object, ...]]], header: dict[Column, int]) -> list[Line]:
    if not rows:
        raise refusals.HotlineFileRefused("表头之下没有工单；请逐行填写")
    if len(rows) > MOST_ROWS:
        raise refusals.HotlineFileRefused(f"一次最多导入 {MOST_ROWS} 行；请分成几个文件")
    return [
        Line(number, {column: _text(cells, place) for column, place in header.items()})
        for number, cells in rows
    ]


def _text(cells: tuple[object, ...], place: int) -> str:
    """Return a cell as text; a date or a time is written out, since it is one here."""
    cell = cells[place] if place < len(cells) else None
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M:%S}"
    if isinstance(cell, date):
        return cell.isoformat()
    try:
        return text_in(cell)
    except CellRefused:
        return str(cell)


def _categories(session: Session) -> dict[str, str]:
    """Return the categories that take reports, by code and by name."""
    query = sa.select(Category.code, Category.name).where(
        Category.retired_at.is_(None), Category.parent.is_not(None)
    )
    found: dict[str, str] = {}
    for row in session.execute(query):
        found[row.code] = found[row.name] = row.code
    return found
