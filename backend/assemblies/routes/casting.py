"""Casting: what a voter's phone calls."""

from __future__ import annotations

from typing import Any

from flask.views import MethodView

from backend.assemblies.schemas import casting as schemas
from backend.assemblies.service import casting, standing
from backend.infra.auth import current_actor, signed_in
from backend.infra.db import reading
from backend.infra.forms import Blueprint
from backend.infra.house import current_house

blueprint = Blueprint("casting", __name__, description="投票")


@blueprint.route("/assemblies/<assembly_id>/my-entries")
class OwnEntries(MethodView):
    """The electors for whom the caller stands."""

    @signed_in
    @blueprint.response(200, schemas.OwnEntriesView)
    def get(self, assembly_id: str) -> dict[str, object]:
        """List every elector for whom the caller stands, with what each may still do."""
        with reading() as session:
            assembly = standing.get_assembly(session, assembly_id)
            return {"items": standing.own_entries(session, assembly, current_actor())}


@blueprint.route("/elections/<uuid>/ballots")
class Ballots(MethodView):
    """Ballots of an election."""

    @signed_in
    @blueprint.arguments(schemas.BallotForm)
    @blueprint.response(201, schemas.ReceiptView)
    def post(self, form: dict[str, str], uuid: str) -> dict[str, Any]:
        """Cast a ballot and take the signed receipt (an owner of the elector)."""
        submission = casting.Submission(uuid, **form)
        return casting.cast_ballot(current_house(), submission, current_actor()).to_json()
