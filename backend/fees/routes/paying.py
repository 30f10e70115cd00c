"""Payments, reversals, imports: for the firm's staff. Statements: for them, and for an owner of the unit."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import date
from typing import Any

from flask import Response
from flask.views import MethodView
from werkzeug.datastructures import FileStorage

from backend.fees.rules.sheets import SheetKind
from backend.fees.schemas import paying as schemas
from backend.fees.service import access, imports, payments
from backend.fees.service.clerk import clerk_of
from backend.fees.service.counter_units import find_units
from backend.fees.service.sheet_files import error_report, read_upload
from backend.infra.auth import current_actor, signed_in
from backend.infra.db import reading, transaction
from backend.infra.forms import Blueprint
from backend.infra.house import current_house
from backend.infra.tables import XLSX

blueprint = Blueprint("fee-paying", __name__, description="收费：收款、冲销、对账单、导入")


@blueprint.route("/communities/<community_id>/fee-units")
class FeeUnits(MethodView):
    """Units, for who keeps the books."""

    @signed_in
    @blueprint.arguments(schemas.FeeUnitsQuery, location="query")
    @blueprint.response(200, schemas.FeeUnitsView)
    def get(self, query: dict[str, str], community_id: str) -> dict[str, Any]:
        """Find the unit that somebody at the counter speaks of (firm)."""
        with reading() as session:
            clerk = clerk_of(session, current_house(), current_actor(), community_id)
            return {"items": find_units(clerk, query["label"])}


@blueprint.route("/communities/<community_id>/payments")
class Payments(MethodView):
    """Payments taken by staff."""

    @signed_in
    @blueprint.arguments(schemas.PaymentForm)
    @blueprint.response(200, schemas.PaymentView)
    def post(self, money: payments.Money, community_id: str) -> payments.Settled:
        """Enter cash, a transfer or a card payment; the same slip again is the same payment (firm)."""
        with transaction() as session:
            clerk = clerk_of(session, current_house(), current_actor(), community_id)
            return payments.record_payment(clerk, money)


@blueprint.route("/communities/<community_id>/journal-entries/<int:entry_id>/reversal")
class Reversal(MethodView):
    """The opposite of an entry."""

    @signed_in
    @blueprint.arguments(schemas.ReversalForm)
    @blueprint.response(201, schemas.ReversalView)
    def post(self, form: dict[str, str], community_id: str, entry_id: int) -> dict[str, int]:
        """Undo a bill, a payment, or a use of prepayment by an opposite entry (firm)."""
        with transaction() as session:
            clerk = clerk_of(session, current_house(), current_actor(), community_id)
            return {"entry_id": payments.reverse_entry(clerk, entry_id, **form)}


@blueprint.route("/communities/<community_id>/fee-imports")
class FeeImports(MethodView):
    """Bills, payments and readings from files."""

    @signed_in
    @blueprint.arguments(schemas.FeeImportQuery, location="query")
    @blueprint.arguments(schemas.FeeImportFiles, location="files")
    @blueprint.response(200, schemas.FeeImportView)
    def post(
        self, query: dict[str, Any], files: dict[str, FileStorage], community_id: str
    ) -> imports.ImportReport:
        """Take over a file, XLSX or CSV; a dry run unless told otherwise (firm)."""
        house, actor = current_house(), current_actor()
        kind: SheetKind = query["kind"]
        with reading() as session:
            clerk_of(session, house, actor, community_id)
        with closing(files["file"]) as file:
            upload = read_upload(file.read(), kind)
        with transaction() as session:
            clerk = clerk_of(session, house, actor, community_id)
            return imports.import_sheet(clerk, upload, dry_run=query["dry_run"])


@blueprint.route("/communities/<community_id>/fee-imports/report.xlsx")
class FeeImportReport(MethodView):
    """What is wrong with a file, in the file."""

    @signed_in
    @blueprint.arguments(schemas.FeeImportReportQuery, location="query")
    @blueprint.arguments(schemas.FeeImportFiles, location="files")
    @blueprint.response(200, content_type=XLSX)
    def post(self, query: dict[str, SheetKind], files: dict[str, FileStorage], community_id: str) -> Response:
        """Give a file back with a column of what is wrong in each row; nothing is entered or kept (firm)."""
        house, actor, kind = current_house(), current_actor(), query["kind"]
        with reading() as session:
            clerk_of(session, house, actor, community_id)
        with closing(files["file"]) as file:
            content = file.read()
        upload = read_upload(content, kind)
        with transaction() as session:
            clerk = clerk_of(session, house, actor, community_id)
            errors = imports.import_sheet(clerk, upload, dry_run=True).errors
        answer = Response(error_report(content, kind, errors), content_type=XLSX)
        answer.headers["Content-Disposition"] = f"attachment; filename={kind.value}-report.xlsx"
        answer.headers["Cache-Control"] = "no-store"
        return answer


@blueprint.route("/communities/<community_id>/units/<unit_id>/statement")
class Statements(MethodView):
    """A unit's account."""

    @signed_in
    @blueprint.arguments(schemas.StatementQuery, location="query")
    @blueprint.response(200, schemas.StatementView)
    def get(self, query: dict[str, date | None], community_id: str, unit_id: str) -> Response:
        """Show bills, payments and what is owed on a day (firm; owner, and whom the owner lets).

        The answer is written as it stands: to have the schema copy each of thousands of fields takes as long
        as everything else.
        """
        with reading() as session:
            found = access.show_statement(
                session, current_house(), current_actor(), community_id, unit_id, **query
            )
        text = json.dumps(schemas.statement_view(found), default=date.isoformat, ensure_ascii=False)
        return Response(text, content_type="application/json")
