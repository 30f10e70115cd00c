"""The books, the channel's bill and the bank's list are held against each other, and differences are kept."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from openpyxl import load_workbook
from werkzeug.datastructures import FileStorage

from backend.fees.rules.reconciling import DifferenceKind, Line, What, compare
from tests.fees.scene import Json, Scene, a_day, a_list
from tests.fees.till import A, B, Till

OWED = 16558
HEADER = "交易日期 贷方金额 交易流水号"


def next_day(till: Till) -> None:
    """Let it be noon of the next day, and the worker do what is due."""
    till.work(minutes=24 * 60)


def differences(till: Till, query: str = "") -> list[Json]:
    return till.scene.get(f"/differences{query}")["items"]


def looks(till: Till) -> list[Json]:
    return till.scene.get("/reconciliations")["items"]


def bank(scene: Scene, *rows: str, status: int = 201, by: str = "clerk", header: str = HEADER) -> Json:
    file = FileStorage(io.BytesIO(a_list(header, *rows)), "BANK.csv")
    answer = scene.call("POST", "/bank-reconciliations", by, data={"file": file})
    assert answer.status_code == status, answer.text
    return answer.get_json()


def test_a_day_of_payments_and_refunds_agrees_with_the_channel_s_bill(till: Till) -> None:
    order = till.order(prepay_fen=5000)
    till.settle(order)
    till.settle(till.order(*till.bills(B), label=B, by="owner-b"))
    form = {"payment_id": till.shown(order)["payment_id"], "amount_fen": 2000}
    refund = till.scene.post("/refunds", form)
    till.scene.post(f"/refunds/{refund['id']}/decision", {"is_approved": True}, 200, "second")
    till.work()
    till.gateway.finish_refund(till.refunds()[0]["number"])
    next_day(till)
    [look] = looks(till)
    assert (look["source"], look["first_day"], look["differences"]) == ("wechat", "2026-03-02", 0)
    assert (look["ours"], look["theirs"]) == (3, 3)
    assert look["ours_fen"] == look["theirs_fen"] == 5000 + 18500 - 2000
    assert till.refunds()[0]["state"] == "done"  # learnt from the channel, though no notice came
    till.agree()


def test_the_bill_is_fetched_once_and_not_before_ten(till: Till) -> None:
    till.settle(till.order(*till.bills()))
    till.gateway.calls.clear()
    till.work(minutes=21 * 60 + 50)
    assert till.calls("tradebill") == []
    till.work(minutes=10)
    till.work(minutes=60)
    assert till.calls("tradebill?bill_date=2026-03-02&") == till.calls("tradebill")
    assert len(till.calls("tradebill")) == len(looks(till)) == 1


def test_a_payment_that_no_notice_told_of_is_found_and_entered(till: Till) -> None:
    order = till.order(*till.bills())
    till.gateway.pay(order["number"])
    till.forget(order)
    next_day(till)
    assert (till.shown(order)["state"], till.scene.statement(A)["owed_fen"]) == ("paid", 0)
    assert [look["differences"] for look in looks(till)] == [0]
    assert differences(till) == []
    till.agree()


def test_a_payment_that_the_bill_lacks_is_a_difference_closed_with_a_note(till: Till) -> None:
    order = till.order(*till.bills())
    till.settle(order)
    del till.gateway.orders[order["number"]]
    till.settle(till.order(prepay_fen=100))
    next_day(till)
    [one] = differences(till)
    assert (one["kind"], one["ours_fen"], one["theirs_fen"]) == ("missing-there", OWED, None)
    path = f"/differences/{one['id']}/closing"
    assert till.scene.post(path, {"note": ""}, 422)["code"] == "validation-failed"
    closed = till.scene.post(path, {"note": "已与微信支付核实"}, 200)
    assert (closed["note"], closed["closed_at"] is None) == ("已与微信支付核实", False)
    assert differences(till) == []
    assert len(differences(till, "?only_open=false")) == 1
    assert (
        till.scene.post("/differences/nothing/closing", {"note": "无"}, 404)["code"] == "difference-unknown"
    )


def test_an_order_of_nobody_in_the_bill_is_told_to_staff(till: Till) -> None:
    till.gateway.order_elsewhere("elsewhere-0001", 500)
    till.gateway.pay("elsewhere-0001")
    next_day(till)
    [one] = differences(till)
    assert (one["kind"], one["theirs_fen"], one["ours_fen"]) == ("missing-here", 500, None)
    assert looks(till) == []


def test_another_amount_in_the_bill_is_a_difference_until_a_later_look_agrees(till: Till) -> None:
    order = till.order(*till.bills())
    till.settle(order)
    terms = till.gateway.orders[order["number"]].terms
    terms["amount"] = {"total": OWED - 1}
    next_day(till)
    [one] = differences(till)
    assert (one["kind"], one["ours_fen"], one["theirs_fen"]) == ("amount-differs", OWED, OWED - 1)
    terms["amount"] = {"total": OWED}
    assert till.again("2026-03-02") == 202
    assert differences(till) == []
    assert [each["note"] for each in differences(till, "?only_open=false")] == ["再次对账时已一致"]
    terms["amount"] = {"total": OWED - 2}
    till.again("2026-03-02")
    assert [each["theirs_fen"] for each in differences(till)] == [OWED - 2]
    assert sorted(look["differences"] for look in looks(till)) == [0, 1, 1]


def test_a_refund_that_the_bill_calls_failed_is_a_difference_of_state() -> None:
    day = a_day("02")
    ours = Line(What.REFUND, "R-1", 5, day, "done")
    kinds = {
        state: [found.kind for found in compare([ours], [Line(What.REFUND, "R-1", 5, day, state)])]
        for state in ("SUCCESS", "PROCESSING", "CHANGE", "FAIL")
    }
    assert kinds == {"SUCCESS": [], "PROCESSING": [], "CHANGE": [], "FAIL": [DifferenceKind.STATE]}


def test_a_number_that_stands_twice_is_a_difference() -> None:
    line = Line(What.PAYMENT, "T-1", 5, a_day("02"))
    [found] = compare([line], [line, line])
    assert (found.kind, found.line.number) == (DifferenceKind.MISSING_HERE, "T-1 (2)")


def test_a_tampered_bill_is_not_compared(till: Till) -> None:
    till.settle(till.order(*till.bills()))
    till.gateway.bill_change = lambda file: file[:-20]
    next_day(till)
    assert looks(till) == []
    till.gateway.bill_change = bytes
    till.work(minutes=2)
    assert [look["differences"] for look in looks(till)] == [0]


@pytest.mark.parametrize("day", ["2026-03-02", "2026-03-03", "2025-11-01"])
def test_a_day_without_a_bill_is_refused(till: Till, day: str) -> None:
    assert till.again(day) == 422


def test_transfers_are_compared_with_the_bank_s_list(till: Till) -> None:
    transfer = {"method": "transfer"}
    till.scene.pay(A, 100, "T-1", **transfer)
    till.scene.pay(A, 200, "T-2", **transfer)
    till.scene.pay(A, 300, "T-3", **transfer)
    till.scene.pay(A, 400, "C-1")  # cash is none of the bank's
    look = bank(till.scene, "2026-03-02 1.00 T-1", "2026/3/2 2.50 T-2", "2026-03-02 9 T-9")
    assert (look["ours"], look["ours_fen"], look["theirs"], look["theirs_fen"]) == (3, 600, 3, 1250)
    found = {one["number"]: (one["kind"], one["ours_fen"], one["theirs_fen"]) for one in differences(till)}
    assert found == {
        "T-2": ("amount-differs", 200, 250),
        "T-3": ("missing-there", 300, None),
        "T-9": ("missing-here", None, 900),
    }
    till.scene.pay(A, 900, "T-9", **transfer)
    rows = ("2026-03-02 1.00 T-1", "2026-03-02 2.00 T-2", "2026-03-02 9 T-9", "2026-03-02 3 T-3")
    assert bank(till.scene, *rows)["differences"] == 0
    assert differences(till) == []


def test_a_transfer_that_the_bank_booked_on_another_day_is_no_difference(till: Till) -> None:
    till.scene.pay(A, 100, "T-1", method="transfer", day="2026-02-27")
    assert bank(till.scene, "2026-03-02 1.00 T-1")["differences"] == 0


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("2026-03-02 1.234 T-1", "amount-too-precise"),
        ("2026-03-02 -1 T-1", "amount-negative"),
        ("2026-03-02 USD5 T-1", "currency-foreign"),
        ("2026-13-02 1 T-1", "day-unreadable"),
        ("2026-03-02 1 .", "value-missing"),
    ],
)
def test_a_list_with_a_row_that_cannot_be_read_is_refused_whole(till: Till, row: str, code: str) -> None:
    answer = bank(till.scene, "2026-03-02 1.00 T-0", row, status=422)
    assert answer["code"] == "bank-file-refused"
    assert [(one["row"], one["code"]) for one in answer["errors"]] == [(3, code)]
    assert looks(till) == []


def test_the_difference_list_is_exported(till: Till) -> None:
    bank(till.scene, "2026-03-02 9 T-9")
    text = till.scene.call("GET", "/differences/export.csv").data.decode("utf-8-sig")
    lines = text.splitlines()
    assert lines[0].startswith("日期,对账对象,类别,差异,单号")
    assert lines[1].startswith("2026-03-02,银行,收款,账上没有,T-9,,9.00,")
    book = load_workbook(io.BytesIO(till.scene.call("GET", "/differences/export.xlsx").data))
    assert [cell.value for cell in book.active[2]][:5] == ["2026-03-02", "银行", "收款", "账上没有", "T-9"]


@pytest.mark.parametrize("by", ["owner-a", "worker", "rival"])
def test_only_the_firm_s_keepers_compare(till: Till, by: str) -> None:
    for path in ("/reconciliations", "/differences", "/differences/export.csv", "/differences/export.xlsx"):
        assert till.scene.call("GET", path, by).status_code == 403
    assert bank(till.scene, "2026-03-02 9 T-9", by=by, status=403)["code"] == "role-missing"
    answer = till.scene.post("/reconciliations", {"day": "2026-03-01"}, 403, by)
    assert answer["code"] == "role-missing"


def test_differences_come_in_pages(till: Till) -> None:
    bank(till.scene, *(f"2026-03-02 9 T-{number}" for number in range(60)))
    first = till.scene.get("/differences")
    rest = till.scene.get(f"/differences?cursor={first['next']}")
    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (50, 10, None)
    assert len({one["id"] for one in first["items"] + rest["items"]}) == 60


def test_a_bill_of_the_day_before_yesterday_is_fetched_on_demand(till: Till) -> None:
    till.settle(till.order(*till.bills()))
    till.scene.clock.forward(timedelta(days=3))
    assert till.again("2026-03-02") == 202
    assert [look["first_day"] for look in looks(till)] == ["2026-03-02"]
