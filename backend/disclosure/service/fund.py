"""What comes into the maintenance fund and what goes out of it, unit by unit, without a rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from backend.disclosure.models import FirstDeposit
from backend.disclosure.rules.impersonal import check_impersonal
from backend.disclosure.rules.posting import into_units
from backend.disclosure.rules.refusals import EntryKept, FirstDepositTaken
from backend.disclosure.rules.shares import divide
from backend.disclosure.rules.values import BookKind, EntryKind, ShareBy
from backend.disclosure.service import papers, projects
from backend.disclosure.service.accounts import balances_of, firsts_of
from backend.disclosure.service.bearing import areas_of, units_in
from backend.disclosure.service.journal import Journal, NewEntry, Written
from backend.disclosure.service.keeper import Keeper
from backend.disclosure.service.units import check_can_pay, check_units_have
from backend.registry import UnitUnknown, get_unit
from backend.voting.law.roll import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """An amount by a voucher: `reference` is its number."""

    amount_fen: int
    day: date
    reference: str
    memo: str
    paper_ids: Sequence[str] = ()


def deposit(keeper: Keeper, unit_id: str, slip: Slip, *, is_first: bool) -> Written:
    """Enter what was paid into a unit's account.

    Raises:
        UnitUnknown, BookDayRefused, PersonalText, PaperUnknown, VoucherTaken: what it says.
        FirstDepositTaken: a first deposit of a unit that has one.
    """
    _check_unit(keeper, unit_id)
    kind = EntryKind.FIRST if is_first else EntryKind.DEPOSIT
    written = _enter(keeper, kind, slip, {unit_id: slip.amount_fen})
    if written.is_new and is_first:
        _add_first(keeper, written.entry_id, unit_id, slip.amount_fen)
    return written


def _add_first(keeper: Keeper, entry_id: int, unit_id: str, amount_fen: int) -> None:
    if firsts_of(keeper.session, Journal(keeper, BookKind.FUND).book_id, unit_id=unit_id):
        raise FirstDepositTaken("该房屋已有首期交存；以后交存请记为续交，登错请先冲销原账")
    keeper.session.add(FirstDeposit(entry_id=entry_id, unit_id=unit_id, amount_fen=amount_fen))
    keeper.session.flush()


def add_interest(keeper: Keeper, slip: Slip, by: ShareBy) -> Written:
    """Divide interest among all units by what they had on that day, or by area; the parts come to it.

    Raises:
        NothingToShareBy: no unit has anything.
        BookDayRefused, PersonalText, PaperUnknown, VoucherTaken: what it says.
    """
    journal = Journal(keeper, BookKind.FUND)
    if by is ShareBy.BALANCE:
        balances = balances_of(keeper.session, journal.book_id, slip.day)
        weights = dict(sorted((unit_id, fen) for unit_id, fen in balances.items() if fen > 0))
    else:
        weights = areas_of(units_in(keeper.session, keeper.community_id, Scope()))
    return _enter(keeper, EntryKind.INTEREST, slip, divide(slip.amount_fen, weights))


def refund(keeper: Keeper, unit_id: str, slip: Slip) -> Written:
    """Enter what was paid back to a unit or moved elsewhere.

    Raises:
        UnitsShort: more than it has.
        UnitUnknown, BookDayRefused, PersonalText, PaperUnknown, VoucherTaken: what it says.
    """
    _check_unit(keeper, unit_id)
    return _enter(keeper, EntryKind.REFUND, slip, {unit_id: -slip.amount_fen})


def use(keeper: Keeper, project_id: str, slip: Slip) -> Written:
    """Pay for a project: the units in its scope bear it by area, and come to the amount.

    Raises:
        ProjectUnknown, StepRefused, OverBudget, BookDayRefused: see `projects`.
        UnitsShort: a unit has less than its share.
        NothingToShareBy, PersonalText, PaperUnknown, VoucherTaken: what it says.
    """
    project = projects.get_project(keeper.session, keeper.community_id, project_id)
    scope = projects.scope_of(project)
    shares = divide(slip.amount_fen, areas_of(units_in(keeper.session, keeper.community_id, scope)))
    amounts = {unit_id: -amount for unit_id, amount in shares.items()}
    return _enter(keeper, EntryKind.USE, slip, amounts, project_id=project.id)


def reverse(keeper: Keeper, entry_id: int, reason: str) -> int:
    """Undo an entry of the fund by its opposite.

    Raises:
        EntryKept: it came from common income, where it is undone, or was undone before.
        UnitsShort: units have used what it brought them.
        BookEntryUnknown, PersonalText: what it says.
    """
    check_impersonal(reason)
    journal = Journal(keeper, BookKind.FUND)
    if journal.get(entry_id).kind == EntryKind.FROM_COMMON.value:
        raise EntryKept("这笔账由公共收益分配而来；请冲销那笔分配")
    check_units_have(keeper.session, journal.book_id, entry_id)
    undone = journal.reverse(entry_id, reason)
    keeper.record("book-entry-reversed", f"book-entry:{entry_id}", {"by": undone})
    return undone


def _check_unit(keeper: Keeper, unit_id: str) -> None:
    if get_unit(keeper.session, unit_id).community_id != keeper.community_id:
        raise UnitUnknown("本小区没有这套房屋；请核对编号")


def _enter(
    keeper: Keeper,
    kind: EntryKind,
    slip: Slip,
    amounts: Mapping[str, int],
    *,
    project_id: str | None = None,
) -> Written:
    keeper.check_happened(slip.day)
    check_impersonal(slip.memo, slip.reference)
    papers.check_known(keeper.session, keeper.community_id, slip.paper_ids)
    new = NewEntry(
        kind=kind,
        voucher=f"{kind.value}:{slip.reference}",
        day=slip.day,
        moves=into_units(amounts),
        memo=slip.memo,
        project_id=project_id,
    )
    journal = Journal(keeper, BookKind.FUND)
    known = journal.find(new)
    if known is not None:
        return Written(known, is_new=False)
    if project_id is not None:
        projects.check_may_use(keeper, project_id, slip.amount_fen, slip.day)
    owing = {unit_id: -amount for unit_id, amount in amounts.items() if amount < 0}
    check_can_pay(keeper.session, journal.book_id, owing, slip.day)
    entry_id = journal.write(new)
    papers.attach_to_entry(keeper, entry_id, slip.paper_ids)
    keeper.record(f"fund-{kind.value}-entered", f"book-entry:{entry_id}", {"amount_fen": slip.amount_fen})
    return Written(entry_id, is_new=True)
