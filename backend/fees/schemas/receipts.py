"""Receipts, and what anybody learns from the code on one."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from backend.fees.rules.receipt_wording import STATES
from backend.fees.rules.receipts import ReceiptKind, ReceiptState, by_item
from backend.fees.rules.values import Method
from backend.fees.rules.wording import METHODS
from backend.fees.service.receipt_views import Counter, ReceiptView
from backend.infra.house import House
from backend.infra.paging import Page
from backend.infra.schema import Moment, Schema
from backend.kernel.capitals import in_capitals

_KINDS = [kind.value for kind in ReceiptKind]
_STATES = [state.value for state in ReceiptState]


class ReceiptQuery(Schema):
    """Which page of a list."""

    cursor = fields.String(load_default=None, validate=validate.Length(max=300))


class CounterView(Schema):
    """A receipt that undoes this one, in whole (void) or in part (refund); its amount is below zero."""

    number = fields.String(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(_KINDS))
    amount_fen = fields.Integer(required=True)
    at = Moment(required=True)


class ReceiptLineView(Schema):
    """What part of a payment went to what."""

    item = fields.String(required=True)
    first_day = fields.Date(required=True)
    last_day = fields.Date(required=True)
    amount_fen = fields.Integer(required=True)


class PublicReceiptView(Schema):
    """What anybody may know who holds the code: nothing in it names a person or a room."""

    number = fields.String(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(_KINDS))
    state = fields.String(required=True, validate=validate.OneOf(_STATES))
    state_text = fields.String(required=True, metadata={"description": "the state in Chinese"})
    drill = fields.Boolean(required=True, metadata={"description": "a rehearsal: no money moved"})
    community = fields.String(required=True)
    firm = fields.String(required=True)
    unit_masked = fields.String(required=True)
    amount_fen = fields.Integer(required=True)
    amount_capitals = fields.String(required=True)
    left_fen = fields.Integer(required=True, metadata={"description": "what it is still good for"})
    at = Moment(required=True)
    day = fields.Date(required=True, metadata={"description": "on which money was paid or given back"})
    lines = fields.List(fields.Nested(ReceiptLineView), required=True)
    prepaid_fen = fields.Integer(required=True)
    undoes = fields.String(required=True, allow_none=True)
    counters = fields.List(fields.Nested(CounterView), required=True)


class ReceiptSchema(PublicReceiptView):
    """A receipt for the holder of the unit and the firm; `document` and `signature` are what is signed."""

    unit = fields.String(required=True)
    payer = fields.String(required=True)
    method = fields.String(required=True)
    method_text = fields.String(required=True)
    reason = fields.String(required=True)
    payment_id = fields.Integer(required=True)
    url = fields.String(required=True, metadata={"description": "where the QR code leads"})
    document = fields.Dict(required=True)
    signature = fields.String(required=True)


class ReceiptsView(Schema):
    """A page of receipts, the newest first."""

    items = fields.List(fields.Nested(ReceiptSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class ReceiptKeyView(Schema):
    """A public key, 64 hexadecimal digits, and its short name in codes."""

    id = fields.String(required=True)
    key = fields.String(required=True)
    signs_now = fields.Boolean(required=True)


class ReceiptKeysView(Schema):
    """Every key that has signed receipts here, the one that signs now at the end."""

    items = fields.List(fields.Nested(ReceiptKeyView), required=True)


def receipts_view(page: Page[ReceiptView]) -> dict[str, Any]:
    """Return a page of receipts as it is answered."""
    return {"items": [receipt_view(one) for one in page.items], "next": page.next}


def receipt_view(one: ReceiptView) -> dict[str, Any]:
    """Return a receipt as the holder of the unit sees it."""
    details = one.details
    return {
        **public_view(one),
        "lines": details.lines,
        "unit": details.unit,
        "payer": details.payer,
        "method": details.method,
        "method_text": METHODS[Method(details.method)],
        "reason": details.reason,
        "payment_id": one.payment_id,
        "url": one.url,
        "document": one.facts.document(),
        "signature": one.signature,
    }


def public_view(one: ReceiptView) -> dict[str, Any]:
    """Return what anybody may know who holds the code; lines are summed by item."""
    facts, details = one.facts, one.details
    return {
        "number": one.number,
        "kind": facts.kind.value,
        "state": one.state.value,
        "state_text": STATES[one.state],
        "drill": facts.drill,
        "community": details.community,
        "firm": details.firm,
        "unit_masked": facts.unit,
        "amount_fen": facts.amount_fen,
        "amount_capitals": in_capitals(facts.amount_fen),
        "left_fen": one.left_fen,
        "at": facts.at,
        "day": details.day,
        "lines": by_item(details.lines),
        "prepaid_fen": details.prepaid_fen,
        "undoes": details.undoes or None,
        "counters": [_counter(each) for each in one.counters],
    }


def keys_view(house: House) -> dict[str, Any]:
    """Return the public keys as they are answered."""
    now = house.receipt_keys.id
    return {
        "items": [
            {"id": name, "key": key, "signs_now": name == now}
            for name, key in house.receipt_keys.public.items()
        ]
    }


def _counter(one: Counter) -> dict[str, Any]:
    return {"number": one.number, "kind": one.kind.value, "amount_fen": one.amount_fen, "at": one.at}
