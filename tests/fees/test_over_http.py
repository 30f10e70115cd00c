"""A firm bills, takes money and corrects; an owner sees the own account and no other."""

from __future__ import annotations

import pytest

from backend.infra.audit import AuditEntry, verify_trail
from tests.fees.scene import Scene

A, B, C, SPACE = "1-1-101", "1-1-102", "2-1-201", "B--1"


def code(answer: dict) -> str:
    return answer["code"]


def test_a_run_bills_what_its_preview_shows_and_a_second_run_nothing(scene: Scene) -> None:
    item, parking = scene.item(), scene.item("停车费", "unit_month", "150", kinds=["PARKING"])
    order = {"item_ids": [item, parking], "first_day": "2026-03-01", "last_day": "2026-03-31"}
    preview = scene.post("/charge-runs/preview", order, 200)
    assert (preview["bills"], preview["amount_fen"], preview["run_id"]) == (
        4,
        16558 + 18500 + 12996 + 15000,
        None,
    )
    assert scene.statement(A)["bills"] == []
    done = scene.run(item, parking)
    assert (done["bills"], done["amount_fen"]) == (preview["bills"], preview["amount_fen"])
    again = scene.run(item, parking)
    assert (again["bills"], again["run_id"]) == (0, None)
    assert {one["reason"] for plan in again["items"] for one in plan["named"]} == {"billed"}
    assert [run["bills"] for run in scene.get("/charge-runs")["items"]] == [4]
    assert scene.check().findings == ()


def test_a_bill_says_what_it_is_made_of(scene: Scene) -> None:
    scene.run(scene.item())
    [bill] = scene.statement(A)["bills"]
    assert (bill["item"], bill["amount_fen"], bill["open_fen"], bill["state"]) == (
        "物业服务费",
        16558,
        16558,
        "open",
    )
    [line] = bill["lines"]
    assert (line["quantity"], line["price"], line["months"], line["last_day"]) == (
        "89.50",
        "1.85",
        "1",
        "2026-03-31",
    )


def test_a_payment_settles_the_oldest_bill_and_the_rest_is_kept_for_the_next(scene: Scene) -> None:
    item = scene.item()
    scene.run(item, first_day="2026-02-01", last_day="2026-02-28")
    scene.run(item)
    paid = scene.pay(A, 20000, "收-1")
    assert (paid["prepaid_fen"], paid["is_new"]) == (0, True)
    found = scene.statement(A)
    assert [bill["open_fen"] for bill in found["bills"]] == [0, 13116]
    scene.pay(A, 20000, "收-2")
    assert scene.statement(A)["prepaid_fen"] == 20000 - 13116
    scene.run(item, first_day="2026-04-01", last_day="2026-04-30")
    found = scene.statement(A)
    assert (found["owed_fen"], found["prepaid_fen"]) == (16558 - 6884, 0)
    assert scene.check().findings == ()


def test_the_same_slip_is_one_payment_and_another_with_its_number_is_refused(scene: Scene) -> None:
    first = scene.pay(A, 5000, "收-1")
    again = scene.pay(A, 5000, "收-1")
    assert (again["payment_id"], again["is_new"]) == (first["payment_id"], False)
    assert code(scene.pay(A, 5001, "收-1", 409)) == "reference-taken"
    assert code(scene.pay(B, 5000, "收-1", 409)) == "reference-taken"
    assert scene.statement(A)["prepaid_fen"] == 5000


def test_named_bills_are_settled_first(scene: Scene) -> None:
    item = scene.item()
    scene.run(item, first_day="2026-02-01", last_day="2026-02-28")
    scene.run(item)
    later = scene.statement(A)["bills"][1]
    scene.pay(A, 16558, "收-1", bill_ids=[later["id"]])
    assert [bill["state"] for bill in scene.statement(A)["bills"]] == ["overdue", "paid"]
    assert code(scene.pay(B, 100, "收-2", 404, bill_ids=[later["id"]])) == "bill-unknown"


def test_a_balance_can_be_asked_for_any_day(scene: Scene) -> None:
    item = scene.item()
    scene.run(item, first_day="2026-01-01", last_day="2026-01-31", day="2026-01-05", due_day="2026-01-20")
    scene.pay(A, 10000, "收-1", day="2026-02-01")
    figures = {
        day: (found["owed_fen"], found["arrears_fen"])
        for day in ("2026-01-04", "2026-01-05", "2026-01-20", "2026-01-21", "2026-02-01")
        if (found := scene.statement(A, query=f"?day={day}"))
    }
    assert figures == {
        "2026-01-04": (0, 0),
        "2026-01-05": (16558, 0),
        "2026-01-20": (16558, 0),
        "2026-01-21": (16558, 16558),
        "2026-02-01": (6558, 6558),
    }


