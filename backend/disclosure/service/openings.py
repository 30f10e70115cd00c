"""Taking over what units have in the fund from a list: a dry run first, row by row, and never twice.

A list with an error in any row changes nothing. A row whose unit was taken over already, and says the same,
is passed over.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from backend.disclosure.models import BookEntry, BookPosting, FirstDeposit
from backend.disclosure.rules.posting import into_units
from backend.disclosure.rules.refusals import FundListRefused
from backend.disclosure.rules.sheets import (
    HEADER_WITHIN_ROWS,
    MOST_ROWS,
    REQUIRED,
    Column,
    OpeningRow,
    Reading,
    RowError,
    header_in,
)
from backend.disclosure.rules.values import Account, BookKind, EntryKind
from backend.disclosure.service.accounts import firsts_of
from backend.disclosure.service.journal import Journal, NewEntry
from backend.disclosure.service.keeper import Keeper
from backend.infra.bulk import insert_rows
from backend.infra.sheets import read_sheets
from backend.registry import CellRefused, label_of, note, text_in, units_of

Body = Sequence[tuple[int, tuple[object, ...]]]
Said = tuple[int, int, date]
"""First deposit, balance, day."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was read. Where `errors` is not empty, `rows` is incomplete and nothing may be entered."""

    sha256: str
    count: int
    rows: tuple[OpeningRow, ...]
    errors: tuple[RowError, ...]


@dataclass(frozen=True, slots=True)
class OpeningReport:
    """What came of a file; counts are of rows."""

    dry_run: bool
    applied: bool
    rows: int
    created: int
    unchanged: int
    errors: Sequence[RowError]


def read_upload(content: bytes) -> Upload:
    """Read a list, XLSX or CSV; done outside any transaction, since a large one takes seconds.

    Raises:
        SheetUnreadable: no workbook and no CSV file.
        FundListRefused: no header, no rows, or too many.
    """
    header, body = _table(content)
    rows: list[OpeningRow] = []
    errors: list[RowError] = []
    for number, cells in body:
        reading = Reading(number, {})
        reading.cells = _texts(reading, header, cells)
        row = reading.opening()
        errors += reading.errors
        if row is not None:
            rows.append(row)
    return Upload(hashlib.sha256(content).hexdigest(), len(body), tuple(rows), tuple(errors))


def _table(content: bytes) -> tuple[Mapping[Column, int], Body]:
    for sheet in read_sheets(content):
        for place, (_, cells) in enumerate(sheet.rows[:HEADER_WITHIN_ROWS]):
            header = header_in([str(cell or "").strip() for cell in cells])
            if header is not None:
                body = sheet.rows[place + 1 :]
                _check_size(body)
                return header, body
    names = "、".join(column for column in Column if column in REQUIRED)
    raise FundListRefused(f"没有找到表头；请在前 {HEADER_WITHIN_ROWS} 行内设一行表头，含：{names}")


def _check_size(body: Body) -> None:
    if not body:
        raise FundListRefused("表头之下没有内容；请逐行填写")
    if len(body) > MOST_ROWS:
        raise FundListRefused(f"超过 {MOST_ROWS} 行；请分成几个文件上传")


def _texts(reading: Reading, header: Mapping[Column, int], cells: tuple[object, ...]) -> dict[Column, str]:
    texts: dict[Column, str] = {}
    for column, place in header.items():
        cell = cells[place] if place < len(cells) else None
        try:
            texts[column] = _text(column, cell)
        except CellRefused as refused:
            told = note(reading.row, column, refused.code, **refused.values)
            reading.refuse(column, told.code, told.detail)
    return texts


def _text(column: Column, cell: object) -> str:
    if column is Column.DAY and isinstance(cell, date):
        return (cell.date() if isinstance(cell, datetime) else cell).isoformat()
    return " ".join(text_in(cell).split())


def import_openings(keeper: Keeper, upload: Upload, *, dry_run: bool) -> OpeningReport:
    """Take over what a list says, unless a row is wrong or the run is dry."""
    desk = _Desk(keeper)
    errors, unchanged = list(upload.errors), 0
    for row in upload.rows:
        error = desk.take(row)
        if error is not None:
            errors.append(error)
        else:
            unchanged += desk.was_known
    errors += desk.days_without_money() if not errors else []
    applied = not (errors or dry_run)
    if applied and desk.taken:
        desk.write(upload.sha256)
        detail = {"rows": len(desk.taken), "file_sha256": upload.sha256}
        keeper.record("fund-openings-imported", f"community:{keeper.community_id}", detail)
    in_order = sorted(errors, key=lambda error: error.row)
    return OpeningReport(dry_run, applied, upload.count, len(desk.taken), unchanged, in_order)


