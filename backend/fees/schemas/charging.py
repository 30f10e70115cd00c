"""Items, prices, runs, changes of hands."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, post_load, validate

from backend.fees.rules.charging import ItemTerms, Skipped
from backend.fees.rules.periods import a_period
from backend.fees.rules.prices import FOREVER, Price, format_price
from backend.fees.rules.values import Basis, SplitBy
from backend.fees.rules.wording import SKIPS
from backend.fees.service.items import NewItem
from backend.fees.service.runs import ItemPlan, Order, RunReport
from backend.infra.schema import Schema
from backend.kernel.money import MOST_FEN
from backend.voting.law.roll import UnitKind

MOST_SKIPPED = 200
_ID = validate.Length(min=1, max=32)


class FenField(fields.Integer):
    """An amount of money in fen, above zero."""

    def __init__(self, **options: Any) -> None:
        super().__init__(strict=True, validate=validate.Range(min=1, max=MOST_FEN), **options)


class FeeItemForm(Schema):
    """Enter a fee item."""

    name = fields.String(required=True, validate=validate.Length(min=1, max=60))
    basis = fields.Enum(Basis, by_value=True, required=True)
    kinds = fields.List(
        fields.Enum(UnitKind, by_value=True), required=True, validate=validate.Length(min=1, max=6)
    )
    buildings = fields.List(
        fields.String(validate=validate.Regexp(r"^[^\r\n]{1,40}\Z")),
        load_default=list,
        validate=validate.Length(max=200),
    )
    split_by = fields.Enum(SplitBy, by_value=True, load_default=SplitBy.AREA)

    @post_load
    def make(self, values: dict[str, Any], **_: object) -> NewItem:
        """Return what was entered."""
        kinds = [kind.value for kind in dict.fromkeys(values.pop("kinds"))]
        return NewItem(kinds=kinds, **values)


class PriceForm(Schema):
    """Enter a price; without a last day it is in force until it is ended."""

    price = fields.String(required=True, validate=validate.Length(max=20))
    first_day = fields.Date(required=True)
    last_day = fields.Date(load_default=None, allow_none=True)
    clause = fields.String(required=True, validate=validate.Length(min=1, max=200))


class EndForm(Schema):
    """Say when a price ends."""

    last_day = fields.Date(required=True)


class PriceView(Schema):
    """A price in yuan."""

    id = fields.String(required=True)
    price = fields.String(required=True)
    first_day = fields.Date(required=True)
    last_day = fields.Date(required=True, allow_none=True)
    clause = fields.String(required=True)


class FeeItemView(Schema):
    """A fee item with its prices."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    basis = fields.String(required=True)
    kinds = fields.List(fields.String(), required=True)
    buildings = fields.List(fields.String(), required=True)
    split_by = fields.String(required=True)
    prices = fields.List(fields.Nested(PriceView), required=True)


class FeeItemsView(Schema):
    """A community's fee items."""

    items = fields.List(fields.Nested(FeeItemView), required=True)


class CostForm(Schema):
    """What a shared item cost in the period."""

    item_id = fields.String(required=True, validate=_ID)
    cost_fen = FenField(required=True)


class RunForm(Schema):
    """What is to be billed; without units, every one."""

    item_ids = fields.List(
        fields.String(validate=_ID), required=True, validate=validate.Length(min=1, max=50)
    )
    first_day = fields.Date(required=True)
    last_day = fields.Date(required=True)
    costs = fields.List(fields.Nested(CostForm), load_default=list, validate=validate.Length(max=50))
    unit_ids = fields.List(fields.String(validate=_ID), load_default=list, validate=validate.Length(max=1000))
    day = fields.Date(load_default=None, allow_none=True)
    due_day = fields.Date(load_default=None, allow_none=True)

    @post_load
    def make(self, values: dict[str, Any], **_: object) -> Order:
        """Return what was ordered. Raises PeriodRefused."""
        return Order(
            item_ids=values["item_ids"],
            period=a_period(values["first_day"], values["last_day"]),
            costs_fen={cost["item_id"]: cost["cost_fen"] for cost in values["costs"]},
            unit_ids=frozenset(values["unit_ids"]),
            day=values["day"],
            due_day=values["due_day"],
        )


class SkippedView(Schema):
    """A unit that gets no bill, and why."""

    unit_id = fields.String(required=True)
    label = fields.String(required=True)
    reason = fields.String(required=True)
    detail = fields.String(required=True)


class ItemPlanView(Schema):
    """What a run bills of one item; the first skipped units are named."""

    item_id = fields.String(required=True)
    name = fields.String(required=True)
    bills = fields.Integer(required=True)
    amount_fen = fields.Integer(required=True)
    skipped = fields.Integer(required=True)
    named = fields.List(fields.Nested(SkippedView), required=True)


class RunReportView(Schema):
    """What a run bills or has billed."""

    run_id = fields.String(required=True, allow_none=True)
    bills = fields.Integer(required=True)
    amount_fen = fields.Integer(required=True)
    items = fields.List(fields.Nested(ItemPlanView), required=True)


class RunView(Schema):
    """A run of the past."""

    id = fields.String(required=True)
    first_day = fields.Date(required=True)
    last_day = fields.Date(required=True)
    day = fields.Date(required=True)
    due_day = fields.Date(required=True)
    bills = fields.Integer(required=True)
    amount_fen = fields.Integer(required=True)
    at = fields.AwareDateTime(required=True)


class RunsView(Schema):
    """Runs, the newest first."""

    items = fields.List(fields.Nested(RunView), required=True)


class HandoverForm(Schema):
    """Enter a change of hands."""

    day = fields.Date(required=True)
    note = fields.String(load_default="", validate=validate.Length(max=200))


class HandoverView(Schema):
    """Whose turn it is from that day on."""

    tenure = fields.Integer(required=True)


def item_view(item: ItemTerms) -> dict[str, Any]:
    """Return an item as it is answered."""
    return {
        "id": item.id,
        "name": item.name,
        "basis": item.basis.value,
        "kinds": sorted(item.kinds),
        "buildings": sorted(item.buildings),
        "split_by": item.split_by.value,
        "prices": [price_view(price) for price in item.prices],
    }


def price_view(price: Price) -> dict[str, Any]:
    """Return a price as it is answered."""
    return {
        "id": price.id,
        "price": format_price(price.price_e4),
        "first_day": price.force.first,
        "last_day": None if price.force.until == FOREVER else price.force.last,
        "clause": price.clause,
    }


def report_view(report: RunReport) -> dict[str, Any]:
    """Return what a run bills as it is answered."""
    return {
        "run_id": report.run_id,
        "bills": report.bills,
        "amount_fen": report.total_fen,
        "items": [_plan_view(plan) for plan in report.plans],
    }


def _plan_view(plan: ItemPlan) -> dict[str, Any]:
    return {
        "item_id": plan.item.id,
        "name": plan.item.name,
        "bills": len(plan.charges),
        "amount_fen": plan.total_fen,
        "skipped": len(plan.skipped),
        "named": [_skipped_view(one) for one in plan.skipped[:MOST_SKIPPED]],
    }


def _skipped_view(one: Skipped) -> dict[str, Any]:
    return {
        "unit_id": one.unit_id,
        "label": one.label,
        "reason": one.reason.value,
        "detail": SKIPS[one.reason],
    }
