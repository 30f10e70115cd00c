"""Publishing quarters of common income and years of the fund: frozen, signed, corrected by new versions."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.disclosure.models import Publication
from backend.disclosure.rules.impersonal import check_impersonal
from backend.disclosure.rules.limits import LIMIT_OF, Period, period_from, periods_since, post_of
from backend.disclosure.rules.refusals import PublicationRefused, PublicationUnknown
from backend.disclosure.rules.values import BookKind, Post
from backend.disclosure.rules.wording import BOOKS, CORRECTED, PUBLISHED
from backend.disclosure.service.contents import content_of
from backend.disclosure.service.due import due, find_due, limits_of
from backend.disclosure.service.journal import Journal, find_book
from backend.disclosure.service.keeper import Keeper, Looker
from backend.kernel.clock import CHINA, format_instant
from backend.messages import notify_owners
from backend.registry import community_names
from backend.sealing import signing
from backend.voting.record.canonical import canonical, parse_canonical

STATEMENT = "publication"


@dataclass(frozen=True, slots=True)
class Due:
    """A period that is or was to be published. `due_day` None: the year's holidays are not known yet."""

    kind: BookKind
    period: Period
    due_day: date | None
    post: Post
    current: Publication | None


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be published; a correction names the version it replaces and says why."""

    kind: BookKind
    first_day: date
    replaces_id: str | None
    reason: str


def publish(keeper: Keeper, order: Order) -> Publication:
    """Freeze and sign what the books say of a period.

    Raises:
        PublicationRefused: the period has not ended, or a correction does not name the last version and why.
        CalendarUnknown: its limit lies in a year whose holidays are not entered.
        PersonalText: what it says.
    """
    check_impersonal(order.reason)
    period = period_from(order.kind, order.first_day)
    if keeper.today <= period.last:
        raise PublicationRefused(f"{period.name}尚未结束；{period.last} 之后才能公布")
    Journal(keeper, order.kind)  # nothing is entered, and nobody else publishes, meanwhile
    before = _versions(keeper.session, keeper.community_id, order.kind, period)
    _check_correction(before, order)
    row = _frozen(keeper, order, period, before)
    keeper.session.add(row)
    keeper.session.flush()
    detail = {"period": period.name, "version": row.version, "sha256": row.sha256}
    keeper.record("disclosure-published", f"publication:{row.id}", detail)
    _tell(keeper, row, period)
    return row


def _tell(keeper: Keeper, row: Publication, period: Period) -> None:
    """Have every owner told; those who keep the books owe it to all of them (law.md 4)."""
    community = community_names(keeper.session, [keeper.community_id])[keeper.community_id]
    book = BOOKS[BookKind(row.kind)]
    words = CORRECTED if row.reason else PUBLISHED
    text = words.format(community=community, period=period.name, book=book, reason=row.reason)
    notify_owners(keeper.session, keeper.community_id, at=keeper.now, kind="disclosure-published", text=text)


def _check_correction(before: Sequence[Publication], order: Order) -> None:
    last = before[-1].id if before else None
    if order.replaces_id != last:
        raise PublicationRefused(
            "本期已公布；更正须写明所更正的最新版本" if before else "本期尚未公布，没有可更正的版本"
        )
    if before and not order.reason:
        raise PublicationRefused("更正须写明原因")


def _frozen(keeper: Keeper, order: Order, period: Period, before: Sequence[Publication]) -> Publication:
    limit = limits_of(keeper.session, keeper.community_id)[LIMIT_OF[order.kind]]
    due_day = before[0].due_day if before else due(keeper.session, limit, period.last)
    head = {
        "kind": STATEMENT,
        "version": len(before) + 1,
        "replaces": order.replaces_id,
        "reason": order.reason,
        "drill": keeper.house.is_drill,
        "due_day": due_day.isoformat(),
        "published_at": format_instant(keeper.now),
    }
    document = head | content_of(keeper, order.kind, period)
    content = canonical(document)
    return Publication(
        community_id=keeper.community_id,
        kind=order.kind.value,
        first_day=period.first,
        last_day=period.last,
        version=len(before) + 1,
        replaces_id=order.replaces_id,
        reason=order.reason,
        due_day=due_day,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        signature=signing.sign(keeper.house.keys.signing_key, STATEMENT, document),
        published_at=keeper.now,
        published_by=keeper.account_id,
    )


def _versions(session: Session, community_id: str, kind: BookKind, period: Period) -> Sequence[Publication]:
    query = sa.select(Publication).where(
        Publication.community_id == community_id,
        Publication.kind == kind.value,
        Publication.first_day == period.first,
    )
    return session.scalars(query.order_by(Publication.version)).all()


def calendar_of(looker: Looker) -> list[Due]:
    """Return every period since the books were opened and how its publication stands, the latest first."""
    found = [one for kind in BookKind for one in _due_of(looker, kind)]
    return sorted(found, key=lambda one: (one.period.last, one.kind.value), reverse=True)


def _due_of(looker: Looker, kind: BookKind) -> Iterator[Due]:
    book = find_book(looker.session, looker.community_id, kind)
    if book is None:
        return
    limit = limits_of(looker.session, looker.community_id)[LIMIT_OF[kind]]
    for period in periods_since(kind, day_in_china(book.opened_at), looker.today):
        versions = _versions(looker.session, looker.community_id, kind, period)
        day = versions[0].due_day if versions else find_due(looker.session, limit, period.last)
        on = day_in_china(versions[0].published_at) if versions else None
        post = post_of(period, day or date.max, on, looker.today)
        yield Due(kind, period, day, post, versions[-1] if versions else None)


def publications_of(session: Session, community_id: str) -> Sequence[Publication]:
    """Return all that was published of a community, the latest first; every version stays."""
    query = sa.select(Publication).where(Publication.community_id == community_id)
    ordered = query.order_by(Publication.last_day.desc(), Publication.kind, Publication.version.desc())
    return session.scalars(ordered).all()


def get_publication(session: Session, community_id: str, publication_id: str) -> Publication:
    """Return a publication of a community. Raises PublicationUnknown."""
    row = session.get(Publication, publication_id)
    if row is None or row.community_id != community_id:
        raise PublicationUnknown("本小区没有这份公示；请核对编号")
    return row


def document_of(row: Publication) -> Mapping[str, Any]:
    """Return what a publication says."""
    document: Mapping[str, Any] = parse_canonical(row.content)
    return document


def is_late(row: Publication) -> bool:
    """Tell whether a version came after the limit of its period; a correction is not late by itself."""
    return row.version == 1 and day_in_china(row.published_at) > row.due_day


def day_in_china(moment: datetime) -> date:
    """Return the day of an instant in China."""
    return moment.astimezone(CHINA).date()
