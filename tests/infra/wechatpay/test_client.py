"""The merchant's client against the gateway: what is asked, what is believed, what is told when it fails."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from backend.infra.wechatpay import errors
from backend.infra.wechatpay.billfiles import BillLink, download_bill
from backend.infra.wechatpay.client import Client
from backend.infra.wechatpay.facts import RefundState, TradeState, check_payment
from backend.infra.wechatpay.orders import RefundRequest
from backend.infra.wechatpay.transport import LONGEST_ANSWER, Patience, Transport
from tests.houses import NOON, SetClock, free_port
from tests.infra.wechatpay.merchant import NUMBER, a_client, an_order, expected
from tests.standins.wechatpay import Gateway, Reply
from tests.standins.wechatpay_keys import (
    APPID,
    MCHID,
    OPENID,
    certificate_pem,
    private_pem,
    serial_of,
    signer,
)

PART = RefundRequest(NUMBER, "R-1", 345, 12345, "多收", "https://pay.example/refunds")


@pytest.fixture
def paid(client: Client, gateway: Gateway) -> Client:
    """A client whose order was paid."""
    client.order_native(an_order())
    gateway.pay(NUMBER)
    return client


def test_an_order_inside_wechat_is_paid_with_parameters_that_the_merchant_signed(
    client: Client, gateway: Gateway
) -> None:
    prepay_id = client.order_jsapi(an_order(expires_at=NOON + timedelta(minutes=30)), OPENID)
    params = client.pay_params(APPID, prepay_id)
    assert params["package"] == f"prepay_id={prepay_id}"
    assert params["timeStamp"] == str(int(NOON.timestamp()))
    assert params["nonceStr"] != client.pay_params(APPID, prepay_id)["nonceStr"]
    notice = gateway.pay_with(params)
    assert client.read_notice(notice.pairs, notice.raw).resource == client.query(NUMBER)
    assert gateway.orders[NUMBER].terms["time_expire"] == "2026-03-02T12:30:00+08:00"
    assert gateway.orders[NUMBER].terms["description"] == "物业费 2026年3月"


def test_an_order_for_a_qr_code_gives_the_code_s_content(client: Client, gateway: Gateway) -> None:
    assert client.order_native(an_order()).startswith("weixin://wxpay/bizpayurl?pr=")
    assert gateway.orders[NUMBER].terms["amount"] == {"total": 12345, "currency": "CNY"}


def test_an_order_is_queried_before_and_after_it_is_paid(client: Client, gateway: Gateway) -> None:
    client.order_native(an_order())
    before = client.query(NUMBER)
    assert (before.state, before.transaction_id, before.success_time) == (TradeState.NOTPAY, "", None)
    with pytest.raises(errors.NotPaid):
        check_payment(before, expected())
    gateway.pay(NUMBER)
    after = client.query(NUMBER)
    check_payment(after, expected())
    assert after.success_time == NOON


def test_a_number_with_odd_characters_is_signed_as_it_is_sent(client: Client) -> None:
    odd = "a_b-c|d*e"
    client.order_native(an_order(out_trade_no=odd))
    assert client.query(odd).out_trade_no == odd


def test_a_closed_order_can_no_longer_be_ordered_and_a_paid_one_not_be_closed(
    client: Client, gateway: Gateway
) -> None:
    client.order_native(an_order())
    client.close(NUMBER)
    assert client.query(NUMBER).state is TradeState.CLOSED
    with pytest.raises(errors.OrderClosed):
        client.order_native(an_order())
    client.order_native(an_order(out_trade_no="YST20260302-0002"))
    gateway.pay("YST20260302-0002")
    with pytest.raises(errors.OrderPaid):
        client.close("YST20260302-0002")


def test_the_same_order_again_gives_the_same_and_another_under_its_number_is_refused(
    client: Client,
) -> None:
    first = client.order_jsapi(an_order(), OPENID)
    assert client.order_jsapi(an_order(), OPENID) == first
    with pytest.raises(errors.TradeNumberUsed) as caught:
        client.order_jsapi(an_order(amount_fen=1), OPENID)
    assert caught.value.channel_code == "OUT_TRADE_NO_USED"


def test_an_unknown_order_is_told_with_proof(client: Client) -> None:
    with pytest.raises(errors.ResourceUnknown):
        client.query(NUMBER)
    with pytest.raises(errors.ResourceUnknown):
        client.query_refund("R-1")
    client.check_connection()


def test_refunds_in_parts_are_asked_and_queried(paid: Client, gateway: Gateway, clock: SetClock) -> None:
    first = paid.refund(PART)
    assert (first.state, first.refund_fen, first.total_fen) == (RefundState.PROCESSING, 345, 12345)
    assert paid.refund(PART) == first
    gateway.finish_refund("R-1")
    assert paid.query_refund("R-1").state is RefundState.SUCCESS
    with pytest.raises(errors.TooFrequent):
        paid.refund(replace(PART, out_refund_no="R-2", refund_fen=12000))
    clock.forward(timedelta(minutes=1))
    paid.refund(replace(PART, out_refund_no="R-2", refund_fen=12000))
    clock.forward(timedelta(minutes=1))
    with pytest.raises(errors.NotEnough):
        paid.refund(replace(PART, out_refund_no="R-3", refund_fen=1))


def test_a_refund_of_other_content_under_the_same_number_is_refused(paid: Client) -> None:
    paid.refund(PART)
    with pytest.raises(errors.ChannelRefused) as caught:
        paid.refund(replace(PART, refund_fen=1))
    assert caught.value.channel_code == "PARAM_ERROR"


def test_a_server_whose_clock_is_wrong_is_told_so(gateway: Gateway, tmp_path: Path, clock: SetClock) -> None:
    late = SetClock(NOON + timedelta(seconds=300))
    client = a_client(tmp_path / "late", gateway.base_url, late)
    with pytest.raises(errors.AnswerUnproven) as caught:
        client.check_connection()
    assert isinstance(caught.value.__cause__, errors.TimestampOutside)
    assert "401" in str(caught.value)


def test_keys_that_do_not_belong_together_are_found_by_the_check_of_the_connection(client: Client) -> None:
    mixed = replace(client, merchant=replace(client.merchant, serial=serial_of("platform")))
    with pytest.raises(errors.SignatureRefused):
        mixed.check_connection()


def test_the_platform_is_asked_to_sign_with_the_key_that_this_server_has(
    gateway: Gateway, tmp_path: Path, clock: SetClock
) -> None:
    """A platform that signs by certificate unless asked is believed by a server with the public key alone."""
    gateway.kind = "certificate"
    a_client(tmp_path / "new", gateway.base_url, clock).check_connection()
    a_client(tmp_path / "old", gateway.base_url, clock, "certificate").check_connection()


def resigned(reply: Reply, body: bytes, status: int = 200) -> Reply:
    return Reply(status, reply.headers | signer("public-key").headers(body, NOON), body)


def without_proof(reply: Reply) -> Reply:
    kept = {name: value for name, value in reply.headers.items() if not name.startswith("Wechatpay")}
    return replace(reply, headers=kept)


SPOILT: list[tuple[str, Callable[[Reply], Reply | None], type[errors.WechatPayRefusal]]] = [
    ("unsigned", without_proof, errors.AnswerUnproven),
    (
        "changed",
        lambda reply: replace(reply, body=reply.body.replace(b"NOTPAY", b"CLOSED")),
        errors.AnswerUnproven,
    ),
    ("refused unsigned", lambda reply: without_proof(replace(reply, status=404)), errors.AnswerUnproven),
    ("a proxy's error", lambda _: Reply(502, {}, b"<html>bad gateway</html>"), errors.AnswerUnproven),
    (
        "a day old",
        lambda reply: replace(
            reply,
            headers=reply.headers | signer("public-key").headers(reply.body, NOON - timedelta(days=1)),
        ),
        errors.AnswerUnproven,
    ),
    ("no JSON", lambda reply: resigned(reply, b"ok"), errors.AnswerMalformed),
    ("empty", lambda reply: resigned(reply, b""), errors.AnswerMalformed),
    (
        "another order",
        lambda reply: resigned(reply, reply.body.replace(NUMBER.encode(), b"YST20260302-0009")),
        errors.AnswerMalformed,
    ),
    (
        "another merchant",
        lambda reply: resigned(reply, reply.body.replace(MCHID.encode(), b"1900000009")),
        errors.AnswerMalformed,
    ),
    ("failed", lambda reply: resigned(reply, b'{"code":"SYSTEM_ERROR"}', 500), errors.ChannelFailed),
    ("failed softly", lambda reply: resigned(reply, b'{"code":"SYSTEM_ERROR"}', 400), errors.ChannelFailed),
    ("odd refusal", lambda reply: resigned(reply, b'{"code":"NEW_WORD"}', 403), errors.ChannelRefused),
    ("redirected", lambda reply: resigned(reply, b"{}", 302), errors.ChannelRefused),
    ("lost", lambda _: None, errors.AnswerMissing),
    (
        "cut",
        lambda reply: replace(reply, headers=reply.headers | {"Content-Length": "9999"}),
        errors.AnswerMissing,
    ),
    ("endless", lambda reply: resigned(reply, b" " * (LONGEST_ANSWER + 1)), errors.AnswerMalformed),
]


@pytest.mark.parametrize(
    ("change", "refusal"), [each[1:] for each in SPOILT], ids=[each[0] for each in SPOILT]
)
def test_an_answer_that_went_wrong_is_told_for_what_it_is(
    client: Client,
    gateway: Gateway,
    change: Callable[[Reply], Reply | None],
    refusal: type[errors.WechatPayRefusal],
) -> None:
    client.order_native(an_order())
    gateway.spoil(change)
    with pytest.raises(refusal) as caught:
        client.query(NUMBER)
    assert type(caught.value) is refusal


def test_a_query_s_answer_in_a_state_nobody_published_is_refused(client: Client, gateway: Gateway) -> None:
    client.order_native(an_order())
    gateway.spoil(lambda reply: resigned(reply, reply.body.replace(b"NOTPAY", b"MAYBE")))
    with pytest.raises(errors.AnswerMalformed, match="trade_state"):
        client.query(NUMBER)


@pytest.mark.parametrize("name", ["prepay_id", "code_url"])
def test_an_order_s_answer_without_its_one_field_is_refused(
    client: Client, gateway: Gateway, name: str
) -> None:
    gateway.spoil(lambda reply: resigned(reply, b'{"other":"x"}'))
    with pytest.raises(errors.AnswerMalformed, match=name):
        client.order_jsapi(an_order(), OPENID) if name == "prepay_id" else client.order_native(an_order())


@pytest.mark.parametrize(("old", "new"), [(b'"R-1"', b'"R-9"'), (b'"PROCESSING"', b'"GONE"')])
def test_a_refund_s_answer_about_another_refund_or_in_an_unknown_state_is_refused(
    paid: Client, gateway: Gateway, old: bytes, new: bytes
) -> None:
    gateway.spoil(lambda reply: resigned(reply, reply.body.replace(old, new)))
    with pytest.raises(errors.AnswerMalformed):
        paid.refund(PART)


def test_a_lost_answer_to_a_refund_is_cleared_up_by_asking_again_with_its_number(
    paid: Client, gateway: Gateway
) -> None:
    gateway.spoil(lambda _: None)
    with pytest.raises(errors.OutcomeUnknown):
        paid.refund(PART)
    assert paid.query_refund("R-1").refund_fen == 345
    assert paid.refund(PART).refund_fen == 345
    assert len(gateway.refunds) == 1


def test_nothing_is_sent_when_nobody_listens(client: Client) -> None:
    alone = replace(client, transport=Transport(f"http://127.0.0.1:{free_port()}"))
    with pytest.raises(errors.NotSent):
        alone.query(NUMBER)


def test_nothing_is_sent_to_a_server_whose_certificate_nobody_vouches_for(
    client: Client, tmp_path: Path
) -> None:
    (tmp_path / "server.pem").write_text(certificate_pem("stranger") + private_pem("stranger"))
    secure = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    secure.load_cert_chain(tmp_path / "server.pem")
    received: list[bytes] = []

    def accept(server: socket.socket) -> None:
        talk, _ = server.accept()
        with talk, suppress(OSError), secure.wrap_socket(talk, server_side=True) as inner:
            received.append(inner.recv(65536))

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=accept, args=(server,))
        thread.start()
        address = f"https://127.0.0.1:{server.getsockname()[1]}"
        with pytest.raises(errors.NotSent, match="SSLCertVerificationError"):
            replace(client, transport=Transport(address)).query(NUMBER)
        thread.join()
    assert [each for each in received if each] == []


def test_a_platform_that_never_answers_does_not_hold_the_server(client: Client) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        waiting = replace(client, transport=Transport(address, Patience(connect=1, silence=1)))
        with pytest.raises(errors.AnswerMissing):
            waiting.query(NUMBER)


def test_a_platform_that_answers_drop_by_drop_does_not_hold_the_server(client: Client) -> None:
    done = threading.Event()

    def drip(server: socket.socket) -> None:
        talk, _ = server.accept()
        with talk:
            talk.recv(65536)
            talk.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
            while not done.wait(0.05):
                try:
                    talk.sendall(b" ")
                except OSError:
                    return

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=drip, args=(server,))
        thread.start()
        address = f"http://127.0.0.1:{server.getsockname()[1]}"
        waiting = replace(client, transport=Transport(address, Patience(answer=1)))
        try:
            with pytest.raises(errors.AnswerMissing, match="过慢"):
                waiting.query(NUMBER)
        finally:
            done.set()
            thread.join()


def test_a_client_never_shows_its_keys(client: Client) -> None:
    shown = repr(client) + repr(client.merchant) + repr(client.apiv3_key)
    assert "fictional-apiv3" not in shown
    assert "RSAPrivateKey" not in shown


def test_every_refusal_that_carries_a_word_of_the_channel_says_it(client: Client) -> None:
    for code, kind in errors.REFUSED.items():
        refusal = kind(code, "演示")
        assert refusal.channel_code == code
        assert code in refusal.detail
        assert refusal.title in refusal.detail


WRONG: list[dict[str, Any]] = [
    {"out_trade_no": "short"},
    {"out_trade_no": "x" * 33},
    {"out_trade_no": "YST20260302/0001"},
    {"out_trade_no": "YST20260302-0001\n"},
    {"description": ""},
    {"description": "费" * 128},
    {"description": "a,`b"},
    {"description": "two\nlines"},
    {"attach": "x" * 129},
    {"amount_fen": 0},
    {"amount_fen": -1},
    {"amount_fen": 10**13 + 1},
    {"amount_fen": True},
    {"amount_fen": 1.0},
    {"notify_url": "http://pay.example/notices"},
    {"notify_url": "https://pay.example/notices?a=1"},
    {"notify_url": "https://pay.example/notices#a"},
    {"notify_url": "https://pay.example/" + "x" * 255},
    {"notify_url": "pay.example/notices"},
]


@pytest.mark.parametrize("change", WRONG)
def test_an_order_that_the_channel_would_not_take_is_refused_before_it_is_sent(
    change: dict[str, Any],
) -> None:
    with pytest.raises(errors.OrderMalformed):
        an_order(**change)


def test_an_order_that_ends_in_less_than_a_minute_is_not_sent(client: Client, gateway: Gateway) -> None:
    with pytest.raises(errors.OrderMalformed):
        client.order_native(an_order(expires_at=NOON + timedelta(seconds=59)))
    assert gateway.calls == []


@pytest.mark.parametrize(
    "change",
    [
        {"refund_fen": 12346},
        {"refund_fen": 0},
        {"out_refund_no": ""},
        {"out_refund_no": "x" * 65},
        {"reason": "x" * 81},
        {"notify_url": "ftp://pay.example/"},
    ],
)
def test_a_refund_that_the_channel_would_not_take_is_refused_before_it_is_sent(
    change: dict[str, Any],
) -> None:
    with pytest.raises(errors.OrderMalformed):
        replace(PART, **change)


def test_a_day_s_trade_bill_is_fetched_and_proven_by_the_signed_digest(
    paid: Client, gateway: Gateway, clock: SetClock
) -> None:
    clock.forward(timedelta(days=1))
    file = BytesIO()
    length = paid.trade_bill(date(2026, 3, 2), file)
    assert length == len(file.getvalue())
    assert file.getvalue().startswith("\ufeff交易时间,".encode())
    assert NUMBER.encode() in file.getvalue()
    assert re.search(r"tar_type=GZIP", gateway.calls[-2])


def test_a_fund_flow_bill_is_fetched_the_same_way(paid: Client, clock: SetClock) -> None:
    clock.forward(timedelta(days=1))
    file = BytesIO()
    paid.fund_flow_bill(date(2026, 3, 2), file)
    assert file.getvalue().startswith("\ufeff记账时间,".encode())


def test_a_bill_that_is_not_made_yet_is_told_with_proof(paid: Client) -> None:
    with pytest.raises(errors.BillNotReady):
        paid.trade_bill(date(2026, 3, 2), BytesIO())


BROKEN: list[tuple[Callable[[bytes], bytes], type[errors.WechatPayRefusal]]] = [
    (lambda _: b"another file", errors.BillHashWrong),
    (lambda _: b"", errors.BillHashWrong),
    (lambda packed: packed[:-9], errors.BillUnusable),
    (lambda packed: packed + b"more", errors.BillUnusable),
    (lambda packed: packed[:20] + bytes([packed[20] ^ 0xFF]) + packed[21:], errors.BillUnusable),
]


@pytest.mark.parametrize(("change", "refusal"), BROKEN)
def test_a_bill_file_that_is_not_the_signed_one_is_refused(
    paid: Client,
    gateway: Gateway,
    clock: SetClock,
    change: Callable[[bytes], bytes],
    refusal: type[errors.WechatPayRefusal],
) -> None:
    clock.forward(timedelta(days=1))
    gateway.bill_change = change
    with pytest.raises(refusal):
        paid.trade_bill(date(2026, 3, 2), BytesIO())


@pytest.mark.parametrize("most", [50, 500])
def test_a_bill_file_that_is_too_long_as_sent_or_unpacked_is_not_taken(
    paid: Client, gateway: Gateway, most: int
) -> None:
    plain = b"0" * 100_000
    gateway.files["t"] = (gzip.compress(plain), NOON)
    assert 50 < len(gateway.files["t"][0]) < 500
    link = BillLink("/v3/billdownload/file?token=t", hashlib.sha1(plain).hexdigest())
    headers = paid._headers("GET", link.target, b"")
    file = BytesIO()
    with pytest.raises((errors.BillUnusable, errors.AnswerMalformed)):
        download_bill(paid.transport, headers, link, file, most)
    assert len(file.getvalue()) <= most


def test_a_bill_file_that_is_not_packed_is_taken_if_it_is_the_signed_one(
    paid: Client, gateway: Gateway, clock: SetClock
) -> None:
    clock.forward(timedelta(days=1))
    gateway.bill_change = gzip.decompress
    file = BytesIO()
    assert paid.trade_bill(date(2026, 3, 2), file) == len(file.getvalue())


LINKS: list[dict[str, str]] = [
    {"download_url": "https://elsewhere.example/v3/billdownload/file?token=x"},
    {"download_url": ""},
    {"hash_type": "MD5"},
    {"hash_value": "00"},
]


@pytest.mark.parametrize("change", LINKS)
def test_a_bill_link_to_elsewhere_or_without_a_digest_is_not_followed(
    paid: Client, gateway: Gateway, clock: SetClock, change: dict[str, str]
) -> None:
    clock.forward(timedelta(days=1))

    def spoil(reply: Reply) -> Reply:
        body = json.dumps(json.loads(reply.body) | change).encode()
        return Reply(200, reply.headers | signer("public-key").headers(body, clock()), body)

    gateway.spoil(spoil)
    with pytest.raises(errors.AnswerMalformed):
        paid.trade_bill(date(2026, 3, 2), BytesIO())
    assert not any("billdownload" in call for call in gateway.calls)


def test_a_link_that_has_run_out_is_told(paid: Client, gateway: Gateway, clock: SetClock) -> None:
    clock.forward(timedelta(days=1))

    def forget(reply: Reply) -> Reply:
        gateway.files.clear()
        return reply

    gateway.spoil(forget)
    with pytest.raises(errors.BillUnusable, match="400"):
        paid.trade_bill(date(2026, 3, 2), BytesIO())
