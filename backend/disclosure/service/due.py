"""The limits of a community, and the days on which they end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from backend.disclosure.models import DisclosureRules
from backend.disclosure.rules.impersonal import check_impersonal
from backend.disclosure.rules.limits import LIMITS, Limit, LimitName, check_days, due_day
from backend.disclosure.service.keeper import Keeper
from backend.infra.calendar import calendars_of
from backend.kernel.worktime import MINUTES_PER_DAY, CalendarUnknown

WHOLE_DAY = ((0, MINUTES_PER_DAY),)


def limits_of(session: Session, community_id: str) -> Mapping[LimitName, Limit]:
    """Return the limits of a community: its own where they were set, else the defaults."""
    row = session.get(DisclosureRules, community_id)
    if row is None:
        return LIMITS
    return {
        name: replace(limit, days=row.days[name.value], source=row.source)
        if name.value in row.days
        else limit
        for name, limit in LIMITS.items()
    }


def set_limits(keeper: Keeper, days: Mapping[LimitName, int], source: str) -> None:
    """Set limits of a community, in days, with the local rule they come from.

    Raises:
        DisclosureRuleRefused, PersonalText: what it says.
    """
    check_impersonal(source)
    wanted = {name.value: check_days(number) for name, number in days.items()}
    row = DisclosureRules(
        community_id=keeper.community_id,
        days=wanted,
        source=source,
        set_at=keeper.now,
        set_by=keeper.account_id,
    )
    keeper.session.merge(row)
    keeper.session.flush()
    keeper.record("disclosure-limits-set", f"community:{keeper.community_id}", {"days": wanted})


def due(session: Session, limit: Limit, event: date) -> date:
    """Return the last day of a limit after an event.

    Raises:
        CalendarUnknown: it lies in a year whose holidays are not entered.
    """
    return due_day(limit, event, calendars_of(session)(WHOLE_DAY).rest_of)


def find_due(session: Session, limit: Limit, event: date) -> date | None:
    """Return the last day of a limit after an event, None where its year's holidays are not known."""
    try:
        return due(session, limit, event)
    except CalendarUnknown:
        return None
