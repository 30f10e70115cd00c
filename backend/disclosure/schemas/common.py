"""Common income: sources, entries, reviews, splits."""

from __future__ import annotations

from typing import Any

from flask_smorest.fields import Upload
from marshmallow import fields, post_load, validate

from backend.disclosure.models import CommonSource, IncomeSplit
from backend.disclosure.rules.shares import MOST_WEIGHT, Part
from backend.disclosure.rules.values import CostKind, Payee, SourceKind
from backend.disclosure.rules.wording import PAYEES, SOURCES
from backend.disclosure.schemas.parts import ID, REFERENCE, FenField, SumLineView, a_text, some_papers
from backend.disclosure.service.common import Money, NewSource
from backend.disclosure.service.splits import NewSplit, Payout, parts_of
from backend.disclosure.service.summary import CommonSummary
from backend.infra.schema import Schema


class DocumentFiles(Schema):
    """The uploaded document."""

    file = Upload(required=True, metadata={"description": "PDF, JPEG, PNG, WebP or HEIC, at most 20 MB"})


class DocumentQuery(Schema):
    """What the document is called."""

    name = a_text(100, required=True)


class CommonSourceForm(Schema):
    """Enter a source of common income with its contract."""

    kind = fields.Enum(SourceKind, by_value=True, required=True)
    name = a_text(60, required=True)
    counterparty = a_text(100, required=True)
    first_day = fields.Date(required=True)
    last_day = fields.Date(required=True)
    amount_fen = FenField(required=True)
    terms = a_text(200, least=0, load_default="")
    contract_id = fields.String(required=True, validate=ID)

    @post_load
    def make(self, values: dict[str, Any], **_: object) -> NewSource:
        """Return what was entered."""
        return NewSource(**values)


class CommonSourceView(Schema):
    """A source of common income."""

    id = fields.String(required=True)
    kind = fields.Enum(SourceKind, by_value=True, required=True)
    kind_name = fields.String(required=True)
    name = fields.String(required=True)
    counterparty = fields.String(required=True)
    first_day = fields.Date(required=True)
    last_day = fields.Date(required=True)
    amount_fen = fields.Integer(required=True)
    terms = fields.String(required=True)
    contract_id = fields.String(required=True)


class CommonSourceList(Schema):
    """The sources of a community."""

    items = fields.List(fields.Nested(CommonSourceView), required=True)


class CommonMoneyForm(Schema):
    """Enter income of a source, or (with `cost_kind`) what it cost; `reference` is the voucher's number."""

    source_id = fields.String(required=True, validate=ID)
    cost_kind = fields.Enum(CostKind, by_value=True, load_default=None)
    amount_fen = FenField(required=True)
    day = fields.Date(required=True)
    reference = fields.String(required=True, validate=REFERENCE)
    memo = a_text(200, required=True)
    paper_ids = some_papers(needed=True)

    @post_load
    def make(self, values: dict[str, Any], **_: object) -> Money:
        """Return what was entered."""
        return Money(**values)


class EntryReviewForm(Schema):
    """What the committee says of an entry."""

    agrees = fields.Boolean(required=True)
    note = a_text(200, least=0, load_default="")


class SplitPartForm(Schema):
    """A payee's part, an integer weight among the others."""

    to = fields.Enum(Payee, by_value=True, required=True)
    weight = fields.Integer(required=True, strict=True, validate=validate.Range(min=1, max=MOST_WEIGHT))


class IncomeSplitForm(Schema):
    """Enter how the assembly splits net income."""

    assembly_id = fields.String(required=True, validate=ID)
    item_id = fields.String(required=True, validate=validate.Length(min=1, max=64))
    first_day = fields.Date(required=True)
    parts = fields.List(fields.Nested(SplitPartForm), required=True, validate=validate.Length(min=1, max=5))

    @post_load
    def make(self, values: dict[str, Any], **_: object) -> NewSplit:
        """Return what was entered."""
        parts = [Part(part["to"], part["weight"]) for part in values.pop("parts")]
        return NewSplit(parts=parts, **values)


class SplitPartView(Schema):
    """A payee's part."""

    to = fields.Enum(Payee, by_value=True, required=True)
    name = fields.String(required=True)
    weight = fields.Integer(required=True)


class IncomeSplitView(Schema):
    """How net income is split from a day on, and the item that decided it."""

    id = fields.String(required=True)
    assembly_id = fields.String(required=True)
    item_id = fields.String(required=True)
    title = fields.String(required=True)
    decided_on = fields.Date(required=True)
    first_day = fields.Date(required=True)
    parts = fields.List(fields.Nested(SplitPartView), required=True)


class IncomeSplitList(Schema):
    """All that was entered; of several for one day the last counts."""

    items = fields.List(fields.Nested(IncomeSplitView), required=True)


class IncomePayoutForm(Schema):
    """Split so much net income by the decision in force."""

    amount_fen = FenField(required=True)
    day = fields.Date(required=True)
    reference = fields.String(required=True, validate=REFERENCE)
    memo = a_text(200, least=0, load_default="")

    @post_load
    def make(self, values: dict[str, Any], **_: object) -> Payout:
        """Return what was entered."""
        return Payout(**values)


class DisclosureDaysQuery(Schema):
    """From which day to which; the present quarter or year unless given."""

    first_day = fields.Date(load_default=None)
    last_day = fields.Date(load_default=None)


class CommonSummaryView(Schema):
    """Common income over some days. income - cost = paid out + (closing - opening)."""

    first_day = fields.Date(required=True)
    last_day = fields.Date(required=True)
    opening_fen = fields.Integer(required=True)
    income_fen = fields.Integer(required=True)
    cost_fen = fields.Integer(required=True)
    paid_out_fen = fields.Integer(required=True)
    closing_fen = fields.Integer(required=True)
    income = fields.List(fields.Nested(SumLineView), required=True)
    cost = fields.List(fields.Nested(SumLineView), required=True)
    paid_out = fields.List(fields.Nested(SumLineView), required=True)


class DecisionView(Schema):
    """An item that the owners passed and whose result is final."""

    assembly_id = fields.String(required=True)
    item_id = fields.String(required=True)
    title = fields.String(required=True)
    text = fields.String(required=True)
    matter = fields.Integer(required=True)
    scope = fields.String(required=True)
    day = fields.Date(required=True)


class DecisionList(Schema):
    """Decisions on which a split or a project may stand, the latest first."""

    items = fields.List(fields.Nested(DecisionView), required=True)


class DecisionsQuery(Schema):
    """For what: a use of the fund, or a split of common income."""

    purpose = fields.String(required=True, validate=validate.OneOf(["use", "split"]))


def source_view(row: CommonSource) -> dict[str, Any]:
    """Return a source as it is answered."""
    names = ("id", "name", "counterparty", "first_day", "last_day", "amount_fen", "terms", "contract_id")
    kind = SourceKind(row.kind)
    return {"kind": kind, "kind_name": SOURCES[kind], **{name: getattr(row, name) for name in names}}


def split_view(row: IncomeSplit) -> dict[str, Any]:
    """Return a split as it is answered."""
    names = ("id", "assembly_id", "item_id", "title", "decided_on", "first_day")
    parts = [{"to": part.to, "name": PAYEES[part.to], "weight": part.weight} for part in parts_of(row)]
    return {"parts": parts, **{name: getattr(row, name) for name in names}}


def summary_view(found: CommonSummary) -> dict[str, Any]:
    """Return a summary as it is answered."""
    names = list(CommonSummaryView().fields)
    return {name: getattr(found, name) for name in names}
