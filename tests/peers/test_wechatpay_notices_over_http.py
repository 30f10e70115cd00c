"""Notices that software of others signed reach our server over HTTP: taken as they are, not if changed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from wechatpayv3.utils import rsa_sign

from tests.fees.conftest import billed_scene, set_scene, till
from tests.fees.till import A, Till, listening
from tests.peers.test_wechatpay_with_axios_plugin import Plugin, plugin
from tests.standins.wechatpay_keys import APIV3_KEY, PUBLIC_KEY_ID, SentNotice, private_pem, rsa_key

__all__ = ["billed_scene", "plugin", "set_scene", "till"]
OWED = 16558
Maker = Callable[[Till, dict], SentNotice]


@pytest.fixture
def address(till: Till) -> Iterator[str]:
    """Where the server listens for notices."""
    with listening(till.scene.app) as found:
        yield f"{found}/wechatpay/notices"


def proven(timestamp: str, nonce: str, signature: str) -> dict[str, str]:
    return {
        "Content-Type": "application/json",
        "Wechatpay-Timestamp": timestamp,
        "Wechatpay-Nonce": nonce,
        "Wechatpay-Serial": PUBLIC_KEY_ID,
        "Wechatpay-Signature": signature,
    }


def check_taken_and_refused(till: Till, url: str, number: str, notice: SentNotice) -> None:
    changed = replace(notice, url=url, raw=notice.raw.replace(b"transaction", b"Transaction"))
    status, body = till.gateway.send(changed)
    assert (status, json.loads(body)["code"]) == (401, "FAIL")
    assert till.scene.statement(A)["owed_fen"] == OWED
    assert till.gateway.send(replace(notice, url=url)) == (204, b"")
    assert till.scene.statement(A)["owed_fen"] == 0
    [payment] = [one for one in till.scene.statement(A)["movements"] if one["kind"] == "payment"]
    assert payment["memo"] == till.gateway.orders[number].transaction_id


def test_a_notice_that_wechatpayv3_signed_settles_and_a_changed_one_does_not(
    till: Till, address: str
) -> None:
    order = till.order(*till.bills())
    notice = till.paid(order)
    timestamp = str(int(till.scene.clock().timestamp()))
    signature = rsa_sign(rsa_key("platform"), f"{timestamp}\nabc\n{notice.raw.decode()}\n")
    theirs = SentNotice(address, proven(timestamp, "abc", signature), notice.raw)
    check_taken_and_refused(till, address, order["number"], theirs)


def test_a_notice_that_the_axios_plugin_sealed_and_signed_settles_and_a_changed_one_does_not(
    till: Till, address: str, plugin: Plugin
) -> None:
    order = till.order(*till.bills())
    envelope = json.loads(till.paid(order).raw)
    told = till.gateway.transaction(till.gateway.orders[order["number"]])
    sealing = {"key": APIV3_KEY.decode(), "nonce": "n00000000012", "associatedData": "transaction"}
    sealed = plugin.ask("seal", text=json.dumps(told, ensure_ascii=False), **sealing)
    envelope["resource"] |= {
        "nonce": "n00000000012",
        "associated_data": "transaction",
        "ciphertext": sealed,
    }
    body, timestamp = json.dumps(envelope, ensure_ascii=False), str(int(till.scene.clock().timestamp()))
    signature = plugin.ask(
        "signNotice", timestamp=timestamp, nonce="abc", body=body, privateKey=private_pem("platform")
    )
    theirs = SentNotice(address, proven(timestamp, "abc", signature), body.encode())
    check_taken_and_refused(till, address, order["number"], theirs)
