"""Bills, payments, years and statements: for the firm, an owner of the unit, and whom the owner lets."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Response
from flask.views import MethodView

from backend.fees.rules.picture import draw_year
from backend.fees.schemas import viewing as schemas
from backend.fees.schemas.statement_page import statement_page
from backend.fees.service import access, my_bills, my_year
from backend.infra.auth import current_actor, signed_in
from backend.infra.db import reading
from backend.infra.forms import Blueprint
from backend.infra.house import current_house
from backend.kernel.clock import CHINA
from backend.registry import get_community, get_unit

blueprint = Blueprint("fee-viewing", __name__, description="收费：我的账单、缴费记录、年度汇总、对账单")
_UNIT = "/communities/<community_id>/units/<unit_id>"
SVG = "image/svg+xml"
HTML = "text/html; charset=utf-8"
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


@blueprint.route("/me/fees")
class MyFees(MethodView):
    """The caller's homes."""

    @signed_in
    @blueprint.response(200, schemas.MyFeesView)
    def get(self) -> dict[str, Any]:
        """List the homes whose bills the caller may see, with what is owed, late, prepaid and due next."""
        with reading() as session:
            found = my_year.my_homes(session, current_house(), current_actor())
        return {"items": [schemas.home_view(home) for home in found]}


@blueprint.route(f"{_UNIT}/bills")
class Bills(MethodView):
    """A unit's bills."""

    @signed_in
    @blueprint.arguments(schemas.FeeBillsQuery, location="query")
    @blueprint.response(200, schemas.FeeBillsView)
    def get(
        self, query: tuple[my_bills.BillFilter, str | None], community_id: str, unit_id: str
    ) -> dict[str, Any]:
        """List bills by item, period and state, the latest first (firm; owner, and whom the owner lets)."""
        wanted, cursor = query
        with reading() as session:
            viewer = access.viewer_of(session, current_house(), current_actor(), community_id, unit_id)
            found = my_bills.list_bills(session, unit_id, viewer.tenure, _today(), wanted, cursor)
        return schemas.bills_view(found)


@blueprint.route(f"{_UNIT}/payments")
class UnitPayments(MethodView):
    """A unit's payments."""

    @signed_in
    @blueprint.arguments(schemas.FeePaymentsQuery, location="query")
    @blueprint.response(200, schemas.FeePaymentsView)
    def get(self, query: dict[str, str | None], community_id: str, unit_id: str) -> dict[str, Any]:
        """List payments, the latest first (firm; owner, and whom the owner lets)."""
        with reading() as session:
            viewer = access.viewer_of(session, current_house(), current_actor(), community_id, unit_id)
            return schemas.payments_view(my_bills.list_payments(session, unit_id, viewer.tenure, **query))


@blueprint.route(f"{_UNIT}/fee-year")
class FeeYear(MethodView):
    """A unit's year."""

    @signed_in
    @blueprint.arguments(schemas.FeeYearQuery, location="query")
    @blueprint.response(200, schemas.FeeYearView)
    def get(self, query: dict[str, int], community_id: str, unit_id: str) -> dict[str, Any]:
        """Add up a year by item and month (firm; owner, and whom the owner lets)."""
        return schemas.year_view(_year(community_id, unit_id, query["year"])[0])


@blueprint.route(f"{_UNIT}/fee-year.svg")
class FeeYearPicture(MethodView):
    """A unit's year as a picture."""

    @signed_in
    @blueprint.arguments(schemas.FeeYearQuery, location="query")
    @blueprint.response(200, content_type=SVG)
    def get(self, query: dict[str, int], community_id: str, unit_id: str) -> Response:
        """Draw a year month by month (firm; owner, and whom the owner lets)."""
        found, label = _year(community_id, unit_id, query["year"])
        return Response(draw_year(found.year, label), content_type=SVG, headers=HEADERS)


@blueprint.route(f"{_UNIT}/statement.html")
class StatementPage(MethodView):
    """A unit's statement for paper."""

    @signed_in
    @blueprint.arguments(schemas.StatementPageQuery, location="query")
    @blueprint.response(200, content_type=HTML)
    def get(self, query: dict[str, date | None], community_id: str, unit_id: str) -> Response:
        """Show the account on a day as a page to be printed (firm; owner, and whom the owner lets)."""
        house, day = current_house(), query["day"] or _today()
        since = query["since"] or day.replace(month=1, day=1)
        with reading() as session:
            found = access.show_statement(
                session, house, current_actor(), community_id, unit_id, day=day, since=since
            )
            community = get_community(session, community_id).name
        page = statement_page(found, community, since, house.clock())
        return Response(page, content_type=HTML, headers=HEADERS)


def _year(community_id: str, unit_id: str, year: int) -> tuple[my_year.NamedYear, str]:
    with reading() as session:
        viewer = access.viewer_of(session, current_house(), current_actor(), community_id, unit_id)
        found = my_year.year_of(session, unit_id, viewer.tenure, year)
        return found, get_unit(session, unit_id).label


def _today() -> date:
    return current_house().clock().astimezone(CHINA).date()
