"""Due process for arrears: for the firm's keepers, for the owner whose case it is, for the mediator."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask.views import MethodView

from backend.fees.rules.arrears.figures import Cell
from backend.fees.schemas import arrears as schemas
from backend.fees.service.arrears import acts, cases, handing_out, lists, opening, showing, terms
from backend.fees.service.arrears.scene import Act
from backend.fees.service.clerk import clerk_of
from backend.infra.auth import current_actor, signed_in
from backend.infra.db import reading, transaction
from backend.infra.forms import Blueprint
from backend.infra.house import current_house
from backend.infra.paging import Page

blueprint = Blueprint("fee-arrears", __name__, description="收费：催缴的正当程序")

PAPER_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


@blueprint.route("/communities/<community_id>/arrears")
class Arrears(MethodView):
    """Holders with overdue bills."""

    @signed_in
    @blueprint.arguments(schemas.AfterQuery, location="query")
    @blueprint.response(200, schemas.RemindablePage)
    def get(self, query: dict[str, str | None], community_id: str) -> Page[lists.Remindable]:
        """List holders with overdue bills that are not disputed (the firm's keepers alone)."""
        with reading() as session:
            return lists.remindable(session, current_house(), current_actor(), community_id, **query)


@blueprint.route("/communities/<community_id>/arrears/reminders")
class Reminders(MethodView):
    """Reminders."""

    @signed_in
    @blueprint.arguments(schemas.RemindersForm)
    @blueprint.response(200, schemas.RemindersView)
    def post(self, holders: list[tuple[str, int]], community_id: str) -> dict[str, Any]:
        """Remind several holders, each once a week at most; says what came of each (firm)."""
        house, actor = current_house(), current_actor()
        with reading() as session:
            clerk_of(session, house, actor, community_id)
        return {"items": opening.remind_each(house, actor, community_id, holders)}


@blueprint.route("/communities/<community_id>/arrears-cases")
class Cases(MethodView):
    """Cases of a community."""

    @signed_in
    @blueprint.arguments(schemas.CasesQuery, location="query")
    @blueprint.response(200, schemas.CasePage)
    def get(self, query: dict[str, Any], community_id: str) -> Page[lists.CaseRow]:
        """List cases, the newest first (the firm's keepers alone)."""
        with reading() as session:
            return lists.list_cases(session, current_house(), current_actor(), community_id, **query)


@blueprint.route("/communities/<community_id>/fee-mediations")
class Mediations(MethodView):
    """Cases handed to mediation."""

    @signed_in
    @blueprint.arguments(schemas.MediationsQuery, location="query")
    @blueprint.response(200, schemas.CasePage)
    def get(self, query: dict[str, str | None], community_id: str) -> Page[lists.CaseRow]:
        """List what was handed to mediation (community)."""
        with reading() as session:
            return lists.list_mediations(session, current_actor(), community_id, query["cursor"])


@blueprint.route("/communities/<community_id>/arrears-figures")
class ArrearsFigures(MethodView):
    """Figures."""

    @signed_in
    @blueprint.response(200, schemas.ArrearsFiguresView)
    def get(self, community_id: str) -> dict[str, Any]:
        """Say by building what part of what was due is paid (firm, committee, community, street ...)."""
        with reading() as session:
            day, cells = lists.figures(session, current_house(), current_actor(), community_id)
        return {"day": day, "items": [_cell(cell) for cell in cells]}


@blueprint.route("/communities/<community_id>/arrears-terms")
class ArrearsTerms(MethodView):
    """The period that a formal notice gives."""

    @signed_in
    @blueprint.response(200, schemas.ArrearsTermsView)
    def get(self, community_id: str) -> Any:
        """Say how many days a formal notice gives, and on what that rests (firm)."""
        with reading() as session:
            clerk_of(session, current_house(), current_actor(), community_id)
            return terms.terms_of(session, community_id)

    @signed_in
    @blueprint.arguments(schemas.ArrearsTermsForm)
    @blueprint.response(200, schemas.ArrearsTermsView)
    def put(self, form: dict[str, Any], community_id: str) -> Any:
        """Enter the days that the contract gives; fewer than 15 need its clause (firm)."""
        with transaction() as session:
            return terms.set_terms(clerk_of(session, current_house(), current_actor(), community_id), **form)


@blueprint.route("/communities/<community_id>/units/<unit_id>/arrears-cases")
class UnitCases(MethodView):
    """Cases of a unit."""

    @signed_in
    @blueprint.response(200, schemas.CaseRowsView)
    def get(self, community_id: str, unit_id: str) -> dict[str, Any]:
        """List the cases of a unit (an owner: of the own time; firm)."""
        with reading() as session:
            found = lists.cases_of_unit(session, current_house(), current_actor(), community_id, unit_id)
        return {"items": found}


@blueprint.route("/communities/<community_id>/units/<unit_id>/bill-disputes")
class BillDisputes(MethodView):
    """Disputes."""

    @signed_in
    @blueprint.arguments(schemas.DisputeForm)
    @blueprint.response(201, schemas.ArrearsCaseView)
    def post(self, act: Act, community_id: str, unit_id: str) -> dict[str, Any]:
        """Dispute bills; everything about them pauses (owner; firm: what came on paper, with a photo)."""
        house, actor = current_house(), current_actor()
        with transaction() as session:
            return _view(session, opening.dispute(session, house, actor, community_id, unit_id, act))


@blueprint.route("/arrears-cases/<case_id>")
class OneCase(MethodView):
    """One case."""

    @signed_in
    @blueprint.response(200, schemas.ArrearsCaseView)
    def get(self, case_id: str) -> dict[str, Any]:
        """Show a case: every step, what can be done now, until when (owner, firm; community in mediation)."""
        with reading() as session:
            return schemas.case_view(showing.show(session, current_actor(), case_id))


@blueprint.route("/arrears-cases/<case_id>/acts")
class CaseActs(MethodView):
    """What people do in a case."""

    @signed_in
    @blueprint.arguments(schemas.ArrearsActForm)
    @blueprint.response(201, schemas.ArrearsCaseView)
    def post(self, act: Act, case_id: str) -> dict[str, Any]:
        """Give notice, record delivery, reply, dispute, answer, mediate, file ... (see `options`)."""
        house, actor = current_house(), current_actor()
        with transaction() as session:  # what a payment has settled since is kept, even if the act is refused
            acts.open_for_writing(session, house, actor, case_id)
        with transaction() as session:
            return _view(session, acts.perform(session, house, actor, case_id, act))


@blueprint.route("/arrears-cases/<case_id>/notices/<int:number>")
class Notice(MethodView):
    """A formal notice."""

    @signed_in
    @blueprint.response(200, content_type="text/html")
    def get(self, case_id: str, number: int) -> Response:
        """Show a formal notice as it was made, to be printed on A4."""
        with reading() as session:
            page = handing_out.notice(session, current_house(), current_actor(), case_id, number)
        return Response(page, content_type="text/html; charset=utf-8", headers=PAPER_HEADERS)


@blueprint.route("/arrears-cases/<case_id>/court-file")
class CourtFile(MethodView):
    """The file for a court."""

    @signed_in
    @blueprint.response(200, content_type="application/zip")
    def get(self, case_id: str) -> Response:
        """Download the court file; each download is in the audit trail (the firm's keepers alone)."""
        with transaction() as session:
            name, content = handing_out.court_file(session, current_house(), current_actor(), case_id)
        answer = Response(content, content_type="application/zip", headers=PAPER_HEADERS)
        answer.headers["Content-Disposition"] = f"attachment; filename={name}"
        return answer


@blueprint.route("/arrears-cases/<case_id>/photos/<photo_id>")
class CasePhoto(MethodView):
    """A photo of a case."""

    @signed_in
    @blueprint.response(200, content_type="image/jpeg")
    def get(self, case_id: str, photo_id: str) -> Response:
        """Show a photo to who has a part in the case."""
        with reading() as session:
            jpeg = showing.photo(session, current_house(), current_actor(), case_id, photo_id)
        return Response(jpeg, content_type="image/jpeg", headers={"Cache-Control": "private, no-store"})


def _cell(cell: Cell) -> dict[str, Any]:
    return {"name": cell.name, "homes": cell.homes, "paid_percent": cell.percent}


def _view(session: Any, case: cases.Case) -> dict[str, Any]:
    parts = cases.parts_of(session, current_actor(), case.row)
    return schemas.case_view(showing.view(session, case, parts))
