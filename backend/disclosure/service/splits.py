"""Net income split as the assembly decided, and the fund's part brought into the units' accounts.

Without a decision nothing is split: net income is the owners' (Civil Code art. 282) and stays where it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.assemblies import get_decision
from backend.disclosure.models import BookEntry, IncomeSplit
from backend.disclosure.rules.grounds import SPLIT_MATTERS, check_matter, check_scope
from backend.disclosure.rules.impersonal import check_impersonal
from backend.disclosure.rules.posting import into_units, paid_out
from backend.disclosure.rules.refusals import BookDayRefused, EntryKept, SplitMissing
from backend.disclosure.rules.shares import Part, check_parts, divide, split_by_parts
from backend.disclosure.rules.values import BookKind, EntryKind, Payee
from backend.disclosure.service.bearing import areas_of, units_in
from backend.disclosure.service.journal import Journal, NewEntry, Written
from backend.disclosure.service.keeper import Keeper
from backend.disclosure.service.units import check_units_have
from backend.voting.law.roll import Scope

WHOLE = Scope()


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSplit:
    """The parts that an item of an assembly fixed, in force from a day on."""

    assembly_id: str
    item_id: str
    first_day: date
    parts: Sequence[Part]


@dataclass(frozen=True, slots=True)
class Payout:
    """So much net income to be split on a day; `reference` is the voucher's number."""

    amount_fen: int
    day: date
    reference: str
    memo: str


def add_split(keeper: Keeper, new: NewSplit) -> IncomeSplit:
    """Enter how the assembly splits net income; of the same item again, it corrects what was entered.

    Raises:
        DecisionUnknown, DecisionNotFinal, DecisionNotPassed: see `get_decision`.
        DecisionUnfit: an item about something else, or of some owners only.
        SplitRefused: parts that make no sense.
        BookDayRefused: in force before it was decided.
    """
    check_parts(new.parts)
    decision = get_decision(keeper.session, keeper.house, keeper.community_id, new.assembly_id, new.item_id)
    check_matter(decision.matter, SPLIT_MATTERS)
    check_scope(decision.scope, WHOLE)
    if new.first_day < decision.day:
        raise BookDayRefused(f"分配决定自 {decision.day} 起生效，不能溯及以前；请改为当天或以后")
    Journal(keeper, BookKind.COMMON)  # nobody else enters a split meanwhile
    row = IncomeSplit(
        community_id=keeper.community_id,
        number=len(splits_of(keeper.session, keeper.community_id)) + 1,
        assembly_id=decision.assembly_id,
        item_id=decision.item_id,
        title=decision.title,
        decided_on=decision.day,
        first_day=new.first_day,
        parts=[[part.to.value, part.weight] for part in new.parts],
        recorded_at=keeper.now,
        recorded_by=keeper.account_id,
    )
    keeper.session.add(row)
    keeper.session.flush()
    keeper.record("income-split-entered", f"income-split:{row.id}", {"assembly": row.assembly_id})
    return row


def splits_of(session: Session, community_id: str) -> Sequence[IncomeSplit]:
    """Return all that was entered, in the order in which the last that is in force counts."""
    query = sa.select(IncomeSplit).where(IncomeSplit.community_id == community_id)
    ordered = query.order_by(IncomeSplit.first_day, IncomeSplit.number)
    return session.scalars(ordered).all()


def parts_of(split: IncomeSplit) -> list[Part]:
    """Return the parts of a split."""
    return [Part(Payee(to), weight) for to, weight in split.parts]


def pay_out(keeper: Keeper, payout: Payout) -> Written:
    """Split net income by the decision in force on a day; the fund's part goes to the units by area.

    Raises:
        SplitMissing: no decision is in force: everything stays the owners'.
        BookDayRefused, PersonalText, NothingToShareBy: what it says.
        VoucherTaken, MoneyShort: see `Journal`.
    """
    keeper.check_happened(payout.day)
    check_impersonal(payout.memo, payout.reference)
    split = _in_force(keeper, payout.day)
    journal = Journal(keeper, BookKind.COMMON)
    parts = split_by_parts(payout.amount_fen, parts_of(split))
    areas = _areas(keeper, parts)
    owners = divide(parts[Payee.OWNERS], areas) if parts.get(Payee.OWNERS) else {}
    new = NewEntry(
        kind=EntryKind.SPLIT,
        voucher=f"split:{payout.reference}",
        day=payout.day,
        moves=paid_out(parts, owners),
        memo=payout.memo,
        split_id=split.id,
    )
    known = journal.find(new)
    if known is not None:
        return Written(known, is_new=False)
    entry_id = journal.write(new)
    if parts.get(Payee.FUND):
        _top_up(keeper, entry_id, payout, divide(parts[Payee.FUND], areas))
    keeper.record("common-income-split", f"book-entry:{entry_id}", {"amount_fen": payout.amount_fen})
    return Written(entry_id, is_new=True)


def _in_force(keeper: Keeper, day: date) -> IncomeSplit:
    splits = [one for one in splits_of(keeper.session, keeper.community_id) if one.first_day <= day]
    if not splits:
        raise SplitMissing(
            f"{day} 没有生效的分配决定；净收益属于全体业主（民法典第二百八十二条），"
            "须由业主大会先决定如何分配，再由业委会录入"
        )
    return splits[-1]


def _areas(keeper: Keeper, parts: Mapping[Payee, int]) -> dict[str, int]:
    if not parts.get(Payee.FUND) and not parts.get(Payee.OWNERS):
        return {}
    return areas_of(units_in(keeper.session, keeper.community_id, WHOLE))


def _top_up(keeper: Keeper, entry_id: int, payout: Payout, amounts: Mapping[str, int]) -> None:
    fund = Journal(keeper, BookKind.FUND)
    fund.write(
        NewEntry(
            kind=EntryKind.FROM_COMMON,
            voucher=f"from-common:{entry_id}",
            day=payout.day,
            moves=into_units(amounts),
            memo=payout.memo,
            caused_by_id=entry_id,
        )
    )


def reverse_split(keeper: Keeper, entry_id: int, reason: str) -> int:
    """Undo a split, and what it brought into the fund.

    Raises:
        BookEntryUnknown, EntryKept, PersonalText: what it says.
        UnitsShort: units have used what it brought them.
    """
    check_impersonal(reason)
    journal = Journal(keeper, BookKind.COMMON)
    if journal.get(entry_id).kind != EntryKind.SPLIT.value:
        raise EntryKept("收入和支出由物业企业冲销")
    undone = journal.reverse(entry_id, reason)
    query = sa.select(BookEntry.id).where(BookEntry.caused_by_id == entry_id)
    caused = keeper.session.scalar(query)
    if caused is not None:
        fund = Journal(keeper, BookKind.FUND)
        check_units_have(keeper.session, fund.book_id, caused)
        fund.reverse(caused, reason)
    keeper.record("book-entry-reversed", f"book-entry:{entry_id}", {"by": undone})
    return undone
