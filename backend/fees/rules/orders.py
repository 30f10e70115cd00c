"""Orders at the payment channel: how long they live, how they stand, when they are asked after."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

LIFE = timedelta(minutes=30)
"""So long an order may be paid."""
TOO_OLD_TO_SHARE = timedelta(minutes=5)
"""An order that ends sooner than this is replaced instead of being answered again."""
ASK_AGAIN = timedelta(seconds=2)
"""So often at most a phone has the channel asked."""
FIRST_CHECK = timedelta(minutes=2)
LONGEST_WAIT = timedelta(hours=6)
MOST_BILLS = 50
MOST_PREPAID_FEN = 5_000_000
"""50,000 yuan: more in advance at once is a slip of the finger."""


class Way(StrEnum):
    """How an order is paid."""

    JSAPI = "jsapi"
    """Inside WeChat, by the person who ordered."""
    NATIVE = "native"
    """By whoever scans a QR code."""


class OrderState(StrEnum):
    """How an order stands, by what is known of it."""

    UNKNOWN = "unknown"
    """Whether the channel has it is not known; it was asked, or the server stopped before asking."""
    PLACED = "placed"
    PAID = "paid"
    CLOSED = "closed"


def order_state(*, code: str | None, payment_id: int | None, closed_at: datetime | None) -> OrderState:
    """Return how an order stands. A payment outweighs a closing: the money came."""
    if payment_id is not None:
        return OrderState.PAID
    if closed_at is not None:
        return OrderState.CLOSED
    return OrderState.UNKNOWN if code is None else OrderState.PLACED


def key_of(unit_id: str, tenure: int, bill_ids: Iterable[int]) -> str:
    """Return what two orders for the same holder and the same bills have in common."""
    text = "|".join([unit_id, str(tenure), *map(str, sorted(bill_ids))])
    return hashlib.sha256(text.encode()).hexdigest()


def wait_after(checks: int) -> timedelta:
    """Return how long to wait before asking the channel again: 2, 4, 8 ... minutes, 6 hours at most."""
    return min(FIRST_CHECK * (1 << min(checks, 10)), LONGEST_WAIT)


def next_check(now: datetime, checks: int, expires_at: datetime) -> datetime:
    """Return when an order is asked after next; its end is never slept through."""
    wanted = now + wait_after(checks)
    return min(wanted, expires_at) if now < expires_at else wanted
