"""Money that came in, what it settles, and how an entry is undone: by its opposite, never by a change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.fees.models import BilledReading, Entry, Payment
from backend.fees.rules.pay_refusals import ChannelPaymentStands, PaymentRefunded
from backend.fees.rules.posting import Move, opposite
from backend.fees.rules.refusals import (
    BillUnknown,
    EntryUnknown,
    NotReversible,
    PaymentRefused,
    PrepaymentSpent,
    ReferenceTaken,
)
from backend.fees.rules.settling import OpenBill, Step, apply_prepayment, pay, set_right
from backend.fees.rules.values import BY_STAFF, REVERSIBLE, EntryKind, Method, Origin
from backend.fees.service.clerk import Clerk
from backend.fees.service.handovers import tenure_of, unit_here
from backend.fees.service.holds import free_prepayments, refunded_of
from backend.fees.service.journal import Journal, in_parts, moves_of
from backend.fees.service.receipts import issue_receipt, void_receipt
from backend.fees.service.standing import bills_named, bills_of, open_bills
from backend.fees.service.telling import tell_of_payment


@dataclass(frozen=True, slots=True)
class Money:
    """A payment: for a unit, so much in fen, on a day; `reference` is the number of its slip.

    It settles the bills named, else whatever the holder owes, the oldest first; the rest is prepayment.
    Whatever was not imported gets a receipt.
    """

    unit_id: str
    method: Method
    amount_fen: int
    day: date
    reference: str
    bill_ids: frozenset[int] = frozenset()
    origin: Origin = Origin.ENTERED


@dataclass(frozen=True, slots=True)
class Settled:
    """What a payment did: its entry, and how much of it is prepayment."""

    payment_id: int
    prepaid_fen: int
    is_new: bool


def record_payment(clerk: Clerk, money: Money) -> Settled:
    """Enter a payment that staff took. The same slip again is the same payment.

    Raises:
        UnitUnknown, BillUnknown, DayRefused: what it says.
        PaymentRefused: nothing was paid, or by a way that is not entered by hand.
        ReferenceTaken: the slip's number belongs to another payment.
    """
    if money.method not in BY_STAFF or money.amount_fen <= 0:
        raise PaymentRefused("请填写大于零的金额，并选择现金、转账或刷卡")
    clerk.check_happened(money.day)
    unit_here(clerk.session, clerk.community_id, money.unit_id)
    journal = Journal(clerk)
    key = payment_key(money.method, money.reference)
    known = journal.known_keys([key])
    if known:
        return _same_payment(clerk.session, money, known[key])
    tenure, bills = _bills_for(clerk.session, money)
    settled = enter_payment(journal, money, tenure, bills, key)
    journal.write()
    detail = {"amount_fen": money.amount_fen, "method": money.method.value}
    clerk.record("payment-recorded", f"journal-entry:{settled.payment_id}", detail)
    tell_of_payment(clerk, settled.payment_id)
    return settled


def payment_key(method: Method, reference: str) -> str:
    """Return the business key of a payment."""
    return f"payment:{method}:{reference}"


def enter_payment(
    journal: Journal, money: Money, tenure: int, bills: Sequence[OpenBill], key: str
) -> Settled:
    """Make the entries of a payment; what the bills still owe is lowered in place."""
    steps = pay(money.unit_id, tenure, money.method, money.amount_fen, money.day, bills)
    first, *later = steps
    payment_id = journal.enter(EntryKind.PAYMENT, key, first.day, first.moves, memo=money.reference)
    row = {
        "id": payment_id,
        "unit_id": money.unit_id,
        "tenure": tenure,
        "method": money.method.value,
        "amount_fen": money.amount_fen,
        "reference": money.reference,
        "origin": money.origin.value,
    }
    journal.add_beside(Payment, row)
    if money.origin is Origin.ENTERED:
        issue_receipt(journal, row, steps)
    _enter_applied(journal, later, f"applied:{payment_id}")
    applied = sum(step.moves[0].amount_fen for step in later)
    settled = sum(-move.amount_fen for move in first.moves if move.bill_id is not None)
    return Settled(payment_id, money.amount_fen - settled - applied, is_new=True)


def use_prepayments(clerk: Clerk, journal: Journal) -> None:
    """Let prepayments settle the bills that their holders owe, and write it; what is held stays untouched."""
    free = free_prepayments(clerk.session, journal.ledger_id, clerk.community_id)
    bills = open_bills(clerk.session, {unit_id for unit_id, _ in free})
    for holder, credit in free.items():
        if credit <= 0:
            continue
        steps = apply_prepayment(bills.get(holder, ()), credit, clerk.today)
        _enter_applied(journal, steps, f"applied:run:{journal.next_id}")
    journal.write()


def reverse_entry(clerk: Clerk, entry_id: int, reason: str) -> int:
    """Undo an entry by its opposite, dated today, and return the opposite's id.

    Undoing a bill turns what was paid on it into prepayment; undoing a payment leaves its bills owed again.

    Raises:
        EntryUnknown: none of this id here.
        NotReversible: reversed already, or an entry that follows from another.
        PrepaymentSpent: the payment's money has since settled other bills, or waits to be given back.
        ChannelPaymentStands, PaymentRefunded: a payment that can only be, or was, refunded.
    """
    journal = Journal(clerk)
    entry = clerk.session.get(Entry, entry_id)
    if entry is None or entry.ledger_id != journal.ledger_id:
        raise EntryUnknown("本小区账上没有这笔记账；请核对编号")
    _check_reversible(clerk.session, entry)
    ids, moves = [], []
    for one in [entry_id, *_with_it(clerk.session, entry)]:
        undone = opposite(moves_of(clerk.session, one))
        key = f"reversal:{one}"
        ids.append(journal.enter(EntryKind.REVERSAL, key, clerk.today, undone, memo=reason, reverses_id=one))
        moves += undone
    if entry.kind == EntryKind.PAYMENT:
        void_receipt(journal, entry_id, ids[0], reason)
    journal.write()
    _set_right(clerk, journal, moves, ids[0])
    clerk.record("entry-reversed", f"journal-entry:{entry_id}", {"reversal": ids[0]})
    return ids[0]


def _bills_for(session: Session, money: Money) -> tuple[int, list[OpenBill]]:
    standings = bills_of(session, [money.unit_id])
    if not money.bill_ids:
        tenure = tenure_of(session, money.unit_id, money.day)
        return tenure, [one.as_open() for one in standings if one.bill.tenure == tenure]
    named = [one for one in standings if one.bill.id in money.bill_ids and not one.is_cancelled]
    if len(named) != len(money.bill_ids):
        raise BillUnknown("所选账单不属于该房屋，或已被冲销；请刷新后重选")
    tenures = {one.bill.tenure for one in named}
    if len(tenures) > 1:
        raise PaymentRefused("所选账单分属交接前后的不同业主；请分开收款")
    return tenures.pop(), [one.as_open() for one in named]


def _same_payment(session: Session, money: Money, payment_id: int) -> Settled:
    row, entry = session.get_one(Payment, payment_id), session.get_one(Entry, payment_id)
    if (row.unit_id, row.amount_fen, entry.day) != (money.unit_id, money.amount_fen, money.day):
        raise ReferenceTaken(f"单号“{money.reference}”已用于另一笔收款；请核对单号、房屋、金额和日期")
    return Settled(payment_id, 0, is_new=False)


def _check_reversible(session: Session, entry: Entry) -> None:
    if EntryKind(entry.kind) not in REVERSIBLE:
        raise NotReversible("这笔记账由其他记账带出，不能单独冲销；请冲销原账单或原收款")
    if session.scalar(sa.select(Entry.id).where(Entry.reverses_id == entry.id)) is not None:
        raise NotReversible("这笔记账已被冲销，不能再次冲销")
    if entry.kind == EntryKind.PAYMENT:
        _check_money_is_here(session, entry.id)


def _check_money_is_here(session: Session, payment_id: int) -> None:
    """Refuse to undo in the books what only a refund can undo, or what a refund has undone."""
    if session.get_one(Payment, payment_id).method == Method.WECHAT:
        raise ChannelPaymentStands("微信支付的钱已到账；请先冲销账单，再按退款办理")
    if refunded_of(session, payment_id):
        raise PaymentRefunded("这笔收款已退款或正待退款，不能冲销；请先驳回退款")


def _with_it(session: Session, entry: Entry) -> list[int]:
    """Return the entries that fall with one: bills of the same readings, and a payment's own applications."""
    falling: set[int] = set()
    if entry.kind == EntryKind.CHARGE:
        mine = sa.select(BilledReading.reading_id).where(BilledReading.bill_id == entry.id)
        falling |= set(
            session.scalars(sa.select(BilledReading.bill_id).where(BilledReading.reading_id.in_(mine)))
        )
    if entry.kind == EntryKind.PAYMENT:
        own = Entry.business_key.startswith(f"applied:{entry.id}:", autoescape=True)
        falling |= set(session.scalars(sa.select(Entry.id).where(Entry.ledger_id == entry.ledger_id, own)))
    gone = sa.select(Entry.reverses_id).where(Entry.reverses_id.in_(falling))
    return sorted(falling - {entry.id} - set(session.scalars(gone)))


