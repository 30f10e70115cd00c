"""The ledger of consents to subscribe messages: one consent is worth one message, then it is used up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.identity import WeChatLink, find_link, find_link_of_phone
from backend.infra.auth import Actor
from backend.infra.house import House
from backend.infra.wechat_settings import Template
from backend.messages.models import Consent, Message
from backend.messages.rules import (
    MOST_CONSENTS_LEFT,
    ConsentKindUnknown,
    ConsentOutcome,
    WeChatNotLinked,
    subject_of,
)


@dataclass(frozen=True, slots=True)
class ConsentWorth:
    """What a consent to a kind of message is worth: the template to ask for, and how many are left."""

    kind: str
    subject: str
    template_id: str
    left: int


@dataclass(frozen=True, slots=True, repr=False)
class Claim:
    """A consent that a message has taken, and whom it lets write to."""

    consent_id: int
    link: WeChatLink
    template: Template


def register(session: Session, house: House, actor: Actor, kinds: Sequence[str]) -> list[ConsentWorth]:
    """Note that the actor allowed one message of each of these kinds, and return what is left of each.

    Kinds that share a template are one line in WeChat's dialog, and count as one consent.

    Raises:
        WeChatNotLinked: the account has no mini-program.
        ConsentKindUnknown: this server has no template for one of them.
    """
    link = find_link(session, house, actor.account_id)
    if link is None:
        raise WeChatNotLinked("请先在“我的”关联微信，再同意接收消息")
    known = _templates(house)
    unknown = [kind for kind in kinds if kind not in known]
    if unknown:
        raise ConsentKindUnknown(f"没有这类消息：{unknown[0]}；请刷新后重试")
    left = _left(session, link.openid_hash)
    for template_id in sorted({known[kind].template_id for kind in kinds}):
        if left.get(template_id, 0) < MOST_CONSENTS_LEFT:
            session.add(_consent(house, link, template_id))
    session.flush()
    return worths(session, house, actor)


def worths(session: Session, house: House, actor: Actor) -> list[ConsentWorth]:
    """Return for each kind which template the phone asks consent to, and how many messages are allowed."""
    link = find_link(session, house, actor.account_id)
    left = _left(session, link.openid_hash) if link else {}
    return [
        ConsentWorth(kind, subject_of(kind, ""), each.template_id, left.get(each.template_id, 0))
        for kind, each in sorted(_templates(house).items())
    ]


def claim(session: Session, house: House, message: Message) -> Claim | None:
    """Take a consent for a message: the one it took before a crash, else the oldest that is free.

    None where there is no template, no mini-program, or no consent.
    """
    template = house.settings.wechat.template_for(message.kind) if house.settings.wechat else None
    link = find_link_of_phone(session, house, message.phone_hash) if template else None
    if template is None or link is None:
        return None
    usable = sa.or_(Consent.message_id.is_(None), Consent.message_id == message.id)
    query = sa.select(Consent).where(_of(link.openid_hash, template.template_id), usable)
    taken_first = sa.case((Consent.message_id == message.id, 0), else_=1)
    row = session.scalar(query.order_by(taken_first, Consent.id).limit(1).with_for_update(skip_locked=True))
    if row is None:
        return None
    row.message_id = message.id
    return Claim(row.id, link, template)


def use_up(session: Session, house: House, taken: Claim) -> None:
    """Note that a consent was spent on its message."""
    row = session.get_one(Consent, taken.consent_id)
    row.used_at, row.outcome = house.clock(), ConsentOutcome.SENT.value


def give_back(session: Session, taken: Claim) -> None:
    """Free a consent: WeChat did not send the message."""
    session.get_one(Consent, taken.consent_id).message_id = None


def strike_out(session: Session, house: House, taken: Claim) -> None:
    """Note that WeChat knows of no consent (43101): this one and every other of the same template is gone."""
    gone = {"used_at": house.clock(), "outcome": ConsentOutcome.GONE.value}
    same = _of(taken.link.openid_hash, taken.template.template_id)
    session.execute(sa.update(Consent).where(same).values(gone))


def _templates(house: House) -> Mapping[str, Template]:
    return house.settings.wechat.templates if house.settings.wechat else {}


def _of(openid_hash: str, template_id: str) -> sa.ColumnElement[bool]:
    return sa.and_(
        Consent.openid_hash == openid_hash, Consent.template_id == template_id, Consent.used_at.is_(None)
    )


def _left(session: Session, openid_hash: str) -> dict[str, int]:
    query = (
        sa.select(Consent.template_id, sa.func.count().label("left"))
        .where(Consent.openid_hash == openid_hash, Consent.used_at.is_(None), Consent.message_id.is_(None))
        .group_by(Consent.template_id)
    )
    return {row.template_id: row.left for row in session.execute(query)}


def _consent(house: House, link: WeChatLink, template_id: str) -> Consent:
    return Consent(
        account_id=link.account_id,
        openid_hash=link.openid_hash,
        template_id=template_id,
        at=house.clock(),
    )
