"""Receipts: for the holder of the unit and the firm; and the check of a code, for anybody."""

from __future__ import annotations

from typing import Any

from flask import Blueprint as Pages
from flask import Response, request
from flask.views import MethodView

from backend.fees.schemas import receipt_pages
from backend.fees.schemas import receipts as schemas
from backend.fees.service import receipt_views
from backend.infra.auth import current_actor, public, signed_in
from backend.infra.db import reading, transaction
from backend.infra.forms import Blueprint
from backend.infra.house import current_house
from backend.infra.printing import qr_png
from backend.kernel.refusal import Refusal

blueprint = Blueprint("fee-receipts", __name__, description="收据：查看、打印、查验")
pages = Pages("receipt-pages", __name__)
_HTML = "text/html; charset=utf-8"
_OF_UNIT = "/communities/<community_id>/units/<unit_id>/receipts"


@blueprint.route(_OF_UNIT)
class UnitReceipts(MethodView):
    """The receipts of a unit."""

    @signed_in
    @blueprint.arguments(schemas.ReceiptQuery, location="query")
    @blueprint.response(200, schemas.ReceiptsView)
    def get(self, query: dict[str, str | None], community_id: str, unit_id: str) -> dict[str, Any]:
        """List a unit's receipts, the newest first (firm; owner, and whom the owner lets)."""
        with reading() as session:
            page = receipt_views.receipts_of_unit(
                session, current_house(), current_actor(), community_id, unit_id, **query
            )
        return schemas.receipts_view(page)


@blueprint.route("/communities/<community_id>/receipts")
class CommunityReceipts(MethodView):
    """The receipts of a community."""

    @signed_in
    @blueprint.arguments(schemas.ReceiptQuery, location="query")
    @blueprint.response(200, schemas.ReceiptsView)
    def get(self, query: dict[str, str | None], community_id: str) -> dict[str, Any]:
        """List a community's receipts, the newest first (firm)."""
        with reading() as session:
            page = receipt_views.receipts_of_community(
                session, current_house(), current_actor(), community_id, **query
            )
        return schemas.receipts_view(page)


@blueprint.route(f"{_OF_UNIT}/<number>")
class UnitReceipt(MethodView):
    """A receipt."""

    @signed_in
    @blueprint.response(200, schemas.ReceiptSchema)
    def get(self, community_id: str, unit_id: str, number: str) -> dict[str, Any]:
        """Show a receipt and what undid it (firm; owner, and whom the owner lets)."""
        return schemas.receipt_view(_receipt(community_id, unit_id, number))


@blueprint.route(f"{_OF_UNIT}/<number>/page")
class UnitReceiptPage(MethodView):
    """A receipt on paper."""

    @signed_in
    @blueprint.response(200, content_type="text/html")
    def get(self, community_id: str, unit_id: str, number: str) -> Response:
        """Return a receipt for A5 paper, with its QR code (firm; owner, and whom the owner lets)."""
        found = _receipt(community_id, unit_id, number)
        page = receipt_pages.printed_page(found, current_house().settings.public_url)
        return Response(page, content_type=_HTML, headers=receipt_pages.HEADERS)


@blueprint.route(f"{_OF_UNIT}/<number>/qr.png")
class UnitReceiptCode(MethodView):
    """A receipt's QR code."""

    @signed_in
    @blueprint.response(200, content_type="image/png")
    def get(self, community_id: str, unit_id: str, number: str) -> Response:
        """Download a receipt's QR code (firm; owner, and whom the owner lets)."""
        return Response(qr_png(_receipt(community_id, unit_id, number).url), content_type="image/png")


@blueprint.route("/receipt-checks/<code>")
class ReceiptChecks(MethodView):
    """What a code proves."""

    @public
    @blueprint.response(200, schemas.PublicReceiptView)
    def get(self, code: str) -> dict[str, Any]:
        """Check the code in a receipt's QR: masked facts, and how the receipt stands."""
        return schemas.public_view(_checked(code))


@blueprint.route("/receipt-keys")
class ReceiptKeys(MethodView):
    """Who signs receipts."""

    @public
    @blueprint.response(200, schemas.ReceiptKeysView)
    def get(self) -> dict[str, Any]:
        """List the public keys by which a receipt's code can be verified without this server."""
        return schemas.keys_view(current_house())


@pages.get("/r/<code>")
@public
def check_page(code: str) -> Response:
    """Show what a receipt's QR code proves."""
    try:
        page, status = receipt_pages.check_page(_checked(code)), 200
    except Refusal as refusal:
        page, status = receipt_pages.refused_page(refusal), refusal.status
    return Response(page, status=status, content_type=_HTML, headers=receipt_pages.HEADERS)


def _receipt(community_id: str, unit_id: str, number: str) -> receipt_views.ReceiptView:
    with reading() as session:
        return receipt_views.get_receipt(
            session, current_house(), current_actor(), community_id, unit_id, number
        )


def _checked(code: str) -> receipt_views.ReceiptView:
    """Count the check first, in a transaction of its own: a check that fails counts as well."""
    house = current_house()
    with transaction() as session:
        receipt_views.count_check(session, house, request.remote_addr or "")
    with reading() as session:
        return receipt_views.checked_receipt(session, house, code)