def _set_right(clerk: Clerk, journal: Journal, moves: Iterable[Move], reversal_id: int) -> None:
    bill_ids = {move.bill_id for move in moves if move.bill_id is not None}
    for standing in bills_named(clerk.session, bill_ids):
        bill = standing.as_open()
        right = set_right(bill)
        if right:
            key = f"released:{reversal_id}:{bill.id}"
            journal.enter(EntryKind.RELEASED, key, clerk.today, right)
    journal.write()
    _check_covered(clerk, journal, {move.account.unit_id for move in moves if move.account.unit_id})


def _check_covered(clerk: Clerk, journal: Journal, unit_ids: set[str]) -> None:
    for some in in_parts(unit_ids):
        left = free_prepayments(clerk.session, journal.ledger_id, clerk.community_id, some)
        if any(amount < 0 for amount in left.values()):
            raise PrepaymentSpent(
                "这笔收款中的预存款已用于其他账单，或正待退款；请先冲销对账单的抵扣"
                "（对账单中“预存抵扣”一行）或驳回退款，再冲销收款"
            )


def _enter_applied(journal: Journal, steps: Sequence[Step], stem: str) -> None:
    for step in steps:
        journal.enter(EntryKind.APPLIED, f"{stem}:{step.bill_id}", step.day, step.moves)
