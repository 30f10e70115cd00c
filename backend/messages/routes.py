"""The caller's own inbox, and what the caller allows to be sent."""

from __future__ import annotations

from typing import Any

from flask.views import MethodView

from backend.infra.auth import current_actor, signed_in
from backend.infra.db import reading, transaction
from backend.infra.forms import Blueprint
from backend.infra.house import current_house
from backend.messages import schemas
from backend.messages.service import consents, inbox

blueprint = Blueprint("messages", __name__, description="消息")


@blueprint.route("/me/inbox")
class Inbox(MethodView):
    """Messages to the caller's phone."""

    @signed_in
    @blueprint.arguments(schemas.InboxQuery, location="query")
    @blueprint.response(200, schemas.InboxView)
    def get(self, query: dict[str, Any]) -> inbox.InboxPage:
        """List the messages to the caller, newest first, page by page."""
        with reading() as session:
            return inbox.inbox_of(session, current_house(), current_actor(), **query)


@blueprint.route("/me/inbox/read")
class InboxRead(MethodView):
    """That messages were read."""

    @signed_in
    @blueprint.arguments(schemas.ReadForm)
    @blueprint.response(200, schemas.UnreadView)
    def post(self, form: dict[str, Any]) -> dict[str, int]:
        """Mark messages as read, all of them where none is named."""
        with transaction() as session:
            return {"unread": inbox.mark_read(session, current_house(), current_actor(), form["ids"])}


@blueprint.route("/me/consents")
class Consents(MethodView):
    """Consents to be written to by WeChat: one consent, one message."""

    @signed_in
    @blueprint.response(200, schemas.ConsentsView)
    def get(self) -> dict[str, Any]:
        """List what can be consented to, and how many messages of each the caller still allows."""
        with reading() as session:
            return {"items": consents.worths(session, current_house(), current_actor())}

    @signed_in
    @blueprint.arguments(schemas.ConsentForm)
    @blueprint.response(201, schemas.ConsentsView)
    def post(self, form: dict[str, list[str]]) -> dict[str, Any]:
        """Note what the caller allowed in WeChat's dialog."""
        with transaction() as session:
            items = consents.register(session, current_house(), current_actor(), form["kinds"])
        return {"items": items}
