"""Paying by WeChat: orders of those who may pay for a unit, and what went wrong, for the firm's staff."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask.views import MethodView

from backend.fees.schemas import orders as schemas
from backend.fees.service import order_asking
from backend.fees.service.clerk import clerk_of
from backend.fees.service.incidents import close_incident, list_incidents
from backend.fees.service.order_views import code_of, view_order
from backend.fees.service.orders import own_order
from backend.infra.auth import current_actor, signed_in
from backend.infra.db import reading, transaction
from backend.infra.forms import Blueprint
from backend.infra.house import current_house
from backend.infra.printing import qr_png, qr_svg

blueprint = Blueprint("fee-orders", __name__, description="收费：微信支付")


@blueprint.route("/communities/<community_id>/units/<unit_id>/pay-orders")
class PayOrders(MethodView):
    """Orders for a unit."""

    @signed_in
    @blueprint.arguments(schemas.PayOrderForm)
    @blueprint.response(201, schemas.PayOrderView)
    def post(self, form: dict[str, Any], community_id: str, unit_id: str) -> dict[str, Any]:
        """Order the payment of open bills or of an amount in advance (whoever may pay for the unit).

        The server reckons the amount. An order for the same bills that is still open is answered again, or
        closed first. In the state `unknown` ask how it stands, or order the same again.
        """
        house, wanted = current_house(), schemas.wanted(unit_id, form)
        order = order_asking.order_payment(house, current_actor(), community_id, wanted)
        with reading() as session:
            return schemas.order_view(view_order(session, house, order))


@blueprint.route("/communities/<community_id>/pay-orders/<order_id>")
class PayOrderOfMine(MethodView):
    """An order of one's own."""

    @signed_in
    @blueprint.response(200, schemas.PayOrderView)
    def get(self, community_id: str, order_id: str) -> dict[str, Any]:
        """Show an order as it is known to stand."""
        with reading() as session:
            order = own_order(session, current_actor(), community_id, order_id)
            return schemas.order_view(view_order(session, current_house(), order))


@blueprint.route("/communities/<community_id>/pay-orders/<order_id>/query")
class PayOrderQuery(MethodView):
    """The question how an order stands."""

    @signed_in
    @blueprint.response(200, schemas.PayOrderView)
    def post(self, community_id: str, order_id: str) -> dict[str, Any]:
        """Ask WeChat Pay how an order stands, on return from paying; the answer enters the books."""
        house = current_house()
        order = order_asking.ask_after(house, current_actor(), community_id, order_id)
        with reading() as session:
            return schemas.order_view(view_order(session, house, order))


@blueprint.route("/communities/<community_id>/pay-orders/<order_id>/code")
class PayOrderCode(MethodView):
    """The QR code of an order."""

    @signed_in
    @blueprint.arguments(schemas.PayCodeQuery, location="query")
    @blueprint.response(200, content_type="image/svg+xml")
    def get(self, query: dict[str, str], community_id: str, order_id: str) -> Response:
        """Draw the QR code that opens the payment, as SVG or PNG."""
        with reading() as session:
            order = own_order(session, current_actor(), community_id, order_id)
            code = code_of(view_order(session, current_house(), order))
        draw, kind = (qr_png, "image/png") if query["form"] == "png" else (qr_svg, "image/svg+xml")
        return Response(draw(code), content_type=kind, headers={"Cache-Control": "no-store"})


@blueprint.route("/communities/<community_id>/channel-incidents")
class Incidents(MethodView):
    """What WeChat Pay said that does not fit."""

    @signed_in
    @blueprint.arguments(schemas.ChannelIncidentsQuery, location="query")
    @blueprint.response(200, schemas.ChannelIncidentsView)
    def get(self, query: dict[str, bool], community_id: str) -> dict[str, Any]:
        """List notices and answers that fit nothing, those still open unless told otherwise (firm)."""
        with reading() as session:
            clerk_of(session, current_house(), current_actor(), community_id)
            found = list_incidents(session, community_id, **query)
            return {"items": [schemas.incident_view(row) for row in found]}


@blueprint.route("/communities/<community_id>/channel-incidents/<incident_id>/closing")
class IncidentClosing(MethodView):
    """The closing of an incident."""

    @signed_in
    @blueprint.arguments(schemas.ChannelIncidentClosingForm)
    @blueprint.response(200, schemas.ChannelIncidentView)
    def post(self, form: dict[str, str], community_id: str, incident_id: str) -> dict[str, Any]:
        """Close an incident with a note (firm); the same thing told again opens it again."""
        with transaction() as session:
            clerk = clerk_of(session, current_house(), current_actor(), community_id)
            return schemas.incident_view(close_incident(clerk, incident_id, **form))
