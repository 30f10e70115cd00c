"""Due process for arrears as people send and read it."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, post_load, validate

from backend.fees.rules.arrears.events import ClaimedBill
from backend.fees.rules.arrears.powers import POWERS
from backend.fees.rules.arrears.values import LONGEST_TEXT, Kind, State
from backend.fees.service.arrears.scene import Act
from backend.fees.service.arrears.showing import BillStanding, CaseView
from backend.infra.schema import Moment, Schema

_ID = validate.Length(min=1, max=32)
_ACTS = [kind.value for kind in POWERS]


class HolderForm(Schema):
    """A holder of a unit: the unit, and whose turn it was, from 0."""

    unit_id = fields.String(required=True, validate=_ID)
    tenure = fields.Integer(required=True, strict=True, validate=validate.Range(min=0, max=10_000))


class RemindersForm(Schema):
    """Whom to remind."""

    holders = fields.List(fields.Nested(HolderForm), required=True, validate=validate.Length(min=1, max=100))

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> list[tuple[str, int]]:
        """Return what the service takes."""
        return [(one["unit_id"], one["tenure"]) for one in data["holders"]]


class ReminderOutcomeView(Schema):
    """What came of one reminder."""

    unit_id = fields.String(required=True)
    tenure = fields.Integer(required=True)
    done = fields.Boolean(required=True)
    case_id = fields.String(required=True, allow_none=True)
    code = fields.String(required=True, allow_none=True)
    detail = fields.String(required=True, allow_none=True)


class RemindersView(Schema):
    """What came of each, in the order given."""

    items = fields.List(fields.Nested(ReminderOutcomeView), required=True)


class AfterQuery(Schema):
    """Which page: behind which unit."""

    after = fields.String(load_default=None, validate=_ID)


class RemindableView(Schema):
    """A holder with overdue bills; `remind_from`: the first day of the next reminder, null for the first."""

    unit_id = fields.String(required=True)
    label = fields.String(required=True)
    tenure = fields.Integer(required=True)
    bills = fields.Integer(required=True)
    overdue_fen = fields.Integer(required=True)
    oldest_due_day = fields.Date(required=True)
    case_id = fields.String(required=True, allow_none=True)
    state = fields.String(required=True, allow_none=True)
    state_name = fields.String(required=True)
    remind_from = fields.Date(required=True, allow_none=True)


class RemindablePage(Schema):
    """A page of holders; `next` is the unit behind which the next one begins."""

    items = fields.List(fields.Nested(RemindableView), required=True)
    next = fields.String(required=True, allow_none=True)


class CasesQuery(Schema):
    """Which cases, and which page; all that are open without a state."""

    state = fields.String(load_default="", validate=validate.OneOf(["", *(one.value for one in State)]))
    cursor = fields.String(load_default=None)


class MediationsQuery(Schema):
    """Which page."""

    cursor = fields.String(load_default=None)


class CaseRowView(Schema):
    """One case in a list."""

    id = fields.String(required=True)
    unit_id = fields.String(required=True)
    label = fields.String(required=True)
    tenure = fields.Integer(required=True)
    state = fields.String(required=True)
    state_name = fields.String(required=True)
    opened_at = Moment(required=True)
    updated_at = Moment(required=True)


class CasePage(Schema):
    """A page of cases."""

    items = fields.List(fields.Nested(CaseRowView), required=True)
    next = fields.String(required=True, allow_none=True)


class CaseRowsView(Schema):
    """A short list of cases, whole."""

    items = fields.List(fields.Nested(CaseRowView), required=True)


class ArrearsActForm(Schema):
    """What the caller does; `facts` are the kind's own (see docs/fees.md)."""

    kind = fields.String(required=True, validate=validate.OneOf(_ACTS))
    text = fields.String(load_default="", validate=validate.Length(max=LONGEST_TEXT * 2))
    photos = fields.List(fields.String(validate=_ID), load_default=list, validate=validate.Length(max=50))
    facts = fields.Dict(keys=fields.String(), load_default=dict)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Act:
        """Return what the service takes."""
        return Act(**{**data, "kind": Kind(data["kind"])})


