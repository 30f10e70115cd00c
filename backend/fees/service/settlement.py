"""A payment that the channel states enters the books: once, whoever tells of it and how often."""

from __future__ import annotations

from sqlalchemy.orm import Session

from backend.fees.models import Payment, PayOrder
from backend.fees.rules.pay_refusals import PaidOtherwise
from backend.fees.rules.values import Method
from backend.fees.service.channel import channel_clerk, expected_of
from backend.fees.service.journal import Journal
from backend.fees.service.orders import bills_of_order, end_waiting
from backend.fees.service.payments import Money, enter_payment, payment_key
from backend.fees.service.refunds import propose_surplus
from backend.fees.service.standing import bills_named
from backend.fees.service.telling import tell_of_payment
from backend.infra.house import House
from backend.infra.wechatpay.facts import Transaction, check_payment
from backend.kernel.clock import CHINA


def settle_order(session: Session, house: House, order_id: str, paid: Transaction) -> None:
    """Enter the payment of an order by what the channel states; told again, nothing happens.

    The books are locked first, so that of many that tell at once, one enters it. An order that was closed is
    settled too: the money came. What its bills no longer owe is proposed to be given back.

    Raises:
        FactsDiffer: by its subclass, what does not fit the order.
        PaidOtherwise: the order, or the channel's number, belongs to another payment.
    """
    order = session.get_one(PayOrder, order_id)
    check_payment(paid, expected_of(order))
    clerk = channel_clerk(session, house, order.community_id)
    journal = Journal(clerk)
    session.refresh(order)
    key = payment_key(Method.WECHAT, paid.transaction_id)
    if order.payment_id is not None or journal.known_keys([key]):
        _check_same(session, order, paid)
        return
    assert paid.success_time is not None  # of a payment that was checked
    ordered = bills_of_order(session, order_id)
    standing = [one for one in bills_named(session, [each.bill_id for each in ordered]) if one.open_fen > 0]
    day = paid.success_time.astimezone(CHINA).date()
    money = Money(order.unit_id, Method.WECHAT, order.amount_fen, day, paid.transaction_id)
    done = enter_payment(journal, money, order.tenure, [one.as_open() for one in standing], key)
    journal.write()
    order.payment_id = done.payment_id
    end_waiting(order)
    session.flush()
    if ordered and done.prepaid_fen:
        propose_surplus(clerk, done.payment_id, done.prepaid_fen)
    detail = {"amount_fen": order.amount_fen, "order": order.id}
    clerk.record("wechat-payment-settled", f"journal-entry:{done.payment_id}", detail)
    tell_of_payment(clerk, done.payment_id, order.account_id)


def _check_same(session: Session, order: PayOrder, paid: Transaction) -> None:
    known = session.get(Payment, order.payment_id) if order.payment_id is not None else None
    if known is None or known.reference != paid.transaction_id:
        raise PaidOtherwise(
            f"订单 {order.out_trade_no} 与微信订单 {paid.transaction_id} 对不上已入账的收款；请人工核对"
        )
