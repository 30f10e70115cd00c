"""Working time in China: spans of a day, public holidays, make-up working days (调休上班).

Which days are working days is set year by year by a notice of the State Council. A year that is not known is
refused; the ordinary week is no answer for it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from backend.kernel.clock import CHINA
from backend.kernel.refusal import BadInput, Refusal

MINUTES_PER_DAY = 24 * 60
SATURDAY = 5
WEEKEND = "周末"
_ONE_DAY = timedelta(days=1)


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


@dataclass(frozen=True, slots=True)
class YearTable:
    """The exceptions of one year: days off with the name of the holiday, and weekend days that are worked."""

    year: int
    off: Mapping[date, str]
    working: frozenset[date]
    source: str


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a day in which people work: minutes from 0:00 in +08:00, `end` not included."""

    start: int
    end: int

    @property
    def minutes(self) -> int:
        """Return its length."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """When people work. Without `years` (see `ROUND_THE_CLOCK`) every day is worked.

    All instants are aware; days are those of +08:00, which has no summer time.
    """

    spans: tuple[Span, ...]
    years: Mapping[int, YearTable] | None

    @property
    def standard_day(self) -> timedelta:
        """Return how much is worked on a working day."""
        return timedelta(minutes=sum(span.minutes for span in self.spans))

    def is_working_day(self, day: date) -> bool:
        """Tell whether people work that day. Raises CalendarUnknown."""
        return self.rest_of(day) is None

    def rest_of(self, day: date) -> str | None:
        """Return why nobody works that day (a holiday's name, or the weekend); None on a working day.

        Raises:
            CalendarUnknown: the year is not entered.
        """
        if self.years is None:
            return None
        table = self.years.get(day.year)
        if table is None:
            raise CalendarUnknown(day.year)
        if day in table.working:
            return None
        return table.off.get(day) or (WEEKEND if day.weekday() >= SATURDAY else None)

    def is_made_up(self, day: date) -> bool:
        """Tell whether a weekend day is worked in place of another."""
        return self.years is not None and day.year in self.years and day in self.years[day.year].working

    def worked(self, start: datetime, end: datetime) -> timedelta:
        """Return how much working time lies between two instants; nothing if `end` is not after `start`.

        Raises:
            CalendarUnknown: a day between them lies in a year that is not entered.
        """
        total = timedelta()
        if end <= start:
            return total
        last = end.astimezone(CHINA).date()
        for day in _days_from(start):
            if day > last:
                break
            for begin, finish in self._spans_of(day):
                total += max(min(finish, end) - max(begin, start), timedelta())
        return total

    def after(self, start: datetime, amount: timedelta) -> datetime:
        """Return the instant by which `amount` of working time has passed since `start`.

        Nothing passes in no time: `after(x, 0)` is x. A result at the end of a span is that end, not the
        beginning of the next.

        Raises:
            CalendarUnknown: the result lies in, or behind, a year that is not entered.
        """
        if amount <= timedelta():
            return start
        left = amount
        for day in _days_from(start):
            for begin, finish in self._spans_of(day):
                at = max(begin, start)
                if at >= finish:
                    continue
                if left <= finish - at:
                    return at + left
                left -= finish - at
        raise AssertionError("days do not end")

    def _spans_of(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        if not self.is_working_day(day):
            return
        midnight = datetime.combine(day, time(), CHINA)
        for span in self.spans:
            yield midnight + timedelta(minutes=span.start), midnight + timedelta(minutes=span.end)


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
        YearRefused: a day that is not of the year or named twice, or a make-up day that is no weekend.
    """
    off: dict[date, str] = {}
    working = [_day(year, text) for text in days.get("working", ())]
    for name, texts in days.items():
        if name == "working":
            continue
        for day in (_day(year, text) for text in texts):
            if day in off or day in working:
                raise YearRefused(f"{day.isoformat()} 出现了两次；请核对通知")
            off[day] = name
    wrong = [day for day in working if day.weekday() < SATURDAY]
    if wrong:
        raise YearRefused(f"调休上班日 {wrong[0].isoformat()} 不是周六或周日；请核对通知")
    if not off:
        raise YearRefused(f"{year}年没有任何放假日；请按通知完整录入")
    return YearTable(year, off, frozenset(working), source)


@cache
def known_years() -> Mapping[int, YearTable]:
    """Return the years that come with the program (holidays.toml)."""
    text = files("backend.kernel").joinpath("holidays.toml").read_text(encoding="utf-8")
    found = {}
    for year, days in tomllib.loads(text).items():
        source = days.pop("source")
        found[int(year)] = parse_year(int(year), days, source=source)
    return found


def _days_from(start: datetime) -> Iterator[date]:
    day = start.astimezone(CHINA).date()
    while True:
        yield day
        day += _ONE_DAY


def _day(year: int, text: object) -> date:
    try:
        return date.fromisoformat(f"{year:04d}-{text}")
    except ValueError as error:
        raise YearRefused(f"“{text}”不是{year}年的日期；请写作 月-日，如 02-17") from error
