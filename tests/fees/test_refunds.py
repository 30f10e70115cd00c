"""Money goes back by the word of two people, once, and never more than came."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.fees.scene import Json
from tests.fees.till import A, Till

OWED = 16558


def prepaid(till: Till, fen: int = 5000) -> int:
    """Pay in advance by WeChat and return the payment."""
    order = till.order(prepay_fen=fen)
    till.settle(order)
    return int(till.shown(order)["payment_id"])


def propose(till: Till, payment: int, fen: int, status: int = 201, **changes: Any) -> Json:
    by = changes.pop("by", "clerk")
    form = {"payment_id": payment, "amount_fen": fen, "note": "多收", **changes}
    return till.scene.post("/refunds", form, status, by)


def decide(till: Till, refund: Json, status: int = 200, by: str = "second", *, yes: bool = True) -> Json:
    return till.scene.post(f"/refunds/{refund['id']}/decision", {"is_approved": yes}, status, by)


def refund_of(till: Till) -> Json:
    [refund] = till.refunds()
    return refund


def prepayment(till: Till) -> int:
    return int(till.scene.statement(A)["prepaid_fen"])


def test_a_refund_is_proposed_approved_by_another_and_carried_out_by_the_channel(till: Till) -> None:
    refund = propose(till, prepaid(till), 3000)
    assert (refund["state"], refund["method"], prepayment(till)) == ("proposed", "wechat", 5000)
    decide(till, refund)
    assert (refund_of(till)["state"], till.gateway.refunds) == ("approved", {})
    till.work()
    accepted = refund_of(till)
    assert (accepted["state"], prepayment(till)) == ("accepted", 5000)
    assert till.gateway.refunds[accepted["number"]].amount == 3000
    assert till.hear(till.gateway.finish_refund(accepted["number"])) == (204, None)
    assert (refund_of(till)["state"], prepayment(till)) == ("done", 2000)
    assert [one["kind"] for one in till.scene.statement(A)["movements"]][-1] == "refund"
    till.agree()


def test_nobody_approves_what_they_proposed_or_would_receive(till: Till) -> None:
    refund = propose(till, prepaid(till), 3000)
    assert decide(till, refund, 403, "clerk")["code"] == "self-approval"
    till.appoint("owner-a")
    assert decide(till, refund, 403, "owner-a")["code"] == "self-approval"
    for by in ("worker", "rival"):
        assert decide(till, refund, 403, by)["code"] == "role-missing"
    assert decide(till, refund)["state"] == "approved"
    assert decide(till, refund, 409)["code"] == "refund-not-at-this-step"


def test_a_rejected_refund_frees_its_money(till: Till) -> None:
    payment = prepaid(till)
    refund = propose(till, payment, 5000)
    assert propose(till, payment, 1, 409)["code"] == "refund-too-large"
    assert decide(till, refund, yes=False)["state"] == "rejected"
    assert propose(till, payment, 5000)["state"] == "proposed"
    till.work()
    assert till.gateway.refunds == {}


def test_the_payer_may_ask_and_the_firm_decides(till: Till) -> None:
    form = {"payment_id": prepaid(till), "amount_fen": 5000}
    path = f"/units/{till.scene.units[A]}/refunds"
    assert till.scene.post(path, form, 403, "owner-b")["code"] == "role-missing"
    refund = till.scene.post(path, form, 201, "owner-a")
    assert (refund["cause"], refund["state"]) == ("asked", "proposed")
    assert decide(till, refund, by="clerk")["state"] == "approved"
    assert [one["id"] for one in till.scene.get(path, "owner-a")["items"]] == [refund["id"]]
    other = f"/units/{till.scene.units['2-1-201']}/refunds"
    assert till.scene.post(other, form, 404, "owner-a")["code"] == "payment-unknown"


def test_held_money_pays_no_bill_and_bars_what_would_use_it_up(till: Till) -> None:
    refund = propose(till, prepaid(till), 3000)
    april = {"first_day": "2026-04-01", "last_day": "2026-04-30"}
    till.scene.run(till.scene.get("/fee-items")["items"][0]["id"], **april)
    assert prepayment(till) == 3000
    decide(till, refund)
    till.work()
    till.hear(till.gateway.finish_refund(refund_of(till)["number"]))
    assert (refund_of(till)["state"], prepayment(till)) == ("done", 0)
    till.agree()


def test_money_that_settled_a_bill_goes_back_after_the_bill_is_undone(till: Till) -> None:
    order = till.order(*till.bills())
    till.settle(order)
    payment = till.shown(order)["payment_id"]
    assert propose(till, payment, 1, 409)["code"] == "refund-too-large"
    till.scene.reverse(order["bills"][0]["bill_id"])
    decide(till, propose(till, payment, OWED))
    till.work()
    till.hear(till.gateway.finish_refund(refund_of(till)["number"]))
    assert prepayment(till) == 0
    till.agree()


def test_several_refunds_never_come_to_more_than_the_payment(till: Till) -> None:
    first, other = prepaid(till, 5000), prepaid(till, 9000)
    decide(till, propose(till, first, 3000))
    decide(till, propose(till, first, 2000))
    assert propose(till, first, 1, 409)["code"] == "refund-too-large"
    assert propose(till, other, 9001, 409)["code"] == "refund-too-large"
    for _ in range(4):
        till.work(minutes=5)
    assert sorted(one.amount for one in till.gateway.refunds.values()) == [2000, 3000]
    for number in till.gateway.refunds:
        till.hear(till.gateway.finish_refund(number))
    assert prepayment(till) == 9000
    till.agree()


def test_a_payment_of_which_something_goes_back_cannot_be_undone_in_the_books(till: Till) -> None:
    assert till.scene.reverse(prepaid(till), 409)["code"] == "channel-payment-stands"
    cash = till.scene.pay(A, OWED + 700, "S-1")["payment_id"]
    propose(till, cash, 700)
    assert till.scene.reverse(cash, 409)["code"] == "payment-refunded"


@pytest.mark.parametrize("taken_on", [False, True])
def test_a_lost_answer_is_asked_after_with_the_same_number(till: Till, taken_on: bool) -> None:
    decide(till, propose(till, prepaid(till), 3000))
    till.gateway.spoil(lambda _: None)
    till.work()
    [number] = till.gateway.refunds
    if not taken_on:
        till.gateway.refunds.clear()
    assert (refund_of(till)["state"], prepayment(till)) == ("approved", 5000)
    assert refund_of(till)["trouble"] != ""
    till.work(minutes=3)
    assert (refund_of(till)["state"], list(till.gateway.refunds)) == ("accepted", [number])
    assert refund_of(till)["trouble"] == ""
    till.agree()


def test_a_refund_that_the_channel_closes_leaves_the_money_free(till: Till) -> None:
    decide(till, propose(till, prepaid(till), 3000))
    till.work()
    number = refund_of(till)["number"]
    assert till.hear(till.gateway.finish_refund(number, "CLOSED"))[0] == 204
    assert (refund_of(till)["state"], prepayment(till)) == ("closed", 5000)
    assert propose(till, refund_of(till)["payment_id"], 5000)["state"] == "proposed"
    till.agree()


def test_a_refund_that_no_card_takes_is_shown_and_may_still_succeed(till: Till) -> None:
    decide(till, propose(till, prepaid(till), 3000))
    till.work()
    number = refund_of(till)["number"]
    assert till.hear(till.gateway.finish_refund(number, "ABNORMAL"))[0] == 204
    assert (refund_of(till)["state"], prepayment(till)) == ("abnormal", 5000)
    assert propose(till, refund_of(till)["payment_id"], 2001, 409)["code"] == "refund-too-large"
    till.gateway.finish_refund(number)
    till.work(minutes=400)
    assert (refund_of(till)["state"], prepayment(till)) == ("done", 2000)
    till.agree()


def test_notices_of_a_refund_may_double_be_late_and_come_before_our_own_answer(till: Till) -> None:
    decide(till, propose(till, prepaid(till), 3000))
    till.gateway.spoil(lambda _: None)
    till.work()
    [number] = till.gateway.refunds
    done = till.gateway.finish_refund(number)
    assert [till.hear(done)[0] for _ in range(2)] == [204, 204]
    assert (refund_of(till)["state"], prepayment(till)) == ("done", 2000)
    till.work(minutes=3)
    assert till.hear(till.gateway.refund_notice(number))[0] == 204
    assert prepayment(till) == 2000
    till.agree()


def test_a_refund_ends_once(till: Till) -> None:
    decide(till, propose(till, prepaid(till), 3000))
    till.work()
    number = refund_of(till)["number"]
    till.hear(till.gateway.finish_refund(number))
    assert till.hear(till.gateway.finish_refund(number, "CLOSED"))[0] == 409
    assert (refund_of(till)["state"], prepayment(till)) == ("done", 2000)
    assert till.incidents() == [("channel-refund-otherwise", 1)]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"amount": {"refund": 2999}}, "wechatpay-wrong-amount"),
        ({"mchid": "1900000009"}, "wechatpay-wrong-merchant"),
        ({"out_trade_no": "elsewhere-0001"}, "wechatpay-wrong-order"),
        ({"out_refund_no": "elsewhere-0001"}, "channel-order-unknown"),
    ],
)
def test_a_notice_of_a_refund_that_does_not_fit_leaves_a_trace(
    till: Till, changes: dict[str, Any], code: str
) -> None:
    decide(till, propose(till, prepaid(till), 3000))
    till.work()
    number = refund_of(till)["number"]
    till.gateway.finish_refund(number)
    status, body = till.hear(till.gateway.refund_notice(number, **changes))
    assert (400 <= status < 500, body["code"]) == (True, "FAIL")
    assert till.incidents() == [(code, 1)]
    assert refund_of(till)["state"] == "accepted"


@pytest.mark.parametrize(("word", "state"), [("NOT_ENOUGH", "approved"), ("PARAM_ERROR", "refused")])
def test_what_the_channel_refuses_is_tried_again_or_ended(till: Till, word: str, state: str) -> None:
    decide(till, propose(till, prepaid(till), 3000))
    till.gateway.refuse_next(word)
    till.work()
    assert (refund_of(till)["state"], prepayment(till)) == (state, 5000)
    assert word in refund_of(till)["trouble"]
    till.work(minutes=3)
    assert refund_of(till)["state"] == ("accepted" if state == "approved" else "refused")
    till.agree()


def test_money_paid_in_cash_goes_back_by_hand_with_a_slip(till: Till) -> None:
    cash = till.scene.pay(A, OWED + 700, "S-1")["payment_id"]
    refund = propose(till, cash, 700)
    path, form = f"/refunds/{refund['id']}/slip", {"slip": "R-1", "day": "2026-03-02"}
    assert till.scene.post(path, form, 409)["code"] == "refund-not-at-this-step"
    decide(till, refund)
    for day in ("2026-03-01", "2026-03-03"):
        assert till.scene.post(path, form | {"day": day}, 422)["code"] == "day-refused"
    assert till.scene.post(path, form, 200)["state"] == "done"
    assert till.scene.post(path, form, 409)["code"] == "refund-not-at-this-step"
    assert prepayment(till) == 0
    till.agree()


def test_a_slip_s_number_is_one_refund_s(till: Till) -> None:
    cash = till.scene.pay(A, OWED + 700, "S-1")["payment_id"]
    form = {"slip": "R-1", "day": "2026-03-02"}
    first, second = propose(till, cash, 300), propose(till, cash, 400)
    for refund in (first, second):
        decide(till, refund)
    till.scene.post(f"/refunds/{first['id']}/slip", form, 200)
    assert till.scene.post(f"/refunds/{second['id']}/slip", form, 409)["code"] == "reference-taken"


def test_money_goes_back_as_it_came_or_by_hand(till: Till) -> None:
    cash, wechat = till.scene.pay(A, OWED + 700, "S-1")["payment_id"], prepaid(till)
    assert propose(till, cash, 1, 422, method="wechat")["code"] == "refund-refused"
    by_hand = propose(till, wechat, 500, method="transfer")
    decide(till, by_hand)
    till.work()
    assert till.gateway.refunds == {}
    form = {"slip": "T-1", "day": "2026-03-02"}
    assert till.scene.post(f"/refunds/{by_hand['id']}/slip", form, 200)["state"] == "done"
    till.scene.clock.forward(timedelta(days=366))
    till.scene.tokens.clear()  # nobody is signed in for a year
    assert propose(till, wechat, 1, 422)["code"] == "refund-refused"


@pytest.mark.parametrize("fen", [0, -1, 1.5, "12.345", 10**13])
def test_an_amount_that_is_none_is_refused(till: Till, fen: Any) -> None:
    assert propose(till, prepaid(till), fen, 422)["code"] == "validation-failed"


def test_a_payment_of_nobody_is_refused(till: Till) -> None:
    assert propose(till, 5, 1, 404)["code"] == "payment-unknown"
    cash = till.scene.pay(A, 500, "S-1")["payment_id"]
    till.scene.reverse(cash)
    assert propose(till, cash, 1, 404)["code"] == "payment-unknown"


def test_what_was_paid_in_cash_meanwhile_is_found_and_proposed_to_go_back(till: Till) -> None:
    order = till.order(*till.bills())
    till.scene.pay(A, OWED - 58, "S-1")
    till.settle(order)
    refund = refund_of(till)
    assert (refund["cause"], refund["amount_fen"], refund["state"]) == ("paid-twice", OWED - 58, "proposed")
    assert (till.scene.statement(A)["owed_fen"], prepayment(till)) == (0, OWED - 58)
    decide(till, refund, by="clerk")
    till.work()
    till.hear(till.gateway.finish_refund(refund_of(till)["number"]))
    assert (refund_of(till)["state"], prepayment(till)) == ("done", 0)
    till.agree()


def test_a_bill_that_was_undone_meanwhile_is_not_paid(till: Till) -> None:
    order = till.order(*till.bills())
    till.scene.reverse(order["bills"][0]["bill_id"])
    till.settle(order)
    assert (refund_of(till)["cause"], refund_of(till)["amount_fen"]) == ("paid-twice", OWED)
    till.agree()


def test_payments_that_look_doubled_are_listed(till: Till) -> None:
    for slip, fen in (("S-1", 900), ("S-2", 900), ("S-3", 901)):
        till.scene.pay(A, fen, slip)
    undone = till.scene.pay(A, 901, "S-4")["payment_id"]
    till.scene.reverse(undone)
    [twins] = till.scene.get("/payments/duplicates")["items"]
    assert (twins["label"], twins["amount_fen"]) == (A, 900)
    assert [one["reference"] for one in twins["payments"]] == ["S-1", "S-2"]
    till.scene.clock.forward(timedelta(days=8))
    till.scene.pay(A, 901, "S-5", day="2026-03-10")
    assert len(till.scene.get("/payments/duplicates")["items"]) == 1
    assert till.scene.get("/payments/duplicates?since=2026-03-03")["items"] == []
    assert till.scene.get("/payments/duplicates", "owner-a", 403)["code"] == "role-missing"
