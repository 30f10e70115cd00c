"""What disclosure holds about a person: the own questions; they stay, without who asked being shown."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.disclosure.models import Enquiry, EnquiryAnswer
from backend.infra.auth import Actor
from backend.infra.house import House
from backend.infra.own_data import Value, own_data
from backend.kernel.clock import format_instant


@own_data("disclosure-enquiries")
def enquiry_data(session: Session, _house: House, actor: Actor) -> Value:
    """Return the questions that the actor asked about common income, with their answers."""
    query = (
        sa.select(Enquiry, EnquiryAnswer.text)
        .outerjoin(EnquiryAnswer, EnquiryAnswer.enquiry_id == Enquiry.id)
        .where(Enquiry.account_id == actor.account_id)
        .order_by(Enquiry.asked_at, Enquiry.id)
    )
    return [
        {
            "entry": row.entry_id,
            "asked_at": format_instant(row.asked_at),
            "text": row.text,
            "answer": answer,
        }
        for row, answer in session.execute(query)
    ]
