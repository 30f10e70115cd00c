"""Disclosure over HTTP."""

from __future__ import annotations

from backend.disclosure.routes.common import blueprint as common
from backend.disclosure.routes.fund import blueprint as fund
from backend.disclosure.routes.publishing import blueprint as publishing

blueprints = (common, fund, publishing)
