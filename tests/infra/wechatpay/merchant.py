"""Makers for tests of payments: a client, an order, and what was expected of it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from backend.infra.config import Settings
from backend.infra.wechatpay.client import Client, open_client
from backend.infra.wechatpay.facts import Expected
from backend.infra.wechatpay.orders import Order
from backend.kernel.clock import Clock
from tests.houses import some_settings
from tests.standins.wechatpay_keys import APPID, MCHID, write_keys

NUMBER = "YST20260302-0001"


def wechatpay_settings(folder: Path, base_url: str, *kinds: str) -> Settings:
    """Settings of a server that takes payments, with key files in a folder."""
    environment = write_keys(folder, frozenset(kinds or {"public-key"}))
    return some_settings(folder / "data", **environment, WECHATPAY_BASE_URL=base_url)


def a_client(folder: Path, base_url: str, clock: Clock, *kinds: str) -> Client:
    """A client of a gateway that knows these kinds of its keys."""
    settings = wechatpay_settings(folder, base_url, *kinds).wechatpay
    assert settings is not None
    return open_client(settings, clock)


def an_order(
    *,
    out_trade_no: str = NUMBER,
    amount_fen: int = 12345,
    description: str = "物业费 2026年3月",
    notify_url: str = "https://pay.example/notices",
    expires_at: datetime | None = None,
    attach: str = "",
) -> Order:
    """An order of 123.45 yuan."""
    return Order(APPID, out_trade_no, description, amount_fen, notify_url, expires_at, attach)


def expected(*, out_trade_no: str = NUMBER, amount_fen: int = 12345) -> Expected:
    """What was ordered."""
    return Expected(MCHID, APPID, out_trade_no, amount_fen)
