"""What WeChat calls: the message server of the mini-program, and photos that it was asked about.

Outside /api/v1, since the forms are WeChat's: plain text is asked and answered.
"""

from __future__ import annotations

from flask import Blueprint, Response, request

from backend.infra.auth import public
from backend.infra.db import reading, transaction
from backend.infra.house import current_house
from backend.infra.moderation import read_image_event
from backend.infra.photochecks import LINK_PATH, open_link, settle
from backend.infra.wechat_events import MOST_BYTES, Signed, WeChatEvents
from backend.kernel.refusal import NotFound

SUCCESS = "success"
"""What WeChat wants to hear; on anything else it calls again."""
blueprint = Blueprint("wechat", __name__)


class WeChatEventsOff(NotFound):
    """No token is set up, so that nothing that comes here could be WeChat's."""

    code = "wechat-events-off"
    title = "没有接入微信消息推送"


@blueprint.get("/wechat/events")
@public
def shake_hands() -> Response:
    """Show WeChat that this server knows the token: answer what it asks to hear."""
    _events().prove(_signed())
    return _text(request.args.get("echostr", ""))


@blueprint.post("/wechat/events")
@public
def hear() -> Response:
    """Take an event of WeChat's; kinds that nothing depends on are only confirmed."""
    events, signed = _events(), _signed()
    events.prove(signed)
    request.max_content_length = MOST_BYTES
    found = read_image_event(events.read(request.get_data()))
    if found is not None:
        with transaction() as session:
            settle(session, current_house(), found, signed.signature)
    return _text(SUCCESS)


@blueprint.get(f"{LINK_PATH}/<photo_id>")
@public
def photo(photo_id: str) -> Response:
    """Show a photo to whoever knows its link."""
    until, proof = request.args.get("until", ""), request.args.get("proof", "")
    with reading() as session:
        jpeg = open_link(session, current_house(), photo_id, until, proof)
    return _unkept(Response(jpeg, content_type="image/jpeg"))


def _events() -> WeChatEvents:
    found = current_house().wechat_events
    if found is None:
        raise WeChatEventsOff("没有设置 WECHAT_EVENTS_TOKEN；请联系管理员")
    return found


def _signed() -> Signed:
    return Signed(*(request.args.get(name, "") for name in ("signature", "timestamp", "nonce")))


def _text(words: str) -> Response:
    return _unkept(Response(words, content_type="text/plain; charset=utf-8"))


def _unkept(response: Response) -> Response:
    response.headers.update({"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"})
    return response
