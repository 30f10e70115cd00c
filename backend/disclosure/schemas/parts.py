"""What several forms and answers of disclosure share."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from backend.disclosure.rules.values import EntryKind, Payee
from backend.infra.schema import Moment, Schema
from backend.kernel.money import MOST_FEN

ID = validate.Length(min=1, max=36)
REFERENCE = validate.Regexp(r"^[^\s:]{1,64}\Z")


class FenField(fields.Integer):
    """An amount of money in fen, above zero."""

    def __init__(self, **options: Any) -> None:
        super().__init__(strict=True, validate=validate.Range(min=1, max=MOST_FEN), **options)


def a_text(most: int, least: int = 1, **options: Any) -> fields.String:
    """Return a field for a text of some length."""
    return fields.String(validate=validate.Length(min=least, max=most), **options)


def some_papers(*, needed: bool) -> fields.List[str]:
    """Return a field for the ids of documents."""
    length = validate.Length(min=1 if needed else 0, max=20)
    inner = fields.String(validate=ID)
    if needed:
        return fields.List(inner, required=True, validate=length)
    return fields.List(inner, load_default=list, validate=length)


class DocumentView(Schema):
    """A document; its bytes are fetched by its id."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    media = fields.String(required=True)
    sha256 = fields.String(required=True)
    size = fields.Integer(required=True)


class BookWrittenView(Schema):
    """The entry that was made; `is_new` is false where the same voucher was entered before."""

    entry_id = fields.Integer(required=True)
    is_new = fields.Boolean(required=True)


class BookReversalForm(Schema):
    """Undo an entry."""

    reason = a_text(200, required=True)


class BookReversedView(Schema):
    """The entry that undoes."""

    entry_id = fields.Integer(required=True)


class EntryGroundView(Schema):
    """The item of an assembly on which an entry stands."""

    assembly_id = fields.String(required=True)
    item_id = fields.String(required=True)
    title = fields.String(required=True)


class PartPaidView(Schema):
    """What of a split went to whom."""

    to = fields.Enum(Payee, by_value=True, required=True)
    name = fields.String(required=True)
    amount_fen = fields.Integer(required=True)


class BookEntryView(Schema):
    """An entry; `amount_fen` is what it added to what is held. `agrees` is null before a review."""

    id = fields.Integer(required=True)
    day = fields.Date(required=True)
    kind = fields.Enum(EntryKind, by_value=True, required=True)
    name = fields.String(required=True)
    about = fields.String(required=True)
    amount_fen = fields.Integer(required=True)
    memo = fields.String(required=True)
    reference = fields.String(required=True)
    source_id = fields.String(required=True, allow_none=True)
    project_id = fields.String(required=True, allow_none=True)
    reverses_id = fields.Integer(required=True, allow_none=True)
    reversed_by = fields.Integer(required=True, allow_none=True)
    ground = fields.Nested(EntryGroundView, required=True, allow_none=True)
    parts = fields.List(fields.Nested(PartPaidView), required=True)
    agrees = fields.Boolean(required=True, allow_none=True)
    note = fields.String(required=True)
    papers = fields.List(fields.Nested(DocumentView), required=True)
    recorded_at = Moment(required=True)


class BookEntryPage(Schema):
    """Some entries, and the cursor that asks for those after them."""

    items = fields.List(fields.Nested(BookEntryView), required=True)
    next = fields.String(required=True, allow_none=True)


class BookEntriesQuery(Schema):
    """Which entries: of which days, behind which cursor."""

    cursor = fields.String(load_default=None, validate=validate.Length(max=300))
    first_day = fields.Date(load_default=None)
    last_day = fields.Date(load_default=None)


class SumLineView(Schema):
    """An amount under a name."""

    key = fields.String(required=True)
    name = fields.String(required=True)
    amount_fen = fields.Integer(required=True)
