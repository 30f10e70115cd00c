"""The registry over HTTP."""

from __future__ import annotations

from backend.registry.routes.people import blueprint as people
from backend.registry.routes.register import blueprint as register

blueprints = (register, people)
