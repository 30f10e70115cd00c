"""Refunds in the books: proposed, decided by a second person, taken from the prepayment.

Nothing here asks the channel; `service.refund_asking` does, outside any transaction.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.fees.models import Entry, Payment, Refund
from backend.fees.rules.orders import LONGEST_WAIT
from backend.fees.rules.pay_refusals import (
    PaymentUnknown,
    RefundDecided,
    RefundRefused,
    RefundTooLarge,
    RefundUnknown,
    SelfApproval,
)
from backend.fees.rules.pay_wording import PAID_TWICE
from backend.fees.rules.posting import Move, clearing, prepayment
from backend.fees.rules.refunding import (
    CHANNEL_REFUNDS_WITHIN,
    Outcome,
    RefundCause,
    RefundState,
    most_refundable,
    refund_state,
)
from backend.fees.rules.refusals import DayRefused, ReferenceTaken
from backend.fees.rules.values import BY_STAFF, EntryKind, Method
from backend.fees.service.clerk import Clerk
from backend.fees.service.holds import free_prepayments, refunded_of
from backend.fees.service.journal import Journal
from backend.fees.service.receipts import counter_receipt
from backend.fees.service.telling import tell_of_refund
from backend.infra.auth import Actor
from backend.infra.paging import PAGE
from backend.kernel.clock import CHINA
from backend.kernel.money import format_fen
from backend.registry import owned_units

NUMBER_BYTES = 16


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is to be given back of a payment, and by which way; None: as it came."""

    payment_id: int
    amount_fen: int
    cause: RefundCause
    note: str
    method: Method | None = None


def propose_refund(clerk: Clerk, proposal: Proposal) -> Refund:
    """Propose to give money back; from now on it is held.

    Raises:
        PaymentUnknown: none of this id here, or it was undone.
        RefundRefused: the way does not fit the payment, or the channel takes it no more.
        RefundTooLarge: more than is left of the payment, or of the holder's free prepayment.
    """
    journal = Journal(clerk)
    payment, paid_on = _payment_here(clerk.session, journal.ledger_id, proposal.payment_id)
    method = _way_back(clerk, payment, paid_on, proposal.method)
    most = refundable(clerk.session, clerk.community_id, journal.ledger_id, payment)
    if proposal.amount_fen > most:
        raise RefundTooLarge(
            f"这笔收款目前至多可退 {format_fen(most)} 元；已用于账单的钱，须先冲销账单转为预存，再退款"
        )
    return _add(clerk, payment, method, proposal)


def propose_surplus(clerk: Clerk, payment_id: int, amount_fen: int) -> Refund:
    """Propose to give back what a payment brought beyond its bills. The books are open and locked."""
    payment = clerk.session.get_one(Payment, payment_id)
    proposal = Proposal(payment_id, amount_fen, RefundCause.PAID_TWICE, PAID_TWICE)
    return _add(clerk, payment, Method(payment.method), proposal)


def decide_refund(clerk: Clerk, actor: Actor, refund_id: str, *, is_approved: bool, note: str) -> Refund:
    """Approve or reject a refund: another person than proposed it, and none whom it would reach.

    Raises:
        RefundUnknown, RefundDecided, SelfApproval: what it says.
    """
    Journal(clerk)
    refund = refund_here(clerk, refund_id)
    if state_of(refund) is not RefundState.PROPOSED:
        raise RefundDecided("这笔退款已有人审批；请刷新后查看")
    owned = owned_units(clerk.session, actor, clerk.community_id)
    if refund.proposed_by == actor.account_id or refund.unit_id in owned:
        raise SelfApproval("退款须由提出人以外、且与该房屋无关的人员审批；请换一位同事办理")
    refund.decided_at, refund.decided_by = clerk.now, actor.account_id
    refund.is_approved, refund.decision_note = is_approved, note
    if is_approved and refund.method == Method.WECHAT:
        refund.out_refund_no = secrets.token_hex(NUMBER_BYTES)
        refund.next_check_at = clerk.now
    clerk.record("refund-decided", f"refund:{refund.id}", {"is_approved": is_approved})
    return refund


def record_slip(clerk: Clerk, refund_id: str, *, slip: str, day: date) -> Refund:
    """Enter that money went back by hand, by the number of its slip.

    Raises:
        RefundUnknown, RefundDecided: none that waits for this.
        DayRefused: the day lies ahead, or before the approval.
        ReferenceTaken: the slip's number belongs to another refund.
    """
    clerk.check_happened(day)
    journal = Journal(clerk)
    refund = refund_here(clerk, refund_id)
    if state_of(refund) is not RefundState.APPROVED or refund.method == Method.WECHAT:
        raise RefundDecided("这笔退款尚未审批、已办结，或由微信原路退回，不能登记单号")
    if refund.decided_at is None or day < refund.decided_at.astimezone(CHINA).date():
        raise DayRefused("退款日期早于审批日期；请核对")
    key = f"refund:{refund.method}:{slip}"
    if journal.known_keys([key]):
        raise ReferenceTaken(f"单号“{slip}”已用于另一笔退款；请核对")
    refund.slip, refund.outcome, refund.ended_at = slip, Outcome.DONE.value, clerk.now
    enter_refund(journal, refund, key, day, slip)
    clerk.record("refund-paid-out", f"refund:{refund.id}", {"entry": refund.entry_id})
    tell_of_refund(clerk, refund)
    return refund


