"""A day's bill of the channel, compared with the books of every community that it names.

Payments that the books lack are first looked for at the channel, and entered. Each step opens its own
transaction: none is held while the channel is asked.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.fees.models import ChannelDay, PayOrder, Refund
from backend.fees.rules.pay_refusals import ReconcileDayRefused
from backend.fees.rules.reconciling import BILL_HOUR, CHANNEL_KEEPS, Line, Source, What, compare
from backend.fees.rules.values import Method
from backend.fees.service import order_asking, refund_asking
from backend.fees.service.channel import WRITER, channel_of
from backend.fees.service.clerk import Clerk
from backend.fees.service.differences import Look, keep_look
from backend.fees.service.reconciling import (
    payments_between,
    payments_numbered,
    refunds_between,
    refunds_numbered,
)
from backend.infra.db import reading, transaction
from backend.infra.house import House
from backend.infra.outbox import post
from backend.infra.wechatpay.bills import TradeRow, read_trade_bill
from backend.infra.wechatpay.errors import BillNotReady
from backend.kernel.clock import CHINA
from backend.registry import all_communities

RECONCILE = "channel-day"
PAID, REFUNDED = "SUCCESS", "REFUND"


def day_to_reconcile(session: Session, house: House) -> date | None:
    """Return yesterday if its bill should be there and was not asked for; None if nothing is to be done."""
    here = house.clock().astimezone(CHINA)
    yesterday = here.date() - timedelta(days=1)
    if here.hour < BILL_HOUR or session.get(ChannelDay, yesterday) is not None:
        return None
    return yesterday


def order_day(session: Session, house: House, day: date) -> None:
    """Have the worker compare a day."""
    if session.get(ChannelDay, day) is None:
        session.add(ChannelDay(day=day, ordered_at=house.clock()))
        session.flush()
    post(session, RECONCILE, {"day": day.isoformat()}, due_at=house.clock())


def order_on_demand(clerk: Clerk, day: date) -> None:
    """Have the worker compare a day again, or one that was missed.

    Raises:
        WechatPayOff: there is no channel.
        ReconcileDayRefused: its bill is not there yet, or no more.
    """
    channel_of(clerk.house)
    here = clerk.now.astimezone(CHINA)
    newest = here.date() - timedelta(days=1 if here.hour >= BILL_HOUR else 2)
    if not clerk.today - CHANNEL_KEEPS <= day <= newest:
        raise ReconcileDayRefused(f"微信支付账单次日 {BILL_HOUR} 点后生成，保留三个月；请改选日期")
    order_day(clerk.session, clerk.house, day)
    clerk.record("reconciliation-ordered", f"channel-day:{day}", {})


def reconcile_day(house: House, day: date) -> None:
    """Fetch a day's bill, find payments that the books lack, and keep where the two differ.

    Raises:
        BillNotReady: there is none although the books have payments of that day.
        WechatPayRefusal: by its subclass, why it could not be fetched.
    """
    rows = _fetched(house, day)
    _find_what_is_lacking(house, rows)
    with transaction() as session:
        theirs = _by_community(session, rows)
        for community_id in all_communities(session):
            _compare(session, house, day, community_id, theirs.pop(community_id, []))
        look = Look(Source.WECHAT, day, day, None, WRITER)
        lines = theirs.get(None, [])
        keep_look(session, house, look, [], lines, compare([], lines))
        session.get_one(ChannelDay, day).done_at = house.clock()


def _fetched(house: House, day: date) -> list[TradeRow]:
    client = channel_of(house).client
    with tempfile.TemporaryFile() as file:
        try:
            client.trade_bill(day, file)
        except BillNotReady:
            if _has_payments(day):
                raise
            return []  # nothing was paid, so there is no bill
        file.seek(0)
        return [row for row in read_trade_bill(file) if row.state in (PAID, REFUNDED)]


def _has_payments(day: date) -> bool:
    with reading() as session:
        return any(_ours(session, community_id, day) for community_id in all_communities(session))


def _ours(session: Session, community_id: str, day: date) -> list[Line]:
    paid = payments_between(session, community_id, Method.WECHAT, day, day)
    return paid + refunds_between(session, community_id, day, day)


def _find_what_is_lacking(house: House, rows: Sequence[TradeRow]) -> None:
    """Ask the channel about what its bill names and the books do not have as it says."""
    with reading() as session:
        orders = _orders_of(session, rows)
        numbers = [row.out_refund_no for row in rows if row.state == REFUNDED]
        refunds = session.scalars(sa.select(Refund.id).where(Refund.out_refund_no.in_(numbers))).all()
    for order in orders.values():
        if order.payment_id is None:
            order_asking.find_payment(house, order.id)
    for refund_id in refunds:
        refund_asking.look_after(house, refund_id)


def _orders_of(session: Session, rows: Sequence[TradeRow]) -> dict[str, PayOrder]:
    found: dict[str, PayOrder] = {}
    numbers = sorted({row.out_trade_no for row in rows})
    for start in range(0, len(numbers), 500):
        query = sa.select(PayOrder).where(PayOrder.out_trade_no.in_(numbers[start : start + 500]))
        found.update((order.out_trade_no, order) for order in session.scalars(query))
    return found


def _by_community(session: Session, rows: Sequence[TradeRow]) -> dict[str | None, list[Line]]:
    orders = _orders_of(session, rows)
    found: dict[str | None, list[Line]] = {}
    for row in rows:
        order = orders.get(row.out_trade_no)
        found.setdefault(order.community_id if order else None, []).append(_line(row))
    return found


def _line(row: TradeRow) -> Line:
    day = row.at.astimezone(CHINA).date()
    if row.state == REFUNDED:
        return Line(What.REFUND, row.out_refund_no, row.refund_requested_fen, day, row.refund_state)
    return Line(What.PAYMENT, row.transaction_id, row.total_fen, day, row.state)


def _compare(session: Session, house: House, day: date, community_id: str, theirs: list[Line]) -> None:
    """Compare one community; what the bill names and the books have on another day is no difference."""
    ours = _ours(session, community_id, day)
    known = {(line.what, line.number) for line in ours}
    others = {
        what: [line.number for line in theirs if line.what is what and (what, line.number) not in known]
        for what in What
    }
    ours += payments_numbered(session, community_id, Method.WECHAT, others[What.PAYMENT])
    ours += refunds_numbered(session, community_id, others[What.REFUND])
    if ours or theirs:
        look = Look(Source.WECHAT, day, day, community_id, WRITER)
        keep_look(session, house, look, ours, theirs, compare(ours, theirs))
