"""The maintenance fund: what units have, what came in, what was paid and on what ground."""

from __future__ import annotations

from contextlib import closing
from datetime import date
from typing import Any

from flask.views import MethodView
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from backend.disclosure.rules.limits import period_at
from backend.disclosure.rules.values import BookKind, ShareBy
from backend.disclosure.schemas import common as common_schemas
from backend.disclosure.schemas import fund as schemas
from backend.disclosure.schemas import parts
from backend.disclosure.service import accounts, fund, listing, openings, projects, showing, summary
from backend.disclosure.service.journal import Written
from backend.disclosure.service.keeper import DECIDERS, FUND_KEEPERS, Keeper, keeper_of, looker_of
from backend.identity import Role
from backend.infra.auth import current_actor, signed_in
from backend.infra.db import reading, transaction
from backend.infra.forms import Blueprint
from backend.infra.house import current_house
from backend.infra.paging import Page

blueprint = Blueprint("maintenance-fund", __name__, description="住宅专项维修资金：账户、交存、使用、公示")
AT = "/communities/<community_id>"


def _keeper(session: Session, community_id: str, roles: tuple[Role, ...] = FUND_KEEPERS) -> Keeper:
    return keeper_of(session, current_house(), current_actor(), community_id, roles)


@blueprint.route(f"{AT}/fund")
class Fund(MethodView):
    """The fund of a community."""

    @signed_in
    @blueprint.arguments(schemas.FundDayQuery, location="query")
    @blueprint.response(200, schemas.FundWholeView)
    def get(self, query: dict[str, date | None], community_id: str) -> dict[str, Any]:
        """Show what the community and its buildings have on a day (residents, and those who serve it)."""
        with reading() as session:
            looker = looker_of(session, current_house(), current_actor(), community_id)
            return schemas.fund_view(accounts.fund_on(session, community_id, query["day"] or looker.today))


@blueprint.route(f"{AT}/fund-summary")
class Summary(MethodView):
    """What came and went."""

    @signed_in
    @blueprint.arguments(common_schemas.DisclosureDaysQuery, location="query")
    @blueprint.response(200, schemas.FundSummaryView)
    def get(self, query: dict[str, date | None], community_id: str) -> dict[str, Any]:
        """Sum up what came into the fund and went out, of the present year unless told otherwise."""
        with reading() as session:
            looker = looker_of(session, current_house(), current_actor(), community_id)
            year = period_at(BookKind.FUND, looker.today)
            first, last = query["first_day"] or year.first, query["last_day"] or year.last
            return schemas.fund_summary_view(summary.fund_summary(session, community_id, first, last))


@blueprint.route(f"{AT}/units/<unit_id>/fund-account")
class UnitAccount(MethodView):
    """A unit's account."""

    @signed_in
    @blueprint.arguments(schemas.FundDayQuery, location="query")
    @blueprint.response(200, schemas.UnitAccountView)
    def get(self, query: dict[str, date | None], community_id: str, unit_id: str) -> dict[str, Any]:
        """Show a unit's account on a day (its owners; those who keep the accounts; nobody else)."""
        with reading() as session:
            looker = looker_of(session, current_house(), current_actor(), community_id)
            found = accounts.unit_account(looker, unit_id, query["day"] or looker.today)
            return schemas.account_view(found)


@blueprint.route(f"{AT}/fund-entries")
class Entries(MethodView):
    """Entries of the fund."""

    @signed_in
    @blueprint.arguments(parts.BookEntriesQuery, location="query")
    @blueprint.response(200, parts.BookEntryPage)
    def get(self, query: dict[str, Any], community_id: str) -> Page[listing.EntryView]:
        """List entries, the latest first (those who keep the accounts: an entry may be a unit's)."""
        with reading() as session:
            _keeper(session, community_id)
            days = (query["first_day"], query["last_day"])
            return listing.page_of(session, community_id, BookKind.FUND, query["cursor"], days)


@blueprint.route(f"{AT}/fund-deposits")
class Deposits(MethodView):
    """What is paid in."""

    @signed_in
    @blueprint.arguments(schemas.FundDepositForm)
    @blueprint.response(200, parts.BookWrittenView)
    def post(self, form: tuple[fund.Slip, dict[str, Any]], community_id: str) -> Written:
        """Enter a first or a further deposit of a unit (firm, committee)."""
        slip, rest = form
        with transaction() as session:
            return fund.deposit(
                _keeper(session, community_id), rest["unit_id"], slip, is_first=rest["is_first"]
            )


