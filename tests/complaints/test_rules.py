"""The rules without a database: moves, powers, the ladder, answers, what is public, figures."""

from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.complaints.rules import life
from backend.complaints.rules.answers import check_answers, check_questions
from backend.complaints.rules.events import Event
from backend.complaints.rules.figures import Counts, Rate, rates_of, score_of
from backend.complaints.rules.first_categories import first_categories
from backend.complaints.rules.ladder import Rung, as_facts, due_acts, next_rung
from backend.complaints.rules.life import MOVES, Standing, check_move, replay
from backend.complaints.rules.powers import POWERS, acting_as
from backend.complaints.rules.promises import DEFAULTS
from backend.complaints.rules.publicity import HIDDEN, public_text
from backend.complaints.rules.refusals import (
    AnswersRefused,
    CategoryUnlawful,
    NotYourPart,
    StepNotAllowed,
)
from backend.complaints.rules.sight import sight_of
from backend.complaints.rules.timing import read_clocks, wake_at
from backend.complaints.rules.values import OPEN, Kind, Level, Part, Party, Priority, State
from backend.complaints.rules.wording import KIND_NAMES, LEVEL_NAMES, PARTY_NAMES, STATE_NAMES
from backend.kernel.clock import CHINA
from backend.kernel.worktime import calendar_from

START = datetime(2026, 3, 2, 9, 0, tzinfo=CHINA)
RUNGS = (Rung(Level.COMMUNITY, "party"), Rung(Level.STREET, "street"))


def submitted(priority: Priority = Priority.P3, **facts: Any) -> Event:
    promises = DEFAULTS[priority].to_json()
    firm = as_facts(Rung(Level.FIRM, "firm"))
    base = {"category": "other", "priority": priority.value, "level": 1, "bodies": [firm]}
    return Event(Kind.SUBMITTED, START, Party.REPORTER, facts={**base, "promises": promises, **facts})


def then(kind: Kind, minutes: int, party: Party = Party.DISPATCHER, **facts: Any) -> Event:
    return Event(kind, START + timedelta(minutes=minutes), party, facts=facts)


def acts_at(standing: Standing, minutes: int) -> list[Event]:
    now = START + timedelta(minutes=minutes)
    return due_acts(standing, read_clocks(standing, calendar_from, now), RUNGS, now)


def live(standing: Standing, minutes: int) -> list[Event]:
    """Let time pass to an instant, as the worker does."""
    found: list[Event] = []
    while events := acts_at(standing, minutes):
        for event in events:
            life.apply(standing, event)
        found += events
    return found


def reopened(standing: Standing, minutes: int) -> Event:
    rung = next_rung(standing.level, RUNGS) or Rung(standing.level, "street")
    promises = DEFAULTS[standing.priority].to_json()
    facts = {"level": int(rung.level), "body": as_facts(rung), "promises": promises}
    return then(Kind.REOPENED, minutes, Party.REPORTER, **facts)


def test_every_word_has_its_chinese_name() -> None:
    assert set(KIND_NAMES) == set(Kind)
    assert set(STATE_NAMES) == set(State)
    assert set(PARTY_NAMES) == set(Party)
    assert set(LEVEL_NAMES) == set(Level)


def test_every_kind_but_the_first_has_a_move_and_every_power_a_move() -> None:
    assert set(MOVES) == set(Kind) - {Kind.SUBMITTED}
    assert set(POWERS) <= set(MOVES)


@pytest.mark.parametrize("state", sorted(State))
@pytest.mark.parametrize("kind", sorted(MOVES))
def test_a_move_that_is_not_in_the_table_is_refused(kind: Kind, state: State) -> None:
    standing = replay([submitted()])
    standing.state = state
    if state in MOVES[kind].before:
        check_move(standing, kind)
    else:
        with pytest.raises(StepNotAllowed, match="请刷新"):
            check_move(standing, kind)


def test_a_closed_ticket_can_neither_be_worked_on_nor_escalated() -> None:
    closed = {State.CONFIRMED, State.REJECTED, State.MERGED}
    work = {Kind.ACKNOWLEDGED, Kind.STARTED, Kind.WAITED, Kind.RESOLVED, Kind.ESCALATED, Kind.ASSIGNED}
    assert all(not MOVES[kind].before & closed for kind in work)


