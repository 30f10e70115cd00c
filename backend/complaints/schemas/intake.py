"""Categories, and how a report is sent in."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, post_load, validate

from backend.complaints.rules.answers import Datatype
from backend.complaints.rules.values import BY_RESIDENT, BY_STAFF, LONGEST_TEXT, Channel, PlaceKind, Priority
from backend.complaints.service.intake import Place, Report
from backend.complaints.service.settings import CategoryDraft
from backend.infra.coordinates import Point
from backend.infra.schema import Schema

_CODE = validate.Regexp(r"^[a-z][a-z0-9-]{0,39}$", error="应为小写字母、数字和连字符")


def one_of(words: Any) -> validate.OneOf:
    """Return the rule that a value is one of these words."""
    values = [word.value for word in words]
    return validate.OneOf(values, error=f"应为 {'、'.join(values)} 之一")


class ValueView(Schema):
    """One thing to choose."""

    key = fields.String(required=True)
    name = fields.String(required=True)


class QuestionView(Schema):
    """An extra question of a category, typed as Open311 types them."""

    code = fields.String(required=True)
    question = fields.String(required=True)
    datatype = fields.String(required=True, validate=one_of(Datatype))
    required = fields.Boolean(load_default=False)
    hint = fields.String(load_default="")
    values = fields.List(fields.Nested(ValueView), load_default=list)


class CategoryView(Schema):
    """A category; one without a parent is a heading and takes no reports."""

    code = fields.String(required=True)
    parent = fields.String(required=True, allow_none=True)
    name = fields.String(required=True)
    description = fields.String(required=True)
    keywords = fields.String(required=True)
    priority = fields.String(required=True)
    department = fields.String(required=True)
    questions = fields.List(fields.Nested(QuestionView), required=True)
    needs_proof = fields.Boolean(required=True)
    radius_m = fields.Integer(required=True)
    position = fields.Integer(required=True)


class CategoriesView(Schema):
    """The tree of categories, headings first."""

    items = fields.List(fields.Nested(CategoryView), required=True)


class CategoryForm(Schema):
    """Enter or change a category."""

    parent = fields.String(load_default=None, allow_none=True, validate=_CODE)
    name = fields.String(required=True, validate=validate.Length(min=1, max=40))
    description = fields.String(load_default="", validate=validate.Length(max=200))
    keywords = fields.String(load_default="", validate=validate.Length(max=200))
    priority = fields.String(load_default="P3", validate=one_of(Priority))
    department = fields.String(load_default="", validate=validate.Regexp(r"^[a-z-]{0,40}$"))
    questions = fields.List(fields.Nested(QuestionView), load_default=list, validate=validate.Length(max=20))
    needs_proof = fields.Boolean(load_default=False)
    radius_m = fields.Integer(load_default=50, validate=validate.Range(0, 5000))
    position = fields.Integer(load_default=0, validate=validate.Range(0, 10_000))

    def draft(self, code: str, form: dict[str, Any]) -> CategoryDraft:
        """Return what the service takes."""
        return CategoryDraft(code=code, **{**form, "priority": Priority(form["priority"])})


class PointForm(Schema):
    """A place on the map. Phones in China give GCJ-02; it is kept as WGS-84."""

    lat = fields.Float(required=True, validate=validate.Range(-90, 90))
    long = fields.Float(required=True, validate=validate.Range(-180, 180))
    system = fields.String(load_default="gcj02", validate=validate.OneOf(["gcj02", "wgs84"]))

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Point:
        """Convert at the edge."""
        read = Point.from_gcj02 if data["system"] == "gcj02" else Point.from_degrees
        return read(data["lat"], data["long"])


class PlaceForm(Schema):
    """Where the matter is."""

    kind = fields.String(required=True, validate=one_of(PlaceKind))
    building = fields.String(load_default="", validate=validate.Length(max=40))
    stair = fields.String(load_default="", validate=validate.Length(max=40))
    room = fields.String(load_default="", validate=validate.Length(max=40))
    spot = fields.String(load_default="", validate=validate.Length(max=200))
    point = fields.Nested(PointForm, load_default=None, allow_none=True)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Place:
        """Return what the service takes."""
        return Place(**{**data, "kind": PlaceKind(data["kind"])})


class ReportForm(Schema):
    """A report."""

    category = fields.String(required=True, validate=_CODE)
    place = fields.Nested(PlaceForm, required=True)
    text = fields.String(required=True, validate=validate.Length(max=LONGEST_TEXT * 2))
    channel = fields.String(
        load_default=Channel.MINI_PROGRAM.value, validate=one_of(sorted(BY_RESIDENT | BY_STAFF))
    )
    answers = fields.Dict(keys=fields.String(), load_default=dict)
    photos = fields.List(fields.String(), load_default=list, validate=validate.Length(max=50))
    contact_name = fields.String(load_default="", validate=validate.Length(max=50))
    contact_phone = fields.String(load_default="", validate=validate.Length(max=20))

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Report:
        """Return what the service takes."""
        return Report(**{**data, "channel": Channel(data["channel"])})


class NearbyQuery(Schema):
    """What is about to be reported, and where."""

    category = fields.String(required=True, validate=_CODE)
    building = fields.String(load_default="", validate=validate.Length(max=40))
    lat = fields.Float(load_default=None, validate=validate.Range(-90, 90))
    long = fields.Float(load_default=None, validate=validate.Range(-180, 180))
    system = fields.String(load_default="gcj02", validate=validate.OneOf(["gcj02", "wgs84"]))