@blueprint.route(f"{AT}/fund-interest")
class Interest(MethodView):
    """Interest."""

    @signed_in
    @blueprint.arguments(schemas.FundInterestForm)
    @blueprint.response(200, parts.BookWrittenView)
    def post(self, form: tuple[fund.Slip, ShareBy], community_id: str) -> Written:
        """Divide interest among all units; the parts come to the whole (firm, committee)."""
        with transaction() as session:
            return fund.add_interest(_keeper(session, community_id), *form)


@blueprint.route(f"{AT}/fund-refunds")
class Refunds(MethodView):
    """What is paid back."""

    @signed_in
    @blueprint.arguments(schemas.FundRefundForm)
    @blueprint.response(200, parts.BookWrittenView)
    def post(self, form: tuple[fund.Slip, str], community_id: str) -> Written:
        """Enter what was paid back to a unit or moved elsewhere (committee)."""
        slip, unit_id = form
        with transaction() as session:
            return fund.refund(_keeper(session, community_id, (Role.CHAIR,)), unit_id, slip)


@blueprint.route(f"{AT}/fund-entries/<int:entry_id>/reversal")
class Reversal(MethodView):
    """The opposite of an entry."""

    @signed_in
    @blueprint.arguments(parts.BookReversalForm)
    @blueprint.response(201, parts.BookReversedView)
    def post(self, form: dict[str, str], community_id: str, entry_id: int) -> dict[str, int]:
        """Undo an entry of the fund by the opposite entry (firm, committee)."""
        with transaction() as session:
            return {"entry_id": fund.reverse(_keeper(session, community_id), entry_id, **form)}


@blueprint.route(f"{AT}/fund-projects")
class Projects(MethodView):
    """What the fund pays for."""

    @signed_in
    @blueprint.arguments(schemas.FundProjectForm)
    @blueprint.response(201, schemas.FundProjectView)
    def post(self, new: projects.NewProject, community_id: str) -> dict[str, Any]:
        """Open a project on a passed vote, or report an emergency (committee, community)."""
        with transaction() as session:
            row = projects.open_project(_keeper(session, community_id, DECIDERS), new)
            return _one(session, community_id, row.id)

    @signed_in
    @blueprint.response(200, schemas.FundProjectList)
    def get(self, community_id: str) -> dict[str, Any]:
        """List the projects with their grounds and steps (residents, and those who serve the community)."""
        with reading() as session:
            return {"items": _shown(session, community_id)}


@blueprint.route(f"{AT}/fund-projects/<project_id>/steps")
class Steps(MethodView):
    """The emergency procedure."""

    @signed_in
    @blueprint.arguments(schemas.FundStepForm)
    @blueprint.response(201, schemas.FundProjectView)
    def post(self, new: projects.NewStep, community_id: str, project_id: str) -> dict[str, Any]:
        """Take the next step of the emergency procedure, or withdraw a project (committee, community)."""
        with transaction() as session:
            projects.take_step(_keeper(session, community_id, DECIDERS), project_id, new)
            return _one(session, community_id, project_id)


@blueprint.route(f"{AT}/fund-projects/<project_id>/uses")
class Uses(MethodView):
    """Payments for a project."""

    @signed_in
    @blueprint.arguments(schemas.FundUseForm)
    @blueprint.response(200, parts.BookWrittenView)
    def post(self, slip: fund.Slip, community_id: str, project_id: str) -> Written:
        """Pay for a project; the units in its scope bear it by area (firm, committee)."""
        with transaction() as session:
            return fund.use(_keeper(session, community_id), project_id, slip)


@blueprint.route(f"{AT}/fund-imports")
class Imports(MethodView):
    """Opening balances from a file."""

    @signed_in
    @blueprint.arguments(schemas.OpeningQuery, location="query")
    @blueprint.arguments(schemas.OpeningFiles, location="files")
    @blueprint.response(200, schemas.OpeningView)
    def post(
        self, query: dict[str, bool], files: dict[str, FileStorage], community_id: str
    ) -> openings.OpeningReport:
        """Take over units' first deposits and balances, XLSX or CSV; a dry run unless told otherwise."""
        with reading() as session:
            _keeper(session, community_id)
        with closing(files["file"]) as file:
            upload = openings.read_upload(file.read())
        with transaction() as session:
            return openings.import_openings(_keeper(session, community_id), upload, **query)


def _shown(session: Session, community_id: str) -> list[dict[str, Any]]:
    looker = looker_of(session, current_house(), current_actor(), community_id)
    names = ("used_fen", "papers_due", "papers_late")
    return [
        schemas.project_view(one.row, one.steps, {name: getattr(one, name) for name in names})
        for one in showing.shown_projects(looker)
    ]


def _one(session: Session, community_id: str, project_id: str) -> dict[str, Any]:
    return next(one for one in _shown(session, community_id) if one["id"] == project_id)
