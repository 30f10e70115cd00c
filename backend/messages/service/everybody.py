"""Telling every owner of a community: some at a time, so that no writing grows with the community."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from backend.infra.house import House
from backend.infra.outbox import post
from backend.messages.service.inbox import notify
from backend.registry import owner_phones_after

TO_OWNERS = "tell-owners"
AT_ONCE = 200


def notify_owners(  # noqa: PLR0913  (as `notify`)
    session: Session,
    community_id: str,
    *,
    at: datetime,
    kind: str,
    text: str,
    important: bool = False,
    subject: str = "",
    link: str = "",
) -> None:
    """Have every owner of a community told at an instant or soon after; the words are the same for all."""
    words = {"kind": kind, "text": text, "important": important, "subject": subject, "link": link}
    post(session, TO_OWNERS, {"community": community_id, "words": words, "after": ""}, due_at=at)


def tell_some(session: Session, house: House, payload: Mapping[str, Any]) -> None:
    """Tell the next owners, and order the telling of those after them, in one transaction.

    A job that runs twice tells some twice, never somebody not at all.
    """
    phones, last = owner_phones_after(session, house, payload["community"], payload["after"], AT_ONCE)
    for phone in phones:
        notify(session, house, phone=phone, **payload["words"])
    if last is not None:
        post(session, TO_OWNERS, {**payload, "after": last}, due_at=house.clock())
