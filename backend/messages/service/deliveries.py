"""Delivering a message besides the inbox: by WeChat where a consent is left, else as SMS if it is important.

It runs in a job of the outbox, which tries again after longer and longer waits; no request waits for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog
from sqlalchemy.orm import Session

from backend.infra.db import reading, transaction
from backend.infra.house import House, current_house
from backend.infra.outbox import MAX_TRIES, job, post
from backend.infra.sms import SmsUnavailable
from backend.infra.wechat import NO_CONSENT, WeChat
from backend.infra.wechat_line import WeChatError, WeChatUnavailable
from backend.infra.wechat_settings import NOTE as NOTE_FIELD
from backend.infra.wechat_settings import SUBJECT, TIME
from backend.kernel.clock import CHINA
from backend.messages.models import Delivery, Message
from backend.messages.rules import NOTE, Channel, DeliveryState, fitting, sendable_at
from backend.messages.service.consents import Claim, claim, give_back, strike_out, use_up

PHONE = "message.phone"
TEXT = "message.text"
DELIVERY = "message-delivery"
SIGNATURE = "【议事厅】"
WECHAT_TRIES = 3
"""So often an important message is offered to a WeChat that does not answer, before it goes out as SMS."""


@job(DELIVERY)
def deliver(payload: Mapping[str, Any]) -> None:
    """Deliver a message unless that is done. A repeat after a crash may send it twice, never lose it."""
    house = current_house()
    with reading() as session:
        message = session.get(Message, payload["message"])
    if message is None or message.sent_at is not None or _is_put_off(house, message):
        return
    if house.wechat is not None and _sent_by_wechat(house, house.wechat, message):
        return
    if message.is_important:
        _send_sms(house, message)


def _is_put_off(house: House, message: Message) -> bool:
    """Put a message off to the end of quiet hours, into which a retry or a stopped worker may have led."""
    now = house.clock()
    due_at = sendable_at(now, house.settings.quiet_hours, urgent=message.is_urgent)
    if due_at <= now:
        return False
    with transaction() as session:
        post(session, DELIVERY, {"message": message.id}, due_at=due_at)
    return True


def _sent_by_wechat(house: House, wechat: WeChat, message: Message) -> bool:
    """Try a subscribe message; False where another channel may carry the message.

    Raises:
        WeChatError, WeChatUnavailable: to be tried again later; the consent stays with the message.
    """
    with transaction() as session:  # of its own, so that two messages never take the same consent
        taken = claim(session, house, message)
        tries = _note(session, house, message, Channel.WECHAT, DeliveryState.TRYING).tries if taken else 0
    if taken is None:
        return False
    try:
        fields = {
            name: fitting(name, _value(message, value)) for name, value in taken.template.fields.items()
        }
        trace = wechat.send_subscribed(
            taken.link.openid, taken.template.template_id, _page(taken, message), fields
        )
    except (WeChatError, WeChatUnavailable) as error:
        _after_failure(house, message, taken, error, tries)
        return False
    with transaction() as session:
        use_up(session, house, taken)
        _note_sent(session, house, message, Channel.WECHAT, trace)
    return True


def _after_failure(
    house: House, message: Message, taken: Claim, error: WeChatError | WeChatUnavailable, tries: int
) -> None:
    """Note why WeChat did not take a message, or raise the error where it is to be tried again."""
    is_passing = isinstance(error, WeChatUnavailable) or error.is_passing
    if is_passing and tries < (WECHAT_TRIES if message.is_important else MAX_TRIES):
        raise error
    trace = "no answer" if isinstance(error, WeChatUnavailable) else f"{error.errcode} {error.trace}".strip()
    with transaction() as session:
        if isinstance(error, WeChatError) and error.errcode == NO_CONSENT:
            strike_out(session, house, taken)
        else:
            give_back(session, taken)
        state = DeliveryState.FAILED if is_passing else DeliveryState.REFUSED
        _note(session, house, message, Channel.WECHAT, state, trace)
    structlog.get_logger().warning("wechat-not-delivered", message=message.id, trace=trace)


def _send_sms(house: House, message: Message) -> None:
    """Send an SMS. Where none can be sent the inbox has to do: trying again would change nothing."""
    with transaction() as session:
        _note(session, house, message, Channel.SMS, DeliveryState.TRYING)
    phone = house.fields.decrypt(PHONE, message.phone)
    try:
        house.sms.send(phone, SIGNATURE + house.fields.decrypt(TEXT, message.text), house.clock())
    except SmsUnavailable:
        structlog.get_logger().warning("sms-unavailable", message=message.id)
        with transaction() as session:
            _note(session, house, message, Channel.SMS, DeliveryState.UNAVAILABLE)
        return
    with transaction() as session:
        _note_sent(session, house, message, Channel.SMS, "")


def _note(
    session: Session, house: House, message: Message, channel: Channel, state: DeliveryState, trace: str = ""
) -> Delivery:
    """Note what became of a message on a channel; TRYING counts a try."""
    row = session.get(Delivery, (message.id, channel.value))
    if row is None:
        row = Delivery(message_id=message.id, channel=channel.value, tries=0)
        session.add(row)
    row.tries += state is DeliveryState.TRYING
    row.state, row.trace, row.at = state.value, trace[:64], house.clock()
    return row


def _note_sent(session: Session, house: House, message: Message, channel: Channel, trace: str) -> None:
    _note(session, house, message, channel, DeliveryState.SENT, trace)
    session.get_one(Message, message.id).sent_at = house.clock()


def _value(message: Message, name: str) -> str:
    """Return what a template may show: nothing that names a person or a home, never the text itself."""
    at = f"{message.at.astimezone(CHINA):%Y-%m-%d %H:%M}"
    return {SUBJECT: message.subject, TIME: at, NOTE_FIELD: NOTE}[name]


def _page(taken: Claim, message: Message) -> str:
    if not taken.template.page or not message.link:
        return taken.template.page
    return f"{taken.template.page}?{message.link}"
