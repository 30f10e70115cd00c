"""What a running server has at hand: settings, clock, keys and ways out, made once and handed in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast
from urllib.parse import urlsplit

import structlog
from flask import Flask, current_app

from backend.infra.config import Settings, SettingsError
from backend.infra.datafolder import clock_of, open_data_folder
from backend.infra.fields import Fields
from backend.infra.files import FileStore
from backend.infra.moderation import ImageCheck, NoCheck, TextCheck, WeChatCheck, WeChatImageCheck
from backend.infra.receipt_keys import ReceiptKeys, load_receipt_keys
from backend.infra.secrets import Keys, load_keys
from backend.infra.sms import SmsSender, sender_of
from backend.infra.wechat import WeChat
from backend.infra.wechat_events import WeChatEvents
from backend.infra.wechatpay.client import Client, open_client
from backend.infra.wechatpay.settings import LOOPBACK
from backend.kernel.clock import Clock, SystemClock

_NAME = "yishiting"


@dataclass(frozen=True, slots=True)
class House:
    """The things of this server that routes hand to services.

    `is_drill` must stand in everything the server signs. Pictures are checked where WeChat can tell the
    verdict: there are both `image_check` and `wechat_events`, or neither. Where `wechatpay` is None, nothing
    is paid by WeChat here; else the appid that orders name is that of `settings.wechat`, which is then there,
    and the channel's notices come to an address under `settings.public_url`.
    """

    settings: Settings
    is_drill: bool
    clock: Clock
    keys: Keys
    receipt_keys: ReceiptKeys
    fields: Fields
    files: FileStore
    sms: SmsSender
    wechat: WeChat | None
    text_check: TextCheck
    image_check: ImageCheck | None
    wechat_events: WeChatEvents | None
    wechatpay: Client | None


def open_house(settings: Settings) -> House:
    """Open the data folder (begin it if empty) and make everything that depends on it.

    Raises:
        SettingsError, KeysUnusable: the folder cannot be used; the message says why and what to do.
    """
    is_drill = open_data_folder(settings)
    keys = load_keys(settings.data_dir / "keys")
    wechat = _wechat(settings)
    events = _wechat_events(settings)
    return House(
        settings=settings,
        is_drill=is_drill,
        clock=clock_of(settings),
        keys=keys,
        receipt_keys=load_receipt_keys(settings.data_dir / "keys"),
        fields=Fields(keys),
        files=FileStore(settings.data_dir / "files"),
        sms=sender_of(settings),
        wechat=wechat,
        text_check=WeChatCheck(wechat) if wechat else NoCheck(),
        image_check=WeChatImageCheck(wechat) if wechat and events else None,
        wechat_events=events,
        wechatpay=_wechatpay(settings, is_drill=is_drill),
    )


def _wechat(settings: Settings) -> WeChat | None:
    """Return WeChat's client; its tokens end by the machine's time, in a drill too."""
    if settings.wechat is None:
        return None
    return WeChat(settings.wechat, settings.data_dir / "keys" / "wechat-token.json", SystemClock())


def _wechat_events(settings: Settings) -> WeChatEvents | None:
    if settings.wechat is None or not settings.wechat.events_token:
        return None
    return WeChatEvents(settings.wechat.appid, settings.wechat.events_token, SystemClock())


def _wechatpay(settings: Settings, *, is_drill: bool) -> Client | None:
    """Return the merchant's client. A drill takes no money: its clock is wrong, its debts are none.

    Raises:
        SettingsError: orders would lack an appid, or notices an address that the channel accepts.
        PaymentKeysUnusable: a key file is missing, damaged or open to others.
    """
    if settings.wechatpay is None:
        return None
    if settings.wechat is None:
        raise SettingsError("WECHATPAY_MCHID: orders name an appid; set WECHAT_APPID and WECHAT_SECRET too")
    if not _is_private(settings.public_url):
        raise SettingsError("PUBLIC_URL: WeChat Pay sends its notices there; set it to https://HOST")
    if is_drill and urlsplit(settings.wechatpay.base_url).hostname not in LOOPBACK:
        structlog.get_logger().warning("wechatpay-off", reason="a drill takes no money")
        return None
    return open_client(settings.wechatpay, clock_of(settings) if is_drill else SystemClock())


def _is_private(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)


def join_house(app: Flask, house: House) -> None:
    """Make the house available to the application's requests and jobs."""
    app.extensions[_NAME] = house


def current_house() -> House:
    """Return the house of the application that handles this request or job."""
    return cast("House", current_app.extensions[_NAME])
