"""The clock of a ticket: terms, pauses, the cap of pauses, and the line that explains it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.complaints.rules.clocks import Mode, Pause, Reading, Term, Unit, read_clock
from backend.complaints.rules.explaining import explain
from backend.complaints.rules.promises import DEFAULTS, STANDARD_SPANS, Promises
from backend.complaints.rules.values import Priority
from backend.kernel.clock import CHINA
from backend.kernel.worktime import calendar_from, parse_year

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


def test_the_line_says_how_the_due_time_came_about() -> None:
    start = datetime(2026, 9, 17, 10, 30, tzinfo=CHINA)
    pause = Pause(start + timedelta(days=1), start + timedelta(days=4), "resident")
    assert explain(read(started_at=start, pauses=[pause], now=start + timedelta(days=5))) == (
        "9月17日10:30起算；按工作时间（8:30–12:00、14:00–17:30）计5个工作日；不计9月19日（周末）；"
        "不计9月25日、9月26日、9月27日（中秋节）；9月20日为调休上班日，照常计算；"
        "其间暂停计时14小时（等待居民）；应于9月28日10:30前完成"
    )


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
