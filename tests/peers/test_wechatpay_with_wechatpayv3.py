"""PyPI's wechatpayv3, both ways: as a merchant at our gateway, and as judge of what we sign and write.

Its own clock is the machine's, so gateway and client use the machine's here too.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from wechatpayv3 import WeChatPay, WeChatPayType
from wechatpayv3.utils import aes_decrypt, build_authorization, rsa_sign, rsa_verify

from backend.infra.wechatpay import errors
from backend.infra.wechatpay.bills import read_trade_bill
from backend.infra.wechatpay.client import Client
from backend.infra.wechatpay.crypto import SealedResource
from backend.infra.wechatpay.facts import Refund, Transaction, check_payment
from backend.infra.wechatpay.orders import RefundRequest
from backend.infra.wechatpay.signing import request_message
from backend.kernel.clock import SystemClock
from tests.houses import SetClock
from tests.infra.wechatpay.merchant import NUMBER, a_client, an_order, expected
from tests.standins.wechatpay import Gateway, serving
from tests.standins.wechatpay_keys import (
    APIV3_KEY,
    APPID,
    MCHID,
    OPENID,
    PUBLIC_KEY_ID,
    certificate_pem,
    private_pem,
    public_pem,
    rsa_key,
    seal,
    serial_of,
)

NOTIFY = "https://pay.example/notices"


@pytest.fixture
def now() -> SetClock:
    """The machine's time, which a test may move on for the gateway alone."""
    return SetClock(SystemClock()())


@pytest.fixture(params=["public-key", "certificate"])
def gateway(request: pytest.FixtureRequest, now: SetClock) -> Iterator[Gateway]:
    """The platform, with either kind of its keys."""
    with serving(Gateway(now, kind=request.param)) as served:
        yield served


@pytest.fixture
def peer(gateway: Gateway, tmp_path: Path) -> WeChatPay:
    """The other merchant software, with the same account, at our gateway."""
    options: dict[str, Any] = {"public_key": public_pem("platform"), "public_key_id": PUBLIC_KEY_ID}
    if gateway.kind == "certificate":
        (tmp_path / "platform-old.pem").write_text(certificate_pem("platform-old"))
        options = {"cert_dir": str(tmp_path)}
    made = WeChatPay(
        wechatpay_type=WeChatPayType.JSAPI,
        mchid=MCHID,
        private_key=private_pem("merchant"),
        cert_serial_no=serial_of("merchant"),
        apiv3_key=APIV3_KEY.decode(),
        appid=APPID,
        notify_url=NOTIFY,
        timeout=(10, 30),
        **options,
    )
    made._core._gate_way = gateway.base_url
    return made


@pytest.fixture
def ours(gateway: Gateway, tmp_path: Path, now: SetClock) -> Client:
    """Our client of the same account."""
    return a_client(tmp_path / "keys", gateway.base_url, now, gateway.kind)


def ok(answer: tuple[int, Any]) -> Any:
    status, text = answer
    assert status == 200, text
    return json.loads(text)


def an_order_of_the_peer(peer: WeChatPay, number: str = NUMBER) -> str:
    amount = {"total": 12345, "currency": "CNY"}
    answer = peer.pay("物业费", number, amount, payer={"openid": OPENID})
    return str(ok(answer)["prepay_id"])


def test_the_peer_orders_queries_closes_and_refunds_at_our_gateway(
    peer: WeChatPay, gateway: Gateway, now: SetClock
) -> None:
    assert an_order_of_the_peer(peer) == gateway.orders[NUMBER].prepay_id
    assert ok(peer.query(out_trade_no=NUMBER))["trade_state"] == "NOTPAY"
    gateway.pay(NUMBER)
    assert ok(peer.query(out_trade_no=NUMBER))["payer"] == {"openid": OPENID}
    amount = {"refund": 345, "total": 12345, "currency": "CNY"}
    assert ok(peer.refund("R-1", amount, out_trade_no=NUMBER))["status"] == "PROCESSING"
    gateway.finish_refund("R-1")
    assert ok(peer.query_refund("R-1"))["status"] == "SUCCESS"
    an_order_of_the_peer(peer, "YST20260302-0002")
    assert peer.close("YST20260302-0002")[0] == 204
    assert ok(peer.query(out_trade_no="YST20260302-0002"))["trade_state"] == "CLOSED"
    assert ok(peer.pay("费", "YST20260302-0003", {"total": 1}, pay_type=WeChatPayType.NATIVE))["code_url"]


def test_the_peer_is_refused_by_our_gateway_as_by_the_platform(peer: WeChatPay, gateway: Gateway) -> None:
    status, text = peer.query(out_trade_no="unknown-order")
    assert (status, json.loads(text)["code"]) == (404, "ORDER_NOT_EXIST")
    peer._core._private_key = rsa_key("stranger")
    status, text = peer.query(out_trade_no=NUMBER)
    assert (status, json.loads(text)["code"]) == (401, "SIGN_ERROR")


def test_the_peer_fetches_a_bill_at_our_gateway_and_ours_reads_it(
    peer: WeChatPay, gateway: Gateway, now: SetClock
) -> None:
    an_order_of_the_peer(peer)
    now.at -= timedelta(days=2)
    gateway.pay(NUMBER)
    day = (now.at + timedelta(hours=8)).date()
    now.at += timedelta(days=2)
    link = ok(peer.trade_bill(day.isoformat()))
    status, file = peer.download_bill(link["download_url"])
    plain = gzip.decompress(file)
    assert (status, hashlib.sha1(plain).hexdigest()) == (200, link["hash_value"])
    assert [row.total_fen for row in read_trade_bill(BytesIO(plain))] == [12345]


