"""Use cases of messages: tell a phone or an account; read one's own inbox; consent; deliver."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from backend.identity import account_and_openid, get_account, phone_of
from backend.infra.auth import Actor
from backend.infra.db import reading, transaction
from backend.infra.house import House, current_house
from backend.infra.outbox import job, post
from backend.infra.sms import SmsUnavailable
from backend.infra.wechat import NO_CONSENT, WeChatError
from backend.kernel.clock import CHINA
from backend.kernel.phone import PhoneUnreadable, parse_phone
from backend.messages.models import Consent, Message
from backend.messages.rules import Channel, sendable_at, template_for

PHONE = "message.phone"
TEXT = "message.text"
DELIVERY = "message-delivery"
SIGNATURE = "【议事厅】"
NEWEST = 200


@dataclass(frozen=True, slots=True)
class InboxMessage:
    """A message as its receiver reads it."""

    id: str
    at: datetime
    kind: str
    text: str
    is_read: bool


@dataclass(frozen=True, slots=True)
class Inbox:
    """The newest messages, and how many are unread in all."""

    items: Sequence[InboxMessage]
    unread: int


def notify(session: Session, house: House, *, phone: str, kind: str, text: str, urgent: bool = False) -> bool:
    """Put a message into the inbox of a phone and have it delivered, within the caller's transaction.

    Returns whether the phone can be told at all; a landline cannot. `kind` is a stable kebab-case name. An
    urgent message goes out in quiet hours too.
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
    )
    session.add(message)
    session.flush()
    due_at = sendable_at(now, house.settings.quiet_hours, urgent=urgent)
    post(session, DELIVERY, {"message": message.id}, due_at=due_at)
    return True


def notify_account(
    session: Session, house: House, *, account_id: str, kind: str, text: str, urgent: bool = False
) -> None:
    """Tell the holder of an account."""
    phone = phone_of(house, get_account(session, account_id))
    notify(session, house, phone=phone, kind=kind, text=text, urgent=urgent)


def inbox_of(session: Session, house: House, actor: Actor) -> Inbox:
    """Return the newest messages to the actor's own phone, newest first."""
    mine = Message.phone_hash == actor.phone_hash
    query = sa.select(Message).where(mine).order_by(Message.at.desc(), Message.id).limit(NEWEST)
    items = [
        InboxMessage(row.id, row.at, row.kind, house.fields.decrypt(TEXT, row.text), row.read_at is not None)
        for row in session.scalars(query)
    ]
    unread = sa.select(sa.func.count()).where(mine, Message.read_at.is_(None))
    return Inbox(items, session.scalar(unread) or 0)


def mark_read(session: Session, house: House, actor: Actor) -> None:
    """Mark every message to the actor's phone as read."""
    unread = sa.and_(Message.phone_hash == actor.phone_hash, Message.read_at.is_(None))
    session.execute(sa.update(Message).where(unread).values(read_at=house.clock()))


def consent(session: Session, house: House, actor: Actor, templates: Sequence[str]) -> dict[str, int]:
    """Note that the actor allowed one message of each template; return what is left of each.

    A kind that this server has no template for is passed over.
    """
    known = house.settings.wechat.templates if house.settings.wechat else {}
    for template in templates:
        if template in known:
            session.add(Consent(account_id=actor.account_id, template=template, at=house.clock()))
    session.flush()
    return consents_left(session, house, actor)


def consents_left(session: Session, house: House, actor: Actor) -> dict[str, int]:
    """Return, for each template of this server, how many messages the actor still allows."""
    known = house.settings.wechat.templates if house.settings.wechat else {}
    query = (
        sa.select(Consent.template, sa.func.count().label("left"))
        .where(Consent.account_id == actor.account_id, Consent.used_at.is_(None))
        .group_by(Consent.template)
    )
    left = {row.template: row.left for row in session.execute(query)}
    return {template: left.get(template, 0) for template in known}


@job(DELIVERY)
def deliver(payload: Mapping[str, Any]) -> None:
    """Send a message by WeChat where a consent is left, else as SMS, unless that is done.

    A repeat after a crash may send it twice, never lose it.
    """
    house = current_house()
    with reading() as session:
        message = session.get(Message, payload["message"])
    if message is None or message.sent_at is not None:
        return
    channel = Channel.WECHAT if _sent_by_wechat(house, message) else _send_sms(house, message)
    with transaction() as session:
        row = session.get_one(Message, message.id)
        row.channel = channel.value
        row.sent_at = None if channel is Channel.NONE else house.clock()


def _send_sms(house: House, message: Message) -> Channel:
    phone = house.fields.decrypt(PHONE, message.phone)
    try:
        house.sms.send(phone, SIGNATURE + house.fields.decrypt(TEXT, message.text), house.clock())
    except SmsUnavailable:  # the inbox has it; trying again would change nothing
        structlog.get_logger().warning("sms-unavailable", message=message.id)
        return Channel.NONE
    return Channel.SMS


def _sent_by_wechat(house: House, message: Message) -> bool:
    """Try a subscribe message; False where nothing allows one, or WeChat knows of no consent."""
    wechat = house.wechat
    if wechat is None:
        return False
    template = template_for(message.kind, wechat.settings.templates)
    claim = _claim_consent(house, message, template) if template else None
    if claim is None or template is None:
        return False
    consent_id, openid = claim
    try:
        wechat.send_subscribed(openid, template, _values(house, message))
    except WeChatError as error:
        _note_consent(consent_id, f"refused {error.errcode}")
        if error.errcode != NO_CONSENT:
            structlog.get_logger().warning("wechat-refused", message=message.id, errcode=error.errcode)
        return False
    except Exception:
        _give_back(consent_id)
        raise
    _note_consent(consent_id, "sent")
    return True


def _claim_consent(house: House, message: Message, template: str) -> tuple[int, str] | None:
    """Take one consent, in a transaction of its own, so that two messages never use the same."""
    with transaction() as session:
        known = account_and_openid(session, house, message.phone_hash)
        if known is None:
            return None
        account_id, openid = known
        query = sa.select(Consent).where(
            Consent.account_id == account_id, Consent.template == template, Consent.used_at.is_(None)
        )
        row = session.scalar(query.order_by(Consent.id).limit(1).with_for_update(skip_locked=True))
        if row is None:
            return None
        row.used_at = house.clock()
        return row.id, openid


def _note_consent(consent_id: int, outcome: str) -> None:
    with transaction() as session:
        session.get_one(Consent, consent_id).outcome = outcome


def _give_back(consent_id: int) -> None:
    """WeChat did not answer: the consent stands, and the job is tried again later."""
    with transaction() as session:
        session.get_one(Consent, consent_id).used_at = None


def _values(house: House, message: Message) -> dict[str, str]:
    """Return what a template may show: nothing that names a person or a home."""
    text = house.fields.decrypt(TEXT, message.text)
    return {
        "text": text.split("；")[0].split("。")[0],
        "time": f"{message.at.astimezone(CHINA):%Y-%m-%d %H:%M}",
        "kind": "有新的进展",
    }
