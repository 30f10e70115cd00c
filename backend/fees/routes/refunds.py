"""Refunds: asked for, proposed, decided by another person, paid out; and payments that look doubled."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from flask.views import MethodView

from backend.fees.schemas import refunds as schemas
from backend.fees.service import refund_requests, refunds
from backend.fees.service.clerk import clerk_of
from backend.fees.service.duplicates import find_duplicates
from backend.infra.auth import current_actor, signed_in
from backend.infra.db import reading, transaction
from backend.infra.forms import Blueprint
from backend.infra.house import current_house

blueprint = Blueprint("fee-refunds", __name__, description="收费：退款")
LOOK_BACK = timedelta(days=90)


@blueprint.route("/communities/<community_id>/refunds")
class Refunds(MethodView):
    """Refunds of a community."""

    @signed_in
    @blueprint.response(200, schemas.RefundsView)
    def get(self, community_id: str) -> dict[str, Any]:
        """List the latest refunds (firm)."""
        with reading() as session:
            clerk_of(session, current_house(), current_actor(), community_id)
            found = refunds.list_refunds(session, community_id)
        return {"items": [schemas.refund_view(one) for one in found]}

    @signed_in
    @blueprint.arguments(schemas.RefundForm)
    @blueprint.response(201, schemas.RefundView)
    def post(self, proposal: refunds.Proposal, community_id: str) -> dict[str, Any]:
        """Propose a refund; somebody else must approve it (firm)."""
        with transaction() as session:
            made = refund_requests.propose_as_staff(
                session, current_house(), current_actor(), community_id, proposal
            )
            return schemas.refund_view(made)


@blueprint.route("/communities/<community_id>/units/<unit_id>/refunds")
class RefundsOfUnit(MethodView):
    """Refunds of a unit."""

    @signed_in
    @blueprint.response(200, schemas.RefundsView)
    def get(self, community_id: str, unit_id: str) -> dict[str, Any]:
        """List the refunds of the unit's present holder (whoever may pay for it)."""
        with reading() as session:
            found = refund_requests.own_refunds(
                session, current_house(), current_actor(), community_id, unit_id
            )
        return {"items": [schemas.refund_view(one) for one in found]}

    @signed_in
    @blueprint.arguments(schemas.RefundForm)
    @blueprint.response(201, schemas.RefundView)
    def post(self, proposal: refunds.Proposal, community_id: str, unit_id: str) -> dict[str, Any]:
        """Ask for prepaid money back (whoever may pay for the unit); the firm decides."""
        with transaction() as session:
            made = refund_requests.ask_refund(
                session, current_house(), current_actor(), community_id, unit_id, proposal
            )
            return schemas.refund_view(made)


@blueprint.route("/communities/<community_id>/refunds/<refund_id>/decision")
class RefundDecision(MethodView):
    """The decision on a refund."""

    @signed_in
    @blueprint.arguments(schemas.RefundDecisionForm)
    @blueprint.response(200, schemas.RefundView)
    def post(self, form: dict[str, Any], community_id: str, refund_id: str) -> dict[str, Any]:
        """Approve or reject a refund that somebody else proposed (firm)."""
        actor = current_actor()
        with transaction() as session:
            clerk = clerk_of(session, current_house(), actor, community_id)
            return schemas.refund_view(refunds.decide_refund(clerk, actor, refund_id, **form))


@blueprint.route("/communities/<community_id>/refunds/<refund_id>/slip")
class RefundSlip(MethodView):
    """The slip of a refund that was paid out by hand."""

    @signed_in
    @blueprint.arguments(schemas.RefundSlipForm)
    @blueprint.response(200, schemas.RefundView)
    def post(self, form: dict[str, Any], community_id: str, refund_id: str) -> dict[str, Any]:
        """Enter that an approved refund was paid out in cash, by transfer or card (firm)."""
        with transaction() as session:
            clerk = clerk_of(session, current_house(), current_actor(), community_id)
            return schemas.refund_view(refunds.record_slip(clerk, refund_id, **form))


@blueprint.route("/communities/<community_id>/payments/duplicates")
class Duplicates(MethodView):
    """Payments that look doubled."""

    @signed_in
    @blueprint.arguments(schemas.DuplicatesQuery, location="query")
    @blueprint.response(200, schemas.DuplicatesView)
    def get(self, query: dict[str, date | None], community_id: str) -> dict[str, Any]:
        """List payments of one holder and one amount within a week of each other (firm)."""
        with reading() as session:
            clerk = clerk_of(session, current_house(), current_actor(), community_id)
            since = query["since"] or clerk.today - LOOK_BACK
            return {"items": [asdict(one) for one in find_duplicates(session, community_id, since)]}
