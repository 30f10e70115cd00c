"""Having photos judged by WeChat, which fetches each by a link and tells the verdict later, by an event.

A check approves at most. What it does not approve, or never answers, waits for a person, whose word holds.
"""

from __future__ import annotations

import hmac
import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Mapped, Session, mapped_column

from backend.infra.db import Base, Instant, reading, transaction
from backend.infra.house import House
from backend.infra.moderation import ImageVerdict, Verdict
from backend.infra.photos import Photo, PhotoUnknown, Review, content_of
from backend.kernel.refusal import Forbidden, NotFound

LINK_PATH = "/wechat/photos"
LINK_LIVES = timedelta(minutes=30)
"""WeChat answers within half an hour, so it has fetched the photo by then."""
LARGEST = 10_000_000
"""Bytes of a picture that `media_check_async` takes."""
_PURPOSE = "photo-check-link"
_SECONDS = re.compile(r"[0-9]{1,12}")


class PhotoCheckUnknown(NotFound):
    """No photo was sent under this trace; or the answer overtook our note of it, and has to come again."""

    code = "photo-check-unknown"
    title = "没有这次图片检查"


class WeChatEventReplayed(Forbidden):
    """The signature has served for another event already."""

    code = "wechat-event-replayed"
    title = "微信消息的签名已经用过"


class PhotoCheck(Base):
    """A photo that WeChat was asked about. `signature` is that of the event that brought the verdict."""

    __tablename__ = "photo_checks"

    trace: Mapped[str] = mapped_column(sa.String(128), primary_key=True)
    photo_id: Mapped[str] = mapped_column(sa.ForeignKey("photos.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    verdict: Mapped[str | None] = mapped_column(sa.String(16))
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    signature: Mapped[str | None] = mapped_column(sa.String(40), unique=True)


def ask_about(house: House, photo_id: str, openid: str | None) -> None:
    """Send a photo to the check unless it was sent or decided before. For jobs; opens its own transactions.

    Raises:
        WeChatUnavailable: ask again later.
    """
    with reading() as session:
        is_wanted = _is_wanted(session, photo_id)
    if house.image_check is None or not is_wanted:
        return
    trace = house.image_check.ask(link_to(house, photo_id), openid)
    if trace is not None:
        with transaction() as session:
            session.add(PhotoCheck(trace=trace, photo_id=photo_id, at=house.clock()))


def link_to(house: House, photo_id: str) -> str:
    """Return an address that shows the photo for half an hour, or until it is decided, to who knows it."""
    until = str(int((house.clock() + LINK_LIVES).timestamp()))
    query = urlencode({"until": until, "proof": _proof(house, photo_id, until)})
    return f"{house.settings.public_url}{LINK_PATH}/{photo_id}?{query}"


def open_link(session: Session, house: House, photo_id: str, until: str, proof: str) -> bytes:
    """Return the JPEG bytes of the photo that a link leads to, the small one if the photo is too large.

    Raises:
        PhotoUnknown: the link is forged or over, or the photo is decided; all of them look the same.
    """
    is_ours = hmac.compare_digest(_proof(house, photo_id, until).encode(), proof.encode())
    photo = session.get(Photo, photo_id) if is_ours and _is_ahead(house, until) else None
    if photo is None or photo.review != Review.PENDING:
        raise PhotoUnknown("没有这张照片")
    jpeg = content_of(house, photo, thumbnail=False)
    return jpeg if len(jpeg) <= LARGEST else content_of(house, photo, thumbnail=True)


def settle(session: Session, house: House, found: ImageVerdict, signature: str) -> None:
    """Keep a verdict, the first of each check, and approve a photo that passed and that nobody has decided.

    Raises:
        PhotoCheckUnknown: no such check. WeChatEventReplayed: the signature served for another one.
    """
    check = session.scalar(sa.select(PhotoCheck).where(PhotoCheck.trace == found.trace).with_for_update())
    if check is None:
        raise PhotoCheckUnknown("没有发出过这次图片检查；请稍后重发")
    if check.verdict is not None:
        return
    if session.scalar(sa.select(PhotoCheck.trace).where(PhotoCheck.signature == signature)) is not None:
        raise WeChatEventReplayed("一个签名只能用于一条消息")
    check.verdict, check.answered_at, check.signature = found.verdict.value, house.clock(), signature
    structlog.get_logger().info("photo-judged", photo=check.photo_id, verdict=check.verdict)
    if found.verdict is Verdict.PASS:
        _approve(session, house, check.photo_id)


def _approve(session: Session, house: House, photo_id: str) -> None:
    photo = session.scalars(sa.select(Photo).where(Photo.id == photo_id).with_for_update()).one()
    if photo.review == Review.PENDING:
        photo.review, photo.reviewed_at = Review.APPROVED.value, house.clock()


def _is_wanted(session: Session, photo_id: str) -> bool:
    photo = session.get(Photo, photo_id)
    asked = session.scalar(sa.select(PhotoCheck.trace).where(PhotoCheck.photo_id == photo_id).limit(1))
    return photo is not None and photo.review == Review.PENDING and asked is None


def _proof(house: House, photo_id: str, until: str) -> str:
    return house.fields.lookup_hash(_PURPOSE, f"{photo_id}|{until}")


def _is_ahead(house: House, until: str) -> bool:
    moment = datetime.fromtimestamp(int(until), UTC) if _SECONDS.fullmatch(until) else None
    return moment is not None and house.clock() < moment
