"""Fees over HTTP."""

from __future__ import annotations

from backend.fees.routes.access import blueprint as access
from backend.fees.routes.charging import blueprint as charging
from backend.fees.routes.metering import blueprint as metering
from backend.fees.routes.paying import blueprint as paying
from backend.fees.routes.reports import blueprint as reports
from backend.fees.routes.viewing import blueprint as viewing

blueprints = (access, charging, metering, paying, reports, viewing)
