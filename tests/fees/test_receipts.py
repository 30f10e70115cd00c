"""Receipts: one for each payment, numbered without gaps, undone by counter-receipts only."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from backend.fees.models import Receipt
from backend.fees.rules.posting import Move, clearing, prepayment
from backend.fees.rules.receipt_refusals import ReceiptSpent
from backend.fees.rules.values import EntryKind, Method
from backend.fees.service import payments, receipts
from backend.fees.service.journal import Journal
from backend.infra.db import reading
from tests.fees.scene import Json, Scene, a_list
from tests.fees.test_access import join, let

A, B, C = "1-1-101", "1-1-102", "2-1-201"


def listed(scene: Scene, label: str = A, by: str = "clerk") -> list[Json]:
    return scene.get(f"/units/{scene.units[label]}/receipts", by)["items"]


def numbers(scene: Scene) -> list[str]:
    with scene.app.app_context(), reading() as session:
        return list(session.scalars(sa.select(Receipt.number).order_by(Receipt.number)))


def refund(scene: Scene, payment_id: int, label: str, amount_fen: int, key: str = "refund:1") -> str | None:
    """Give a part of a prepayment back: the entry, and its counter-receipt in the same writing."""
    with scene.acting() as clerk:
        journal = Journal(clerk)
        moves = [
            Move(prepayment(scene.units[label], 0), amount_fen),
            Move(clearing(Method.CASH), -amount_fen),
        ]
        entry = journal.enter(EntryKind.RELEASED, key, clerk.today, moves)
        number = receipts.counter_receipt(journal, payment_id, entry, amount_fen)
        journal.write()
        return number


def test_a_payment_of_staff_has_a_receipt_that_says_what_it_was_for(scene: Scene) -> None:
    scene.run(scene.item(), scene.item("垃圾清运费", "unit_month", "10"))
    paid = scene.pay(A, 20000, "S-1")
    [found] = listed(scene)
    assert (found["number"], found["kind"], found["state"]) == ("001-2026-000001", "receipt", "valid")
    assert (found["payment_id"], found["amount_fen"], found["prepaid_fen"]) == (
        paid["payment_id"],
        20000,
        2442,
    )
    assert [(line["item"], line["amount_fen"]) for line in found["lines"]] == [
        ("物业服务费", 16558),
        ("垃圾清运费", 1000),
    ]
    assert {(line["first_day"], line["last_day"]) for line in found["lines"]} == {
        ("2026-03-01", "2026-03-31")
    }
    assert (found["unit"], found["unit_masked"], found["payer"]) == (A, "1号楼***", "甲**")
    assert (found["firm"], found["method_text"], found["day"]) == ("演示物业公司", "现金", "2026-03-02")
    assert found["amount_capitals"] == "人民币贰佰元整"
    assert found["at"] == "2026-03-02T12:00:00+08:00"
    assert scene.check().findings == ()


def test_a_payment_before_its_bills_names_them_all_the_same(scene: Scene) -> None:
    scene.run(scene.item())
    scene.pay(A, 16558, "S-1", day="2026-02-20")
    [found] = listed(scene)
    assert ([line["amount_fen"] for line in found["lines"]], found["prepaid_fen"]) == ([16558], 0)
    assert (found["day"], found["at"][:10]) == ("2026-02-20", "2026-03-02")


def test_the_same_slip_again_has_no_second_receipt(scene: Scene) -> None:
    scene.pay(A, 100, "S-1")
    scene.pay(A, 100, "S-1")
    assert len(listed(scene)) == 1


def test_an_imported_payment_has_no_receipt_and_no_counter_receipt(scene: Scene) -> None:
    content = a_list("楼栋 单元 房号 收款日期 金额 收款方式 单号", "1 1 101 2026-03-01 100 现金 S-2")
    scene.upload("payments", content)
    [movement] = scene.statement(A)["movements"]
    scene.reverse(movement["entry_id"])
    assert (listed(scene), scene.check().findings) == ([], ())


def test_numbers_follow_each_other_and_begin_anew_with_the_year_in_china(scene: Scene) -> None:
    for place, label in enumerate((A, B, C)):
        scene.pay(label, 100, f"S-{place}")
    scene.clock.forward(timedelta(days=304, hours=3))  # 31 December 2026, 15:00
    scene.tokens.clear()  # they have expired
    scene.pay(A, 100, "S-3")
    scene.clock.forward(timedelta(hours=9))  # midnight in China, afternoon of the old year in Greenwich
    scene.pay(A, 100, "S-4")
    assert numbers(scene) == [
        *(f"001-2026-00000{serial}" for serial in (1, 2, 3, 4)),
        "001-2027-000001",
    ]
    assert scene.check().findings == ()


def test_a_number_that_was_not_written_is_given_again(scene: Scene) -> None:
    with pytest.raises(RuntimeError, match="a crash"), scene.acting() as clerk:
        money = payments.Money(scene.units[A], Method.CASH, 100, clerk.today, "S-1")
        payments.record_payment(clerk, money)
        raise RuntimeError("a crash")
    scene.pay(A, 100, "S-2")
    assert numbers(scene) == ["001-2026-000001"]


def test_several_payments_in_one_writing_have_each_a_number(scene: Scene) -> None:
    with scene.acting() as clerk:
        journal = Journal(clerk)
        for slip in ("S-1", "S-2", "S-3"):
            money = payments.Money(scene.units[A], Method.CASH, 100, clerk.today, slip)
            payments.enter_payment(journal, money, 0, [], payments.payment_key(Method.CASH, slip))
        journal.write()
    assert numbers(scene) == [f"001-2026-00000{serial}" for serial in (1, 2, 3)]


def test_payments_at_the_same_moment_are_numbered_without_a_gap(scene: Scene) -> None:
    url, headers = f"/api/v1/communities/{scene.community}/payments", scene.who("clerk")

    def pay(place: int) -> int:
        form = {
            "unit_id": scene.units[(A, B, C)[place % 3]],
            "method": "cash",
            "amount_fen": 100,
            "day": "2026-03-02",
            "reference": f"S-{place}",
        }
        return scene.app.test_client().post(url, json=form, headers=headers).status_code

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(pay, range(8))) == {200}
    assert numbers(scene) == [f"001-2026-00000{serial}" for serial in range(1, 9)]
    assert scene.check().findings == ()


def test_a_payment_that_was_undone_leaves_a_void_receipt_and_its_counter_receipt(scene: Scene) -> None:
    paid = scene.pay(A, 5000, "S-1")
    scene.reverse(paid["payment_id"])
    counter, first = listed(scene)
    assert (first["state"], first["left_fen"]) == ("void", 0)
    assert [(one["number"], one["kind"], one["amount_fen"]) for one in first["counters"]] == [
        ("001-2026-000002", "void", -5000)
    ]
    assert (counter["number"], counter["state"], counter["undoes"]) == (
        "001-2026-000002",
        "counter",
        "001-2026-000001",
    )
    assert (counter["amount_fen"], counter["reason"]) == (-5000, "录入有误")
    assert counter["amount_capitals"] == "人民币负伍拾元整"
    assert scene.check().findings == ()


def test_undoing_a_bill_leaves_the_receipt_of_its_payment_valid(scene: Scene) -> None:
    scene.run(scene.item())
    scene.pay(A, 16558, "S-1")
    scene.reverse(scene.statement(A)["bills"][0]["id"])
    assert [one["state"] for one in listed(scene)] == ["valid"]


def test_a_refund_in_part_leaves_the_rest_of_the_receipt_valid(scene: Scene) -> None:
    paid = scene.pay(A, 5000, "S-1")["payment_id"]
    assert refund(scene, paid, A, 2000) == "001-2026-000002"
    assert (listed(scene)[-1]["state"], listed(scene)[-1]["left_fen"]) == ("partly-refunded", 3000)
    refund(scene, paid, A, 3000, "refund:2")
    assert (listed(scene)[-1]["state"], listed(scene)[-1]["left_fen"]) == ("refunded", 0)


def test_no_more_is_given_back_than_the_receipt_is_good_for(scene: Scene) -> None:
    paid = scene.pay(A, 5000, "S-1")["payment_id"]
    scene.pay(A, 5000, "S-2")
    refund(scene, paid, A, 2000)
    with pytest.raises(ReceiptSpent, match=r"只余 30\.00 元可退"):
        refund(scene, paid, A, 3001, "refund:2")
    assert scene.reverse(paid, 409)["code"] == "receipt-spent"
    assert len(listed(scene)) == 3


def test_a_former_holder_s_receipts_are_not_the_present_holder_s_to_see(scene: Scene) -> None:
    scene.pay(A, 100, "S-1", day="2026-02-10")
    scene.post(f"/units/{scene.units[A]}/handovers", {"day": "2026-02-15"})
    scene.pay(A, 200, "S-2")
    scene.pay(A, 300, "S-3", day="2026-02-11")
    assert [one["amount_fen"] for one in listed(scene, A, "owner-a")] == [200]
    assert [one["payer"] for one in listed(scene)] == ["原业主", "甲**", "甲**"]
    path = f"/units/{scene.units[A]}/receipts/001-2026-000001"
    assert scene.get(path, "owner-a", 404)["code"] == "receipt-unknown"
    assert scene.get(path)["amount_fen"] == 100


@pytest.mark.parametrize("who", ["owner-b", "stranger", "rival", "worker"])
def test_a_unit_s_receipts_are_shown_to_its_owners_and_the_firm_alone(scene: Scene, who: str) -> None:
    scene.pay(A, 100, "S-1")
    number = listed(scene, A, "owner-a")[0]["number"]
    path = f"/units/{scene.units[A]}/receipts"
    for one in (path, f"{path}/{number}", f"{path}/{number}/page", f"{path}/{number}/qr.png", "/receipts"):
        assert scene.call("GET", one, who).status_code == 403
    mine = f"/units/{scene.units[B]}/receipts/{number}"
    assert scene.get(mine, "owner-b", 404)["code"] == "receipt-unknown"


def test_whom_the_owner_lets_sees_the_receipts_and_whom_not_does_not(scene: Scene) -> None:
    scene.pay(A, 100, "S-1")
    join(scene, "tenant")
    path = f"/units/{scene.units[A]}/receipts"
    assert scene.get(path, "tenant", 403)["code"] == "role-missing"
    let(scene, "tenant")
    [found] = listed(scene, A, "tenant")
    for more in ("", "/page", "/qr.png"):
        assert scene.call("GET", f"{path}/{found['number']}{more}", "tenant").status_code == 200


def test_the_firm_reads_all_receipts_of_its_community_page_by_page(scene: Scene) -> None:
    with scene.acting() as clerk:
        journal = Journal(clerk)
        for place in range(60):
            slip = f"S-{place}"
            money = payments.Money(scene.units[A], Method.CASH, 100, clerk.today, slip)
            payments.enter_payment(journal, money, 0, [], payments.payment_key(Method.CASH, slip))
        journal.write()
    first = scene.get("/receipts")
    rest = scene.get(f"/receipts?cursor={first['next']}")
    found = [one["number"] for one in (*first["items"], *rest["items"])]
    assert found == [f"001-2026-{serial:06d}" for serial in range(60, 0, -1)]
    assert rest["next"] is None


@pytest.mark.parametrize("act", ["DELETE FROM receipts", "UPDATE receipts SET amount_fen = 1"])
def test_the_database_itself_refuses_to_change_a_receipt(scene: Scene, act: str) -> None:
    scene.pay(A, 100, "S-1")
    with pytest.raises(DBAPIError, match="never changed"), scene.acting() as clerk:
        clerk.session.execute(sa.text(act))
