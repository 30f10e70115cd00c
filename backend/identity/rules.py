"""Values and refusals of identity: roles, limits of signing in, and what a token may be."""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import timedelta
from enum import StrEnum

from backend.kernel.refusal import BadInput, Forbidden, Refusal

CODE_DIGITS = 6
CODE_LIFE = timedelta(minutes=5)
CODE_TRIES = 5
TOKEN_LIFE = timedelta(days=14)
WINDOW = timedelta(hours=1)
"""The time over which requests for codes are counted."""
CODES_PER_PHONE = 10
FAILURES_PER_ADDRESS = 60
KEY_HEX = re.compile(r"[0-9a-f]{64}\Z")


class Role(StrEnum):
    """What a person may be appointed to. Being an owner is no role: it follows from the registry."""

    ADMINISTRATOR = "administrator"
    CHAIR = "chair"
    REGISTRAR = "registrar"
    TRUSTEE = "trustee"
    AUDITOR = "auditor"
    COUNTER = "counter"
    COMMUNITY_OFFICER = "community_officer"
    STREET_OFFICER = "street_officer"
    FIRM_DISPATCHER = "firm_dispatcher"
    FIRM_WORKER = "firm_worker"
    DEPARTMENT_OFFICER = "department_officer"


class SignInLimited(Refusal):
    """Too many codes were asked for, or tried, from one address."""

    code = "sign-in-limited"
    status = 429
    title = "登录请求过于频繁"


class CodeRefused(Refusal):
    """The code is wrong, used, expired, or was tried too often; which of these is not told."""

    code = "code-refused"
    status = 401
    title = "验证码无效"

    def __init__(self) -> None:
        super().__init__("验证码不正确、已使用或已过期；请核对，或重新获取验证码")


class TokenRefused(Refusal):
    """A token that was never issued or has been revoked."""

    code = "token-refused"
    status = 401
    title = "登录无效"

    def __init__(self) -> None:
        super().__init__("登录已失效或已退出；请重新获取验证码登录")


class TokenExpired(Refusal):
    """A token after its life."""

    code = "token-expired"
    status = 401
    title = "登录已过期"

    def __init__(self) -> None:
        super().__init__("登录已过期；请重新获取验证码登录")


class RoleMissing(Forbidden):
    """The person does not hold the role that the act demands in this community."""

    code = "role-missing"
    title = "没有办理此事的角色"


class AccountHasRoles(Refusal):
    """An account that still holds a role is not closed."""

    code = "account-has-roles"
    title = "账号还有任职"


class GrantUnknown(Refusal):
    """No such appointment, or it has ended."""

    code = "grant-unknown"
    status = 404
    title = "没有这项任职"


class OwnGrantKept(Refusal):
    """An administrator would end the role by which they act."""

    code = "own-grant-kept"
    title = "不能终止自己的管理员角色"


class DeviceKeyRefused(BadInput):
    """A device key that is malformed, or whose owner did not prove to hold it."""

    code = "device-key-refused"
    title = "设备密钥无效"


class DeviceUnknown(Refusal):
    """No such device belongs to this account, or it was withdrawn."""

    code = "device-unknown"
    status = 404
    title = "没有登记这台设备"


def new_code() -> str:
    """Return a fresh six-digit code."""
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"


def new_token() -> str:
    """Return a fresh bearer token of 256 random bits."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """Return the hash under which a token is stored; a token has enough entropy to need no key."""
    return hashlib.sha256(f"yishiting/token|{token}".encode()).hexdigest()
