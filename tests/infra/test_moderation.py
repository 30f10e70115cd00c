"""Checks of texts and pictures: what WeChat says, and what holds where it says nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.infra.moderation import (
    ImageVerdict,
    NoCheck,
    Verdict,
    WeChatCheck,
    WeChatImageCheck,
    read_image_event,
)
from backend.infra.wechat import CHECKED_AT_ONCE, WeChat
from backend.infra.wechat_line import WeChatUnavailable
from backend.infra.wechat_settings import read_wechat
from tests.houses import SetClock
from tests.standins.wechat import APPID, BREAK, SECRET, WeChatStandIn, wechat_stand_in

CHECK = "/wxa/msg_sec_check"


@pytest.fixture
def service() -> Iterator[WeChatStandIn]:
    with wechat_stand_in() as made:
        made.active.add("o-1")
        made.words.update({"坏话": "risky", "可疑": "review"})
        yield made


@pytest.fixture
def wechat(service: WeChatStandIn, tmp_path: Path, clock: SetClock) -> WeChat:
    settings = read_wechat({"WECHAT_APPID": APPID, "WECHAT_SECRET": SECRET, "WECHAT_BASE_URL": service.url})
    assert settings is not None
    return WeChat(settings, tmp_path / "token.json", clock)


def test_without_a_check_a_person_has_to_look() -> None:
    assert NoCheck().judge("楼道灯不亮", "o-1") is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("text", "verdict"),
    [("楼道灯不亮", Verdict.PASS), ("有些可疑", Verdict.REVIEW), ("坏话", Verdict.RISKY), ("", Verdict.PASS)],
)
def test_wechat_s_answer_is_the_verdict(wechat: WeChat, text: str, verdict: Verdict) -> None:
    assert WeChatCheck(wechat).judge(text, "o-1") is verdict


def test_all_of_a_long_text_is_judged_and_the_gravest_answer_holds(
    wechat: WeChat, service: WeChatStandIn
) -> None:
    text = "可疑" + "字" * CHECKED_AT_ONCE + "坏话"
    assert WeChatCheck(wechat).judge(text, "o-1") is Verdict.RISKY
    assert "".join(service.checked) == text


@pytest.mark.parametrize("fault", [-1, 43104, BREAK])
def test_a_check_that_gives_no_answer_leaves_it_to_a_person(
    wechat: WeChat, service: WeChatStandIn, fault: str | int
) -> None:
    service.fail(CHECK, fault)
    assert WeChatCheck(wechat).judge("楼道灯不亮", "o-1") is Verdict.UNKNOWN


def test_nothing_passes_because_one_piece_of_it_was_not_judged(
    wechat: WeChat, service: WeChatStandIn
) -> None:
    service.fail(CHECK, -1)
    assert WeChatCheck(wechat).judge("字" * (CHECKED_AT_ONCE + 1), "o-1") is Verdict.UNKNOWN


def test_who_has_no_mini_program_or_was_not_there_lately_is_left_to_a_person(wechat: WeChat) -> None:
    assert WeChatCheck(wechat).judge("楼道灯不亮", None) is Verdict.UNKNOWN
    assert WeChatCheck(wechat).judge("楼道灯不亮", "o-2") is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("suggest", "verdict"),
    [("pass", Verdict.PASS), ("risky", Verdict.RISKY), ("something new", Verdict.UNKNOWN)],
)
def test_the_verdict_on_a_picture_comes_later_under_the_trace_of_the_asking(
    wechat: WeChat, service: WeChatStandIn, suggest: str, verdict: Verdict
) -> None:
    trace = wechat.ask_about_image("o-1", "https://example.org/photo.jpg")
    assert service.images == {trace: "https://example.org/photo.jpg"}
    assert read_image_event(service.image_event(trace, suggest)) == ImageVerdict(trace, verdict)


def test_a_picture_that_wechat_could_not_fetch_is_left_to_a_person(service: WeChatStandIn) -> None:
    event = service.image_event("trace", "pass") | {"errcode": -1008}
    assert read_image_event(event) == ImageVerdict("trace", Verdict.UNKNOWN)


@pytest.mark.parametrize("result", [None, [], "pass", {"suggest": ["pass"]}, {}])
def test_a_verdict_that_cannot_be_read_is_left_to_a_person(service: WeChatStandIn, result: object) -> None:
    event = service.image_event("trace", "pass") | {"result": result}
    assert read_image_event(event) == ImageVerdict("trace", Verdict.UNKNOWN)


@pytest.mark.parametrize("trace", ["", None, 5, {}, "a\0b", "\ud800", "t" * 101])
def test_what_is_no_trace_names_no_check(service: WeChatStandIn, trace: object) -> None:
    assert read_image_event(service.image_event("trace", "pass") | {"trace_id": trace}) is None


@pytest.mark.parametrize("fault", [-1, 45009, BREAK])
def test_asking_about_a_picture_is_tried_again_when_wechat_is_busy(
    wechat: WeChat, service: WeChatStandIn, fault: str | int
) -> None:
    service.fail("/wxa/media_check_async", fault)
    check = WeChatImageCheck(wechat)
    with pytest.raises(WeChatUnavailable):
        check.ask("https://example.org/photo.jpg", "o-1")
    assert check.ask("https://example.org/photo.jpg", "o-1") in service.images


def test_a_picture_that_wechat_refuses_is_left_to_a_person(wechat: WeChat, service: WeChatStandIn) -> None:
    service.fail("/wxa/media_check_async", 40129)
    assert WeChatImageCheck(wechat).ask("https://example.org/photo.jpg", "o-1") is None
    assert WeChatImageCheck(wechat).ask("https://example.org/photo.jpg", None) is None


def test_an_event_of_another_kind_is_no_verdict() -> None:
    assert read_image_event({"Event": "subscribe_msg_popup_event", "trace_id": "trace"}) is None
    assert read_image_event({"Event": "wxa_media_check"}) is None
