"""Requests and answers of identity."""

from __future__ import annotations

from marshmallow import fields, validate

from backend.identity import rules
from backend.infra.schema import Schema


class CodeRequestForm(Schema):
    """Ask for a code."""

    phone = fields.String(required=True, validate=validate.Length(max=20))


class TokenForm(Schema):
    """Exchange a code."""

    phone = fields.String(required=True, validate=validate.Length(max=20))
    code = fields.String(required=True, validate=validate.Regexp(r"\A[0-9]{6}\Z", error="应为 6 位数字"))


class TokenView(Schema):
    """A token, shown once."""

    token = fields.String(required=True)
    expires_at = fields.AwareDateTime(required=True)
    account_id = fields.String(required=True)


class NothingView(Schema):
    """An empty object."""


class RoleView(Schema):
    """A role held."""

    id = fields.String(required=True)
    role = fields.String(required=True)
    community_id = fields.String(required=True, allow_none=True)
    organisation_id = fields.String(required=True, allow_none=True)


class MeView(Schema):
    """Who the caller is."""

    account_id = fields.String(required=True)
    phone_masked = fields.String(required=True)
    roles = fields.List(fields.Nested(RoleView), required=True)


class OwnDataView(Schema):
    """What is held about the caller, by what it is: account, homes, messages, tickets, ballots."""

    data = fields.Dict(keys=fields.String(), required=True)


class DeviceForm(Schema):
    """Register the keys of one's own phone."""

    sign_key = fields.String(
        required=True, validate=validate.Regexp(rules.KEY_HEX, error="应为 64 位小写十六进制")
    )
    seal_key = fields.String(
        required=True, validate=validate.Regexp(rules.KEY_HEX, error="应为 64 位小写十六进制")
    )
    proof = fields.String(
        required=True, validate=validate.Regexp(r"\A[0-9a-f]{128}\Z", error="应为 128 位小写十六进制")
    )


class DeviceView(Schema):
    """A registered device."""

    device_id = fields.String(required=True)
    fingerprint = fields.String(required=True)


class WeChatSignInForm(Schema):
    """The codes of `wx.login` and of the phone number button."""

    code = fields.String(required=True, validate=validate.Length(min=1, max=128))
    phone_code = fields.String(required=True, validate=validate.Length(min=1, max=128))


class WeChatLinkForm(Schema):
    """The code of `wx.login`."""

    code = fields.String(required=True, validate=validate.Length(min=1, max=128))
