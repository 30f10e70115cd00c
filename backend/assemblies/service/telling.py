"""Telling owners: all of them of an assembly's steps, those of an elector that a ballot was cast for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy.orm import Session

from backend import messages, registry
from backend.assemblies.models import Assembly, Election, Elector
from backend.assemblies.rules import Step, scope_name
from backend.assemblies.service import lifecycle
from backend.infra.db import Line
from backend.infra.house import House
from backend.infra.outbox import post
from backend.kernel.clock import CHINA
from backend.voting.law.roll import DEVELOPER

CAST = "ballot-cast"
WORDS: Mapping[Step, str] = {
    Step.NOTICE: "“{title}”已公告，{opens}开始投票，{closes}截止。请查看议题，并核对名册中您的房屋和面积。",
    Step.READY: "“{title}”现在可以投票，{closes}截止。请扫投票通知单上的二维码，或打开小程序投票。",
    Step.PRELIMINARY: "“{title}”的结果已公布，{ends}前可以提出异议。",
    Step.FINAL: "“{title}”的最终结果已公布。",
}


def tell_of_step(session: Session, house: House, assembly: Assembly, step: Step) -> None:
    """Have every owner told of a step that concerns them; that everything is ready, when voting opens."""
    if step not in WORDS or assembly.opens_at is None or assembly.closes_at is None:
        return
    ends = lifecycle.objections_end(assembly)
    text = WORDS[step].format(
        title=assembly.title,
        opens=_in_words(assembly.opens_at),
        closes=_end_in_words(assembly.closes_at),
        ends=_end_in_words(ends) if ends else "",
    )
    messages.notify_owners(
        session,
        assembly.community_id,
        at=assembly.opens_at if step is Step.READY else house.clock(),
        kind=f"assembly-{step.value}",
        text=text,
        important=step is Step.READY,
        link=f"id={assembly.id}",
    )


def _in_words(moment: datetime) -> str:
    here = moment.astimezone(CHINA)
    return f"{here.month}月{here.day}日 {here:%H:%M} "


def _end_in_words(moment: datetime) -> str:
    """Write an end. Midnight is 24:00 of the day before: its own date would promise a day too many."""
    here = moment.astimezone(CHINA)
    if here.time() != time.min:
        return _in_words(moment)
    last = here.date() - timedelta(days=1)
    return f"{last.month}月{last.day}日 24:00 "


def post_cast(line: Line, uuid: str, elector_id: int, at: datetime) -> None:
    """Have every owner of an elector told, in the transaction that takes the ballot."""
    post(line, CAST, {"election": uuid, "elector": elector_id}, due_at=at)


def tell_of_cast(session: Session, house: House, payload: Mapping[str, Any]) -> None:
    """Tell every owner of the head, whoever cast included, that a ballot was cast for it."""
    election = session.get_one(Election, payload["election"])
    elector = session.get_one(Elector, payload["elector"])
    labels = "、".join(elector.labels)
    text = (
        f"“{election.assembly.title}”（{scope_name(election.scope)}）：已有产权人为您的房屋（{labels}）投票。"
        "如非本人或共有人所为，请立即联系社区。"
    )
    link = f"id={election.assembly_id}"
    for phone in _phones(session, house, election.assembly.community_id, elector):
        messages.notify(session, house, phone=phone, kind=CAST, text=text, urgent=True, link=link)


def _phones(session: Session, house: House, community_id: str, elector: Elector) -> list[str]:
    if elector.key == DEVELOPER:
        return registry.developer_phones(session, house, community_id)
    return registry.phones_of_owners(session, house, elector.owner_ids)
