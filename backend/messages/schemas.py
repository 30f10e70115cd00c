"""Requests and answers of messages."""

from __future__ import annotations

from marshmallow import fields, validate

from backend.infra.schema import Moment, Schema
from backend.messages.rules import MOST_CONSENTS_AT_ONCE

MOST_MARKED = 200


class InboxQuery(Schema):
    """Which page of the inbox."""

    cursor = fields.String(validate=validate.Length(max=200))
    unread_only = fields.Boolean(load_default=False)


class MessageView(Schema):
    """One message; `link` is the page of the mini-program that it is about, empty for none."""

    id = fields.String(required=True)
    at = Moment(required=True)
    kind = fields.String(required=True)
    text = fields.String(required=True)
    link = fields.String(required=True)
    is_read = fields.Boolean(required=True)


class InboxView(Schema):
    """A page of messages, newest first, the cursor of the next, and how many are unread in all."""

    items = fields.List(fields.Nested(MessageView), required=True)
    next = fields.String(required=True, allow_none=True)
    unread = fields.Integer(required=True)


class ReadForm(Schema):
    """Which messages were read; all of them where `ids` is left out."""

    ids = fields.List(
        fields.String(validate=validate.Length(max=32)),
        load_default=None,
        validate=validate.Length(max=MOST_MARKED),
    )


class UnreadView(Schema):
    """How many messages are unread."""

    unread = fields.Integer(required=True)


class ConsentForm(Schema):
    """The kinds of message that the person allowed in WeChat's dialog, each for one message."""

    kinds = fields.List(
        fields.String(validate=validate.Length(max=64)),
        required=True,
        validate=validate.Length(min=1, max=MOST_CONSENTS_AT_ONCE, error="一次同意 1 至 3 类消息"),
    )


class ConsentWorthView(Schema):
    """What a consent to this kind is worth: one message about `subject`. `left` counts those allowed."""

    kind = fields.String(required=True)
    subject = fields.String(required=True)
    template_id = fields.String(required=True)
    left = fields.Integer(required=True)


class ConsentsView(Schema):
    """Every kind that can be consented to."""

    items = fields.List(fields.Nested(ConsentWorthView), required=True)
