"""The message server of the mini-program: who is heard there, and in which form."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from backend.infra.house import House
from backend.infra.wechat_events import (
    MOST_BYTES,
    Signed,
    WeChatEvents,
    WeChatEventStale,
    signature_of,
)
from tests.houses import NOON, SetClock, an_app
from tests.standins.wechat import APPID, EVENTS_TOKEN, WeChatStandIn, wechat_stand_in
from tests.wechat import with_wechat

EVENTS = "/wechat/events"
ANOTHER = {"MsgType": "event", "Event": "subscribe_msg_popup_event", "FromUserName": "o-1", "CreateTime": 1}
BOMB = b'<!DOCTYPE xml [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><xml><Event>&b;</Event></xml>'


@pytest.fixture
def service(clock: SetClock) -> Iterator[WeChatStandIn]:
    with wechat_stand_in() as made:
        made.now = clock
        yield made


@pytest.fixture
def hearing(house: House, service: WeChatStandIn, clock: SetClock) -> Iterator[FlaskClient]:
    """A client of a server that takes events."""
    public = {"PUBLIC_URL": "https://example.org", "WECHAT_EVENTS_TOKEN": EVENTS_TOKEN}
    app = an_app(with_wechat(house, service, clock, **public))
    yield app.test_client()
    with app.app_context():
        app.extensions["sqlalchemy"].engine.dispose()


def push(hearing: FlaskClient, service: WeChatStandIn, content: Any, **changes: str) -> TestResponse:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return hearing.post(EVENTS, query_string=signed(service) | changes, data=body)


def signed(service: WeChatStandIn, **more: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(service.address(**more)).query))


def test_wechat_finds_that_the_server_knows_the_token(hearing: FlaskClient, service: WeChatStandIn) -> None:
    answer = hearing.get(EVENTS, query_string=signed(service, echostr="<b>2486513</b>"))
    assert (answer.status_code, answer.text, answer.mimetype) == (200, "<b>2486513</b>", "text/plain")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_nobody_else_has_words_repeated_by_the_server(hearing: FlaskClient, service: WeChatStandIn) -> None:
    foreign = signed(service, token="AnotherTokenOfEvents", echostr="hello")
    for query in (foreign, {"echostr": "hello"}, foreign | {"signature": "证"}):
        answer = hearing.get(EVENTS, query_string=query)
        assert (answer.status_code, answer.get_json()["code"]) == (403, "wechat-event-forged")


@pytest.mark.parametrize("name", ["timestamp", "nonce"])
def test_a_signature_holds_for_its_time_and_nonce(
    hearing: FlaskClient, service: WeChatStandIn, name: str
) -> None:
    answer = push(hearing, service, ANOTHER, **{name: "1772424001"})
    assert (answer.status_code, answer.get_json()["code"]) == (403, "wechat-event-forged")


@pytest.mark.parametrize("seconds", [-301, 301])
def test_a_time_five_minutes_away_is_refused(
    hearing: FlaskClient, service: WeChatStandIn, clock: SetClock, seconds: int
) -> None:
    query = signed(service)
    clock.forward(timedelta(seconds=seconds))
    answer = hearing.post(EVENTS, query_string=query, json=ANOTHER)
    assert (answer.status_code, answer.get_json()["code"]) == (403, "wechat-event-stale")


@pytest.mark.parametrize("seconds", [-300, 300])
def test_a_time_within_five_minutes_is_taken(
    hearing: FlaskClient, service: WeChatStandIn, clock: SetClock, seconds: int
) -> None:
    query = signed(service)
    clock.forward(timedelta(seconds=seconds))
    assert hearing.post(EVENTS, query_string=query, json=ANOTHER).text == "success"


@pytest.mark.parametrize("stamp", ["177242400", "17724240000", "now", "", "１７７２４２４０００"])
def test_no_digit_moves_between_time_and_nonce(clock: SetClock, stamp: str) -> None:
    events = WeChatEvents(APPID, EVENTS_TOKEN, clock)
    with pytest.raises(WeChatEventStale):
        events.prove(Signed(signature_of(EVENTS_TOKEN, stamp, "1"), stamp, "1"))
    good = str(int(NOON.timestamp()))
    events.prove(Signed(signature_of(EVENTS_TOKEN, good, "1"), good, "1"))


def test_a_signature_is_the_sha1_of_the_sorted_parts() -> None:
    """Computed with `printf %s 1772424000ExampleTokenOfEventsn0nce | sha1sum`."""
    assert signature_of(EVENTS_TOKEN, "1772424000", "n0nce") == "bbde80dce08311ab79ef91969fd2fa430648ebcd"


def test_the_token_is_in_no_representation(clock: SetClock) -> None:
    assert EVENTS_TOKEN not in repr(WeChatEvents(APPID, EVENTS_TOKEN, clock))


def test_an_event_that_nothing_depends_on_is_confirmed(hearing: FlaskClient, service: WeChatStandIn) -> None:
    answer = push(hearing, service, ANOTHER)
    assert (answer.status_code, answer.text) == (200, "success")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<xml><MsgType>event</MsgType></xml>",
        BOMB,
        b"[]",
        b"5",
        b'{"Encrypt": "aGk="}',
        b"\xff",
        b"[" * 9000,
    ],
)
def test_what_is_no_event_as_json_in_plain_text_is_refused_with_the_remedy(
    hearing: FlaskClient, service: WeChatStandIn, content: bytes
) -> None:
    answer = push(hearing, service, content)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "wechat-event-unreadable")
    assert "JSON" in answer.get_json()["detail"]


def test_an_event_that_is_far_too_long_is_not_read(hearing: FlaskClient, service: WeChatStandIn) -> None:
    assert push(hearing, service, b" " * (MOST_BYTES + 1)).status_code == 413


@pytest.mark.parametrize("path", [EVENTS, "/wechat/photos/22222222222222222222"])
def test_without_a_token_there_is_nothing_to_call(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404
