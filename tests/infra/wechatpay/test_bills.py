"""Bill files are read by the names of their columns, to the fen, and held against their own summary."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.infra.wechatpay.bills import (
    fen_of_yuan,
    millifen_of_yuan,
    read_flow_bill,
    read_trade_bill,
)
from backend.infra.wechatpay.errors import BillMalformed
from tests.houses import NOON
from tests.standins.wechatpay_bills import Move, fee, flow_bill, trade_bill, yuan


def a_payment(*, amount: int = 12345, number: int = 1, description: str = "物业费", attach: str = "") -> Move:
    return Move(
        at=NOON,
        transaction_id=f"42000{number:023d}",
        out_trade_no=f"YST20260302-{number:04d}",
        amount=amount,
        trade_type="JSAPI",
        openid="oFictionalPayer",
        description=description,
        attach=attach,
    )


def a_refund(*, amount: int = 345, number: int = 1) -> Move:
    return Move(
        at=NOON + timedelta(hours=1),
        transaction_id=f"42000{number:023d}",
        out_trade_no=f"YST20260302-{number:04d}",
        amount=amount,
        trade_type="JSAPI",
        openid="oFictionalPayer",
        description="物业费",
        refund_id=f"50000{number:023d}",
        out_refund_no=f"R-{number}",
        refund_state="SUCCESS",
    )


def test_payments_and_refunds_of_a_trade_bill_are_read_to_the_fen() -> None:
    payment, refund = read_trade_bill(BytesIO(trade_bill([a_payment(attach="bill 7"), a_refund()])))
    assert (payment.state, payment.total_fen, payment.out_refund_no) == ("SUCCESS", 12345, "")
    assert (payment.at, payment.attach, payment.currency) == (NOON, "bill 7", "CNY")
    assert payment.fee_millifen == 74070
    assert (refund.state, refund.total_fen, refund.refund_requested_fen) == ("REFUND", 0, 345)
    assert (refund.out_refund_no, refund.refund_state, refund.fee_millifen) == ("R-1", "SUCCESS", -2070)


def test_the_bill_of_a_day_without_payments_is_empty() -> None:
    assert list(read_trade_bill(BytesIO(trade_bill([])))) == []
    assert list(read_flow_bill(BytesIO(flow_bill([])))) == []


def test_a_comma_in_a_description_is_part_of_it() -> None:
    (row,) = read_trade_bill(BytesIO(trade_bill([a_payment(description="物业费,车位费")])))
    assert row.description == "物业费,车位费"


OLD_FORM = (
    "`交易时间,`公众账号ID,`商户号,`微信订单号,`商户订单号,`交易状态,`货币种类,`应结订单金额,`手续费,`订单金额\n"
    "`2026-03-02 12:00:00,`wx1,`1900000001,`4200,`YST-000001,`SUCCESS,`CNY,`0.1,`0.00000,`0.1\n"
    "\n"
    "`总交易单数,`应结订单总金额,`退款总金额,`订单总金额,`申请退款总金额\n"
    "`1.0,`0.1,`0,`0.10,`0.0"
)


def test_other_columns_backticks_in_headers_and_line_ends_are_read_too() -> None:
    (row,) = read_trade_bill(BytesIO(OLD_FORM.encode()))
    assert (row.total_fen, row.out_refund_no, row.description) == (10, "", "")
    assert row.at == datetime(2026, 3, 2, 4, tzinfo=UTC)


def test_movements_on_the_account_are_read_with_their_sign() -> None:
    came, went = read_flow_bill(BytesIO(flow_bill([a_payment(), a_refund()], balance=100)))
    assert (came.amount_fen, came.balance_fen, came.voucher) == (12345, 12445, "YST20260302-0001")
    assert (went.amount_fen, went.balance_fen, went.business) == (-345, 12100, "退款")


def test_wide_brackets_in_the_header_are_the_same_column() -> None:
    wide = flow_bill([a_payment()]).decode().replace("(元)", "（元）").encode()
    assert len(list(read_flow_bill(BytesIO(wide)))) == 1


WHOLE = trade_bill([a_payment(), a_refund()]).decode()
CHANGED = {
    "a row is missing": WHOLE.replace(WHOLE.splitlines(keepends=True)[1], ""),
    "a row stands twice": WHOLE.replace(
        WHOLE.splitlines(keepends=True)[1], WHOLE.splitlines(keepends=True)[1] * 2
    ),
    "an amount differs": WHOLE.replace("`123.45,`0.00,`0,`0", "`123.44,`0.00,`0,`0"),
    "an amount has three decimals": WHOLE.replace("`123.45", "`123.451"),
    "an amount is a word": WHOLE.replace("`123.45", "`1e3"),
    "an amount has separators": WHOLE.replace("`123.45", "`1,123.45"),
    "the count is a word": WHOLE.replace("`2,`123.45", "`x,`123.45"),
    "the count differs": WHOLE.replace("`2,`123.45", "`3,`123.45"),
    "a fee is a word": WHOLE.replace("`0.74070", "`free"),
    "a time is a word": WHOLE.replace("`2026-03-02 12:00:00", "`noon"),
    "a field too many": WHOLE.replace("`物业费", "`物业费,`x"),
    "a field without its backtick": WHOLE.replace(",`JSAPI", ",JSAPI"),
    "a line without its backtick": WHOLE.replace("\n`2026-03-02 12", "\n2026-03-02 12"),
    "no summary": WHOLE[: WHOLE.index("总交易单数")],
    "no last line": WHOLE[: WHOLE.rindex("`2,")],
    "cut in the middle": WHOLE[: len(WHOLE) // 2],
    "more after the summary": WHOLE + "`1,`2\r\n",
    "a column is missing": WHOLE.replace("商户订单号", "订单"),
    "a column stands twice": WHOLE.replace("设备号", "商户号"),
    "an error page": "<html>",
    "nothing": "",
    "an endless line": "x" * 70_000,
}


@pytest.mark.parametrize("text", CHANGED.values(), ids=CHANGED.keys())
def test_a_trade_bill_that_is_not_whole_is_refused(text: str) -> None:
    with pytest.raises(BillMalformed):
        list(read_trade_bill(BytesIO(text.encode())))


def test_a_bill_in_another_encoding_is_refused() -> None:
    with pytest.raises(BillMalformed, match="编码"):
        list(read_trade_bill(BytesIO(WHOLE.removeprefix("\ufeff").encode("gb18030"))))


@pytest.mark.parametrize(
    ("old", "new"), [("收入,", "转入,"), ("`123.45,`0.00,`1", "`0.00"), ("`0,`0.00\r\n", "`0,`1.00\r\n")]
)
def test_a_fund_flow_bill_that_does_not_agree_is_refused(old: str, new: str) -> None:
    whole = flow_bill([a_payment()]).decode()
    changed = whole.replace(old, new) if old in whole else whole.replace("`1,`123.45", "`1,`123.46")
    assert changed != whole
    with pytest.raises(BillMalformed):
        list(read_flow_bill(BytesIO(changed.encode())))


@pytest.mark.parametrize(
    ("text", "fen"),
    [("0", 0), ("0.0", 0), ("0.01", 1), ("0.1", 10), ("12.30000", 1230), ("-3.00", -300), ("-0.01", -1)],
)
def test_yuan_become_fen_exactly(text: str, fen: int) -> None:
    assert fen_of_yuan(text) == fen


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".5",
        "1.",
        "1.001",
        "1,000.00",
        "+1.00",
        " 1.00",
        "1.00 ",
        "NaN",
        "1e2",
        "１.00",
        "1.000000",
        "9" * 13,
    ],
)
def test_what_is_no_whole_number_of_fen_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"fen|amount"):
        fen_of_yuan(text)


@settings(deadline=None)
@given(st.integers(-(10**12), 10**12))
def test_any_amount_written_in_yuan_is_read_back(fen: int) -> None:
    assert fen_of_yuan(yuan(fen)) == fen
    assert millifen_of_yuan(fee(fen)) == fen * 6


@settings(deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.integers(1, 10**9)), max_size=20))
def test_whatever_happened_on_a_day_its_bills_are_read_back_whole(day: list[tuple[bool, int]]) -> None:
    moves = [
        a_refund(amount=amount, number=at) if is_refund else a_payment(amount=amount, number=at)
        for at, (is_refund, amount) in enumerate(day)
    ]
    rows = list(read_trade_bill(BytesIO(trade_bill(moves))))
    assert [(row.refund_requested_fen or row.total_fen, row.state == "REFUND") for row in rows] == [
        (amount, is_refund) for is_refund, amount in day
    ]
    flows = list(read_flow_bill(BytesIO(flow_bill(moves))))
    assert sum(flow.amount_fen for flow in flows) == sum(-each if back else each for back, each in day)
    assert [flow.balance_fen for flow in flows][-1:] == [sum(flow.amount_fen for flow in flows)][: len(day)]
