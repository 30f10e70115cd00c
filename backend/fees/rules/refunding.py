"""Refunds: why, how they stand, and how much may be given back."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

CHANNEL_REFUNDS_WITHIN = timedelta(days=365)
"""The channel gives back what was paid within a year; later it goes back by another way."""


class RefundCause(StrEnum):
    """Why money is to be given back."""

    PAID_TWICE = "paid-twice"
    """An order was paid whose bills were settled or undone meanwhile."""
    ASKED = "asked"
    """The payer asks for it."""
    BY_STAFF = "by-staff"


class RefundState(StrEnum):
    """How a refund stands, by what is known of it."""

    PROPOSED = "proposed"
    REJECTED = "rejected"
    APPROVED = "approved"
    """Its money is held; nothing has left the house as far as is known."""
    ACCEPTED = "accepted"
    """The channel is giving it back; the books have it until it has arrived."""
    ABNORMAL = "abnormal"
    """The payer's card takes no money; staff must act on the merchant platform."""
    DONE = "done"
    CLOSED = "closed"
    """The channel did not give it back; the holder has it as before."""
    REFUSED = "refused"
    """The channel would not take it on."""


class Outcome(StrEnum):
    """What is known last of a refund that was approved."""

    ABNORMAL = "abnormal"
    DONE = "done"
    CLOSED = "closed"
    REFUSED = "refused"


def refund_state(
    *, is_approved: bool | None, accepted_at: datetime | None, outcome: str | None
) -> RefundState:
    """Return how a refund stands."""
    if is_approved is None:
        return RefundState.PROPOSED
    if not is_approved:
        return RefundState.REJECTED
    if outcome is not None:
        return RefundState(outcome)
    return RefundState.APPROVED if accepted_at is None else RefundState.ACCEPTED


def most_refundable(*, paid_fen: int, refunded_fen: int, free_fen: int) -> int:
    """Return how much may be given back: what is left of the payment, and of the holder's free prepayment."""
    return max(0, min(paid_fen - refunded_fen, free_fen))
