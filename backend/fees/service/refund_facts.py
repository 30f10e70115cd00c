"""What the channel states of a refund enters the books: once, in whatever order it is told."""

from __future__ import annotations

from sqlalchemy.orm import Session

from backend.fees.models import PayOrder, Refund
from backend.fees.rules.pay_refusals import RefundEndedOtherwise
from backend.fees.rules.refunding import Outcome, RefundState
from backend.fees.service.channel import channel_clerk, expected_of
from backend.fees.service.journal import Journal
from backend.fees.service.orders import order_of_payment
from backend.fees.service.refunds import enter_refund, refund_here, state_of
from backend.fees.service.telling import tell_of_refund
from backend.infra.house import House
from backend.infra.wechatpay import facts
from backend.infra.wechatpay.facts import check_refund
from backend.kernel.clock import CHINA

_OUTCOMES = {
    facts.RefundState.SUCCESS: Outcome.DONE,
    facts.RefundState.ABNORMAL: Outcome.ABNORMAL,
    facts.RefundState.CLOSED: Outcome.CLOSED,
    facts.RefundState.PROCESSING: None,
}
_FINAL = frozenset({RefundState.DONE, RefundState.CLOSED})


def take_refund(session: Session, house: House, refund_id: str, told: facts.Refund) -> None:
    """Act on how the channel says that a refund stands. What it said before an end is not said after it.

    Raises:
        FactsDiffer: by its subclass, what does not fit the refund.
        RefundEndedOtherwise: it ended otherwise before, or nobody approved it.
    """
    refund = session.get_one(Refund, refund_id)
    order = order_of_payment(session, refund.payment_id)
    check_refund(
        told, expected_of(order), out_refund_no=refund.out_refund_no or "", refund_fen=refund.amount_fen
    )
    clerk = channel_clerk(session, house, refund.community_id)
    journal = Journal(clerk)
    refund = refund_here(clerk, refund_id)
    before, now = state_of(refund), _OUTCOMES[told.state]
    _check_may_follow(before, now, refund)
    if before in _FINAL:
        return
    refund.trouble = ""
    if now is not Outcome.CLOSED:
        refund.accepted_at = refund.accepted_at or clerk.now
    if now is Outcome.DONE:
        key = f"refund:{refund.method}:{refund.out_refund_no}"
        arrived = (told.success_time or clerk.now).astimezone(CHINA).date()
        enter_refund(journal, refund, key, arrived, refund.out_refund_no or "")
        tell_of_refund(clerk, refund, order.account_id)
    if now in (Outcome.DONE, Outcome.CLOSED):
        refund.ended_at, refund.next_check_at = clerk.now, None
    if now is not None and refund.outcome != now.value:
        refund.outcome = now.value
        clerk.record("refund-told", f"refund:{refund.id}", {"outcome": now.value})


def order_behind(session: Session, refund: Refund) -> PayOrder:
    """Return the order whose payment a refund gives back."""
    return order_of_payment(session, refund.payment_id)


def _check_may_follow(before: RefundState, now: Outcome | None, refund: Refund) -> None:
    is_known = refund.is_approved is True
    has_ended = before in _FINAL and now not in (None, Outcome.ABNORMAL)
    if not is_known or (has_ended and now is not None and before != now.value):
        raise RefundEndedOtherwise(
            f"退款 {refund.out_refund_no} 此前为 {before}，微信支付现称 {now or 'processing'}；请人工核对"
        )