class DisputeForm(Schema):
    """Which bills are wrong, and why.

    `ground`: amount, area, reading, paid, not-mine, service, no-basis, or other.
    """

    bill_ids = fields.List(
        fields.Integer(strict=True), required=True, validate=validate.Length(min=1, max=500)
    )
    ground = fields.String(required=True, validate=validate.Length(min=1, max=24))
    text = fields.String(required=True, validate=validate.Length(min=1, max=LONGEST_TEXT * 2))
    photos = fields.List(fields.String(validate=_ID), load_default=list, validate=validate.Length(max=50))

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Act:
        """Return what the service takes."""
        facts = {"bill_ids": data["bill_ids"], "ground": data["ground"]}
        return Act(Kind.DISPUTED, data["text"], data["photos"], facts)


class ClaimedBillView(Schema):
    """A bill of a case as it stands now."""

    id = fields.Integer(required=True)
    item = fields.String(required=True)
    first_day = fields.Date(required=True)
    last_day = fields.Date(required=True)
    due_day = fields.Date(required=True)
    amount_fen = fields.Integer(required=True)
    open_fen = fields.Integer(required=True)
    clause = fields.String(required=True)
    is_disputed = fields.Boolean(required=True)
    is_cancelled = fields.Boolean(required=True)


class StepViewSchema(Schema):
    """One thing that happened; `story` says in one line what its facts come to."""

    number = fields.Integer(required=True)
    at = Moment(required=True)
    kind = fields.String(required=True)
    name = fields.String(required=True)
    by = fields.String(required=True)
    story = fields.String(required=True)
    text = fields.String(required=True)
    facts = fields.Dict(required=True)
    photos = fields.List(fields.String(), required=True)


class OptionViewSchema(Schema):
    """Something that the reader can do now."""

    kind = fields.String(required=True)
    name = fields.String(required=True)
    what = fields.String(required=True)


class ArrearsCaseView(Schema):
    """A case. `now` and `promise` are sentences for the owner; `until` ends the period that runs."""

    id = fields.String(required=True)
    community_id = fields.String(required=True)
    unit_id = fields.String(required=True)
    label = fields.String(required=True)
    tenure = fields.Integer(required=True)
    opened_at = Moment(required=True)
    state = fields.String(required=True)
    state_name = fields.String(required=True)
    now = fields.String(required=True)
    promise = fields.String(required=True)
    until = fields.Date(required=True, allow_none=True)
    next_reminder_day = fields.Date(required=True, allow_none=True)
    open_fen = fields.Integer(required=True)
    disputes = fields.List(fields.Integer(), required=True)
    bills = fields.List(fields.Nested(ClaimedBillView), required=True)
    history = fields.List(fields.Nested(StepViewSchema), required=True)
    options = fields.List(fields.Nested(OptionViewSchema), required=True)


class CollectionCellView(Schema):
    """Some homes together: what part of what was due is paid, in steps of five percent."""

    name = fields.String(required=True)
    homes = fields.Integer(required=True)
    paid_percent = fields.Integer(required=True, allow_none=True)


class ArrearsFiguresView(Schema):
    """Figures by building, never of fewer than ten homes."""

    day = fields.Date(required=True)
    items = fields.List(fields.Nested(CollectionCellView), required=True)


class ArrearsTermsForm(Schema):
    """How many days a formal notice gives; fewer than 15 need the clause of the contract."""

    notice_days = fields.Integer(required=True, strict=True)
    clause = fields.String(load_default="", validate=validate.Length(max=200))


class ArrearsTermsView(Schema):
    """How many days a formal notice gives, and on what that rests."""

    notice_days = fields.Integer(required=True)
    source = fields.String(required=True)


def case_view(found: CaseView) -> dict[str, Any]:
    """Return a case as it is answered."""
    names = [name for name in CaseView.__slots__ if name != "bills"]
    values = {name: getattr(found, name) for name in names}
    return {**values, "bills": [_bill_view(one) for one in found.bills]}


def _bill_view(one: BillStanding) -> dict[str, Any]:
    values = {name: getattr(one.bill, name) for name in ClaimedBill.__slots__}
    return {**values, "is_disputed": one.is_disputed, "is_cancelled": one.is_cancelled}
