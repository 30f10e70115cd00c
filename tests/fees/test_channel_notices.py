"""Notices reach the real address: late, doubled, re-ordered, tampered, a day old, or about something else."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from backend.infra.audit import AuditEntry, verify_trail
from tests.fees.till import A, Till, listening

OWED = 16558


def test_a_notice_that_comes_twice_enters_one_payment(till: Till) -> None:
    order = till.order(*till.bills())
    notice = till.paid(order)
    assert [till.hear(notice)[0] for _ in range(3)] == [204, 204, 204]
    assert till.hear(till.gateway.again(notice))[0] == 204
    another = till.gateway.paid_notice(order["number"])  # of the same payment, under another id
    assert till.hear(another)[0] == 204
    assert [one["kind"] for one in till.scene.statement(A)["movements"]] == ["charge", "payment"]
    assert till.incidents() == []
    till.agree()


def test_many_of_the_same_at_once_enter_one_payment(till: Till) -> None:
    order = till.order(*till.bills())
    first = till.paid(order)
    notices = [first, first, first, *(till.gateway.paid_notice(order["number"]) for _ in range(3))]
    with listening(till.scene.app) as address, ThreadPoolExecutor(6) as pool:
        url = f"{address}/wechatpay/notices"
        answers = list(pool.map(lambda one: till.gateway.send(replace(one, url=url)), notices))
    assert answers == [(204, b"")] * 6
    assert [one["kind"] for one in till.scene.statement(A)["movements"]] == ["charge", "payment"]
    till.agree()


def test_notices_in_another_order_than_the_payments_settle_each_its_own(till: Till) -> None:
    first, second = till.order(*till.bills()), till.order(prepay_fen=700)
    notices = [till.paid(first), till.paid(second)]
    assert [till.hear(notice)[0] for notice in reversed(notices)] == [204, 204]
    statement = till.scene.statement(A)
    assert (statement["owed_fen"], statement["prepaid_fen"]) == (0, 700)


def test_a_late_notice_has_the_day_on_which_was_paid(till: Till) -> None:
    order = till.order(*till.bills())
    notice = till.paid(order)
    till.scene.clock.forward(timedelta(hours=20))
    assert till.hear(notice)[1]["code"] == "FAIL"  # signed too long ago
    assert till.hear(till.gateway.again(notice))[0] == 204
    [_, payment] = till.scene.statement(A)["movements"]
    assert (payment["day"], till.scene.clock().day) == ("2026-03-02", 3)


def test_the_day_of_a_payment_is_the_day_in_china(till: Till) -> None:
    till.scene.clock.forward(timedelta(hours=12, minutes=5))  # five past midnight in China
    order = till.order(*till.bills())
    till.settle(order)
    assert till.scene.statement(A)["movements"][-1]["day"] == "2026-03-03"


def test_a_notice_of_a_day_ago_or_tampered_settles_nothing(till: Till) -> None:
    notice = till.paid(till.order(*till.bills()))
    changed = replace(notice, raw=notice.raw.replace("支付成功".encode(), "支付成攻".encode()))
    status, body = till.hear(changed)
    assert (status, body["code"]) == (401, "FAIL")
    till.scene.clock.forward(timedelta(days=1))
    assert till.hear(notice)[0] == 401
    unsigned = replace(notice, headers={"Content-Type": "application/json"})
    assert till.hear(unsigned)[0] == 401
    assert till.scene.statement(A)["owed_fen"] == OWED


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"amount": {"total": 1}}, "wechatpay-wrong-amount"),
        ({"amount": {"total": OWED + 1}}, "wechatpay-wrong-amount"),
        ({"amount": {"currency": "USD"}}, "wechatpay-wrong-currency"),
        ({"mchid": "1900000009"}, "wechatpay-wrong-merchant"),
        ({"appid": "wx0000000000000009"}, "wechatpay-wrong-app"),
        ({"out_trade_no": "elsewhere-0001"}, "channel-order-unknown"),
        ({"transaction_id": ""}, "wechatpay-not-paid"),
    ],
)
def test_a_notice_that_does_not_fit_leaves_a_trace_and_settles_nothing(
    till: Till, changes: dict[str, Any], code: str
) -> None:
    order = till.order(*till.bills())
    till.paid(order)
    wrong = till.gateway.paid_notice(order["number"], **changes)
    for _ in range(2):
        status, body = till.hear(wrong)
        assert (400 <= status < 500, body["code"]) == (True, "FAIL")
    assert till.incidents() == [(code, 2)]
    assert (till.shown(order)["state"], till.scene.statement(A)["owed_fen"]) == ("placed", OWED)
    assert till.hear(till.gateway.paid_notice(order["number"]))[0] == 204
    assert till.shown(order)["state"] == "paid"


@pytest.mark.parametrize("total", [12.345, -5, "165.58"])
def test_an_amount_that_is_no_whole_number_of_fen_is_no_notice(till: Till, total: Any) -> None:
    order = till.order(*till.bills())
    till.paid(order)
    status, body = till.hear(till.gateway.paid_notice(order["number"], amount={"total": total}))
    assert (status, body["code"]) == (400, "FAIL")
    assert till.incidents() == [("wechatpay-notice-malformed", 1)]


def test_a_notice_for_an_unknown_order_is_refused_and_told_to_staff_of_the_firm_alone(till: Till) -> None:
    till.gateway.order_elsewhere("elsewhere-0001", 500)
    till.gateway.pay("elsewhere-0001")
    status, body = till.hear(till.gateway.paid_notice("elsewhere-0001"))
    assert (status, body) == (404, {"code": "FAIL", "message": "微信支付通知的订单不在本系统中"})
    [incident] = till.scene.get("/channel-incidents")["items"]
    assert (incident["code"], incident["number"]) == ("channel-order-unknown", "elsewhere-0001")
    for by in ("owner-a", "worker", "rival"):
        assert till.scene.get("/channel-incidents", by, 403)["code"] == "role-missing"


def test_an_incident_is_closed_with_a_note_and_is_open_again_when_it_comes_again(till: Till) -> None:
    till.gateway.order_elsewhere("elsewhere-0001", 500)
    till.gateway.pay("elsewhere-0001")
    till.hear(till.gateway.paid_notice("elsewhere-0001"))
    [incident] = till.scene.get("/channel-incidents")["items"]
    path = f"/channel-incidents/{incident['id']}/closing"
    for by in ("owner-a", "worker", "rival"):
        assert till.scene.post(path, {"note": "无"}, 403, by)["code"] == "role-missing"
    assert till.scene.post(path, {"note": ""}, 422)["code"] == "validation-failed"
    closed = till.scene.post(path, {"note": "微信商户平台的测试单"}, 200)
    assert (closed["note"], closed["closed_at"] is None) == ("微信商户平台的测试单", False)
    assert till.scene.get("/channel-incidents")["items"] == []
    assert till.scene.get("/channel-incidents?only_open=false")["items"] == [closed]
    till.hear(till.gateway.paid_notice("elsewhere-0001"))
    [again] = till.scene.get("/channel-incidents")["items"]
    assert (again["times"], again["closed_at"]) == (2, None)
    unknown = "/channel-incidents/none/closing"
    assert till.scene.post(unknown, {"note": "无"}, 404)["code"] == "channel-incident-unknown"


def test_a_second_payment_of_one_order_is_an_incident(till: Till) -> None:
    order = till.order(*till.bills())
    till.settle(order)
    other = till.gateway.paid_notice(order["number"], transaction_id="4200000000000000000000009999")
    assert till.hear(other)[0] == 409
    assert till.incidents() == [("channel-paid-otherwise", 1)]
    till.agree()


def test_a_payment_belongs_to_one_order(till: Till) -> None:
    first, second = till.order(prepay_fen=OWED), till.order(*till.bills())
    till.settle(first)
    taken = till.gateway.orders[first["number"]].transaction_id
    till.paid(second)
    assert till.hear(till.gateway.paid_notice(second["number"], transaction_id=taken))[0] == 409
    assert till.incidents() == [("channel-paid-otherwise", 1)]
    assert till.shown(second)["state"] == "placed"


def test_a_proven_notice_that_does_not_open_leaves_a_trace(till: Till) -> None:
    notice = till.paid(till.order(*till.bills()))
    envelope = json.loads(notice.raw)
    envelope["resource"]["nonce"] = "otherothernc"
    sealed_otherwise = till.gateway.notices.sign(
        notice.url, json.dumps(envelope).encode(), till.gateway.clock()
    )
    assert till.hear(sealed_otherwise)[0] == 400
    assert till.incidents() == [("wechatpay-decryption", 1)]


def test_a_notice_is_no_longer_than_it_can_be(till: Till) -> None:
    answer = till.scene.client.post("/wechatpay/notices", data=b" " * 70_000)
    assert answer.status_code == 413


def test_what_the_channel_entered_stands_in_the_audit_trail(till: Till) -> None:
    till.settle(till.order(*till.bills()))
    with till.scene.acting() as clerk:
        acts = [(entry.act, entry.actor) for entry in clerk.session.query(AuditEntry)]
        verify_trail(clerk.session)
    assert ("wechat-payment-settled", "wechatpay") in acts
