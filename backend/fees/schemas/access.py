"""Authorisations of owners, and titles that became others'."""

from __future__ import annotations

from marshmallow import fields, validate

from backend.infra.schema import Moment, Schema


class FeeViewerView(Schema):
    """Somebody confirmed in the unit; `since` is when they were let see the bills, null if they are not."""

    account_id = fields.String(required=True)
    bond = fields.String(required=True)
    phone_masked = fields.String(required=True)
    since = Moment(required=True, allow_none=True)


class FeeViewersView(Schema):
    """Family members and tenants of a unit."""

    items = fields.List(fields.Nested(FeeViewerView), required=True)


class WaitingTitleView(Schema):
    """A change of title that waits for an answer; `is_new_hands`: none of the former owners stayed."""

    id = fields.String(required=True)
    unit_id = fields.String(required=True)
    label = fields.String(required=True)
    noted_at = Moment(required=True)
    proposed_day = fields.Date(required=True)
    is_new_hands = fields.Boolean(required=True)
    last_handover = fields.Date(required=True, allow_none=True)


class WaitingTitlesView(Schema):
    """Changes of title that wait, oldest first."""

    items = fields.List(fields.Nested(WaitingTitleView), required=True)


class TitleHandoverForm(Schema):
    """From which day on the new owners bear the unit's fees."""

    day = fields.Date(required=True)
    note = fields.String(load_default="", validate=validate.Length(max=200))


class TitleDismissalForm(Schema):
    """Why fees do not pass over with this change."""

    note = fields.String(required=True, validate=validate.Length(min=1, max=200))
