"""Requests and answers of casting."""

from __future__ import annotations

from marshmallow import fields, validate

from backend.assemblies.schemas import SIGNATURE, SignedView
from backend.infra.schema import Schema


class BallotForm(Schema):
    """A ballot and the device's signature over (election fingerprint, tracker)."""

    pseudonym = fields.String(required=True, validate=validate.Length(min=1, max=32))
    ballot = fields.String(required=True, validate=validate.Length(min=1, max=5_000_000))
    device_id = fields.String(required=True, validate=validate.Length(min=1, max=36))
    signature = fields.String(required=True, validate=SIGNATURE)


class ReceiptView(Schema):
    """The receipt, and the page its QR code leads to."""

    receipt = fields.Nested(SignedView, required=True)
    url = fields.String(required=True)


class OwnElectionView(Schema):
    """One's entry in one election; `area` in 0.01 m2."""

    uuid = fields.String(required=True)
    area = fields.Integer(required=True)
    channel = fields.String(required=True, allow_none=True)
    casts = fields.Integer(required=True)


class OwnEntryView(Schema):
    """An elector for whom the caller stands."""

    pseudonym = fields.String(required=True)
    labels = fields.List(fields.String(), required=True)
    elections = fields.List(fields.Nested(OwnElectionView), required=True)


class OwnEntriesView(Schema):
    """Every elector for whom the caller stands."""

    items = fields.List(fields.Nested(OwnEntryView), required=True)
