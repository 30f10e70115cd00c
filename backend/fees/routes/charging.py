"""Fee items, prices, charge runs, changes of hands: for the firm's staff."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask.views import MethodView

from backend.fees.schemas import charging as schemas
from backend.fees.service import handovers, items, runs
from backend.fees.service.clerk import clerk_of
from backend.infra.auth import current_actor, signed_in
from backend.infra.db import reading, transaction
from backend.infra.forms import Blueprint
from backend.infra.house import current_house

blueprint = Blueprint("fee-charging", __name__, description="收费：项目、单价、出账")


@blueprint.route("/communities/<community_id>/fee-items")
class FeeItems(MethodView):
    """Fee items."""

    @signed_in
    @blueprint.response(200, schemas.FeeItemsView)
    def get(self, community_id: str) -> dict[str, Any]:
        """List the fee items with their prices (firm)."""
        with reading() as session:
            clerk_of(session, current_house(), current_actor(), community_id)
            found = items.list_items(session, community_id)
        return {"items": [schemas.item_view(item) for item in found]}

    @signed_in
    @blueprint.arguments(schemas.FeeItemForm)
    @blueprint.response(201, schemas.FeeItemView)
    def post(self, new: items.NewItem, community_id: str) -> dict[str, Any]:
        """Enter a fee item (firm)."""
        with transaction() as session:
            clerk = clerk_of(session, current_house(), current_actor(), community_id)
            return schemas.item_view(items.add_item(clerk, new))


@blueprint.route("/communities/<community_id>/fee-items/<item_id>/prices")
class FeePrices(MethodView):
    """Prices of an item."""

    @signed_in
    @blueprint.arguments(schemas.PriceForm)
    @blueprint.response(201, schemas.PriceView)
    def post(self, form: dict[str, Any], community_id: str, item_id: str) -> dict[str, Any]:
        """Enter a price and when it is in force (firm)."""
        with transaction() as session:
            clerk = clerk_of(session, current_house(), current_actor(), community_id)
            return schemas.price_view(items.add_price(clerk, item_id, **form))


@blueprint.route("/communities/<community_id>/fee-prices/<price_id>/end")
class FeePriceEnd(MethodView):
    """The end of a price."""

    @signed_in
    @blueprint.arguments(schemas.EndForm)
    @blueprint.response(200, schemas.PriceView)
    def post(self, form: dict[str, date], community_id: str, price_id: str) -> dict[str, Any]:
        """Say on which day a price is last in force (firm)."""
        with transaction() as session:
            clerk = clerk_of(session, current_house(), current_actor(), community_id)
            return schemas.price_view(items.end_price(clerk, price_id, **form))


@blueprint.route("/communities/<community_id>/charge-runs/preview")
class RunPreview(MethodView):
    """What a run would bill."""

    @signed_in
    @blueprint.arguments(schemas.RunForm)
    @blueprint.response(200, schemas.RunReportView)
    def post(self, order: runs.Order, community_id: str) -> dict[str, Any]:
        """Say what a run would bill; nothing is changed (firm)."""
        with reading() as session:
            clerk_of(session, current_house(), current_actor(), community_id)
            return schemas.report_view(runs.preview_run(session, community_id, order))


@blueprint.route("/communities/<community_id>/charge-runs")
class ChargeRuns(MethodView):
    """Charge runs."""

    @signed_in
    @blueprint.response(200, schemas.RunsView)
    def get(self, community_id: str) -> dict[str, Any]:
        """List the latest runs (firm)."""
        with reading() as session:
            clerk_of(session, current_house(), current_actor(), community_id)
            found = runs.list_runs(session, community_id)
        return {"items": [_run_view(run) for run in found]}

    @signed_in
    @blueprint.arguments(schemas.RunForm)
    @blueprint.response(200, schemas.RunReportView)
    def post(self, order: runs.Order, community_id: str) -> dict[str, Any]:
        """Bill a period; run again, only what is not billed yet (firm)."""
        with transaction() as session:
            clerk = clerk_of(session, current_house(), current_actor(), community_id)
            return schemas.report_view(runs.commit_run(clerk, order))


@blueprint.route("/communities/<community_id>/units/<unit_id>/handovers")
class Handovers(MethodView):
    """Changes of hands."""

    @signed_in
    @blueprint.arguments(schemas.HandoverForm)
    @blueprint.response(201, schemas.HandoverView)
    def post(self, form: dict[str, Any], community_id: str, unit_id: str) -> dict[str, int]:
        """Enter from which day on somebody else bears a unit's fees (firm)."""
        with transaction() as session:
            clerk = clerk_of(session, current_house(), current_actor(), community_id)
            return {"tenure": handovers.hand_over(clerk, unit_id, **form)}


def _run_view(run: Any) -> dict[str, Any]:
    names = ("id", "first_day", "day", "due_day", "bills", "amount_fen", "at")
    return {name: getattr(run, name) for name in names} | {"last_day": run.until - timedelta(days=1)}
