"""The caller's own inbox."""

from __future__ import annotations

from collections.abc import Sequence

from flask.views import MethodView

from backend.infra.auth import current_actor, signed_in
from backend.infra.db import reading
from backend.infra.forms import Blueprint
from backend.infra.house import current_house
from backend.messages import schemas, service

blueprint = Blueprint("messages", __name__, description="消息")


@blueprint.route("/me/inbox")
class Inbox(MethodView):
    """Messages to the caller's phone."""

    @signed_in
    @blueprint.response(200, schemas.InboxView)
    def get(self) -> dict[str, Sequence[service.InboxMessage]]:
        """List the newest messages to the caller."""
        with reading() as session:
            return {"items": service.inbox_of(session, current_house(), current_actor())}
