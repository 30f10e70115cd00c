"""What is shown to owners: publications, pictures, tables, questions and answers, and the limits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Response, stream_with_context
from flask.views import MethodView

from backend.disclosure.rules.charts import svg_of
from backend.disclosure.rules.limits import LimitName
from backend.disclosure.schemas import publishing as schemas
from backend.disclosure.service import due, enquiries, exports, pictures, publishing
from backend.disclosure.service.exports import Days, Table
from backend.disclosure.service.keeper import ANSWERERS, PUBLISHERS, RULERS, keeper_of, looker_of
from backend.infra.auth import current_actor, signed_in
from backend.infra.db import reading, transaction
from backend.infra.forms import Blueprint
from backend.infra.house import current_house
from backend.infra.paging import Page
from backend.infra.tables import CSV, XLSX, Row, csv_lines, xlsx_parts

blueprint = Blueprint("disclosure", __name__, description="公示：公布、图示、导出、询问、期限")
AT = "/communities/<community_id>"
SVG = "image/svg+xml"


@blueprint.route(f"{AT}/publications")
class Publications(MethodView):
    """What was published."""

    @signed_in
    @blueprint.arguments(schemas.PublicationForm)
    @blueprint.response(201, schemas.PublicationWhole)
    def post(self, order: publishing.Order, community_id: str) -> dict[str, Any]:
        """Freeze and sign what the books say of a period; a correction is a new version (firm, committee)."""
        house = current_house()
        with transaction() as session:
            keeper = keeper_of(session, house, current_actor(), community_id, PUBLISHERS)
            row = publishing.publish(keeper, order)
            return schemas.whole_view(row, house.keys.signing_public_hex)

    @signed_in
    @blueprint.response(200, schemas.PublicationList)
    def get(self, community_id: str) -> dict[str, Any]:
        """List all versions of all periods (residents, and those who serve the community)."""
        with reading() as session:
            looker_of(session, current_house(), current_actor(), community_id)
            rows = publishing.publications_of(session, community_id)
            return {"items": [schemas.publication_view(row) for row in rows]}


@blueprint.route(f"{AT}/publications/<publication_id>")
class OnePublication(MethodView):
    """A publication."""

    @signed_in
    @blueprint.response(200, schemas.PublicationWhole)
    def get(self, community_id: str, publication_id: str) -> dict[str, Any]:
        """Show what was published, with its signature (residents, and those who serve the community)."""
        house = current_house()
        with reading() as session:
            looker_of(session, house, current_actor(), community_id)
            row = publishing.get_publication(session, community_id, publication_id)
            return schemas.whole_view(row, house.keys.signing_public_hex)


@blueprint.route(f"{AT}/publication-calendar")
class Calendar(MethodView):
    """What is to be published, and by when."""

    @signed_in
    @blueprint.response(200, schemas.PublicationCalendar)
    def get(self, community_id: str) -> dict[str, Any]:
        """List every period with its limit and how it stands (residents, and those who serve)."""
        with reading() as session:
            looker = looker_of(session, current_house(), current_actor(), community_id)
            return {"items": [schemas.due_view(one) for one in publishing.calendar_of(looker)]}


@blueprint.route(f"{AT}/disclosure-limits")
class Limits(MethodView):
    """The limits of a community."""

    @signed_in
    @blueprint.response(200, schemas.DisclosureLimitList)
    def get(self, community_id: str) -> dict[str, Any]:
        """List the limits with their sources (residents, and those who serve the community)."""
        with reading() as session:
            looker_of(session, current_house(), current_actor(), community_id)
            found = due.limits_of(session, community_id)
            return {"items": [schemas.limit_view(name, limit) for name, limit in found.items()]}

    @signed_in
    @blueprint.arguments(schemas.DisclosureLimitsForm)
    @blueprint.response(204)
    def put(self, form: dict[str, Any], community_id: str) -> None:
        """Set limits by a local rule (street)."""
        days: dict[LimitName, int] = form["days"]
        with transaction() as session:
            keeper = keeper_of(session, current_house(), current_actor(), community_id, RULERS)
            due.set_limits(keeper, days, form["source"])


@blueprint.route(
    f"{AT}/disclosure-pictures/<any({', '.join(repr(one) for one in schemas.PICTURES)}):name>.svg"
)
class Pictures(MethodView):
    """Pictures."""

    @signed_in
    @blueprint.arguments(schemas.PictureQuery, location="query")
    @blueprint.response(200, content_type=SVG)
    def get(self, query: dict[str, Any], community_id: str, name: str) -> Response:
        """Draw income and cost, where the money went, or the fund (residents, and those who serve)."""
        with reading() as session:
            looker = looker_of(session, current_house(), current_actor(), community_id)
            chart = pictures.draw(looker, pictures.Picture(name), query["day"])
        answer = Response(svg_of(chart), content_type=SVG)
        answer.headers["Cache-Control"] = "private, no-store"
        return answer


@blueprint.route(f"{AT}/disclosure-export.csv")
class CsvExport(MethodView):
    """Tables as CSV."""

    @signed_in
    @blueprint.arguments(schemas.DisclosureExportQuery, location="query")
    @blueprint.response(200, content_type=CSV)
    def get(self, query: tuple[Table, Days], community_id: str) -> Response:
        """Download entries, the fund by buildings, or (who keeps them) the units' accounts."""
        return _download(csv_lines(_rows(community_id, *query)), CSV, f"{query[0].value}.csv")


