"""Having residents' words and photos judged by checks, where they are set up; the rest waits for a person."""

from __future__ import annotations

from sqlalchemy.orm import Session

from backend.complaints.models import Ticket, TicketEvent
from backend.complaints.rules.events import Event
from backend.complaints.rules.publicity import public_text
from backend.complaints.rules.values import RESIDENTS, Kind, Party, Publication
from backend.complaints.service import cases
from backend.identity import find_link
from backend.infra.house import House
from backend.infra.moderation import Verdict
from backend.infra.outbox import post
from backend.infra.photos import get_photo

PHOTO_TOLD = "ticket-photo-told"
"""The kind of job that sends a photo to the check; `backend.complaints.jobs` does it."""


def words_to_judge(session: Session, house: House, ticket_id: str) -> tuple[str, str | None]:
    """Return the words that the public would see, and the openid of who wrote them."""
    row = cases.get_case(session, ticket_id).row
    link = find_link(session, house, row.reporter_id) if row.reporter_id else None
    return public_text(" ".join(filter(None, (row.spot, row.text)))), link.openid if link else None


def note_verdict(session: Session, house: House, ticket_id: str, verdict: Verdict) -> None:
    """Show words that passed, unless a person has decided meanwhile; anything else stays in the queue."""
    case = cases.get_case(session, ticket_id, lock=True)
    if verdict is not Verdict.PASS or case.standing.publication is not Publication.PENDING:
        return
    facts = {"publication": Publication.SHOWN.value, "by": "text-check"}
    cases.record(session, house, case, Event(Kind.REVIEWED, house.clock(), Party.SYSTEM, facts=facts))


def send_photos(session: Session, house: House, ticket_id: str, number: int) -> None:
    """Have the photos that a resident sent with an event sent on to the check, each by a job of its own."""
    row = session.get_one(TicketEvent, (ticket_id, number))
    if house.image_check is None or row.party not in RESIDENTS:
        return
    reported = session.get_one(Ticket, ticket_id).photos if row.kind == Kind.SUBMITTED else ()
    for photo_id in (*reported, *row.photos):
        post(session, PHOTO_TOLD, {"photo": photo_id}, due_at=house.clock())


def openid_behind(session: Session, house: House, photo_id: str) -> str | None:
    """Return the openid of who sent a photo, None where there is none. Raises PhotoUnknown."""
    account_id = get_photo(session, photo_id).account_id
    link = find_link(session, house, account_id) if account_id else None
    return link.openid if link else None
