"""People order and pay by WeChat: the amount is the server's, an order is open once, the money comes once."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
import zxingcpp
from PIL import Image

from backend.fees.rules.orders import Way
from backend.fees.service import order_asking
from backend.fees.service.orders import Wanted
from tests.fees.scene import Scene
from tests.fees.till import PUBLIC_URL, A, B, C, Till

OWED = 16558
"""What owner-a owes for 1-1-101 in March."""


def no_answer(_: object) -> None:
    """The connection ends without an answer."""


def test_a_bill_is_ordered_paid_and_settled_by_the_notice(till: Till) -> None:
    order = till.order(*till.bills())
    assert (order["state"], order["amount_fen"], order["pay"]) == ("placed", OWED, None)
    kept = till.gateway.orders[order["number"]].terms
    assert kept["notify_url"] == f"{PUBLIC_URL}/wechatpay/notices"
    assert kept["amount"] == {"total": OWED, "currency": "CNY"}
    till.settle(order)
    shown = till.shown(order)
    assert (shown["state"], shown["code_url"], shown["payment_id"] is None) == ("paid", None, False)
    statement = till.scene.statement(A, "owner-a")
    assert (statement["owed_fen"], statement["prepaid_fen"]) == (0, 0)
    assert [one["kind"] for one in statement["movements"]] == ["charge", "payment"]
    till.agree()


def test_an_order_inside_wechat_is_for_whoever_ordered_and_opens_with_what_the_merchant_signed(
    till: Till,
) -> None:
    bills = till.bills()
    assert till.order(*bills, way="jsapi", status=409)["code"] == "wechat-payer-unlinked"
    till.link("owner-a", "oFictional-owner-a")
    order = till.order(*bills, way="jsapi")
    assert (order["state"], order["code_url"]) == ("placed", None)
    assert till.gateway.orders[order["number"]].terms["payer"] == {"openid": "oFictional-owner-a"}
    assert till.hear(till.gateway.pay_with(order["pay"])) == (204, None)
    assert till.shown(order)["pay"] is None
    assert till.scene.statement(A)["owed_fen"] == 0


@pytest.mark.parametrize("form", ["png", "svg"])
def test_the_qr_code_holds_what_the_channel_gave(till: Till, form: str) -> None:
    order = till.order(*till.bills())
    answer = till.scene.call("GET", f"/pay-orders/{order['id']}/code?form={form}", "owner-a")
    assert answer.status_code == 200
    if form == "png":
        read = zxingcpp.read_barcodes(Image.open(io.BytesIO(answer.data)).convert("L"))
        assert [one.text for one in read] == [order["code_url"]]
    else:
        assert answer.data.startswith(b"<?xml")


def test_an_order_that_is_over_shows_no_code(till: Till) -> None:
    order = till.order(*till.bills())
    till.settle(order)
    answer = till.scene.call("GET", f"/pay-orders/{order['id']}/code", "owner-a")
    assert (answer.status_code, answer.get_json()["code"]) == (409, "pay-code-missing")


def test_the_amount_is_what_is_owed_now_and_not_what_the_bill_was(till: Till) -> None:
    [bill] = till.bills()
    till.scene.pay(A, 6000, "S-1")
    assert till.order(bill)["amount_fen"] == OWED - 6000
    till.scene.pay(A, OWED - 6000, "S-2")
    assert till.order(bill, status=409)["code"] == "nothing-owed"


def test_several_bills_of_a_home_are_one_order(till: Till) -> None:
    april = {"first_day": "2026-04-01", "last_day": "2026-04-30"}
    till.scene.run(till.scene.get("/fee-items")["items"][0]["id"], **april)
    order = till.order(*till.bills())
    assert order["amount_fen"] == sum(bill["amount_fen"] for bill in order["bills"]) == 2 * OWED
    till.settle(order)
    assert till.scene.statement(A)["owed_fen"] == 0
    till.agree()


def test_an_amount_in_advance_becomes_prepayment_and_is_no_double(till: Till) -> None:
    order = till.order(prepay_fen=50000)
    till.settle(order)
    statement = till.scene.statement(A)
    assert (statement["owed_fen"], statement["prepaid_fen"]) == (OWED, 50000)
    assert till.refunds() == []


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"bill_ids": []}, 422, "pay-order-refused"),
        ({"bill_ids": [1], "prepay_fen": 5}, 422, "pay-order-refused"),
        ({"bill_ids": [1]}, 404, "bill-unknown"),
        ({"prepay_fen": -1}, 422, "validation-failed"),
        ({"prepay_fen": 12.345}, 422, "validation-failed"),
        ({"prepay_fen": "12.345"}, 422, "validation-failed"),
        ({"prepay_fen": 5_000_001}, 422, "validation-failed"),
        ({"prepay_fen": 5, "currency": "USD"}, 422, "validation-failed"),
        ({"prepay_fen": 5, "amount_fen": 1}, 422, "validation-failed"),
        ({"way": "app", "prepay_fen": 5}, 422, "validation-failed"),
    ],
)
def test_an_order_that_cannot_be_is_refused_and_nothing_is_ordered(
    till: Till, changes: dict, status: int, code: str
) -> None:
    assert till.order(status=status, **changes)["code"] == code
    assert till.gateway.orders == {}


@pytest.mark.parametrize("by", ["owner-b", "stranger", "clerk"])
def test_only_whoever_may_pay_for_a_home_orders_for_it(till: Till, by: str) -> None:
    assert till.order(*till.bills(), by=by, status=403)["code"] == "role-missing"
    assert till.gateway.orders == {}


def test_a_bill_of_another_home_or_of_the_one_before_is_none_to_order(till: Till) -> None:
    assert till.order(*till.bills(C), status=404)["code"] == "bill-unknown"
    form = {"day": "2026-03-02", "note": ""}
    bills = till.bills(C)
    till.scene.reverse(bills[0])
    till.scene.post(f"/units/{till.scene.units[C]}/handovers", form)
    assert till.order(*bills, label=C, status=404)["code"] == "bill-unknown"


def test_an_order_is_shown_to_whoever_made_it_alone(till: Till) -> None:
    order = till.order(*till.bills())
    for by in ("owner-b", "clerk"):
        answer = till.scene.get(f"/pay-orders/{order['id']}", by, 404)
        assert answer["code"] == "pay-order-unknown"
        assert till.query(order, by, 404)["code"] == "pay-order-unknown"


def test_the_same_asked_again_is_the_same_order(till: Till) -> None:
    bills = till.bills()
    first, again = till.order(*bills), till.order(*bills)
    assert (first["id"], len(till.gateway.orders)) == (again["id"], 1)


def test_an_order_for_a_bill_that_another_order_pays_closes_that_one_first(till: Till) -> None:
    bills = till.bills()
    first = till.order(*bills)
    till.link()
    second = till.order(*bills, way="jsapi")
    assert second["id"] != first["id"]
    assert till.gateway.orders[first["number"]].state == "CLOSED"
    assert till.shown(first)["state"] == "closed"


def test_an_order_that_was_paid_unnoticed_is_settled_when_another_would_replace_it(till: Till) -> None:
    bills = till.bills()
    first = till.order(*bills)
    till.paid(first)
    till.link()
    assert till.order(*bills, way="jsapi", status=409)["code"] == "nothing-owed"
    assert till.shown(first)["state"] == "paid"
    assert till.scene.statement(A)["owed_fen"] == 0


def test_a_repeated_call_with_a_key_is_answered_the_same(till: Till) -> None:
    path = f"/units/{till.scene.units[A]}/pay-orders"
    form, key = {"way": "native", "bill_ids": till.bills()}, {"Idempotency-Key": "order-0001"}
    first, again = (till.scene.call("POST", path, "owner-a", json=form, headers=dict(key)) for _ in range(2))
    assert (first.status_code, again.get_json()) == (201, first.get_json())
    assert again.headers["Idempotency-Replayed"] == "true"


def test_an_order_stands_in_the_books_before_the_channel_hears_of_it(till: Till) -> None:
    till.gateway.spoil(no_answer)
    order = till.order(*till.bills())
    assert (order["state"], order["code_url"]) == ("unknown", None)
    assert order["number"] in till.gateway.orders
    again = till.order(*till.bills())
    assert (again["id"], again["state"], len(till.gateway.orders)) == (order["id"], "placed", 1)


def test_an_order_whose_answer_was_lost_is_settled_when_it_was_paid(till: Till) -> None:
    till.gateway.spoil(no_answer)
    order = till.order(*till.bills())
    till.paid(order)
    till.work(minutes=3)
    assert till.shown(order)["state"] == "paid"


def test_an_order_that_the_channel_never_got_ends_and_bars_no_other(till: Till) -> None:
    bills, numbers = till.bills(), till.gateway.orders
    till.gateway.spoil(no_answer)
    order = till.order(*bills)
    numbers.clear()
    till.work(minutes=3)
    assert till.shown(order)["state"] == "closed"
    assert till.order(*bills)["state"] == "placed"


def test_an_order_that_the_channel_refuses_is_closed_and_told(till: Till) -> None:
    till.gateway.refuse_next("PARAM_ERROR")
    bills = till.bills()
    assert till.order(*bills, status=502)["code"] == "wechatpay-refused"
    assert till.order(*bills)["state"] == "placed"


def test_on_return_from_paying_the_app_learns_how_the_order_stands(till: Till) -> None:
    order = till.order(*till.bills())
    assert till.query(order)["state"] == "placed"
    till.paid(order)
    assert till.query(order)["state"] == "placed"  # asked again too soon
    till.scene.clock.forward(timedelta(seconds=3))
    assert till.query(order)["state"] == "paid"
    asked = len(till.gateway.calls)
    assert (till.query(order)["state"], len(till.gateway.calls)) == ("paid", asked)


def test_a_channel_that_gives_no_answer_leaves_an_order_as_it_was_known(till: Till) -> None:
    order = till.order(*till.bills())
    till.gateway.spoil(no_answer)
    assert till.query(order)["state"] == "placed"


def test_the_worker_asks_about_open_orders_with_growing_waits_and_closes_them_at_their_end(
    till: Till,
) -> None:
    order = till.order(*till.bills())
    till.gateway.calls.clear()
    asked = []
    for minute in range(1, 30):
        till.work(minutes=1)
        asked += [minute] * len(till.calls("out-trade-no"))
        till.gateway.calls.clear()
    assert asked == [2, 6, 14]
    till.work(minutes=1)
    assert till.gateway.orders[order["number"]].state == "CLOSED"
    assert till.shown(order)["state"] == "closed"
    till.work(minutes=600)
    assert [call.split()[0] for call in till.calls("out-trade-no")] == ["GET", "POST"]


def test_an_order_paid_at_its_last_moment_is_settled_instead_of_closed(till: Till) -> None:
    order = till.order(*till.bills())
    till.scene.clock.forward(timedelta(minutes=29))
    till.paid(order)
    till.work(minutes=1)
    assert till.shown(order)["state"] == "paid"
    till.agree()


def test_a_payment_that_comes_after_the_closing_is_settled_all_the_same(till: Till) -> None:
    order = till.order(*till.bills())
    till.work(minutes=31)
    till.gateway.orders[order["number"]].state = "NOTPAY"
    till.settle(order)
    assert (till.shown(order)["state"], till.scene.statement(A)["owed_fen"]) == ("paid", 0)


def test_an_order_closed_at_the_channel_is_closed_here(till: Till) -> None:
    order = till.order(*till.bills())
    till.gateway.orders[order["number"]].state = "CLOSED"
    assert till.query(order)["state"] == "closed"


def test_what_was_paid_and_refunded_elsewhere_is_an_incident_and_settles_nothing(till: Till) -> None:
    order = till.order(*till.bills())
    till.paid(order)
    till.gateway.orders[order["number"]].state = "REFUND"
    assert till.query(order)["state"] == "closed"
    assert till.incidents() == [("channel-refunded-elsewhere", 1)]
    assert till.scene.statement(A)["owed_fen"] == OWED


def test_a_server_without_a_merchant_says_so(scene: Scene) -> None:
    scene.run(scene.item())
    form = {"way": "native", "prepay_fen": 5}
    answer = scene.post(f"/units/{scene.units[A]}/pay-orders", form, 404, "owner-a")
    assert answer["code"] == "wechatpay-off"
    assert scene.client.post("/wechatpay/notices", data=b"{}").get_json() == {
        "code": "FAIL",
        "message": "本服务器没有接通微信支付",
    }


def test_a_crash_between_writing_and_asking_leaves_an_order_that_is_found(till: Till) -> None:
    wanted = Wanted(till.scene.units[A], Way.NATIVE, frozenset(till.bills()))
    with till.scene.app.app_context():
        actor = till.actor("owner-a")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(order_asking, "place_order", crash)
            with pytest.raises(Crash):
                order_asking.order_payment(till.scene.house, actor, till.scene.community, wanted)
    order = till.order(*wanted.bill_ids)
    assert (order["state"], len(till.gateway.orders)) == ("placed", 1)


class Crash(Exception):
    """The server ends here."""


def crash(*_: object) -> None:
    raise Crash


def test_owner_b_orders_at_the_same_time_and_neither_is_in_the_other_s_way(till: Till) -> None:
    mine, theirs = till.order(*till.bills()), till.order(*till.bills(B), label=B, by="owner-b")
    assert {mine["state"], theirs["state"]} == {"placed"}
    till.settle(theirs)
    assert till.scene.statement(A)["owed_fen"] == OWED
    assert till.scene.statement(B)["owed_fen"] == 0


def test_the_copy_of_one_s_own_data_has_the_own_orders_alone(till: Till) -> None:
    order = till.order(*till.bills())
    till.settle(order)
    till.order(*till.bills(B), label=B, by="owner-b")
    answer = till.scene.client.get("/api/v1/me/data", headers=till.scene.who("owner-a"))
    [mine] = answer.get_json()["data"]["pay_orders"]
    assert (mine["number"], mine["amount_fen"], mine["state"]) == (order["number"], OWED, "paid")
