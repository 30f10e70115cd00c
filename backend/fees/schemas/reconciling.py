"""Comparisons with the channel and the bank, and the list of differences."""

from __future__ import annotations

from typing import Any

from flask_smorest.fields import Upload
from marshmallow import fields, validate

from backend.fees.models import Difference
from backend.infra.schema import Moment, Schema


class ReconcileDayForm(Schema):
    """Which day of the channel is to be compared."""

    day = fields.Date(required=True)


class BankListFiles(Schema):
    """The bank's list."""

    file = Upload(required=True, metadata={"description": "XLSX, or CSV in UTF-8 or GB18030"})


class ReconciliationView(Schema):
    """A comparison: how many on each side, and what they come to (payments less refunds)."""

    id = fields.String(required=True)
    source = fields.String(required=True)
    first_day = fields.Date(required=True)
    last_day = fields.Date(required=True)
    ours = fields.Integer(required=True)
    ours_fen = fields.Integer(required=True)
    theirs = fields.Integer(required=True)
    theirs_fen = fields.Integer(required=True)
    differences = fields.Integer(required=True)
    at = Moment(required=True)


class ReconciliationsView(Schema):
    """Comparisons, the latest first."""

    items = fields.List(fields.Nested(ReconciliationView), required=True)


class DifferencesQuery(Schema):
    """Which differences."""

    only_open = fields.Boolean(load_default=True)
    cursor = fields.String(load_default=None)


class DifferenceView(Schema):
    """A difference. An amount is null on the side where there is nothing."""

    id = fields.String(required=True)
    source = fields.String(required=True)
    day = fields.Date(required=True)
    kind = fields.String(required=True)
    what = fields.String(required=True)
    number = fields.String(required=True)
    ours_fen = fields.Integer(required=True, allow_none=True)
    theirs_fen = fields.Integer(required=True, allow_none=True)
    detail = fields.String(required=True)
    found_at = Moment(required=True)
    closed_at = Moment(required=True, allow_none=True)
    note = fields.String(required=True)


class DifferencesView(Schema):
    """A page of differences, the latest first."""

    items = fields.List(fields.Nested(DifferenceView), required=True)
    next = fields.String(required=True, allow_none=True)


class DifferenceClosingForm(Schema):
    """Why a difference needs nothing more."""

    note = fields.String(required=True, validate=validate.Length(min=1, max=200))


def difference_view(row: Difference) -> dict[str, Any]:
    """Return a difference as it is answered."""
    return {name: getattr(row, name) for name in DifferenceView().fields}
