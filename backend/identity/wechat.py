"""Signing in by WeChat, and the link between an account and the person's mini-program."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.identity.models import Account, WeChatIdentity
from backend.identity.service import IssuedToken, ensure_account, issue_token
from backend.infra.auth import Actor
from backend.infra.house import House
from backend.infra.wechat import WeChat, WeChatUnavailable

OPENID = "account.openid"


def client_of(house: House) -> WeChat:
    """Return WeChat's client. Raises WeChatUnavailable where no mini-program is set up."""
    if house.wechat is None:
        raise WeChatUnavailable("本服务器未接通微信小程序；请用手机验证码登录")
    return house.wechat


def sign_in(session: Session, house: House, *, openid: str, phone: str) -> IssuedToken:
    """Issue a token to whoever WeChat says holds this phone, and link the mini-program to the account."""
    account = ensure_account(session, house, phone=phone)
    link(session, house, account.id, openid)
    return issue_token(session, account, house.clock())


def link_actor(session: Session, house: House, actor: Actor, *, openid: str) -> None:
    """Link the actor's mini-program to the account, so that subscribe messages reach it."""
    link(session, house, actor.account_id, openid)


def link(session: Session, house: House, account_id: str, openid: str) -> None:
    """Link a mini-program to an account; it leaves the account that it was linked to before."""
    openid_hash = house.fields.lookup_hash("openid", openid)
    others = sa.or_(WeChatIdentity.openid_hash == openid_hash, WeChatIdentity.account_id == account_id)
    session.execute(sa.delete(WeChatIdentity).where(others))
    stored = house.fields.encrypt(OPENID, openid)
    session.add(
        WeChatIdentity(account_id=account_id, openid=stored, openid_hash=openid_hash, linked_at=house.clock())
    )
    session.flush()


def account_and_openid(session: Session, house: House, phone_hash: str) -> tuple[str, str] | None:
    """Return the account of a phone and its openid in clear; None where there is no mini-program."""
    query = (
        sa.select(Account.id, WeChatIdentity.openid)
        .join(WeChatIdentity, WeChatIdentity.account_id == Account.id)
        .where(Account.phone_hash == phone_hash)
    )
    row = session.execute(query).one_or_none()
    return (row.id, house.fields.decrypt(OPENID, row.openid)) if row else None


def openid_of(session: Session, house: House, account_id: str) -> str | None:
    """Return the openid of an account in clear, None where there is no mini-program."""
    row = session.get(WeChatIdentity, account_id)
    return house.fields.decrypt(OPENID, row.openid) if row else None