def test_a_payment_dated_before_a_bill_was_made_never_settles_it_on_its_own_day(scene: Scene) -> None:
    scene.run(scene.item())
    scene.pay(A, 16558, "收-1", day="2026-02-20")
    before = scene.statement(A, query="?day=2026-02-25")
    assert (before["owed_fen"], before["prepaid_fen"]) == (0, 16558)
    assert scene.statement(A)["owed_fen"] == scene.statement(A)["prepaid_fen"] == 0


def test_a_wrong_bill_is_undone_by_its_opposite_and_what_was_paid_is_kept(scene: Scene) -> None:
    item = scene.item()
    scene.run(item)
    [bill] = scene.statement(A)["bills"]
    scene.pay(A, 10000, "收-1")
    scene.reverse(bill["id"])
    found = scene.statement(A)
    assert (found["owed_fen"], found["prepaid_fen"], found["bills"][0]["state"]) == (0, 10000, "cancelled")
    assert code(scene.reverse(bill["id"], 409)) == "entry-not-reversible"
    assert scene.run(item)["bills"] == 1
    found = scene.statement(A)
    assert (found["owed_fen"], found["prepaid_fen"]) == (6558, 0)
    assert scene.check().findings == ()


def test_a_payment_that_was_undone_leaves_its_bill_owed(scene: Scene) -> None:
    scene.run(scene.item())
    paid = scene.pay(A, 20000, "收-1", day="2026-02-20")
    scene.reverse(paid["payment_id"])
    found = scene.statement(A)
    assert (found["owed_fen"], found["prepaid_fen"]) == (16558, 0)
    assert scene.check().findings == ()


def test_a_payment_whose_money_has_paid_other_bills_since_is_not_undone_alone(scene: Scene) -> None:
    paid = scene.pay(A, 20000, "收-1")
    scene.run(scene.item())
    assert code(scene.reverse(paid["payment_id"], 409)) == "prepayment-spent"
    [used] = [one for one in scene.statement(A)["movements"] if one["kind"] == "applied"]
    scene.reverse(used["entry_id"])
    scene.reverse(paid["payment_id"])
    assert scene.statement(A)["owed_fen"] == 16558
    assert scene.check().findings == ()


def test_what_follows_from_another_entry_is_not_reversed_by_itself(scene: Scene) -> None:
    scene.run(scene.item())
    undone = scene.reverse(scene.statement(A)["bills"][0]["id"])
    assert code(scene.reverse(undone["entry_id"], 409)) == "entry-not-reversible"
    assert code(scene.reverse(1, 404)) == "journal-entry-unknown"


def test_a_shared_cost_is_billed_whole_and_no_other_cost_afterwards(scene: Scene) -> None:
    item = scene.item("公摊电费", "shared", None, split_by="unit")
    assert code(scene.run(item, status=422)) == "shared-cost-missing"
    done = scene.run(item, costs=[{"item_id": item, "cost_fen": 10000}], unit_ids=[scene.units[A]])
    assert (done["bills"], done["amount_fen"]) == (1, 3334)
    other = scene.run(item, status=409, costs=[{"item_id": item, "cost_fen": 10001}])
    assert code(other) == "shared-cost-differs"
    assert scene.run(item, costs=[{"item_id": item, "cost_fen": 10000}])["amount_fen"] == 6666


def test_a_change_of_hands_divides_the_bill_and_hides_the_former_holder_s_debts(scene: Scene) -> None:
    item = scene.item()
    scene.run(item, first_day="2026-01-01", last_day="2026-01-31")
    path = f"/units/{scene.units[A]}/handovers"
    late = scene.post(path, {"day": "2026-01-15"}, 409)
    assert code(late) == "handover-refused"
    assert scene.post(path, {"day": "2026-02-15"})["tenure"] == 1
    scene.run(item, first_day="2026-02-01", last_day="2026-02-28")
    mine, all_of_it = scene.statement(A, "owner-a"), scene.statement(A)
    assert (mine["tenure"], mine["owed_fen"]) == (1, 8279)
    assert (all_of_it["tenure"], all_of_it["owed_fen"]) == (None, 16558 * 2)
    scene.pay(A, 1000, "收-1", day="2026-02-10")
    assert scene.statement(A, "owner-a")["owed_fen"] == 8279
    assert code(scene.post(path, {"day": "2026-02-01"}, 409)) == "handover-refused"
    assert code(scene.post(path, {"day": "2026-12-01"}, 422)) == "day-refused"


