"""What units, buildings and the community have in the fund on a day, by what the postings say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from backend.disclosure.models import BookEntry, BookPosting, FirstDeposit
from backend.disclosure.rules.refusals import SightRefused
from backend.disclosure.rules.shares import cells_of, is_low, permille_left
from backend.disclosure.rules.values import Account, BookKind, EntryKind
from backend.disclosure.rules.wording import WHOLE
from backend.disclosure.service.journal import find_book
from backend.disclosure.service.keeper import Looker
from backend.registry import UnitFacts, UnitUnknown, get_unit, units_of


@dataclass(frozen=True, slots=True)
class Standing:
    """What some units have together: what they first paid in, and what is left."""

    name: str
    units: int
    low_units: int
    first_fen: int
    balance_fen: int

    @property
    def permille(self) -> int | None:
        """Return what is left of the first deposits, in thousandths."""
        return permille_left(self.balance_fen, self.first_fen)

    @property
    def is_low(self) -> bool:
        """Tell whether it is below 30 %."""
        return is_low(self.balance_fen, self.first_fen)


@dataclass(frozen=True, slots=True)
class FundView:
    """The fund of a community on a day: in all, and by buildings as far as they may be shown."""

    day: date
    whole: Standing
    cells: Sequence[Standing]


@dataclass(frozen=True, slots=True)
class UnitMovement:
    """What an entry brought a unit (or took from it), and what was left then."""

    entry_id: int
    day: date
    kind: EntryKind
    memo: str
    amount_fen: int
    balance_fen: int
    project_id: str | None


@dataclass(frozen=True, slots=True)
class UnitAccount:
    """A unit's account of the fund on a day."""

    unit: UnitFacts
    day: date
    standing: Standing
    movements: Sequence[UnitMovement]


def balances_of(session: Session, book_id: int, day: date) -> dict[str, int]:
    """Return what each unit has at the end of a day."""
    query = (
        sa.select(BookPosting.unit_id, -sa.func.sum(BookPosting.amount_fen))
        .where(BookPosting.book_id == book_id, BookPosting.account == Account.UNIT.value)
        .where(BookPosting.day <= day)
        .group_by(BookPosting.unit_id)
    )
    return {str(unit_id): int(amount) for unit_id, amount in session.execute(query)}


def firsts_of(
    session: Session, book_id: int, day: date | None = None, unit_id: str | None = None
) -> dict[str, int]:
    """Return what each unit (or one) first paid in, as far as it stands (and was paid by a day)."""
    undone = aliased(BookEntry)
    query = (
        sa.select(FirstDeposit.unit_id, sa.func.sum(FirstDeposit.amount_fen))
        .join(BookEntry, BookEntry.id == FirstDeposit.entry_id)
        .outerjoin(undone, undone.reverses_id == BookEntry.id)
        .where(BookEntry.book_id == book_id, undone.id.is_(None))
        .group_by(FirstDeposit.unit_id)
    )
    if day is not None:
        query = query.where(BookEntry.day <= day)
    if unit_id is not None:
        query = query.where(FirstDeposit.unit_id == unit_id)
    return {str(found): int(amount) for found, amount in session.execute(query)}


def fund_on(session: Session, community_id: str, day: date) -> FundView:
    """Return the fund of a community at the end of a day."""
    book = find_book(session, community_id, BookKind.FUND)
    balances = balances_of(session, book.id, day) if book else {}
    firsts = firsts_of(session, book.id, day) if book else {}
    units = [unit for unit in units_of(session, community_id) if unit.id in balances.keys() | firsts.keys()]
    by_building: dict[str, list[str]] = {}
    for unit in units:
        by_building.setdefault(unit.building, []).append(unit.id)
    cells = [
        _standing(cell.name, [one for name in cell.buildings for one in by_building[name]], balances, firsts)
        for cell in cells_of({name: len(ids) for name, ids in by_building.items()})
    ]
    return FundView(day, _standing(WHOLE, [unit.id for unit in units], balances, firsts), cells)


def unit_account(looker: Looker, unit_id: str, day: date) -> UnitAccount:
    """Return a unit's account on a day, for its owners and those who keep the accounts; nobody else.

    Raises:
        UnitUnknown: no such unit in this community.
        SightRefused: somebody else's.
    """
    if unit_id not in looker.owned and not looker.keeps_fund:
        raise SightRefused("维修资金分户账只有该房屋的业主能查看；您可查看楼栋和全小区的合计")
    unit = get_unit(looker.session, unit_id)
    if unit.community_id != looker.community_id:
        raise UnitUnknown("本小区没有这套房屋；请核对编号")
    book = find_book(looker.session, looker.community_id, BookKind.FUND)
    movements = _movements(looker.session, book.id, unit_id, day) if book else []
    firsts = firsts_of(looker.session, book.id, day, unit_id) if book else {}
    balance = movements[-1].balance_fen if movements else 0
    return UnitAccount(unit, day, _standing(unit.label, [unit_id], {unit_id: balance}, firsts), movements)


def unit_standings(session: Session, community_id: str, day: date) -> list[tuple[UnitFacts, Standing]]:
    """Return what every unit has; only for those who keep the accounts, which the caller checked."""
    book = find_book(session, community_id, BookKind.FUND)
    balances = balances_of(session, book.id, day) if book else {}
    firsts = firsts_of(session, book.id, day) if book else {}
    return [
        (unit, _standing(unit.label, [unit.id], balances, firsts))
        for unit in units_of(session, community_id)
        if unit.id in balances.keys() | firsts.keys()
    ]


def _standing(
    name: str, unit_ids: Iterable[str], balances: Mapping[str, int], firsts: Mapping[str, int]
) -> Standing:
    pairs = [(balances.get(one, 0), firsts.get(one, 0)) for one in unit_ids]
    return Standing(
        name=name,
        units=len(pairs),
        low_units=sum(is_low(balance, first) for balance, first in pairs),
        first_fen=sum(first for _, first in pairs),
        balance_fen=sum(balance for balance, _ in pairs),
    )


def _movements(session: Session, book_id: int, unit_id: str, day: date) -> list[UnitMovement]:
    query = (
        sa.select(BookEntry, -sa.func.sum(BookPosting.amount_fen))
        .join(BookPosting, BookPosting.entry_id == BookEntry.id)
        .where(BookEntry.book_id == book_id, BookPosting.unit_id == unit_id, BookPosting.day <= day)
        .group_by(BookEntry.id)
        .order_by(BookEntry.day, BookEntry.id)
    )
    balance, found = 0, []
    for entry, amount in session.execute(query):
        balance += int(amount)
        kind = EntryKind(entry.kind)
        moved = (int(amount), balance, entry.project_id)
        found.append(UnitMovement(entry.id, entry.day, kind, entry.memo, *moved))
    return found
