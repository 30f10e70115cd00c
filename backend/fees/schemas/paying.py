"""Payments, reversals, statements, imports."""

from __future__ import annotations

from typing import Any

from flask_smorest.fields import Upload
from marshmallow import fields, post_load, validate

from backend.fees.rules.charging import Line
from backend.fees.rules.sheets import SheetKind
from backend.fees.rules.values import BY_STAFF, Method
from backend.fees.rules.wording import KINDS
from backend.fees.schemas.charging import FenField
from backend.fees.service.payments import Money
from backend.fees.service.statements import BillView, Movement, Statement
from backend.infra.schema import Schema

_LISTS = [SheetKind.BILLS, SheetKind.PAYMENTS, SheetKind.READINGS]
_METHODS = [method.value for method in BY_STAFF]


class FeeUnitsQuery(Schema):
    """Which units: those whose label holds these words, such as 3-1-501."""

    label = fields.String(required=True, validate=validate.Length(min=1, max=40))


class FeeUnitView(Schema):
    """A unit to choose."""

    id = fields.String(required=True)
    label = fields.String(required=True)


class FeeUnitsView(Schema):
    """Units found, the first twenty."""

    items = fields.List(fields.Nested(FeeUnitView), required=True)


class PaymentForm(Schema):
    """Enter a payment that staff took; without bills it settles the oldest first."""

    unit_id = fields.String(required=True, validate=validate.Length(min=1, max=32))
    method = fields.String(required=True, validate=validate.OneOf(_METHODS))
    amount_fen = FenField(required=True)
    day = fields.Date(required=True)
    reference = fields.String(required=True, validate=validate.Regexp(r"^[^\s:]{1,64}\Z"))
    bill_ids = fields.List(
        fields.Integer(strict=True, validate=validate.Range(min=1, max=2**53)),
        load_default=list,
        validate=validate.Length(max=500),
    )

    @post_load
    def make(self, values: dict[str, Any], **_: object) -> Money:
        """Return what was paid."""
        bill_ids = frozenset(values.pop("bill_ids"))
        return Money(bill_ids=bill_ids, method=Method(values.pop("method")), **values)


class PaymentView(Schema):
    """What a payment did. `is_new` is false where the same slip was entered before."""

    payment_id = fields.Integer(required=True)
    prepaid_fen = fields.Integer(required=True)
    is_new = fields.Boolean(required=True)


class ReversalForm(Schema):
    """Undo an entry."""

    reason = fields.String(required=True, validate=validate.Length(min=1, max=200))


class ReversalView(Schema):
    """The entry that undoes."""

    entry_id = fields.Integer(required=True)


class StatementQuery(Schema):
    """On which day; from which day on movements are listed."""

    day = fields.Date(load_default=None)
    since = fields.Date(load_default=None)


class LineView(Schema):
    """A line of a bill. `months` is a whole number or a fraction such as 17/31."""

    first_day = fields.Date(required=True)
    last_day = fields.Date(required=True)
    quantity = fields.String(required=True)
    price = fields.String(required=True)
    months = fields.String(required=True)
    days = fields.Integer(required=True)
    of_days = fields.Integer(required=True)
    amount_fen = fields.Integer(required=True)


class BillViewSchema(Schema):
    """A bill. `tenure` counts those who bore the unit's fees in turn, from 0."""

    id = fields.Integer(required=True)
    item_id = fields.String(required=True)
    item = fields.String(required=True)
    tenure = fields.Integer(required=True)
    first_day = fields.Date(required=True)
    last_day = fields.Date(required=True)
    day = fields.Date(required=True)
    due_day = fields.Date(required=True)
    amount_fen = fields.Integer(required=True)
    open_fen = fields.Integer(required=True)
    state = fields.String(required=True)
    lines = fields.List(fields.Nested(LineView), required=True)


