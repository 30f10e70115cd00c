"""Do the books agree? Every rule that entries and postings must obey, asked of the whole database.

The questions read what the database holds and nothing that the program remembers, so they also find what was
changed behind its back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

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
class BookReport:
    """What a check found; where `findings` is empty, everything agrees."""

    books: int
    entries: int
    postings: int
    debits_fen: int
    credits_fen: int
    findings: tuple[Finding, ...]


RULES: Mapping[str, str] = {
    "every entry comes to nothing": """
        SELECT entry_id FROM book_postings GROUP BY entry_id HAVING SUM(amount_fen) <> 0""",
    "every entry has two postings at least, numbered from one": """
        SELECT e.id FROM book_entries e LEFT JOIN book_postings p ON p.entry_id = e.id
        GROUP BY e.id HAVING COUNT(p.line) < 2 OR MAX(p.line) <> COUNT(p.line) OR MIN(p.line) <> 1""",
    "a posting has the day and the book of its entry": """
        SELECT p.entry_id FROM book_postings p JOIN book_entries e ON e.id = p.entry_id
        WHERE p.day <> e.day OR p.book_id <> e.book_id""",
    "entries are numbered without gaps": """
        SELECT b.id FROM books b LEFT JOIN book_entries e ON e.book_id = b.id
        GROUP BY b.id, b.last_entry HAVING COUNT(e.id) <> b.last_entry
        OR COALESCE(MAX(e.id) - b.id * 1000000000, 0) <> b.last_entry""",
    "each book has its own accounts only": """
        SELECT p.entry_id FROM book_postings p JOIN books b ON b.id = p.book_id
        WHERE (b.kind = 'common' AND p.account NOT IN ('money', 'income', 'cost', 'paid_out'))
        OR (b.kind = 'fund' AND p.account NOT IN ('money', 'unit'))""",
    "a unit is of the book's community": """
        SELECT p.entry_id FROM book_postings p JOIN books b ON b.id = p.book_id
        JOIN units u ON u.id = p.unit_id WHERE u.community_id <> b.community_id""",
    "the fund's postings name a unit, all but money": """
        SELECT entry_id FROM book_postings
        WHERE (account = 'unit' AND unit_id IS NULL) OR (account = 'money' AND unit_id IS NOT NULL)""",
    "income less cost is what was split and what is held": """
        SELECT book_id FROM book_postings WHERE account IN ('income', 'cost', 'paid_out', 'money')
        AND book_id IN (SELECT id FROM books WHERE kind = 'common')
        GROUP BY book_id HAVING SUM(CASE WHEN account = 'income' THEN -amount_fen ELSE 0 END)
        - SUM(CASE WHEN account = 'cost' THEN amount_fen ELSE 0 END)
        <> SUM(CASE WHEN account = 'paid_out' THEN amount_fen ELSE 0 END)
        + SUM(CASE WHEN account = 'money' THEN amount_fen ELSE 0 END)""",
    "what is held is never below zero, on any day": """
        SELECT book_id FROM (
            SELECT book_id, day, SUM(SUM(amount_fen)) OVER (PARTITION BY book_id ORDER BY day) AS held
            FROM book_postings WHERE account = 'money' GROUP BY book_id, day
        ) x WHERE held < 0""",
    "no unit has less than nothing, on any day": """
        SELECT unit_id FROM (
            SELECT unit_id, day, SUM(SUM(amount_fen)) OVER (PARTITION BY unit_id ORDER BY day) AS owed
            FROM book_postings WHERE account = 'unit' GROUP BY unit_id, day
        ) x WHERE owed > 0""",
    "units have what the fund holds": """
        SELECT book_id FROM book_postings WHERE book_id IN (SELECT id FROM books WHERE kind = 'fund')
        GROUP BY book_id HAVING SUM(CASE WHEN account = 'money' THEN amount_fen ELSE 0 END)
        <> -SUM(CASE WHEN account = 'unit' THEN amount_fen ELSE 0 END)""",
    "every income has its source, and no other": """
        SELECT e.id FROM book_entries e
        LEFT JOIN book_postings p ON p.entry_id = e.id AND p.account = 'income'
        WHERE e.kind = 'income' AND (e.source_id IS NULL OR p.key IS NULL OR p.key <> e.source_id)""",
    "every split has its decision": """
        SELECT e.id FROM book_entries e LEFT JOIN income_splits s ON s.id = e.split_id
        LEFT JOIN books b ON b.id = e.book_id
        WHERE e.kind = 'split'
        AND (s.id IS NULL OR s.first_day > e.day OR s.community_id <> b.community_id)""",
    "every use of the fund has its ground": """
        SELECT e.id FROM book_entries e LEFT JOIN fund_projects j ON j.id = e.project_id
        LEFT JOIN books b ON b.id = e.book_id
        WHERE e.kind = 'use' AND (j.id IS NULL OR j.community_id <> b.community_id
            OR (j.ground = 'vote' AND (j.decided_on IS NULL OR j.decided_on > e.day))
            OR (j.ground = 'emergency' AND (SELECT COUNT(*) FROM fund_steps s WHERE s.project_id = j.id
                AND s.kind IN ('report', 'inspection', 'repair', 'papers')) <> 4))""",
    "no project is paid more than its budget": """
        SELECT j.id FROM fund_projects j JOIN book_entries e ON e.project_id = j.id
        JOIN book_postings p ON p.entry_id = e.id AND p.account = 'money'
        GROUP BY j.id, j.budget_fen HAVING -SUM(p.amount_fen) > j.budget_fen OR SUM(p.amount_fen) > 0""",
    "what common income gave the fund is what the fund got": """
        SELECT e.id FROM book_entries e
        LEFT JOIN book_postings g ON g.entry_id = e.id AND g.account = 'paid_out' AND g.key = 'fund'
        LEFT JOIN book_entries f ON f.caused_by_id = e.id
        LEFT JOIN book_postings p ON p.entry_id = f.id AND p.account = 'money'
        WHERE e.kind = 'split' AND COALESCE(g.amount_fen, 0) <> COALESCE(p.amount_fen, 0)""",
    "what came from common income is undone with its split": """
        SELECT f.id FROM book_entries f JOIN book_entries e ON e.id = f.caused_by_id
        LEFT JOIN book_entries x ON x.reverses_id = e.id LEFT JOIN book_entries y ON y.reverses_id = f.id
        WHERE (x.id IS NULL) <> (y.id IS NULL)""",
    "a reversal is the exact opposite of what it reverses": """
        SELECT x.id FROM (
            SELECT r.id AS id, p.account, p.key, p.unit_id, p.amount_fen FROM book_entries r
            JOIN book_postings p ON p.entry_id = r.id WHERE r.reverses_id IS NOT NULL
            UNION ALL
            SELECT r.id, p.account, p.key, p.unit_id, p.amount_fen FROM book_entries r
            JOIN book_postings p ON p.entry_id = r.reverses_id WHERE r.reverses_id IS NOT NULL
        ) x GROUP BY x.id, x.account, x.key, x.unit_id HAVING SUM(x.amount_fen) <> 0""",
    "only a reversal reverses": """
        SELECT id FROM book_entries WHERE (kind = 'reversal') <> (reverses_id IS NOT NULL)""",
    "one first deposit of a unit stands": """
        SELECT d.unit_id FROM first_deposits d
        LEFT JOIN book_entries x ON x.reverses_id = d.entry_id WHERE x.id IS NULL
        GROUP BY d.unit_id HAVING COUNT(*) > 1""",
}
"""Each rule with the query that returns what offends it, in SQL that every database takes."""

_COUNTS = """
    SELECT (SELECT COUNT(*) FROM books), (SELECT COUNT(*) FROM book_entries), COUNT(*),
    COALESCE(SUM(CASE WHEN amount_fen > 0 THEN amount_fen END), 0),
    COALESCE(SUM(CASE WHEN amount_fen < 0 THEN -amount_fen END), 0) FROM book_postings"""


def check_books(session: Session) -> BookReport:
    """Check every community's books against every rule."""
    books, entries, postings, debits, credits_ = map(int, session.execute(sa.text(_COUNTS)).one())
    return BookReport(books, entries, postings, debits, credits_, tuple(_findings(session)))


def lines_of(report: BookReport) -> Iterator[str]:
    """Write a report for whoever runs the check by hand."""
    yield f"books {report.books}, entries {report.entries}"
    yield f"postings {report.postings}: debits {report.debits_fen} fen, credits {report.credits_fen} fen"
    if not report.findings:
        yield f"all {len(RULES)} rules hold"
    for finding in report.findings:
        yield f"DISAGREES: {finding}"


def _findings(session: Session) -> Iterator[Finding]:
    for rule, query in RULES.items():
        offending: Any = session.execute(sa.text(query)).scalars().all()
        if offending:
            first = tuple(str(one) for one in offending[:MOST_NAMED])
            yield Finding(rule, len(offending), first)
