"""The client of WeChat's server APIs, against a stand-in that keeps to the published contract."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from backend.infra.wechat import (
    CHECKED_AT_ONCE,
    EARLY,
    NO_CONSENT,
    WeChat,
    WeChatCodeRefused,
    WeChatPersonRefused,
    WeChatPhoneForeign,
    WeChatTooOften,
)
from backend.infra.wechat_line import (
    FAILURES_TO_REST,
    REST_SECONDS,
    WeChatError,
    WeChatLine,
    WeChatUnavailable,
)
from backend.infra.wechat_settings import read_wechat
from tests.houses import SetClock
from tests.standins.wechat import (
    APPID,
    BREAK,
    ELSEWHERE,
    EMPTY,
    HANG,
    LIST,
    NONSENSE,
    SECRET,
    SESSION_KEY,
    TOKEN_SECONDS,
    WeChatStandIn,
    wechat_stand_in,
)

SESSION = "/sns/jscode2session"
TOKEN = "/cgi-bin/stable_token"
SEND = "/cgi-bin/message/subscribe/send"
PHONE = "/wxa/business/getuserphonenumber"
CHECK = "/wxa/msg_sec_check"
A_PHONE = "13900000001"


class Ticks:
    """A tick counter that stands until it is moved."""

    at = 0.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def service() -> Iterator[WeChatStandIn]:
    with wechat_stand_in() as made:
        made.templates["T-1"] = {"thing1", "time2"}
        yield made


@pytest.fixture
def ticks() -> Ticks:
    return Ticks()


@pytest.fixture
def wechat(service: WeChatStandIn, tmp_path: Path, clock: SetClock, ticks: Ticks) -> WeChat:
    return a_client(service, tmp_path, clock, ticks)


def a_client(
    service: WeChatStandIn, folder: Path, clock: SetClock, ticks: Ticks, secret: str = SECRET
) -> WeChat:
    settings = read_wechat({"WECHAT_APPID": APPID, "WECHAT_SECRET": secret, "WECHAT_BASE_URL": service.url})
    assert settings is not None
    line = WeChatLine(settings.base_url, seconds=0.5, ticks=ticks)
    return WeChat(settings, folder / "token.json", clock, line)


def send(wechat: WeChat, openid: str = "o-1", template_id: str = "T-1", page: str = "") -> str:
    return wechat.send_subscribed(
        openid, template_id, page, {"thing1": "工单有新进展", "time2": "2026-03-02 12:00"}
    )


def test_a_code_gives_the_openid_and_not_the_session_key(wechat: WeChat, service: WeChatStandIn) -> None:
    assert wechat.openid_of(service.a_code("o-1")) == "o-1"
    assert SESSION_KEY not in repr(vars(wechat))


def test_a_code_serves_once(wechat: WeChat, service: WeChatStandIn) -> None:
    code = service.a_code("o-1")
    wechat.openid_of(code)
    with pytest.raises(WeChatCodeRefused):
        wechat.openid_of(code)


@pytest.mark.parametrize(
    ("errcode", "refusal"),
    [
        (40029, WeChatCodeRefused),
        (40163, WeChatCodeRefused),
        (40226, WeChatPersonRefused),
        (45011, WeChatTooOften),
        (-1, WeChatUnavailable),
        (40013, WeChatUnavailable),
    ],
)
def test_a_person_is_told_what_an_error_code_means(
    wechat: WeChat, service: WeChatStandIn, errcode: int, refusal: type[Exception]
) -> None:
    service.fail(SESSION, errcode)
    with pytest.raises(refusal):
        wechat.openid_of(service.a_code("o-1"))


def test_a_wrong_secret_is_told_to_the_operator_without_the_secret(
    service: WeChatStandIn, tmp_path: Path, clock: SetClock, ticks: Ticks
) -> None:
    wrong = a_client(service, tmp_path, clock, ticks, secret="a-wrong-secret")
    with capture_logs() as logs, pytest.raises(WeChatUnavailable) as refused:
        wrong.openid_of(service.a_code("o-1"))
    assert [(line["event"], line["answer"]) for line in logs] == [("wechat-refused", 40125)]
    assert "a-wrong-secret" not in repr(logs) + repr(wrong.settings) + str(refused.value) + repr(
        refused.value.__cause__
    )


def test_a_phone_code_gives_the_mainland_number(wechat: WeChat, service: WeChatStandIn) -> None:
    assert wechat.phone_of(service.a_phone_code(A_PHONE)) == A_PHONE


def test_a_foreign_number_is_refused(wechat: WeChat, service: WeChatStandIn) -> None:
    with pytest.raises(WeChatPhoneForeign):
        wechat.phone_of(service.a_phone_code("51234567", country="852"))


def test_a_number_that_bears_another_mini_program_s_mark_is_refused(
    wechat: WeChat, service: WeChatStandIn
) -> None:
    service.watermark = "wx-another"
    with pytest.raises(WeChatUnavailable):
        wechat.phone_of(service.a_phone_code(A_PHONE))


def test_the_access_token_is_asked_for_once_and_kept_for_other_processes(
    wechat: WeChat, service: WeChatStandIn, tmp_path: Path, clock: SetClock, ticks: Ticks
) -> None:
    other = a_client(service, tmp_path, clock, ticks)
    service.consents["o-1", "T-1"] = 3
    for client in (wechat, wechat, other):
        send(client)
    assert service.calls[TOKEN] == 1


def test_the_access_token_s_file_is_readable_by_the_server_alone(
    wechat: WeChat, service: WeChatStandIn, tmp_path: Path
) -> None:
    wechat.phone_of(service.a_phone_code(A_PHONE))
    assert (tmp_path / "token.json").stat().st_mode & 0o777 == 0o600


def test_the_access_token_is_renewed_before_its_end(
    wechat: WeChat, service: WeChatStandIn, clock: SetClock
) -> None:
    wechat.phone_of(service.a_phone_code(A_PHONE))
    clock.forward(timedelta(seconds=TOKEN_SECONDS - 1) - EARLY)
    wechat.phone_of(service.a_phone_code(A_PHONE))
    assert service.calls[TOKEN] == 1
    clock.forward(timedelta(seconds=1))
    wechat.phone_of(service.a_phone_code(A_PHONE))
    assert service.calls[TOKEN] == 2


def test_a_token_that_wechat_forgot_is_fetched_anew_once(wechat: WeChat, service: WeChatStandIn) -> None:
    wechat.phone_of(service.a_phone_code(A_PHONE))
    service.revoke_token()
    assert wechat.phone_of(service.a_phone_code(A_PHONE)) == A_PHONE
    assert (service.calls[TOKEN], service.calls[PHONE]) == (2, 3)


def test_a_token_is_forced_only_where_asking_gives_the_refused_one_again(
    wechat: WeChat, service: WeChatStandIn
) -> None:
    wechat.phone_of(service.a_phone_code(A_PHONE))
    first = service.token
    service.fail(PHONE, 40001)  # refused, and yet the current one
    wechat.phone_of(service.a_phone_code(A_PHONE))
    assert service.token != first
    assert service.calls[TOKEN] == 3


def test_a_token_that_another_process_renewed_is_taken_from_it(
    wechat: WeChat, service: WeChatStandIn, tmp_path: Path, clock: SetClock, ticks: Ticks
) -> None:
    wechat.phone_of(service.a_phone_code(A_PHONE))
    stale = service.token
    service.revoke_token()
    a_client(service, tmp_path, clock, ticks).phone_of(service.a_phone_code(A_PHONE))
    asked = service.calls[TOKEN]
    assert wechat._token(refused=stale) == service.token
    assert service.calls[TOKEN] == asked


def test_a_second_refusal_of_the_token_is_not_tried_again(wechat: WeChat, service: WeChatStandIn) -> None:
    service.fail(SEND, 40001, 40001)
    with pytest.raises(WeChatError) as refused:
        send(wechat)
    assert (refused.value.errcode, refused.value.is_passing, service.calls[SEND]) == (40001, True, 2)


def test_a_damaged_token_file_is_written_anew(wechat: WeChat, service: WeChatStandIn, tmp_path: Path) -> None:
    (tmp_path / "token.json").write_text("{half", encoding="utf-8")
    assert wechat.phone_of(service.a_phone_code(A_PHONE)) == A_PHONE


def test_one_consent_is_one_message(wechat: WeChat, service: WeChatStandIn) -> None:
    service.consents["o-1", "T-1"] = 1
    assert send(wechat) == "3000000000001"
    with pytest.raises(WeChatError) as refused:
        send(wechat)
    assert (refused.value.errcode, refused.value.is_passing) == (NO_CONSENT, False)
    assert [body["miniprogram_state"] for body in service.sent] == ["formal"]


@pytest.mark.parametrize(
    ("change", "errcode"),
    [({"template_id": "T-9"}, 40037), ({"page": "pages/none"}, 41030)],
)
def test_what_wechat_refuses_for_good_is_told_apart(
    wechat: WeChat, service: WeChatStandIn, change: dict[str, str], errcode: int
) -> None:
    service.consents["o-1", "T-1"] = 1
    with pytest.raises(WeChatError, match="rid 65a") as refused:
        send(wechat, **change)
    assert (refused.value.errcode, refused.value.is_passing) == (errcode, False)
    assert service.consents["o-1", "T-1"] == 1


@pytest.mark.parametrize("fault", [HANG, BREAK, NONSENSE, ELSEWHERE, LIST])
def test_no_answer_is_one_refusal_that_names_no_secret(
    wechat: WeChat, service: WeChatStandIn, fault: str
) -> None:
    service.fail(SESSION, fault)
    with pytest.raises(WeChatUnavailable) as refused:
        wechat.openid_of(service.a_code("o-1"))
    assert SECRET not in str(refused.value)
    assert refused.value.__cause__ is None
    assert "/elsewhere" not in service.calls


def test_after_several_calls_without_an_answer_none_is_tried_for_a_while(
    wechat: WeChat, service: WeChatStandIn, ticks: Ticks
) -> None:
    service.fail(SESSION, *[BREAK] * FAILURES_TO_REST)
    for _ in range(FAILURES_TO_REST + 2):
        with pytest.raises(WeChatUnavailable):
            wechat.openid_of(service.a_code("o-1"))
    assert service.calls[SESSION] == FAILURES_TO_REST
    ticks.at = REST_SECONDS
    assert wechat.openid_of(service.a_code("o-1")) == "o-1"


def test_an_error_code_is_an_answer_and_leads_to_no_rest(wechat: WeChat, service: WeChatStandIn) -> None:
    service.fail(SESSION, *[-1] * (FAILURES_TO_REST + 1))
    for _ in range(FAILURES_TO_REST + 1):
        with pytest.raises(WeChatUnavailable):
            wechat.openid_of(service.a_code("o-1"))
    assert wechat.openid_of(service.a_code("o-1")) == "o-1"


def test_while_two_people_wait_for_wechat_a_third_is_refused_at_once(
    service: WeChatStandIn, tmp_path: Path, clock: SetClock
) -> None:
    settings = read_wechat({"WECHAT_APPID": APPID, "WECHAT_SECRET": SECRET, "WECHAT_BASE_URL": service.url})
    assert settings is not None
    wechat = WeChat(settings, tmp_path / "token.json", clock, WeChatLine(service.url, seconds=30))
    service.fail(SESSION, HANG, HANG)

    def wait() -> None:
        with pytest.raises(WeChatUnavailable):
            wechat.openid_of("code")

    waiting = [threading.Thread(target=wait) for _ in range(2)]
    for thread in waiting:
        thread.start()
    while service.calls[SESSION] < 2:
        os.sched_yield()
    with pytest.raises(WeChatUnavailable, match="繁忙"):
        wechat.openid_of(service.a_code("o-1"))
    service.closing.set()
    for thread in waiting:
        thread.join()
    assert wechat.openid_of(service.a_code("o-1")) == "o-1"


def test_a_text_longer_than_wechat_judges_is_a_mistake_of_the_caller(wechat: WeChat) -> None:
    with pytest.raises(ValueError, match="at most"):
        wechat.check_text("o-1", "字" * (CHECKED_AT_ONCE + 1))


@pytest.mark.parametrize("path", [SESSION, TOKEN, PHONE, "/wxa/media_check_async"])
def test_an_answer_without_what_was_asked_for_is_no_answer(
    wechat: WeChat, service: WeChatStandIn, path: str
) -> None:
    service.fail(path, EMPTY)
    with pytest.raises(WeChatUnavailable):
        if path == SESSION:
            wechat.openid_of(service.a_code("o-1"))
        elif path == PHONE:
            wechat.phone_of(service.a_phone_code(A_PHONE))
        else:
            wechat.ask_about_image("o-1", "https://example.org/photo.jpg")
