"""Arrears, collections and aggregates: what is asked for, how it is answered, and the tables of exports."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from marshmallow import fields, post_load, validate

from backend.fees.rules.cells import Cell
from backend.fees.rules.reports import Arrears, By, Span, a_span, total_ages
from backend.fees.rules.wording import ARREARS_COLUMNS, COLLECTION_COLUMNS, HOLDERS, TOTAL
from backend.fees.service.aggregates import Aggregate
from backend.fees.service.reports import Collections
from backend.infra.paging import Page
from backend.infra.schema import Schema
from backend.infra.tables import Row
from backend.kernel.money import format_fen


class ArrearsExportQuery(Schema):
    """On which day (today unless said), in which building."""

    day = fields.Date(load_default=None)
    building = fields.String(load_default=None, validate=validate.Length(min=1, max=40))


class ArrearsQuery(ArrearsExportQuery):
    """And from where on; a cursor keeps the day of the first page."""

    cursor = fields.String(load_default=None, validate=validate.Length(max=300))


class AgesView(Schema):
    """What is owed, by days past the due day."""

    days_1_30_fen = fields.Integer(required=True)
    days_31_90_fen = fields.Integer(required=True)
    days_91_365_fen = fields.Integer(required=True)
    days_over_365_fen = fields.Integer(required=True)
    total_fen = fields.Integer(required=True)


class ArrearsRowView(AgesView):
    """What a holder of a unit owes past its due day."""

    unit_id = fields.String(required=True)
    label = fields.String(required=True)
    building = fields.String(required=True)
    tenure = fields.Integer(required=True)
    is_present = fields.Boolean(required=True)
    bills = fields.Integer(required=True)
    oldest_due_day = fields.Date(required=True)


class ArrearsView(Schema):
    """A page of arrears, and what all pages come to."""

    day = fields.Date(required=True)
    units = fields.Integer(required=True)
    total = fields.Nested(AgesView, required=True)
    items = fields.List(fields.Nested(ArrearsRowView), required=True)
    next = fields.String(required=True, allow_none=True)


class CollectionsQuery(Schema):
    """On which days money came in, and by what it is told apart."""

    first_day = fields.Date(required=True)
    last_day = fields.Date(required=True)
    by = fields.Enum(By, by_value=True, load_default=By.METHOD)

    @post_load
    def make(self, values: dict[str, Any], **_: object) -> tuple[Span, By]:
        """Return what was asked for. Raises SpanRefused."""
        return a_span(values["first_day"], values["last_day"]), values["by"]


class CollectionView(Schema):
    """What came in for one key; an empty key is what became prepayment."""

    key = fields.String(required=True)
    name = fields.String(required=True)
    amount_fen = fields.Integer(required=True)


class CollectionsView(Schema):
    """What came in; the items come to the total, of which `prepaid_fen` became prepayment."""

    total_fen = fields.Integer(required=True)
    prepaid_fen = fields.Integer(required=True)
    items = fields.List(fields.Nested(CollectionView), required=True)


class AggregateQuery(Schema):
    """Which quarter, as 2026-Q1; the last that is over unless one is named."""

    quarter = fields.String(load_default=None, validate=validate.Length(max=10))


class FeeCellView(Schema):
    """A block of ten homes at least; the rate is in thousandths, null where nothing was due."""

    name = fields.String(required=True)
    homes = fields.Integer(required=True)
    due_fen = fields.Integer(required=True)
    paid_fen = fields.Integer(required=True)
    arrears_fen = fields.Integer(required=True)
    paid_permille = fields.Integer(required=True, allow_none=True)


class AggregateView(Schema):
    """A quarter by building; `others` are those named in `merged`; null where there are too few homes."""

    quarter = fields.String(required=True)
    day = fields.Date(required=True)
    fewest_homes = fields.Integer(required=True)
    items = fields.List(fields.Nested(FeeCellView), required=True)
    others = fields.Nested(FeeCellView, required=True, allow_none=True)
    merged = fields.List(fields.String(), required=True)
    total = fields.Nested(FeeCellView, required=True, allow_none=True)


_AGES = ("days_1_30_fen", "days_31_90_fen", "days_91_365_fen", "days_over_365_fen")


def arrears_view(rows: Sequence[Arrears], page: Page[Arrears], day: object) -> dict[str, Any]:
    """Return a page of arrears as it is answered."""
    return {
        "day": day,
        "units": len({row.unit_id for row in rows}),
        "total": _ages(total_ages(rows)),
        "items": [_arrears_row(row) for row in page.items],
        "next": page.next,
    }


def arrears_table(rows: Sequence[Arrears]) -> Iterator[Row]:
    """Yield the rows of an export; it ends with what the screen shows as the total."""
    yield ARREARS_COLUMNS
    for row in rows:
        yield [
            row.label,
            row.building,
            HOLDERS[row.is_present],
            row.bills,
            str(row.oldest_due_day),
            *map(format_fen, row.ages_fen),
            format_fen(row.total_fen),
            row.total_fen,
        ]
    totals = total_ages(rows)
    bills = sum(row.bills for row in rows)
    yield [TOTAL, "", "", bills, "", *map(format_fen, totals), format_fen(sum(totals)), sum(totals)]


def collections_view(found: Collections) -> dict[str, Any]:
    """Return collections as they are answered."""
    return {"total_fen": found.total_fen, "prepaid_fen": found.prepaid_fen, "items": found.parts}


def collections_table(found: Collections) -> Iterator[Row]:
    """Yield the rows of an export."""
    yield COLLECTION_COLUMNS
    for part in found.parts:
        yield [part.name, format_fen(part.amount_fen), part.amount_fen]
    yield [TOTAL, format_fen(found.total_fen), found.total_fen]


def aggregate_view(found: Aggregate, fewest: int) -> dict[str, Any]:
    """Return a quarter as it is answered."""
    shown = found.published
    return {
        "quarter": found.quarter.name,
        "day": found.day,
        "fewest_homes": fewest,
        "items": [_cell(cell) for cell in shown.cells],
        "others": _cell(shown.others) if shown.others else None,
        "merged": list(shown.merged),
        "total": _cell(shown.total) if shown.total else None,
    }


def _cell(cell: Cell) -> dict[str, Any]:
    return {
        "name": cell.name,
        "homes": cell.homes,
        "due_fen": cell.due_fen,
        "paid_fen": cell.paid_fen,
        "arrears_fen": cell.open_fen,
        "paid_permille": cell.paid_permille,
    }


def _ages(ages: Sequence[int]) -> dict[str, int]:
    return {**dict(zip(_AGES, ages, strict=True)), "total_fen": sum(ages)}


def _arrears_row(row: Arrears) -> dict[str, Any]:
    names = ("unit_id", "label", "building", "tenure", "is_present", "bills", "oldest_due_day")
    return {name: getattr(row, name) for name in names} | _ages(row.ages_fen)