@pytest.mark.parametrize("kind", sorted(set(Kind) - set(POWERS)))
def test_what_no_table_grants_nobody_may_do(kind: Kind) -> None:
    with pytest.raises(NotYourPart):
        acting_as(list(Party), kind)


def test_residents_confirm_and_only_the_reporter_does() -> None:
    assert acting_as([Party.JOINER, Party.REPORTER], Kind.CONFIRMED) is Party.REPORTER
    with pytest.raises(NotYourPart):
        acting_as([Party.JOINER, Party.DISPATCHER, Party.COMMUNITY, Party.STREET], Kind.CONFIRMED)


def test_a_firm_that_does_not_answer_in_time_loses_the_lead_to_the_community() -> None:
    standing = replay([submitted()])
    assert [event.kind for event in live(standing, 119)] == [Kind.REMINDED]
    found = live(standing, 120)
    assert [event.kind for event in found] == [Kind.MISSED, Kind.ESCALATED]
    assert found[1].facts["cause"] == "response"
    assert standing.level is Level.COMMUNITY
    assert {key: body.part for key, body in standing.bodies.items()} == {
        "firm": Part.ASSIST,
        "party": Part.LEAD,
    }


def test_each_miss_climbs_one_level_and_each_step_has_its_own_deadline() -> None:
    standing = replay([submitted(Priority.P1)])
    live(standing, 15)
    assert standing.level is Level.COMMUNITY
    live(standing, 120)
    assert standing.level is Level.STREET
    before = len(standing.rounds)
    more = live(standing, 60 * 24 * 30)
    assert [event.facts["clock"] for event in more if event.kind is Kind.MISSED] == ["step"]
    assert (standing.level, len(standing.rounds)) == (Level.STREET, before)


def test_a_step_that_runs_out_climbs_though_both_clocks_were_kept() -> None:
    standing = replay([submitted(), then(Kind.ACKNOWLEDGED, 10)])
    rung = as_facts(RUNGS[0])
    life.apply(standing, then(Kind.ESCALATED, 20, level=2, body=rung, cause="hand"))
    found = live(standing, 20 + 60 * 24 * 2 + 60)
    assert (standing.level, [event.facts.get("cause") for event in found][-1]) == (Level.STREET, "step")


def test_nothing_happens_to_a_ticket_after_the_time_is_over_if_it_was_answered() -> None:
    events = [submitted(), then(Kind.ACKNOWLEDGED, 10), then(Kind.RESOLVED, 30)]
    standing = replay(events)
    assert live(standing, 60 * 24 * 6) == []
    assert [event.kind for event in live(standing, 60 * 24 * 7 + 30)] == [Kind.LAPSED]
    assert (
        standing.state,
        standing.solved,
        wake_at(standing, read_clocks(standing, calendar_from, START)),
    ) == (
        State.CONFIRMED,
        None,
        None,
    )


def test_a_reopened_ticket_starts_anew_one_level_higher() -> None:
    standing = replay([submitted(), then(Kind.ACKNOWLEDGED, 10), then(Kind.RESOLVED, 30)])
    life.apply(standing, reopened(standing, 60))
    clocks = read_clocks(standing, calendar_from, START + timedelta(minutes=61))
    assert (standing.level, standing.reopened, standing.state) == (Level.COMMUNITY, 1, State.REOPENED)
    assert clocks.response.started_at == START + timedelta(minutes=60)
    assert clocks.response.met is None


def test_waiting_stops_the_resolution_clock_and_not_the_response_clock() -> None:
    standing = replay([submitted(), then(Kind.ACKNOWLEDGED, 10), then(Kind.WAITED, 20, wait="parts")])
    clocks = read_clocks(standing, calendar_from, START + timedelta(minutes=50))
    assert (clocks.resolution.paused, clocks.response.met) == (True, True)


def test_a_pause_that_used_up_its_cap_ends_by_itself() -> None:
    standing = replay([submitted(), then(Kind.ACKNOWLEDGED, 10), then(Kind.WAITED, 20, wait="resident")])
    found = live(standing, 60 * 24 * 15)
    assert found[0].kind is Kind.RESUMED
    assert standing.state is State.IN_PROGRESS


