"""Fees over HTTP."""

from __future__ import annotations

from backend.fees.routes.arrears import blueprint as arrears
from backend.fees.routes.charging import blueprint as charging
from backend.fees.routes.metering import blueprint as metering
from backend.fees.routes.paying import blueprint as paying
from backend.fees.routes.receipts import blueprint as receipts
from backend.fees.routes.receipts import pages as receipt_pages

blueprints = (arrears, charging, metering, paying, receipts)
pages = (receipt_pages,)
