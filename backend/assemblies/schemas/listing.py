"""Requests and answers of finding assemblies, and of their attachments."""

from __future__ import annotations

from flask_smorest.fields import Upload
from marshmallow import fields

from backend.infra.schema import Moment, Schema


class AssemblyRowView(Schema):
    """An assembly in a list."""

    id = fields.String(required=True)
    community_id = fields.String(required=True)
    title = fields.String(required=True)
    stage = fields.String(required=True)
    notice_date = fields.Date(required=True)
    opens_at = Moment(required=True, allow_none=True)
    closes_at = Moment(required=True, allow_none=True)
    items = fields.List(fields.String(), required=True)


class AssembliesView(Schema):
    """Assemblies, the newest first."""

    items = fields.List(fields.Nested(AssemblyRowView), required=True)


class OfficeRowView(Schema):
    """An office of the caller's; `has_key` tells whether its keys were published."""

    office = fields.String(required=True)
    index = fields.Integer(required=True)
    has_key = fields.Boolean(required=True)
    assembly = fields.Nested(AssemblyRowView, required=True)


class OfficesView(Schema):
    """The caller's offices."""

    items = fields.List(fields.Nested(OfficeRowView), required=True)


class AttachmentFiles(Schema):
    """The uploaded file."""

    file = Upload(required=True, metadata={"description": "PDF, PNG or JPEG, at most 20 MB"})


class AttachmentKeptView(Schema):
    """By what a draft names the file."""

    sha256 = fields.String(required=True)
    bytes = fields.Integer(required=True)
