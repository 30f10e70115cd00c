"""Notices over real HTTP: raw bytes and headers reach the proof as the gateway sent them."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask, request
from werkzeug.serving import make_server

from backend.infra.wechatpay.acknowledging import TAKEN, failed
from backend.infra.wechatpay.client import Client
from backend.infra.wechatpay.notices import Notice
from backend.kernel.refusal import Refusal
from tests.houses import SetClock
from tests.infra.wechatpay.merchant import an_order
from tests.standins.wechatpay import Gateway
from tests.standins.wechatpay_keys import OPENID

Taken = list[Notice]


@pytest.fixture
def taken() -> Taken:
    """The notices that the merchant's server took, in the order of their arrival."""
    return []


@pytest.fixture
def address(client: Client, taken: Taken) -> Iterator[str]:
    """A merchant's server that takes notices; yields the address they are sent to."""
    app = Flask("merchant")

    @app.post("/notices")
    def notices() -> tuple[object, int]:
        try:
            taken.append(client.read_notice(request.headers, request.get_data()))
        except Refusal as refusal:
            status, body = failed(refusal)
            return body, status
        return "", TAKEN[0]

    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/notices"
    server.shutdown()
    thread.join()
    server.server_close()


def test_notices_come_late_doubled_and_in_another_order_and_each_keeps_its_id(
    client: Client, gateway: Gateway, clock: SetClock, address: str, taken: Taken
) -> None:
    sent = []
    for number in ("YST-000001", "YST-000002"):
        client.order_jsapi(an_order(out_trade_no=number, notify_url=address), OPENID)
        sent.append(gateway.pay(number))
    first, second = sent
    assert gateway.send(second) == (204, b"")
    assert gateway.send(first) == (204, b"")
    assert gateway.send(first) == (204, b"")
    clock.forward(timedelta(hours=6))
    assert gateway.send(gateway.again(second)) == (204, b"")
    ids = [json.loads(each.raw)["id"] for each in (second, first, first, second)]
    assert [notice.notice_id for notice in taken] == ids


def test_a_tampered_or_stale_notice_is_answered_so_that_it_is_sent_again(
    client: Client, gateway: Gateway, clock: SetClock, address: str, taken: Taken
) -> None:
    client.order_jsapi(an_order(notify_url=address), OPENID)
    notice = gateway.pay(an_order().out_trade_no)
    status, body = gateway.send(replace(notice, raw=notice.raw + b" "))
    assert (status, json.loads(body)["code"]) == (401, "FAIL")
    clock.forward(timedelta(days=1))
    assert gateway.send(notice)[0] == 401
    assert taken == []
    assert gateway.send(gateway.again(notice)) == (204, b"")


def test_one_notice_that_arrives_many_times_at_once_is_read_the_same_each_time(
    client: Client, gateway: Gateway, address: str, taken: Taken
) -> None:
    client.order_jsapi(an_order(notify_url=address), OPENID)
    notice = gateway.pay(an_order().out_trade_no)
    threads = [threading.Thread(target=gateway.send, args=(notice,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == 8
    assert all(each == taken[0] for each in taken)
