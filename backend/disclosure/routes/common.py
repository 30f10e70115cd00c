"""Common income: the firm enters, the committee looks and splits, owners see."""

from __future__ import annotations

from contextlib import closing
from datetime import date
from typing import Any

from flask import Response
from flask.views import MethodView
from werkzeug.datastructures import FileStorage

from backend.assemblies import decisions_of
from backend.disclosure.models import Paper
from backend.disclosure.rules.grounds import SPLIT_MATTERS, USE_MATTERS
from backend.disclosure.rules.limits import period_at
from backend.disclosure.rules.values import BookKind
from backend.disclosure.schemas import common as schemas
from backend.disclosure.schemas import parts
from backend.disclosure.service import common, listing, papers, splits, summary
from backend.disclosure.service.journal import Written
from backend.disclosure.service.keeper import (
    COMMON_KEEPERS,
    DECIDERS,
    FUND_KEEPERS,
    REVIEWERS,
    keeper_of,
    looker_of,
)
from backend.infra.auth import current_actor, signed_in
from backend.infra.db import reading, transaction
from backend.infra.forms import Blueprint
from backend.infra.house import current_house
from backend.infra.paging import Page

blueprint = Blueprint("common-income", __name__, description="公共收益：合同、收支、复核、分配")
AT = "/communities/<community_id>"


@blueprint.route(f"{AT}/disclosure-papers")
class Papers(MethodView):
    """Contracts, vouchers and records."""

    @signed_in
    @blueprint.arguments(schemas.DocumentQuery, location="query")
    @blueprint.arguments(schemas.DocumentFiles, location="files")
    @blueprint.response(201, parts.DocumentView)
    def post(self, query: dict[str, str], files: dict[str, FileStorage], community_id: str) -> Paper:
        """Upload a document for owners to see, personal data hidden (firm, committee, community)."""
        house, actor, roles = current_house(), current_actor(), (*FUND_KEEPERS, *DECIDERS)
        with reading() as session:
            keeper_of(session, house, actor, community_id, roles)
        with closing(files["file"]) as file:
            content, media = papers.prepare(file.read(papers.MOST_BYTES + 1))
        with transaction() as session:
            keeper = keeper_of(session, house, actor, community_id, roles)
            return papers.keep(keeper, query["name"], content, media)


@blueprint.route(f"{AT}/disclosure-papers/<paper_id>")
class OnePaper(MethodView):
    """A document."""

    @signed_in
    @blueprint.response(200, content_type="application/pdf")
    def get(self, community_id: str, paper_id: str) -> Response:
        """Fetch a document, PDF or JPEG (owners of the community, and those who serve it)."""
        with reading() as session:
            looker = looker_of(session, current_house(), current_actor(), community_id)
            row, content = papers.open_paper(looker, paper_id)
        answer = Response(content, content_type=row.media)
        answer.headers["Content-Disposition"] = "inline"
        answer.headers["Cache-Control"] = "private, no-store"
        return answer


@blueprint.route(f"{AT}/common-sources")
class Sources(MethodView):
    """Where common income comes from."""

    @signed_in
    @blueprint.arguments(schemas.CommonSourceForm)
    @blueprint.response(201, schemas.CommonSourceView)
    def post(self, new: common.NewSource, community_id: str) -> dict[str, Any]:
        """Enter a source with its contract (firm)."""
        with transaction() as session:
            keeper = keeper_of(session, current_house(), current_actor(), community_id, COMMON_KEEPERS)
            return schemas.source_view(common.add_source(keeper, new))

    @signed_in
    @blueprint.response(200, schemas.CommonSourceList)
    def get(self, community_id: str) -> dict[str, Any]:
        """List the sources (residents, and those who serve the community)."""
        with reading() as session:
            looker_of(session, current_house(), current_actor(), community_id)
            return {"items": [schemas.source_view(row) for row in common.sources_of(session, community_id)]}


@blueprint.route(f"{AT}/common-entries")
class Entries(MethodView):
    """Income and cost."""

    @signed_in
    @blueprint.arguments(schemas.CommonMoneyForm)
    @blueprint.response(200, parts.BookWrittenView)
    def post(self, money: common.Money, community_id: str) -> Written:
        """Enter income or a cost with its vouchers; the same number again is the same entry (firm)."""
        with transaction() as session:
            keeper = keeper_of(session, current_house(), current_actor(), community_id, COMMON_KEEPERS)
            return common.record_money(keeper, money)

    @signed_in
    @blueprint.arguments(parts.BookEntriesQuery, location="query")
    @blueprint.response(200, parts.BookEntryPage)
    def get(self, query: dict[str, Any], community_id: str) -> Page[listing.EntryView]:
        """List entries, those recorded last first (residents, and those who serve the community)."""
        with reading() as session:
            looker_of(session, current_house(), current_actor(), community_id)
            days = (query["first_day"], query["last_day"])
            return listing.page_of(session, community_id, BookKind.COMMON, query["cursor"], days)


