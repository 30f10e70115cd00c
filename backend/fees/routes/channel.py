"""What WeChat Pay calls: the address of its notices, outside /api/v1, since the forms are the channel's."""

from __future__ import annotations

import hashlib

import structlog
from flask import Blueprint, Response, jsonify, request

from backend.fees.service.channel import NOTICES, channel_of
from backend.fees.service.incidents import Incident, keep_incident
from backend.fees.service.notices import keep_refused, take_notice
from backend.infra.auth import public
from backend.infra.db import transaction
from backend.infra.house import House, current_house
from backend.infra.wechatpay.acknowledging import TAKEN, failed
from backend.infra.wechatpay.errors import DecryptionFailed, NoticeMalformed, SignatureProbe, Unproven
from backend.infra.wechatpay.notices import Notice
from backend.kernel.refusal import Refusal

LARGEST_NOTICE = 64 * 1024
pages = Blueprint("wechatpay", __name__)


@pages.post(NOTICES)
@public
def hear() -> Response:
    """Take a notice of WeChat Pay's; whatever is not taken is answered so that it comes again."""
    house = current_house()
    request.max_content_length = LARGEST_NOTICE
    raw = request.get_data()
    try:
        notice = channel_of(house).client.read_notice(list(request.headers.items()), raw)
    except Unproven as refusal:
        if not isinstance(refusal, SignatureProbe):
            structlog.get_logger().warning("notice-unproven", code=refusal.code)
        return _failed(refusal)
    except (NoticeMalformed, DecryptionFailed) as refusal:
        _keep_unread(house, raw, refusal)
        return _failed(refusal)
    except Refusal as refusal:
        return _failed(refusal)
    return _taken(house, notice)


def _taken(house: House, notice: Notice) -> Response:
    try:
        with transaction() as session:
            take_notice(session, house, notice)
    except Refusal as refusal:
        with transaction() as session:
            keep_refused(session, house, notice, refusal)
        return _failed(refusal)
    return Response(status=TAKEN[0])


def _keep_unread(house: House, raw: bytes, refusal: Refusal) -> None:
    with transaction() as session:
        keep_incident(session, house, Incident(refusal, hashlib.sha256(raw).hexdigest()))


def _failed(refusal: Refusal) -> Response:
    status, body = failed(refusal)
    answer = jsonify(body)
    answer.status_code = status
    return answer
