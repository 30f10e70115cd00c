"""The clock of a ticket: terms, pauses, the cap of pauses, and the line that explains it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import accumulate, zip_longest

import chinese_calendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.complaints.rules.clocks import Mode, Pause, Reading, Term, Unit, read_clock
from backend.complaints.rules.explaining import explain
from backend.complaints.rules.promises import DEFAULTS, STANDARD_SPANS, Promises
from backend.complaints.rules.values import Priority
from backend.kernel.clock import CHINA
from backend.kernel.worktime import WorkCalendar, calendar_from, known_years, parse_year
from tests.houses import ROOT

CALENDAR = calendar_from(STANDARD_SPANS)
FIVE_DAYS = Term(5, Unit.WORKING_DAY, Mode.WORKING)
TWO_HOURS = Term(2, Unit.HOUR, Mode.ROUND_THE_CLOCK)
CAP = timedelta(hours=70)
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=CHINA)

FIRST, LAST = date(2025, 1, 1), date(2026, 6, 30)
INSTANTS = st.integers(0, (LAST - FIRST).days * 1440).map(
    lambda minutes: datetime.combine(FIRST, time(), CHINA) + timedelta(minutes=minutes)
)
TERMS = st.builds(Term, st.integers(1, 5), st.just(Unit.WORKING_DAY), st.just(Mode.WORKING)) | st.builds(
    Term, st.integers(1, 48), st.sampled_from([Unit.HOUR, Unit.MINUTE]), st.sampled_from(Mode)
)


def read(term: Term = FIVE_DAYS, **changes: object) -> Reading:
    given_by_default = {"started_at": MONDAY, "pauses": (), "stopped_at": None, "now": MONDAY, "cap": CAP}
    return read_clock(term, CALENDAR, **{**given_by_default, **changes})


def at(day: int, hour: int, minute: int = 0, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=CHINA)


@pytest.mark.parametrize(
    ("priority", "response", "resolution"),
    [
        ("P1", at(2, 9, 15), at(2, 11)),
        ("P2", at(2, 9, 30), at(3, 9)),
        ("P3", at(2, 11), at(9, 9)),
        ("P4", at(3, 9), at(17, 9)),
    ],
)
def test_the_default_terms_are_those_of_the_table(
    priority: str, response: datetime, resolution: datetime
) -> None:
    promises = DEFAULTS[Priority(priority)]
    assert read(promises.response).due_at == response
    assert read(promises.resolution).due_at == resolution


def test_promises_come_back_from_an_event_as_they_went_in() -> None:
    for promises in DEFAULTS.values():
        assert Promises.from_json(promises.to_json()) == promises


def test_a_report_at_night_begins_to_count_in_the_morning() -> None:
    assert read(Term(2, Unit.HOUR, Mode.WORKING), started_at=at(2, 22)).due_at == at(3, 10, 30)


def test_a_pause_moves_the_due_time_by_the_working_time_it_took() -> None:
    paused = read(pauses=[Pause(at(3, 9), at(4, 9), "parts")], now=at(5, 9))
    assert paused.due_at == at(10, 9)
    assert paused.paused_for == timedelta(hours=7)


def test_while_it_stands_still_it_has_no_due_time_but_a_rest() -> None:
    standing = read(pauses=[Pause(at(3, 9), None, "resident")], now=at(4, 9))
    assert (standing.paused, standing.due_at) == (True, None)
    assert standing.remaining == timedelta(hours=28)
    assert standing.capped_at == at(17, 9)


def test_after_the_cap_of_pauses_the_clock_runs_on_though_the_ticket_waits() -> None:
    later = read(pauses=[Pause(at(3, 9), None, "resident")], now=at(18, 9))
    assert (later.paused, later.paused_for) == (False, CAP)
    assert later.due_at == at(23, 9)


def test_the_cap_holds_over_all_pauses_together() -> None:
    pauses = [Pause(at(2, 9), at(11, 9), "parts"), Pause(at(12, 9), at(31, 9), "resident")]
    reading = read(Term(5, Unit.WORKING_DAY, Mode.WORKING), pauses=pauses, now=at(31, 10))
    assert reading.paused_for == CAP


def test_it_is_met_at_the_last_minute_and_missed_a_minute_later() -> None:
    assert read(TWO_HOURS, stopped_at=at(2, 11)).met is True
    assert read(TWO_HOURS, stopped_at=at(2, 11, 1)).met is False
    assert read(TWO_HOURS, now=at(2, 10, 59)).met is None
    assert read(TWO_HOURS, now=at(2, 11)).met is False


def test_what_was_stopped_stays_as_it_was_however_late_one_looks() -> None:
    stopped = at(2, 10)
    assert read(TWO_HOURS, stopped_at=stopped, now=at(2, 10)) == read(
        TWO_HOURS, stopped_at=stopped, now=at(30, 10)
    )


def test_a_due_time_in_a_year_that_is_not_entered_is_unknown_until_it_is() -> None:
    start = at(30, 9, month=12)
    unknown = read(started_at=start, now=start)
    assert (unknown.due_at, unknown.unknown_year) == (None, 2027)
    assert "2027年放假安排尚未录入" in explain(unknown)
    year = parse_year(2027, {"元旦": ["01-01"]}, source="某通知")
    known = read_clock(
        FIVE_DAYS,
        calendar_from(STANDARD_SPANS, {2027: year}),
        started_at=start,
        pauses=(),
        stopped_at=None,
        now=start,
        cap=CAP,
    )
    assert known.due_at == datetime(2027, 1, 7, 9, 0, tzinfo=CHINA)


def december(day: int, hour: int) -> datetime:
    return at(day, hour, month=12)


def january(day: int, hour: int) -> datetime:
    return datetime(2027, 1, day, hour, tzinfo=CHINA)


def test_what_was_due_before_the_unknown_year_stays_due_and_missed_in_it() -> None:
    late = read(started_at=december(1, 9), now=january(4, 9))
    assert (late.due_at, late.met, late.unknown_year) == (december(8, 9), False, None)


def test_a_pause_after_the_due_time_takes_no_miss_back_though_its_cap_lies_in_an_unknown_year() -> None:
    late = read(
        started_at=december(1, 9), pauses=[Pause(december(28, 9), None, "parts")], now=december(29, 9)
    )
    assert (late.due_at, late.met, late.paused) == (december(8, 9), False, False)


def test_a_pause_whose_cap_lies_in_an_unknown_year_still_stands_and_knows_its_rest() -> None:
    waiting = read(
        started_at=december(25, 9), pauses=[Pause(december(28, 9), None, "parts")], now=december(30, 9)
    )
    assert (waiting.paused, waiting.due_at, waiting.capped_at) == (True, None, None)
    assert (waiting.remaining, waiting.paused_for) == (timedelta(hours=28), timedelta(hours=14))
    assert (waiting.met, waiting.unknown_year) == (None, None)
    assert "剩余28小时" in explain(waiting)


def test_whether_it_still_stands_in_an_unknown_year_is_unknown() -> None:
    waiting = read(
        started_at=december(25, 9), pauses=[Pause(december(28, 9), None, "parts")], now=january(4, 9)
    )
    assert (waiting.paused, waiting.due_at, waiting.met) == (False, None, None)
    assert (waiting.unknown_year, waiting.remaining) == (2027, timedelta(hours=28))


def test_what_was_stopped_before_the_calendar_ends_was_in_time_though_its_due_time_is_unknown() -> None:
    stopped = read(started_at=december(30, 9), stopped_at=december(31, 10), now=january(4, 9))
    assert (stopped.met, stopped.due_at, stopped.unknown_year) == (True, None, 2027)
    assert stopped.remaining == timedelta(hours=27)


def test_whether_it_was_stopped_in_time_in_an_unknown_year_is_unknown() -> None:
    stopped = read(started_at=december(30, 9), stopped_at=january(4, 10), now=january(4, 10))
    assert (stopped.met, stopped.due_at, stopped.unknown_year) == (None, None, 2027)


def test_a_clock_that_starts_in_an_unknown_year_has_all_its_time_left() -> None:
    started = read(started_at=january(4, 9), now=january(5, 9))
    assert (started.due_at, started.unknown_year) == (None, 2027)
    assert started.remaining == timedelta(hours=35)


def test_round_the_clock_needs_no_calendar() -> None:
    assert read(TWO_HOURS, started_at=january(4, 9), now=january(4, 9)).due_at == january(4, 11)


def test_a_pause_that_begins_when_it_falls_due_comes_too_late() -> None:
    late = read(TWO_HOURS, pauses=[Pause(at(2, 11), None, "parts")], now=at(2, 11))
    assert (late.due_at, late.paused, late.met) == (at(2, 11), False, False)


def test_the_line_says_how_the_due_time_came_about() -> None:
    start = datetime(2026, 9, 17, 10, 30, tzinfo=CHINA)
    pause = Pause(start + timedelta(days=1), start + timedelta(days=4), "resident")
    assert explain(read(started_at=start, pauses=[pause], now=start + timedelta(days=5))) == (
        "9月17日10:30起算；按工作时间（8:30–12:00、14:00–17:30）计5个工作日；不计9月19日（周末）；"
        "不计9月25日、9月26日、9月27日（中秋节）；9月20日为调休上班日，照常计算；"
        "其间暂停计时14小时（等待居民）；应于9月28日10:30前完成"
    )


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_the_readme_s_line_is_what_the_program_says(readme: str) -> None:
    start = datetime(2026, 9, 17, 10, 30, tzinfo=CHINA)
    line = explain(read(started_at=start, now=start))
    assert line in (ROOT / readme).read_text(encoding="utf-8").replace("；\n", "；")


@given(TERMS, INSTANTS, st.integers(0, 5000), st.integers(0, 5000))
def test_without_pauses_due_is_monotone_and_the_rest_falls_to_nothing(
    term: Term, start: datetime, one: int, other: int
) -> None:
    first, later = sorted((one, other))
    a = read(term, started_at=start, now=start + timedelta(minutes=first))
    b = read(term, started_at=start, now=start + timedelta(minutes=later))
    assert a.due_at == b.due_at
    assert a.remaining >= b.remaining >= timedelta()


@given(TERMS, INSTANTS, st.lists(st.integers(1, 900), min_size=2, max_size=8), st.integers(0, 9000))
def test_the_rest_and_what_has_run_and_what_stood_still_make_up_the_whole(
    term: Term, start: datetime, steps: list[int], look: int
) -> None:
    edges, moment = [], start
    for step in steps[: len(steps) // 2 * 2]:
        moment += timedelta(minutes=step)
        edges.append(moment)
    pauses = [Pause(a, b, "parts") for a, b in zip(edges[::2], edges[1::2], strict=True)]
    now = start + timedelta(minutes=look)
    reading = read(term, started_at=start, pauses=[p for p in pauses if p.start <= now], now=now)
    counted = reading.calendar if term.mode is Mode.WORKING else None
    passed = counted.worked(start, now) if counted else now - start
    ran = passed - reading.paused_for
    assert reading.remaining == max(term.length(reading.calendar) - ran, timedelta())


@given(TERMS, INSTANTS, st.integers(1, 500), st.integers(1, 500), st.integers(1, 500))
def test_a_pause_cut_in_two_is_the_same_pause(
    term: Term, start: datetime, before: int, half: int, rest: int
) -> None:
    a = start + timedelta(minutes=before)
    b, c = a + timedelta(minutes=half), a + timedelta(minutes=half + rest)
    now = c + timedelta(days=1)
    whole = read(term, started_at=start, pauses=[Pause(a, c, "parts")], now=now)
    cut = read(term, started_at=start, pauses=[Pause(a, b, "parts"), Pause(b, c, "parts")], now=now)
    assert (whole.due_at, whole.met, whole.remaining) == (cut.due_at, cut.met, cut.remaining)


def minute_by_minute(
    term: Term, start: datetime, pauses: list[Pause], cap: timedelta, now: datetime
) -> tuple[datetime | None, bool, timedelta]:
    """Run a clock one minute at a time, by the calendar of others: due time, if it stands, what is left."""
    left, budget, moment = term.length(CALENDAR), cap, start
    stands, rest = False, left
    while left or moment <= now:
        waiting = [
            each for each in pauses if each.start <= moment and (each.end is None or moment < each.end)
        ]
        if moment == now:
            stands, rest = bool(waiting and waiting[0].end is None and budget and left), left
        minute = moment.hour * 60 + moment.minute
        is_office = any(begin <= minute < end for begin, end in STANDARD_SPANS)
        counts = term.mode is not Mode.WORKING or (is_office and chinese_calendar.is_workday(moment.date()))
        moment += timedelta(minutes=1)
        if counts and waiting and budget:
            budget -= timedelta(minutes=1)
        elif counts and left:
            left -= timedelta(minutes=1)
            due_at = moment if not left else None
    return (None if stands else due_at), stands, rest


@settings(max_examples=60, deadline=None)
@given(
    TERMS,
    INSTANTS,
    st.lists(st.integers(1, 2000), max_size=5),
    st.integers(0, 900),
    st.integers(0, 6000),
)
def test_a_clock_shows_what_counting_minute_by_minute_gives(
    term: Term, start: datetime, steps: list[int], cap: int, look: int
) -> None:
    edges = [start + timedelta(minutes=total) for total in accumulate(steps)]
    now = (edges[-1] if edges else start) + timedelta(minutes=look)
    pauses = [Pause(a, b, "parts") for a, b in zip_longest(edges[::2], edges[1::2])]
    due_at, stands, rest = minute_by_minute(term, start, pauses, timedelta(minutes=cap), now)
    reading = read(term, started_at=start, pauses=pauses, cap=timedelta(minutes=cap), now=now)
    assert (reading.due_at, reading.paused, reading.remaining) == (due_at, stands, rest)


@given(TERMS, INSTANTS, st.integers(1, 3000), st.integers(1, 3000), st.integers(0, 3000))
def test_a_clock_near_the_end_of_the_calendar_never_contradicts_the_one_that_knows_more(
    term: Term, start: datetime, before: int, pause: int, look: int
) -> None:
    """What is said without the last year is true with it."""
    end = datetime(start.year, 12, 31, 23, 59, tzinfo=CHINA)
    begin = end - timedelta(minutes=before + pause)
    stop = begin + timedelta(minutes=before)
    now = stop + timedelta(minutes=look)
    years = {year: table for year, table in known_years().items() if year <= start.year}
    poor = WorkCalendar(CALENDAR.spans, years)
    for pauses in ((), (Pause(stop, None, "parts"),), (Pause(stop, now, "parts"),)):
        less = read_clock(term, poor, started_at=begin, pauses=pauses, stopped_at=None, now=now, cap=CAP)
        more = read_clock(term, CALENDAR, started_at=begin, pauses=pauses, stopped_at=None, now=now, cap=CAP)
        assert less.due_at in {more.due_at, None}
        assert less.met in {more.met, None}
        assert less.remaining >= more.remaining
        assert less.unknown_year is not None or (less.due_at, less.paused) == (more.due_at, more.paused)
