"""Paper ballots: what the counters at the desk call."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask.views import MethodView

from backend.assemblies.schemas import StatementForm
from backend.assemblies.schemas import paper as schemas
from backend.assemblies.service import paper
from backend.infra.auth import current_actor, signed_in
from backend.infra.db import reading, transaction
from backend.infra.forms import Blueprint
from backend.infra.house import current_house

blueprint = Blueprint("paper", __name__, description="纸质选票")


@blueprint.route("/elections/<uuid>/papers")
class Papers(MethodView):
    """Returned papers."""

    @signed_in
    @blueprint.response(200, schemas.PapersView)
    def get(self, uuid: str) -> dict[str, Any]:
        """List the electors whose papers lie at the desk (counter)."""
        with reading() as session:
            return {"items": paper.list_papers(session, uuid, current_actor())}

    @signed_in
    @blueprint.arguments(schemas.PaperForm)
    @blueprint.response(201, schemas.PaperView)
    def post(self, form: dict[str, str], uuid: str) -> dict[str, str]:
        """Record that a paper came back, which locks the elector (counter)."""
        with transaction() as session:
            [elector] = form.values()
            return {"pseudonym": paper.lock_paper(session, current_house(), uuid, elector, current_actor())}


@blueprint.route("/elections/<uuid>/paper-entries")
class PaperEntries(MethodView):
    """What the papers say."""

    @signed_in
    @blueprint.arguments(StatementForm)
    @blueprint.response(200, schemas.PaperEntriesView)
    def put(self, form: dict[str, Any], uuid: str) -> dict[str, bool]:
        """Enter all papers, signed; complete when two counters entered the same (counter)."""
        with transaction() as session:
            complete = paper.enter_papers(session, current_house(), uuid, **form, actor=current_actor())
        return {"complete": complete}


@blueprint.route("/elections/<uuid>/paper.json")
class PaperFile(MethodView):
    """The complete entries."""

    @signed_in
    @blueprint.response(200, content_type="application/json")
    def get(self, uuid: str) -> Response:
        """Download paper.json, byte for byte (auditor, counter, trustee)."""
        with reading() as session:
            found = paper.paper_file(session, uuid, current_actor())
        answer = Response(found, content_type="application/json")
        answer.headers["Cache-Control"] = "no-store"
        return answer
