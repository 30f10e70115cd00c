"""Finding assemblies, and the files posted with their items."""

from __future__ import annotations

from contextlib import closing
from typing import Any
from urllib.parse import quote

from flask import Response
from flask.views import MethodView
from werkzeug.datastructures import FileStorage

from backend.assemblies.schemas import listing as schemas
from backend.assemblies.service import attachments, listing, standing
from backend.infra.auth import current_actor, public, signed_in
from backend.infra.db import reading, transaction
from backend.infra.forms import Blueprint
from backend.infra.house import current_house

blueprint = Blueprint("assembly-lists", __name__, description="业主大会：会议一览与附件")


@blueprint.route("/communities/<community_id>/assemblies")
class Assemblies(MethodView):
    """Assemblies of a community."""

    @signed_in
    @blueprint.response(200, schemas.AssembliesView)
    def get(self, community_id: str) -> dict[str, Any]:
        """List a community's assemblies, the newest first."""
        with reading() as session:
            return {"items": listing.of_community(session, current_house(), current_actor(), community_id)}


@blueprint.route("/me/offices")
class OwnOffices(MethodView):
    """The caller's offices in assemblies."""

    @signed_in
    @blueprint.response(200, schemas.OfficesView)
    def get(self) -> dict[str, Any]:
        """List where the caller is registrar, trustee, auditor or counter."""
        with reading() as session:
            return {"items": listing.offices_of(session, current_house(), current_actor())}


@blueprint.route("/communities/<community_id>/assembly-attachments")
class Attachments(MethodView):
    """Files for items."""

    @signed_in
    @blueprint.arguments(schemas.AttachmentFiles, location="files")
    @blueprint.response(201, schemas.AttachmentKeptView)
    def post(self, files: dict[str, FileStorage], community_id: str) -> attachments.Kept:
        """Upload a file that an item of a draft will name (chair)."""
        with closing(files["file"]) as file:
            content = file.read(attachments.MOST_BYTES + 1)
        with transaction() as session:
            return attachments.keep(session, current_house(), current_actor(), community_id, content)


@blueprint.route("/assemblies/<assembly_id>/attachments/<sha256>")
class OneAttachment(MethodView):
    """A file that an item names."""

    @public
    @blueprint.response(200, content_type="application/octet-stream")
    def get(self, assembly_id: str, sha256: str) -> Response:
        """Download a file posted with an item."""
        with reading() as session:
            assembly = standing.get_assembly(session, assembly_id)
            document = attachments.read(session, current_house(), assembly, sha256)
        answer = Response(document.content, content_type=document.content_type)
        answer.headers["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(document.name)}"
        answer.headers["Content-Security-Policy"] = "sandbox"
        return answer
