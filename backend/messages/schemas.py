"""Requests and answers of messages."""

from __future__ import annotations

from marshmallow import fields, validate

from backend.infra.schema import Moment, Schema
from backend.messages.rules import MOST_CONSENTS_AT_ONCE


class MessageView(Schema):
    """One message."""

    id = fields.String(required=True)
    at = Moment(required=True)
    kind = fields.String(required=True)
    text = fields.String(required=True)
    is_read = fields.Boolean(required=True)


class InboxView(Schema):
    """The newest messages, newest first, and how many are unread."""

    items = fields.List(fields.Nested(MessageView), required=True)
    unread = fields.Integer(required=True)


class ConsentForm(Schema):
    """The kinds of message that the person allowed in WeChat's dialog."""

    templates = fields.List(
        fields.String(validate=validate.Length(max=64)),
        required=True,
        validate=validate.Length(min=1, max=MOST_CONSENTS_AT_ONCE, error="一次最多同意 3 类消息"),
    )


class ConsentsView(Schema):
    """How many messages of each kind the person still allows."""

    left = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
