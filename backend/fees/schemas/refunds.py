"""Refunds, and payments that look like duplicates."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, post_load, validate

from backend.fees.models import Refund
from backend.fees.rules.refunding import RefundCause
from backend.fees.rules.values import BY_STAFF, Method
from backend.fees.schemas.charging import FenField
from backend.fees.service.refunds import Proposal, state_of
from backend.infra.schema import Moment, Schema

_WAYS = [method.value for method in (*BY_STAFF, Method.WECHAT)]


class RefundForm(Schema):
    """Propose to give money of a payment back; `method` only if it goes back otherwise than it came."""

    payment_id = fields.Integer(required=True, strict=True, validate=validate.Range(min=1, max=2**53))
    amount_fen = FenField(required=True)
    note = fields.String(load_default="", validate=validate.Length(max=200))
    method = fields.String(load_default=None, validate=validate.OneOf(_WAYS))

    @post_load
    def make(self, values: dict[str, Any], **_: object) -> Proposal:
        """Return what is proposed; why, the service says by who asks."""
        method = values.pop("method")
        return Proposal(cause=RefundCause.BY_STAFF, method=Method(method) if method else None, **values)


class RefundDecisionForm(Schema):
    """Approve or reject a refund."""

    is_approved = fields.Boolean(required=True)
    note = fields.String(load_default="", validate=validate.Length(max=200))


class RefundSlipForm(Schema):
    """Say that money went back by hand."""

    slip = fields.String(required=True, validate=validate.Regexp(r"^[^\s:]{1,64}\Z"))
    day = fields.Date(required=True)


class RefundView(Schema):
    """A refund. `trouble` says why the channel has not carried it out yet."""

    id = fields.String(required=True)
    payment_id = fields.Integer(required=True)
    unit_id = fields.String(required=True)
    method = fields.String(required=True)
    amount_fen = fields.Integer(required=True)
    cause = fields.String(required=True)
    note = fields.String(required=True)
    state = fields.String(required=True)
    proposed_at = Moment(required=True)
    decided_at = Moment(required=True, allow_none=True)
    decision_note = fields.String(required=True)
    ended_at = Moment(required=True, allow_none=True)
    entry_id = fields.Integer(required=True, allow_none=True)
    number = fields.String(required=True)
    trouble = fields.String(required=True)


class RefundsView(Schema):
    """Refunds, the latest first."""

    items = fields.List(fields.Nested(RefundView), required=True)


class DuplicatesQuery(Schema):
    """Since when payments are looked at; 90 days unless given."""

    since = fields.Date(load_default=None)


class TwinView(Schema):
    """A payment of a group that looks like duplicates."""

    payment_id = fields.Integer(required=True)
    day = fields.Date(required=True)
    method = fields.String(required=True)
    reference = fields.String(required=True)
    refunded_fen = fields.Integer(required=True)


class TwinsView(Schema):
    """Payments of one holder with one amount, within few days of each other."""

    unit_id = fields.String(required=True)
    label = fields.String(required=True)
    amount_fen = fields.Integer(required=True)
    payments = fields.List(fields.Nested(TwinView), required=True)


class DuplicatesView(Schema):
    """Groups of payments that look like duplicates."""

    items = fields.List(fields.Nested(TwinsView), required=True)


def refund_view(refund: Refund) -> dict[str, Any]:
    """Return a refund as it is answered."""
    names = (
        *("id", "payment_id", "unit_id", "method", "amount_fen", "cause", "note", "proposed_at"),
        *("decided_at", "decision_note", "ended_at", "entry_id", "trouble"),
    )
    number = refund.out_refund_no or refund.slip
    return {name: getattr(refund, name) for name in names} | {
        "state": state_of(refund).value,
        "number": number,
    }
