"""The caller's own inbox, and what the caller allows to be sent."""

from __future__ import annotations

from typing import Any

from flask.views import MethodView

from backend.infra.auth import current_actor, signed_in
from backend.infra.db import reading, transaction
from backend.infra.forms import Blueprint
from backend.infra.house import current_house
from backend.messages import schemas, service

blueprint = Blueprint("messages", __name__, description="消息")


@blueprint.route("/me/inbox")
class Inbox(MethodView):
    """Messages to the caller's phone."""

    @signed_in
    @blueprint.response(200, schemas.InboxView)
    def get(self) -> service.Inbox:
        """List the newest messages to the caller."""
        with reading() as session:
            return service.inbox_of(session, current_house(), current_actor())


@blueprint.route("/me/inbox/read")
class InboxRead(MethodView):
    """That the inbox was read."""

    @signed_in
    @blueprint.response(204)
    def post(self) -> None:
        """Mark every message as read."""
        with transaction() as session:
            service.mark_read(session, current_house(), current_actor())


@blueprint.route("/me/consents")
class Consents(MethodView):
    """Consents to be written to by WeChat: one consent, one message."""

    @signed_in
    @blueprint.response(200, schemas.ConsentsView)
    def get(self) -> dict[str, Any]:
        """Tell how many messages of each kind the caller still allows."""
        with reading() as session:
            return {"left": service.consents_left(session, current_house(), current_actor())}

    @signed_in
    @blueprint.arguments(schemas.ConsentForm)
    @blueprint.response(201, schemas.ConsentsView)
    def post(self, form: dict[str, list[str]]) -> dict[str, Any]:
        """Note what the caller allowed in WeChat's dialog."""
        with transaction() as session:
            left = service.consent(session, current_house(), current_actor(), form["templates"])
        return {"left": left}
