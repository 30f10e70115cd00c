"""People order and pay by WeChat: the amount is the server's, an order is open once, the money comes once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.fees.till import A, C, PUBLIC_URL, Till
from tests.standins.wechatpay_keys import OPENID

OWED = 16558
"""What owner-a owes for 1-1-101."""


def test_a_bill_is_ordered_paid_and_settled_by_the_notice(till: Till) -> None:
    order = till.order(*till.bills())
    assert (order["state"], order["amount_fen"], order["pay"]) == ("placed", OWED, None)
    assert order["code_url"].startswith("weixin://")
    kept = till.gateway.orders[order["number"]].terms
    assert kept["notify_url"] == f"{PUBLIC_URL}/wechatpay/notices"
    assert kept["amount"] == {"total": OWED, "currency": "CNY"}
    till.settle(order)
    shown = till.shown(order)
    assert (shown["state"], shown["code_url"]) == ("paid", None)
    statement = till.scene.statement(A, "owner-a")
    assert (statement["owed_fen"], statement["prepaid_fen"]) == (0, 0)
    assert [one["kind"] for one in statement["movements"]] == ["charge", "payment"]
    till.agree()