def test_an_owner_sees_the_own_units_and_nothing_else(scene: Scene) -> None:
    scene.run(scene.item())
    assert scene.statement(A, "owner-a")["owed_fen"] == 16558
    for who in ("owner-b", "stranger", "rival", "worker"):
        assert code(scene.statement(A, who, status=403)) == "role-missing"


@pytest.mark.parametrize("who", ["owner-a", "worker", "rival", "stranger"])
def test_only_the_firm_s_own_staff_keep_the_books(scene: Scene, who: str) -> None:
    body = {"item_ids": ["x"], "first_day": "2026-03-01", "last_day": "2026-03-31"}
    for path in ("/charge-runs", "/charge-runs/preview"):
        assert code(scene.post(path, body, 403, who)) == "role-missing"
    for path in ("/fee-items", "/charge-runs", "/meters"):
        assert code(scene.get(path, who, 403)) == "role-missing"


@pytest.mark.parametrize("amount", [0, -1, 12.34, "12.34", 10**12 + 1, None, True])
def test_an_amount_that_is_no_whole_number_of_fen_above_zero_is_refused(scene: Scene, amount: object) -> None:
    assert scene.pay(A, amount, "收-1", 422)["code"]
    assert scene.statement(A)["movements"] == []


def test_overlapping_prices_are_refused_until_the_first_has_an_end(scene: Scene) -> None:
    item = scene.item()
    assert code(scene.price(item, "2.10", "2026-04-01", 409)) == "price-overlaps"
    [price] = scene.get("/fee-items")["items"][0]["prices"]
    scene.run(item)
    end = f"/fee-prices/{price['id']}/end"
    assert code(scene.post(end, {"last_day": "2026-03-30"}, 409)) == "price-in-use"
    assert scene.post(end, {"last_day": "2026-03-31"}, 200)["last_day"] == "2026-03-31"
    assert code(scene.post(end, {"last_day": "2026-04-30"}, 422)) == "period-refused"
    scene.price(item, "2.10", "2026-04-01")
    done = scene.run(item, first_day="2026-04-01", last_day="2026-04-30", unit_ids=[scene.units[A]])
    assert done["amount_fen"] == 18795


def test_refusals_of_items_runs_and_days_are_clear(scene: Scene) -> None:
    item = scene.item()
    shared = scene.item("公摊", "shared", None)
    form = {"name": "物业服务费", "basis": "area_month", "kinds": ["HOME"]}
    assert code(scene.post("/fee-items", form, 422)) == "fee-item-refused"
    assert code(scene.price(shared, "1", status=422)) == "fee-item-refused"
    assert code(scene.price("nothing", "1", status=404)) == "fee-item-unknown"
    assert code(scene.price(item, "1.23456", "2010-01-01", 422)) == "price-unreadable"
    assert code(scene.price(item, "1", "2010-01-02", 422, last_day="2010-01-01")) == "period-refused"
    assert code(scene.run(item, status=422, first_day="2026-04-01")) == "period-refused"
    assert code(scene.run(item, status=422, day="2026-03-03")) == "day-refused"
    assert code(scene.run(item, status=409, first_day="2019-12-01", last_day="2019-12-31")) == "price-missing"
    assert code(scene.run(item, status=422, costs=[{"item_id": item, "cost_fen": 1}])) == "charge-run-refused"
    assert code(scene.pay(A, 1, "收-1", 422, day="2026-03-03")) == "day-refused"
    assert code(scene.post("/fee-prices/nothing/end", {"last_day": "2026-03-31"}, 404)) == "price-unknown"
    assert code(scene.get("/units/nothing/statement", status=404)) == "unit-unknown"


def test_what_staff_did_stands_in_the_audit_trail(scene: Scene) -> None:
    scene.run(scene.item())
    scene.reverse(scene.pay(A, 100, "收-1")["payment_id"])
    with scene.acting() as clerk:
        acts = [entry.act for entry in clerk.session.query(AuditEntry)]
        verify_trail(clerk.session)
    wanted = ["fee-item-added", "fee-price-added", "charges-run", "payment-recorded", "entry-reversed"]
    assert [act for act in acts if act in wanted] == wanted
