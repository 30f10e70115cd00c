"""Telling owners of an elector that a ballot was cast for it, after the ballot is safely on the board."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from backend import messages, registry
from backend.assemblies.models import Election, Elector
from backend.infra.db import Line
from backend.infra.house import House
from backend.infra.outbox import post
from backend.voting.law.roll import DEVELOPER

CAST = "ballot-cast"


def post_cast(line: Line, uuid: str, elector_id: int, at: datetime) -> None:
    """Have every owner of an elector told, in the transaction that takes the ballot."""
    post(line, CAST, {"election": uuid, "elector": elector_id}, due_at=at)


def tell_of_cast(session: Session, house: House, payload: Mapping[str, Any]) -> None:
    """Tell every owner of the head, whoever cast included, that a ballot was cast for it."""
    election = session.get_one(Election, payload["election"])
    elector = session.get_one(Elector, payload["elector"])
    labels = "、".join(elector.labels)
    text = (
        f"“{election.assembly.title}”（{election.scope}）：已有产权人为您的房屋（{labels}）投票。"
        "如非本人或共有人所为，请立即联系社区。"
    )
    for phone in _phones(session, house, election.assembly.community_id, elector):
        messages.notify(session, house, phone=phone, kind=CAST, text=text, urgent=True)


def _phones(session: Session, house: House, community_id: str, elector: Elector) -> list[str]:
    if elector.key == DEVELOPER:
        return registry.developer_phones(session, house, community_id)
    return registry.phones_of_owners(session, house, elector.owner_ids)
