"""A ticket as somebody may see it: what happened, what is due, and what this person can do next."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.complaints.models import Category, Ticket
from backend.complaints.rules.clocks import Reading
from backend.complaints.rules.events import Event
from backend.complaints.rules.explaining import explain, promise
from backend.complaints.rules.life import MOVES, Standing
from backend.complaints.rules.powers import POWERS
from backend.complaints.rules.publicity import public_text
from backend.complaints.rules.sight import Sight, is_told_of, sight_of
from backend.complaints.rules.values import RESIDENTS, Kind, Level, Party, PlaceKind, Publication, State
from backend.complaints.rules.wording import KIND_NAMES, LEVEL_NAMES, PARTY_NAMES, PLACE_NAMES, STATE_NAMES
from backend.complaints.service.cases import Case, get_case
from backend.complaints.service.parts import Parts, parts_of
from backend.complaints.service.settings import KnownCategory, get_category
from backend.identity import get_account, name_of
from backend.infra.auth import Actor
from backend.infra.house import House
from backend.registry import organisation_name, unit_labels

BY_OTHER_WAYS = frozenset({Kind.MERGED, Kind.UNMERGED})
"""Acts that have an address of their own; they are offered beside the others."""


@dataclass(frozen=True, slots=True)
class ClockView:
    """One clock as people read it."""

    due_at: datetime | None
    met: bool | None
    is_paused: bool
    remaining_minutes: int
    promise: str
    explanation: str


@dataclass(frozen=True, slots=True)
class EventView:
    """One thing that happened, as this person may see it."""

    at: datetime
    kind: str
    name: str
    by: str
    text: str
    photos: Sequence[str]
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TicketView:
    """A ticket as this person may see it; what is hidden from them is empty or None."""

    id: str
    number: str
    community_id: str
    category: str
    category_name: str
    place: str
    lat: float | None
    long: float | None
    text: str
    answers: Sequence[Mapping[str, str]]
    photos: Sequence[str]
    channel: str
    state: str
    state_name: str
    priority: str
    level: int
    level_name: str
    bodies: Sequence[Mapping[str, str]]
    assignee: str | None
    submitted_at: datetime
    whistles: int
    reopened: int
    response: ClockView
    resolution: ClockView
    confirm_by: datetime | None
    satisfaction: int | None
    solved: bool | None
    merged_into: str | None
    publication: str
    may_contact: bool
    history: Sequence[EventView]
    acts: Sequence[str]
    parties: Sequence[str]


def show(session: Session, house: House, actor: Actor, ticket_id: str) -> TicketView:
    """Return a ticket as the actor may see it.

    Raises:
        TicketUnknown: there is none, or the actor has no part in it.
    """
    case = get_case(session, ticket_id)
    parts = parts_of(session, actor, case.row, case.standing)
    return view(session, house, case, parts)


def view(session: Session, house: House, case: Case, parts: Parts) -> TicketView:
    """Return a ticket as somebody with these parts may see it."""
    row, standing, now = case.row, case.standing, house.clock()
    sight = sight_of(parts, standing, now)
    clocks = case.clocks(house)
    category = get_category(session, standing.category)
    lat, long = as_degrees(row)
    names = _organisations(session, case)
    homes = unit_labels(session, [row.unit_id]) if sight.unit and row.unit_id else {}
    return TicketView(
        id=row.id,
        number=row.number,
        community_id=row.community_id,
        category=category.code,
        category_name=category.name,
        place=place_text(row, homes.get(row.unit_id or "")),
        lat=lat,
        long=long,
        text=row.text if sight.words else "",
        answers=_answers(category, row.answers) if sight.words else (),
        photos=row.photos if sight.words else (),
        channel=row.channel,
        bodies=_bodies(case, names),
        assignee=_assignee(session, house, case) if sight.people else None,
        submitted_at=row.submitted_at,
        response=_clock(clocks.response),
        resolution=_clock(clocks.resolution),
        may_contact=sight.contact and has_contact(row),
        history=[_event(event, names, sight) for event in case.events if is_told_of(event.kind, sight)],
        acts=possible_acts(standing.state, parts),
        parties=[party.value for party in parts],
        **_standing(standing),
    )


def _standing(standing: Standing) -> dict[str, Any]:
    return {
        "state": standing.state.value,
        "state_name": STATE_NAMES[standing.state],
        "priority": standing.priority.value,
        "level": int(standing.level),
        "level_name": LEVEL_NAMES[standing.level],
        "whistles": standing.whistles,
        "reopened": standing.reopened,
        "confirm_by": standing.confirm_by,
        "satisfaction": standing.satisfaction,
        "solved": standing.solved,
        "merged_into": standing.merged_into,
        "publication": standing.publication.value,
    }


def possible_acts(state: State, parties: Collection[Party]) -> list[str]:
    """Return the kinds of act that the state and somebody's parts allow; an act may still be refused."""
    return [
        kind.value
        for kind, allowed in POWERS.items()
        if allowed & set(parties) and state in MOVES[kind].before
    ]


