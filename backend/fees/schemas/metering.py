"""Meters and readings; values are texts in the meter's unit of measure."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, post_load, validate

from backend.fees.models import Meter
from backend.fees.rules.charging import format_e3
from backend.fees.rules.metering import Taken, parse_reading
from backend.fees.rules.values import Override
from backend.fees.service.meters import NewMeter, NewReading
from backend.infra.schema import Schema

_ID = validate.Length(min=1, max=32)
_VALUE = validate.Length(min=1, max=20)


class MeterForm(Schema):
    """Enter a meter. `digits` counts the whole digits of the dial, `most_a_day` is plausible at most."""

    unit_id = fields.String(required=True, validate=_ID)
    item_id = fields.String(required=True, validate=_ID)
    serial = fields.String(required=True, validate=validate.Length(min=1, max=40))
    digits = fields.Integer(required=True, strict=True, validate=validate.Range(min=3, max=9))
    most_a_day = fields.String(required=True, validate=_VALUE)
    first_day = fields.Date(required=True)
    first_value = fields.String(required=True, validate=_VALUE)

    @post_load
    def make(self, values: dict[str, Any], **_: object) -> NewMeter:
        """Return what was entered."""
        return NewMeter(**values)


class MeterQuery(Schema):
    """Whose meters."""

    unit_id = fields.String(load_default=None)


class MeterView(Schema):
    """A meter with its last reading."""

    id = fields.String(required=True)
    unit_id = fields.String(required=True)
    item_id = fields.String(required=True)
    serial = fields.String(required=True)
    last_day = fields.Date(required=True)
    last_value = fields.String(required=True)


class MetersView(Schema):
    """Meters by serial."""

    items = fields.List(fields.Nested(MeterView), required=True)


class MeterIdView(Schema):
    """The meter that was entered."""

    id = fields.String(required=True)


class ReadingForm(Schema):
    """Enter a reading; `override` names why one that looks wrong is right."""

    meter_id = fields.String(required=True, validate=_ID)
    day = fields.Date(required=True)
    value = fields.String(required=True, validate=_VALUE)
    override = fields.Enum(Override, by_value=True, load_default=None, allow_none=True)
    note = fields.String(load_default="", validate=validate.Length(max=200))

    @post_load
    def make(self, values: dict[str, Any], **_: object) -> tuple[str, NewReading]:
        """Return which meter, and what it showed. Raises ReadingUnreadable."""
        meter_id, value = values.pop("meter_id"), parse_reading(values.pop("value"))
        return meter_id, NewReading(value_e3=value, **values)


class ReadingIdView(Schema):
    """The reading that was taken."""

    id = fields.String(required=True)


def meter_view(meter: Meter, last: Taken) -> dict[str, Any]:
    """Return a meter as it is answered."""
    return {
        "id": meter.id,
        "unit_id": meter.unit_id,
        "item_id": meter.item_id,
        "serial": meter.serial,
        "last_day": last.day,
        "last_value": format_e3(last.value_e3),
    }
