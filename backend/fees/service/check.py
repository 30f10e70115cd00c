"""Do the books agree? Every rule that postings, bills and payments must obey, asked of the whole database.

The questions read what the database holds and nothing that the program remembers, so they also find what was
changed behind its back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.fees.service import receipt_check
from backend.infra.house import House

MOST_NAMED = 5
"""So many offending records are named for each rule; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that does not hold: how many records offend it, and the ids of the first."""

    rule: str
    count: int
    first: tuple[str, ...]

    def __str__(self) -> str:
        more = ", ..." if self.count > len(self.first) else ""
        return f"{self.rule}: {self.count} ({', '.join(self.first)}{more})"


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What a check found; where `findings` is empty, everything agrees."""

    ledgers: int
    accounts: int
    entries: int
    postings: int
    debits_fen: int
    credits_fen: int
    receipts: int
    findings: tuple[Finding, ...]


RULES: Mapping[str, str] = {
    "every entry comes to nothing": """
        SELECT entry_id FROM postings GROUP BY entry_id HAVING SUM(amount_fen) <> 0""",
    "every entry has two postings at least, numbered from one": """
        SELECT e.id FROM journal_entries e LEFT JOIN postings p ON p.entry_id = e.id
        GROUP BY e.id HAVING COUNT(p.line) < 2 OR MAX(p.line) <> COUNT(p.line) OR MIN(p.line) <> 1""",
    "a posting has the day of its entry and stays in its ledger": """
        SELECT p.entry_id FROM postings p
        JOIN journal_entries e ON e.id = p.entry_id JOIN ledger_accounts a ON a.id = p.account_id
        WHERE p.day <> e.day OR a.ledger_id <> e.ledger_id""",
    "entries are numbered without gaps": """
        SELECT l.id FROM ledgers l LEFT JOIN journal_entries e ON e.ledger_id = l.id
        GROUP BY l.id, l.last_entry HAVING COUNT(e.id) <> l.last_entry
        OR COALESCE(MAX(e.id) - l.id * CAST(1000000000 AS BIGINT), 0) <> l.last_entry""",
    "accounts are numbered without gaps": """
        SELECT l.id FROM ledgers l LEFT JOIN ledger_accounts a ON a.ledger_id = l.id
        GROUP BY l.id, l.last_account HAVING COUNT(a.id) <> l.last_account
        OR COALESCE(MAX(a.id) - l.id * CAST(1000000000 AS BIGINT), 0) <> l.last_account""",
    "an account's unit is of its community": """
        SELECT a.id FROM ledger_accounts a JOIN ledgers l ON l.id = a.ledger_id
        JOIN units u ON u.id = a.unit_id WHERE u.community_id <> l.community_id""",
    "what is receivable names a bill of the same holder": """
        SELECT p.entry_id FROM postings p JOIN ledger_accounts a ON a.id = p.account_id
        LEFT JOIN bills b ON b.id = p.bill_id
        WHERE (a.kind = 'receivable' AND (b.id IS NULL OR b.unit_id <> a.unit_id
            OR CAST(b.tenure AS VARCHAR(32)) <> a.key))
        OR (a.kind <> 'receivable' AND p.bill_id IS NOT NULL)""",
    "a bill and its entry say the same amount": """
        SELECT b.id FROM bills b
        LEFT JOIN postings p ON p.entry_id = b.id AND p.bill_id = b.id AND p.amount_fen = b.amount_fen
        LEFT JOIN postings q ON q.entry_id = b.id AND q.amount_fen = -b.amount_fen
        LEFT JOIN ledger_accounts i ON i.id = q.account_id AND i.kind = 'income' AND i.key = b.item_id
        WHERE p.line IS NULL OR i.id IS NULL""",
    "every charge has a bill": """
        SELECT e.id FROM journal_entries e LEFT JOIN bills b ON b.id = e.id
        WHERE e.kind = 'charge' AND b.id IS NULL""",
    "a payment and its entry say the same amount": """
        SELECT m.id FROM payments m
        LEFT JOIN postings p ON p.entry_id = m.id AND p.amount_fen = m.amount_fen
        LEFT JOIN ledger_accounts a ON a.id = p.account_id AND a.kind = 'clearing' AND a.key = m.method
        WHERE a.id IS NULL""",
    "every payment entry has its payment": """
        SELECT e.id FROM journal_entries e LEFT JOIN payments m ON m.id = e.id
        WHERE e.kind = 'payment' AND m.id IS NULL""",
    "no bill is paid more than it is, and none that was cancelled is owed": """
        SELECT b.id FROM bills b JOIN postings p ON p.bill_id = b.id
        LEFT JOIN journal_entries r ON r.reverses_id = b.id
        GROUP BY b.id, b.amount_fen, r.id
        HAVING SUM(p.amount_fen) < 0 OR SUM(p.amount_fen) > b.amount_fen
        OR (r.id IS NOT NULL AND SUM(p.amount_fen) <> 0)""",
    "no prepayment is overdrawn": """
        SELECT a.id FROM ledger_accounts a JOIN postings p ON p.account_id = a.id
        WHERE a.kind = 'prepayment' GROUP BY a.id HAVING SUM(p.amount_fen) > 0""",
    "a reversal is the exact opposite of what it reverses": """
        SELECT x.id FROM (
            SELECT r.id AS id, p.account_id, p.bill_id, p.amount_fen FROM journal_entries r
            JOIN postings p ON p.entry_id = r.id WHERE r.reverses_id IS NOT NULL
            UNION ALL
            SELECT r.id, p.account_id, p.bill_id, p.amount_fen FROM journal_entries r
            JOIN postings p ON p.entry_id = r.reverses_id WHERE r.reverses_id IS NOT NULL
        ) x GROUP BY x.id, x.account_id, x.bill_id HAVING SUM(x.amount_fen) <> 0""",
    "only a reversal reverses": """
        SELECT id FROM journal_entries WHERE (kind = 'reversal') <> (reverses_id IS NOT NULL)""",
    "income is what the bills that stand come to": """
        SELECT i.item_id FROM (
            SELECT a.key AS item_id, SUM(p.amount_fen) AS fen FROM ledger_accounts a
            JOIN postings p ON p.account_id = a.id WHERE a.kind = 'income' GROUP BY a.key
            UNION ALL
            SELECT b.item_id, SUM(b.amount_fen) FROM bills b
            LEFT JOIN journal_entries r ON r.reverses_id = b.id WHERE r.id IS NULL GROUP BY b.item_id
        ) i GROUP BY i.item_id HAVING SUM(i.fen) <> 0""",
    "a run's bills are as many and come to as much as it says": """
        SELECT c.id FROM charge_runs c LEFT JOIN bills b ON b.run_id = c.id
        GROUP BY c.id, c.bills, c.amount_fen
        HAVING COUNT(b.id) <> c.bills OR COALESCE(SUM(b.amount_fen), 0) <> c.amount_fen""",
    "a refund and its entry say the same amount": """
        SELECT r.id FROM refunds r
        LEFT JOIN postings p ON p.entry_id = r.entry_id AND p.amount_fen = r.amount_fen
        LEFT JOIN ledger_accounts a ON a.id = p.account_id AND a.kind = 'prepayment'
            AND a.unit_id = r.unit_id AND a.key = CAST(r.tenure AS VARCHAR(32))
        LEFT JOIN postings q ON q.entry_id = r.entry_id AND q.amount_fen = -r.amount_fen
        LEFT JOIN ledger_accounts c ON c.id = q.account_id AND c.kind = 'clearing' AND c.key = r.method
        WHERE r.entry_id IS NOT NULL AND (a.id IS NULL OR c.id IS NULL)""",
    "every refund entry has its refund": """
        SELECT e.id FROM journal_entries e LEFT JOIN refunds r ON r.entry_id = e.id
        WHERE e.kind = 'refund' AND r.id IS NULL""",
    "no payment is given back more than it was": """
        SELECT m.id FROM payments m JOIN refunds r ON r.payment_id = m.id
        WHERE r.is_approved IS NOT FALSE AND COALESCE(r.outcome, '') NOT IN ('closed', 'refused')
        GROUP BY m.id, m.amount_fen HAVING SUM(r.amount_fen) > m.amount_fen""",
    "what waits to be given back is there": """
        SELECT h.unit_id FROM (
            SELECT unit_id, CAST(tenure AS VARCHAR(32)) AS key, SUM(amount_fen) AS fen FROM refunds
            WHERE is_approved IS NOT FALSE AND entry_id IS NULL AND COALESCE(outcome, 'abnormal') = 'abnormal'
            GROUP BY unit_id, tenure
        ) h LEFT JOIN (
            SELECT a.unit_id, a.key, -SUM(p.amount_fen) AS fen FROM ledger_accounts a
            JOIN postings p ON p.account_id = a.id WHERE a.kind = 'prepayment' GROUP BY a.unit_id, a.key
        ) s ON s.unit_id = h.unit_id AND s.key = h.key WHERE COALESCE(s.fen, 0) < h.fen""",
    "a refund is entered where it was made, and only there": """
        SELECT r.id FROM refunds r LEFT JOIN journal_entries x ON x.reverses_id = r.entry_id
        WHERE (r.entry_id IS NOT NULL) <> (COALESCE(r.outcome, '') = 'done') OR x.id IS NOT NULL""",
    "a paid order and its payment say the same": """
        SELECT o.id FROM pay_orders o JOIN payments m ON m.id = o.payment_id
        WHERE m.method <> 'wechat' OR m.amount_fen <> o.amount_fen
        OR m.unit_id <> o.unit_id OR m.tenure <> o.tenure""",
    "every payment by WeChat has its order": """
        SELECT m.id FROM payments m LEFT JOIN pay_orders o ON o.payment_id = m.id
        WHERE m.method = 'wechat' AND o.id IS NULL""",
    "no payment by WeChat is undone in the books alone": """
        SELECT m.id FROM payments m JOIN journal_entries r ON r.reverses_id = m.id
        WHERE m.method = 'wechat'""",
}
"""Each rule with the query that returns what offends it, in SQL that every database takes."""
_ALL = {**RULES, **receipt_check.RULES}

