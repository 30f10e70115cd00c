"""Quiet hours, and what fits into a template of WeChat."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.kernel.clock import CHINA
from backend.messages.rules import ANY_SUBJECT, fitting, sendable_at, subject_of, without_personal
from tests.standins.wechat import LIMITS

NIGHT = (21 * 60 + 30, 7 * 60 + 30)
SIESTA = (12 * 60, 14 * 60)


def at(clock: str, day: int = 2) -> datetime:
    hour, minute = map(int, clock.split(":"))
    return datetime(2026, 3, day, hour, minute, tzinfo=CHINA)


@pytest.mark.parametrize(
    ("now", "quiet", "sent"),
    [
        (at("21:29"), NIGHT, at("21:29")),
        (at("21:30"), NIGHT, at("07:30", 3)),
        (at("23:59"), NIGHT, at("07:30", 3)),
        (at("00:00"), NIGHT, at("07:30")),
        (at("07:29"), NIGHT, at("07:30")),
        (at("07:30"), NIGHT, at("07:30")),
        (at("11:59"), SIESTA, at("11:59")),
        (at("12:00"), SIESTA, at("14:00")),
        (at("14:00"), SIESTA, at("14:00")),
        (at("23:00"), None, at("23:00")),
    ],
)
def test_a_message_of_quiet_hours_waits_for_their_end(
    now: datetime, quiet: tuple[int, int] | None, sent: datetime
) -> None:
    assert sendable_at(now, quiet, urgent=False) == sent


def test_an_urgent_message_does_not_wait() -> None:
    assert sendable_at(at("23:00"), NIGHT, urgent=True) == at("23:00")


@given(minutes=st.integers(0, 3 * 24 * 60), begin=st.integers(0, 1439), end=st.integers(0, 1439))
def test_what_may_be_sent_at_an_instant_is_not_put_off_again(minutes: int, begin: int, end: int) -> None:
    now = at("00:00") + timedelta(minutes=minutes)
    due = sendable_at(now, (begin, end), urgent=False)
    assert now <= due <= now + timedelta(days=1)
    assert sendable_at(due, (begin, end), urgent=False) == due


@given(kind=st.sampled_from(sorted(set(LIMITS) - {"time"})), value=st.text(max_size=80))
def test_whatever_is_said_fits_into_the_field_of_a_template(kind: str, value: str) -> None:
    assert re.fullmatch(LIMITS[kind], fitting(f"{kind}1", value))


def test_a_time_fits_as_it_is() -> None:
    for field in ("time2", "thing1", "character_string3"):
        assert fitting(field, "2026-03-02 12:00") == "2026-03-02 12:00"


def test_a_long_text_is_cut_with_a_sign_that_it_was() -> None:
    assert fitting("thing1", "一" * 20) == "一" * 20
    assert fitting("thing1", "一" * 21) == "一" * 19 + "…"
    assert fitting("phrase3", "已经办结请您确认") == "已经办结请"


def test_lines_are_joined_and_signs_that_wechat_counts_twice_are_left_out() -> None:
    assert fitting("thing1", " 已办结\n请  确认🎉 ") == "已办结 请 确认"


def test_an_empty_value_is_never_sent() -> None:
    assert fitting("thing1", " \n ") == ANY_SUBJECT


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("请联系13900000001", "请联系*"),
        ("证件110101199001011234已核对", "证件*已核对"),
        ("证件11010119900101123X已核对", "证件*已核对"),
        ("3号楼2单元502室漏水", "***漏水"),
        ("3-2-502漏水", "*漏水"),
        ("固话0534-1234567", "固话*"),
        ("工单20260302-0001已办结", "工单20260302-0001已办结"),
        ("2026-03-02前办结", "2026-03-02前办结"),
    ],
)
def test_phones_documents_and_homes_are_not_shown(text: str, shown: str) -> None:
    assert without_personal(text) == shown
    assert subject_of("ticket", text) == shown


@pytest.mark.parametrize(
    ("kind", "given_", "subject"),
    [
        ("ticket-resolved", "", "工单有新进展"),
        ("ticket-resolved", "工单已办结", "工单已办结"),
        ("something-else", "", ANY_SUBJECT),
    ],
)
def test_a_subject_is_the_sender_s_or_follows_from_the_kind(kind: str, given_: str, subject: str) -> None:
    assert subject_of(kind, given_) == subject
