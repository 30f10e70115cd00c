"""The audit trail: who did what to which record. Entries are only added, and each names the one before.

An entry's hash covers its content and the hash of the entry before it, so that changing, removing or
swapping any entry breaks every later hash. It proves nothing about a trail that is replaced whole: for
that, note the head's hash elsewhere now and then.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from backend.infra.db import Base, Instant

TAG = b"yishiting/audit/v1\n"
GENESIS = "0" * 64
BATCH = 1000


class AuditBroken(Exception):
    """The trail does not hold together; the message names the first entry that does not fit."""


class AuditEntry(Base):
    """One act. `actor` is an account id, or "system" for a job, or "anonymous"."""

    __tablename__ = "audit_entries"

    height: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(Instant)
    actor: Mapped[str] = mapped_column(sa.String(64))
    act: Mapped[str] = mapped_column(sa.String(64))
    subject: Mapped[str] = mapped_column(sa.String(128), index=True)
    detail: Mapped[str] = mapped_column(sa.Text)
    parent: Mapped[str] = mapped_column(sa.String(64))
    hash: Mapped[str] = mapped_column(sa.String(64))


class AuditHead(Base):
    """The last height and hash, in one row: it is locked while an entry is added."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    height: Mapped[int]
    hash: Mapped[str] = mapped_column(sa.String(64))


def record_act(
    session: Session,
    *,
    at: datetime,
    actor: str,
    act: str,
    subject: str,
    detail: Mapping[str, object] | None = None,
) -> None:
    """Add an act to the trail within the caller's transaction.

    `act` is a verb in kebab case ("roll-imported"), `subject` the record's kind and id ("assembly:ab12").
    Nothing personal or secret belongs into `detail`.
    """
    head = session.get(AuditHead, 1, with_for_update=True)
    if head is None:
        head = AuditHead(id=1, height=0, hash=GENESIS)
        session.add(head)
    text = json.dumps(detail or {}, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    entry = AuditEntry(
        height=head.height + 1,
        at=at,
        actor=actor,
        act=act,
        subject=subject,
        detail=text,
        parent=head.hash,
        hash="",
    )
    entry.hash = _hash(entry)
    session.add(entry)
    head.height, head.hash = entry.height, entry.hash


def verify_trail(session: Session) -> tuple[int, str]:
    """Walk the whole trail and return the height and hash of its head.

    Raises:
        AuditBroken: an entry was changed, removed, added or moved.
    """
    height, parent = 0, GENESIS
    for entry in _entries(session):
        if entry.height != height + 1:
            raise AuditBroken(f"entry {height + 1} is missing")
        if entry.parent != parent or entry.hash != _hash(entry):
            raise AuditBroken(f"entry {entry.height} was changed")
        height, parent = entry.height, entry.hash
    head = session.get(AuditHead, 1)
    noted = (head.height, head.hash) if head else (0, GENESIS)
    if noted != (height, parent):
        raise AuditBroken(f"the head does not match entry {height}: later entries were removed or added")
    return height, parent


def _entries(session: Session) -> Iterator[AuditEntry]:
    query = sa.select(AuditEntry).order_by(AuditEntry.height).execution_options(yield_per=BATCH)
    yield from session.scalars(query)


def _hash(entry: AuditEntry) -> str:
    body = [
        entry.height,
        entry.at.astimezone(UTC).isoformat(),
        entry.actor,
        entry.act,
        entry.subject,
        entry.detail,
        entry.parent,
    ]
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(TAG + text.encode()).hexdigest()
