"""Reconciliation: the books, the channel's bill, the bank's list, and where they differ; for the firm."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from typing import Any

from flask import Response, stream_with_context
from flask.views import MethodView
from werkzeug.datastructures import FileStorage

from backend.fees.models import Reconciliation
from backend.fees.rules.sheets import SheetKind
from backend.fees.schemas import reconciling as schemas
from backend.fees.service import channel_days, differences, reconciling
from backend.fees.service.clerk import clerk_of
from backend.fees.service.sheet_files import read_upload
from backend.infra.auth import current_actor, signed_in
from backend.infra.db import reading, transaction
from backend.infra.forms import Blueprint
from backend.infra.house import current_house
from backend.infra.tables import CSV, XLSX, Row, csv_lines, xlsx_parts

blueprint = Blueprint("fee-reconciling", __name__, description="收费：对账")
LIST = "differences"


@blueprint.route("/communities/<community_id>/reconciliations")
class Looks(MethodView):
    """Comparisons."""

    @signed_in
    @blueprint.response(200, schemas.ReconciliationsView)
    def get(self, community_id: str) -> dict[str, Any]:
        """List the latest comparisons (firm)."""
        with reading() as session:
            clerk_of(session, current_house(), current_actor(), community_id)
            return {"items": differences.list_looks(session, community_id)}

    @signed_in
    @blueprint.arguments(schemas.ReconcileDayForm)
    @blueprint.response(202)
    def post(self, form: dict[str, date], community_id: str) -> None:
        """Have a day compared with WeChat Pay's bill again; its outcome is listed soon after (firm)."""
        with transaction() as session:
            clerk = clerk_of(session, current_house(), current_actor(), community_id)
            channel_days.order_on_demand(clerk, **form)


@blueprint.route("/communities/<community_id>/bank-reconciliations")
class BankLooks(MethodView):
    """Comparisons with a bank's list."""

    @signed_in
    @blueprint.arguments(schemas.BankListFiles, location="files")
    @blueprint.response(201, schemas.ReconciliationView)
    def post(self, files: dict[str, FileStorage], community_id: str) -> Reconciliation | None:
        """Compare the transfers in the books with what the bank credited, by a list of it (firm)."""
        house, actor = current_house(), current_actor()
        with reading() as session:
            clerk_of(session, house, actor, community_id)
        with closing(files["file"]) as file:
            upload = read_upload(file.read(), SheetKind.CREDITS)
        with transaction() as session:
            return reconciling.reconcile_bank(clerk_of(session, house, actor, community_id), upload)


@blueprint.route("/communities/<community_id>/differences")
class Differences(MethodView):
    """Differences."""

    @signed_in
    @blueprint.arguments(schemas.DifferencesQuery, location="query")
    @blueprint.response(200, schemas.DifferencesView)
    def get(self, query: dict[str, Any], community_id: str) -> dict[str, Any]:
        """List differences, those still open unless told otherwise (firm)."""
        with reading() as session:
            clerk_of(session, current_house(), current_actor(), community_id)
            page = differences.list_differences(session, community_id, **query)
            return {"items": [schemas.difference_view(row) for row in page.items], "next": page.next}


@blueprint.route("/communities/<community_id>/differences/<difference_id>/closing")
class Closing(MethodView):
    """The closing of a difference."""

    @signed_in
    @blueprint.arguments(schemas.DifferenceClosingForm)
    @blueprint.response(200, schemas.DifferenceView)
    def post(self, form: dict[str, str], community_id: str, difference_id: str) -> dict[str, Any]:
        """Close a difference with a note (firm)."""
        with transaction() as session:
            clerk = clerk_of(session, current_house(), current_actor(), community_id)
            return schemas.difference_view(differences.close_difference(clerk, difference_id, **form))


@blueprint.route("/communities/<community_id>/differences/export.csv")
class CsvList(MethodView):
    """The difference list as CSV."""

    @signed_in
    @blueprint.response(200, content_type=CSV)
    def get(self, community_id: str) -> Response:
        """Download every difference (firm)."""
        return _download(csv_lines(_rows(community_id)), CSV, f"{LIST}.csv")


@blueprint.route("/communities/<community_id>/differences/export.xlsx")
class XlsxList(MethodView):
    """The difference list as XLSX."""

    @signed_in
    @blueprint.response(200, content_type=XLSX)
    def get(self, community_id: str) -> Response:
        """Download every difference (firm)."""
        return _download(xlsx_parts("对账差异", _rows(community_id)), XLSX, f"{LIST}.xlsx")


def _rows(community_id: str) -> Iterator[Row]:
    """Check first, so that a refusal is answered as one; then read as long as the answer is sent."""
    with reading() as session:
        clerk_of(session, current_house(), current_actor(), community_id)

    def rows() -> Iterator[Row]:
        with reading() as session:
            yield from differences.difference_rows(session, community_id)

    return rows()


def _download(parts: Any, content_type: str, name: str) -> Response:
    answer = Response(stream_with_context(parts), content_type=content_type)
    answer.headers["Content-Disposition"] = f"attachment; filename={name}"
    answer.headers["Cache-Control"] = "no-store"
    return answer
