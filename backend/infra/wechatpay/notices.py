"""Notices of WeChat Pay: proven on raw bytes, opened, and read once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from backend.infra.wechatpay.crypto import ApiV3Key, SealedResource
from backend.infra.wechatpay.errors import NoticeMalformed
from backend.infra.wechatpay.facts import (
    Refund,
    RefundState,
    TradeState,
    Transaction,
    read_refund,
    read_transaction,
)
from backend.infra.wechatpay.reading import Fields, NotAsPublished
from backend.infra.wechatpay.signing import Headers, PlatformKeys, check_signature

LONGEST_ID = 36


class EventType(StrEnum):
    """What a notice tells of."""

    PAID = "TRANSACTION.SUCCESS"
    REFUNDED = "REFUND.SUCCESS"
    REFUND_ABNORMAL = "REFUND.ABNORMAL"
    REFUND_CLOSED = "REFUND.CLOSED"


_STATES = {
    EventType.PAID: TradeState.SUCCESS,
    EventType.REFUNDED: RefundState.SUCCESS,
    EventType.REFUND_ABNORMAL: RefundState.ABNORMAL,
    EventType.REFUND_CLOSED: RefundState.CLOSED,
}


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice that WeChat Pay signed lately and that opened with our key.

    It is proven, but may come again and again, and need not fit what we ordered: keep `notice_id` unique,
    and hold the resource against the order with `check_payment` or `check_refund`.

    Attributes:
        notice_id: at most 36 characters; the same when the notice is sent anew.
        created_at: when WeChat Pay made it, in UTC.
        resource: the payment or the refund it tells of.
    """

    notice_id: str
    created_at: datetime
    event_type: EventType
    summary: str
    resource: Transaction | Refund


def read_notice(
    headers: Headers, raw: bytes, *, keys: PlatformKeys, apiv3_key: ApiV3Key, now: datetime
) -> Notice:
    """Prove, open and read a notice.

    Args:
        headers: all headers of the request as they arrived.
        raw: the request's body, the very bytes.
        keys: the keys of WeChat Pay that are trusted.
        apiv3_key: the merchant's key that opens the resource.
        now: the present instant.

    Raises:
        Unproven: it does not prove to come from WeChat Pay lately.
        DecryptionFailed: the resource does not open.
        NoticeMalformed: it is proven and not of the published form.
    """
    check_signature(headers, raw, keys=keys, now=now)
    try:
        return _read_envelope(Fields.parse(raw), apiv3_key)
    except NotAsPublished as error:
        raise NoticeMalformed(f"微信支付通知的格式不对（{error}）") from error


def _read_envelope(envelope: Fields, apiv3_key: ApiV3Key) -> Notice:
    notice_id = envelope.text("id")
    event = envelope.word("event_type", EventType)
    if len(notice_id) > LONGEST_ID:
        raise NotAsPublished("id: too long")
    if envelope.text("resource_type") != "encrypt-resource":
        raise NotAsPublished("resource_type")
    return Notice(
        notice_id=notice_id,
        created_at=envelope.instant("create_time"),
        event_type=event,
        summary=envelope.text_if_any("summary"),
        resource=_open_resource(event, envelope.object("resource"), apiv3_key),
    )


def _open_resource(event: EventType, resource: Fields, apiv3_key: ApiV3Key) -> Transaction | Refund:
    sealed = SealedResource(
        algorithm=resource.text("algorithm"),
        ciphertext=resource.text("ciphertext"),
        nonce=resource.text("nonce"),
        associated_data=resource.text_if_any("associated_data"),
    )
    if resource.text("original_type") != ("transaction" if event is EventType.PAID else "refund"):
        raise NotAsPublished("resource.original_type")
    opened = Fields.parse(apiv3_key.open(sealed))
    told = read_transaction(opened) if event is EventType.PAID else _read_refund_of_notice(opened)
    if told.state is not _STATES[event]:
        raise NotAsPublished("event_type and the state in the resource differ")
    return told


def _read_refund_of_notice(opened: Fields) -> Refund:
    refund = read_refund(opened, state_name="refund_status")
    if not refund.mchid:
        raise NotAsPublished("mchid: missing")
    return refund
