"""By when something must be published, posted or answered: each limit with its source and how sure it is.

A limit may be set for a community, since local rules differ; a day is never typed, it is computed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from backend.disclosure.rules.refusals import DisclosureRuleRefused, PublicationRefused
from backend.disclosure.rules.values import BookKind, Confidence, Post

A_DAY = timedelta(days=1)
MOST_DAYS = 90
RestOf = Callable[[date], str | None]
"""Says why nobody works on a day (see `WorkCalendar.rest_of`); None on a working day."""


class LimitName(StrEnum):
    """What is limited."""

    COMMON = "common_publication"
    FUND = "fund_publication"
    PAPERS = "completion_papers"
    ANSWER = "enquiry_answer"


@dataclass(frozen=True, slots=True)
class Limit:
    """So many days after an event. `working`: of working days; else of all days, a rest day moving on."""

    days: int
    working: bool
    source: str
    confidence: Confidence


LIMITS: Mapping[LimitName, Limit] = {
    LimitName.COMMON: Limit(
        15,
        working=True,
        source="民法典第二百八十一条、第九百四十三条，山东省物业管理条例第五十条：定期公布；"
        "条文未定日数，默认每季度结束后十五个工作日",
        confidence=Confidence.UNSURE,
    ),
    LimitName.FUND: Limit(
        20,
        working=True,
        source="住宅专项维修资金管理办法第三十条：至少每年公布一次；条文未定日数，默认年度结束后二十个工作日",
        confidence=Confidence.FAIRLY_SURE,
    ),
    LimitName.PAPERS: Limit(
        5,
        working=False,
        source="淄博市物业管理条例第六十七条：完工后五日内公示；其他地方以当地规定为准",
        confidence=Confidence.FAIRLY_SURE,
    ),
    LimitName.ANSWER: Limit(
        5,
        working=True,
        source="民法典第二百八十五条：及时答复；条文未定日数，默认五个工作日",
        confidence=Confidence.UNSURE,
    ),
}
MONTHS: Mapping[BookKind, int] = {BookKind.COMMON: 3, BookKind.FUND: 12}
"""How long a published period is: quarters of common income, years of the fund."""
LIMIT_OF: Mapping[BookKind, LimitName] = {
    BookKind.COMMON: LimitName.COMMON,
    BookKind.FUND: LimitName.FUND,
}


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A quarter or a year of the calendar; both days belong to it."""

    first: date
    last: date

    @property
    def name(self) -> str:
        """Return its Chinese name."""
        if self.first.month == 1 and self.last.month == 12:
            return f"{self.first.year}年度"
        return f"{self.first.year}年第{(self.first.month + 2) // 3}季度"


def period_at(kind: BookKind, day: date) -> Period:
    """Return the period of a kind of books that holds a day."""
    months = MONTHS[kind]
    begin = (day.month - 1) // months * months + 1
    first = date(day.year, begin, 1)
    after = date(day.year + 1, 1, 1) if begin + months > 12 else date(day.year, begin + months, 1)
    return Period(first, after - A_DAY)


def period_from(kind: BookKind, first_day: date) -> Period:
    """Return the period that begins on a day.

    Raises:
        PublicationRefused: none does.
    """
    period = period_at(kind, first_day)
    if period.first != first_day:
        raise PublicationRefused(f"{first_day} 不是一期的第一天；该日所在的一期从 {period.first} 开始")
    return period


def periods_since(kind: BookKind, opened: date, today: date) -> Iterator[Period]:
    """Return every period from the one in which books were opened to the present one."""
    period = period_at(kind, opened)
    while period.first <= today:
        yield period
        period = period_at(kind, period.last + A_DAY)


def due_day(limit: Limit, event: date, rest_of: RestOf) -> date:
    """Return the last day of a limit, which ends at 24:00 of it.

    The day of the event is not counted (Civil Code art. 201); a last day on which nobody works moves to the
    next working day (art. 203).

    Raises:
        CalendarUnknown: it lies in a year whose holidays are not entered.
    """
    day, left = event, limit.days
    while left:
        day += A_DAY
        left -= rest_of(day) is None if limit.working else 1
    while rest_of(day) is not None:
        day += A_DAY
    return day


def check_days(days: int) -> int:
    """Refuse a limit of no days, or of more than a quarter.

    Raises:
        DisclosureRuleRefused: what it says.
    """
    if not 1 <= days <= MOST_DAYS:
        raise DisclosureRuleRefused(f"期限应为 1 至 {MOST_DAYS} 日")
    return days


def post_of(period: Period, due: date, published: date | None, today: date) -> Post:
    """Tell how the publication of a period stands. Days are those of China; the due day itself is in time."""
    if published is not None:
        return Post.ON_TIME if published <= due else Post.LATE
    if today <= period.last:
        return Post.NOT_YET
    return Post.DUE if today <= due else Post.MISSED
