"""Arrears and collections for the firm, with exports; aggregates for those who may know no home's affairs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask import Response, stream_with_context
from flask.views import MethodView

from backend.fees.rules.cells import FEWEST_HOMES
from backend.fees.rules.reports import Arrears, By, Span
from backend.fees.schemas import reports as schemas
from backend.fees.service import aggregates, reports
from backend.fees.service.clerk import clerk_of
from backend.infra.auth import current_actor, signed_in
from backend.infra.db import reading
from backend.infra.forms import Blueprint
from backend.infra.house import current_house
from backend.infra.tables import CSV, XLSX, Row, csv_lines, xlsx_parts

blueprint = Blueprint("fee-reports", __name__, description="收费：欠费、实收与收缴率")
_HERE = "/communities/<community_id>"


@blueprint.route(f"{_HERE}/fee-arrears")
class ArrearsList(MethodView):
    """Arrears by unit."""

    @signed_in
    @blueprint.arguments(schemas.ArrearsQuery, location="query")
    @blueprint.response(200, schemas.ArrearsView)
    def get(self, query: dict[str, Any], community_id: str) -> dict[str, Any]:
        """List what is owed past its due day, by unit and age (firm)."""
        cursor = query.pop("cursor")
        query["day"] = reports.day_of(cursor) or query["day"]
        rows, day = _arrears(community_id, **query)
        return schemas.arrears_view(rows, reports.page_of(rows, day, cursor), day)


@blueprint.route(f"{_HERE}/fee-arrears.csv")
class ArrearsCsv(MethodView):
    """Arrears as CSV."""

    @signed_in
    @blueprint.arguments(schemas.ArrearsExportQuery, location="query")
    @blueprint.response(200, content_type=CSV)
    def get(self, query: dict[str, Any], community_id: str) -> Response:
        """Download the arrears that the screen shows (firm)."""
        return _csv(schemas.arrears_table(_arrears(community_id, **query)[0]), "arrears")


@blueprint.route(f"{_HERE}/fee-arrears.xlsx")
class ArrearsXlsx(MethodView):
    """Arrears as XLSX."""

    @signed_in
    @blueprint.arguments(schemas.ArrearsExportQuery, location="query")
    @blueprint.response(200, content_type=XLSX)
    def get(self, query: dict[str, Any], community_id: str) -> Response:
        """Download the arrears that the screen shows (firm)."""
        return _xlsx(schemas.arrears_table(_arrears(community_id, **query)[0]), "欠费", "arrears")


@blueprint.route(f"{_HERE}/fee-collections")
class CollectionsList(MethodView):
    """What came in."""

    @signed_in
    @blueprint.arguments(schemas.CollectionsQuery, location="query")
    @blueprint.response(200, schemas.CollectionsView)
    def get(self, query: tuple[Span, By], community_id: str) -> dict[str, Any]:
        """Add up what came in by way of paying, item, period or building (firm)."""
        return schemas.collections_view(_collections(community_id, *query))


@blueprint.route(f"{_HERE}/fee-collections.csv")
class CollectionsCsv(MethodView):
    """What came in as CSV."""

    @signed_in
    @blueprint.arguments(schemas.CollectionsQuery, location="query")
    @blueprint.response(200, content_type=CSV)
    def get(self, query: tuple[Span, By], community_id: str) -> Response:
        """Download the collections that the screen shows (firm)."""
        return _csv(schemas.collections_table(_collections(community_id, *query)), "collections")


@blueprint.route(f"{_HERE}/fee-collections.xlsx")
class CollectionsXlsx(MethodView):
    """What came in as XLSX."""

    @signed_in
    @blueprint.arguments(schemas.CollectionsQuery, location="query")
    @blueprint.response(200, content_type=XLSX)
    def get(self, query: tuple[Span, By], community_id: str) -> Response:
        """Download the collections that the screen shows (firm)."""
        return _xlsx(schemas.collections_table(_collections(community_id, *query)), "实收", "collections")


@blueprint.route(f"{_HERE}/fee-aggregates")
class Aggregates(MethodView):
    """How well fees come in, by building."""

    @signed_in
    @blueprint.arguments(schemas.AggregateQuery, location="query")
    @blueprint.response(200, schemas.AggregateView)
    def get(self, query: dict[str, str | None], community_id: str) -> dict[str, Any]:
        """Show a quarter by building, never of fewer than ten homes (chair, community, street, firm)."""
        with reading() as session:
            found = aggregates.aggregate_of(
                session, current_house(), current_actor(), community_id, query["quarter"]
            )
        return schemas.aggregate_view(found, FEWEST_HOMES)


def _arrears(
    community_id: str, *, day: date | None, building: str | None = None
) -> tuple[list[Arrears], date]:
    with reading() as session:
        clerk = clerk_of(session, current_house(), current_actor(), community_id)
        on = day or clerk.today
        return reports.arrears_on(session, community_id, on, building), on


def _collections(community_id: str, span: Span, by: By) -> reports.Collections:
    with reading() as session:
        clerk_of(session, current_house(), current_actor(), community_id)
        return reports.collections_in(session, community_id, span, by)


def _csv(rows: Iterable[Row], name: str) -> Response:
    return _download(csv_lines(rows), CSV, f"{name}.csv")


def _xlsx(rows: Iterable[Row], title: str, name: str) -> Response:
    return _download(xlsx_parts(title, rows), XLSX, f"{name}.xlsx")


def _download(parts: Any, content_type: str, name: str) -> Response:
    answer = Response(stream_with_context(parts), content_type=content_type)
    answer.headers["Content-Disposition"] = f"attachment; filename={name}"
    answer.headers["Cache-Control"] = "no-store"
    return answer
