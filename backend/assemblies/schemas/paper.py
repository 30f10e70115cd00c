"""Requests and answers at the paper desk."""

from __future__ import annotations

from marshmallow import ValidationError, fields, validate, validates_schema

from backend.infra.schema import Schema


class PaperForm(Schema):
    """A returned paper, by the elector's pseudonym or one of its units, such as 3-1-502."""

    pseudonym = fields.String(validate=validate.Length(min=1, max=32))
    label = fields.String(validate=validate.Length(min=1, max=130))

    @validates_schema
    def check_one(self, loaded: dict[str, str], **_: object) -> None:
        """Demand exactly one of the two names."""
        if len(loaded) != 1:
            raise ValidationError("请填写 pseudonym 或 label 之一")


class PaperView(Schema):
    """Whose paper it is."""

    pseudonym = fields.String(required=True)


class PaperElectorView(Schema):
    """An elector whose paper lies at the desk."""

    pseudonym = fields.String(required=True)
    labels = fields.List(fields.String(), required=True)


class PapersView(Schema):
    """The papers at the desk."""

    items = fields.List(fields.Nested(PaperElectorView), required=True)


class PaperEntriesView(Schema):
    """Whether two counters have entered the same."""

    complete = fields.Boolean(required=True)
