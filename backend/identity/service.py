"""Use cases of identity: signing in by phone, tokens, accounts, devices."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from backend.identity import rules
from backend.identity.models import Account, Device, SignInCode, SignInFailure, Token
from backend.infra.audit import record_act
from backend.infra.auth import Actor
from backend.infra.db import Line
from backend.infra.house import House
from backend.infra.prepared import Prepared
from backend.kernel.phone import parse_phone
from backend.sealing import signing
from backend.voting.errors import VerificationError

PHONE = "account.phone"
NAME = "account.name"
DEVICE_KEY = "device-key"

_TOKEN = Prepared(  # every request of a signed-in person asks it
    sa.select(Token.id, Token.account_id, Token.expires_at, Token.revoked_at, Account.phone_hash)
    .join(Account, Account.id == Token.account_id)
    .where(Token.token_hash == sa.bindparam("hash"))
)
_DEVICE = Prepared(
    sa.select(Device.id, Device.account_id, Device.sign_key, Device.seal_key).where(
        Device.id == sa.bindparam("device"),
        Device.account_id == sa.bindparam("account"),
        Device.revoked_at.is_(None),
    )
)


@dataclass(frozen=True, slots=True)
class KnownDevice:
    """A registered device, and whose it is."""

    id: str
    account_id: str
    phone_hash: str


@dataclass(frozen=True, slots=True)
class OwnDevice:
    """A registered device of the caller's own, with its public keys (hex)."""

    id: str
    account_id: str
    sign_key: str
    seal_key: str


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A token as it is shown once, to the person who signed in."""

    token: str
    expires_at: datetime
    account_id: str


def request_code(session: Session, house: House, *, phone: str, address: str) -> str:
    """Make a sign-in code for a phone, known or not, and return it for sending.

    Raises:
        SignInLimited: too many codes within the hour, for this phone or from this address.
    """
    phone_hash, now = phone_hash_of(house, phone), house.clock()
    _forget_old(session, now)
    _check_limit(session, SignInCode.phone_hash == phone_hash, SignInCode.sent_at, rules.CODES_PER_PHONE, now)
    per_address = house.settings.codes_per_address
    _check_limit(session, SignInCode.address == address, SignInCode.sent_at, per_address, now)
    code = rules.new_code()
    row = SignInCode(
        phone_hash=phone_hash,
        address=address,
        code_hash=_code_hash(house, phone_hash, code),
        sent_at=now,
        tries=0,
    )
    session.add(row)
    return code


def exchange_code(
    session: Session, house: House, *, phone: str, code: str, address: str
) -> IssuedToken | None:
    """Exchange the newest code of a phone for a token; None if it is refused, which counts as a try.

    The caller must let the transaction commit before it answers the refusal: a rolled-back try would
    not count.

    Raises:
        SignInLimited: too many wrong codes from this address within the hour.
    """
    phone_hash, now = phone_hash_of(house, phone), house.clock()
    check_failures(session, house, address)
    row = _newest_code(session, phone_hash)
    if row is None or not _is_accepted(row, _code_hash(house, phone_hash, code), now):
        note_failure(session, house, address)
        return None
    row.used_at = now
    account = ensure_account(session, house, phone=phone)
    return issue_token(session, account, now)


def check_failures(session: Session, house: House, address: str) -> None:
    """Refuse an address from which too many sign-ins failed within the hour. Raises SignInLimited."""
    limit = rules.FAILURES_PER_ADDRESS
    _check_limit(session, SignInFailure.address == address, SignInFailure.at, limit, house.clock())


def note_failure(session: Session, house: House, address: str) -> None:
    """Count a failed sign-in against the address that it came from."""
    session.add(SignInFailure(address=address, at=house.clock()))


def find_actor(line: Line, house: House, token: str) -> Actor:
    """Return who holds a token.

    Raises:
        TokenRefused: never issued, or revoked.
        TokenExpired: its life is over.
    """
    found = _TOKEN.first(line, hash=rules.token_hash(token))
    if found is None:
        raise rules.TokenRefused
    token_id, account_id, expires_at, revoked_at, phone_hash = found
    if revoked_at is not None:
        raise rules.TokenRefused
    if expires_at <= house.clock():
        raise rules.TokenExpired
    return Actor(account_id=account_id, phone_hash=phone_hash, token_id=token_id)


def revoke_token(session: Session, house: House, actor: Actor) -> None:
    """End the session with which the actor calls."""
    session.get_one(Token, actor.token_id).revoked_at = house.clock()


def phone_hash_of(house: House, phone: str) -> str:
    """Return the keyed hash under which a phone is stored everywhere on this server.

    Raises:
        PhoneUnreadable: not a mobile number.
    """
    return house.fields.lookup_hash("phone", parse_phone(phone))


def ensure_account(session: Session, house: House, *, phone: str, name: str | None = None) -> Account:
    """Return the account of a phone, made now if there is none; a name is kept if none was known."""
    phone_hash = phone_hash_of(house, phone)
    account = session.scalar(sa.select(Account).where(Account.phone_hash == phone_hash))
    if account is None:
        stored = house.fields.encrypt(PHONE, parse_phone(phone))
        account = Account(phone=stored, phone_hash=phone_hash, created_at=house.clock())
        session.add(account)
    if name and account.name is None:
        account.name = house.fields.encrypt(NAME, name)
    session.flush()
    return account


def get_account(session: Session, account_id: str) -> Account:
    """Return an account that must exist."""
    return session.get_one(Account, account_id)


def hold_account(session: Session, account_id: str) -> None:
    """Let nobody else change what hangs on an account until this transaction ends."""
    session.execute(sa.select(Account.id).where(Account.id == account_id).with_for_update(key_share=True))


def phone_of(house: House, account: Account) -> str:
    """Return an account's phone in clear; only for sending to it, and for masking."""
    return house.fields.decrypt(PHONE, account.phone)


