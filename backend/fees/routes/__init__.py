"""Fees over HTTP; `pages` is what the payment channel calls, outside /api/v1."""

from __future__ import annotations

from backend.fees.routes.arrears import blueprint as arrears
from backend.fees.routes.channel import pages
from backend.fees.routes.charging import blueprint as charging
from backend.fees.routes.metering import blueprint as metering
from backend.fees.routes.orders import blueprint as orders
from backend.fees.routes.paying import blueprint as paying
from backend.fees.routes.reconciling import blueprint as reconciling
from backend.fees.routes.refunds import blueprint as refunds

blueprints = (arrears, charging, metering, paying, orders, refunds, reconciling)

__all__ = ["blueprints", "pages"]
