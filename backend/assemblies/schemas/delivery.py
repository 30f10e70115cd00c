"""Requests and answers of delivering codes to devices."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, post_load, validate

from backend.assemblies.schemas import KEY, SIGNATURE
from backend.assemblies.service.delivery import Delivery, OwnCode
from backend.infra.schema import Schema


class SealedCodeForm(Schema):
    """A code that the registrar sealed to a device, and the registrar's signature over these fields."""

    pseudonym = fields.String(required=True, validate=validate.Length(min=1, max=32))
    sign_key = fields.String(required=True, validate=KEY)
    seal_key = fields.String(required=True, validate=KEY)
    box = fields.String(required=True, validate=validate.Length(min=1, max=400))
    signature = fields.String(required=True, validate=SIGNATURE)

    @post_load
    def make(self, values: dict[str, Any], **_: object) -> tuple[Delivery, str]:
        """Return the delivery and its signature."""
        signature = values.pop("signature")
        return Delivery(**values), signature


class OwnCodeView(Schema):
    """A code for a device of the caller's own; `signature` is by the registrar's key `signed_by`."""

    pseudonym = fields.String(required=True)
    sign_key = fields.String(required=True)
    seal_key = fields.String(required=True)
    box = fields.String(required=True)
    signature = fields.String(required=True)
    signed_by = fields.String(required=True)


class OwnCodesView(Schema):
    """The codes for the caller's devices."""

    items = fields.List(fields.Nested(OwnCodeView), required=True)


def own_code_view(code: OwnCode) -> dict[str, str]:
    """Return a code as it is answered."""
    one = code.delivery
    keys = {"pseudonym": one.pseudonym, "sign_key": one.sign_key, "seal_key": one.seal_key}
    return keys | {"box": one.box, "signature": code.signature, "signed_by": code.signed_by}
