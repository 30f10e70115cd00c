"""Delivering codes to owners' devices: the registrar hands in boxes, an owner's phone fetches its own."""

from __future__ import annotations

from typing import Any

from flask.views import MethodView

from backend.assemblies.schemas import delivery as schemas
from backend.assemblies.service import delivery, standing
from backend.infra.auth import current_actor, signed_in
from backend.infra.db import reading, transaction
from backend.infra.forms import Blueprint
from backend.infra.house import current_house

blueprint = Blueprint("delivery", __name__, description="投票凭证送达业主设备")


@blueprint.route("/assemblies/<assembly_id>/sealed-codes")
class SealedCodes(MethodView):
    """Codes sealed to devices."""

    @signed_in
    @blueprint.arguments(schemas.SealedCodeForm)
    @blueprint.response(204)
    def post(self, form: tuple[delivery.Delivery, str], assembly_id: str) -> None:
        """Hand in a code, sealed to a device whose keys the owner's own screen showed (registrar)."""
        sealed, signature = form
        with transaction() as session:
            assembly = standing.get_assembly(session, assembly_id)
            delivery.deliver(session, current_house(), assembly, sealed, signature, current_actor())


@blueprint.route("/assemblies/<assembly_id>/my-sealed-codes")
class OwnCodes(MethodView):
    """The caller's own codes."""

    @signed_in
    @blueprint.response(200, schemas.OwnCodesView)
    def get(self, assembly_id: str) -> dict[str, Any]:
        """List the codes sealed to the caller's devices, until the vote closes."""
        with reading() as session:
            assembly = standing.get_assembly(session, assembly_id)
            found = delivery.own_codes(session, current_house(), assembly, current_actor())
        return {"items": [schemas.own_code_view(one) for one in found]}
