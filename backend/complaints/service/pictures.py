"""Who may look at a photo of a ticket, and which of them the public may."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.complaints.models import Ticket
from backend.complaints.rules.sight import sight_of
from backend.complaints.rules.values import FIRM, OFFICES, Publication
from backend.complaints.service.cases import get_case
from backend.complaints.service.parts import parts_of
from backend.identity import Role
from backend.infra.auth import Actor
from backend.infra.house import House
from backend.infra.photos import Photo, PhotoUnknown, Review, content_of, get_photo, set_review
from backend.registry import require_post

OWNER = "ticket:"


@dataclass(frozen=True, slots=True)
class WaitingPhoto:
    """A photo that waits for review."""

    id: str
    ticket_id: str
    number: str


def photo_of_ticket(
    session: Session, house: House, actor: Actor, ticket_id: str, photo_id: str, *, thumbnail: bool
) -> bytes:
    """Return a photo's JPEG to somebody who may see the ticket's words, or sent the photo.

    Photos of replies and proofs are for everybody with a part in the ticket.

    Raises:
        TicketUnknown: the actor has no part in the ticket. PhotoUnknown: not of it, or not for the actor.
    """
    case = get_case(session, ticket_id)
    parts = parts_of(session, actor, case.row, case.standing)
    photo = _of_ticket(session, ticket_id, photo_id)
    sight = sight_of(parts, case.standing, house.clock())
    by_staff = any(
        photo_id in event.photos and event.party in FIRM | OFFICES and not event.is_internal
        for event in case.events
    )
    mine = photo.account_id == actor.account_id
    if not (mine or by_staff or sight.words or photo.review == Review.APPROVED):
        raise PhotoUnknown("没有这张照片，或尚未通过审核")
    return content_of(house, photo, thumbnail=thumbnail)


def public_photo(session: Session, house: House, photo_id: str, *, thumbnail: bool) -> bytes:
    """Return a reviewed photo of a ticket whose words are public. Raises PhotoUnknown."""
    photo = get_photo(session, photo_id)
    ticket = session.get(Ticket, (photo.owner or "").removeprefix(OWNER))
    if ticket is None or photo.review != Review.APPROVED or ticket.publication == Publication.HIDDEN:
        raise PhotoUnknown("没有这张照片，或尚未通过审核")
    return content_of(house, photo, thumbnail=thumbnail)


def review(session: Session, house: House, actor: Actor, photo_id: str, *, approve: bool) -> None:
    """Decide whether the public may see a photo of a ticket. For community officers.

    Raises:
        PhotoUnknown: it belongs to no ticket. RoleMissing: the actor decides nothing in its community.
    """
    photo = get_photo(session, photo_id)
    ticket = session.get(Ticket, (photo.owner or "").removeprefix(OWNER))
    if ticket is None:
        raise PhotoUnknown("没有这张照片")
    require_post(session, actor, (Role.COMMUNITY_OFFICER,), ticket.community_id)
    decided = Review.APPROVED if approve else Review.REJECTED
    set_review(photo, decided, account_id=actor.account_id, at=house.clock())


def waiting_photos(session: Session, actor: Actor, community_id: str, most: int) -> list[WaitingPhoto]:
    """Return photos of a community's tickets that wait for review, oldest first. For community officers."""
    require_post(session, actor, (Role.COMMUNITY_OFFICER,), community_id)
    query = (
        sa.select(Photo.id, Ticket.id, Ticket.number)
        .join(Ticket, Photo.owner == sa.literal(OWNER) + Ticket.id)
        .where(Ticket.community_id == community_id, Photo.review == Review.PENDING.value)
        .order_by(Photo.at, Photo.id)
        .limit(most)
    )
    return [WaitingPhoto(*row) for row in session.execute(query)]


def _of_ticket(session: Session, ticket_id: str, photo_id: str) -> Photo:
    photo = get_photo(session, photo_id)
    if photo.owner != OWNER + ticket_id:
        raise PhotoUnknown("这张工单没有这张照片")
    return photo


def approved_photos(session: Session, ticket_ids: Sequence[str]) -> dict[str, list[str]]:
    """Return the ids of the photos that the public may see, by ticket."""
    owners = [OWNER + ticket_id for ticket_id in ticket_ids]
    query = sa.select(Photo.owner, Photo.id).where(
        Photo.owner.in_(owners), Photo.review == Review.APPROVED.value
    )
    found: dict[str, list[str]] = {}
    for owner, photo_id in session.execute(query.order_by(Photo.at, Photo.id)):
        found.setdefault(str(owner).removeprefix(OWNER), []).append(photo_id)
    return found
