"""Writing in the books: the only place that makes entries and postings.

A journal locks its ledger's row for the transaction, so that ids follow each other without gaps and what is
read after opening it cannot change until it is written. Everything is inserted at once, in bulk.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backend.fees.models import Account, Bill, Entry, Ledger, Posting
from backend.fees.models.ledger import IDS_PER_LEDGER
from backend.fees.rules.posting import AccountName, Move, check_balanced
from backend.fees.rules.values import AccountKind, EntryKind
from backend.fees.service.clerk import Clerk
from backend.infra.bulk import insert_rows
from backend.infra.db import Base

AT_ONCE = 500
"""Keys named in one statement: every database takes so many."""
Row = dict[str, Any]
Key = TypeVar("Key", str, int)


class Journal:
    """A community's books, open for writing. What was not written leaves no trace, not even a number."""

    def __init__(self, clerk: Clerk) -> None:
        self._clerk = clerk
        self._session = clerk.session
        self._ledger = _locked(clerk)
        self._last_entry, self._last_account = self._ledger.last_entry, self._ledger.last_account
        self._names: dict[str, AccountName] = {}
        self._accounts: dict[str, int] = {}
        self._entries: list[Row] = []
        self._postings: list[Row] = []
        self._bills: list[Row] = []
        self._beside: list[tuple[type[Base], Row]] = []

    @property
    def clerk(self) -> Clerk:
        """Return who writes."""
        return self._clerk

    @property
    def ledger_id(self) -> int:
        """Return the ledger's number."""
        return self._ledger.id

    def enter(
        self,
        kind: EntryKind,
        business_key: str,
        day: date,
        moves: Sequence[Move],
        *,
        memo: str = "",
        reverses_id: int | None = None,
    ) -> int:
        """Make an entry and return its id; a move may speak of a bill of this same journal.

        Raises:
            Unbalanced: the moves do not come to nothing.
        """
        check_balanced(moves)
        entry_id = self.next_id
        self._last_entry += 1
        self._entries.append(
            {
                "id": entry_id,
                "ledger_id": self._ledger.id,
                "kind": kind.value,
                "business_key": business_key,
                "day": day,
                "reverses_id": reverses_id,
                "memo": memo,
                "recorded_at": self._clerk.now,
                "recorded_by": self._clerk.account_id,
            }
        )
        for line, move in enumerate(moves, start=1):
            name = move.account.text
            self._names[name] = move.account
            self._postings.append(
                {
                    "entry_id": entry_id,
                    "line": line,
                    "account_id": name,
                    "amount_fen": move.amount_fen,
                    "day": day,
                    "bill_id": move.bill_id,
                }
            )
        return entry_id

    @property
    def next_id(self) -> int:
        """Return the id that the next entry will have."""
        return self._ledger.id * IDS_PER_LEDGER + self._last_entry + 1

    def add_bill(self, row: Row) -> None:
        """Add the bill of an entry that was made."""
        self._bills.append(row)

    def add_beside(self, table: type[Base], row: Row) -> None:
        """Add a row that refers to an entry or a bill."""
        self._beside.append((table, row))

    def added_beside(self, table: type[Base]) -> list[Row]:
        """Return the rows of a table that were added and are not written yet."""
        return [row for of, row in self._beside if of is table]

    def known_keys(self, keys: Iterable[str]) -> dict[str, int]:
        """Return which business keys the ledger has, with their entries."""
        return keys_in(self._session, self._ledger.id, keys)

    def write(self) -> None:
        """Insert everything that was made, and forget it."""
        if not self._entries:
            return
        accounts = self._account_ids()
        for posting in self._postings:
            posting["account_id"] = accounts[posting["account_id"]]
        insert_rows(self._session, Entry, self._entries)
        insert_rows(self._session, Bill, self._bills)
        insert_rows(self._session, Posting, self._postings)
        by_table: dict[type[Base], list[Row]] = {}
        for table, row in self._beside:
            by_table.setdefault(table, []).append(row)
        for table, rows in by_table.items():
            insert_rows(self._session, table, rows)
        self._entries, self._postings, self._bills, self._beside = [], [], [], []
        self._ledger.last_entry, self._ledger.last_account = self._last_entry, self._last_account
        self._session.flush()

    def _account_ids(self) -> Mapping[str, int]:
        """Return the accounts spoken of, after opening those that are new."""
        wanted = [text for text in self._names if text not in self._accounts]
        of_ledger = sa.select(Account.name, Account.id).where(Account.ledger_id == self._ledger.id)
        if len(wanted) > AT_ONCE:  # one reading of them all is quicker than many questions
            self._accounts.update({row.name: row.id for row in self._session.execute(of_ledger)})
        elif wanted:
            named = of_ledger.where(Account.name.in_(wanted))
            self._accounts.update({row.name: row.id for row in self._session.execute(named)})
        rows = [self._account(self._names[text]) for text in wanted if text not in self._accounts]
        insert_rows(self._session, Account, rows)
        self._accounts.update((row["name"], row["id"]) for row in rows)
        return self._accounts

    def _account(self, name: AccountName) -> Row:
        self._last_account += 1
        return {
            "id": self._ledger.id * IDS_PER_LEDGER + self._last_account,
            "ledger_id": self._ledger.id,
            "name": name.text,
            "kind": name.kind.value,
            "key": name.key,
            "unit_id": name.unit_id,
        }


def keys_in(session: Session, ledger_id: int, keys: Iterable[str]) -> dict[str, int]:
    """Return which business keys a ledger has, with their entries."""
    found: dict[str, int] = {}
    for some in in_parts(keys):
        query = sa.select(Entry.business_key, Entry.id).where(
            Entry.ledger_id == ledger_id, Entry.business_key.in_(some)
        )
        found.update({row.business_key: row.id for row in session.execute(query)})
    return found


def moves_of(session: Session, entry_id: int) -> list[Move]:
    """Return what an entry moved."""
    query = (
        sa.select(Account.kind, Account.key, Account.unit_id, Posting.amount_fen, Posting.bill_id)
        .join(Account, Account.id == Posting.account_id)
        .where(Posting.entry_id == entry_id)
        .order_by(Posting.line)
    )
    return [
        Move(AccountName(AccountKind(row.kind), row.key, row.unit_id), row.amount_fen, row.bill_id)
        for row in session.execute(query)
    ]


def find_ledger(session: Session, community_id: str) -> int | None:
    """Return the number of a community's ledger, None while nothing was entered."""
    return session.scalar(sa.select(Ledger.id).where(Ledger.community_id == community_id))


def in_parts(keys: Iterable[Key]) -> Iterable[Sequence[Key]]:
    """Return keys in parts that one statement takes."""
    wanted = sorted(set(keys))
    return [wanted[start : start + AT_ONCE] for start in range(0, len(wanted), AT_ONCE)]


def _locked(clerk: Clerk) -> Ledger:
    query = sa.select(Ledger).where(Ledger.community_id == clerk.community_id).with_for_update()
    ledger = clerk.session.scalar(query.execution_options(populate_existing=True))
    if ledger is not None:
        return ledger
    try:
        with clerk.session.begin_nested():
            ledger = Ledger(community_id=clerk.community_id, last_entry=0, last_account=0)
            clerk.session.add(ledger)
    except IntegrityError:  # another transaction opened it at the same moment
        pass
    return clerk.session.scalars(query.execution_options(populate_existing=True)).one()
