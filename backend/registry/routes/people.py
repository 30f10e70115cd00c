"""Who serves a community, who works for whom, and who lives where, over HTTP."""

from __future__ import annotations

from typing import Any

from flask.views import MethodView

from backend.infra.auth import current_actor, signed_in
from backend.infra.db import reading, transaction
from backend.infra.forms import Blueprint
from backend.infra.house import current_house
from backend.infra.paging import Page
from backend.registry import schemas
from backend.registry.service import bodies, homes, posts, residents

blueprint = Blueprint("people", __name__, description="服务单位、任职与住户")


@blueprint.route("/communities/<community_id>/bodies")
class CommunityBodies(MethodView):
    """Who serves a community."""

    @signed_in
    @blueprint.response(200, schemas.BodiesView)
    def get(self, community_id: str) -> dict[str, Any]:
        """List the firm, the community organisation, the street and the departments."""
        with reading() as session:
            return {"items": bodies.list_bodies(session, community_id)}

    @signed_in
    @blueprint.arguments(schemas.BodyForm)
    @blueprint.response(204)
    def post(self, form: dict[str, str], community_id: str) -> None:
        """Enter who serves the community from now on (administrator)."""
        with transaction() as session:
            bodies.set_body(session, current_house(), current_actor(), community_id, **form)

    @signed_in
    @blueprint.arguments(schemas.EndBodyQuery, location="query")
    @blueprint.response(204)
    def delete(self, query: dict[str, str], community_id: str) -> None:
        """End the service of whoever has a duty now (administrator)."""
        with transaction() as session:
            bodies.end_body(session, current_house(), current_actor(), community_id, **query)


@blueprint.route("/organisations/<organisation_id>/staff")
class Staff(MethodView):
    """People of an organisation."""

    @signed_in
    @blueprint.response(200, schemas.AppointmentsView)
    def get(self, organisation_id: str) -> dict[str, Any]:
        """List who is appointed for an organisation, here or there (administrator)."""
        with reading() as session:
            return {"items": posts.list_staff(session, current_house(), current_actor(), organisation_id)}

    @signed_in
    @blueprint.arguments(schemas.StaffForm)
    @blueprint.response(201, schemas.AccountIdView)
    def post(self, form: dict[str, str], organisation_id: str) -> dict[str, str]:
        """Give a person a role wherever the organisation serves (administrator)."""
        with transaction() as session:
            account = posts.appoint_for(session, current_house(), current_actor(), organisation_id, **form)
        return {"account_id": account}


@blueprint.route("/grants/<grant_id>")
class OneGrant(MethodView):
    """One appointment."""

    @signed_in
    @blueprint.response(204)
    def delete(self, grant_id: str) -> None:
        """End an appointment at once (administrator)."""
        with transaction() as session:
            posts.dismiss(session, current_house(), current_actor(), grant_id)


@blueprint.route("/me/homes")
class Homes(MethodView):
    """The caller's homes."""

    @signed_in
    @blueprint.response(200, schemas.HomesView)
    def get(self) -> dict[str, Any]:
        """List the units to which the caller belongs, or asked to."""
        with reading() as session:
            return {"items": homes.homes_of(session, current_actor())}


@blueprint.route("/me/posts")
class OwnPosts(MethodView):
    """The caller's posts."""

    @signed_in
    @blueprint.response(200, schemas.OwnPostsView)
    def get(self) -> dict[str, Any]:
        """List the communities in which the caller holds a role, each with the role."""
        with reading() as session:
            return {"items": posts.own_posts(session, current_actor())}


@blueprint.route("/communities/<community_id>/residencies")
class Residencies(MethodView):
    """People who live in a unit without owning it."""

    @signed_in
    @blueprint.arguments(schemas.ResidencyQuery, location="query")
    @blueprint.response(200, schemas.ResidenciesView)
    def get(self, query: dict[str, Any], community_id: str) -> Page[residents.Application]:
        """List what waits for an answer, or was confirmed (firm's dispatcher, community officer)."""
        with reading() as session:
            return residents.list_applications(
                session, current_house(), current_actor(), community_id, **query
            )

    @signed_in
    @blueprint.arguments(schemas.ResidencyForm)
    @blueprint.response(201, schemas.ResidencyView)
    def post(self, form: dict[str, str], community_id: str) -> residents.Application:
        """Say that a home is the caller's too."""
        with transaction() as session:
            return residents.ask_for_home(session, current_house(), current_actor(), community_id, **form)


@blueprint.route("/residencies/<residency_id>")
class OneResidency(MethodView):
    """One residency."""

    @signed_in
    @blueprint.response(204)
    def delete(self, residency_id: str) -> None:
        """End it, or take it back (the person; firm's dispatcher, community officer)."""
        with transaction() as session:
            residents.end_residency(session, current_house(), current_actor(), residency_id)


@blueprint.route("/residencies/<application_id>/decision")
class Decision(MethodView):
    """What is decided about an application."""

    @signed_in
    @blueprint.arguments(schemas.DecisionForm)
    @blueprint.response(200, schemas.ResidencyView)
    def post(self, form: dict[str, bool], application_id: str) -> residents.Application:
        """Confirm or refuse (firm's dispatcher, community officer)."""
        with transaction() as session:
            return residents.decide(session, current_house(), current_actor(), application_id, **form)