def place_text(row: Ticket, home: str | None = None) -> str:
    """Return where it is in words; `home` is the unit's label, only for those who may know it."""
    kind = PlaceKind(row.place_kind)
    if kind is PlaceKind.UNIT:
        if home is not None:
            return home
        return f"{row.building}号楼内" if row.building else PLACE_NAMES[kind]
    parts = [f"{row.building}号楼" if row.building else "", row.spot]
    return " ".join(part for part in parts if part) or PLACE_NAMES[kind]


def public_place(row: Ticket) -> str:
    """Return where it is for the public: no home, and a spot in the reporter's words only once reviewed."""
    is_home = row.place_kind == PlaceKind.UNIT
    building = f"{row.building}号楼{'内' if is_home else ''}" if row.building else ""
    spot = "" if is_home or row.publication != Publication.SHOWN else public_text(row.spot)
    return " ".join(part for part in (building, spot) if part) or PLACE_NAMES[PlaceKind(row.place_kind)]


def as_degrees(row: Ticket) -> tuple[float | None, float | None]:
    """Return latitude and longitude of a ticket in degrees of WGS-84."""
    if row.lat_e7 is None or row.long_e7 is None:
        return None, None
    return row.lat_e7 / 10_000_000, row.long_e7 / 10_000_000


def has_contact(row: Ticket) -> bool:
    """Tell whether anybody is known who can be asked."""
    return row.reporter_id is not None or row.contact_phone is not None


def _clock(reading: Reading) -> ClockView:
    return ClockView(
        due_at=reading.due_at,
        met=reading.met,
        is_paused=reading.paused,
        remaining_minutes=int(reading.remaining.total_seconds() // 60),
        promise=promise(reading.term),
        explanation=explain(reading),
    )


def _organisations(session: Session, case: Case) -> dict[str, str]:
    """Return the names of the few bodies that have to do with a ticket or did something on it."""
    acted = {event.organisation_id for event in case.events if event.organisation_id is not None}
    return {one: organisation_name(session, one) for one in acted | set(case.standing.bodies)}


def _event(event: Event, names: Mapping[str, str], sight: Sight) -> EventView:
    by = PARTY_NAMES[event.party]
    if event.organisation_id is not None:
        by = f"{by}（{names[event.organisation_id]}）"
    is_own_word = event.party in RESIDENTS and not sight.words
    shown = {key: value for key, value in event.facts.items() if key in _SHOWN}
    if sight.people and event.account_id is not None:
        shown["account_id"] = event.account_id
    return EventView(
        at=event.at,
        kind=event.kind.value,
        name=KIND_NAMES[event.kind],
        by=by,
        text="" if is_own_word else event.text,
        photos=() if is_own_word else event.photos,
        facts=shown,
    )


_SHOWN = frozenset(
    {"level", "reason", "wait", "until", "number", "clock", "cause", "satisfaction", "solved", "callback"}
    | {"publication", "category", "priority", "impossible"}
)


def _answers(category: KnownCategory, answers: Mapping[str, Any]) -> list[dict[str, str]]:
    found = []
    for one in category.questions:
        if one["code"] in answers:
            names = {value["key"]: value["name"] for value in one["values"]}
            given = answers[one["code"]]
            words = [names.get(key) or str(key) for key in (given if isinstance(given, list) else [given])]
            found.append({"code": one["code"], "question": one["question"], "answer": "、".join(words)})
    return found


def _bodies(case: Case, names: Mapping[str, str]) -> list[dict[str, str]]:
    return [
        {
            "organisation_id": body.organisation_id,
            "name": names[body.organisation_id],
            "level_name": LEVEL_NAMES[Level(body.level)],
            "part": body.part.value,
        }
        for body in case.standing.bodies.values()
    ]


def _assignee(session: Session, house: House, case: Case) -> str | None:
    if case.standing.assignee is None:
        return None
    return name_of(house, get_account(session, case.standing.assignee)) or case.standing.assignee


def categories_by_code(session: Session, codes: Collection[str]) -> dict[str, str]:
    """Return the names of categories."""
    query = sa.select(Category.code, Category.name).where(Category.code.in_(codes))
    return {row.code: row.name for row in session.execute(query)}
