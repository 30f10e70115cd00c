"""Working time in China: spans of a day, public holidays, make-up working days (调休上班).

Which days are working days is set year by year by a notice of the State Council. A year that is not known is
refused; the ordinary week is no answer for it.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache, cached_property
from importlib.resources import files
from typing import Any

from backend.kernel.clock import CHINA
from backend.kernel.refusal import BadInput, Refusal

MINUTES_PER_DAY = 24 * 60
SATURDAY = 5
WEEKEND = "周末"
WORKING = "working"
_NOTHING = timedelta()
MONTH_AND_DAY = re.compile(r"[0-9]{2}-[0-9]{2}")


class CalendarUnknown(Refusal):
    """A working day was asked for in a year whose holidays are not entered."""

    code = "calendar-unknown"
    title = "该年度的放假安排尚未录入"

    def __init__(self, year: int) -> None:
        self.year = year
        super().__init__(
            f"{year}年的放假和调休安排尚未录入，无法计算工作日；请管理员按国务院办公厅的通知录入"
        )


class YearRefused(BadInput):
    """Holidays of a year that contradict themselves or the year."""

    code = "work-year-refused"
    title = "放假安排填写有误"


class SpansRefused(BadInput):
    """Working hours that are not spans of one day, one after the other."""

    code = "working-hours-refused"
    title = "工作时间设置有误"


@dataclass(frozen=True)
class YearTable:
    """The exceptions of one year: days off with the name of the holiday, and weekend days that are worked."""

    year: int
    off: Mapping[date, str]
    working: frozenset[date]
    source: str

    def rest_of(self, day: date) -> str | None:
        """Return why nobody works on a day of this year; None on a working day."""
        if day in self.working:
            return None
        return self.off.get(day) or (WEEKEND if day.weekday() >= SATURDAY else None)

    @cached_property
    def working_days(self) -> tuple[int, ...]:
        """The working days in their order, as proleptic ordinals."""
        return tuple(at for at in _ordinals(self.year) if self.rest_of(date.fromordinal(at)) is None)


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a day in which people work: minutes from 0:00 in +08:00, `end` not included."""

    start: int
    end: int

    @property
    def minutes(self) -> int:
        """Return its length."""
        return self.end - self.start