@pytest.mark.parametrize("wait", [True, False])
def test_merging_and_taking_out_again_leaves_the_ticket_where_it_was(wait: bool) -> None:
    events = [submitted(), then(Kind.ACKNOWLEDGED, 10), then(Kind.STARTED, 15)]
    events += [then(Kind.WAITED, 20, wait="parts")] if wait else []
    standing = replay(events)
    before = standing.state
    life.apply(standing, then(Kind.MERGED, 30, into="other", number="x"))
    assert standing.state is State.MERGED
    assert acts_at(standing, 60 * 24 * 30) == []
    life.apply(standing, then(Kind.UNMERGED, 90))
    assert (standing.state, standing.merged_into) == (before, None)
    clocks = read_clocks(standing, calendar_from, START + timedelta(minutes=95))
    assert clocks.resolution.paused is wait


STEPS = st.lists(
    st.sampled_from(
        [
            Kind.ACKNOWLEDGED,
            Kind.STARTED,
            Kind.WAITED,
            Kind.RESUMED,
            Kind.RESOLVED,
            Kind.CONFIRMED,
            Kind.REOPENED,
            Kind.JOINED,
            Kind.NOTED,
        ]
    ),
    max_size=25,
)


@given(STEPS, st.lists(st.integers(1, 4000), min_size=25, max_size=25), st.sampled_from(Priority))
def test_replaying_what_was_lived_through_gives_the_same_standing(
    kinds: list[Kind], gaps: list[int], priority: Priority
) -> None:
    events = [submitted(priority)]
    standing = replay(events)
    minutes = 0
    for kind, gap in zip(kinds, gaps, strict=False):
        minutes += gap
        events += live(standing, minutes)
        facts = {"wait": "parts"} if kind is Kind.WAITED else {}
        event = reopened(standing, minutes) if kind is Kind.REOPENED else then(kind, minutes, **facts)
        try:
            life.apply(standing, event)
        except StepNotAllowed:
            continue
        events.append(event)
    assert replay(events) == standing
    now = START + timedelta(minutes=minutes)
    again, clocks = replay(events), read_clocks(standing, calendar_from, now)
    assert read_clocks(again, calendar_from, now) == clocks
    assert standing.is_open == (standing.state in OPEN)


@given(STEPS, st.lists(st.integers(1, 4000), min_size=25, max_size=25))
def test_after_the_worker_looked_the_next_look_lies_in_the_future(kinds: list[Kind], gaps: list[int]) -> None:
    standing, minutes = replay([submitted()]), 0
    for kind, gap in zip(kinds, gaps, strict=False):
        minutes += gap
        live(standing, minutes)
        now = START + timedelta(minutes=minutes)
        wake = wake_at(standing, read_clocks(standing, calendar_from, now))
        assert wake is None or wake > now
        if standing.state in MOVES[kind].before and kind is not Kind.REOPENED:
            life.apply(standing, then(kind, minutes, wait="parts"))


def test_the_contact_is_for_staff_while_the_ticket_is_open() -> None:
    standing = replay([submitted()])
    assert sight_of([Party.DISPATCHER], standing, START).contact
    assert not sight_of([Party.JOINER], standing, START).contact
    for event in (then(Kind.ACKNOWLEDGED, 1), then(Kind.RESOLVED, 2)):
        life.apply(standing, event)
    later = START + timedelta(days=29)
    assert not sight_of([Party.DISPATCHER], standing, later).contact
    assert sight_of([Party.COMMUNITY], standing, later).contact
    assert not sight_of([Party.COMMUNITY], standing, later + timedelta(days=2)).contact


@pytest.mark.parametrize(
    "text",
    [
        "请打 13800001234 联系我",
        "电话 0534-2345678",
        "身份证 37010019800101123X",
        "3-1-502 漏水",
        "三单元502 吵闹",
        "楼上 602室 装修",
        "1380 000 1234",
    ],
)
def test_phones_documents_and_homes_are_struck_out_of_public_words(text: str) -> None:
    shown = public_text(text)
    assert HIDDEN in shown
    assert not any(part in shown for part in ("1234", "502", "602", "2345678", "1980"))


def test_ordinary_words_stay_as_they_are() -> None:
    text = "3号楼2单元楼道灯 2026年3月2日 起不亮，已5天。"
    assert public_text(text) == text


