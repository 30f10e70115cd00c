"""Photos that people send: uploaded first, attached to what they belong to afterwards.

Who may see a photo is decided by the capability that it is attached to; nobody is shown one by its id alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from backend.infra.auth import Actor
from backend.infra.db import Base, Instant, reading, transaction
from backend.infra.house import House, current_house
from backend.infra.images import Picture
from backend.infra.outbox import job, post
from backend.kernel.ids import new_id
from backend.kernel.refusal import NotFound, Refusal

ABANDONED = "photo-abandoned"
KEPT_UNATTACHED = timedelta(hours=24)
MOST_WAITING = 30


class Review(StrEnum):
    """Whether the public may see a photo."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"


class PhotoUnknown(NotFound):
    """No such photo, not this person's, used already, or not for this person to see."""

    code = "photo-unknown"
    title = "没有这张照片"


class TooManyPhotos(Refusal):
    """More photos wait to be attached than one person may have."""

    code = "too-many-photos"
    status = 429
    title = "上传的照片过多"


class Photo(Base):
    """A photo, kept by the SHA-256 of its bytes; `owner` names what it is attached to."""

    __tablename__ = "photos"

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True, default=new_id)
    account_id: Mapped[str | None] = mapped_column(sa.ForeignKey("accounts.id"))
    sha256: Mapped[str] = mapped_column(sa.String(64), index=True)
    thumbnail_sha256: Mapped[str] = mapped_column(sa.String(64), index=True)
    width: Mapped[int]
    height: Mapped[int]
    at: Mapped[datetime] = mapped_column(Instant)
    owner: Mapped[str | None] = mapped_column(sa.String(64), index=True)
    review: Mapped[str] = mapped_column(sa.String(16))
    reviewed_by: Mapped[str | None] = mapped_column(sa.ForeignKey("accounts.id"))
    reviewed_at: Mapped[datetime | None] = mapped_column(Instant)

    __table_args__ = (sa.Index(None, "account_id", "at"),)


def keep_photo(session: Session, house: House, actor: Actor | None, picture: Picture) -> Photo:
    """Keep a photo that somebody uploaded; one that is not attached within a day is removed.

    Raises:
        TooManyPhotos: thirty of this person's wait already.
    """
    now = house.clock()
    if actor is not None:
        _check_waiting(session, actor)
    row = Photo(
        account_id=actor.account_id if actor else None,
        sha256=house.files.keep(picture.jpeg),
        thumbnail_sha256=house.files.keep(picture.thumbnail),
        width=picture.width,
        height=picture.height,
        at=now,
        owner=None,
        review=Review.PENDING.value,
    )
    session.add(row)
    session.flush()
    post(session, ABANDONED, {"photo": row.id}, due_at=now + KEPT_UNATTACHED)
    return row


def attach(session: Session, photo_ids: Sequence[str], actor: Actor | None, owner: str) -> None:
    """Attach photos to what they belong to, such as ticket:ID. Each can be attached once, by its uploader.

    Raises:
        PhotoUnknown: one is unknown, somebody else's, or attached already.
    """
    rows = session.scalars(sa.select(Photo).where(Photo.id.in_(photo_ids)).with_for_update()).all()
    account_id = actor.account_id if actor else None
    usable = [row for row in rows if row.account_id == account_id and row.owner is None]
    if len(usable) != len(photo_ids) or len(set(photo_ids)) != len(photo_ids):
        raise PhotoUnknown("有照片不存在、已用过或不是您上传的；请重新上传照片")
    for row in usable:
        row.owner = owner


def get_photo(session: Session, photo_id: str) -> Photo:
    """Return a photo's row. The caller decides who may. Raises PhotoUnknown."""
    row = session.get(Photo, photo_id)
    if row is None:
        raise PhotoUnknown("没有这张照片")
    return row


def content_of(house: House, photo: Photo, *, thumbnail: bool) -> bytes:
    """Return a photo's JPEG bytes. The caller decides who may."""
    return house.files.read(photo.thumbnail_sha256 if thumbnail else photo.sha256)


def set_review(photo: Photo, review: Review, *, account_id: str, at: datetime) -> None:
    """Decide whether the public may see a photo. The caller checked that the account may."""
    photo.review, photo.reviewed_by, photo.reviewed_at = review.value, account_id, at


@job(ABANDONED)
def remove_abandoned(payload: Mapping[str, Any]) -> None:
    """Remove a photo that nobody attached, and its files unless another photo has the same bytes."""
    house = current_house()
    with transaction() as session:
        row = session.get(Photo, payload["photo"])
        if row is None or row.owner is not None:
            return
        names = (row.sha256, row.thumbnail_sha256)
        session.delete(row)
    with reading() as session:
        unused = [name for name in names if not _is_used(session, name)]
    for name in unused:
        house.files.remove(name)


def _is_used(session: Session, name: str) -> bool:
    query = sa.select(Photo.id).where(sa.or_(Photo.sha256 == name, Photo.thumbnail_sha256 == name))
    return session.scalar(query.limit(1)) is not None


def _check_waiting(session: Session, actor: Actor) -> None:
    query = sa.select(sa.func.count()).where(Photo.account_id == actor.account_id, Photo.owner.is_(None))
    if (session.scalar(query) or 0) >= MOST_WAITING:
        raise TooManyPhotos(f"已有 {MOST_WAITING} 张照片尚未使用；请先提交诉求，或一天后再试")