@blueprint.route(f"{AT}/common-entries/<int:entry_id>/reversal")
class Reversal(MethodView):
    """The opposite of an entry."""

    @signed_in
    @blueprint.arguments(parts.BookReversalForm)
    @blueprint.response(201, parts.BookReversedView)
    def post(self, form: dict[str, str], community_id: str, entry_id: int) -> dict[str, int]:
        """Undo income or a cost by the opposite entry (firm)."""
        with transaction() as session:
            keeper = keeper_of(session, current_house(), current_actor(), community_id, COMMON_KEEPERS)
            return {"entry_id": common.reverse_money(keeper, entry_id, **form)}


@blueprint.route(f"{AT}/common-entries/<int:entry_id>/reviews")
class Reviews(MethodView):
    """What the committee says of entries."""

    @signed_in
    @blueprint.arguments(schemas.EntryReviewForm)
    @blueprint.response(204)
    def post(self, form: dict[str, Any], community_id: str, entry_id: int) -> None:
        """Say that an entry agrees with its voucher, or what is doubtful (committee)."""
        with transaction() as session:
            keeper = keeper_of(session, current_house(), current_actor(), community_id, REVIEWERS)
            common.review_entry(keeper, entry_id, **form)


@blueprint.route(f"{AT}/common-summary")
class Summary(MethodView):
    """What common income came to."""

    @signed_in
    @blueprint.arguments(schemas.DisclosureDaysQuery, location="query")
    @blueprint.response(200, schemas.CommonSummaryView)
    def get(self, query: dict[str, date | None], community_id: str) -> dict[str, Any]:
        """Sum income, cost and splits up, of the present quarter unless told otherwise (residents, posts)."""
        with reading() as session:
            looker = looker_of(session, current_house(), current_actor(), community_id)
            quarter = period_at(BookKind.COMMON, looker.today)
            first, last = query["first_day"] or quarter.first, query["last_day"] or quarter.last
            return schemas.summary_view(summary.common_summary(session, community_id, first, last))


@blueprint.route(f"{AT}/disclosure-decisions")
class Decisions(MethodView):
    """What the assembly passed."""

    @signed_in
    @blueprint.arguments(schemas.DecisionsQuery, location="query")
    @blueprint.response(200, schemas.DecisionList)
    def get(self, query: dict[str, str], community_id: str) -> dict[str, Any]:
        """List decisions on which a use of the fund or a split may stand (residents, posts)."""
        matters = USE_MATTERS if query["purpose"] == "use" else SPLIT_MATTERS
        with reading() as session:
            looker_of(session, current_house(), current_actor(), community_id)
            return {"items": decisions_of(session, community_id, matters)}


@blueprint.route(f"{AT}/income-splits")
class Splits(MethodView):
    """How net income is split."""

    @signed_in
    @blueprint.arguments(schemas.IncomeSplitForm)
    @blueprint.response(201, schemas.IncomeSplitView)
    def post(self, new: splits.NewSplit, community_id: str) -> dict[str, Any]:
        """Enter the parts that a passed item fixed (committee)."""
        with transaction() as session:
            keeper = keeper_of(session, current_house(), current_actor(), community_id, REVIEWERS)
            return schemas.split_view(splits.add_split(keeper, new))

    @signed_in
    @blueprint.response(200, schemas.IncomeSplitList)
    def get(self, community_id: str) -> dict[str, Any]:
        """List the decisions on splitting (residents, and those who serve the community)."""
        with reading() as session:
            looker_of(session, current_house(), current_actor(), community_id)
            return {"items": [schemas.split_view(row) for row in splits.splits_of(session, community_id)]}


@blueprint.route(f"{AT}/income-payouts")
class Payouts(MethodView):
    """Net income that is split."""

    @signed_in
    @blueprint.arguments(schemas.IncomePayoutForm)
    @blueprint.response(200, parts.BookWrittenView)
    def post(self, payout: splits.Payout, community_id: str) -> Written:
        """Split net income by the decision in force; the fund's part goes to the units (committee)."""
        with transaction() as session:
            keeper = keeper_of(session, current_house(), current_actor(), community_id, REVIEWERS)
            return splits.pay_out(keeper, payout)


@blueprint.route(f"{AT}/income-payouts/<int:entry_id>/reversal")
class PayoutReversal(MethodView):
    """The opposite of a split."""

    @signed_in
    @blueprint.arguments(parts.BookReversalForm)
    @blueprint.response(201, parts.BookReversedView)
    def post(self, form: dict[str, str], community_id: str, entry_id: int) -> dict[str, int]:
        """Undo a split, and what it brought into the fund (committee)."""
        with transaction() as session:
            keeper = keeper_of(session, current_house(), current_actor(), community_id, REVIEWERS)
            return {"entry_id": splits.reverse_split(keeper, entry_id, **form)}