@blueprint.route(f"{AT}/disclosure-export.xlsx")
class XlsxExport(MethodView):
    """Tables as XLSX."""

    @signed_in
    @blueprint.arguments(schemas.DisclosureExportQuery, location="query")
    @blueprint.response(200, content_type=XLSX)
    def get(self, query: tuple[Table, Days], community_id: str) -> Response:
        """Download entries, the fund by buildings, or (who keeps them) the units' accounts."""
        return _download(xlsx_parts("公示", _rows(community_id, *query)), XLSX, f"{query[0].value}.xlsx")


def _rows(community_id: str, table: Table, days: Days) -> Iterator[Row]:
    """Check first, so that a refusal is answered as one; then read as long as the answer is sent."""
    house, actor = current_house(), current_actor()
    with reading() as session:
        exports.check(looker_of(session, house, actor, community_id), table)

    def rows() -> Iterator[Row]:
        with reading() as session:
            yield from exports.rows_of(looker_of(session, house, actor, community_id), table, days)

    return rows()


def _download(parts: Any, content_type: str, name: str) -> Response:
    answer = Response(stream_with_context(parts), content_type=content_type)
    answer.headers["Content-Disposition"] = f"attachment; filename={name}"
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.route(f"{AT}/common-entries/<int:entry_id>/enquiries")
class Asking(MethodView):
    """Questions about an entry."""

    @signed_in
    @blueprint.arguments(schemas.EnquiryForm)
    @blueprint.response(201, schemas.EnquiryViewSchema)
    def post(self, form: dict[str, str], community_id: str, entry_id: int) -> enquiries.EnquiryView:
        """Ask about an entry of common income (owners)."""
        with transaction() as session:
            looker = looker_of(session, current_house(), current_actor(), community_id)
            return enquiries.ask(looker, entry_id, form["text"])


@blueprint.route(f"{AT}/disclosure-enquiries")
class Enquiries(MethodView):
    """Questions and answers."""

    @signed_in
    @blueprint.arguments(schemas.EnquiryQuery, location="query")
    @blueprint.response(200, schemas.EnquiryPage)
    def get(self, query: dict[str, str | None], community_id: str) -> Page[enquiries.EnquiryView]:
        """List questions with their answers, without who asked (residents, and those who serve)."""
        with reading() as session:
            looker = looker_of(session, current_house(), current_actor(), community_id)
            return enquiries.page_of(looker, query["cursor"])


@blueprint.route(f"{AT}/disclosure-enquiries/<enquiry_id>/answer")
class Answering(MethodView):
    """The answer to a question."""

    @signed_in
    @blueprint.arguments(schemas.EnquiryAnswerForm)
    @blueprint.response(201, schemas.EnquiryViewSchema)
    def post(self, form: dict[str, str], community_id: str, enquiry_id: str) -> enquiries.EnquiryView:
        """Answer a question, and tell who asked it (firm, committee)."""
        with transaction() as session:
            keeper = keeper_of(session, current_house(), current_actor(), community_id, ANSWERERS)
            return enquiries.answer(keeper, enquiry_id, form["text"])
