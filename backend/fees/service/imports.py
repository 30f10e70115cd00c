"""Taking over bills, payments and readings from a file: a dry run first, row by row, and never twice.

A file with an error in any row changes nothing: money is entered whole, or corrected and sent again. A row
whose number is known already, and says the same, is passed over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol, TypeVar

import sqlalchemy as sa

from backend.fees.models import Bill, Entry, FeeItem, Meter, Payment, Reading
from backend.fees.rules.bill_lines import lines_to_text
from backend.fees.rules.charging import Line, tenure_on
from backend.fees.rules.metering import Taken
from backend.fees.rules.periods import Period
from backend.fees.rules.posting import Move, income, receivable
from backend.fees.rules.refusals import ReadingImplausible
from backend.fees.rules.sheets import BillRow, Column, PaymentRow, Place, ReadingRow, Row, RowError, SheetKind
from backend.fees.rules.values import Basis, EntryKind, Origin
from backend.fees.service.clerk import Clerk
from backend.fees.service.handovers import handovers_in
from backend.fees.service.items import list_items
from backend.fees.service.journal import Journal, in_parts
from backend.fees.service.journal import Row as Values
from backend.fees.service.meters import NewReading, judged_row, last_readings
from backend.fees.service.payments import Money, enter_payment, payment_key, use_prepayments
from backend.fees.service.sheet_files import Upload
from backend.fees.service.standing import open_bills
from backend.registry import label_of, units_of


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What came of a file; counts are of rows."""

    dry_run: bool
    applied: bool
    rows: int
    created: int
    unchanged: int
    errors: Sequence[RowError]


Said = TypeVar("Said")


class _Desk(Protocol):
    """Where rows are taken in, one after the other; `finish` writes what was taken."""

    def take(self, row: Row) -> bool:
        """Take a row; False if it is known already. Raises _Wrong."""
        ...

    def finish(self) -> None:
        """Write everything."""
        ...


class _Wrong(ValueError):
    def __init__(self, column: Column, code: str, detail: str) -> None:
        super().__init__(detail)
        self.column, self.code, self.detail = column, code, detail


def import_sheet(clerk: Clerk, upload: Upload, *, dry_run: bool) -> ImportReport:
    """Enter what a file says, unless a row is wrong or the run is dry."""
    desk = _DESKS[upload.kind](clerk, upload.rows)
    errors, created, unchanged = list(upload.errors), 0, 0
    for row in upload.rows:
        try:
            taken = desk.take(row)
        except _Wrong as wrong:
            errors.append(RowError(row.row, wrong.column, wrong.code, wrong.detail))
            continue
        created, unchanged = created + taken, unchanged + (not taken)
    applied = not (errors or dry_run)
    if applied:
        desk.finish()
        detail = {"created": created, "file_sha256": upload.sha256, "kind": upload.kind.value}
        clerk.record("fees-imported", f"community:{clerk.community_id}", detail)
    in_order = sorted(errors, key=lambda error: error.row)
    return ImportReport(dry_run, applied, upload.count, created, unchanged, in_order)


class _Units:
    """The units of a community by their labels, with their changes of hands."""

    def __init__(self, clerk: Clerk) -> None:
        self._ids = {unit.label: unit.id for unit in units_of(clerk.session, clerk.community_id)}
        self._handovers = handovers_in(clerk.session, clerk.community_id)

    def find(self, place: Place) -> str:
        """Return the id of the unit at a place."""
        label = label_of(place.building, place.stair, place.room)
        if label not in self._ids:
            raise _Wrong(
                Column.ROOM,
                "unit-not-on-roll",
                f"名册中没有房屋 {label}；请核对楼栋、单元和房号，或先导入名册",
            )
        return self._ids[label]

    def tenure(self, unit_id: str, day: date) -> int:
        """Return whose turn it was on a day."""
        return tenure_on(day, self._handovers.get(unit_id, ()))

    def tenure_in(self, unit_id: str, period: Period) -> int:
        """Return whose turn it was in a period in which the unit did not change hands."""
        days = self._handovers.get(unit_id, ())
        if any(period.first < day < period.until for day in days):
            raise _Wrong(Column.LAST, "handover-inside", "账期跨过该房屋的交接日；请按交接日拆成两行")
        return tenure_on(period.first, days)


