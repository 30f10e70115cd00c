"""Who a person is and which roles they hold. Other capabilities import from here only."""

from __future__ import annotations

from backend.identity.models import Account, Device, Grant
from backend.identity.rules import DeviceUnknown, Role, RoleMissing
from backend.identity.service import (
    OwnDevice,
    ensure_account,
    find_actor,
    get_account,
    get_device,
    grant_role,
    grants_of,
    name_of,
    phone_hash_of,
    phone_of,
    require_role,
)
from backend.infra.auth import Actor
from backend.infra.db import reading
from backend.infra.house import current_house

__all__ = [
    "Account",
    "Device",
    "DeviceUnknown",
    "Grant",
    "OwnDevice",
    "Role",
    "RoleMissing",
    "authenticate",
    "ensure_account",
    "get_account",
    "get_device",
    "grant_role",
    "grants_of",
    "name_of",
    "phone_hash_of",
    "phone_of",
    "require_role",
]


def authenticate(token: str) -> Actor:
    """Return who calls with this token; the guard's question.

    Raises:
        TokenRefused, TokenExpired: the token is not or no longer good.
    """
    with reading() as session:
        return find_actor(session, current_house(), token)
