"""Meters and readings: for the firm's staff."""

from __future__ import annotations

from typing import Any

from flask.views import MethodView

from backend.fees.schemas import metering as schemas
from backend.fees.service import meters
from backend.fees.service.clerk import clerk_of
from backend.infra.auth import current_actor, signed_in
from backend.infra.db import reading, transaction
from backend.infra.forms import Blueprint
from backend.infra.house import current_house

blueprint = Blueprint("fee-metering", __name__, description="收费：计量表与抄表")


@blueprint.route("/communities/<community_id>/meters")
class Meters(MethodView):
    """Meters."""

    @signed_in
    @blueprint.arguments(schemas.MeterQuery, location="query")
    @blueprint.response(200, schemas.MetersView)
    def get(self, query: dict[str, str | None], community_id: str) -> dict[str, Any]:
        """List meters with their last readings (firm)."""
        with reading() as session:
            clerk_of(session, current_house(), current_actor(), community_id)
            found = meters.list_meters(session, community_id, **query)
        return {"items": [schemas.meter_view(meter, last) for meter, last in found]}

    @signed_in
    @blueprint.arguments(schemas.MeterForm)
    @blueprint.response(201, schemas.MeterIdView)
    def post(self, new: meters.NewMeter, community_id: str) -> dict[str, str]:
        """Enter a meter with the value at which it stood (firm)."""
        with transaction() as session:
            clerk = clerk_of(session, current_house(), current_actor(), community_id)
            return {"id": meters.add_meter(clerk, new).id}


@blueprint.route("/communities/<community_id>/readings")
class Readings(MethodView):
    """Readings."""

    @signed_in
    @blueprint.arguments(schemas.ReadingForm)
    @blueprint.response(201, schemas.ReadingIdView)
    def post(self, form: tuple[str, meters.NewReading], community_id: str) -> dict[str, str]:
        """Enter a reading; an implausible one is refused with the reason (firm)."""
        with transaction() as session:
            clerk = clerk_of(session, current_house(), current_actor(), community_id)
            return {"id": meters.record_reading(clerk, *form)}


@blueprint.route("/communities/<community_id>/readings/<reading_id>/void")
class ReadingVoid(MethodView):
    """The end of a wrong reading."""

    @signed_in
    @blueprint.response(204)
    def post(self, community_id: str, reading_id: str) -> None:
        """Void a meter's last reading, unless it is billed (firm)."""
        with transaction() as session:
            clerk = clerk_of(session, current_house(), current_actor(), community_id)
            meters.void_reading(clerk, reading_id)
