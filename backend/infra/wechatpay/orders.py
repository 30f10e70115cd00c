"""What we ask WeChat Pay for, checked against its limits before anything is sent."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from backend.infra.wechatpay.errors import OrderMalformed
from backend.infra.wechatpay.facts import CURRENCY
from backend.infra.wechatpay.reading import LARGEST_FEN
from backend.infra.wechatpay.settings import LOOPBACK
from backend.kernel.clock import format_instant

TRADE_NUMBER = re.compile(r"[0-9A-Za-z_\-|*]{6,32}")
REFUND_NUMBER = re.compile(r"[0-9A-Za-z_\-|*@]{1,64}")
LONGEST_DESCRIPTION = 127
LONGEST_ATTACH = 128
LONGEST_REASON = 80
LONGEST_URL = 255
SOONEST_EXPIRY = timedelta(minutes=1)
NOT_IN_A_BILL = re.compile(r"[`\x00-\x1f\x7f]")
"""The channel's bill files separate fields by a comma and a backtick, and quote nothing."""


@dataclass(frozen=True, slots=True)
class Order:
    """An order to be paid.

    Attributes:
        out_trade_no: our number, unique for the merchant for ever: 6 to 32 of 0-9 A-Z a-z _ - | *.
        description: what the payer reads, at most 127 characters.
        amount_fen: in fen, at least 1.
        notify_url: where notices go; https, without a query.
        expires_at: until when it can be paid; WeChat Pay's own limit (7 days) when None.
        attach: comes back in notices and bills, at most 128 characters.
    """

    appid: str
    out_trade_no: str
    description: str
    amount_fen: int
    notify_url: str
    expires_at: datetime | None = None
    attach: str = ""

    def __post_init__(self) -> None:
        check_trade_number(self.out_trade_no)
        _check_text("商品描述", self.description, least=1, most=LONGEST_DESCRIPTION)
        _check_text("附加数据", self.attach, least=0, most=LONGEST_ATTACH)
        _check_amount(self.amount_fen)
        _check_notify_url(self.notify_url)

    def to_json(self, mchid: str, now: datetime) -> dict[str, object]:
        """Return the order as WeChat Pay takes it; a JSAPI order lacks its payer still.

        Raises:
            OrderMalformed: it would end in less than a minute.
        """
        body: dict[str, object] = {
            "appid": self.appid,
            "mchid": mchid,
            "description": self.description,
            "out_trade_no": self.out_trade_no,
            "notify_url": self.notify_url,
            "amount": {"total": self.amount_fen, "currency": CURRENCY},
        }
        if self.expires_at is not None:
            if self.expires_at - now < SOONEST_EXPIRY:
                raise OrderMalformed("订单的支付截止时间至少要在一分钟之后")
            body["time_expire"] = format_instant(self.expires_at.replace(microsecond=0))
        return body | ({"attach": self.attach} if self.attach else {})


@dataclass(frozen=True, slots=True)
class RefundRequest:
    """A refund of a paid order, whole or in part.

    Attributes:
        out_refund_no: our number; asking again with the same number refunds once only.
        refund_fen: how much is given back, in fen.
        total_fen: what the order was for, in fen.
        reason: what the payer reads, at most 80 characters.
        notify_url: where notices go; https, without a query; empty: none are sent.
    """

    out_trade_no: str
    out_refund_no: str
    refund_fen: int
    total_fen: int
    reason: str = ""
    notify_url: str = ""

    def __post_init__(self) -> None:
        check_trade_number(self.out_trade_no)
        check_refund_number(self.out_refund_no)
        _check_text("退款原因", self.reason, least=0, most=LONGEST_REASON)
        _check_amount(self.refund_fen)
        _check_amount(self.total_fen)
        if self.refund_fen > self.total_fen:
            raise OrderMalformed("退款金额不能超过订单金额")
        if self.notify_url:
            _check_notify_url(self.notify_url)

    def to_json(self) -> dict[str, object]:
        """Return the request as WeChat Pay takes it."""
        body: dict[str, object] = {
            "out_trade_no": self.out_trade_no,
            "out_refund_no": self.out_refund_no,
            "amount": {"refund": self.refund_fen, "total": self.total_fen, "currency": CURRENCY},
        }
        optional = {"reason": self.reason, "notify_url": self.notify_url}
        return body | {name: value for name, value in optional.items() if value}


def check_trade_number(number: str) -> None:
    """Refuse a number that no order of ours can have.

    Raises:
        OrderMalformed: not 6 to 32 of the allowed characters.
    """
    if not TRADE_NUMBER.fullmatch(number):
        raise OrderMalformed("商户订单号应为 6 至 32 位数字、字母或 _ - | *")


def check_refund_number(number: str) -> None:
    """Refuse a number that no refund of ours can have.

    Raises:
        OrderMalformed: not 1 to 64 of the allowed characters.
    """
    if not REFUND_NUMBER.fullmatch(number):
        raise OrderMalformed("商户退款单号应为 1 至 64 位数字、字母或 _ - | * @")


def _check_text(what: str, text: str, *, least: int, most: int) -> None:
    if not least <= len(text) <= most:
        raise OrderMalformed(f"{what}应为 {least} 至 {most} 个字")
    if NOT_IN_A_BILL.search(text):
        raise OrderMalformed(f"{what}不能含有反引号、换行等符号")


def _check_amount(amount_fen: int) -> None:
    if isinstance(amount_fen, bool) or not isinstance(amount_fen, int):
        raise OrderMalformed("金额应为整数分")
    if not 1 <= amount_fen <= LARGEST_FEN:
        raise OrderMalformed("金额至少为 1 分")


def _check_notify_url(url: str) -> None:
    parts = urlsplit(url)
    is_local = parts.scheme == "http" and parts.hostname in LOOPBACK
    is_safe = bool(parts.hostname) and (parts.scheme == "https" or is_local)
    if not is_safe or "?" in url or "#" in url or len(url) > LONGEST_URL:
        raise OrderMalformed("通知地址应为 https 地址，不带参数，不超过 255 个字符")
