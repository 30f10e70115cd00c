"""Categories, and sending in a report."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Response
from flask.views import MethodView

from backend.complaints.schemas import intake as schemas
from backend.complaints.schemas.tickets import RowsView, TicketView, WhistleForm
from backend.complaints.service import intake, joining, lists, settings, showing
from backend.complaints.service.parts import parts_of
from backend.infra.auth import current_actor, public, signed_in
from backend.infra.coordinates import Point
from backend.infra.db import reading, transaction
from backend.infra.forms import Blueprint
from backend.infra.house import current_house
from backend.infra.idempotency import keep_answer

blueprint = Blueprint("complaint-intake", __name__, description="投诉报修：类别与提交")
_TICKET = TicketView()


@blueprint.route("/complaint-categories")
class Categories(MethodView):
    """The tree of categories."""

    @public
    @blueprint.response(200, schemas.CategoriesView)
    def get(self) -> dict[str, Any]:
        """List the categories, headings first."""
        with reading() as session:
            return {"items": settings.list_categories(session)}


@blueprint.route("/complaint-categories/<code>")
class OneCategory(MethodView):
    """One category."""

    @signed_in
    @blueprint.arguments(schemas.CategoryForm)
    @blueprint.response(200, schemas.CategoryView)
    def put(self, form: dict[str, Any], code: str) -> Any:
        """Enter or change a category (administrator)."""
        draft = schemas.CategoryForm().draft(code, form)
        with transaction() as session:
            return settings.save_category(session, current_house(), current_actor(), draft)

    @signed_in
    @blueprint.response(204)
    def delete(self, code: str) -> None:
        """Have a category take no more reports (administrator)."""
        with transaction() as session:
            settings.retire_category(session, current_house(), current_actor(), code)


@blueprint.route("/communities/<community_id>/tickets")
class Tickets(MethodView):
    """Reports about a community."""

    @signed_in
    @blueprint.arguments(schemas.ReportForm)
    @blueprint.response(201, TicketView)
    def post(self, report: intake.Report, community_id: str) -> Response:
        """Report something (a resident; or staff for somebody who called or came)."""
        house, actor = current_house(), current_actor()
        with transaction() as session:
            case = intake.submit(session, house, actor, community_id, report)
            shown = showing.view(session, house, case, parts_of(session, actor, case.row, case.standing))
            return keep_answer(session, HTTPStatus.CREATED, _TICKET.dump(shown))


@blueprint.route("/communities/<community_id>/tickets/nearby")
class Nearby(MethodView):
    """What is open nearby."""

    @signed_in
    @blueprint.arguments(schemas.NearbyQuery, location="query")
    @blueprint.response(200, RowsView)
    def get(self, query: dict[str, Any], community_id: str) -> dict[str, Any]:
        """List open tickets that may be the same matter; ask before sending a report."""
        with reading() as session:
            found = lists.nearby(
                session,
                current_house(),
                current_actor(),
                community_id,
                category=query["category"],
                building=query["building"],
                point=_point(query),
            )
        return {"items": found}


@blueprint.route("/tickets/<ticket_id>/whistles")
class Whistles(MethodView):
    """Me too."""

    @signed_in
    @blueprint.arguments(WhistleForm)
    @blueprint.response(201, TicketView)
    def post(self, form: dict[str, str], ticket_id: str) -> showing.TicketView:
        """Join a ticket of the own community (a resident)."""
        house, actor = current_house(), current_actor()
        with transaction() as session:
            case = joining.join(session, house, actor, ticket_id, **form)
            return showing.view(session, house, case, parts_of(session, actor, case.row, case.standing))


def _point(query: dict[str, Any]) -> Point | None:
    if query["lat"] is None or query["long"] is None:
        return None
    read = Point.from_gcj02 if query["system"] == "gcj02" else Point.from_degrees
    return read(query["lat"], query["long"])