def enter_refund(journal: Journal, refund: Refund, key: str, day: date, memo: str) -> None:
    """Take what has gone back from its holder's prepayment: the one way for money to leave the books."""
    moves = [
        Move(prepayment(refund.unit_id, refund.tenure), refund.amount_fen),
        Move(clearing(Method(refund.method)), -refund.amount_fen),
    ]
    entry_id = journal.enter(EntryKind.REFUND, key, day, moves, memo=memo)
    counter_receipt(journal, refund.payment_id, entry_id, refund.amount_fen)
    journal.write()
    refund.entry_id = entry_id


def refundable(session: Session, community_id: str, ledger_id: int, payment: Payment) -> int:
    """Return how much of a payment may be given back now, in fen."""
    free = free_prepayments(session, ledger_id, community_id, [payment.unit_id])
    return most_refundable(
        paid_fen=payment.amount_fen,
        refunded_fen=refunded_of(session, payment.id),
        free_fen=free.get((payment.unit_id, payment.tenure), 0),
    )


def refund_here(clerk: Clerk, refund_id: str) -> Refund:
    """Return a refund of a community as it stands. Raises RefundUnknown."""
    refund = clerk.session.get(Refund, refund_id, populate_existing=True)
    if refund is None or refund.community_id != clerk.community_id:
        raise RefundUnknown("本小区没有这笔退款；请刷新后重试")
    return refund


def state_of(refund: Refund) -> RefundState:
    """Return how a refund stands."""
    return refund_state(
        is_approved=refund.is_approved, accepted_at=refund.accepted_at, outcome=refund.outcome
    )


def list_refunds(session: Session, community_id: str) -> list[Refund]:
    """Return the latest refunds of a community."""
    query = sa.select(Refund).where(Refund.community_id == community_id)
    return list(session.scalars(query.order_by(Refund.proposed_at.desc(), Refund.id).limit(PAGE)))


def refunds_of_unit(session: Session, unit_id: str, tenure: int) -> list[Refund]:
    """Return the latest refunds of a holder."""
    query = sa.select(Refund).where(Refund.unit_id == unit_id, Refund.tenure == tenure)
    return list(session.scalars(query.order_by(Refund.proposed_at.desc(), Refund.id).limit(PAGE)))


def due_refunds(session: Session, now: datetime, most: int) -> list[str]:
    """Return refunds of which the channel is to be told or asked."""
    query = sa.select(Refund.id).where(Refund.next_check_at <= now).order_by(Refund.next_check_at)
    return list(session.scalars(query.limit(most)))


def refund_numbered(session: Session, out_refund_no: str) -> Refund | None:
    """Return the refund of a number at the channel, None if it is none of ours."""
    return session.scalar(sa.select(Refund).where(Refund.out_refund_no == out_refund_no))


def _payment_here(session: Session, ledger_id: int, payment_id: int) -> tuple[Payment, date]:
    payment, entry = session.get(Payment, payment_id), session.get(Entry, payment_id)
    undone = session.scalar(sa.select(Entry.id).where(Entry.reverses_id == payment_id))
    if payment is None or entry is None or entry.ledger_id != ledger_id or undone is not None:
        raise PaymentUnknown("本小区没有这笔收款，或已被冲销；请核对编号")
    return payment, entry.day


def _way_back(clerk: Clerk, payment: Payment, paid_on: date, asked: Method | None) -> Method:
    came = Method(payment.method)
    way = asked or came
    if way is Method.WECHAT and came is Method.WECHAT:
        if clerk.today - paid_on > CHANNEL_REFUNDS_WITHIN:
            raise RefundRefused("这笔微信支付已超过一年，不能原路退回；请改为转账退款")
    elif way not in BY_STAFF:
        raise RefundRefused("请选择退款方式：现金、转账或刷卡；只有微信支付的收款可以原路退回")
    return way


def _add(clerk: Clerk, payment: Payment, method: Method, proposal: Proposal) -> Refund:
    refund = Refund(
        community_id=clerk.community_id,
        payment_id=payment.id,
        unit_id=payment.unit_id,
        tenure=payment.tenure,
        method=method.value,
        amount_fen=proposal.amount_fen,
        cause=proposal.cause.value,
        note=proposal.note,
        proposed_at=clerk.now,
        proposed_by=clerk.account_id,
    )
    clerk.session.add(refund)
    clerk.session.flush()
    detail = {"payment": payment.id, "amount_fen": refund.amount_fen, "cause": refund.cause}
    clerk.record("refund-proposed", f"refund:{refund.id}", detail)
    return refund


def put_off(session: Session, refund_ids: Sequence[str], now: datetime) -> None:
    """Have refunds asked after again if the job that looks after them now should be lost."""
    where = Refund.id.in_(refund_ids)
    session.execute(sa.update(Refund).where(where).values(next_check_at=now + LONGEST_WAIT))
