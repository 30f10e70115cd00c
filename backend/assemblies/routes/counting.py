"""From the close to the final result: trustees, auditors, owners."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask.views import MethodView

from backend.assemblies.rules import Chain
from backend.assemblies.schemas import NumberView, StatementForm, TextForm
from backend.assemblies.schemas import counting as schemas
from backend.assemblies.service import auditing, counting, record, standing
from backend.infra.auth import current_actor, public, signed_in
from backend.infra.db import reading, transaction
from backend.infra.forms import Blueprint
from backend.infra.house import current_house

JSON = "application/json"

blueprint = Blueprint("counting", __name__, description="计票、审计与公布")


@blueprint.route("/elections/<uuid>/partial-decryptions")
class PartialDecryptions(MethodView):
    """Trustees' decryption shares."""

    @signed_in
    @blueprint.arguments(schemas.SharesForm)
    @blueprint.response(201, schemas.SharesView)
    def post(self, form: dict[str, str], uuid: str) -> counting.Shares:
        """Hand in the shares of both tallies; with enough of them there is a result (trustee)."""
        shares = {chain: form[chain.value] for chain in Chain}
        with transaction() as session:
            return counting.take_shares(session, current_house(), uuid, shares, current_actor())


@blueprint.route("/elections/<uuid>/result")
class ElectionResult(MethodView):
    """What the boards of an election decrypt to."""

    @public
    @blueprint.response(200, schemas.ElectionResultView)
    def get(self, uuid: str) -> dict[Chain, object]:
        """Show what both chains decrypt to; paper is not in it."""
        with reading() as session:
            return dict(record.result(session, uuid))


@blueprint.route("/assemblies/<assembly_id>/result.json")
class Result(MethodView):
    """The result of an assembly."""

    @public
    @blueprint.response(200, content_type=JSON)
    def get(self, assembly_id: str) -> Response:
        """Download the result by law, byte for byte as it was signed."""
        with reading() as session:
            found = counting.signed_result(standing.get_assembly(session, assembly_id))
        return Response(found.content, content_type=JSON)


@blueprint.route("/assemblies/<assembly_id>/result.sig")
class ResultSignature(MethodView):
    """The server's signature over the result."""

    @public
    @blueprint.response(200, schemas.DetachedSignatureView)
    def get(self, assembly_id: str) -> dict[str, str]:
        """Show the signature over result.json."""
        house = current_house()
        with reading() as session:
            found = counting.signed_result(standing.get_assembly(session, assembly_id))
        return {"signature": found.signature, "key": house.keys.signing_public_hex}


@blueprint.route("/assemblies/<assembly_id>/verdicts")
class Verdicts(MethodView):
    """Auditors' verdicts."""

    @signed_in
    @blueprint.arguments(StatementForm)
    @blueprint.response(201, NumberView)
    def post(self, form: dict[str, Any], assembly_id: str) -> dict[str, int]:
        """Sign a verdict on the result (auditor)."""
        with transaction() as session:
            assembly = standing.get_assembly(session, assembly_id)
            verdict = auditing.take_verdict(session, current_house(), assembly, **form, actor=current_actor())
            session.flush()
            return {"id": verdict.id}


@blueprint.route("/assemblies/<assembly_id>/audit.json")
class Audit(MethodView):
    """All verdicts."""

    @public
    @blueprint.response(200, content_type=JSON)
    def get(self, assembly_id: str) -> Response:
        """Download every auditor's signed verdict."""
        with reading() as session:
            assembly = standing.get_assembly(session, assembly_id)
            return Response(auditing.audit_file(session, current_house(), assembly), content_type=JSON)


@blueprint.route("/assemblies/<assembly_id>/objections")
class Objections(MethodView):
    """Objections to a preliminary result."""

    @signed_in
    @blueprint.arguments(TextForm)
    @blueprint.response(201, NumberView)
    def post(self, form: dict[str, str], assembly_id: str) -> dict[str, int]:
        """Object to a preliminary result (owner)."""
        with transaction() as session:
            assembly = standing.get_assembly(session, assembly_id)
            return {
                "id": auditing.object_to(session, current_house(), assembly, form["text"], current_actor()).id
            }
