"""What identity holds about a person, and how an account is closed."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.identity.models import Account, Device, Token
from backend.identity.roles import grants_of
from backend.identity.rules import AccountHasRoles
from backend.identity.service import PHONE, get_account, name_of, phone_of
from backend.identity.wechat import find_link, unlink_actor
from backend.infra.audit import record_act
from backend.infra.auth import Actor
from backend.infra.house import House
from backend.infra.own_data import Value, own_data, say_farewell
from backend.kernel.clock import format_instant

NO_PHONE = ""


@own_data("account")
def account_data(session: Session, house: House, actor: Actor) -> Value:
    """Return the account, its devices, its roles and its sign-ins; no secret is among them."""
    account = get_account(session, actor.account_id)
    devices = session.scalars(
        sa.select(Device).where(Device.account_id == account.id).order_by(Device.added_at)
    )
    tokens = session.scalars(sa.select(Token).where(Token.account_id == account.id).order_by(Token.issued_at))
    return {
        "id": account.id,
        "phone": phone_of(house, account),
        "name": name_of(house, account),
        "created_at": format_instant(account.created_at),
        "wechat_linked": find_link(session, house, account.id) is not None,
        "roles": [
            {"role": one.role, "community_id": one.community_id, "organisation_id": one.organisation_id}
            for one in grants_of(session, account.id)
        ],
        "devices": [
            {"sign_key": one.sign_key, "seal_key": one.seal_key, "added_at": format_instant(one.added_at)}
            for one in devices
        ],
        "sign_ins": [format_instant(one.issued_at) for one in tokens],
    }


def close_account(session: Session, house: House, actor: Actor) -> None:
    """Close the actor's account: every sign-in and device ends, and nothing leads to the phone any more.

    The phone may open a new account, which knows nothing of this one. A title in the register hangs on no
    account and stays.

    Raises:
        AccountHasRoles: whoever holds a role is dismissed first, so that no office is left without notice.
    """
    if grants_of(session, actor.account_id):
        raise AccountHasRoles("您还担任小区或单位的职务；请先由管理员解除任职，再注销账号")
    say_farewell(session, house, actor)
    unlink_actor(session, house, actor)
    now, mine = house.clock(), actor.account_id
    for table in (Token, Device):
        ending = sa.update(table).where(table.account_id == mine, table.revoked_at.is_(None))
        session.execute(ending.values(revoked_at=now))
    account = session.get_one(Account, mine)
    account.phone, account.phone_hash = house.fields.encrypt(PHONE, NO_PHONE), f"closed:{mine}"
    account.name = None
    record_act(session, at=now, actor=mine, act="account-closed", subject=f"account:{mine}")
