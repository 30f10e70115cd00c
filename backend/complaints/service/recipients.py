"""Who is told of an event, and in which words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.complaints.models import Ticket, TicketEvent, Whistle
from backend.complaints.rules.events import Event
from backend.complaints.rules.values import Kind, Level, Part, Priority, Rejection
from backend.complaints.rules.wording import LEVEL_NAMES, REJECTION_NAMES, STAFF_TOLD, TOLD, WAIT_NAMES
from backend.complaints.service import cases, settings
from backend.complaints.service.cases import Case
from backend.complaints.service.intake import CONTACT_PHONE
from backend.identity import Role
from backend.infra.house import House
from backend.kernel.clock import CHINA
from backend.messages import notify, notify_account
from backend.registry import staff_phones

RECEIVERS = {
    Level.FIRM: (Role.FIRM_DISPATCHER,),
    Level.COMMUNITY: (Role.COMMUNITY_OFFICER,),
    Level.STREET: (Role.STREET_OFFICER,),
    Level.DEPARTMENT: (Role.DEPARTMENT_OFFICER,),
}
TO_LEAD = frozenset({Kind.SUBMITTED, Kind.REMINDED, Kind.ESCALATED, Kind.REOPENED})
TO_OVERSEER = frozenset({Kind.APPEALED})


def tell_of(session: Session, house: House, ticket_id: str, number: int) -> None:
    """Tell residents and staff of one event of a ticket."""
    row = session.get_one(TicketEvent, (ticket_id, number))
    event, case = cases.as_event(row), cases.get_case(session, ticket_id)
    words = _words(session, case, event)
    if event.kind in TOLD:
        _tell_residents(session, house, case.row, event, TOLD[event.kind].format_map(words))
    if event.kind in STAFF_TOLD:
        text = STAFF_TOLD[event.kind].format_map(words)
        is_urgent = case.standing.priority in {Priority.P1, Priority.P2}
        for phone in dict.fromkeys(_staff(session, house, case, event)):
            notify(session, house, phone=phone, kind=_kind(event), text=text, urgent=is_urgent)
        if event.kind is Kind.ASSIGNED:
            assignee = event.facts["assignee"]
            if assignee != event.account_id:
                notify_account(session, house, account_id=assignee, kind=_kind(event), text=text)


def _tell_residents(session: Session, house: House, row: Ticket, event: Event, text: str) -> None:
    query = sa.select(Whistle.account_id).where(Whistle.ticket_id == row.id).order_by(Whistle.at)
    for account_id in session.scalars(query):
        if account_id != event.account_id:
            notify_account(session, house, account_id=account_id, kind=_kind(event), text=text)
    if row.reporter_id is None and row.contact_phone is not None:
        phone = house.fields.decrypt(CONTACT_PHONE, row.contact_phone)
        notify(session, house, phone=phone, kind=_kind(event), text=text)


def _staff(session: Session, house: House, case: Case, event: Event) -> Iterator[str]:
    community = case.row.community_id
    for body in case.standing.bodies.values():
        is_lead = body.part is Part.LEAD and event.kind in TO_LEAD
        is_overseer = body.level in {Level.COMMUNITY, Level.STREET} and event.kind in TO_OVERSEER
        is_called = (
            event.kind is Kind.CALLED_IN and event.facts["body"]["organisation"] == body.organisation_id
        )
        if is_lead or is_overseer or is_called:
            yield from staff_phones(session, house, body.organisation_id, community, RECEIVERS[body.level])


def _words(session: Session, case: Case, event: Event) -> dict[str, str]:
    facts = event.facts
    category = settings.get_category(session, case.standing.category)
    return {
        "number": case.row.number,
        "category": category.name,
        "priority": case.standing.priority.value,
        "text": f"{event.text.rstrip('。')}。" if event.text else "",
        "level": LEVEL_NAMES[Level(facts.get("level", case.standing.level))],
        "wait": WAIT_NAMES.get(str(facts.get("wait")), ""),
        "reason": REJECTION_NAMES[Rejection(facts["reason"])] if "reason" in facts else "",
        "into": str(facts.get("number", "")),
        "days": str(case.standing.round.promises.confirm_days),
        "until": _day(datetime.fromisoformat(facts["until"])) if "until" in facts else "",
        "due": _moment(case, facts.get("due")),
    }


def _moment(case: Case, due: object) -> str:
    moment = datetime.fromisoformat(str(due)) if due else case.row.response_due_at
    return f"{moment.astimezone(CHINA):%m月%d日%H:%M}" if moment else "规定时限"


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(CHINA):%m月%d日}"


def _kind(event: Event) -> str:
    return f"ticket-{event.kind.value.replace('_', '-')}"
