"""Asking the channel about orders. Each function opens its own transactions: none is held while it asks.

Whatever ends half-way, by a crash or a lost answer, is found again: the order stands in the books before the
channel hears of it, and `check_order` learns from the channel itself how it stands there.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.orm import Session

from backend.fees.models import PayOrder
from backend.fees.rules.orders import ASK_AGAIN, OrderState, Way
from backend.fees.rules.pay_refusals import OrderInTheWay, PaidOtherwise, RefundedElsewhere
from backend.fees.service import orders
from backend.fees.service.channel import Channel, channel_of
from backend.fees.service.incidents import Incident, keep_incident
from backend.fees.service.settlement import settle_order
from backend.infra.auth import Actor
from backend.infra.db import reading, transaction
from backend.infra.house import House
from backend.infra.wechatpay.errors import (
    ChannelRefused,
    FactsDiffer,
    NotSent,
    OrderClosed,
    OrderPaid,
    OutcomeUnknown,
    ResourceUnknown,
    TradeNumberUsed,
)
from backend.infra.wechatpay.facts import TradeState, Transaction
from backend.infra.wechatpay.orders import Order

MOST_ROUNDS = 3
ENDED = frozenset({TradeState.CLOSED, TradeState.REVOKED})


def order_payment(house: House, actor: Actor, community_id: str, wanted: orders.Wanted) -> PayOrder:
    """Order a payment, after closing what is in its way, and return the order as it then stands.

    Its state is UNKNOWN where the channel gave no certain answer; asking for the same again asks it again.

    Raises:
        OrderInTheWay: another order for the same bills cannot be closed now.
        WechatPayOff, WechatPayRefusal, and what `orders.begin_order` raises.
    """
    channel = channel_of(house)
    for _ in range(MOST_ROUNDS):
        with transaction() as session:
            begun = orders.begin_order(session, house, channel, actor, community_id, wanted)
        if begun.order is not None:
            place_order(house, channel, begun.order.id)
            return _order(begun.order.id)
        for order_id in begun.in_the_way:
            close_order(house, order_id)
    raise OrderInTheWay("同一账单另有一笔支付正在进行；请稍候一分钟再试")


def place_order(house: House, channel: Channel, order_id: str) -> None:
    """Tell the channel of an order that it may not know yet; asked twice, it has it once.

    Raises:
        NotSent: nothing reached it.
        ChannelRefused: it does not take the order, which is closed then.
    """
    order = _order(order_id)
    if orders.state_of(order) is not OrderState.UNKNOWN:
        return
    try:
        code = _place(house, channel, order)
    except OutcomeUnknown:
        return
    except OrderPaid:
        check_order(house, order_id)
    except TradeNumberUsed:
        close_order(house, order_id)
        raise
    except ChannelRefused:
        with transaction() as session:
            orders.keep_closed(session, house, order_id)
        raise
    else:
        with transaction() as session:
            orders.keep_code(session, order_id, code)


def ask_after(house: House, actor: Actor, community_id: str, order_id: str) -> PayOrder:
    """Return how somebody's order stands; the channel is asked while that is not known for good.

    A channel that cannot be reached now is no refusal: the order stands as it was known.

    Raises:
        OrderUnknown: none of theirs.
    """
    with reading() as session:
        order = orders.own_order(session, actor, community_id, order_id)
    is_early = order.asked_at is not None and house.clock() - order.asked_at < ASK_AGAIN
    if not orders.is_open(order) or is_early:
        return order
    _unless_unsure(check_order, house, order_id)
    return _order(order_id)


def check_order(house: House, order_id: str) -> None:
    """Ask the channel how an order stands, and act on it.

    Raises:
        NotSent, OutcomeUnknown, ChannelRefused: it told nothing certain.
        FactsDiffer, PaidOtherwise, RefundedElsewhere: what it told does not fit, and is kept as an incident.
    """
    order = _order(order_id)
    with transaction() as session:
        orders.keep_asked(session, house, order_id)
    if orders.is_open(order):
        _learn(house, order)


def find_payment(house: House, order_id: str) -> None:
    """Look at the channel for a payment that the books lack, of an order that was closed too.

    What the channel leaves uncertain, and what does not fit, is for whoever compares next.
    """
    order = _order(order_id)
    if orders.state_of(order) is not OrderState.PAID:
        _unless_unsure(lambda house, _: _learn(house, order), house, order_id)


def _learn(house: House, order: PayOrder) -> None:
    try:
        told = channel_of(house).client.query(order.out_trade_no)
    except ResourceUnknown:
        if order.code is None or order.expires_at <= house.clock():
            with transaction() as session:  # it never had the order, and what would open it was never known
                orders.keep_closed(session, house, order.id)
        return
    act_on(house, order, told)


def act_on(house: House, order: PayOrder, told: Transaction) -> None:
    """Act on what the channel answered about an order.

    What does not fit is kept as an incident and ends the order, so that it bars no other; should the channel
    state a payment that fits later on, it is settled all the same.

    Raises:
        FactsDiffer, PaidOtherwise, RefundedElsewhere: what it says.
    """
    try:
        with transaction() as session:
            _act_on(session, house, order, told)
    except (FactsDiffer, PaidOtherwise, RefundedElsewhere) as refusal:
        with transaction() as session:
            keep_incident(session, house, Incident(refusal, order.out_trade_no, order.community_id))
            orders.keep_closed(session, house, order.id)
        raise


def close_order(house: House, order_id: str) -> None:
    """End an order at the channel, unless it was paid before: then it is settled.

    Raises:
        NotSent, OutcomeUnknown, ChannelRefused: it may still be paid.
    """
    check_order(house, order_id)
    order = _order(order_id)
    if not orders.is_open(order):
        return
    try:
        channel_of(house).client.close(order.out_trade_no)
    except OrderPaid:
        check_order(house, order_id)
        return
    except (ResourceUnknown, OrderClosed):
        pass
    with transaction() as session:
        orders.keep_closed(session, house, order_id)


def look_after(house: House, order_id: str) -> None:
    """Do what is due for an order: ask after it, and end it when its time is over. For the worker.

    What the channel leaves uncertain is asked again later, by the order's own waits.
    """
    order = _order(order_id)
    is_over = order.expires_at <= house.clock()
    _unless_unsure(close_order if is_over else check_order, house, order_id)


def _unless_unsure(act: Callable[[House, str], None], house: House, order_id: str) -> None:
    try:
        act(house, order_id)
    except (NotSent, OutcomeUnknown, ChannelRefused, FactsDiffer, PaidOtherwise, RefundedElsewhere):
        return  # when it is asked again was noted before; what does not fit was kept as an incident


def _place(house: House, channel: Channel, order: PayOrder) -> str:
    told = Order(
        channel.appid,
        order.out_trade_no,
        order.description,
        order.amount_fen,
        channel.notify_url,
        order.expires_at,
    )
    if order.way == Way.NATIVE:
        return channel.client.order_native(told)
    with reading() as session:
        openid = orders.openid_of(session, house, order.account_id)
    return channel.client.order_jsapi(told, openid)


def _act_on(session: Session, house: House, order: PayOrder, told: Transaction) -> None:
    if told.state is TradeState.SUCCESS:
        settle_order(session, house, order.id, told)
    elif told.state is TradeState.REFUND:
        raise RefundedElsewhere(f"订单 {order.out_trade_no} 在微信侧已付款并退款，本系统均无记录；请人工核对")
    elif told.state in ENDED:
        orders.keep_closed(session, house, order.id)


def _order(order_id: str) -> PayOrder:
    with reading() as session:
        return session.get_one(PayOrder, order_id)
