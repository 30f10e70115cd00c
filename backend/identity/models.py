"""Tables of identity."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backend.infra.db import Base, Instant
from backend.kernel.ids import new_id


class Account(Base):
    """A person who signs in by phone."""

    __tablename__ = "accounts"

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True, default=new_id)
    phone: Mapped[str] = mapped_column(sa.Text)  # encrypted
    phone_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    name: Mapped[str | None] = mapped_column(sa.Text)  # encrypted
    created_at: Mapped[datetime] = mapped_column(Instant)


class WeChatIdentity(Base):
    """The mini-program of an account's holder: its openid, encrypted, and found by a keyed hash."""

    __tablename__ = "wechat_identities"

    account_id: Mapped[str] = mapped_column(sa.ForeignKey("accounts.id"), primary_key=True)
    openid: Mapped[str] = mapped_column(sa.Text)
    openid_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    linked_at: Mapped[datetime] = mapped_column(Instant)


class SignInCode(Base):
    """A code that was sent; also the record by which requests are counted."""

    __tablename__ = "sign_in_codes"

    id: Mapped[int] = mapped_column(primary_key=True)
    phone_hash: Mapped[str] = mapped_column(sa.String(64), index=True)
    address: Mapped[str] = mapped_column(sa.String(64), index=True)
    code_hash: Mapped[str] = mapped_column(sa.String(64))
    sent_at: Mapped[datetime] = mapped_column(Instant, index=True)
    tries: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class SignInFailure(Base):
    """A wrong code, counted for each address."""

    __tablename__ = "sign_in_failures"

    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(sa.String(64), index=True)
    at: Mapped[datetime] = mapped_column(Instant)


class Token(Base):
    """A signed-in session; the token itself is not stored."""

    __tablename__ = "tokens"

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True, default=new_id)
    account_id: Mapped[str] = mapped_column(sa.ForeignKey("accounts.id"), index=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    issued_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)


class Grant(Base):
    """A role held by an account, in a community or (without one) in the whole server."""

    __tablename__ = "role_grants"

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True, default=new_id)
    account_id: Mapped[str] = mapped_column(sa.ForeignKey("accounts.id"), index=True)
    role: Mapped[str] = mapped_column(sa.String(32))
    community_id: Mapped[str | None] = mapped_column(sa.String(32), index=True)
    organisation_id: Mapped[str | None] = mapped_column(sa.String(32), index=True)
    granted_at: Mapped[datetime] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)


class Device(Base):
    """A phone's own public keys: one to sign acts with, one to seal to. Its private keys never leave it."""

    __tablename__ = "devices"

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True, default=new_id)
    account_id: Mapped[str] = mapped_column(sa.ForeignKey("accounts.id"), index=True)
    sign_key: Mapped[str] = mapped_column(sa.String(64))
    seal_key: Mapped[str] = mapped_column(sa.String(64))
    added_at: Mapped[datetime] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)

    __table_args__ = (sa.UniqueConstraint("account_id", "sign_key"),)
