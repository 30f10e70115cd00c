"""Who a person is and which roles they hold. Other capabilities import from here only."""

from __future__ import annotations

from backend.identity.models import Account, Device, Grant
from backend.identity.roles import (
    Appointment,
    Held,
    accounts_granted,
    appointments_for,
    appointments_in,
    grant_role,
    grants_of,
    require_role,
    revoke_grant,
    role_missing,
    roles_held,
)
from backend.identity.rules import DeviceUnknown, Role, RoleMissing
from backend.identity.service import (
    KnownDevice,
    OwnDevice,
    devices_with_keys,
    ensure_account,
    find_actor,
    get_account,
    get_device,
    hold_account,
    name_of,
    phone_hash_of,
    phone_of,
    phones_of,
)
from backend.identity.wechat import WeChatLink, find_link, find_link_of_phone
from backend.infra.auth import Actor
from backend.infra.db import asking
from backend.infra.house import current_house

__all__ = [
    "Account",
    "Appointment",
    "Device",
    "DeviceUnknown",
    "Grant",
    "Held",
    "KnownDevice",
    "OwnDevice",
    "Role",
    "RoleMissing",
    "WeChatLink",
    "accounts_granted",
    "appointments_for",
    "appointments_in",
    "authenticate",
    "devices_with_keys",
    "ensure_account",
    "find_link",
    "find_link_of_phone",
    "get_account",
    "get_device",
    "grant_role",
    "grants_of",
    "hold_account",
    "name_of",
    "phone_hash_of",
    "phone_of",
    "phones_of",
    "require_role",
    "revoke_grant",
    "role_missing",
    "roles_held",
]


def authenticate(token: str) -> Actor:
    """Return who calls with this token; the guard's question.

    Raises:
        TokenRefused, TokenExpired: the token is not or no longer good.
    """
    with asking() as line:
        return find_actor(line, current_house(), token)
