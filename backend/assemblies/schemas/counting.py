"""Requests and answers of counting and audit."""

from __future__ import annotations

from marshmallow import fields, validate

from backend.infra.schema import Schema


class DetachedSignatureView(Schema):
    """A signature over a file that is served beside it."""

    signature = fields.String(required=True)
    key = fields.String(required=True)


class SharesForm(Schema):
    """One trustee's decryption shares of both tallies, in the bytes that its software made."""

    heads = fields.String(required=True, validate=validate.Length(min=1, max=5_000_000))
    area = fields.String(required=True, validate=validate.Length(min=1, max=5_000_000))


class SharesView(Schema):
    """How many trustees have sent their shares, and how many are needed."""

    needed = fields.Integer(required=True)
    have = fields.Integer(required=True)


class ElectionResultView(Schema):
    """What both chains decrypt to: per question, per answer."""

    heads = fields.List(fields.List(fields.Integer()), required=True)
    area = fields.List(fields.List(fields.Integer()), required=True)
