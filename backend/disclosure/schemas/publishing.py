"""Publications, limits, pictures, tables, questions."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, post_load, validate

from backend.disclosure.models import Publication
from backend.disclosure.rules.limits import LIMITS, Limit, LimitName
from backend.disclosure.rules.values import BookKind, Confidence, Post
from backend.disclosure.rules.wording import BOOKS, POSTS
from backend.disclosure.schemas.parts import ID, a_text
from backend.disclosure.service.exports import Days, Table
from backend.disclosure.service.pictures import Picture
from backend.disclosure.service.publishing import Due, Order, document_of, is_late
from backend.infra.schema import Moment, Schema


class PublicationForm(Schema):
    """Publish a period; a correction names the version it replaces and says why."""

    kind = fields.Enum(BookKind, by_value=True, required=True)
    first_day = fields.Date(required=True)
    replaces_id = fields.String(load_default=None, validate=ID)
    reason = a_text(200, least=0, load_default="")

    @post_load
    def make(self, values: dict[str, Any], **_: object) -> Order:
        """Return what was asked."""
        return Order(**values)


class PublicationView(Schema):
    """A version of what was published. `is_late`: the first version came after its limit."""

    id = fields.String(required=True)
    kind = fields.Enum(BookKind, by_value=True, required=True)
    name = fields.String(required=True)
    first_day = fields.Date(required=True)
    last_day = fields.Date(required=True)
    version = fields.Integer(required=True)
    replaces_id = fields.String(required=True, allow_none=True)
    reason = fields.String(required=True)
    due_day = fields.Date(required=True)
    published_at = Moment(required=True)
    is_late = fields.Boolean(required=True)
    sha256 = fields.String(required=True)


class PublicationList(Schema):
    """All versions of all periods, the latest first."""

    items = fields.List(fields.Nested(PublicationView), required=True)


class PublicationWhole(PublicationView):
    """A publication with what it says, the server's signature, and the key (hex) that checks it."""

    document = fields.Dict(required=True)
    signature = fields.String(required=True)
    key = fields.String(required=True)


class PublicationDue(Schema):
    """A period that is or was to be published, and how it stands; null where holidays are not known yet."""

    kind = fields.Enum(BookKind, by_value=True, required=True)
    kind_name = fields.String(required=True)
    name = fields.String(required=True)
    first_day = fields.Date(required=True)
    last_day = fields.Date(required=True)
    due_day = fields.Date(required=True, allow_none=True)
    post = fields.Enum(Post, by_value=True, required=True)
    post_name = fields.String(required=True)
    publication_id = fields.String(required=True, allow_none=True)


class PublicationCalendar(Schema):
    """Every period since the books were opened, the latest first."""

    items = fields.List(fields.Nested(PublicationDue), required=True)


class DisclosureLimitView(Schema):
    """A limit: so many days (working days or all), by which source, and how sure it is."""

    name = fields.Enum(LimitName, by_value=True, required=True)
    days = fields.Integer(required=True)
    working = fields.Boolean(required=True)
    source = fields.String(required=True)
    confidence = fields.Enum(Confidence, by_value=True, required=True)


class DisclosureLimitList(Schema):
    """The limits of a community."""

    items = fields.List(fields.Nested(DisclosureLimitView), required=True)


class DisclosureLimitsForm(Schema):
    """Set limits in days, with the local rule they come from; others stay as they are by default."""

    days = fields.Dict(
        keys=fields.Enum(LimitName, by_value=True),
        values=fields.Integer(strict=True),
        required=True,
        validate=validate.Length(min=1, max=len(LIMITS)),
    )
    source = a_text(200, required=True)


class PictureQuery(Schema):
    """As of which day; today unless given."""

    day = fields.Date(load_default=None)


class DisclosureExportQuery(Schema):
    """Which table, from which day to which."""

    table = fields.Enum(Table, by_value=True, required=True)
    first_day = fields.Date(load_default=None)
    last_day = fields.Date(load_default=None)

    @post_load
    def make(self, values: dict[str, Any], **_: object) -> tuple[Table, Days]:
        """Return what was asked."""
        return values["table"], Days(values["first_day"], values["last_day"])


class EnquiryForm(Schema):
    """Ask about an entry."""

    text = a_text(500, least=2, required=True)


class EnquiryAnswerForm(Schema):
    """Answer a question."""

    text = a_text(1000, least=2, required=True)


class EnquiryViewSchema(Schema):
    """A question without who asked it."""

    id = fields.String(required=True)
    entry_id = fields.Integer(required=True)
    text = fields.String(required=True)
    asked_at = Moment(required=True)
    due_day = fields.Date(required=True, allow_none=True)
    answer = fields.String(required=True, allow_none=True)
    answered_at = Moment(required=True, allow_none=True)
    is_late = fields.Boolean(required=True)


class EnquiryPage(Schema):
    """Some questions, and the cursor that asks for those after them."""

    items = fields.List(fields.Nested(EnquiryViewSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class EnquiryQuery(Schema):
    """Behind which cursor."""

    cursor = fields.String(load_default=None, validate=validate.Length(max=300))


PICTURES = [picture.value for picture in Picture]


def publication_view(row: Publication) -> dict[str, Any]:
    """Return a publication as it is listed."""
    names = ("id", "first_day", "last_day", "version", "replaces_id", "reason", "due_day", "sha256")
    shown = {name: getattr(row, name) for name in (*names, "published_at")}
    title = document_of(row)["title"]
    return {"kind": BookKind(row.kind), "name": title, "is_late": is_late(row), **shown}


def whole_view(row: Publication, key: str) -> dict[str, Any]:
    """Return a publication with what it says."""
    return {
        **publication_view(row),
        "document": document_of(row),
        "signature": row.signature,
        "key": key,
    }


def due_view(one: Due) -> dict[str, Any]:
    """Return a period to be published as it is answered."""
    return {
        "kind": one.kind,
        "kind_name": BOOKS[one.kind],
        "name": one.period.name,
        "first_day": one.period.first,
        "last_day": one.period.last,
        "due_day": one.due_day,
        "post": one.post,
        "post_name": POSTS[one.post],
        "publication_id": one.current.id if one.current else None,
    }


def limit_view(name: LimitName, limit: Limit) -> dict[str, Any]:
    """Return a limit as it is answered."""
    return {
        "name": name,
        "days": limit.days,
        "working": limit.working,
        "source": limit.source,
        "confidence": limit.confidence,
    }