def phones_of(session: Session, house: House, account_ids: Sequence[str]) -> dict[str, str]:
    """Return the phones of accounts in clear, by account id; only for sending to them, and for masking."""
    query = sa.select(Account.id, Account.phone).where(Account.id.in_(account_ids))
    return {row.id: house.fields.decrypt(PHONE, row.phone) for row in session.execute(query)}


def name_of(house: House, account: Account) -> str | None:
    """Return an account's name in clear, None if unknown."""
    return house.fields.decrypt(NAME, account.name) if account.name else None


def add_device(
    session: Session, house: House, actor: Actor, *, sign_key: str, seal_key: str, proof: str
) -> Device:
    """Register the keys of the actor's own phone; the same keys again give the same device.

    `proof` is a signature by `sign_key` of kind "device-key" over account_id, seal_key and sign_key.

    Raises:
        DeviceKeyRefused: a key is malformed, or the proof does not hold.
    """
    for key in (sign_key, seal_key):
        if not rules.KEY_HEX.fullmatch(key):
            raise rules.DeviceKeyRefused("设备公钥应为 64 位小写十六进制")
    document = {"account_id": actor.account_id, "seal_key": seal_key, "sign_key": sign_key}
    try:
        signing.verify(sign_key, DEVICE_KEY, document, proof)
    except VerificationError as error:
        raise rules.DeviceKeyRefused("设备签名不成立：请用这台设备的私钥重新签名") from error
    return _ensure_device(session, house, actor, sign_key=sign_key, seal_key=seal_key)


def get_device(line: Line, actor: Actor, device_id: str) -> OwnDevice:
    """Return a device of the actor's own.

    Raises:
        DeviceUnknown: not theirs, never registered, or withdrawn.
    """
    found = _DEVICE.first(line, device=device_id, account=actor.account_id)
    if found is None:
        raise rules.DeviceUnknown("没有登记这台设备；请先在“我的设备”登记")
    return OwnDevice(*found)


def devices_with_keys(session: Session, *, sign_key: str, seal_key: str) -> list[KnownDevice]:
    """Return the devices registered with these keys (hex), and whose they are. For other capabilities."""
    query = (
        sa.select(Device.id, Account.id, Account.phone_hash)
        .join(Account, Account.id == Device.account_id)
        .where(Device.sign_key == sign_key, Device.seal_key == seal_key, Device.revoked_at.is_(None))
    )
    return [KnownDevice(*row) for row in session.execute(query)]


def _ensure_device(session: Session, house: House, actor: Actor, *, sign_key: str, seal_key: str) -> Device:
    query = sa.select(Device).where(Device.account_id == actor.account_id, Device.sign_key == sign_key)
    device = session.scalar(query)
    if device is not None and (device.seal_key != seal_key or device.revoked_at is not None):
        raise rules.DeviceKeyRefused("这把签名密钥已登记过，且与所附加密密钥不符或已停用；请生成新的密钥")
    if device is None:
        now = house.clock()
        device = Device(account_id=actor.account_id, sign_key=sign_key, seal_key=seal_key, added_at=now)
        session.add(device)
        session.flush()
        record_act(session, at=now, actor=actor.account_id, act="device-added", subject=f"device:{device.id}")
    return device


def _check_limit(
    session: Session,
    condition: sa.ColumnElement[bool],
    moment: InstrumentedAttribute[datetime],
    limit: int,
    now: datetime,
) -> None:
    query = sa.select(sa.func.count()).where(condition, moment > now - rules.WINDOW)
    if (session.scalar(query) or 0) >= limit:
        raise rules.SignInLimited("登录请求过于频繁；请一小时后再试")


def _forget_old(session: Session, now: datetime) -> None:
    """Delete what is no longer counted: it would only tell who signed in when."""
    session.execute(sa.delete(SignInCode).where(SignInCode.sent_at < now - rules.WINDOW))
    session.execute(sa.delete(SignInFailure).where(SignInFailure.at < now - rules.WINDOW))


def _newest_code(session: Session, phone_hash: str) -> SignInCode | None:
    query = sa.select(SignInCode).where(SignInCode.phone_hash == phone_hash)
    return session.scalars(query.order_by(SignInCode.id.desc()).limit(1).with_for_update()).first()


def _is_accepted(row: SignInCode, code_hash: str, now: datetime) -> bool:
    if row.used_at is not None or row.tries >= rules.CODE_TRIES or now >= row.sent_at + rules.CODE_LIFE:
        return False
    row.tries += 1
    return hmac.compare_digest(row.code_hash, code_hash)


def _code_hash(house: House, phone_hash: str, code: str) -> str:
    return house.fields.lookup_hash("sign-in-code", f"{phone_hash}|{code}")


def issue_token(session: Session, account: Account, now: datetime) -> IssuedToken:
    """Issue a token to an account whose holder was recognised just now."""
    token = rules.new_token()
    expires_at = now + rules.TOKEN_LIFE
    row = Token(
        account_id=account.id,
        token_hash=rules.token_hash(token),
        issued_at=now,
        expires_at=expires_at,
        revoked_at=None,
    )
    session.add(row)
    return IssuedToken(token, expires_at, account.id)
