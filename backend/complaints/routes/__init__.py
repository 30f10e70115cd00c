"""Complaints over HTTP."""

from __future__ import annotations

from backend.complaints.routes.board import blueprint as board
from backend.complaints.routes.figures import blueprint as figures
from backend.complaints.routes.intake import blueprint as intake
from backend.complaints.routes.open311 import blueprint as open311_keys
from backend.complaints.routes.open311 import georeport
from backend.complaints.routes.tickets import blueprint as tickets

blueprints = (intake, tickets, board, figures, open311_keys)
pages = (georeport,)
"""Addresses outside /api/v1."""
