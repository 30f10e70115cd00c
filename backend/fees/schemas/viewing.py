"""What a unit's bearer asks for, and how it is answered."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, post_load, validate

from backend.fees.rules.values import BillState
from backend.fees.rules.wording import METHODS, STATES
from backend.fees.rules.year import Sums
from backend.fees.schemas.paying import BillViewSchema, bill_view
from backend.fees.service.my_bills import BillFilter, PaymentView
from backend.fees.service.my_year import MyHome, NamedYear
from backend.fees.service.statements import BillView
from backend.infra.paging import Page
from backend.infra.schema import Schema

_CURSOR = validate.Length(max=300)


class MyFeesHomeView(Schema):
    """A home and how its bills stand; no figures while `is_pending`."""

    community_id = fields.String(required=True)
    community = fields.String(required=True)
    unit_id = fields.String(required=True)
    label = fields.String(required=True)
    scope = fields.String(required=True)
    is_pending = fields.Boolean(required=True)
    owed_fen = fields.Integer(required=True)
    arrears_fen = fields.Integer(required=True)
    prepaid_fen = fields.Integer(required=True)
    next_due_day = fields.Date(required=True, allow_none=True)
    next_due_fen = fields.Integer(required=True)


class MyFeesView(Schema):
    """Every home whose bills the caller may see."""

    items = fields.List(fields.Nested(MyFeesHomeView), required=True)


class FeeBillsQuery(Schema):
    """Which bills, and from where on."""

    item_id = fields.String(load_default=None, validate=validate.Length(min=1, max=32))
    first_day = fields.Date(load_default=None)
    last_day = fields.Date(load_default=None)
    state = fields.Enum(BillState, by_value=True, load_default=None)
    cursor = fields.String(load_default=None, validate=_CURSOR)

    @post_load
    def make(self, values: dict[str, Any], **_: object) -> tuple[BillFilter, str | None]:
        """Return what was asked for."""
        cursor = values.pop("cursor")
        return BillFilter(**values), cursor


class NamedBillView(BillViewSchema):
    """A bill, and how its state is told."""

    state_name = fields.String(required=True)


class FeeBillsView(Schema):
    """A page of bills."""

    items = fields.List(fields.Nested(NamedBillView), required=True)
    next = fields.String(required=True, allow_none=True)


class FeePaymentsQuery(Schema):
    """From where on."""

    cursor = fields.String(load_default=None, validate=_CURSOR)


class FeePaymentView(Schema):
    """A payment of the past."""

    id = fields.Integer(required=True)
    day = fields.Date(required=True)
    method = fields.String(required=True)
    method_name = fields.String(required=True)
    amount_fen = fields.Integer(required=True)
    reference = fields.String(required=True)
    is_reversed = fields.Boolean(required=True)


class FeePaymentsView(Schema):
    """A page of payments."""

    items = fields.List(fields.Nested(FeePaymentView), required=True)
    next = fields.String(required=True, allow_none=True)


class FeeYearQuery(Schema):
    """Which year."""

    year = fields.Integer(required=True, strict=False, validate=validate.Range(min=2000, max=2999))


class FeeSumsView(Schema):
    """Sums over bills; what is paid and what is owed come to what was billed."""

    billed_fen = fields.Integer(required=True)
    paid_fen = fields.Integer(required=True)
    owed_fen = fields.Integer(required=True)


class FeeMonthSumsView(FeeSumsView):
    """The sums of a month."""

    month = fields.Integer(required=True)


class FeeItemSumsView(FeeSumsView):
    """The sums of an item, in all and by the months that have bills of it."""

    item_id = fields.String(required=True)
    item = fields.String(required=True)
    months = fields.List(fields.Nested(FeeMonthSumsView), required=True)


class FeeYearView(Schema):
    """A year of a unit."""

    year = fields.Integer(required=True)
    total = fields.Nested(FeeSumsView, required=True)
    months = fields.List(fields.Nested(FeeMonthSumsView), required=True)
    items = fields.List(fields.Nested(FeeItemSumsView), required=True)


class StatementPageQuery(Schema):
    """On which day."""

    day = fields.Date(load_default=None)
    since = fields.Date(load_default=None)


def home_view(home: MyHome) -> dict[str, Any]:
    """Return a home as it is answered."""
    return {name: getattr(home, name) for name in MyFeesHomeView().fields} | {"scope": home.scope.value}


def bills_view(page: Page[BillView]) -> dict[str, Any]:
    """Return a page of bills as it is answered."""
    items = [bill_view(bill) | {"state_name": STATES[BillState(bill.state)]} for bill in page.items]
    return {"items": items, "next": page.next}


def payments_view(page: Page[PaymentView]) -> dict[str, Any]:
    """Return a page of payments as it is answered."""
    items = [
        {
            "id": one.id,
            "day": one.day,
            "method": one.method.value,
            "method_name": METHODS[one.method],
            "amount_fen": one.amount_fen,
            "reference": one.reference,
            "is_reversed": one.is_reversed,
        }
        for one in page.items
    ]
    return {"items": items, "next": page.next}


def year_view(found: NamedYear) -> dict[str, Any]:
    """Return a year as it is answered, items by name."""
    year, names = found.year, found.items
    return {
        "year": year.year,
        "total": _sums(year.total),
        "months": [{"month": month, **_sums(sums)} for month, sums in year.months.items()],
        "items": [
            {"item_id": item_id, "item": names[item_id], **_sums(sums), "months": _months_of(found, item_id)}
            for item_id, sums in sorted(year.items.items(), key=lambda one: names[one[0]])
        ],
    }


def _months_of(found: NamedYear, item_id: str) -> list[dict[str, int]]:
    cells = {month: sums for (item, month), sums in found.year.cells.items() if item == item_id}
    return [{"month": month, **_sums(cells[month])} for month in sorted(cells)]


def _sums(sums: Sums) -> dict[str, int]:
    return {"billed_fen": sums.billed_fen, "paid_fen": sums.paid_fen, "owed_fen": sums.owed_fen}
