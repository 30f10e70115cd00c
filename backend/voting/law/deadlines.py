"""The days and instants the law sets, computed, never typed. All instants are in +08:00.

Civil Code art. 201: the first day is not counted; art. 203: a last day that is a statutory holiday moves
to the next working day and ends at 24:00. Which days are working days the caller says: no calendar is here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta, timezone

from backend.voting.errors import LawError
from backend.voting.law.rulepack import RulePack

CHINA = timezone(timedelta(hours=8), "+08:00")
LONGEST_HOLIDAY = 31

WorkingDays = Callable[[date], bool]


class OpeningTooEarly(LawError):
    """Voting opens before the notice period is over."""

    code = "opening-too-early"


class VotingDaysOutOfRange(LawError):
    """A voting period shorter or longer than the pack allows."""

    code = "voting-days-out-of-range"


class InstantWithoutZone(LawError):
    """An instant that does not say its time zone, so that its day is unknown."""

    code = "instant-without-zone"


class CalendarUnusable(LawError):
    """A calendar that knows no working day for a month: it is wrong or does not reach so far."""

    code = "calendar-unusable"


def end_of(day: date) -> datetime:
    """Return 24:00 of a day, which is 00:00 of the next."""
    return datetime.combine(day + timedelta(days=1), time(), CHINA)


def earliest_opening(notice_date: date, pack: RulePack) -> datetime:
    """Return the first instant at which voting may open after a notice posted that day.

    物业管理条例 art. 14 asks for 15 days before; the pack's 16 gives 15 full days (law.md 2.5).
    """
    return datetime.combine(notice_date + timedelta(days=pack.deadlines.notice_days), time(), CHINA)


def check_opening(opens_at: datetime, notice_date: date, pack: RulePack) -> None:
    """Refuse an opening before the earliest lawful instant. Raises OpeningTooEarly, InstantWithoutZone."""
    _check_zone(opens_at)
    earliest = earliest_opening(notice_date, pack)
    if opens_at < earliest:
        raise OpeningTooEarly(
            f"opening at {opens_at.isoformat()} is too early for a notice of {notice_date.isoformat()}"
            f" (物业管理条例 art. 14); open at {earliest.isoformat()} or later"
        )


def closing(opens_at: datetime, voting_days: int, pack: RulePack) -> datetime:
    """Return the exact second voting closes: 24:00 of the last day, `voting_days` full days after opening.

    An opening at 00:00 makes its own day the first; a later one gets the rest of that day on top, so the
    period is never shorter than announced. Raises VotingDaysOutOfRange, InstantWithoutZone.
    """
    _check_zone(opens_at)
    rules = pack.deadlines
    if not rules.voting_days_min <= voting_days <= rules.voting_days_max:
        raise VotingDaysOutOfRange(
            f"{voting_days} voting days: rule pack {pack.id} allows {rules.voting_days_min} to"
            f" {rules.voting_days_max}; choose within that"
        )
    due = opens_at.astimezone(CHINA) + timedelta(days=voting_days)
    return due if due.time() == time() else end_of(due.date())


def result_posting(decided_on: date, pack: RulePack) -> date:
    """Return the last day to post the decision (山东省条例 art. 32: within 3 days).

    It does not move for a holiday: posting early harms nobody, posting late does.
    """
    return decided_on + timedelta(days=pack.deadlines.result_posting_days)


def objections(posted_on: date, pack: RulePack) -> date:
    """Return the last day for objections to a preliminary result posted that day; it ends at 24:00."""
    return posted_on + timedelta(days=pack.deadlines.objection_days)


def filing(elected_on: date, pack: RulePack, is_working_day: WorkingDays) -> date:
    """Return the last day to file the committee (物业管理条例 art. 16), moved on by Civil Code art. 203.

    Raises CalendarUnusable.
    """
    due = elected_on + timedelta(days=pack.deadlines.filing_days)
    for later in range(LONGEST_HOLIDAY):
        day = due + timedelta(days=later)
        if is_working_day(day):
            return day
    raise CalendarUnusable(
        f"the calendar has no working day from {due.isoformat()} on for {LONGEST_HOLIDAY} days; load the"
        " calendar of that year"
    )


def _check_zone(instant: datetime) -> None:
    if instant.utcoffset() is None:
        raise InstantWithoutZone(f"{instant.isoformat()} has no time zone; write it with +08:00")
