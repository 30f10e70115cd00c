"""Fees over HTTP; `pages` is what the payment channel calls, outside /api/v1."""

from __future__ import annotations

from backend.fees.routes.access import blueprint as access
from backend.fees.routes.arrears import blueprint as arrears
from backend.fees.routes.channel import pages as channel_pages
from backend.fees.routes.charging import blueprint as charging
from backend.fees.routes.metering import blueprint as metering
from backend.fees.routes.orders import blueprint as orders
from backend.fees.routes.paying import blueprint as paying
from backend.fees.routes.receipts import blueprint as receipts
from backend.fees.routes.receipts import pages as receipt_pages
from backend.fees.routes.reconciling import blueprint as reconciling
from backend.fees.routes.refunds import blueprint as refunds
from backend.fees.routes.reports import blueprint as reports
from backend.fees.routes.viewing import blueprint as viewing

blueprints = (
    *(access, arrears, charging, metering, paying, orders, refunds, reconciling),
    *(receipts, reports, viewing),
)
pages = (receipt_pages, channel_pages)