class MovementView(Schema):
    """What an entry changed."""

    entry_id = fields.Integer(required=True)
    day = fields.Date(required=True)
    kind = fields.String(required=True)
    name = fields.String(required=True)
    memo = fields.String(required=True)
    reverses_id = fields.Integer(required=True, allow_none=True)
    owed_fen = fields.Integer(required=True)
    prepaid_fen = fields.Integer(required=True)
    bill_ids = fields.List(fields.Integer(), required=True)


class StatementView(Schema):
    """A unit's account at the end of a day."""

    unit_id = fields.String(required=True)
    label = fields.String(required=True)
    day = fields.Date(required=True)
    tenure = fields.Integer(required=True, allow_none=True)
    owed_fen = fields.Integer(required=True)
    prepaid_fen = fields.Integer(required=True)
    arrears_fen = fields.Integer(required=True)
    bills = fields.List(fields.Nested(BillViewSchema), required=True)
    movements = fields.List(fields.Nested(MovementView), required=True)


class FeeImportQuery(Schema):
    """What a file lists; a dry run unless told otherwise."""

    kind = fields.Enum(SheetKind, by_value=True, required=True, validate=validate.OneOf(_LISTS))
    dry_run = fields.Boolean(load_default=True)


class FeeImportReportQuery(Schema):
    """What a file lists."""

    kind = fields.Enum(SheetKind, by_value=True, required=True)


class FeeImportFiles(Schema):
    """The uploaded list."""

    file = Upload(required=True, metadata={"description": "XLSX, or CSV in UTF-8 or GB18030"})


class RowErrorView(Schema):
    """Something wrong with a row."""

    row = fields.Integer(required=True)
    column = fields.String(required=True, allow_none=True)
    code = fields.String(required=True)
    detail = fields.String(required=True)


class FeeImportView(Schema):
    """What came of a file; counts are of rows."""

    dry_run = fields.Boolean(required=True)
    applied = fields.Boolean(required=True)
    rows = fields.Integer(required=True)
    created = fields.Integer(required=True)
    unchanged = fields.Integer(required=True)
    errors = fields.List(fields.Nested(RowErrorView), required=True)


def statement_view(statement: Statement) -> dict[str, Any]:
    """Return a statement as it is answered."""
    return {
        "unit_id": statement.unit.id,
        "label": statement.unit.label,
        "day": statement.day,
        "tenure": statement.tenure,
        "owed_fen": statement.owed_fen,
        "prepaid_fen": statement.prepaid_fen,
        "arrears_fen": statement.arrears_fen,
        "bills": [bill_view(bill) for bill in statement.bills],
        "movements": [_movement_view(one) for one in statement.movements],
    }


def bill_view(bill: BillView) -> dict[str, Any]:
    """Return a bill as it is answered."""
    return {
        "id": bill.id,
        "item_id": bill.item_id,
        "item": bill.item,
        "tenure": bill.tenure,
        "first_day": bill.period.first,
        "last_day": bill.period.last,
        "day": bill.day,
        "due_day": bill.due_day,
        "amount_fen": bill.amount_fen,
        "open_fen": bill.open_fen,
        "state": bill.state,
        "lines": [_line_view(line) for line in bill.lines],
    }


def _line_view(line: Line) -> dict[str, Any]:
    return {
        "first_day": line.period.first,
        "last_day": line.period.last,
        "quantity": line.quantity,
        "price": line.price,
        "months": line.months,
        "days": line.period.days,
        "of_days": line.of_days,
        "amount_fen": line.amount_fen,
    }


def _movement_view(one: Movement) -> dict[str, Any]:
    return {
        "entry_id": one.entry_id,
        "day": one.day,
        "kind": one.kind.value,
        "name": KINDS[one.kind],
        "memo": one.memo,
        "reverses_id": one.reverses_id,
        "owed_fen": one.owed_fen,
        "prepaid_fen": one.prepaid_fen,
        "bill_ids": one.bill_ids,
    }
