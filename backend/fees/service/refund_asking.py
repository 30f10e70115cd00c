"""Asking the channel to give money back. Each function opens its own transactions: none is held meanwhile.

The same number stands in the books before the channel hears of it, and is used for every try, so that however
often it is asked it refunds once.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from backend.fees.models import Refund
from backend.fees.rules.orders import wait_after
from backend.fees.rules.pay_refusals import RefundEndedOtherwise
from backend.fees.rules.pay_wording import REFUND_REASONS
from backend.fees.rules.refunding import Outcome, RefundState
from backend.fees.service import refunds
from backend.fees.service.channel import Channel, channel_clerk, channel_of
from backend.fees.service.incidents import Incident, keep_incident
from backend.fees.service.journal import Journal
from backend.fees.service.refund_facts import order_behind, take_refund
from backend.infra.db import transaction
from backend.infra.house import House
from backend.infra.wechatpay import facts
from backend.infra.wechatpay.errors import (
    ChannelRefused,
    FactsDiffer,
    NotEnough,
    NotSent,
    OutcomeUnknown,
    ResourceUnknown,
    SignatureRefused,
    TooFrequent,
    WechatPayRefusal,
)
from backend.infra.wechatpay.orders import RefundRequest

WAITING = frozenset({RefundState.APPROVED, RefundState.ACCEPTED, RefundState.ABNORMAL})
_LATER = (NotSent, OutcomeUnknown, TooFrequent, NotEnough, SignatureRefused)
"""Asked again later by the same number, the channel may well take it."""


def look_after(house: House, refund_id: str) -> None:
    """Have the channel carry a refund out, or ask how it stands; done again and again until it is over.

    What goes wrong is noted on the refund; what does not fit is kept as an incident.
    """
    refund, request = _begun(house, refund_id)
    if refunds.state_of(refund) not in WAITING:
        return
    try:
        told = _ask(channel_of(house), request, is_first=refund.checks == 1)
    except _LATER as trouble:
        _note(refund_id, trouble)
    except ChannelRefused as no:
        _refused(house, refund_id, no)
    else:
        act_on(house, refund, told)


def act_on(house: House, refund: Refund, told: facts.Refund) -> None:
    """Act on what the channel answered about a refund; what does not fit is kept as an incident."""
    try:
        with transaction() as session:
            take_refund(session, house, refund.id, told)
    except (FactsDiffer, RefundEndedOtherwise) as refusal:
        with transaction() as session:
            incident = Incident(refusal, refund.out_refund_no or "", refund.community_id)
            keep_incident(session, house, incident)


def _begun(house: House, refund_id: str) -> tuple[Refund, RefundRequest]:
    """Note that the channel is asked now, and when next."""
    with transaction() as session:
        refund = session.get_one(Refund, refund_id, with_for_update=True)
        if refunds.state_of(refund) in WAITING:
            refund.asked_at, refund.checks = house.clock(), refund.checks + 1
            refund.next_check_at = house.clock() + wait_after(refund.checks - 1)
        else:
            refund.next_check_at = None
        return refund, _request(session, house, refund)


def _request(session: Session, house: House, refund: Refund) -> RefundRequest:
    order = order_behind(session, refund)
    return RefundRequest(
        order.out_trade_no,
        refund.out_refund_no or "",
        refund.amount_fen,
        order.amount_fen,
        REFUND_REASONS[refund.cause],
        channel_of(house).notify_url,
    )


def _ask(channel: Channel, request: RefundRequest, *, is_first: bool) -> facts.Refund:
    """Ask how a refund stands before asking for it anew."""
    if not is_first:
        try:
            return channel.client.query_refund(request.out_refund_no)
        except ResourceUnknown:
            pass
    return channel.client.refund(request)


def _note(refund_id: str, trouble: WechatPayRefusal) -> None:
    with transaction() as session:
        session.get_one(Refund, refund_id).trouble = trouble.detail[:200]


def _refused(house: House, refund_id: str, no: ChannelRefused) -> None:
    """End a refund that the channel will not take on, unless it took it on before."""
    with transaction() as session:
        refund = session.get_one(Refund, refund_id)
        clerk = channel_clerk(session, house, refund.community_id)
        Journal(clerk)
        refund = refunds.refund_here(clerk, refund_id)
        refund.trouble = no.detail[:200]
        if refunds.state_of(refund) is RefundState.APPROVED:
            refund.outcome, refund.ended_at = Outcome.REFUSED.value, clerk.now
            refund.next_check_at = None
            clerk.record("refund-refused", f"refund:{refund.id}", {"code": no.channel_code})
