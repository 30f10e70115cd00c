"""Answers of messages."""

from __future__ import annotations

from marshmallow import fields

from backend.infra.schema import Schema


class MessageView(Schema):
    """One message."""

    id = fields.String(required=True)
    at = fields.AwareDateTime(required=True)
    kind = fields.String(required=True)
    text = fields.String(required=True)


class InboxView(Schema):
    """The newest messages, newest first."""

    items = fields.List(fields.Nested(MessageView), required=True)
