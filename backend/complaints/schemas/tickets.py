"""Tickets as people see them, and what they do with them."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, post_load, validate

from backend.complaints.rules.powers import POWERS
from backend.complaints.rules.values import LONGEST_TEXT, Kind, Priority, State
from backend.complaints.schemas.intake import one_of
from backend.complaints.service.acts import Act
from backend.complaints.service.lists import Filter
from backend.complaints.service.showing import BY_OTHER_WAYS
from backend.infra.schema import Moment, Schema

_ACTS = [kind for kind in POWERS if kind not in BY_OTHER_WAYS]


class ClockView(Schema):
    """A clock: when it runs out, and the line that explains it."""

    due_at = Moment(required=True, allow_none=True)
    met = fields.Boolean(required=True, allow_none=True)
    is_paused = fields.Boolean(required=True)
    remaining_minutes = fields.Integer(required=True)
    promise = fields.String(required=True)
    explanation = fields.String(required=True)


class EventView(Schema):
    """One thing that happened."""

    at = Moment(required=True)
    kind = fields.String(required=True)
    name = fields.String(required=True)
    by = fields.String(required=True)
    text = fields.String(required=True)
    photos = fields.List(fields.String(), required=True)
    facts = fields.Dict(required=True)


class TicketBodyView(Schema):
    """A body that works on a ticket."""

    organisation_id = fields.String(required=True)
    name = fields.String(required=True)
    level_name = fields.String(required=True)
    part = fields.String(required=True)


class AnswerView(Schema):
    """An answer to an extra question."""

    code = fields.String(required=True)
    question = fields.String(required=True)
    answer = fields.String(required=True)


class TicketView(Schema):
    """A ticket as the caller may see it; what is hidden from them is empty or null."""

    id = fields.String(required=True)
    number = fields.String(required=True)
    community_id = fields.String(required=True)
    category = fields.String(required=True)
    category_name = fields.String(required=True)
    place = fields.String(required=True)
    lat = fields.Float(required=True, allow_none=True)
    long = fields.Float(required=True, allow_none=True)
    text = fields.String(required=True)
    answers = fields.List(fields.Nested(AnswerView), required=True)
    photos = fields.List(fields.String(), required=True)
    channel = fields.String(required=True)
    state = fields.String(required=True)
    state_name = fields.String(required=True)
    priority = fields.String(required=True)
    level = fields.Integer(required=True)
    level_name = fields.String(required=True)
    bodies = fields.List(fields.Nested(TicketBodyView), required=True)
    assignee = fields.String(required=True, allow_none=True)
    submitted_at = Moment(required=True)
    whistles = fields.Integer(required=True)
    reopened = fields.Integer(required=True)
    response = fields.Nested(ClockView, required=True)
    resolution = fields.Nested(ClockView, required=True)
    confirm_by = Moment(required=True, allow_none=True)
    satisfaction = fields.Integer(required=True, allow_none=True)
    solved = fields.Boolean(required=True, allow_none=True)
    merged_into = fields.String(required=True, allow_none=True)
    publication = fields.String(required=True)
    may_contact = fields.Boolean(required=True)
    history = fields.List(fields.Nested(EventView), required=True)
    acts = fields.List(fields.String(), required=True)
    parties = fields.List(fields.String(), required=True)


class RowView(Schema):
    """One line of a list."""

    id = fields.String(required=True)
    number = fields.String(required=True)
    community_id = fields.String(required=True)
    category = fields.String(required=True)
    category_name = fields.String(required=True)
    place = fields.String(required=True)
    summary = fields.String(required=True)
    state = fields.String(required=True)
    state_name = fields.String(required=True)
    priority = fields.String(required=True)
    level = fields.Integer(required=True)
    level_name = fields.String(required=True)
    assignee_id = fields.String(required=True, allow_none=True)
    submitted_at = Moment(required=True)
    due_at = Moment(required=True, allow_none=True)
    is_overdue = fields.Boolean(required=True)
    whistles = fields.Integer(required=True)


class PageView(Schema):
    """A page of a list."""

    items = fields.List(fields.Nested(RowView), required=True)
    next = fields.String(required=True, allow_none=True)


class RowsView(Schema):
    """A short list, whole."""

    items = fields.List(fields.Nested(RowView), required=True)


class CursorQuery(Schema):
    """Which page."""

    cursor = fields.String(load_default=None)


class QueueQuery(Schema):
    """Which tickets of the queue, and which page."""

    cursor = fields.String(load_default=None)
    open_only = fields.Boolean(load_default=True)
    community_id = fields.String(load_default="")
    category = fields.String(load_default="")
    priority = fields.String(load_default="", validate=validate.OneOf(["", *(one.value for one in Priority)]))
    state = fields.String(load_default="", validate=validate.OneOf(["", *(one.value for one in State)]))
    assignee = fields.String(load_default="", metadata={"description": "an account id, me, or none"})
    overdue = fields.Boolean(load_default=False)
    number = fields.String(load_default="")

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> tuple[Filter, str | None]:
        """Return what the service takes."""
        cursor = data.pop("cursor")
        return Filter(**data), cursor


class ActForm(Schema):
    """What the caller does; `facts` are the kind's own (see docs/complaints.md)."""

    kind = fields.String(required=True, validate=one_of(_ACTS))
    text = fields.String(load_default="", validate=validate.Length(max=LONGEST_TEXT * 2))
    photos = fields.List(fields.String(), load_default=list, validate=validate.Length(max=50))
    facts = fields.Dict(keys=fields.String(), load_default=dict)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Act:
        """Return what the service takes."""
        return Act(**{**data, "kind": Kind(data["kind"])})


