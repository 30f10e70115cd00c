"""Signing in by WeChat, and the link between an account and the person's mini-program."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.identity.models import Account, WeChatIdentity
from backend.identity.service import IssuedToken, ensure_account, issue_token
from backend.infra.audit import record_act
from backend.infra.auth import Actor
from backend.infra.house import House
from backend.infra.wechat import WeChat
from backend.infra.wechat_line import WeChatUnavailable

OPENID = "account.openid"


@dataclass(frozen=True, slots=True, repr=False)
class WeChatLink:
    """An account's mini-program. `openid` is in clear, for calling WeChat; records keep `openid_hash`."""

    account_id: str
    openid: str
    openid_hash: str


def client_of(house: House) -> WeChat:
    """Return WeChat's client. Raises WeChatUnavailable where no mini-program is set up."""
    if house.wechat is None:
        raise WeChatUnavailable("本服务器未接通微信小程序；请用手机验证码登录")
    return house.wechat


def sign_in(session: Session, house: House, *, openid: str, phone: str) -> IssuedToken:
    """Issue a token to whoever WeChat says holds this phone, and link the mini-program to the account.

    Raises:
        PhoneUnreadable: what WeChat gave is no mobile number.
    """
    account = ensure_account(session, house, phone=phone)
    _link(session, house, account.id, openid)
    return issue_token(session, account, house.clock())


def link_actor(session: Session, house: House, actor: Actor, *, openid: str) -> None:
    """Link the actor's mini-program to the account, so that subscribe messages reach it."""
    _link(session, house, actor.account_id, openid)


def unlink_actor(session: Session, house: House, actor: Actor) -> None:
    """Forget the actor's mini-program; does nothing where there is none."""
    row = session.get(WeChatIdentity, actor.account_id)
    if row is not None:
        session.delete(row)
        _record(session, house, actor.account_id, "wechat-unlinked")


def find_link(session: Session, house: House, account_id: str) -> WeChatLink | None:
    """Return the mini-program of an account, None where there is none."""
    row = session.get(WeChatIdentity, account_id)
    return _as_link(house, row) if row else None


def find_link_of_phone(session: Session, house: House, phone_hash: str) -> WeChatLink | None:
    """Return the mini-program of whoever holds a phone, None where there is none."""
    query = (
        sa.select(WeChatIdentity)
        .join(Account, WeChatIdentity.account_id == Account.id)
        .where(Account.phone_hash == phone_hash)
    )
    row = session.scalar(query)
    return _as_link(house, row) if row else None


def _as_link(house: House, row: WeChatIdentity) -> WeChatLink:
    return WeChatLink(row.account_id, house.fields.decrypt(OPENID, row.openid), row.openid_hash)


def _link(session: Session, house: House, account_id: str, openid: str) -> None:
    """Link a mini-program to an account; it leaves the account that it was linked to before."""
    openid_hash = house.fields.lookup_hash("openid", openid)
    present = session.get(WeChatIdentity, account_id)
    if present is not None and present.openid_hash == openid_hash:
        return
    others = sa.or_(WeChatIdentity.openid_hash == openid_hash, WeChatIdentity.account_id == account_id)
    session.execute(sa.delete(WeChatIdentity).where(others))
    row = WeChatIdentity(
        account_id=account_id,
        openid=house.fields.encrypt(OPENID, openid),
        openid_hash=openid_hash,
        linked_at=house.clock(),
    )
    session.add(row)
    session.flush()
    _record(session, house, account_id, "wechat-linked")


def _record(session: Session, house: House, account_id: str, act: str) -> None:
    record_act(session, at=house.clock(), actor=account_id, act=act, subject=f"account:{account_id}")
