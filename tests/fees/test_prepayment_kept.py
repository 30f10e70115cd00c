"""A payment is undone after the bill that it had paid was cancelled: its money is taken back once."""

from __future__ import annotations

from tests.fees.scene import Scene
from tests.fees.test_viewing import APRIL, A

FEE = 16558


def a_payment_whose_bill_was_cancelled(scene: Scene) -> tuple[str, int]:
    """Bill and take the money for March, then cancel the bill; return the item and the payment."""
    item = scene.item()
    scene.run(item)
    paid = scene.pay(A, FEE, "收-1")["payment_id"]
    scene.reverse(scene.statement(A)["bills"][0]["id"])
    assert scene.statement(A)["prepaid_fen"] == FEE
    return item, paid


def test_undoing_a_payment_takes_back_the_prepayment_that_its_cancelled_bill_left(scene: Scene) -> None:
    _, paid = a_payment_whose_bill_was_cancelled(scene)
    scene.reverse(paid)
    found = scene.statement(A)
    assert (found["owed_fen"], found["prepaid_fen"], found["bills"][0]["open_fen"]) == (0, 0, 0)
    assert scene.check().findings == ()


def test_prepayment_of_a_cancelled_bill_that_paid_another_is_not_taken_back(scene: Scene) -> None:
    item, paid = a_payment_whose_bill_was_cancelled(scene)
    scene.run(item, **APRIL)
    before = scene.statement(A)
    assert (before["owed_fen"], before["prepaid_fen"]) == (0, 0)
    assert scene.reverse(paid, 409)["code"] == "prepayment-spent"
    assert scene.statement(A) == before
    assert scene.check().findings == ()


def test_nor_is_it_covered_by_what_another_payment_brought_beyond_its_own_sum(scene: Scene) -> None:
    """The holder's prepayment is one sum: whatever is left of it after all must not fall below nothing."""
    item, paid = a_payment_whose_bill_was_cancelled(scene)
    scene.run(item, **APRIL)
    scene.pay(A, FEE - 1, "收-2")
    assert scene.reverse(paid, 409)["code"] == "prepayment-spent"
    scene.pay(A, 1, "收-3")
    scene.reverse(paid)
    found = scene.statement(A)
    assert (found["owed_fen"], found["prepaid_fen"]) == (0, 0)
    assert scene.check().findings == ()


def test_once_the_use_of_it_is_undone_the_payment_can_be(scene: Scene) -> None:
    item, paid = a_payment_whose_bill_was_cancelled(scene)
    scene.run(item, **APRIL)
    [used] = [one for one in scene.statement(A)["movements"] if one["kind"] == "applied"]
    scene.reverse(used["entry_id"])
    scene.reverse(paid)
    found = scene.statement(A)
    assert (found["owed_fen"], found["prepaid_fen"]) == (FEE, 0)
    assert scene.check().findings == ()
