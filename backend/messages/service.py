"""Use cases of messages: tell a phone or an account; read one's own inbox; send the SMS."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from backend.identity import get_account, phone_of
from backend.infra.auth import Actor
from backend.infra.db import reading, transaction
from backend.infra.house import House, current_house
from backend.infra.outbox import job, post
from backend.infra.sms import SmsUnavailable
from backend.kernel.phone import PhoneUnreadable, parse_phone
from backend.messages.models import Message

PHONE = "message.phone"
TEXT = "message.text"
SMS = "message-sms"
SIGNATURE = "【议事厅】"
NEWEST = 200


@dataclass(frozen=True, slots=True)
class InboxMessage:
    """A message as its receiver reads it."""

    id: str
    at: datetime
    kind: str
    text: str


def notify(session: Session, house: House, *, phone: str, kind: str, text: str) -> bool:
    """Put a message into the inbox of a phone and have it sent as SMS, within the caller's transaction.

    Returns whether the phone can be told at all; a landline cannot. `kind` is a stable kebab-case name.
    """
    try:
        digits = parse_phone(phone)
    except PhoneUnreadable:
        return False
    now = house.clock()
    message = Message(
        phone_hash=house.fields.lookup_hash("phone", digits),
        phone=house.fields.encrypt(PHONE, digits),
        kind=kind,
        text=house.fields.encrypt(TEXT, text),
        at=now,
        sent_at=None,
    )
    session.add(message)
    session.flush()
    post(session, SMS, {"message": message.id}, due_at=now)
    return True


def notify_account(session: Session, house: House, *, account_id: str, kind: str, text: str) -> None:
    """Tell the holder of an account."""
    phone = phone_of(house, get_account(session, account_id))
    notify(session, house, phone=phone, kind=kind, text=text)


def inbox_of(session: Session, house: House, actor: Actor) -> Sequence[InboxMessage]:
    """Return the newest messages to the actor's own phone, newest first."""
    query = (
        sa.select(Message)
        .where(Message.phone_hash == actor.phone_hash)
        .order_by(Message.at.desc(), Message.id)
        .limit(NEWEST)
    )
    return [
        InboxMessage(row.id, row.at, row.kind, house.fields.decrypt(TEXT, row.text))
        for row in session.scalars(query)
    ]


@job(SMS)
def send_sms(payload: Mapping[str, Any]) -> None:
    """Send a message as SMS, unless that is done; a repeat after a crash may send it twice, never lose it."""
    house = current_house()
    with reading() as session:
        message = session.get(Message, payload["message"])
    if message is None or message.sent_at is not None:
        return
    phone = house.fields.decrypt(PHONE, message.phone)
    try:
        house.sms.send(phone, SIGNATURE + house.fields.decrypt(TEXT, message.text), house.clock())
    except SmsUnavailable:  # the inbox has it; trying again would change nothing
        structlog.get_logger().warning("sms-unavailable", message=message.id)
        return
    with transaction() as session:
        session.execute(sa.update(Message).where(Message.id == message.id).values(sent_at=house.clock()))