@dataclass(frozen=True)
class WorkCalendar:
    """When people work. Without `years` (see `ROUND_THE_CLOCK`) every day is worked.

    All instants are aware; days are those of +08:00, which has no summer time.
    """

    spans: tuple[Span, ...]
    years: Mapping[int, YearTable] | None

    @cached_property
    def standard_day(self) -> timedelta:
        """How much is worked on a working day."""
        return timedelta(minutes=sum(span.minutes for span in self.spans))

    @cached_property
    def _parts(self) -> tuple[tuple[timedelta, timedelta], ...]:
        """Begin and end of each span, counted from midnight."""
        return tuple((timedelta(minutes=span.start), timedelta(minutes=span.end)) for span in self.spans)

    def is_working_day(self, day: date) -> bool:
        """Tell whether people work that day. Raises CalendarUnknown."""
        return self.rest_of(day) is None

    def rest_of(self, day: date) -> str | None:
        """Return why nobody works that day (a holiday's name, or the weekend); None on a working day.

        Raises:
            CalendarUnknown: the year is not entered.
        """
        return None if self.years is None else self._table(self.years, day.year).rest_of(day)

    def is_made_up(self, day: date) -> bool:
        """Tell whether a weekend day is worked in place of another."""
        return self.years is not None and day.year in self.years and day in self.years[day.year].working

    def worked(self, start: datetime, end: datetime) -> timedelta:
        """Return how much working time lies between two instants; nothing if `end` is not after `start`.

        Raises:
            CalendarUnknown: a day between them lies in a year that is not entered.
        """
        if end <= start:
            return _NOTHING
        first, last = start.astimezone(CHINA), end.astimezone(CHINA)
        final = (last - timedelta.resolution).year  # midnight belongs to the year that ends
        whole = sum(len(self._days(year)) for year in range(first.year, final)) * self.standard_day
        return whole + self._passed(final, last) - self._passed(first.year, first)

    def after(self, start: datetime, amount: timedelta) -> datetime:
        """Return the instant by which `amount` of working time has passed since `start`.

        Nothing passes in no time: `after(x, 0)` is x. A result at the end of a span is that end, not the
        beginning of the next. The answer stands in the zone of `start`.

        Raises:
            CalendarUnknown: the result lies in, or behind, a year that is not entered.
        """
        if amount <= _NOTHING:
            return start
        local = start.astimezone(CHINA)
        year, a_day = local.year, self.standard_day
        left = self._passed(year, local) + amount
        while left > (whole := len(self._days(year)) * a_day):
            left -= whole
            year += 1
        full_days = -(-left // a_day) - 1  # of a day that is used up to its end, the end is the answer
        day = date.fromordinal(self._days(year)[full_days])
        return self._instant(day, left - full_days * a_day).astimezone(start.tzinfo)

    def _passed(self, year: int, at: datetime) -> timedelta:
        """Return the working time from the beginning of a year to an instant of it, or to its end."""
        days, today = self._days(year), at.toordinal()
        count = bisect_left(days, today)
        is_worked = count < len(days) and days[count] == today
        return count * self.standard_day + (self._of_day(at) if is_worked else _NOTHING)

    def _of_day(self, at: datetime) -> timedelta:
        since = timedelta(hours=at.hour, minutes=at.minute, seconds=at.second, microseconds=at.microsecond)
        worked = _NOTHING
        for begin, end in self._parts:
            if since <= begin:
                break
            worked += min(since, end) - begin
        return worked

    def _instant(self, day: date, worked: timedelta) -> datetime:
        """Return when so much of a working day has been worked; never more than the standard day."""
        into_day, left = _NOTHING, worked
        for begin, end in self._parts:
            into_day = begin + left
            if into_day <= end:
                break
            left -= end - begin
        return datetime.combine(day, time(), CHINA) + into_day

    def _days(self, year: int) -> Sequence[int]:
        return _ordinals(year) if self.years is None else self._table(self.years, year).working_days

    @staticmethod
    def _table(years: Mapping[int, YearTable], year: int) -> YearTable:
        if year not in years:
            raise CalendarUnknown(year)
        return years[year]


ROUND_THE_CLOCK = WorkCalendar((Span(0, MINUTES_PER_DAY),), None)
"""Every minute of every day counts; no year needs to be known."""


def calendar_from(
    spans: Sequence[Sequence[int]], extra_years: Mapping[int, YearTable] | None = None
) -> WorkCalendar:
    """Return the calendar of these working hours: the years that come with the program, and further ones.

    Raises:
        SpansRefused: see `parse_spans`.
    """
    return WorkCalendar(parse_spans(spans), {**known_years(), **(extra_years or {})})


def parse_spans(spans: Sequence[Sequence[int]]) -> tuple[Span, ...]:
    """Read working hours, pairs of minutes from midnight.

    Raises:
        SpansRefused: none, or one that is empty, outside the day, or begins before another ends.
    """
    found = tuple(Span(*pair) for pair in spans if len(pair) == 2)
    edges = [edge for span in found for edge in (span.start, span.end)]
    inside = all(0 <= edge <= MINUTES_PER_DAY for edge in edges)
    ordered = all(earlier < later for earlier, later in zip(edges[::2], edges[1::2], strict=True))
    apart = all(earlier <= later for earlier, later in zip(edges[1::2], edges[2::2], strict=False))
    if not found or len(found) != len(spans) or not (inside and ordered and apart):
        raise SpansRefused("工作时间应为一天内依次排列、互不重叠的时段，如 8:30 至 12:00、14:00 至 17:30")
    return found


def parse_year(year: int, days: Mapping[str, Any], *, source: str) -> YearTable:
    """Read a year's exceptions: {"春节": ["02-15", ...], ..., "working": ["02-14", ...]}.

    Raises:
        YearRefused: a day that is not of the year, named twice or without a name, a make-up day that is no
            weekend, or no day off at all.
    """
    named = [(_day(year, text), name) for name, texts in days.items() for text in texts]
    twice = [day for day, count in Counter(day for day, _ in named).items() if count > 1]
    if twice:
        raise YearRefused(f"{twice[0].isoformat()} 出现了两次；请核对通知")
    working = frozenset(day for day, name in named if name == WORKING)
    wrong = sorted(day for day in working if day.weekday() < SATURDAY)
    if wrong:
        raise YearRefused(f"调休上班日 {wrong[0].isoformat()} 不是周六或周日；请核对通知")
    off = {day: name for day, name in named if name != WORKING}
    if not off:
        raise YearRefused(f"{year}年没有任何放假日；请按通知完整录入")
    if not all(name.strip() for name in off.values()):
        raise YearRefused("有放假日没有写节日名称；请按通知填写，如“春节”")
    return YearTable(year, off, working, source)


@cache
def known_years() -> Mapping[int, YearTable]:
    """Return the years that come with the program (holidays.toml)."""
    text = files("backend.kernel").joinpath("holidays.toml").read_text(encoding="utf-8")
    found = {}
    for year, days in tomllib.loads(text).items():
        source = days.pop("source")
        found[int(year)] = parse_year(int(year), days, source=source)
    return found


def _ordinals(year: int) -> range:
    return range(date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal() + 1)


def _day(year: int, text: object) -> date:
    if MONTH_AND_DAY.fullmatch(str(text)):  # fromisoformat alone would take week dates, of other years too
        with suppress(ValueError):
            return date.fromisoformat(f"{year:04d}-{text}")
    raise YearRefused(f"“{text}”不是{year}年的日期；请写作 月-日，如 02-17")
