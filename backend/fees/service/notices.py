"""Notices of the channel: each is taken once, and what does not fit leaves a trace and settles nothing."""

from __future__ import annotations

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backend.fees.models import ChannelNotice
from backend.fees.rules.pay_refusals import ChannelOrderUnknown
from backend.fees.service.incidents import Incident, keep_incident
from backend.fees.service.orders import order_numbered
from backend.fees.service.refund_facts import take_refund
from backend.fees.service.refunds import refund_numbered
from backend.fees.service.settlement import settle_order
from backend.infra.house import House
from backend.infra.wechatpay.facts import Transaction
from backend.infra.wechatpay.notices import Notice
from backend.kernel.refusal import Refusal


def take_notice(session: Session, house: House, notice: Notice) -> None:
    """Act on a notice that was proven and opened; one that was taken before changes nothing.

    Raises:
        ChannelOrderUnknown: about an order or a refund that is none of ours.
        FactsDiffer, PaidOtherwise, RefundEndedOtherwise: it does not fit ours.
    """
    if session.get(ChannelNotice, notice.notice_id) is not None or not _is_first(session, house, notice):
        return
    told = notice.resource
    if isinstance(told, Transaction):
        order = order_numbered(session, told.out_trade_no)
        if order is None:
            raise ChannelOrderUnknown(f"没有订单 {told.out_trade_no}，未入账；请核对商户号是否另有系统在用")
        settle_order(session, house, order.id, told)
        return
    refund = refund_numbered(session, told.out_refund_no)
    if refund is None:
        raise ChannelOrderUnknown(f"没有退款 {told.out_refund_no}，未入账；请核对是否在商户平台上办过退款")
    take_refund(session, house, refund.id, told)


def keep_refused(session: Session, house: House, notice: Notice, refusal: Refusal) -> None:
    """Keep that a notice did not fit; the channel sends it again and again, and it is counted."""
    told = notice.resource
    if isinstance(told, Transaction):
        order = order_numbered(session, told.out_trade_no)
        community = order.community_id if order else None
        keep_incident(session, house, Incident(refusal, told.out_trade_no, community))
        return
    refund = refund_numbered(session, told.out_refund_no)
    community = refund.community_id if refund else None
    keep_incident(session, house, Incident(refusal, told.out_refund_no, community))


def _is_first(session: Session, house: House, notice: Notice) -> bool:
    """Claim a notice's id. Of the same ones at once, the others wait here until the first is done."""
    told = notice.resource
    number = told.out_trade_no if isinstance(told, Transaction) else told.out_refund_no
    row = ChannelNotice(
        notice_id=notice.notice_id,
        event=notice.event_type.value,
        number=number[:64],
        taken_at=house.clock(),
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return False
    return True
