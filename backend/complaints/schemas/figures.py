"""Figures, the public board, reviews, and settings."""

from __future__ import annotations

from typing import Any

from flask_smorest.fields import Upload
from marshmallow import fields, post_load, validate

from backend.complaints.rules.values import Priority
from backend.complaints.schemas.intake import one_of
from backend.complaints.service.exports import Table
from backend.complaints.service.figures import Asked, By, Measure
from backend.infra.schema import Moment, Schema


class AskedQuery(Schema):
    """Which tickets are counted: submitted on these days, both included."""

    first = fields.Date(required=True)
    last = fields.Date(required=True)
    community_id = fields.String(load_default="")
    firm_id = fields.String(load_default="")
    category = fields.String(load_default="")

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Any:
        """Return what the service takes."""
        return _asked(data)


class FiguresQuery(AskedQuery):
    """And by what they are told apart."""

    by = fields.String(load_default=By.NOTHING.value, validate=one_of(By))

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Any:
        """Return what the service takes."""
        return _asked(data), By(data["by"])


class BehindQuery(AskedQuery):
    """Which number's tickets, and which page."""

    measure = fields.String(required=True, validate=one_of(Measure))
    cursor = fields.String(load_default=None)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Any:
        """Return what the service takes."""
        return _asked(data), Measure(data["measure"]), data["cursor"]


class ExportQuery(AskedQuery):
    """And which table."""

    table = fields.String(load_default=Table.TICKETS.value, validate=one_of(Table))

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Any:
        """Return what the service takes."""
        return _asked(data), Table(data["table"])


class RateView(Schema):
    """A part of a whole; `permille` is null where there is no data."""

    part = fields.Integer(required=True)
    whole = fields.Integer(required=True)
    permille = fields.Integer(required=True, allow_none=True)


class FigureView(Schema):
    """The figures of one group."""

    key = fields.String(required=True)
    name = fields.String(required=True)
    counts = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    rates = fields.Dict(keys=fields.String(), values=fields.Nested(RateView), required=True)
    score_permille = fields.Integer(required=True, allow_none=True)


class FiguresView(Schema):
    """Figures, one for each group."""

    items = fields.List(fields.Nested(FigureView), required=True)


class BoardQuery(Schema):
    """Which tickets of the board."""

    open_only = fields.Boolean(load_default=False)
    category = fields.String(load_default="")
    cursor = fields.String(load_default=None)


class BoardRowView(Schema):
    """A ticket as the public sees it."""

    ticket_id = fields.String(required=True)
    number = fields.String(required=True)
    category = fields.String(required=True)
    category_name = fields.String(required=True)
    place = fields.String(required=True)
    lat = fields.Float(required=True, allow_none=True)
    long = fields.Float(required=True, allow_none=True)
    text = fields.String(required=True)
    photos = fields.List(fields.String(), required=True)
    state = fields.String(required=True)
    state_name = fields.String(required=True)
    level_name = fields.String(required=True)
    submitted_at = Moment(required=True)
    due_at = Moment(required=True, allow_none=True)
    is_overdue = fields.Boolean(required=True)
    closed_at = Moment(required=True, allow_none=True)
    whistles = fields.Integer(required=True)


class BoardView(Schema):
    """A page of the board."""

    items = fields.List(fields.Nested(BoardRowView), required=True)
    next = fields.String(required=True, allow_none=True)


class WaitingTextView(Schema):
    """Words that wait for review."""

    ticket_id = fields.String(required=True)
    number = fields.String(required=True)
    category_name = fields.String(required=True)
    place = fields.String(required=True)
    text = fields.String(required=True)
    public_text = fields.String(required=True)
    submitted_at = Moment(required=True)


class WaitingPhotoView(Schema):
    """A photo that waits for review."""

    id = fields.String(required=True)
    ticket_id = fields.String(required=True)
    number = fields.String(required=True)


class WaitingView(Schema):
    """What waits for review."""

    texts = fields.List(fields.Nested(WaitingTextView), required=True)
    photos = fields.List(fields.Nested(WaitingPhotoView), required=True)


class ReviewForm(Schema):
    """Whether the public may see it."""

    approve = fields.Boolean(required=True)


class TermForm(Schema):
    """How much time there is."""

    amount = fields.Integer(required=True, validate=validate.Range(1, 10_000))
    unit = fields.String(required=True)
    mode = fields.String(required=True)


class TermsForm(Schema):
    """A priority's own terms; what is left out stays as the default."""

    priority = fields.String(required=True, validate=one_of(Priority))
    response = fields.Integer(load_default=None, validate=validate.Range(1, 10_000))
    resolution = fields.Integer(load_default=None, validate=validate.Range(1, 10_000))
    confirm_days = fields.Integer(load_default=None, validate=validate.Range(3, 30))


class SettingsForm(Schema):
    """A community's own terms and working hours (pairs of minutes of the day)."""

    terms = fields.List(fields.Nested(TermsForm), load_default=list, validate=validate.Length(max=4))
    spans = fields.List(
        fields.List(fields.Integer(), validate=validate.Length(equal=2)), load_default=None, allow_none=True
    )


class PromiseView(Schema):
    """What is promised for a priority."""

    priority = fields.String(required=True)
    response = fields.Nested(TermForm, required=True)
    resolution = fields.Nested(TermForm, required=True)
    response_text = fields.String(required=True)
    resolution_text = fields.String(required=True)
    extra = fields.String(required=True)
    confirm_days = fields.Integer(required=True)
    spans = fields.List(fields.List(fields.Integer()), required=True)


class SettingsView(Schema):
    """A community's terms."""

    items = fields.List(fields.Nested(PromiseView), required=True)


class YearForm(Schema):
    """The holidays of a year: {"春节": ["02-15", ...], ..., "working": ["02-14", ...]}."""

    days = fields.Dict(keys=fields.String(), values=fields.List(fields.String()), required=True)
    source = fields.String(required=True, validate=validate.Length(min=5, max=200))


class YearView(Schema):
    """A year whose holidays are known."""

    year = fields.Integer(required=True)
    source = fields.String(required=True)
    off = fields.List(fields.String(), required=True)
    working = fields.List(fields.String(), required=True)


class YearsView(Schema):
    """The years whose holidays are known."""

    items = fields.List(fields.Nested(YearView), required=True)


def _asked(data: dict[str, Any]) -> Asked:
    names = ("first", "last", "community_id", "firm_id", "category")
    return Asked(**{name: data[name] for name in names})


class HotlineQuery(Schema):
    """Whether only to try."""

    dry_run = fields.Boolean(load_default=True)


class HotlineFiles(Schema):
    """The hotline's file."""

    file = Upload(required=True, metadata={"description": "XLSX, or CSV in UTF-8 or GB18030"})


class HotlineRowView(Schema):
    """What became of a row."""

    row = fields.Integer(required=True)
    hotline_number = fields.String(required=True)
    fate = fields.String(required=True)
    ticket_number = fields.String(required=True, allow_none=True)
    column = fields.String(required=True, allow_none=True)
    detail = fields.String(required=True, allow_none=True)


class HotlineView(Schema):
    """What became of a hotline's file."""

    dry_run = fields.Boolean(required=True)
    created = fields.Integer(required=True)
    joined = fields.Integer(required=True)
    known = fields.Integer(required=True)
    refused = fields.Integer(required=True)
    rows = fields.List(fields.Nested(HotlineRowView), required=True)
