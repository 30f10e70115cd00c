"""The time limits of a community and the years of the calendar, as people enter and read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from backend.complaints.rules.clocks import Term
from backend.complaints.rules.explaining import promise
from backend.complaints.rules.promises import DEFAULTS, Promises
from backend.complaints.rules.values import Priority
from backend.complaints.rules.wording import EXTRA_PROMISES
from backend.complaints.service.settings import promises_of, set_promises
from backend.complaints.service.sweep import look_again
from backend.identity import Role, require_role
from backend.infra.audit import record_act
from backend.infra.auth import Actor
from backend.infra.calendar import enter_year, known_years_of
from backend.infra.house import House
from backend.kernel.worktime import parse_spans
from backend.registry import get_community


@dataclass(frozen=True, slots=True)
class Promised:
    """What is promised for a priority; `extra` is said in words beside the two clocks."""

    priority: str
    response: Mapping[str, Any]
    resolution: Mapping[str, Any]
    response_text: str
    resolution_text: str
    extra: str
    confirm_days: int
    spans: Sequence[Sequence[int]]


@dataclass(frozen=True, slots=True)
class KnownYear:
    """A year whose holidays are known."""

    year: int
    source: str
    off: Sequence[str]
    working: Sequence[str]


def promised(session: Session, community_id: str) -> list[Promised]:
    """Return what is promised in a community, by priority. For anybody. Raises CommunityUnknown."""
    get_community(session, community_id)
    return [
        Promised(
            priority=priority.value,
            response=one.response.to_json(),
            resolution=one.resolution.to_json(),
            response_text=promise(one.response),
            resolution_text=promise(one.resolution),
            extra=EXTRA_PROMISES.get(priority, ""),
            confirm_days=one.confirm_days,
            spans=one.spans,
        )
        for priority, one in promises_of(session, community_id).items()
    ]


def set_terms(
    session: Session,
    house: House,
    actor: Actor,
    community_id: str,
    *,
    terms: Sequence[Mapping[str, Any]],
    spans: Sequence[Sequence[int]] | None,
) -> None:
    """Set a community's own terms, no laxer than the defaults, and its working hours. For the street.

    Raises:
        RoleMissing, CommunityUnknown, TermsRefused, SpansRefused: what it says.
    """
    get_community(session, community_id)
    own = {Priority(one["priority"]): one for one in terms}
    hours = None if spans is None else parse_spans(spans)
    made: dict[Priority, Promises] = {}
    for priority, default in DEFAULTS.items():
        found = _with_own(default, own.get(priority, {}))
        if hours is not None:
            found = found.with_spans([(span.start, span.end) for span in hours])
        made[priority] = found
    set_promises(session, house, actor, community_id, made)


def known(session: Session) -> list[KnownYear]:
    """Return the years whose holidays are known. For anybody."""
    return [
        KnownYear(
            table.year,
            table.source,
            [f"{day.isoformat()} {name}" for day, name in sorted(table.off.items())],
            [day.isoformat() for day in sorted(table.working)],
        )
        for table in known_years_of(session)
    ]


def enter(
    session: Session, house: House, actor: Actor, year: int, *, days: Mapping[str, Any], source: str
) -> None:
    """Enter a year's holidays; tickets whose due time waited for it are reckoned anew. For administrators.

    Raises:
        YearRefused: they contradict themselves or the year.
    """
    require_role(session, actor, Role.ADMINISTRATOR, None)
    enter_year(session, year=year, days=days, source=source, account_id=actor.account_id, at=house.clock())
    look_again(session, house)
    record_act(
        session, at=house.clock(), actor=actor.account_id, act="work-year-entered", subject=f"year:{year}"
    )


def _with_own(default: Promises, own: Mapping[str, Any]) -> Promises:
    changes: dict[str, Any] = {}
    for name in ("response", "resolution"):
        amount = own.get(name)
        if amount is not None:
            term: Term = getattr(default, name)
            changes[name] = replace(term, amount=amount)
    if own.get("confirm_days") is not None:
        changes["confirm_days"] = own["confirm_days"]
    return replace(default, **changes)
