"""An order as its payer sees it: what opens the payment is told while it may be paid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from backend.fees.models import PayOrder, PayOrderBill
from backend.fees.rules.orders import OrderState, Way
from backend.fees.rules.pay_refusals import CodeMissing
from backend.fees.service.channel import channel_of
from backend.fees.service.orders import bills_of_order, state_of
from backend.infra.house import House


@dataclass(frozen=True, slots=True)
class OrderView:
    """An order, its bills, and one of the two things that open its payment; neither once it is over."""

    order: PayOrder
    bills: Sequence[PayOrderBill]
    pay: Mapping[str, str] | None
    code_url: str | None


def view_order(session: Session, house: House, order: PayOrder) -> OrderView:
    """Return an order as its payer sees it."""
    bills = bills_of_order(session, order.id)
    may_be_paid = state_of(order) is OrderState.PLACED and house.clock() < order.expires_at
    if not may_be_paid or order.code is None:
        return OrderView(order, bills, None, None)
    if order.way == Way.NATIVE:
        return OrderView(order, bills, None, order.code)
    return OrderView(order, bills, channel_of(house).client.pay_params(order.appid, order.code), None)


def code_of(view: OrderView) -> str:
    """Return what the order's QR code holds. Raises CodeMissing."""
    if view.code_url is None:
        raise CodeMissing("这笔订单没有可扫的付款码：已付、已关闭、已过期，或须在微信内支付；请重新下单")
    return view.code_url
