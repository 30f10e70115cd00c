"""Bills and payments of a former system: every wrong row is named, and nothing enters twice."""

from __future__ import annotations

from datetime import date

import pytest

from tests.fees.scene import Scene, a_list
from tests.registry.makers import a_workbook

BILLS = "楼栋 单元 房号 收费项目 开始日期 结束日期 应收金额 账单号"
PAYMENTS = "楼栋 单元 房号 收款日期 实收金额 收款方式 收据号"
GOOD = (
    "1号楼 1单元 101室 物业服务费 2026-01-01 2026-01-31 165.58 ZD-1",
    "B . 1 停车费 2026/1/1 2026/1/31 150 ZD-2",
)


@pytest.fixture
def old(scene: Scene) -> Scene:
    """A community with two items."""
    scene.item()
    scene.item("停车费", "unit_month", "150", kinds=["PARKING"])
    return scene


def errors_of(report: dict) -> list[tuple[int, str]]:
    assert not report["applied"]
    return [(error["row"], error["code"]) for error in report["errors"]]


def test_a_dry_run_says_what_would_happen_and_changes_nothing(old: Scene) -> None:
    report = old.upload("bills", a_list(BILLS, *GOOD), dry_run=True)
    assert (report["applied"], report["rows"], report["created"], report["errors"]) == (False, 2, 2, [])
    assert old.statement("1-1-101")["bills"] == []
    assert old.check().entries == 0
    old.upload("bills", a_list(BILLS, *GOOD))
    assert old.check().findings == ()


def test_bills_enter_once_however_often_the_file_comes(old: Scene) -> None:
    first = old.upload("bills", a_list(BILLS, *GOOD))
    again = old.upload("bills", a_list(BILLS, *GOOD))
    assert (first["created"], again["created"], again["unchanged"]) == (2, 0, 2)
    [bill] = old.statement("1-1-101")["bills"]
    assert (bill["amount_fen"], bill["due_day"], bill["day"]) == (16558, "2026-01-31", "2026-01-01")
    assert old.check().findings == ()


def test_payments_settle_the_bills_and_enter_once(old: Scene) -> None:
    old.upload("bills", a_list(BILLS, *GOOD))
    rows = ("1 1 101 2026-02-01 100.00 现金 S-1", "1 1 101 2026-02-03 100 微信 S-2")
    report = old.upload("payments", a_list(PAYMENTS, *rows))
    assert report["created"] == 2
    found = old.statement("1-1-101")
    assert (found["owed_fen"], found["prepaid_fen"]) == (0, 3442)
    assert old.statement("1-1-101", query="?day=2026-02-02")["owed_fen"] == 6558
    assert old.upload("payments", a_list(PAYMENTS, *rows))["unchanged"] == 2
    assert old.pay("1-1-101", 10000, "S-1", day="2026-02-01")["is_new"] is False
    assert old.check().findings == ()


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("9 9 999 物业服务费 2026-01-01 2026-01-31 1 X", "unit-not-on-roll"),
        ("1 1 101 绿化费 2026-01-01 2026-01-31 1 X", "item-unknown"),
        ("1 1 101 物业服务费 2026-01-31 2026-01-01 1 X", "period-refused"),
        ("1 1 101 物业服务费 2026-01-32 2026-01-31 1 X", "day-unreadable"),
        ("1 1 101 物业服务费 2026-01-01 2026-01-31 1.234 X", "amount-too-precise"),
        ("1 1 101 物业服务费 2026-01-01 2026-01-31 -1 X", "amount-negative"),
        ("1 1 101 物业服务费 2026-01-01 2026-01-31 $1 X", "currency-foreign"),
        ("1 1 101 物业服务费 2026-01-01 2026-01-31 1e3 X", "amount-unreadable"),
        ("1 1 101 物业服务费 2026-01-01 2026-01-31 一元 X", "amount-unreadable"),
        ("1 1 101 物业服务费 2026-01-01 2026-01-31 0 X", "amount-zero"),
        ("1 1 101 物业服务费 2026-01-01 2026-01-31 . X", "value-missing"),
        ("1 1 101 物业服务费 2026-01-01 2026-01-31 1 .", "value-missing"),
        ("1 1 101 物业服务费 2026-01-01 2026-01-31 1 a*b", "number-unreadable"),
        ("1 1 101 物业服务费 2026-04-01 2026-04-30 1 X", "day-ahead"),
        ("1 1 101 物业服务费 2026-01-15 2026-02-14 1 X", "already-billed"),
        ("1 1 101 物业服务费 2026-01-01 2026-01-31 2 ZD-1", "number-taken"),
    ],
)
def test_a_wrong_row_is_named_and_keeps_the_whole_file_out(old: Scene, row: str, code: str) -> None:
    assert errors_of(old.upload("bills", a_list(BILLS, *GOOD, row))) == [(4, code)]
    assert old.check().entries == 0


def test_everything_wrong_is_told_at_once(old: Scene) -> None:
    rows = ("9 9 999 物业服务费 x 2026-01-31 1.234 X", "1 1 101 绿化费 2026-01-01 2026-01-31 1 Y")
    found = errors_of(old.upload("bills", a_list(BILLS, *rows)))
    assert found == [(2, "day-unreadable"), (2, "amount-too-precise"), (3, "item-unknown")]


def test_a_payment_row_is_refused_for_its_way_and_its_day(old: Scene) -> None:
    rows = ("1 1 101 2026-02-01 1 支票 S-1", "1 1 101 2026-03-03 1 现金 S-2", "1 1 999 2026-02-01 1 现金 S-3")
    found = errors_of(old.upload("payments", a_list(PAYMENTS, *rows)))
    assert found == [(2, "method-unknown"), (3, "day-ahead"), (4, "unit-not-on-roll")]


def test_a_period_across_a_change_of_hands_is_refused(old: Scene) -> None:
    old.post(f"/units/{old.units['1-1-101']}/handovers", {"day": "2026-01-15"})
    assert errors_of(old.upload("bills", a_list(BILLS, GOOD[0]))) == [(2, "handover-inside")]


def test_a_workbook_is_read_with_its_dates_and_numbers(old: Scene) -> None:
    header = tuple(BILLS.split(" "))
    row = ("1", "1", "101", "物业服务费", date(2026, 1, 1), date(2026, 1, 31), 165.58, "ZD-1")
    report = old.upload("bills", a_workbook(row, header=header))
    assert (report["created"], report["errors"]) == (1, [])
    assert old.statement("1-1-101")["owed_fen"] == 16558


@pytest.mark.parametrize("content", [a_list("楼栋 单元 房号"), a_list(BILLS)])
def test_a_file_that_is_no_such_list_is_refused(old: Scene, content: bytes) -> None:
    assert old.upload("bills", content, status=422)["code"] == "fee-file-refused"
