"""Who is told of an event, and in which words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.complaints.models import TicketEvent, Whistle
from backend.complaints.rules.events import Event
from backend.complaints.rules.values import Kind, Level, Part, Priority, Rejection
from backend.complaints.rules.wording import (
    LEVEL_NAMES,
    REJECTION_NAMES,
    STAFF_TOLD,
    SUBJECTS,
    TOLD,
    WAIT_NAMES,
)
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
IMPORTANT = frozenset(
    {Kind.SUBMITTED, Kind.ESCALATED, Kind.REOPENED, Kind.APPEALED, Kind.CALLED_IN, Kind.REMINDED}
    | {Kind.ASSIGNED, Kind.RESOLVED, Kind.REJECTED, Kind.APPEAL_DISMISSED}
)
"""What goes out as a text message where WeChat cannot carry it; for the rest the inbox is enough."""
TO_LEAD = frozenset({Kind.SUBMITTED, Kind.REMINDED, Kind.ESCALATED, Kind.REOPENED})
TO_OVERSEER = frozenset({Kind.APPEALED})


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of one event, but for its words."""

    session: Session
    house: House
    case: Case
    event: Event

    def phone(self, phone: str, text: str) -> None:
        """Tell whoever holds a phone."""
        notify(self.session, self.house, phone=phone, text=text, **self._more())

    def account(self, account_id: str, text: str) -> None:
        """Tell the holder of an account, unless it was their own act."""
        if account_id != self.event.account_id:
            notify_account(self.session, self.house, account_id=account_id, text=text, **self._more())

    def _more(self) -> dict[str, Any]:
        kind = self.event.kind
        return {
            "kind": f"ticket-{kind.value.replace('_', '-')}",
            "subject": SUBJECTS.get(kind, ""),
            "link": f"id={self.case.row.id}",
            "urgent": self.case.standing.priority in {Priority.P1, Priority.P2} and kind in STAFF_TOLD,
            "important": kind in IMPORTANT,
        }


def tell_of(session: Session, house: House, ticket_id: str, number: int) -> None:
    """Tell residents and staff of one event of a ticket."""
    row = session.get_one(TicketEvent, (ticket_id, number))
    told = Told(session, house, cases.get_case(session, ticket_id), cases.as_event(row))
    kind, words = told.event.kind, _words(session, told.case, told.event)
    if kind in TOLD:
        _tell_residents(told, TOLD[kind].format_map(words))
    if kind in STAFF_TOLD:
        text = STAFF_TOLD[kind].format_map(words)
        for phone in dict.fromkeys(_staff(session, house, told.case, told.event)):
            told.phone(phone, text)
        if kind is Kind.ASSIGNED:
            told.account(told.event.facts["assignee"], text)


def _tell_residents(told: Told, text: str) -> None:
    row = told.case.row
    query = sa.select(Whistle.account_id).where(Whistle.ticket_id == row.id).order_by(Whistle.at)
    for account_id in told.session.scalars(query):
        told.account(account_id, text)
    if row.reporter_id is None and row.contact_phone is not None:
        told.phone(told.house.fields.decrypt(CONTACT_PHONE, row.contact_phone), text)


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