def test_the_peer_takes_platform_certificates_from_our_gateway(peer: WeChatPay, gateway: Gateway) -> None:
    peer._core._cert_dir = None
    peer._core._update_certificates()
    assert [f"{each.serial_number:X}" for each in peer._core._certificates] == [serial_of("platform-old")]


def test_peer_and_ours_see_the_same_order_at_the_gateway(
    peer: WeChatPay, ours: Client, gateway: Gateway
) -> None:
    prepay_id = an_order_of_the_peer(peer)
    gateway.pay_with(ours.pay_params(APPID, prepay_id))
    told = ok(peer.query(out_trade_no=NUMBER))
    paid = ours.query(NUMBER)
    check_payment(paid, expected())
    assert (paid.transaction_id, paid.total_fen) == (told["transaction_id"], told["amount"]["total"])


def test_the_peer_reads_the_notices_that_our_gateway_sends_and_so_do_we(
    peer: WeChatPay, ours: Client, gateway: Gateway
) -> None:
    ours.order_jsapi(an_order(), OPENID)
    notice = gateway.pay(NUMBER)
    theirs, read = peer.callback(notice.headers, notice.raw), ours.read_notice(notice.pairs, notice.raw)
    assert isinstance(read.resource, Transaction)
    assert theirs["id"] == read.notice_id
    assert theirs["resource"]["amount"]["total"] == read.resource.total_fen == 12345
    assert theirs["resource"]["transaction_id"] == read.resource.transaction_id
    ours.refund(RefundRequest(NUMBER, "R-1", 345, 12345))
    refund = gateway.finish_refund("R-1")
    theirs, read = peer.callback(refund.headers, refund.raw), ours.read_notice(refund.pairs, refund.raw)
    assert isinstance(read.resource, Refund)
    assert theirs["resource"]["amount"]["refund"] == read.resource.refund_fen == 345


def test_peer_and_ours_refuse_a_tampered_notice(peer: WeChatPay, ours: Client, gateway: Gateway) -> None:
    ours.order_jsapi(an_order(), OPENID)
    notice = gateway.pay(NUMBER)
    changed = replace(notice, raw=notice.raw.replace("支付成功".encode(), "支付成攻".encode()))
    assert changed.raw != notice.raw
    assert peer.callback(changed.headers, changed.raw) is None
    with pytest.raises(errors.SignatureWrong):
        ours.read_notice(changed.pairs, changed.raw)


def test_ours_refuses_the_notice_of_yesterday_that_the_peer_still_takes(
    peer: WeChatPay, ours: Client, gateway: Gateway
) -> None:
    ours.order_jsapi(an_order(), OPENID)
    old = gateway.again(gateway.pay(NUMBER), SystemClock()() - timedelta(days=1))
    assert peer.callback(old.headers, old.raw)["event_type"] == "TRANSACTION.SUCCESS"
    with pytest.raises(errors.TimestampOutside):
        ours.read_notice(old.pairs, old.raw)


def test_the_peer_verifies_what_we_sign_to_the_byte(ours: Client) -> None:
    body = '{"description":"物业费"}'.encode()
    message = request_message("POST", "/v3/x?a=1", timestamp=1772424000, nonce="n", body=body)
    signature = ours.merchant.sign(message)
    public = rsa_key("merchant").public_key()
    assert rsa_verify("POST\n/v3/x?a=1\n1772424000", "n", body.decode(), signature, public)
    assert signature == rsa_sign(rsa_key("merchant"), message.decode())
    header = build_authorization(
        "/v3/x", "POST", MCHID, serial_of("merchant"), rsa_key("merchant"), body.decode(), "n"
    )
    stated = int(header.split('timestamp="')[1].split('"')[0])
    again = request_message("POST", "/v3/x", timestamp=stated, nonce="n", body=body)
    assert header == ours.merchant.authorization(again, timestamp=stated, nonce="n")
    assert abs(stated - time.time()) < 300


def test_pay_params_are_signed_as_the_peer_signs_them(peer: WeChatPay, ours: Client) -> None:
    params = ours.pay_params(APPID, "wx0001")
    signed = [APPID, params["timeStamp"], params["nonceStr"], params["package"]]
    assert params["paySign"] == peer.sign(signed)


def test_the_peer_opens_what_we_open(ours: Client) -> None:
    for associated_data in ("transaction", ""):
        sealed = seal("业主".encode(), associated_data)
        theirs = aes_decrypt(sealed["nonce"], sealed["ciphertext"], associated_data, APIV3_KEY.decode())
        assert theirs == ours.apiv3_key.open(SealedResource(**sealed)).decode() == "业主"


def test_a_notice_that_the_peer_s_functions_sign_is_taken(ours: Client, gateway: Gateway) -> None:
    ours.order_jsapi(an_order(), OPENID)
    notice = gateway.pay(NUMBER)
    owner = "platform" if gateway.kind == "public-key" else "platform-old"
    timestamp = str(int(datetime.now(UTC).timestamp()))
    signature = rsa_sign(rsa_key(owner), f"{timestamp}\nnonce\n{notice.raw.decode()}\n")
    proof = {"Wechatpay-Timestamp": timestamp, "Wechatpay-Nonce": "nonce", "Wechatpay-Signature": signature}
    theirs = replace(notice, headers=notice.headers | proof)
    assert ours.read_notice(theirs.pairs, theirs.raw).notice_id == json.loads(notice.raw)["id"]
