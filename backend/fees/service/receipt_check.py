"""Do receipts and books agree? Asked of the whole database; each signature is verified anew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.fees.models import Receipt
from backend.fees.rules.receipt_codes import verify_facts
from backend.fees.rules.receipt_refusals import ReceiptNotOurs
from backend.fees.rules.receipts import Details, Facts, ReceiptKind, digest_of
from backend.infra.house import House
from backend.voting.errors import VotingError

SIGNED = "every receipt is signed and says what the books say"
BATCH = 1000

RULES: Mapping[str, str] = {
    "receipts are numbered without gaps": """
        SELECT ledger_id FROM receipts GROUP BY ledger_id, year
        HAVING MIN(serial) <> 1 OR MAX(serial) <> COUNT(*)""",
    "a payment that was entered has one receipt, any other none": """
        SELECT m.id FROM payments m LEFT JOIN receipts r ON r.payment_id = m.id AND r.kind = 'receipt'
        GROUP BY m.id, m.origin HAVING COUNT(r.number) <> CASE WHEN m.origin = 'entered' THEN 1 ELSE 0 END""",
    "a receipt and its entry say the same amount": """
        SELECT r.number FROM receipts r LEFT JOIN (
            SELECT p.entry_id, SUM(p.amount_fen) AS fen FROM postings p
            JOIN ledger_accounts a ON a.id = p.account_id WHERE a.kind = 'clearing' GROUP BY p.entry_id
        ) c ON c.entry_id = r.entry_id
        WHERE c.fen IS NULL OR c.fen <> r.amount_fen""",
    "a receipt is of the entry that its kind asks for": """
        SELECT r.number FROM receipts r JOIN journal_entries e ON e.id = r.entry_id
        JOIN journal_entries m ON m.id = r.payment_id
        WHERE e.ledger_id <> r.ledger_id OR m.ledger_id <> r.ledger_id OR (
            CASE r.kind WHEN 'receipt' THEN CASE WHEN e.id = r.payment_id THEN 0 ELSE 1 END
            WHEN 'void' THEN CASE WHEN e.reverses_id = r.payment_id THEN 0 ELSE 1 END
            ELSE CASE WHEN e.kind = 'refund' THEN 0 ELSE 1 END END) = 1""",
    "a payment that was undone has the counter-receipt": """
        SELECT e.id FROM journal_entries e JOIN payments m ON m.id = e.reverses_id AND m.origin = 'entered'
        LEFT JOIN receipts r ON r.entry_id = e.id AND r.kind = 'void' WHERE r.number IS NULL""",
    "a refund that was entered has its counter-receipt": """
        SELECT f.id FROM refunds f JOIN payments m ON m.id = f.payment_id AND m.origin = 'entered'
        LEFT JOIN receipts r ON r.entry_id = f.entry_id AND r.kind = 'refund'
        WHERE f.entry_id IS NOT NULL AND r.number IS NULL""",
    "a counter-receipt names the receipt of the same payment": """
        SELECT r.number FROM receipts r LEFT JOIN receipts o ON o.number = r.undoes
        WHERE CASE WHEN r.kind = 'receipt' THEN CASE WHEN r.undoes IS NULL THEN 0 ELSE 1 END
        WHEN o.kind = 'receipt' AND o.payment_id = r.payment_id THEN 0 ELSE 1 END = 1""",
    "no more is undone than was received, and all of it where a receipt is void": """
        SELECT payment_id FROM receipts GROUP BY payment_id HAVING SUM(amount_fen) < 0
        OR (SUM(CASE WHEN kind = 'void' THEN 1 ELSE 0 END) > 0 AND SUM(amount_fen) <> 0)""",
    "receipts come to what came in": """
        SELECT s.ledger_id FROM (
            SELECT a.ledger_id, p.amount_fen AS fen FROM postings p
            JOIN ledger_accounts a ON a.id = p.account_id AND a.kind = 'clearing'
            UNION ALL SELECT ledger_id, -amount_fen FROM receipts
            UNION ALL SELECT e.ledger_id, -m.amount_fen FROM payments m JOIN journal_entries e ON e.id = m.id
            LEFT JOIN journal_entries r ON r.reverses_id = m.id WHERE m.origin <> 'entered' AND r.id IS NULL
            UNION ALL SELECT e.ledger_id, f.amount_fen FROM refunds f
            JOIN payments m ON m.id = f.payment_id AND m.origin <> 'entered'
            JOIN journal_entries e ON e.id = f.entry_id
        ) s GROUP BY s.ledger_id HAVING SUM(s.fen) <> 0""",
}
"""Each rule with the query that returns what offends it, in SQL that every database takes."""


def unsound_receipts(session: Session, house: House) -> Iterator[str]:
    """Return the numbers of receipts whose signature does not hold, or that say what their row does not."""
    keys = house.receipt_keys.public
    query = sa.select(Receipt).order_by(Receipt.number).execution_options(yield_per=BATCH)
    for row in session.scalars(query):
        if not _is_sound(row, keys, is_drill=house.is_drill):
            yield row.number
        session.expunge(row)


def _is_sound(row: Receipt, keys: Mapping[str, str], *, is_drill: bool) -> bool:
    try:
        facts, details = Facts.read(row.facts), Details.read(row.details)
        verify_facts(facts, row.signature, keys)
    except (VotingError, LookupError, TypeError, ValueError, ReceiptNotOurs):
        return False
    number = facts.number
    said = (number.text, number.ledger, number.year, number.serial, facts.kind, facts.amount_fen, facts.at)
    kept = (row.number, row.ledger_id, row.year, row.serial, row.kind, row.amount_fen, row.issued_at)
    parts = sum(line.amount_fen for line in details.lines) + details.prepaid_fen
    return (
        said == kept
        and facts.drill is is_drill
        and facts.details == digest_of(row.details)
        and details.undoes == (row.undoes or "")
        and parts == (row.amount_fen if facts.kind is ReceiptKind.RECEIPT else 0)
    )
