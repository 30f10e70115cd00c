"""Requests and answers of assemblies, one subject a module; here is what the subjects share."""

from __future__ import annotations

from marshmallow import fields, validate

from backend.infra.schema import Schema

KEY = validate.Regexp(r"\A[0-9a-f]{64}\Z", error="应为 64 位小写十六进制")
SIGNATURE = validate.Regexp(r"\A[0-9a-f]{128}\Z", error="应为 128 位小写十六进制")
SHORT = validate.Length(min=1, max=200)
LONG = validate.Length(min=1, max=100_000)


def instant(*, none: bool = False) -> fields.String:
    """Return the field of an instant in an answer: ISO 8601 with +08:00."""
    return fields.String(required=True, allow_none=none, metadata={"format": "date-time"})


class TextForm(Schema):
    """An opinion or an objection."""

    text = fields.String(required=True, validate=LONG)


class NumberView(Schema):
    """The number under which something was recorded."""

    id = fields.Integer(required=True)


class SignedView(Schema):
    """What was signed, the signature, and the public key that checks it."""

    document = fields.Dict(required=True)
    signature = fields.String(required=True)
    key = fields.String(required=True)


class StatementForm(Schema):
    """A document that the caller's own software signed."""

    document = fields.Dict(required=True, keys=fields.String())
    signature = fields.String(required=True, validate=SIGNATURE)
