"""Who is told of bills, payments and refunds."""

from __future__ import annotations

import pytest

from backend.infra.outbox import drain
from tests.fees.scene import Scene
from tests.fees.till import Till

LABEL = "1-1-101"


def inbox(scene: Scene, by: str) -> list[tuple[str, str]]:
    answer = scene.client.get("/api/v1/me/inbox", headers=scene.who(by))
    assert answer.status_code == 200
    return [(one["kind"], one["text"]) for one in answer.get_json()["items"] if one["kind"].startswith("fee")]


def kinds(scene: Scene, by: str) -> list[str]:
    return [kind for kind, _ in inbox(scene, by)]


@pytest.fixture
def billed(scene: Scene) -> Scene:
    scene.run(scene.item())
    return scene


def test_every_owner_hears_of_new_bills_and_no_amount_is_in_the_message(billed: Scene) -> None:
    with billed.app.app_context():
        drain()
    for owner in ("owner-a", "owner-b"):
        [(kind, text)] = inbox(billed, owner)
        assert kind == "fee-billed"
        assert "2026年3月的账单" in text
        assert "元" not in text
    assert kinds(billed, "stranger") == []


def test_the_owner_hears_that_cash_was_entered_and_nobody_else(billed: Scene) -> None:
    billed.pay(LABEL, 10_000, "SLIP-1")
    [(kind, text)] = inbox(billed, "owner-a")
    assert (kind, "100.00 元（现金）" in text, LABEL in text) == ("fee-paid", True, True)
    assert kinds(billed, "owner-b") == []
    billed.pay(LABEL, 10_000, "SLIP-1")
    assert len(inbox(billed, "owner-a")) == 1


def test_the_one_who_paid_by_wechat_hears_that_it_is_in_the_books(till: Till) -> None:
    order = till.order(*till.bills())
    till.settle(order)
    [text] = [text for kind, text in inbox(till.scene, "owner-a") if kind == "fee-paid"]
    assert "微信支付" in text


def test_money_given_back_by_hand_is_told_to_the_owner(billed: Scene) -> None:
    paid = billed.pay("1-1-101", 50_000, "SLIP-2")["payment_id"]
    form = {"payment_id": paid, "amount_fen": 10_000, "note": "业主申请"}
    refund = billed.post("/refunds", form)
    billed.post(f"/refunds/{refund['id']}/decision", {"is_approved": True, "note": "同意"}, 200, "second")
    billed.post(f"/refunds/{refund['id']}/slip", {"slip": "BACK-1", "day": "2026-03-02"}, 200)
    [text] = [text for kind, text in inbox(billed, "owner-a") if kind == "fee-refunded"]
    assert "100.00 元" in text


def test_what_is_paid_on_a_former_holder_s_bill_is_not_told_to_the_new_one(scene: Scene) -> None:
    scene.post(f"/units/{scene.units[LABEL]}/handovers", {"day": "2026-03-02", "note": "过户"})
    scene.run(scene.item())
    former, present = scene.statement(LABEL, query="?tenure=all")["bills"]
    scene.pay(LABEL, 100, "SLIP-3", bill_ids=[former["id"]])
    assert kinds(scene, "owner-a") == []
    scene.pay(LABEL, 100, "SLIP-4", bill_ids=[present["id"]])
    assert kinds(scene, "owner-a") == ["fee-paid"]
