"""A case with its events: loading it, adding an event, and the copy of its standing that lists are made of.

Whoever writes in a case locks the community's ledger first, so that neither payments nor other steps change
what the step rests on. Every change goes through `record`; nothing else writes an event or a copied column.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.fees.models import ArrearsCase
from backend.fees.rules.arrears import guards, life
from backend.fees.rules.arrears.events import ClaimedBill, Event
from backend.fees.rules.arrears.life import Standing
from backend.fees.rules.arrears.refusals import CaseUnknown
from backend.fees.rules.arrears.values import Kind, Side, State
from backend.fees.service.arrears.events import as_row, events_of
from backend.fees.service.arrears.telling import tell
from backend.fees.service.clerk import KEEPERS, Clerk
from backend.fees.service.standing import bills_named
from backend.fees.service.statements import current_tenure
from backend.identity import Role
from backend.infra.auth import Actor
from backend.infra.calendar import calendars_of
from backend.kernel.worktime import CalendarUnknown, WorkCalendar
from backend.registry import owned_units, posts_in

WHOLE_DAY = ((0, 24 * 60),)


@dataclass(slots=True)
class Case:
    """A case, what its events come to, and the calendar by which its periods end."""

    row: ArrearsCase
    events: list[Event]
    standing: Standing
    calendar: WorkCalendar


def get_row(session: Session, case_id: str) -> ArrearsCase:
    """Return a case's row as it stands in the database. Raises CaseUnknown."""
    row = session.get(ArrearsCase, case_id, populate_existing=True)
    if row is None:
        raise CaseUnknown("没有这项催缴记录；请核对编号")
    return row


def load(session: Session, row: ArrearsCase) -> Case:
    """Return a case with its events."""
    events = events_of(session, row.id)
    return Case(row, events, life.replay(events), calendars_of(session)(WHOLE_DAY))


def parts_of(session: Session, actor: Actor, row: ArrearsCase) -> tuple[Side, ...]:
    """Return the parts that somebody has in a case.

    An owner has one in the own time of holding alone; a community officer once mediation was asked for.

    Raises:
        CaseUnknown: none; whether there is such a case is not for them to know.
    """
    roles = {post.role for post in posts_in(session, actor, row.community_id)}
    found = [Side.FIRM] if roles & set(KEEPERS) else []
    if row.unit_id in owned_units(session, actor, row.community_id) and _is_current(session, row):
        found.append(Side.OWNER)
    if Role.COMMUNITY_OFFICER in roles and row.mediation_open:
        found.append(Side.COMMUNITY)
    if not found:
        raise CaseUnknown("没有这项催缴记录；请核对编号")
    return tuple(found)


def find_open(session: Session, unit_id: str, tenure: int) -> ArrearsCase | None:
    """Return the open case of a holder; there is one at most."""
    query = sa.select(ArrearsCase).where(
        ArrearsCase.unit_id == unit_id,
        ArrearsCase.tenure == tenure,
        ArrearsCase.state != State.CLOSED.value,
    )
    return session.scalar(query)


def begin(
    clerk: Clerk, firm_id: str, unit_id: str, tenure: int, side: Side, bills: Sequence[ClaimedBill]
) -> Case:
    """Open a case about some bills of a holder who has none open. The ledger is locked."""
    facts = {"bills": [bill.to_json() for bill in bills]}
    event = Event(1, Kind.OPENED, clerk.now, side, clerk.account_id, facts=facts)
    row = ArrearsCase(
        community_id=clerk.community_id,
        unit_id=unit_id,
        tenure=tenure,
        firm_id=firm_id,
        opened_at=clerk.now,
        last_reminder=None,
    )
    case = Case(row, [event], life.replay([event]), calendars_of(clerk.session)(WHOLE_DAY))
    _copy(case, event)
    clerk.session.add(row)
    clerk.session.flush()
    _keep(clerk, case, event)
    return case


def record(  # noqa: PLR0913  (an event has these parts)
    clerk: Clerk,
    case: Case,
    kind: Kind,
    side: Side,
    *,
    text: str = "",
    facts: Mapping[str, Any] | None = None,
    photos: Sequence[str] = (),
) -> int:
    """Add an event, tell whom it concerns, and return how many phones of owners were told.

    Raises:
        OutOfOrder: the table of moves does not allow it now; nothing is written.
    """
    account_id = None if side is Side.SYSTEM else clerk.account_id
    number = len(case.events) + 1
    event = Event(number, kind, clerk.now, side, account_id, text, facts or {}, tuple(photos))
    life.apply(case.standing, event)
    case.events.append(event)
    _copy(case, event)
    _keep(clerk, case, event)
    return tell(clerk, case.row, event)


def catch_up(clerk: Clerk, case: Case) -> None:
    """Record what payments, corrections and time have brought about. The ledger is locked."""
    standing = case.standing
    if standing.is_closed:
        return
    bills = bills_named(clerk.session, standing.bill_ids)
    cancelled = frozenset(one.bill.id for one in bills if one.is_cancelled)
    open_fen = {one.bill.id: one.open_fen for one in bills}
    for number in guards.moot_disputes(standing, cancelled):
        record(clerk, case, Kind.DISPUTE_UPHELD, Side.SYSTEM, facts={"dispute": number})
    closing = guards.closing_of(standing, open_fen, cancelled)
    if closing is not None:
        record(clerk, case, Kind.CLOSED, Side.SYSTEM, facts={"reason": closing.value})
    elif _is_broken(clerk, case, open_fen):
        record(clerk, case, Kind.INSTALMENTS_BROKEN, Side.SYSTEM)


def _is_broken(clerk: Clerk, case: Case, open_fen: Mapping[int, int]) -> bool:
    try:
        return guards.is_plan_broken(case.standing, open_fen, clerk.today, case.calendar)
    except CalendarUnknown:  # nobody is in default by a day that cannot be reckoned
        return False


def _is_current(session: Session, row: ArrearsCase) -> bool:
    return row.tenure == current_tenure(session, row.unit_id)


def _keep(clerk: Clerk, case: Case, event: Event) -> None:
    clerk.session.add(as_row(case.row.id, event))
    clerk.session.flush()
    act = f"arrears-{event.kind.value.replace('_', '-')}"
    clerk.record(act, f"arrears-case:{case.row.id}", {"event": event.number})


def _copy(case: Case, event: Event) -> None:
    row, standing = case.row, case.standing
    row.state = standing.state.value
    row.disputed = sorted(standing.disputed)
    row.last_reminder = standing.last_reminder
    row.mediation_open = standing.mediation_asked and not standing.is_closed
    row.events = standing.events
    row.updated_at = event.at
