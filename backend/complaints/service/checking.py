"""Having the words of a new ticket judged by a check, where one is set up; the rest waits for a person."""

from __future__ import annotations

from sqlalchemy.orm import Session

from backend.complaints.rules.events import Event
from backend.complaints.rules.publicity import public_text
from backend.complaints.rules.values import Kind, Party, Publication
from backend.complaints.service import cases
from backend.identity import find_link
from backend.infra.house import House
from backend.infra.moderation import Verdict


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
