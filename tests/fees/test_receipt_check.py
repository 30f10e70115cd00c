"""Receipts and books: they agree over honest work, and what was changed behind their back is found."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa

from backend.fees.models import Receipt
from backend.fees.rules.receipts import Facts
from backend.fees.service.check import lines_of
from backend.fees.service.receipt_check import RULES, SIGNED
from backend.infra.db import reading
from backend.sealing.signing import SigningKey, sign
from tests.fees.scene import Scene
from tests.fees.test_check import change
from tests.fees.till import Till

A, B = "1-1-101", "1-1-102"
FIRST, VOID = "'001-2026-000001'", "'001-2026-000003'"

TAMPERED: list[tuple[str, str]] = [
    (
        f"DELETE FROM receipts WHERE number = {FIRST}",
        "receipts are numbered without gaps",
    ),
    (
        "UPDATE receipts SET year = 2025 WHERE serial > 1",
        "receipts are numbered without gaps",
    ),
    (
        "DELETE FROM receipts WHERE number = '001-2026-000004'",
        "a payment that was entered has one receipt, any other none",
    ),
    (
        "UPDATE payments SET origin = 'imported'",
        "a payment that was entered has one receipt, any other none",
    ),
    (
        f"UPDATE receipts SET amount_fen = amount_fen + 1 WHERE number = {FIRST}",
        "a receipt and its entry say the same amount",
    ),
    (
        f"UPDATE receipts SET kind = 'refund' WHERE number = {VOID}",
        "a receipt is of the entry that its kind asks for",
    ),
    (
        f"DELETE FROM receipts WHERE number = {VOID}",
        "a payment that was undone has the counter-receipt",
    ),
    (
        f"UPDATE receipts SET undoes = {FIRST} WHERE number = {VOID}",
        "a counter-receipt names the receipt of the same payment",
    ),
    (
        f"UPDATE receipts SET amount_fen = amount_fen - 1 WHERE number = {VOID}",
        "no more is undone than was received, and all of it where a receipt is void",
    ),
    (
        f"UPDATE receipts SET amount_fen = amount_fen * 2 WHERE number = {FIRST}",
        "receipts come to what came in",
    ),
]


REFUNDED = "a refund that was entered has its counter-receipt"


@pytest.fixture
def busy(scene: Scene) -> Scene:
    """A payment that stands, one that was undone, and one more."""
    scene.run(scene.item())
    scene.pay(A, 20000, "S-1")
    undone = scene.pay(B, 5000, "S-2")
    scene.reverse(undone["payment_id"])
    scene.pay(B, 700, "S-3")
    return scene


def found(scene: Scene) -> dict[str, tuple[str, ...]]:
    return {finding.rule: finding.first for finding in scene.check().findings}


def test_honest_receipts_agree_and_are_counted(busy: Scene) -> None:
    report = busy.check()
    assert (report.receipts, report.findings) == (4, ())
    assert "receipts 4" in list(lines_of(report))


@pytest.mark.parametrize(("statement", "rule"), TAMPERED)
def test_what_was_changed_behind_the_program_s_back_is_found(busy: Scene, statement: str, rule: str) -> None:
    change(busy, statement)
    assert rule in found(busy)


def test_every_rule_is_tried() -> None:
    assert {rule for _, rule in TAMPERED} | {REFUNDED} == set(RULES)


def a_refund(till: Till) -> int:
    """Give back seven yuan in cash, and return the payment behind it."""
    scene = till.scene
    payment = scene.pay(A, 20000, "S-1")["payment_id"]
    form = {"payment_id": payment, "amount_fen": 700, "note": "多收"}
    refund = scene.post("/refunds", form, 201, "clerk")["id"]
    scene.post(f"/refunds/{refund}/decision", {"is_approved": True}, 200, "second")
    scene.post(f"/refunds/{refund}/slip", {"slip": "R-1", "day": "2026-03-02"}, 200, "clerk")
    return int(payment)


def test_a_refund_that_lost_its_counter_receipt_is_found(till: Till) -> None:
    a_refund(till)
    assert found(till.scene) == {}
    change(till.scene, "DELETE FROM receipts WHERE kind = 'refund'")
    assert REFUNDED in found(till.scene)


def test_a_refund_of_a_payment_that_was_imported_needs_no_receipt(till: Till) -> None:
    payment = a_refund(till)
    change(
        till.scene,
        "DELETE FROM receipts WHERE kind = 'refund'",
        f"DELETE FROM receipts WHERE payment_id = {payment}",
        f"UPDATE payments SET origin = 'imported' WHERE id = {payment}",
    )
    assert found(till.scene) == {}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE receipts SET signature = REPLACE(signature, '0', '1') WHERE number = {}",
        "UPDATE receipts SET signature = '' WHERE number = {}",
        "UPDATE receipts SET details = REPLACE(details, '甲', '丙') WHERE number = {}",
        "UPDATE receipts SET facts = REPLACE(facts, '20000', '20001') WHERE number = {}",
        "UPDATE receipts SET facts = '[]' WHERE number = {}",
        "UPDATE receipts SET facts = '{{}}' WHERE number = {}",
        "UPDATE receipts SET details = 'x' WHERE number = {}",
        "UPDATE receipts SET issued_at = '2026-03-03 00:00:00' WHERE number = {}",
        "UPDATE receipts SET undoes = '001-2026-000002' WHERE number = {}",
    ],
)
def test_a_receipt_that_is_not_what_was_signed_is_named(busy: Scene, statement: str) -> None:
    change(busy, statement.format(FIRST))
    assert found(busy)[SIGNED] == ("001-2026-000001",)


def test_a_receipt_signed_anew_by_another_key_is_named(busy: Scene) -> None:
    with busy.app.app_context(), reading() as session:
        row = session.scalars(sa.select(Receipt).order_by(Receipt.number)).first()
    facts = Facts.read(row.facts)
    signature = sign(SigningKey.generate(), "fee-receipt", facts.document())
    change(busy, f"UPDATE receipts SET signature = '{signature}' WHERE number = {FIRST}")
    assert found(busy)[SIGNED] == ("001-2026-000001",)


def test_a_receipt_of_a_drill_is_none_of_a_real_community(busy: Scene) -> None:
    with busy.app.app_context(), reading() as session:
        row = session.scalars(sa.select(Receipt).order_by(Receipt.number)).first()
    document = {**json.loads(row.facts), "drill": True}
    signature = sign(busy.house.receipt_keys.signing, "fee-receipt", document)
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    change(busy, f"UPDATE receipts SET facts = '{text}', signature = '{signature}' WHERE number = {FIRST}")
    assert found(busy)[SIGNED] == ("001-2026-000001",)
