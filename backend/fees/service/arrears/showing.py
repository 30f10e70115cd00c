"""A case as its sides see it: every step in plain words, what can be done now, until when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from backend.fees.rules.arrears import guards
from backend.fees.rules.arrears.events import ClaimedBill, Event
from backend.fees.rules.arrears.paper import in_words
from backend.fees.rules.arrears.sight import options_of
from backend.fees.rules.arrears.story import story_of
from backend.fees.rules.arrears.values import Side, State
from backend.fees.rules.arrears.wording import ALWAYS, KIND_NAMES, NOW, OPTIONS, SIDE_NAMES, STATE_NAMES
from backend.fees.service.arrears import cases
from backend.fees.service.arrears.cases import Case
from backend.fees.service.arrears.claims import as_claims
from backend.fees.service.standing import bills_named
from backend.infra.auth import Actor
from backend.infra.house import House
from backend.infra.photos import PhotoUnknown, content_of, get_photo
from backend.kernel.worktime import CalendarUnknown
from backend.registry import get_unit

STOOD = "（期限暂停计算，了结后顺延）"


@dataclass(frozen=True, slots=True)
class StepView:
    """One thing that happened."""

    number: int
    at: datetime
    kind: str
    name: str
    by: str
    story: str
    text: str
    facts: Mapping[str, Any]
    photos: Sequence[str]


@dataclass(frozen=True, slots=True)
class OptionView:
    """Something that the reader can do now."""

    kind: str
    name: str
    what: str


@dataclass(frozen=True, slots=True)
class BillStanding:
    """A bill of the case as it stands now."""

    bill: ClaimedBill
    is_disputed: bool
    is_cancelled: bool


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case as its reader sees it. `until`: the last day of the notice's period, None while it stands."""

    id: str
    community_id: str
    unit_id: str
    label: str
    tenure: int
    opened_at: datetime
    state: str
    state_name: str
    now: str
    promise: str
    until: date | None
    next_reminder_day: date | None
    open_fen: int
    disputes: Sequence[int]
    bills: Sequence[BillStanding]
    history: Sequence[StepView]
    options: Sequence[OptionView]


def show(session: Session, actor: Actor, case_id: str) -> CaseView:
    """Return a case to somebody with a part in it. Raises CaseUnknown."""
    row = cases.get_row(session, case_id)
    parts = cases.parts_of(session, actor, row)
    return view(session, cases.load(session, row), parts)


def view(session: Session, case: Case, parts: Sequence[Side]) -> CaseView:
    """Return a case as these parts see it."""
    row, standing = case.row, case.standing
    until, bills = _until(case), _bills(session, case)
    return CaseView(
        id=row.id,
        community_id=row.community_id,
        unit_id=row.unit_id,
        label=get_unit(session, row.unit_id).label,
        tenure=row.tenure,
        opened_at=row.opened_at,
        state=standing.state.value,
        state_name=STATE_NAMES[standing.state],
        now=_now(case, until),
        promise=ALWAYS,
        until=until,
        next_reminder_day=guards.next_reminder_day(standing),
        open_fen=sum(one.bill.open_fen for one in bills),
        disputes=[dispute.number for dispute in standing.open_disputes],
        bills=bills,
        history=[_step(event) for event in case.events],
        options=[
            OptionView(kind.value, KIND_NAMES[kind], OPTIONS.get(kind, ""))
            for kind in options_of(standing, parts)
        ],
    )


def photo(session: Session, house: House, actor: Actor, case_id: str, photo_id: str) -> bytes:
    """Return a photo of a case to somebody with a part in it. Raises CaseUnknown, PhotoUnknown."""
    row = cases.get_row(session, case_id)
    cases.parts_of(session, actor, row)
    found = get_photo(session, photo_id)
    if found.owner != f"arrears:{case_id}":
        raise PhotoUnknown("没有这张照片")
    return content_of(house, found, thumbnail=False)


def _until(case: Case) -> date | None:
    """Return the end of the period that runs; None where none does, or where the year is not known."""
    standing = case.standing
    try:
        if standing.state is State.REMINDED and standing.reminded:
            return guards.reminder_end(standing, max(standing.reminded), case.calendar)
        return guards.notice_end(standing, case.calendar)
    except CalendarUnknown:
        return None


def _now(case: Case, until: date | None) -> str:
    return NOW[case.standing.state].format(until=in_words(until) if until else STOOD)


def _bills(session: Session, case: Case) -> list[BillStanding]:
    standings = bills_named(session, case.standing.bill_ids)
    claims = {claim.id: claim for claim in as_claims(session, standings)}
    disputed = case.standing.disputed
    return [BillStanding(claims[one.bill.id], one.bill.id in disputed, one.is_cancelled) for one in standings]


def _step(event: Event) -> StepView:
    shown = {name: event.facts[name] for name in _SHOWN if name in event.facts}
    return StepView(
        number=event.number,
        at=event.at,
        kind=event.kind.value,
        name=KIND_NAMES[event.kind],
        by=SIDE_NAMES[event.side],
        story=story_of(event),
        text=event.text,
        facts=shown,
        photos=event.photos,
    )


_SHOWN = ("reference", "last_day", "days", "source", "dispute", "ground", "way", "outcome", "parts", "sha256")
