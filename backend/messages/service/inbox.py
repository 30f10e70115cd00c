"""Telling a phone or an account, and reading one's own inbox."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.identity import get_account, phone_of
from backend.infra.auth import Actor
from backend.infra.house import House
from backend.infra.outbox import post
from backend.infra.own_data import Value, at_farewell, own_data
from backend.infra.paging import PAGE, cursor_of, read_cursor
from backend.kernel.clock import format_instant
from backend.kernel.phone import PhoneUnreadable, parse_phone
from backend.messages.models import Consent, Delivery, Message
from backend.messages.rules import sendable_at, subject_of
from backend.messages.service.deliveries import DELIVERY, PHONE, TEXT


@dataclass(frozen=True, slots=True)
class InboxMessage:
    """A message as its receiver reads it. `link` is the page of the mini-program that it is about."""

    id: str
    at: datetime
    kind: str
    text: str
    link: str
    is_read: bool


@dataclass(frozen=True, slots=True)
class InboxPage:
    """Some messages, the cursor of the next page (None on the last), and how many are unread in all."""

    items: Sequence[InboxMessage]
    next: str | None
    unread: int


def notify(  # noqa: PLR0913  (a message has these parts; all are named at the call)
    session: Session,
    house: House,
    *,
    phone: str,
    kind: str,
    text: str,
    urgent: bool = False,
    important: bool = True,
    subject: str = "",
    link: str = "",
) -> bool:
    """Put a message into the inbox of a phone and have it delivered, within the caller's transaction.

    Returns whether the phone can be told at all; a landline cannot. `kind` is a stable kebab-case name,
    `text` what inbox and SMS say. An urgent message goes out in quiet hours too. An important one goes out as
    SMS where WeChat cannot carry it; for any other the inbox is enough. `subject` is what WeChat shows, on a
    locked phone too: it must name nobody and no home. `link` is the query of the mini-program's page to open;
    which page that is, the first word of `kind` says.
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
        subject=subject_of(kind, subject)[:64],
        link=link,
        is_urgent=urgent,
        is_important=important or urgent,
        at=now,
    )
    session.add(message)
    session.flush()
    due_at = sendable_at(now, house.settings.quiet_hours, urgent=urgent)
    post(session, DELIVERY, {"message": message.id}, due_at=due_at)
    return True


def notify_account(  # noqa: PLR0913  (as `notify`)
    session: Session,
    house: House,
    *,
    account_id: str,
    kind: str,
    text: str,
    urgent: bool = False,
    important: bool = True,
    subject: str = "",
    link: str = "",
) -> None:
    """Tell the holder of an account, as `notify` tells a phone."""
    notify(
        session,
        house,
        phone=phone_of(house, get_account(session, account_id)),
        kind=kind,
        text=text,
        urgent=urgent,
        important=important,
        subject=subject,
        link=link,
    )


@own_data("messages")
def message_data(session: Session, house: House, actor: Actor) -> Value:
    """Return every message to the actor's phone, and how many subscribe messages the actor still allows."""
    rows = session.scalars(
        sa.select(Message).where(Message.phone_hash == actor.phone_hash).order_by(Message.at, Message.id)
    )
    return [
        {"at": format_instant(row.at), "kind": row.kind, "text": house.fields.decrypt(TEXT, row.text)}
        for row in rows
    ]


@at_farewell
def forget_messages(session: Session, _house: House, actor: Actor) -> None:
    """Delete the inbox of somebody who leaves, with what was allowed and what was sent."""
    mine = sa.select(Message.id).where(Message.phone_hash == actor.phone_hash)
    is_mine = sa.or_(Consent.account_id == actor.account_id, Consent.message_id.in_(mine))
    session.execute(sa.delete(Consent).where(is_mine))
    session.execute(sa.delete(Delivery).where(Delivery.message_id.in_(mine)))
    session.execute(sa.delete(Message).where(Message.phone_hash == actor.phone_hash))


def inbox_of(
    session: Session, house: House, actor: Actor, *, cursor: str | None = None, unread_only: bool = False
) -> InboxPage:
    """Return a page of the messages to the actor's own phone, newest first.

    Raises:
        CursorRefused: this list did not hand it out.
    """
    mine = Message.phone_hash == actor.phone_hash
    query = sa.select(Message).where(mine).order_by(Message.at.desc(), Message.id).limit(PAGE + 1)
    if unread_only:
        query = query.where(Message.read_at.is_(None))
    if cursor is not None:
        at, key = read_cursor(cursor)
        query = query.where(sa.or_(Message.at < at, sa.and_(Message.at == at, Message.id > key)))
    found = session.scalars(query).all()
    more = cursor_of(found[PAGE - 1].at, found[PAGE - 1].id) if len(found) > PAGE else None
    items = [_as_read(house, row) for row in found[:PAGE]]
    return InboxPage(items, more, count_unread(session, actor))


def count_unread(session: Session, actor: Actor) -> int:
    """Return how many messages to the actor's phone are unread."""
    query = sa.select(sa.func.count()).where(_unread(actor))
    return session.scalar(query) or 0


def mark_read(session: Session, house: House, actor: Actor, ids: Sequence[str] | None) -> int:
    """Mark messages to the actor's phone as read, all of them for None; return how many stay unread.

    Ids of other people's messages change nothing, and are not told apart from ids that do not exist.
    """
    chosen = _unread(actor) if ids is None else sa.and_(_unread(actor), Message.id.in_(ids))
    session.execute(sa.update(Message).where(chosen).values(read_at=house.clock()))
    return count_unread(session, actor)


def _unread(actor: Actor) -> sa.ColumnElement[bool]:
    return sa.and_(Message.phone_hash == actor.phone_hash, Message.read_at.is_(None))


def _as_read(house: House, row: Message) -> InboxMessage:
    text = house.fields.decrypt(TEXT, row.text)
    return InboxMessage(row.id, row.at, row.kind, text, row.link, row.read_at is not None)
