"""Answers of the public record."""

from __future__ import annotations

from marshmallow import fields

from backend.assemblies.schemas import SignedView, instant
from backend.infra.schema import Schema


class TurnoutView(Schema):
    """Electors who voted, and their area in 0.01 m2."""

    heads = fields.Integer(required=True)
    area = fields.Integer(required=True)


class TurnoutByChannelView(Schema):
    """Turnout of each channel: phones (e) and paper."""

    e = fields.Nested(TurnoutView, required=True)
    paper = fields.Nested(TurnoutView, required=True)


class WholeTurnoutView(TurnoutView):
    """Turnout over both channels, and of each."""

    by_channel = fields.Nested(TurnoutByChannelView, required=True)


class ElectionView(Schema):
    """An election as anybody may see it."""

    uuid = fields.String(required=True)
    assembly_id = fields.String(required=True)
    title = fields.String(required=True)
    scope = fields.String(required=True)
    stage = fields.String(required=True)
    drill = fields.Boolean(required=True)
    fingerprint = fields.String(required=True, allow_none=True)
    manifest_sha256 = fields.String(required=True, allow_none=True)
    opens_at = instant()
    closes_at = instant()
    electors = fields.Integer(required=True)
    area = fields.Integer(required=True)
    turnout = fields.Nested(WholeTurnoutView, required=True)


class BallotView(Schema):
    """Where a ballot stands on the board."""

    tracker = fields.String(required=True)
    height = fields.Integer(required=True)
    on_board = fields.Boolean(required=True)


class PseudonymsView(Schema):
    """Electors by pseudonym."""

    items = fields.List(fields.String(), required=True)


class NamedStatementView(SignedView):
    """Somebody's signed statement."""

    name = fields.String(required=True)


class NamedStatementsView(Schema):
    """Signed statements, oldest first."""

    items = fields.List(fields.Nested(NamedStatementView), required=True)


class DeviceSignatureView(Schema):
    """A device's signature over election fingerprint and tracker."""

    uuid = fields.String(required=True)
    tracker = fields.String(required=True)
    sign_key = fields.String(required=True)
    signature = fields.String(required=True)


class DeviceSignaturesView(Schema):
    """The owners' own acts, one for each ballot on the board."""

    items = fields.List(fields.Nested(DeviceSignatureView), required=True)
