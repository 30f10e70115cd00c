"""Orders to be paid by WeChat, incidents of the channel."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, post_load, validate

from backend.fees.models import ChannelIncident
from backend.fees.rules.orders import MOST_BILLS, MOST_PREPAID_FEN, Way
from backend.fees.service.order_views import OrderView
from backend.fees.service.orders import Wanted, state_of
from backend.infra.schema import Moment, Schema


class PayOrderForm(Schema):
    """Order the payment of bills that are owed, or of an amount in advance; one or the other."""

    way = fields.Enum(Way, by_value=True, required=True)
    bill_ids = fields.List(
        fields.Integer(strict=True, validate=validate.Range(min=1, max=2**53)),
        load_default=list,
        validate=validate.Length(max=MOST_BILLS),
    )
    prepay_fen = fields.Integer(
        strict=True, load_default=0, validate=validate.Range(min=0, max=MOST_PREPAID_FEN)
    )

    @post_load
    def make(self, values: dict[str, Any], **_: object) -> dict[str, Any]:
        """Return what is wanted, the unit left out."""
        return values | {"bill_ids": frozenset(values["bill_ids"])}


class OrderedBillView(Schema):
    """A bill of an order, and what was owed of it then."""

    bill_id = fields.Integer(required=True)
    amount_fen = fields.Integer(required=True)


class PayOrderView(Schema):
    """An order. `pay` is what `wx.requestPayment` takes, `code_url` what a QR code of the order holds."""

    id = fields.String(required=True)
    unit_id = fields.String(required=True)
    number = fields.String(required=True)
    way = fields.String(required=True)
    state = fields.String(required=True)
    amount_fen = fields.Integer(required=True)
    description = fields.String(required=True)
    ordered_at = Moment(required=True)
    expires_at = Moment(required=True)
    payment_id = fields.Integer(required=True, allow_none=True)
    bills = fields.List(fields.Nested(OrderedBillView), required=True)
    pay = fields.Dict(keys=fields.String(), values=fields.String(), required=True, allow_none=True)
    code_url = fields.String(required=True, allow_none=True)


class PayCodeQuery(Schema):
    """In which form a QR code is drawn."""

    form = fields.String(load_default="svg", validate=validate.OneOf(["svg", "png"]))


class ChannelIncidentsQuery(Schema):
    """Which incidents."""

    only_open = fields.Boolean(load_default=True)


class ChannelIncidentClosingForm(Schema):
    """How an incident was dealt with."""

    note = fields.String(required=True, validate=validate.Length(min=1, max=200))


class ChannelIncidentView(Schema):
    """Something the channel said that does not fit; `times` counts how often it said so."""

    id = fields.String(required=True)
    code = fields.String(required=True)
    number = fields.String(required=True)
    detail = fields.String(required=True)
    first_at = Moment(required=True)
    last_at = Moment(required=True)
    times = fields.Integer(required=True)
    closed_at = Moment(required=True, allow_none=True)
    note = fields.String(required=True)


class ChannelIncidentsView(Schema):
    """Incidents, the latest first."""

    items = fields.List(fields.Nested(ChannelIncidentView), required=True)


def wanted(unit_id: str, form: dict[str, Any]) -> Wanted:
    """Return what somebody wants to pay for a unit."""
    return Wanted(unit_id=unit_id, **form)


def order_view(found: OrderView) -> dict[str, Any]:
    """Return an order as it is answered."""
    order = found.order
    names = ("id", "unit_id", "way", "amount_fen", "description", "ordered_at", "expires_at", "payment_id")
    return {name: getattr(order, name) for name in names} | {
        "number": order.out_trade_no,
        "state": state_of(order).value,
        "bills": [{"bill_id": one.bill_id, "amount_fen": one.amount_fen} for one in found.bills],
        "pay": found.pay,
        "code_url": found.code_url,
    }


def incident_view(row: ChannelIncident) -> dict[str, Any]:
    """Return an incident as it is answered."""
    return {name: getattr(row, name) for name in ChannelIncidentView().fields}
