"""How a message goes out besides the inbox: WeChat, SMS, both, neither, and when."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from backend.infra.db import transaction
from backend.infra.house import current_house
from backend.infra.outbox import MAX_TRIES, WAITS, drain, requeue_all
from backend.infra.sms import NoSender
from backend.kernel.clock import CHINA
from backend.messages.models import Message
from backend.messages.rules import NOTE
from backend.messages.service import consents
from backend.messages.service.deliveries import SIGNATURE, WECHAT_TRIES
from tests.houses import an_app
from tests.messages.post import SUBJECT, TEXT, Post
from tests.standins.wechat import BREAK, NONSENSE, SECRET
from tests.wechat import TEMPLATE, with_wechat

SEND = "/cgi-bin/message/subscribe/send"
SMS = [SIGNATURE + TEXT]
EVENING = datetime(2026, 3, 2, 22, 0, tzinfo=CHINA)
MORNING = datetime(2026, 3, 3, 7, 30, tzinfo=CHINA)


@pytest.fixture
def consented(post: Post) -> Post:
    """A person who has consented to two messages about tickets."""
    headers = post.sign_in()
    post.consent(headers, "ticket")
    post.consent(headers, "ticket")
    return post


def test_with_a_consent_a_message_goes_out_by_wechat_and_not_as_sms(consented: Post) -> None:
    consented.tell()
    consented.drain()
    assert consented.sent_by_wechat() == [{"thing1": SUBJECT, "time2": "2026-03-02 12:00"}]
    assert consented.sent_by_sms() == []
    assert consented.deliveries() == [("wechat", "sent", 1, "3000000000001")]
    assert consented.outcomes() == ["sent", None]


def test_the_ledger_and_wechat_count_alike(consented: Post) -> None:
    headers = consented.sign_in()
    for left in (1, 0):
        consented.tell()
        consented.drain()
        assert consented.left(headers)["ticket"] == left == consented.service.consents["o-1", TEMPLATE]
    consented.tell()
    consented.drain()
    assert (len(consented.sent_by_wechat()), consented.sent_by_sms()) == (2, SMS)


def test_nothing_of_the_text_is_shown_by_wechat(consented: Post) -> None:
    consented.tell(subject="")
    consented.drain()
    shown = json.dumps(consented.service.sent, ensure_ascii=False)
    assert [word for word in ("张某", "502", "水管", "13900000001") if word in shown] == []
    assert consented.sent_by_wechat()[0]["thing1"] == "工单有新进展"


def test_without_a_consent_an_important_message_goes_out_as_sms(post: Post) -> None:
    post.sign_in()
    post.tell()
    post.drain()
    assert (post.sent_by_wechat(), post.sent_by_sms()) == ([], SMS)
    assert post.deliveries() == [("sms", "sent", 1, "")]


def test_without_a_consent_a_message_that_is_not_important_stays_in_the_inbox(post: Post) -> None:
    headers = post.sign_in()
    post.tell(important=False)
    post.drain()
    assert (post.sent_by_wechat(), post.sent_by_sms(), post.deliveries()) == ([], [], [])
    assert len(post.client.get("/api/v1/me/inbox", headers=headers).get_json()["items"]) == 1


def test_an_urgent_message_is_important(post: Post) -> None:
    post.tell(urgent=True, important=False)
    post.drain()
    assert post.sent_by_sms() == SMS


def test_a_kind_without_a_template_goes_out_as_sms(consented: Post) -> None:
    consented.tell(kind="bill-issued")
    consented.drain()
    assert consented.sent_by_sms() == SMS


@pytest.mark.parametrize(("is_important", "sms"), [(True, SMS), (False, [])])
def test_a_consent_that_wechat_does_not_know_is_struck_out_with_all_of_its_template(
    consented: Post, is_important: bool, sms: list[str]
) -> None:
    consented.service.consents.clear()  # turned off in WeChat's own settings
    consented.tell(important=is_important)
    consented.drain()
    assert consented.outcomes() == ["gone", "gone"]
    assert consented.sent_by_sms() == sms
    assert consented.deliveries()[0] == ("wechat", "refused", 1, "43101 65a-43101-example")


@pytest.mark.parametrize("errcode", [40037, 47003, 41030, 40003])
def test_a_message_that_wechat_refuses_leaves_the_consent_and_goes_out_as_sms(
    consented: Post, errcode: int
) -> None:
    consented.service.fail(SEND, errcode)
    consented.tell()
    consented.drain()
    assert (consented.outcomes(), consented.sent_by_sms()) == ([None, None], SMS)
    assert consented.left(consented.sign_in())["ticket"] == 2
    assert [state for _, state, _, _ in consented.deliveries()] == ["refused", "sent"]


@pytest.mark.parametrize("fault", [-1, 45009, BREAK, NONSENSE])
def test_a_wechat_that_is_busy_or_silent_is_tried_again_with_the_same_consent(
    consented: Post, fault: str | int
) -> None:
    consented.service.fail(SEND, fault)
    consented.tell()
    consented.drain()
    assert (consented.sent_by_wechat(), consented.sent_by_sms()) == ([], [])
    assert consented.left(consented.sign_in())["ticket"] == 1
    consented.clock.forward(WAITS[0])
    consented.drain()
    assert consented.deliveries() == [("wechat", "sent", 2, "3000000000001")]
    assert (consented.outcomes(), consented.sent_by_sms()) == (["sent", None], [])


def test_an_important_message_does_not_wait_long_for_a_silent_wechat(consented: Post) -> None:
    consented.service.fail(SEND, *[BREAK] * WECHAT_TRIES)
    consented.tell()
    for wait in (timedelta(0), *WAITS[: WECHAT_TRIES - 1]):
        assert consented.sent_by_sms() == []
        consented.clock.forward(wait)
        consented.drain()
    assert consented.sent_by_sms() == SMS
    assert consented.deliveries() == [("wechat", "failed", WECHAT_TRIES, "no answer"), ("sms", "sent", 1, "")]
    assert consented.left(consented.sign_in())["ticket"] == 2


def test_a_message_that_is_not_important_is_given_up_with_the_outbox_and_frees_its_consent(
    consented: Post,
) -> None:
    consented.service.fail(SEND, *[-1] * (MAX_TRIES + 1))
    consented.tell(important=False)
    consented.drain(times=MAX_TRIES + 1)
    assert consented.deliveries() == [("wechat", "failed", MAX_TRIES, "-1 65a-1-example")]
    assert (consented.outcomes(), consented.sent_by_sms()) == ([None, None], [])


def test_a_failure_is_noted_without_secret_openid_or_text(consented: Post) -> None:
    consented.service.fail(SEND, BREAK)
    consented.tell()
    consented.service.fail(SEND, -1)
    consented.tell()
    consented.drain()
    noted = repr(consented.errors())
    assert "WeChat" in noted
    assert [word for word in (SECRET, "o-1", "水管", consented.service.token) if word in noted] == []


def test_after_a_crash_between_sending_and_noting_the_same_consent_is_tried_again(consented: Post) -> None:
    consented.tell()
    with consented.app.app_context():
        with transaction() as session:
            message = session.query(Message).one()
            taken = consents.claim(session, current_house(), message)
        with transaction() as session:
            again = consents.claim(session, current_house(), message)
        requeue_all()
        drain()
    assert taken is not None
    assert again is not None
    assert taken.consent_id == again.consent_id
    assert consented.outcomes() == ["sent", None]


def test_two_messages_take_two_consents(consented: Post) -> None:
    consented.tell()
    consented.tell()
    with consented.app.app_context(), transaction() as session:
        first, second = session.query(Message)
        claims = [consents.claim(session, current_house(), each) for each in (first, second)]
    assert len({each.consent_id for each in claims if each}) == 2


def test_a_message_is_sent_once_however_often_its_job_runs(consented: Post) -> None:
    consented.tell()
    consented.drain()
    with consented.app.app_context():
        with transaction() as session:
            session.connection().exec_driver_sql("update outbox set done_at = null")
        drain()
    assert (len(consented.sent_by_wechat()), consented.sent_by_sms()) == (1, [])


def test_in_quiet_hours_a_message_waits_for_the_morning(consented: Post) -> None:
    consented.clock.at = EVENING
    consented.tell()
    consented.drain()
    assert consented.sent_by_wechat() == []
    consented.clock.at = MORNING
    consented.drain()
    assert consented.sent_by_wechat() == [{"thing1": SUBJECT, "time2": "2026-03-02 22:00"}]


def test_in_quiet_hours_an_urgent_message_goes_out(consented: Post) -> None:
    consented.clock.at = EVENING
    consented.tell(urgent=True)
    consented.drain()
    assert len(consented.sent_by_wechat()) == 1


def test_a_retry_that_falls_into_quiet_hours_waits_for_the_morning_too(consented: Post) -> None:
    consented.service.fail(SEND, -1)
    consented.tell()
    consented.drain()
    consented.clock.at = EVENING
    consented.drain()
    assert (consented.sent_by_wechat(), consented.sent_by_sms()) == ([], [])
    consented.clock.at = MORNING
    consented.drain()
    assert len(consented.sent_by_wechat()) == 1


def test_the_request_that_causes_a_message_does_not_call_wechat(consented: Post) -> None:
    consented.service.fail(SEND, BREAK)
    consented.tell()
    assert consented.service.calls[SEND] == 0


def test_without_any_channel_the_inbox_has_it_and_nothing_is_tried_again(post: Post) -> None:
    silent = an_app(replace(post.house, wechat=None, sms=NoSender()))
    post.tell()
    with silent.app_context():
        drain()
        silent.extensions["sqlalchemy"].engine.dispose()
    assert post.deliveries() == [("sms", "unavailable", 1, "")]
    assert post.errors() == [None]


@pytest.mark.parametrize(
    ("link", "page"),
    [("id=abc", "pages/message?id=abc"), ("", "pages/message")],
)
def test_a_tap_opens_the_page_that_the_message_is_about(
    post: Post, tmp_path: Path, link: str, page: str
) -> None:
    path = tmp_path / "templates.json"
    template = {
        "template_id": TEMPLATE,
        "page": "pages/message",
        "fields": {"thing1": "note", "time2": "time"},
    }
    path.write_text(json.dumps({"ticket": template}), encoding="utf-8")
    post.service.pages.add("pages/message")
    app = an_app(with_wechat(post.house, post.service, post.clock, templates=str(path)))
    there = Post(app, post.service, post.clock)
    there.consent(there.sign_in(), "ticket")
    there.tell(link=link)
    there.drain()
    assert [body["page"] for body in post.service.sent] == [page]
    assert there.sent_by_wechat()[0]["thing1"] == NOTE
    with app.app_context():
        app.extensions["sqlalchemy"].engine.dispose()
