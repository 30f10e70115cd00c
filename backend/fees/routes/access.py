"""Who may see a unit's bills: what its owners say, and what the firm says when a title became others'."""

from __future__ import annotations

from typing import Any

from flask.views import MethodView

from backend.fees.schemas import access as schemas
from backend.fees.schemas.charging import HandoverView
from backend.fees.service import authorisations, titles
from backend.fees.service.clerk import clerk_of
from backend.infra.auth import current_actor, signed_in
from backend.infra.db import reading, transaction
from backend.infra.forms import Blueprint
from backend.infra.house import current_house

blueprint = Blueprint("fee-access", __name__, description="收费：账单授权与产权变更")
_UNIT = "/communities/<community_id>/units/<unit_id>/fee-authorisations"


@blueprint.route(_UNIT)
class Authorisations(MethodView):
    """Whom an owner may let see the bills."""

    @signed_in
    @blueprint.response(200, schemas.FeeViewersView)
    def get(self, community_id: str, unit_id: str) -> dict[str, Any]:
        """List the confirmed family members and tenants, and who of them sees the bills (owner)."""
        with reading() as session:
            found = authorisations.list_candidates(
                session, current_house(), current_actor(), community_id, unit_id
            )
        return {"items": found}


@blueprint.route(f"{_UNIT}/<account_id>")
class Authorisation(MethodView):
    """Whether one person sees the bills."""

    @signed_in
    @blueprint.response(204)
    def put(self, community_id: str, unit_id: str, account_id: str) -> None:
        """Let a confirmed family member or tenant see and pay the bills (owner)."""
        with transaction() as session:
            authorisations.authorise(
                session, current_house(), current_actor(), community_id, unit_id, account_id
            )

    @signed_in
    @blueprint.response(204)
    def delete(self, community_id: str, unit_id: str, account_id: str) -> None:
        """Take it back, with effect from now (owner; the person)."""
        with transaction() as session:
            authorisations.withdraw(
                session, current_house(), current_actor(), community_id, unit_id, account_id
            )


@blueprint.route("/communities/<community_id>/title-changes")
class TitleChanges(MethodView):
    """Titles that became others'."""

    @signed_in
    @blueprint.response(200, schemas.WaitingTitlesView)
    def get(self, community_id: str) -> dict[str, Any]:
        """List the changes of title for which the day is not said, with a day proposed (firm)."""
        with reading() as session:
            clerk_of(session, current_house(), current_actor(), community_id)
            return {"items": titles.waiting_titles(session, community_id)}


@blueprint.route("/communities/<community_id>/title-changes/<change_id>/handover")
class TitleHandover(MethodView):
    """The change of hands that goes with a change of title."""

    @signed_in
    @blueprint.arguments(schemas.TitleHandoverForm)
    @blueprint.response(201, HandoverView)
    def post(self, form: dict[str, Any], community_id: str, change_id: str) -> dict[str, int]:
        """Say from which day on the new owners bear the fees (firm)."""
        with transaction() as session:
            clerk = clerk_of(session, current_house(), current_actor(), community_id)
            return {"tenure": titles.confirm_title(clerk, change_id, **form)}


@blueprint.route("/communities/<community_id>/title-changes/<change_id>/dismissal")
class TitleDismissal(MethodView):
    """That fees do not pass over."""

    @signed_in
    @blueprint.arguments(schemas.TitleDismissalForm)
    @blueprint.response(204)
    def post(self, form: dict[str, str], community_id: str, change_id: str) -> None:
        """Say that fees do not pass over with this change, or were passed over before (firm)."""
        with transaction() as session:
            clerk = clerk_of(session, current_house(), current_actor(), community_id)
            titles.dismiss_title(clerk, change_id, **form)