_COUNTS = """
    SELECT (SELECT COUNT(*) FROM ledgers), (SELECT COUNT(*) FROM ledger_accounts),
    (SELECT COUNT(*) FROM journal_entries), COUNT(*),
    COALESCE(SUM(CASE WHEN amount_fen > 0 THEN amount_fen END), 0),
    COALESCE(SUM(CASE WHEN amount_fen < 0 THEN -amount_fen END), 0),
    (SELECT COUNT(*) FROM receipts) FROM postings"""


def check_ledgers(session: Session, house: House) -> CheckReport:
    """Check every ledger against every rule, and every receipt's signature."""
    counted = session.execute(sa.text(_COUNTS)).one()
    ledgers, accounts, entries, postings, debits, credits_, receipts = map(int, counted)
    findings = tuple(_findings(session, house))
    return CheckReport(ledgers, accounts, entries, postings, debits, credits_, receipts, findings)


def lines_of(report: CheckReport) -> Iterator[str]:
    """Write a report for whoever runs the check by hand."""
    yield f"ledgers {report.ledgers}, accounts {report.accounts}, entries {report.entries}"
    yield f"postings {report.postings}: debits {report.debits_fen} fen, credits {report.credits_fen} fen"
    yield f"receipts {report.receipts}"
    if not report.findings:
        yield f"all {len(_ALL) + 1} rules hold"
    for finding in report.findings:
        yield f"DISAGREES: {finding}"


def _findings(session: Session, house: House) -> Iterator[Finding]:
    for rule, query in _ALL.items():
        offending: Any = session.execute(sa.text(query)).scalars().all()
        yield from _finding(rule, offending)
    yield from _finding(receipt_check.SIGNED, list(receipt_check.unsound_receipts(session, house)))


def _finding(rule: str, offending: Sequence[object]) -> Iterator[Finding]:
    if offending:
        yield Finding(rule, len(offending), tuple(str(one) for one in offending[:MOST_NAMED]))
