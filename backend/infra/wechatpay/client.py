"""The merchant's side of WeChat Pay API v3: requests are signed, answers are proven before they are read."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import BinaryIO
from urllib.parse import quote, urlencode

from backend.infra.wechatpay.billfiles import BillLink, download_bill, read_link
from backend.infra.wechatpay.crypto import ApiV3Key
from backend.infra.wechatpay.errors import (
    REFUSED,
    AnswerMalformed,
    AnswerUnproven,
    ChannelFailed,
    ChannelRefused,
    ResourceUnknown,
    Unproven,
)
from backend.infra.wechatpay.facts import Refund, Transaction, read_refund, read_transaction
from backend.infra.wechatpay.keyfiles import load_apiv3_key, load_merchant_key, load_platform_keys
from backend.infra.wechatpay.notices import Notice, read_notice
from backend.infra.wechatpay.orders import Order, RefundRequest, check_refund_number, check_trade_number
from backend.infra.wechatpay.reading import Fields, NotAsPublished
from backend.infra.wechatpay.settings import WechatPaySettings
from backend.infra.wechatpay.signing import (
    Headers,
    MerchantKey,
    PlatformKeys,
    check_signature,
    request_message,
)
from backend.infra.wechatpay.transport import Answer, Transport
from backend.kernel.clock import Clock

NONCE_BYTES = 16
_TRANSACTIONS = "/v3/pay/transactions"
_REFUNDS = "/v3/refund/domestic/refunds"


class BillKind(StrEnum):
    """Which rows of a day a trade bill has."""

    ALL = "ALL"
    SUCCESS = "SUCCESS"
    REFUND = "REFUND"


class AccountKind(StrEnum):
    """Of which account of the merchant a fund-flow bill tells."""

    BASIC = "BASIC"
    OPERATION = "OPERATION"
    FEES = "FEES"


@dataclass(frozen=True, slots=True)
class Client:
    """What a merchant asks of WeChat Pay.

    Every method that asks may raise `NotSent`, `OutcomeUnknown` or `ChannelRefused`. After `OutcomeUnknown`
    the same number must be queried before anything is told to anybody.
    """

    merchant: MerchantKey
    platform: PlatformKeys
    apiv3_key: ApiV3Key = field(repr=False)
    transport: Transport
    clock: Clock

    def order_jsapi(self, order: Order, openid: str) -> str:
        """Place an order that is paid inside WeChat and return its prepay_id, valid for two hours."""
        body = order.to_json(self.merchant.mchid, self.clock()) | {"payer": {"openid": openid}}
        return self._text_of(self._call("POST", f"{_TRANSACTIONS}/jsapi", body), "prepay_id")

    def order_native(self, order: Order) -> str:
        """Place an order that is paid by scanning a QR code and return the code's content."""
        body = order.to_json(self.merchant.mchid, self.clock())
        return self._text_of(self._call("POST", f"{_TRANSACTIONS}/native", body), "code_url")

    def query(self, out_trade_no: str) -> Transaction:
        """Ask how an order stands.

        Raises:
            ResourceUnknown: WeChat Pay knows no such order, proven by its signature.
        """
        target = self._order_target(out_trade_no) + "?" + urlencode({"mchid": self.merchant.mchid})
        answer = self._call("GET", target)
        try:
            told = read_transaction(answer)
        except NotAsPublished as error:
            raise _malformed(error) from error
        if (told.mchid, told.out_trade_no) != (self.merchant.mchid, out_trade_no):
            raise AnswerMalformed("微信支付答复的是另一笔订单")
        return told

    def close(self, out_trade_no: str) -> None:
        """Close an order so that it can no longer be paid.

        Raises:
            OrderPaid: it was paid before; query it.
        """
        self._call("POST", self._order_target(out_trade_no) + "/close", {"mchid": self.merchant.mchid})

    def refund(self, request: RefundRequest) -> Refund:
        """Give money back. After any doubt ask again with the same number: it refunds once only."""
        return self._refund_of(self._call("POST", _REFUNDS, request.to_json()), request.out_refund_no)

    def query_refund(self, out_refund_no: str) -> Refund:
        """Ask how a refund stands.

        Raises:
            ResourceUnknown: WeChat Pay knows no such refund, proven by its signature.
        """
        check_refund_number(out_refund_no)
        return self._refund_of(
            self._call("GET", f"{_REFUNDS}/{quote(out_refund_no, safe='')}"), out_refund_no
        )

    def trade_bill(self, day: date, target: BinaryIO, kind: BillKind = BillKind.ALL) -> int:
        """Write a day's trade bill into `target` and return its length in bytes.

        What was written may be used only when this returns: the digest is known at the end.

        Raises:
            BillNotReady: none for that day, or not yet.
            BillUnusable: it is not the file whose digest WeChat Pay signed.
        """
        return self._bill("tradebill", {"bill_date": day.isoformat(), "bill_type": kind}, target)

    def fund_flow_bill(self, day: date, target: BinaryIO, account: AccountKind = AccountKind.BASIC) -> int:
        """Write a day's fund-flow bill into `target`, as of `trade_bill`."""
        return self._bill("fundflowbill", {"bill_date": day.isoformat(), "account_type": account}, target)

    def pay_params(self, appid: str, prepay_id: str) -> dict[str, str]:
        """Return what `wx.requestPayment` takes, signed with the merchant's key."""
        timestamp, nonce = str(int(self.clock().timestamp())), secrets.token_hex(NONCE_BYTES)
        package = f"prepay_id={prepay_id}"
        return {
            "timeStamp": timestamp,
            "nonceStr": nonce,
            "package": package,
            "signType": "RSA",
            "paySign": self.merchant.sign(f"{appid}\n{timestamp}\n{nonce}\n{package}\n".encode()),
        }

    def read_notice(self, headers: Headers, raw: bytes) -> Notice:
        """Prove, open and read a notice; see `notices.read_notice`."""
        return read_notice(headers, raw, keys=self.platform, apiv3_key=self.apiv3_key, now=self.clock())

    def check_connection(self) -> None:
        """Show that keys, clock and network serve: ask for an order that cannot be, and be told so.

        Raises:
            WechatPayRefusal: by its subclass, what does not serve.
        """
        try:
            self.query(f"check-{secrets.token_hex(12)}")
        except ResourceUnknown:
            return

    def _bill(self, path: str, query: dict[str, str], target: BinaryIO) -> int:
        answer = self._call("GET", f"/v3/bill/{path}?{urlencode(query | {'tar_type': 'GZIP'})}")
        try:
            link: BillLink = read_link(answer, self.transport.base_url)
        except NotAsPublished as error:
            raise _malformed(error) from error
        return download_bill(self.transport, self._headers("GET", link.target, b""), link, target)

    def _order_target(self, out_trade_no: str) -> str:
        check_trade_number(out_trade_no)
        return f"{_TRANSACTIONS}/out-trade-no/{quote(out_trade_no, safe='')}"

    def _refund_of(self, answer: Fields, out_refund_no: str) -> Refund:
        try:
            told = read_refund(answer)
        except NotAsPublished as error:
            raise _malformed(error) from error
        if told.out_refund_no != out_refund_no:
            raise AnswerMalformed("微信支付答复的是另一笔退款")
        return told

    def _text_of(self, answer: Fields, name: str) -> str:
        try:
            return answer.text(name)
        except NotAsPublished as error:
            raise _malformed(error) from error

    def _call(self, method: str, target: str, payload: dict[str, object] | None = None) -> Fields:
        body = b"" if payload is None else json.dumps(payload, ensure_ascii=False).encode()
        answer = self.transport.exchange(method, target, self._headers(method, target, body), body)
        try:
            check_signature(answer.headers, answer.body, keys=self.platform, now=self.clock())
        except Unproven as error:
            raise AnswerUnproven(
                f"微信支付的答复（状态 {answer.status}）核验不通过：{error.detail}"
            ) from error
        try:
            read = Fields.parse(answer.body) if answer.body else Fields({})
            return read if answer.status in {200, 204} else _refuse(answer, read)
        except NotAsPublished as error:
            raise _malformed(error) from error

    def _headers(self, method: str, target: str, body: bytes) -> dict[str, str]:
        timestamp, nonce = int(self.clock().timestamp()), secrets.token_hex(NONCE_BYTES)
        message = request_message(method, target, timestamp=timestamp, nonce=nonce, body=body)
        headers = {
            "Authorization": self.merchant.authorization(message, timestamp=timestamp, nonce=nonce),
            "Accept": "application/json",
            "User-Agent": "yishiting",
        }
        if body:
            headers["Content-Type"] = "application/json"
        asked_for = self.platform.asked_for()
        return headers | ({"Wechatpay-Serial": asked_for} if asked_for else {})


def open_client(settings: WechatPaySettings, clock: Clock) -> Client:
    """Read the key files and return a client that is ready to ask.

    Raises:
        PaymentKeysUnusable: a key file is missing, damaged or open to others.
    """
    return Client(
        merchant=load_merchant_key(settings),
        platform=load_platform_keys(settings.public_keys),
        apiv3_key=load_apiv3_key(settings),
        transport=Transport(settings.base_url),
        clock=clock,
    )


def _malformed(error: NotAsPublished) -> AnswerMalformed:
    return AnswerMalformed(f"微信支付的答复格式不对（{error}），请查询后再办")


def _refuse(answer: Answer, read: Fields) -> Fields:
    code, message = read.text_if_any("code") or "UNKNOWN", read.text_if_any("message")
    if answer.status >= 500 or code == "SYSTEM_ERROR":
        raise ChannelFailed(f"微信支付系统繁忙（{code}），请查询后再办")
    raise REFUSED.get(code, ChannelRefused)(code, message)
