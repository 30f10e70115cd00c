"""The check of the books: it holds over honest work, and finds what was changed behind the program's back."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from backend.fees.models import LedgerCheck
from backend.fees.rules.posting import Move, check_balanced, clearing, prepayment
from backend.fees.rules.refusals import Unbalanced
from backend.fees.rules.values import EntryKind, Method
from backend.fees.service import refund_asking
from backend.fees.service.check import RULES, lines_of
from backend.fees.service.journal import Journal
from backend.infra.audit import AuditEntry
from backend.infra.db import reading
from backend.infra.jobs import rounds
from backend.infra.outbox import drain
from tests.fees.scene import Scene
from tests.fees.till import Till
from tests.houses import AN_OPERATOR, ROOT

A, B = "1-1-101", "1-1-102"


@pytest.fixture
def busy(till: Till) -> Scene:
    """Books in which everything has happened: bills, payments in part and ahead, both undone, and refunds."""
    scene = till.scene
    item = scene.get("/fee-items")["items"][0]["id"]
    scene.pay(A, 30000, "S-1")
    till.settle(till.order(*till.bills("2-1-201"), label="2-1-201"))
    scene.pay(B, 10000, "S-2")
    scene.reverse(scene.statement(B)["bills"][0]["id"])
    scene.run(item, first_day="2026-04-01", last_day="2026-04-30")
    paid = scene.pay("2-1-201", 5000, "S-3")
    scene.reverse(paid["payment_id"])
    order = till.order(prepay_fen=9000)
    till.settle(order)
    form = {"payment_id": till.shown(order)["payment_id"], "amount_fen": 4000}
    refund, _ = scene.post("/refunds", form), scene.post("/refunds", form)
    scene.post(f"/refunds/{refund['id']}/decision", {"is_approved": True}, 200, "second")
    with scene.app.app_context():
        refund_asking.look_after(scene.house, refund["id"])
    till.hear(till.gateway.finish_refund(till.number_of(refund)))
    return scene


def change(scene: Scene, *statements: str) -> None:
    """Change rows as somebody with the database's password would, past every guard."""
    with scene.acting() as clerk:
        connection = clerk.session.connection()
        triggers = (
            connection.execute(sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
            .scalars()
            .all()
        )
        for trigger in triggers:
            connection.exec_driver_sql(f"DROP TRIGGER {trigger}")
        connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        for statement in statements:
            connection.exec_driver_sql(statement)


ENTRY = "(SELECT MIN(id) FROM journal_entries WHERE kind = '{}')"
CHARGE, PAYMENT, REVERSAL = (ENTRY.format(kind) for kind in ("charge", "payment", "reversal"))
BY_WECHAT = "(SELECT MIN(id) FROM payments WHERE method = 'wechat')"
INCOME = "(SELECT id FROM ledger_accounts WHERE kind = 'income')"
TAMPERED: list[tuple[str, str]] = [
    (
        f"UPDATE postings SET amount_fen = amount_fen + 1 WHERE entry_id = {CHARGE} AND line = 1",
        "every entry comes to nothing",
    ),
    (
        f"DELETE FROM postings WHERE entry_id = {REVERSAL} AND line = 2",
        "every entry has two postings at least, numbered from one",
    ),
    (
        f"UPDATE postings SET day = '2026-01-01' WHERE entry_id = {CHARGE}",
        "a posting has the day of its entry and stays in its ledger",
    ),
    (
        "UPDATE ledgers SET last_entry = last_entry + 1",
        "entries are numbered without gaps",
    ),
    (
        "UPDATE ledgers SET last_account = last_account + 1",
        "accounts are numbered without gaps",
    ),
    (
        "UPDATE postings SET bill_id = NULL WHERE bill_id IS NOT NULL",
        "what is receivable names a bill of the same holder",
    ),
    (
        f"UPDATE bills SET amount_fen = amount_fen + 1 WHERE id = {CHARGE}",
        "a bill and its entry say the same amount",
    ),
    (
        "UPDATE journal_entries SET kind = 'charge' WHERE kind = 'applied'",
        "every charge has a bill",
    ),
    (
        "UPDATE payments SET amount_fen = amount_fen + 1",
        "a payment and its entry say the same amount",
    ),
    (
        f"DELETE FROM receipts WHERE payment_id = {PAYMENT}; DELETE FROM payments WHERE id = {PAYMENT}",
        "every payment entry has its payment",
    ),
    (
        f"UPDATE postings SET amount_fen = amount_fen * 9 WHERE entry_id = {PAYMENT}",
        "no bill is paid more than it is, and none that was cancelled is owed",
    ),
    (
        f"UPDATE postings SET amount_fen = -amount_fen WHERE entry_id = {PAYMENT}",
        "no prepayment is overdrawn",
    ),
    (
        f"UPDATE postings SET amount_fen = amount_fen * 2 WHERE entry_id = {REVERSAL}",
        "a reversal is the exact opposite of what it reverses",
    ),
    (
        "UPDATE journal_entries SET reverses_id = NULL WHERE kind = 'reversal'",
        "only a reversal reverses",
    ),
    (
        f"UPDATE postings SET amount_fen = amount_fen - 1 WHERE account_id = {INCOME}",
        "income is what the bills that stand come to",
    ),
    (
        "UPDATE charge_runs SET bills = bills + 1",
        "a run's bills are as many and come to as much as it says",
    ),
    (
        "UPDATE refunds SET amount_fen = amount_fen + 1 WHERE entry_id IS NOT NULL",
        "a refund and its entry say the same amount",
    ),
    ("UPDATE refunds SET entry_id = NULL", "every refund entry has its refund"),
    ("UPDATE refunds SET amount_fen = amount_fen * 2", "no payment is given back more than it was"),
    (
        "UPDATE refunds SET amount_fen = amount_fen * 99 WHERE entry_id IS NULL",
        "what waits to be given back is there",
    ),
    (
        "UPDATE refunds SET outcome = 'closed'",
        "a refund is entered where it was made, and only there",
    ),
    ("UPDATE pay_orders SET amount_fen = amount_fen + 1", "a paid order and its payment say the same"),
    ("UPDATE pay_orders SET payment_id = NULL", "every payment by WeChat has its order"),
    (
        f"UPDATE journal_entries SET reverses_id = {BY_WECHAT} WHERE id = {REVERSAL}",
        "no payment by WeChat is undone in the books alone",
    ),
    (
        "UPDATE ledgers SET community_id = 'elsewhere'",
        "an account's unit is of its community",
    ),
]


def test_honest_books_agree(busy: Scene) -> None:
    report = busy.check()
    assert report.findings == ()
    assert report.debits_fen == report.credits_fen > 0
    assert f"accounts {report.accounts}" in "\n".join(lines_of(report))


@pytest.mark.parametrize(("statement", "rule"), TAMPERED, ids=[rule for _, rule in TAMPERED])
def test_what_was_changed_behind_the_program_s_back_is_found(busy: Scene, statement: str, rule: str) -> None:
    extra = (
        "INSERT INTO communities SELECT 'elsewhere', name, organisation_id, created_at FROM communities"
        if "elsewhere" in statement
        else "SELECT 1"
    )
    change(busy, extra, *statement.split("; "))
    assert rule in {finding.rule for finding in busy.check().findings}


def test_every_rule_is_tried() -> None:
    assert {rule for _, rule in TAMPERED} == set(RULES)


@pytest.mark.parametrize("table", ["journal_entries", "postings", "bills", "payments"])
@pytest.mark.parametrize("act", ["DELETE FROM {}", "UPDATE {} SET id = id", "UPDATE {} SET amount_fen = 1"])
def test_the_database_itself_refuses_to_change_what_was_posted(busy: Scene, table: str, act: str) -> None:
    statement = act.format(table).replace("postings SET id = id", "postings SET line = line")
    statement = statement.replace("journal_entries SET amount_fen = 1", "journal_entries SET memo = ''")
    with pytest.raises(DBAPIError, match="never changed"), busy.acting() as clerk:
        clerk.session.execute(sa.text(statement))


@pytest.mark.parametrize("table", ["channel_notices", "pay_order_bills", "reconciliations"])
def test_the_database_itself_keeps_what_was_told_and_compared(busy: Scene, table: str) -> None:
    night(busy, 24)
    with pytest.raises(DBAPIError, match="never changed"), busy.acting() as clerk:
        clerk.session.execute(sa.text(f"DELETE FROM {table}"))


@pytest.mark.parametrize("amounts", [(5, -4), (5,), (5, -5, 0), ()])
def test_an_entry_that_does_not_balance_is_never_made(amounts: tuple[int, ...]) -> None:
    with pytest.raises(Unbalanced):
        check_balanced([Move(clearing(Method.CASH), amount) for amount in amounts])


def test_what_a_journal_did_not_write_leaves_no_gap(scene: Scene) -> None:
    moves = [Move(clearing(Method.CASH), 5), Move(prepayment(scene.units[A], 0), -5)]
    with scene.acting() as clerk:
        Journal(clerk).enter(EntryKind.APPLIED, "one", clerk.today, moves)
    with scene.acting() as clerk:
        journal = Journal(clerk)
        journal.enter(EntryKind.APPLIED, "two", clerk.today, moves)
        journal.write()
    report = scene.check()
    assert report.entries == 1
    assert "entries are numbered without gaps" not in {finding.rule for finding in report.findings}


def kept(scene: Scene) -> list[Any]:
    with scene.app.app_context(), reading() as session:
        return list(session.scalars(sa.select(LedgerCheck).order_by(LedgerCheck.day)))


def night(scene: Scene, hours: int) -> None:
    scene.clock.forward(timedelta(hours=hours))
    with scene.app.app_context():
        for _ in range(2):
            for act in rounds():
                act()
            drain()


def test_the_books_are_checked_once_each_night_and_the_outcome_is_kept(busy: Scene) -> None:
    night(busy, 0)
    night(busy, 13)  # one in the morning
    assert [check.day.isoformat() for check in kept(busy)] == ["2026-03-02"]
    night(busy, 1)
    night(busy, 1)
    assert [(check.day.isoformat(), check.findings) for check in kept(busy)] == [
        ("2026-03-02", []),
        ("2026-03-03", []),
    ]
    assert kept(busy)[1].postings == busy.check().postings


def test_a_disagreement_found_at_night_enters_the_audit_trail(busy: Scene) -> None:
    change(busy, "UPDATE charge_runs SET bills = bills + 1")
    night(busy, 0)
    [check] = kept(busy)
    assert [finding["count"] for finding in check.findings] == [2]
    with busy.acting() as clerk:
        assert "ledger-disagrees" in set(clerk.session.scalars(sa.select(AuditEntry.act)))


def ledger_check(scene: Scene) -> subprocess.CompletedProcess[str]:
    folder = str(scene.house.settings.data_dir)
    variables = os.environ | {"DATA_DIR": folder, "OPERATOR": AN_OPERATOR}
    command = [sys.executable, "-m", "backend.command", "ledger-check"]
    return subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True, check=False)


def test_the_command_prints_the_counts_and_ends_with_one_on_a_disagreement(busy: Scene) -> None:
    report, done = busy.check(), ledger_check(busy)
    assert done.returncode == 0, done.stderr
    assert f"accounts {report.accounts}" in done.stdout
    assert f"postings {report.postings}" in done.stdout
    change(busy, "UPDATE ledgers SET last_entry = last_entry + 1")
    done = ledger_check(busy)
    assert (done.returncode, "DISAGREES: entries are numbered" in done.stdout) == (1, True)


def test_the_script_says_how_it_is_used() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "ledger"), "--help"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, "scripts/ledger check" in done.stdout) == (0, True)
