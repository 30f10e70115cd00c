"""Orders in the books: who may order what, at what price, and what is known of each.

Nothing here asks the channel; `service.order_asking` does, outside any transaction.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.fees.models import PayOrder, PayOrderBill
from backend.fees.rules.orders import (
    FIRST_CHECK,
    LIFE,
    LONGEST_WAIT,
    MOST_BILLS,
    MOST_PREPAID_FEN,
    TOO_OLD_TO_SHARE,
    OrderState,
    Way,
    key_of,
    next_check,
    order_state,
)
from backend.fees.rules.pay_refusals import NothingOwed, OrderRefused, OrderUnknown, WechatNotLinked
from backend.fees.rules.pay_wording import MANY_ITEMS, ORDER_OF_BILLS, ORDER_OF_PREPAYMENT
from backend.fees.rules.refusals import BillUnknown
from backend.fees.service.access import resident_tenure
from backend.fees.service.channel import Channel
from backend.fees.service.clerk import Clerk
from backend.fees.service.items import item_names
from backend.fees.service.journal import Journal
from backend.fees.service.standing import Standing, bills_named
from backend.identity import find_link
from backend.infra.auth import Actor
from backend.infra.house import House
from backend.infra.wechatpay.orders import NOT_IN_A_BILL

NUMBER_BYTES = 16
"""128 random bits: nobody guesses an order's number."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants to pay: bills of a unit, or an amount in advance (then there are no bills)."""

    unit_id: str
    way: Way
    bill_ids: frozenset[int] = frozenset()
    prepay_fen: int = 0


@dataclass(frozen=True, slots=True)
class Begun:
    """An order that may be placed, or else the orders that must be closed before there can be one."""

    order: PayOrder | None
    in_the_way: Sequence[str] = ()


def begin_order(
    session: Session, house: House, channel: Channel, actor: Actor, community_id: str, wanted: Wanted
) -> Begun:
    """Write an order down, or return the one that the same person began for the same.

    Raises:
        RoleMissing: the unit is not theirs to pay for.
        WechatNotLinked: to be paid inside WeChat, by somebody whom WeChat does not know.
        BillUnknown, NothingOwed, OrderRefused: what it says.
    """
    tenure = resident_tenure(session, house, actor, community_id, wanted.unit_id)
    if wanted.way is Way.JSAPI:
        openid_of(session, house, actor.account_id)
    Journal(Clerk(session, house, community_id, actor.account_id))  # nothing is paid or ordered meanwhile
    bills = _bills_wanted(session, wanted, tenure)
    amount = sum(one.open_fen for one in bills) or wanted.prepay_fen
    others = _open_orders(session, wanted, tenure)
    same = _same(house.clock(), others, actor, wanted, amount)
    if same is not None or others:
        return Begun(same, [] if same else [other.id for other in others])
    order = _new_order(house, channel, wanted, tenure, amount)
    order.community_id, order.account_id = community_id, actor.account_id
    order.description = _description(session, bills)
    session.add(order)
    session.flush()
    session.add_all(
        PayOrderBill(order_id=order.id, bill_id=one.bill.id, amount_fen=one.open_fen) for one in bills
    )
    return Begun(order)


def openid_of(session: Session, house: House, account_id: str) -> str:
    """Return by what name WeChat knows an account. Raises WechatNotLinked."""
    link = find_link(session, house, account_id)
    if link is None:
        raise WechatNotLinked("您的账号没有绑定微信小程序；请在小程序内用微信登录后再付，或改用扫码支付")
    return link.openid


def own_order(session: Session, actor: Actor, community_id: str, order_id: str) -> PayOrder:
    """Return an order of whoever asks. Raises OrderUnknown."""
    order = session.get(PayOrder, order_id)
    if order is None or (order.community_id, order.account_id) != (community_id, actor.account_id):
        raise OrderUnknown("没有这笔订单，或不是您下的；请刷新后重试")
    return order


def state_of(order: PayOrder) -> OrderState:
    """Return how an order stands."""
    return order_state(code=order.code, payment_id=order.payment_id, closed_at=order.closed_at)


def is_open(order: PayOrder) -> bool:
    """Tell whether an order may still be paid as far as is known."""
    return state_of(order) in (OrderState.UNKNOWN, OrderState.PLACED)


def bills_of_order(session: Session, order_id: str) -> list[PayOrderBill]:
    """Return the bills of an order with what was owed of each; empty for one in advance."""
    query = sa.select(PayOrderBill).where(PayOrderBill.order_id == order_id).order_by(PayOrderBill.bill_id)
    return list(session.scalars(query))


def order_numbered(session: Session, out_trade_no: str) -> PayOrder | None:
    """Return the order of a number, None if it is none of ours."""
    return session.scalar(sa.select(PayOrder).where(PayOrder.out_trade_no == out_trade_no))


def keep_code(session: Session, order_id: str, code: str) -> None:
    """Note that the channel has an order, and what opens it."""
    session.get_one(PayOrder, order_id).code = code


