"""The payment channel as fees use it: the client, whom orders name, and who acts when it speaks."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from backend.fees.models import PayOrder
from backend.fees.rules.pay_refusals import WechatPayOff
from backend.fees.service.clerk import Clerk
from backend.infra.house import House
from backend.infra.wechatpay.client import Client
from backend.infra.wechatpay.facts import Expected

NOTICES = "/wechatpay/notices"
"""Where the channel sends its notices, under PUBLIC_URL."""
WRITER = "wechatpay"
"""Who stands in the books and the audit trail where the channel's word was entered."""


@dataclass(frozen=True, slots=True)
class Channel:
    """The client with what every order names."""

    client: Client
    appid: str
    notify_url: str

    @property
    def mchid(self) -> str:
        """Return the merchant's number."""
        return self.client.merchant.mchid


def channel_of(house: House) -> Channel:
    """Return the payment channel. Raises WechatPayOff where there is none."""
    if house.wechatpay is None or house.settings.wechat is None:
        raise WechatPayOff("本服务器未设置微信支付商户号；请以其他方式缴费，或联系物业")
    appid = house.settings.wechat.appid
    return Channel(house.wechatpay, appid, f"{house.settings.public_url}{NOTICES}")


def channel_clerk(session: Session, house: House, community_id: str) -> Clerk:
    """Return the clerk who enters what the channel proved to have said."""
    return Clerk(session, house, community_id, WRITER)


def expected_of(order: PayOrder) -> Expected:
    """Return what was ordered, to be held against what the channel states."""
    return Expected(order.mchid, order.appid, order.out_trade_no, order.amount_fen)