def _past(clerk: Clerk, day: date, column: Column) -> date:
    if day > clerk.today:
        raise _Wrong(column, "day-ahead", f"日期 {day} 晚于今天；账目只记已发生的事，请核对")
    return day


class _BillDesk:
    def __init__(self, clerk: Clerk, rows: Sequence[Row]) -> None:
        self._clerk = clerk
        self._journal = Journal(clerk)
        self._units = _Units(clerk)
        self._items = {item.name: item for item in list_items(clerk.session, clerk.community_id)}
        keys = self._journal.known_keys(_bill_key(row) for row in rows if isinstance(row, BillRow))
        self._known: dict[str, tuple[str, str, Period, int]] = dict(self._said_before(keys))
        self._standing = self._billed()

    def take(self, row: Row) -> bool:
        """Take a bill."""
        assert isinstance(row, BillRow)
        unit_id = self._units.find(row.place)
        item = self._items.get(row.item)
        if item is None:
            raise _Wrong(Column.ITEM, "item-unknown", f"本小区没有收费项目“{row.item}”；请先设置，或改正名称")
        said = (unit_id, item.id, row.period, row.amount_fen)
        if not _is_new(self._known, _bill_key(row), said):
            return False
        tenure = self._units.tenure_in(unit_id, row.period)
        standing = self._standing.setdefault((unit_id, item.id), [])
        if item.basis is not Basis.ONE_OFF and any(row.period.overlaps(other) for other in standing):
            raise _Wrong(Column.FIRST, "already-billed", f"该房屋的“{row.item}”在此账期已有账单；请核对日期")
        standing.append(row.period)
        self._enter(row, unit_id, item.id, tenure)
        return True

    def finish(self) -> None:
        """Write the bills, and let what was paid in advance settle them."""
        self._journal.write()
        use_prepayments(self._clerk, self._journal)

    def _enter(self, row: BillRow, unit_id: str, item_id: str, tenure: int) -> None:
        day = _past(self._clerk, row.day or row.period.first, Column.DAY if row.day else Column.FIRST)
        bill_id = self._journal.next_id
        moves = [
            Move(receivable(unit_id, tenure), row.amount_fen, bill_id),
            Move(income(item_id), -row.amount_fen),
        ]
        self._journal.enter(EntryKind.CHARGE, _bill_key(row), day, moves, memo=row.number)
        line = Line(row.period, "", "", "", row.period.days, row.amount_fen)
        self._journal.add_bill(
            {
                "id": bill_id,
                "unit_id": unit_id,
                "item_id": item_id,
                "tenure": tenure,
                "first_day": row.period.first,
                "until": row.period.until,
                "due_day": row.due_day or row.period.last,
                "amount_fen": row.amount_fen,
                "run_id": None,
                "lines": lines_to_text([line]),
            }
        )

    def _said_before(self, keys: Mapping[str, int]) -> Iterator[tuple[str, tuple[str, str, Period, int]]]:
        by_id = {bill_id: key for key, bill_id in keys.items()}
        for some in in_parts(by_id):
            for bill in self._clerk.session.scalars(sa.select(Bill).where(Bill.id.in_(some))):
                period = Period(bill.first_day, bill.until)
                yield by_id[bill.id], (bill.unit_id, bill.item_id, period, bill.amount_fen)

    def _billed(self) -> dict[tuple[str, str], list[Period]]:
        reversed_ids = sa.select(Entry.reverses_id).where(Entry.reverses_id.is_not(None))
        query = (
            sa.select(Bill.unit_id, Bill.item_id, Bill.first_day, Bill.until)
            .join(FeeItem, FeeItem.id == Bill.item_id)
            .where(FeeItem.community_id == self._clerk.community_id, Bill.id.not_in(reversed_ids))
        )
        found: dict[tuple[str, str], list[Period]] = {}
        for unit_id, item_id, first, until in self._clerk.session.execute(query):
            found.setdefault((unit_id, item_id), []).append(Period(first, until))
        return found