class BatchForm(Schema):
    """The same act on several tickets."""

    ticket_ids = fields.List(fields.String(), required=True, validate=validate.Length(min=1, max=100))
    act = fields.Nested(ActForm, required=True)


class BatchItemView(Schema):
    """What came of one of several."""

    ticket_id = fields.String(required=True)
    done = fields.Boolean(required=True)
    code = fields.String(required=True, allow_none=True)
    detail = fields.String(required=True, allow_none=True)


class BatchView(Schema):
    """What came of each, in the order given."""

    items = fields.List(fields.Nested(BatchItemView), required=True)


class WhistleForm(Schema):
    """Me too."""

    text = fields.String(load_default="", validate=validate.Length(max=LONGEST_TEXT))


class MergeForm(Schema):
    """Into which ticket."""

    into = fields.String(required=True)
    text = fields.String(load_default="", validate=validate.Length(max=LONGEST_TEXT))


class ReasonForm(Schema):
    """Why."""

    reason = fields.String(required=True, validate=validate.Length(min=1, max=200))


class ContactView(Schema):
    """How to reach who reported it."""

    name = fields.String(required=True, allow_none=True)
    phone = fields.String(required=True, allow_none=True)


class TemplateForm(Schema):
    """A ready text."""

    organisation_id = fields.String(required=True)
    kind = fields.String(required=True, validate=one_of(_ACTS))
    name = fields.String(required=True, validate=validate.Length(min=1, max=60))
    text = fields.String(required=True, validate=validate.Length(min=1, max=1000))


class TemplateView(Schema):
    """A ready text."""

    id = fields.String(required=True)
    organisation_id = fields.String(required=True)
    kind = fields.String(required=True)
    name = fields.String(required=True)
    text = fields.String(required=True)


class TemplatesView(Schema):
    """The ready texts of the caller's organisations."""

    items = fields.List(fields.Nested(TemplateView), required=True)


class StaffView(Schema):
    """Somebody to whom a ticket may be given."""

    account_id = fields.String(required=True)
    name = fields.String(required=True, allow_none=True)


class StaffListView(Schema):
    """To whom a ticket may be given."""

    items = fields.List(fields.Nested(StaffView), required=True)
