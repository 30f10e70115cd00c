"""create_app: the one place where the parts are joined."""

from __future__ import annotations

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

import backend.assemblies.jobs
import backend.assemblies.service.leaving
import backend.complaints.jobs
import backend.complaints.service.leaving
import backend.disclosure.jobs
import backend.disclosure.service.leaving
import backend.fees.jobs
import backend.fees.service.leaving
import backend.infra.outbox  # (its table belongs to every application)
import backend.messages.jobs
import backend.registry.service.leaving  # noqa: F401
from backend.assemblies.routes import blueprints as assemblies
from backend.assemblies.routes import pages
from backend.complaints.routes import blueprints as complaints
from backend.complaints.routes import pages as georeport
from backend.disclosure.routes import blueprints as disclosure
from backend.fees.routes import blueprints as fees
from backend.fees.routes import pages as payments
from backend.identity import authenticate
from backend.identity.routes import blueprint as identity
from backend.infra.auth import join_guard
from backend.infra.db import join_database
from backend.infra.health import blueprint as health
from backend.infra.health import join_documentation
from backend.infra.house import House, join_house
from backend.infra.http import join_http
from backend.infra.idempotency import join_idempotency
from backend.infra.logs import join_logs
from backend.infra.uploads import blueprint as uploads
from backend.infra.wechat_routes import blueprint as wechat
from backend.messages.routes import blueprint as messages
from backend.registry.routes import blueprints as registry

VERSION = "0.1.0"
CAPABILITIES = (identity, *registry, messages, uploads, *complaints, *fees, *assemblies, *disclosure)
"""The blueprint of each capability, mounted under /api/v1."""


def create_app(house: House) -> Flask:
    """Return the application of this house."""
    app = Flask("yishiting", static_folder=None, template_folder=None)
    join_house(app, house)
    join_database(app, house.settings.database_url)
    api = join_http(app, version=VERSION)
    join_logs(app)
    join_guard(app, authenticate)
    join_idempotency(app)
    app.register_blueprint(health)
    for page in (pages, *georeport, wechat, *payments):
        app.register_blueprint(page)
    for blueprint in CAPABILITIES:
        api.register_blueprint(blueprint, url_prefix="/api/v1")
    join_documentation(app, api)
    if house.settings.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=house.settings.trusted_proxies)  # type: ignore[method-assign]
    return app
