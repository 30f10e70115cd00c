"""Events that WeChat pushes to the mini-program's message server (消息推送), in plain text mode and as JSON.

WeChat signs the address of a call, not its content. So the line has to be https, a signature lives for five
minutes, and whoever acts on an event makes sure that one signature serves for one event.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from backend.kernel.clock import Clock
from backend.kernel.refusal import BadInput, Forbidden

WINDOW = timedelta(minutes=5)
"""How far a call's time may be from ours, either way."""
MOST_BYTES = 64 * 1024
_SECONDS = re.compile(r"[0-9]{10}")
"""Of one length, so that no digit can be moved from the nonce to the time, which are signed as one text."""


class WeChatEventForged(Forbidden):
    """The signature is not WeChat's, or the event is of another mini-program."""

    code = "wechat-event-forged"
    title = "这不是微信发来的消息"


class WeChatEventStale(Forbidden):
    """The signature was made too long ago, or in the future."""

    code = "wechat-event-stale"
    title = "微信消息的时间不对"


class WeChatEventUnreadable(BadInput):
    """The content is not an event as JSON in plain text."""

    code = "wechat-event-unreadable"
    title = "微信消息无法识别"


@dataclass(frozen=True, slots=True)
class Signed:
    """What WeChat adds to the address of each call."""

    signature: str
    timestamp: str
    nonce: str


@dataclass(frozen=True, slots=True)
class WeChatEvents:
    """What an event is proved by. `clock` is the machine's, in a drill too: WeChat knows of no other."""

    appid: str
    token: str = field(repr=False)
    clock: Clock

    def prove(self, signed: Signed) -> None:
        """Make sure that WeChat made the call, and made it just now.

        Raises:
            WeChatEventForged, WeChatEventStale: it did not.
        """
        made = signature_of(self.token, signed.timestamp, signed.nonce)
        if not hmac.compare_digest(made.encode(), signed.signature.encode()):
            raise WeChatEventForged("签名不符；请核对 WECHAT_EVENTS_TOKEN 与小程序后台的令牌是否一致")
        if not _SECONDS.fullmatch(signed.timestamp):
            raise WeChatEventStale("消息的时间戳无法识别")
        if abs(self.clock().timestamp() - int(signed.timestamp)) > WINDOW.total_seconds():
            raise WeChatEventStale("消息的时间与服务器相差超过五分钟；请校准服务器时钟")

    def read(self, content: bytes) -> Mapping[str, Any]:
        """Return the event of a call that was proved.

        Raises:
            WeChatEventUnreadable: it is XML, encrypted, or no event at all.
            WeChatEventForged: it names another mini-program.
        """
        try:
            found = json.loads(content)
        except (ValueError, RecursionError) as error:
            raise WeChatEventUnreadable("请在小程序后台把消息推送的数据格式设为 JSON") from error
        if not isinstance(found, dict) or "MsgType" not in found:
            raise WeChatEventUnreadable("请在小程序后台把消息推送设为明文模式、JSON 格式")
        if found.get("appid", self.appid) != self.appid:
            raise WeChatEventForged("消息属于另一个小程序")
        return found


def signature_of(token: str, timestamp: str, nonce: str) -> str:
    """Return the SHA-1 (hex) by which WeChat shows that it knows the token."""
    return hashlib.sha1("".join(sorted((token, timestamp, nonce))).encode()).hexdigest()  # noqa: S324  (WeChat's choice)
