"""What the worker does for fees: the nightly checks, and what waits for the payment channel."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import structlog

from backend.fees.service import channel_days, night, order_asking, orders, refund_asking, refunds
from backend.fees.service.arrears import nightly
from backend.fees.service.check import check_ledgers
from backend.infra.db import reading, transaction
from backend.infra.house import current_house
from backend.infra.jobs import every_round
from backend.infra.outbox import job, post

LOOK_AFTER_ORDER = "pay-order"
LOOK_AFTER_REFUND = "refund"
AT_ONCE = 20
"""So many are taken in one round; the rest waits for the next."""


@job(night.CHECK)
def check_books(payload: Mapping[str, Any]) -> None:
    """Check every ledger; the long reading keeps nobody from writing."""
    with reading() as session:
        report = check_ledgers(session, current_house())
    with transaction() as session:
        night.keep_report(session, current_house(), date.fromisoformat(payload["day"]), report)


@every_round
def order_nightly_check() -> None:
    """Order the check of a day when its time has come."""
    house = current_house()
    with reading() as session:
        day = night.day_to_check(session, house)
    if day is not None:
        with transaction() as session:
            night.order_check(session, house, day)
            post(session, nightly.REVIEW, {"day": day.isoformat()}, due_at=house.clock())


@job(nightly.REVIEW)
def review_arrears(payload: Mapping[str, Any]) -> None:  # noqa: ARG001  (every open case is looked at)
    """Bring every open case up to date; one that fails does not keep the others waiting."""
    house = current_house()
    with reading() as session:
        found = nightly.open_cases(session)
    for case_id, community_id in found:
        try:
            with transaction() as session:
                nightly.bring_up_to_date(session, house, case_id, community_id)
        except Exception:  # noqa: BLE001  (whatever is wrong with one case must not stop the others)
            structlog.get_logger().exception("arrears-review-failed", case=case_id)


@job(LOOK_AFTER_ORDER)
def look_after_order(payload: Mapping[str, Any]) -> None:
    """Ask how an order stands, or close it when its time is over."""
    order_asking.look_after(current_house(), payload["order_id"])


@job(LOOK_AFTER_REFUND)
def look_after_refund(payload: Mapping[str, Any]) -> None:
    """Have a refund carried out, or ask how it stands."""
    refund_asking.look_after(current_house(), payload["refund_id"])


@every_round
def order_what_is_due() -> None:
    """Have the worker look after whatever is due."""
    house = current_house()
    if house.wechatpay is None:
        return
    with reading() as session:
        due_orders = orders.due_orders(session, house.clock(), AT_ONCE)
        due_refunds = refunds.due_refunds(session, house.clock(), AT_ONCE)
    if not due_orders and not due_refunds:
        return
    with transaction() as session:
        orders.put_off(session, due_orders, house.clock())
        refunds.put_off(session, due_refunds, house.clock())
        for order_id in due_orders:
            post(session, LOOK_AFTER_ORDER, {"order_id": order_id}, due_at=house.clock())
        for refund_id in due_refunds:
            post(session, LOOK_AFTER_REFUND, {"refund_id": refund_id}, due_at=house.clock())


@job(channel_days.RECONCILE)
def reconcile_with_channel(payload: Mapping[str, Any]) -> None:
    """Compare a day's bill of the channel with the books."""
    channel_days.reconcile_day(current_house(), date.fromisoformat(payload["day"]))


@every_round
def order_yesterday_s_bill() -> None:
    """Order the comparison of yesterday when the channel should have its bill."""
    house = current_house()
    if house.wechatpay is None:
        return
    with reading() as session:
        day = channel_days.day_to_reconcile(session, house)
    if day is not None:
        with transaction() as session:
            channel_days.order_day(session, house, day)
