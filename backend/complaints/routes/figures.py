"""Figures and tables for those who answer and those who judge."""

from __future__ import annotations

from contextlib import closing
from dataclasses import asdict
from typing import Any

from flask import Response, stream_with_context
from flask.views import MethodView
from werkzeug.datastructures import FileStorage

from backend.complaints.rules.figures import Counts, rates_of, score_of
from backend.complaints.schemas import figures as schemas
from backend.complaints.schemas.tickets import PageView
from backend.complaints.service import exports, figures, hotline
from backend.complaints.service.lists import Row
from backend.infra.auth import current_actor, signed_in
from backend.infra.db import reading, transaction
from backend.infra.forms import Blueprint
from backend.infra.house import current_house
from backend.infra.paging import Page
from backend.infra.tables import CSV, XLSX, csv_lines, xlsx_parts

blueprint = Blueprint("complaint-figures", __name__, description="投诉报修：统计与台账")


def as_view(key: str, name: str, counts: Counts) -> dict[str, Any]:
    """Return figures as they are answered."""
    return {
        "key": key,
        "name": name,
        "counts": asdict(counts),
        "rates": rates_of(counts),
        "score_permille": score_of(counts),
    }


@blueprint.route("/figures/complaints")
class Figures(MethodView):
    """Figures."""

    @signed_in
    @blueprint.arguments(schemas.FiguresQuery, location="query")
    @blueprint.response(200, schemas.FiguresView)
    def get(self, query: tuple[figures.Asked, figures.By]) -> dict[str, Any]:
        """Count the tickets of a period (street, community, chair, firm's dispatcher)."""
        asked, by = query
        with reading() as session:
            found = figures.figures(session, current_house(), current_actor(), asked, by)
        return {"items": [as_view(one.key, one.name, one.counts) for one in found]}


@blueprint.route("/figures/complaints/tickets")
class Behind(MethodView):
    """The tickets behind a number."""

    @signed_in
    @blueprint.arguments(schemas.BehindQuery, location="query")
    @blueprint.response(200, PageView)
    def get(self, query: tuple[figures.Asked, figures.Measure, str | None]) -> Page[Row]:
        """List the tickets that a number counts, the newest first."""
        asked, measure, cursor = query
        with reading() as session:
            return figures.behind(session, current_house(), current_actor(), asked, measure, cursor)


@blueprint.route("/figures/complaints/export.csv")
class CsvExport(MethodView):
    """Tickets as CSV."""

    @signed_in
    @blueprint.arguments(schemas.ExportQuery, location="query")
    @blueprint.response(200, content_type=CSV)
    def get(self, query: tuple[figures.Asked, exports.Table]) -> Response:
        """Download the counted tickets, or the ledger of problems, without a cap."""
        return _download(csv_lines(_rows(*query)), CSV, f"{query[1].value}.csv")


@blueprint.route("/figures/complaints/export.xlsx")
class XlsxExport(MethodView):
    """Tickets as XLSX."""

    @signed_in
    @blueprint.arguments(schemas.ExportQuery, location="query")
    @blueprint.response(200, content_type=XLSX)
    def get(self, query: tuple[figures.Asked, exports.Table]) -> Response:
        """Download the counted tickets, or the ledger of problems, without a cap."""
        return _download(xlsx_parts("工单", _rows(*query)), XLSX, f"{query[1].value}.xlsx")


def _rows(asked: figures.Asked, kind: exports.Table) -> Any:
    """Check first, so that a refusal is answered as one; then read as long as the answer is sent."""
    house, actor = current_house(), current_actor()
    with reading() as session:
        exports.check(session, actor, asked)

    def rows() -> Any:
        with reading() as session:
            yield from exports.table(session, house, actor, asked, kind)

    return rows()


def _download(parts: Any, content_type: str, name: str) -> Response:
    answer = Response(stream_with_context(parts), content_type=content_type)
    answer.headers["Content-Disposition"] = f"attachment; filename={name}"
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.route("/communities/<community_id>/hotline-imports")
class HotlineImports(MethodView):
    """Tickets of the hotline 12345."""

    @signed_in
    @blueprint.arguments(schemas.HotlineQuery, location="query")
    @blueprint.arguments(schemas.HotlineFiles, location="files")
    @blueprint.response(200, schemas.HotlineView)
    def post(
        self, query: dict[str, bool], files: dict[str, FileStorage], community_id: str
    ) -> dict[str, Any]:
        """Take over a hotline's tickets from a file; a dry run unless told otherwise (community, street)."""
        with closing(files["file"]) as file:
            lines = hotline.read_hotline(file.read())
        with transaction() as session:
            report = hotline.import_hotline(
                session, current_house(), current_actor(), community_id, lines, **query
            )
        counts = {fate.value: report.count(fate) for fate in hotline.Fate}
        return {"dry_run": report.dry_run, "rows": report.rows, **counts}
