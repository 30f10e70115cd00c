"""One line that says how a due time came about, for a reader of seventy."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from backend.complaints.rules.clocks import Mode, Reading, Term, Unit
from backend.complaints.rules.wording import DUE_LINE, UNIT_NAMES, WAIT_NAMES
from backend.kernel.clock import CHINA
from backend.kernel.worktime import CalendarUnknown, Span

LONGEST_LIST = 4


def explain(reading: Reading) -> str:
    """Return the line: when it began, how time is counted, which days were left out and why, what paused."""
    parts = [DUE_LINE["begun"].format(at=moment(reading.started_at)), _counting(reading)]
    if reading.unknown_year is not None:
        return "；".join([*parts, DUE_LINE["unknown"].format(year=reading.unknown_year)])
    parts += [*_days_left_out(reading), *_pauses(reading)]
    if reading.due_at is not None:
        parts.append(DUE_LINE["due"].format(at=moment(reading.due_at)))
    else:
        parts.append(DUE_LINE["paused"].format(left=length(reading.remaining)))
    return "；".join(parts)


def moment(at: datetime) -> str:
    """Write an instant as people here say it: 11月24日17:40."""
    here = at.astimezone(CHINA)
    return f"{here.month}月{here.day}日{here:%H:%M}"


def length(time: timedelta) -> str:
    """Write a length of time: 2小时5分钟."""
    minutes = time // timedelta(minutes=1)
    hours, rest = divmod(minutes, 60)
    return "".join([f"{hours}小时" if hours else "", f"{rest}分钟" if rest or not hours else ""])


def promise(term: Term) -> str:
    """Write a term: 5个工作日."""
    if term.unit is Unit.EXACT:
        return DUE_LINE["plan"]
    return f"{term.amount}{UNIT_NAMES[term.unit]}"


def _counting(reading: Reading) -> str:
    given = promise(reading.term)
    if reading.term.unit is Unit.EXACT:
        return given
    if reading.term.mode is Mode.ROUND_THE_CLOCK:
        return DUE_LINE["all_day"].format(given=given)
    hours = "、".join(_span(span) for span in reading.calendar.spans)
    return DUE_LINE["working"].format(hours=hours, given=given)


def _span(span: Span) -> str:
    return "–".join(f"{minute // 60}:{minute % 60:02d}" for minute in (span.start, span.end))


def _days_left_out(reading: Reading) -> Iterator[str]:
    """Name the days between begin and end that do not count, by their reason, and those made up."""
    if reading.term.mode is Mode.ROUND_THE_CLOCK:
        return
    rests: dict[str, list[date]] = {}
    made_up = []
    try:
        for day in _days(reading):
            rest = reading.calendar.rest_of(day)
            if rest is not None:
                rests.setdefault(rest, []).append(day)
            elif reading.calendar.is_made_up(day):
                made_up.append(day)
    except CalendarUnknown:
        return
    for rest, days in rests.items():
        yield DUE_LINE["left_out"].format(days=_list(days), why=rest)
    if made_up:
        yield DUE_LINE["made_up"].format(days=_list(made_up))


def _days(reading: Reading) -> Iterator[date]:
    day = reading.started_at.astimezone(CHINA).date()
    last = (reading.due_at or reading.started_at).astimezone(CHINA).date()
    while day <= last:
        yield day
        day += timedelta(days=1)


def _list(days: list[date]) -> str:
    shown = [f"{day.month}月{day.day}日" for day in days[:LONGEST_LIST]]
    more = f"等{len(days)}天" if len(days) > LONGEST_LIST else ""
    return "、".join(shown) + more


def _pauses(reading: Reading) -> Iterator[str]:
    if not reading.paused_for:
        return
    why = "、".join(dict.fromkeys(WAIT_NAMES.get(pause.reason, pause.reason) for pause in reading.pauses))
    yield DUE_LINE["stood"].format(time=length(reading.paused_for), why=why)
