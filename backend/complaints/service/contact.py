"""The resident behind a ticket: shown to who works on it, as an act that is logged with its reason."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from backend.complaints.models import Ticket
from backend.complaints.rules import refusals
from backend.complaints.rules.sight import sight_of
from backend.complaints.rules.values import FIRM, OFFICES
from backend.complaints.service.cases import get_case
from backend.complaints.service.intake import CONTACT_NAME, CONTACT_PHONE
from backend.complaints.service.parts import parts_of
from backend.identity import get_account, name_of, phone_of
from backend.infra.audit import record_act
from backend.infra.auth import Actor
from backend.infra.house import House


@dataclass(frozen=True, slots=True)
class Contact:
    """How to reach who reported it; None where that is not known."""

    name: str | None
    phone: str | None


def reveal(session: Session, house: House, actor: Actor, ticket_id: str, *, reason: str) -> Contact:
    """Return the contact of a ticket, and note who asked and why.

    Raises:
        TicketUnknown, NotYourPart: the actor does not work on it.
        ContactClosed: it is closed.
        TextRefused: no reason.
    """
    case = get_case(session, ticket_id)
    parts = parts_of(session, actor, case.row, case.standing)
    if not (FIRM | OFFICES) & set(parts):
        raise refusals.NotYourPart("只有办理人员可以查看联系方式")
    if not sight_of(parts, case.standing, house.clock()).contact:
        raise refusals.ContactClosed("工单已办结，联系方式不再显示；如需回访请联系社区")
    if not reason.strip():
        raise refusals.TextRefused("请写明查看联系方式的理由")
    subject, detail = f"ticket:{ticket_id}", {"reason": reason.strip()}
    record_act(
        session,
        at=house.clock(),
        actor=actor.account_id,
        act="ticket-contact-revealed",
        subject=subject,
        detail=detail,
    )
    return contact_of(session, house, case.row)


def contact_of(session: Session, house: House, row: Ticket) -> Contact:
    """Return the contact in clear; only after the checks of `reveal`, and for telling."""
    if row.contact_phone is None and row.reporter_id is not None:
        account = get_account(session, row.reporter_id)
        return Contact(name_of(house, account), phone_of(house, account))
    name = house.fields.decrypt(CONTACT_NAME, row.contact_name) if row.contact_name else None
    phone = house.fields.decrypt(CONTACT_PHONE, row.contact_phone) if row.contact_phone else None
    return Contact(name, phone)
