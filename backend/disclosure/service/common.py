"""Common income: its sources, what they brought, what it cost, and the committee's word on each entry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.disclosure.models import CommonSource, EntryReview
from backend.disclosure.rules.impersonal import check_impersonal
from backend.disclosure.rules.posting import Move, earned, spent
from backend.disclosure.rules.refusals import BookDayRefused, EntryKept, SourceTaken, SourceUnknown
from backend.disclosure.rules.values import BookKind, CostKind, EntryKind, SourceKind
from backend.disclosure.service import papers
from backend.disclosure.service.journal import Journal, NewEntry, Written
from backend.disclosure.service.keeper import Keeper

REVIEWED = frozenset({EntryKind.INCOME, EntryKind.COST, EntryKind.REVERSAL})


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSource:
    """A contract that brings income; `amount_fen` is what it comes to over its term."""

    kind: SourceKind
    name: str
    counterparty: str
    first_day: date
    last_day: date
    amount_fen: int
    terms: str
    contract_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """Income of a source, or a cost (then with a kind); `reference` is the voucher's number."""

    amount_fen: int
    day: date
    source_id: str
    cost_kind: CostKind | None
    reference: str
    memo: str
    paper_ids: Sequence[str]


def add_source(keeper: Keeper, new: NewSource) -> CommonSource:
    """Enter a source with its contract.

    Raises:
        BookDayRefused: its term ends before it begins.
        PersonalText, PaperUnknown: what it says.
        SourceTaken: the name is in use.
    """
    check_impersonal(new.name, new.counterparty, new.terms)
    if new.last_day < new.first_day:
        raise BookDayRefused("合同结束日早于开始日；请核对")
    papers.check_known(keeper.session, keeper.community_id, [new.contract_id])
    row = CommonSource(
        community_id=keeper.community_id,
        kind=new.kind.value,
        name=_free_name(keeper, new.name),
        counterparty=new.counterparty,
        first_day=new.first_day,
        last_day=new.last_day,
        amount_fen=new.amount_fen,
        terms=new.terms,
        contract_id=new.contract_id,
        recorded_at=keeper.now,
        recorded_by=keeper.account_id,
    )
    keeper.session.add(row)
    keeper.session.flush()
    keeper.record("common-source-added", f"common-source:{row.id}")
    return row


def _free_name(keeper: Keeper, name: str) -> str:
    Journal(keeper, BookKind.COMMON)  # nobody else enters a source meanwhile
    if any(source.name == name for source in sources_of(keeper.session, keeper.community_id)):
        raise SourceTaken(f"已有名为“{name}”的收益来源；新合同请另取名称，例如加上起止年份")
    return name


def sources_of(session: Session, community_id: str) -> Sequence[CommonSource]:
    """Return the sources of a community, the latest contract first."""
    query = sa.select(CommonSource).where(CommonSource.community_id == community_id)
    return session.scalars(query.order_by(CommonSource.first_day.desc(), CommonSource.name)).all()


def record_money(keeper: Keeper, money: Money) -> Written:
    """Enter income or a cost with its vouchers; the same voucher number again is the same entry.

    A cost may not exceed what is held: income less reasonable cost belongs to the owners (Civil Code
    art. 282), and what there is no income for is no cost of earning it.

    Raises:
        SourceUnknown, BookDayRefused, PersonalText, PaperUnknown: what it says.
        VoucherTaken, MoneyShort: see `Journal`.
    """
    keeper.check_happened(money.day)
    check_impersonal(money.memo, money.reference)
    source = keeper.session.get(CommonSource, money.source_id)
    if source is None or source.community_id != keeper.community_id:
        raise SourceUnknown("本小区没有这个收益来源；请先登记合同")
    papers.check_known(keeper.session, keeper.community_id, money.paper_ids)
    kind, moves = _moves(money)
    new = NewEntry(
        kind=kind,
        voucher=f"{kind.value}:{money.reference}",
        day=money.day,
        moves=moves,
        memo=money.memo,
        source_id=source.id,
    )
    journal = Journal(keeper, BookKind.COMMON)
    known = journal.find(new)
    if known is not None:
        return Written(known, is_new=False)
    entry_id = journal.write(new)
    papers.attach_to_entry(keeper, entry_id, money.paper_ids)
    keeper.record(f"common-{kind.value}-entered", f"book-entry:{entry_id}", {"amount_fen": money.amount_fen})
    return Written(entry_id, is_new=True)


def _moves(money: Money) -> tuple[EntryKind, list[Move]]:
    if money.cost_kind is None:
        return EntryKind.INCOME, earned(money.source_id, money.amount_fen)
    return EntryKind.COST, spent(money.cost_kind, money.amount_fen)


def reverse_money(keeper: Keeper, entry_id: int, reason: str) -> int:
    """Undo income or a cost by the opposite entry.

    Raises:
        BookEntryUnknown, EntryKept, MoneyShort, PersonalText: what it says; a split is undone otherwise.
    """
    check_impersonal(reason)
    journal = Journal(keeper, BookKind.COMMON)
    if journal.get(entry_id).kind == EntryKind.SPLIT.value:
        raise EntryKept("分配由业委会冲销；请联系业委会")
    undone = journal.reverse(entry_id, reason)
    keeper.record("book-entry-reversed", f"book-entry:{entry_id}", {"by": undone})
    return undone


def review_entry(keeper: Keeper, entry_id: int, *, agrees: bool, note: str) -> EntryReview:
    """Keep what the committee says of an entry: that it agrees with its voucher, or what is doubtful.

    Raises:
        BookEntryUnknown: no such entry.
        EntryKept: a split, which the committee made itself.
        PersonalText: what it says.
    """
    check_impersonal(note)
    row = Journal(keeper, BookKind.COMMON).get(entry_id)
    if EntryKind(row.kind) not in REVIEWED:
        raise EntryKept("分配由业委会按业主大会决定办理，不需复核")
    count = sa.select(sa.func.count()).where(EntryReview.entry_id == entry_id)
    review = EntryReview(
        entry_id=entry_id,
        number=(keeper.session.scalar(count) or 0) + 1,
        agrees=agrees,
        note=note,
        at=keeper.now,
        recorded_by=keeper.account_id,
    )
    keeper.session.add(review)
    keeper.session.flush()
    keeper.record("common-entry-reviewed", f"book-entry:{entry_id}", {"agrees": agrees})
    return review
