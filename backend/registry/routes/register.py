"""Organisations, communities, appointments, roll imports and units over HTTP."""

from __future__ import annotations

from contextlib import closing
from typing import Any

from flask import Response
from flask.views import MethodView
from werkzeug.datastructures import FileStorage

from backend.infra.auth import current_actor, signed_in
from backend.infra.db import reading, transaction
from backend.infra.forms import Blueprint
from backend.infra.house import current_house
from backend.infra.paging import Page
from backend.registry import schemas
from backend.registry.service import communities, imports, posts, units

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

blueprint = Blueprint("registry", __name__, description="小区、房屋、业主与组织")


@blueprint.route("/organisations")
class Organisations(MethodView):
    """Organisations."""

    @signed_in
    @blueprint.arguments(schemas.OrganisationForm)
    @blueprint.response(201, schemas.IdView)
    def post(self, form: dict[str, str]) -> dict[str, str]:
        """Enter an organisation (administrator)."""
        with transaction() as session:
            return {"id": communities.create_organisation(session, current_house(), current_actor(), **form)}


@blueprint.route("/communities")
class Communities(MethodView):
    """Communities."""

    @signed_in
    @blueprint.arguments(schemas.CommunityQuery, location="query")
    @blueprint.response(200, schemas.CommunitiesFoundView)
    def get(self, query: dict[str, str]) -> dict[str, Any]:
        """Find a community by part of its name."""
        with reading() as session:
            return {"items": communities.find_communities(session, **query)}

    @signed_in
    @blueprint.arguments(schemas.CommunityForm)
    @blueprint.response(201, schemas.IdView)
    def post(self, form: dict[str, str]) -> dict[str, str]:
        """Enter a community (administrator)."""
        with transaction() as session:
            return {"id": communities.create_community(session, current_house(), current_actor(), **form)}


@blueprint.route("/communities/<community_id>")
class Community(MethodView):
    """One community."""

    @signed_in
    @blueprint.response(200, schemas.CommunityView)
    def get(self, community_id: str) -> communities.CommunityView:
        """Show a community; nothing in it is personal."""
        with reading() as session:
            return communities.get_community(session, community_id)


@blueprint.route("/communities/<community_id>/developer")
class Developer(MethodView):
    """The developer, who stands for every unit that is not delivered."""

    @signed_in
    @blueprint.arguments(schemas.DeveloperForm)
    @blueprint.response(200, schemas.DeveloperView)
    def put(self, form: dict[str, str], community_id: str) -> dict[str, str]:
        """Name the developer and the phone it signs in with (administrator)."""
        with transaction() as session:
            communities.set_developer(session, current_house(), current_actor(), community_id, **form)
        return {"name": form["name"]}


@blueprint.route("/communities/<community_id>/grants")
class Grants(MethodView):
    """Appointments in one community."""

    @signed_in
    @blueprint.response(200, schemas.AppointmentsView)
    def get(self, community_id: str) -> dict[str, Any]:
        """List who is appointed in this community alone (administrator; its chair: for assemblies)."""
        with reading() as session:
            return {"items": posts.list_appointed(session, current_house(), current_actor(), community_id)}

    @signed_in
    @blueprint.arguments(schemas.GrantForm)
    @blueprint.response(201, schemas.AccountIdView)
    def post(self, form: dict[str, str], community_id: str) -> dict[str, str]:
        """Give a person a role in the community (administrator)."""
        with transaction() as session:
            account_id = communities.appoint(session, current_house(), current_actor(), community_id, **form)
        return {"account_id": account_id}


@blueprint.route("/communities/<community_id>/roll-imports")
class RollImports(MethodView):
    """Roll imports."""

    @signed_in
    @blueprint.arguments(schemas.ImportQuery, location="query")
    @blueprint.arguments(schemas.ImportFiles, location="files")
    @blueprint.response(200, schemas.ImportView)
    def post(
        self, query: dict[str, bool], files: dict[str, FileStorage], community_id: str
    ) -> imports.ImportReport:
        """Import a roll, XLSX or CSV (chair, administrator)."""
        house, actor = current_house(), current_actor()
        with reading() as session:
            imports.check_may_import(session, actor, community_id)
        upload = imports.read_roll(_content(files["file"]))
        with transaction() as session:
            return imports.import_roll(session, house, actor, community_id, upload, **query)


@blueprint.route("/roll-imports/<import_id>/report.xlsx")
class RollReport(MethodView):
    """The uploaded file with a column of what to correct."""

    @signed_in
    @blueprint.response(200, content_type=XLSX)
    def get(self, import_id: str) -> Response:
        """Download the report (chair, administrator)."""
        with reading() as session:
            file, notes = imports.report_file(session, current_house(), current_actor(), import_id)
        answer = Response(imports.write_report(file, notes), content_type=XLSX)
        answer.headers["Content-Disposition"] = "attachment; filename=report.xlsx"
        answer.headers["Cache-Control"] = "no-store"
        return answer


@blueprint.route("/communities/<community_id>/units")
class Units(MethodView):
    """Units."""

    @signed_in
    @blueprint.arguments(schemas.PageQuery, location="query")
    @blueprint.response(200, schemas.UnitPageView)
    def get(self, query: dict[str, str | None], community_id: str) -> Page[units.RegisteredUnit]:
        """List a community's units, owners' names masked (chair, administrator)."""
        with reading() as session:
            return units.list_units(session, current_house(), current_actor(), community_id, **query)


def _content(file: FileStorage) -> bytes:
    """Return an upload's bytes; a large one lies in a temporary file, which closing removes."""
    with closing(file):
        content: bytes = file.read()
        return content
