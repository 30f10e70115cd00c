"""Titles that became others' in the registry, until the firm has said from which day on fees pass over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.fees.models import Handover, TitleAnswer
from backend.fees.rules.viewing_refusals import TitleChangeUnknown
from backend.fees.service.clerk import Clerk
from backend.fees.service.handovers import hand_over, handovers_in
from backend.fees.service.journal import Journal
from backend.kernel.clock import CHINA
from backend.registry import Retitled, title_changes, title_changes_of, units_of


@dataclass(frozen=True, slots=True)
class Waiting:
    """A change of title that waits for an answer.

    `proposed_day` is when the registry learnt of it, no earlier than the change itself; `is_new_hands` says
    that none of the former owners stayed; `last_handover` is the last day on which fees passed over.
    """

    id: str
    unit_id: str
    label: str
    noted_at: datetime
    proposed_day: date
    is_new_hands: bool
    last_handover: date | None


def waiting_titles(session: Session, community_id: str) -> list[Waiting]:
    """Return the changes of title of a community that wait for an answer, oldest first."""
    waiting = _waiting_in(session, community_id)
    last = {unit_id: days[-1] for unit_id, days in handovers_in(session, community_id).items()}
    labels = {unit.id: unit.label for unit in units_of(session, community_id)} if waiting else {}
    return [
        Waiting(
            id=one.id,
            unit_id=one.unit_id,
            label=labels[one.unit_id],
            noted_at=one.at,
            proposed_day=one.at.astimezone(CHINA).date(),
            is_new_hands=one.is_new_hands,
            last_handover=last.get(one.unit_id),
        )
        for one in waiting
    ]


def confirm_title(clerk: Clerk, change_id: str, day: date, note: str) -> int:
    """Say that fees pass over with a change of title, and on which day; return whose turn it then is.

    Raises:
        TitleChangeUnknown: none such waits here.
        DayRefused, HandoverRefused: see `hand_over`.
    """
    change = _waiting(clerk, change_id)
    tenure = hand_over(clerk, change.unit_id, day, note)
    _answer(clerk, change, day, note)
    return tenure


def dismiss_title(clerk: Clerk, change_id: str, note: str) -> None:
    """Say that fees do not pass over with a change of title, or were passed over before, and why.

    Raises:
        TitleChangeUnknown: none such waits here.
    """
    change = _waiting(clerk, change_id)
    _answer(clerk, change, None, note)
    clerk.record("title-change-dismissed", f"unit:{change.unit_id}", {"title_change": change.id})


def is_handover_pending(session: Session, unit_id: str) -> bool:
    """Tell whether a unit came into wholly new hands, and nobody has said from which day on."""
    changes = [one for one in title_changes_of(session, unit_id) if one.is_new_hands]
    return bool(changes) and bool(
        _unanswered(session, changes, TitleAnswer.unit_id == unit_id, Handover.unit_id == unit_id)
    )


def _waiting(clerk: Clerk, change_id: str) -> Retitled:
    Journal(clerk)  # nobody else answers meanwhile
    for change in _waiting_in(clerk.session, clerk.community_id):
        if change.id == change_id:
            return change
    raise TitleChangeUnknown("没有待确认的这项产权变更；可能已被处理，请刷新列表")


def _waiting_in(session: Session, community_id: str) -> list[Retitled]:
    return _unanswered(
        session,
        title_changes(session, community_id),
        TitleAnswer.community_id == community_id,
        Handover.community_id == community_id,
    )


def _unanswered(
    session: Session,
    changes: Sequence[Retitled],
    answers: sa.ColumnElement[bool],
    handovers: sa.ColumnElement[bool],
) -> list[Retitled]:
    """Keep what nobody spoke of; a change of hands that was entered by hand afterwards speaks of it too."""
    known = set(session.scalars(sa.select(TitleAnswer.title_change_id).where(answers)))
    entered = dict[str, datetime]()
    query = sa.select(Handover.unit_id, sa.func.max(Handover.recorded_at)).where(handovers)
    for unit_id, at in session.execute(query.group_by(Handover.unit_id)):
        entered[unit_id] = at
    return [one for one in changes if one.id not in known and entered.get(one.unit_id, one.at) <= one.at]


def _answer(clerk: Clerk, change: Retitled, day: date | None, note: str) -> None:
    clerk.session.add(
        TitleAnswer(
            title_change_id=change.id,
            community_id=change.community_id,
            unit_id=change.unit_id,
            day=day,
            note=note,
            at=clerk.now,
            answered_by=clerk.account_id,
        )
    )
    clerk.session.flush()