class _Desk:
    """Where rows are taken in, one after the other."""

    def __init__(self, keeper: Keeper) -> None:
        self._keeper = keeper
        self._journal = Journal(keeper, BookKind.FUND)
        self._ids = {unit.label: unit.id for unit in units_of(keeper.session, keeper.community_id)}
        self._known = dict(self._said_before())
        self._firsts = firsts_of(keeper.session, self._journal.book_id)
        self.taken: dict[str, OpeningRow] = {}
        self.was_known = False

    def take(self, row: OpeningRow) -> RowError | None:
        """Take a row, or say what is wrong with it; `was_known` tells whether it said nothing new."""
        self.was_known = False
        label = label_of(row.building, row.stair, row.room)
        unit_id = self._ids.get(label)
        if unit_id is None:
            detail = f"名册中没有房屋 {label}；请核对楼栋、单元和房号，或先导入名册"
            return RowError(row.row, Column.ROOM, "unit-not-on-roll", detail)
        if row.day > self._keeper.today:
            return RowError(row.row, Column.DAY, "day-ahead", f"日期 {row.day} 晚于今天；请核对")
        if unit_id in self.taken:
            return RowError(row.row, Column.ROOM, "unit-twice", f"房屋 {label} 在表中出现了两次；请删去一行")
        said = self._known.get(unit_id)
        if said == (row.first_fen, row.balance_fen, row.day):
            self.was_known = True
            return None
        if said is not None or unit_id in self._firsts:
            detail = f"房屋 {label} 已登记首期交存，内容不同；如需更正，请先冲销原账"
            return RowError(row.row, Column.FIRST, "first-deposit-taken", detail)
        self.taken[unit_id] = row
        return None

    def days_without_money(self) -> Iterator[RowError]:
        """Say which days' balances are all nothing: no entry can be made of them."""
        for rows in self._by_day().values():
            if not any(row.balance_fen for row in rows.values()):
                first = next(iter(rows.values()))
                detail = "该截至日期的账户余额全部为零，没有可记的账；请与有余额的房屋用同一截至日期"
                yield RowError(first.row, Column.BALANCE, "balances-all-zero", detail)

    def write(self, sha256: str) -> None:
        """Write what was taken: one entry for each day."""
        for day, rows in self._by_day().items():
            number = self._count() + 1
            entry_id = self._journal.write(
                NewEntry(
                    kind=EntryKind.OPENING,
                    voucher=f"opening:{number}:{sha256}",
                    day=day,
                    moves=into_units({unit_id: row.balance_fen for unit_id, row in rows.items()}),
                )
            )
            firsts = [
                {"entry_id": entry_id, "unit_id": unit_id, "amount_fen": row.first_fen}
                for unit_id, row in rows.items()
            ]
            insert_rows(self._keeper.session, FirstDeposit, firsts)

    def _by_day(self) -> dict[date, dict[str, OpeningRow]]:
        found: dict[date, dict[str, OpeningRow]] = {}
        for unit_id, row in self.taken.items():
            found.setdefault(row.day, {})[unit_id] = row
        return dict(sorted(found.items()))

    def _count(self) -> int:
        query = sa.select(sa.func.count()).where(
            BookEntry.book_id == self._journal.book_id, BookEntry.kind == EntryKind.OPENING.value
        )
        return self._keeper.session.scalar(query) or 0

    def _said_before(self) -> Iterator[tuple[str, Said]]:
        undone = sa.select(BookEntry.reverses_id).where(BookEntry.reverses_id.is_not(None))
        query = (
            sa.select(FirstDeposit, BookEntry.day, BookPosting.amount_fen)
            .join(BookEntry, BookEntry.id == FirstDeposit.entry_id)
            .outerjoin(
                BookPosting,
                sa.and_(
                    BookPosting.entry_id == FirstDeposit.entry_id,
                    BookPosting.unit_id == FirstDeposit.unit_id,
                    BookPosting.account == Account.UNIT.value,
                ),
            )
            .where(BookEntry.book_id == self._journal.book_id, BookEntry.kind == EntryKind.OPENING.value)
            .where(BookEntry.id.not_in(undone))
        )
        for first, day, amount in self._keeper.session.execute(query):
            yield first.unit_id, (first.amount_fen, -int(amount or 0), day)