def keep_closed(session: Session, house: House, order_id: str) -> None:
    """Note that an order can no longer be paid; a payment that came before stands."""
    order = session.get_one(PayOrder, order_id, with_for_update=True, populate_existing=True)
    if is_open(order):
        order.closed_at = house.clock()
        end_waiting(order)


def end_waiting(order: PayOrder) -> None:
    """Ask after an order no more, and let others for the same bills be made."""
    order.open_key, order.next_check_at = None, None


def keep_asked(session: Session, house: House, order_id: str) -> None:
    """Note that the channel was asked, and when it is asked again if that brings nothing."""
    order = session.get_one(PayOrder, order_id)
    order.asked_at, order.checks = house.clock(), order.checks + 1
    if is_open(order):
        order.next_check_at = next_check(house.clock(), order.checks, order.expires_at)


def due_orders(session: Session, now: datetime, most: int) -> list[str]:
    """Return orders that are to be asked after."""
    query = sa.select(PayOrder.id).where(PayOrder.next_check_at <= now).order_by(PayOrder.next_check_at)
    return list(session.scalars(query.limit(most)))


def _bills_wanted(session: Session, wanted: Wanted, tenure: int) -> list[Standing]:
    if bool(wanted.bill_ids) == bool(wanted.prepay_fen) or len(wanted.bill_ids) > MOST_BILLS:
        raise OrderRefused(f"请选择 1 至 {MOST_BILLS} 张账单，或只填写预存金额")
    if wanted.prepay_fen > MOST_PREPAID_FEN:
        raise OrderRefused(f"一次至多预存 {MOST_PREPAID_FEN // 100} 元")
    found = [
        one
        for one in bills_named(session, wanted.bill_ids)
        if (one.bill.unit_id, one.bill.tenure) == (wanted.unit_id, tenure)
    ]
    if len(found) != len(wanted.bill_ids):
        raise BillUnknown("所选账单不属于您当前的这套房屋；请刷新后重选")
    if wanted.bill_ids and not any(one.open_fen > 0 for one in found):
        raise NothingOwed("所选账单已结清或已冲销，无需再付；请刷新账单")
    return [one for one in found if one.open_fen > 0]


def _open_orders(session: Session, wanted: Wanted, tenure: int) -> list[PayOrder]:
    """Return orders that are open and pay one of the same bills, or in advance as this one does."""
    query = sa.select(PayOrder).where(
        PayOrder.unit_id == wanted.unit_id, PayOrder.tenure == tenure, PayOrder.open_key.is_not(None)
    )
    paying = sa.select(PayOrderBill.order_id)
    if wanted.bill_ids:
        query = query.where(PayOrder.id.in_(paying.where(PayOrderBill.bill_id.in_(wanted.bill_ids))))
    else:
        query = query.where(PayOrder.id.not_in(paying))
    return list(session.scalars(query.order_by(PayOrder.id)))


def _same(
    now: datetime, others: Sequence[PayOrder], actor: Actor, wanted: Wanted, amount_fen: int
) -> PayOrder | None:
    if len(others) != 1:
        return None
    [other] = others
    told = (actor.account_id, wanted.way.value, amount_fen)
    is_same = (other.account_id, other.way, other.amount_fen) == told
    is_same = is_same and other.open_key == key_of(wanted.unit_id, other.tenure, wanted.bill_ids)
    return other if is_same and other.expires_at - now >= TOO_OLD_TO_SHARE else None


def _new_order(house: House, channel: Channel, wanted: Wanted, tenure: int, amount_fen: int) -> PayOrder:
    now = house.clock()
    return PayOrder(
        unit_id=wanted.unit_id,
        tenure=tenure,
        way=wanted.way.value,
        mchid=channel.mchid,
        appid=channel.appid,
        out_trade_no=secrets.token_hex(NUMBER_BYTES),
        amount_fen=amount_fen,
        ordered_at=now,
        expires_at=(now + LIFE).replace(microsecond=0),
        open_key=key_of(wanted.unit_id, tenure, wanted.bill_ids),
        next_check_at=now + FIRST_CHECK,
    )


def _description(session: Session, bills: Sequence[Standing]) -> str:
    if not bills:
        return ORDER_OF_PREPAYMENT
    names = set(item_names(session, [one.bill.item_id for one in bills]).values())
    listed = NOT_IN_A_BILL.sub(" ", "、".join(sorted(names)))
    return ORDER_OF_BILLS.format(items=listed if len(listed) <= 60 else MANY_ITEMS, bills=len(bills))


def order_of_payment(session: Session, payment_id: int) -> PayOrder:
    """Return the order by which a payment came; there is one for each that the channel made."""
    return session.scalars(sa.select(PayOrder).where(PayOrder.payment_id == payment_id)).one()


def put_off(session: Session, order_ids: Sequence[str], now: datetime) -> None:
    """Have orders asked after again if the job that looks after them now should be lost."""
    where = PayOrder.id.in_(order_ids)
    session.execute(sa.update(PayOrder).where(where).values(next_check_at=now + LONGEST_WAIT))