def test_no_data_is_never_a_hundred_per_cent() -> None:
    assert all(rate.permille is None for rate in rates_of(Counts()).values())
    assert score_of(Counts()) is None


def test_rates_are_rounded_down_and_weighted_exactly() -> None:
    counts = Counts(
        response_met=2, response_due=3, solved=1, answered=3, satisfied=6, rated=7, tickets=3, whistles=4
    )
    assert rates_of(counts)["response"] == Rate(2, 3)
    assert rates_of(counts)["response"].permille == 666
    assert rates_of(counts)["repeated"] == Rate(1, 4)
    exact = 30 * Fraction(2, 3) + 35 * Fraction(1, 3) + 35 * Fraction(6, 7)
    assert score_of(counts) == int(exact * 10)


def test_a_score_without_ratings_is_no_score() -> None:
    assert score_of(Counts(response_met=1, response_due=1, solved=1, answered=1)) is None


QUESTIONS = check_questions(
    [
        {"code": "range", "question": "范围", "datatype": "singlevaluelist", "required": True,
         "values": [{"key": "home", "name": "家"}, {"key": "all", "name": "楼"}]},
        {"code": "when", "question": "时间", "datatype": "multivaluelist",
         "values": [{"key": "day", "name": "昼"}, {"key": "night", "name": "夜"}]},
        {"code": "degrees", "question": "温度", "datatype": "number"},
        {"code": "since", "question": "从何时", "datatype": "datetime"},
        {"code": "note", "question": "备注", "datatype": "text"},
    ]
)  # fmt: skip


def test_answers_are_kept_as_their_types() -> None:
    given_answers = {
        "range": "home",
        "when": ["night", "day"],
        "degrees": 15.5,
        "since": "2026-03-01T08:00:00+08:00",
        "note": " 冷 ",
    }
    assert check_answers(QUESTIONS, given_answers) == {
        "range": "home",
        "when": ["night", "day"],
        "degrees": "15.5",
        "since": "2026-03-01T00:00:00+00:00",
        "note": "冷",
    }


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({}, "answers.range"),
        ({"range": "street"}, "answers.range"),
        ({"range": "home", "when": "day"}, "answers.when"),
        ({"range": "home", "when": ["day", "day"]}, "answers.when"),
        ({"range": "home", "when": [["day"], {}]}, "answers.when"),
        ({"range": ["home"]}, "answers.range"),
        ({"range": {"home": 1}}, "answers.range"),
        ({"range": "home", "since": "0001-01-01T00:00:00+08:00"}, "answers.since"),
        ({"range": "home", "degrees": "warm"}, "answers.degrees"),
        ({"range": "home", "degrees": True}, "answers.degrees"),
        ({"range": "home", "since": "2026-03-01"}, "answers.since"),
        ({"range": "home", "note": "长" * 501}, "answers.note"),
        ({"range": "home", "colour": "red"}, "answers.colour"),
    ],
)
def test_a_wrong_answer_is_refused_by_its_question(answers: dict[str, Any], field: str) -> None:
    with pytest.raises(AnswersRefused) as refused:
        check_answers(QUESTIONS, answers)
    assert [error["field"] for error in refused.value.errors] == [field]


@pytest.mark.parametrize(
    "question",
    [
        {"code": "Range", "question": "范围", "datatype": "string"},
        {"code": "range", "question": " ", "datatype": "string"},
        {"code": "range", "question": "范围", "datatype": "colour"},
        {"code": "range", "question": "范围", "datatype": "singlevaluelist"},
        {"code": "range", "question": "范围", "datatype": "string", "values": [{"key": "a", "name": "甲"}]},
    ],
)
def test_a_malformed_question_is_refused(question: dict[str, Any]) -> None:
    with pytest.raises(CategoryUnlawful):
        check_questions([question])


def test_the_first_tree_is_two_levels_deep_and_every_code_is_its_own() -> None:
    rows = first_categories()
    headings = {row["code"] for row in rows if row["parent"] is None}
    assert len({row["code"] for row in rows}) == len(rows)
    assert {row["parent"] for row in rows} - {None} == headings
    assert {row["priority"] for row in rows} == set(Priority)