class _PaymentDesk:
    def __init__(self, clerk: Clerk, rows: Sequence[Row]) -> None:
        self._clerk = clerk
        self._journal = Journal(clerk)
        self._units = _Units(clerk)
        keys = self._journal.known_keys(_payment_key(row) for row in rows if isinstance(row, PaymentRow))
        self._known: dict[str, tuple[str, date, int]] = dict(self._said_before(keys))
        self._taken: list[tuple[PaymentRow, str]] = []

    def take(self, row: Row) -> bool:
        """Take a payment."""
        assert isinstance(row, PaymentRow)
        unit_id = self._units.find(row.place)
        day = _past(self._clerk, row.day, Column.DAY)
        if not _is_new(self._known, _payment_key(row), (unit_id, day, row.amount_fen)):
            return False
        self._taken.append((row, unit_id))
        return True

    def finish(self) -> None:
        """Let the payments settle what is owed, in the order of their days."""
        bills = open_bills(self._clerk.session, {unit_id for _, unit_id in self._taken})
        for row, unit_id in sorted(self._taken, key=lambda one: (one[0].day, one[0].row)):
            tenure = self._units.tenure(unit_id, row.day)
            money = Money(unit_id, row.method, row.amount_fen, row.day, row.number, origin=Origin.IMPORTED)
            owed = bills.get((unit_id, tenure), [])
            enter_payment(self._journal, money, tenure, owed, _payment_key(row))
        self._journal.write()

    def _said_before(self, keys: Mapping[str, int]) -> Iterator[tuple[str, tuple[str, date, int]]]:
        by_id = {payment_id: key for key, payment_id in keys.items()}
        for some in in_parts(by_id):
            query = sa.select(Payment, Entry.day).join(Entry, Entry.id == Payment.id)
            for payment, day in self._clerk.session.execute(query.where(Payment.id.in_(some))):
                yield by_id[payment.id], (payment.unit_id, day, payment.amount_fen)


class _ReadingDesk:
    def __init__(self, clerk: Clerk, rows: Sequence[Row]) -> None:
        self._clerk = clerk
        Journal(clerk)  # no run, and no other reading, meanwhile
        serials = {row.serial for row in rows if isinstance(row, ReadingRow)}
        self._meters: dict[str, Meter] = {}
        for some in in_parts(serials):
            query = sa.select(Meter).where(Meter.community_id == clerk.community_id, Meter.serial.in_(some))
            self._meters.update({meter.serial: meter for meter in clerk.session.scalars(query)})
        self._before = last_readings(clerk.session, [meter.id for meter in self._meters.values()])
        self._new: list[Values] = []

    def take(self, row: Row) -> bool:
        """Take a reading; those of one meter stand in the file in the order of their days."""
        assert isinstance(row, ReadingRow)
        meter = self._meters.get(row.serial)
        if meter is None:
            raise _Wrong(
                Column.SERIAL, "meter-unknown", f"本小区没有表号“{row.serial}”；请核对，或先登记该表"
            )
        before = self._before[meter.id]
        if any((one.day, one.value_e3) == (row.day, row.value_e3) for one in before):
            return False
        _past(self._clerk, row.day, Column.DAY)
        new = NewReading(row.day, row.value_e3, row.override, row.note)
        try:
            values = judged_row(self._clerk, meter, before, new)
        except ReadingImplausible as refusal:
            raise _Wrong(Column.VALUE, refusal.reason, refusal.detail) from refusal
        before.append(Taken(row.day, row.value_e3, values["usage_e3"]))
        self._new.append(values)
        return True

    def finish(self) -> None:
        """Write the readings."""
        if self._new:
            self._clerk.session.execute(sa.insert(Reading), self._new)


_DESKS: Mapping[SheetKind, Callable[[Clerk, Sequence[Row]], _Desk]] = {
    SheetKind.BILLS: _BillDesk,
    SheetKind.PAYMENTS: _PaymentDesk,
    SheetKind.READINGS: _ReadingDesk,
}


def _is_new(known: dict[str, Said], key: str, said: Said) -> bool:
    """Tell whether a number is new; raises _Wrong where it stands for something else."""
    if key not in known:
        known[key] = said
        return True
    if known[key] != said:
        raise _Wrong(Column.NUMBER, "number-taken", "单号已用于内容不同的另一行或另一笔记录；请核对单号")
    return False


def _bill_key(row: BillRow) -> str:
    return f"import-bill:{row.number}"


def _payment_key(row: PaymentRow) -> str:
    return payment_key(row.method, row.number)
