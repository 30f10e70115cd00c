"""What messages know without a database: channels, quiet hours, and what fits into a template of WeChat."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta
from enum import StrEnum
from types import MappingProxyType

from backend.kernel.clock import CHINA
from backend.kernel.refusal import BadInput, Refusal

MOST_CONSENTS_AT_ONCE = 3
"""Templates in one dialog of WeChat."""
MOST_CONSENTS_LEFT = 100
"""More are not counted for one template: nobody is sent as many, and the ledger stays small."""
SUBJECTS = MappingProxyType(
    {
        "ballot": "表决提醒",
        "assembly": "业主大会有新进展",
        "ticket": "工单有新进展",
        "home": "房屋绑定审核结果",
        "fee": "物业账单与缴费",
        "disclosure": "小区收支公布",
    }
)
"""What a message is about where its sender says nothing else, by the first word of its kind."""
ANY_SUBJECT = "您有新的消息"
NOTE = "请打开小程序查看详情"
HOME_CONFIRMED = "您申请绑定的{community} {home} 已通过审核，现在可以为这套房屋报修和查看小区事务。"
HOME_REFUSED = "您申请绑定的{community} {home} 未通过审核；如有疑问，请联系物业或社区，或补充材料后重新申请。"


class Channel(StrEnum):
    """How a message goes out besides the inbox."""

    WECHAT = "wechat"
    SMS = "sms"


class DeliveryState(StrEnum):
    """What became of a message on a channel.

    TRYING: begun, and to be tried again. REFUSED: the channel will not carry it. FAILED: given up after
    several tries without an answer. UNAVAILABLE: this server has no such channel.
    """

    TRYING = "trying"
    SENT = "sent"
    REFUSED = "refused"
    FAILED = "failed"
    UNAVAILABLE = "unavailable"


class ConsentOutcome(StrEnum):
    """How a consent ended: a message used it up, or WeChat knew of none."""

    SENT = "sent"
    GONE = "gone"


class WeChatNotLinked(Refusal):
    """The account has no mini-program to which a consent could belong."""

    code = "wechat-not-linked"
    title = "尚未关联微信"


class ConsentKindUnknown(BadInput):
    """There is no template for a kind on this server."""

    code = "consent-kind-unknown"
    title = "没有这类消息"


def sendable_at(now: datetime, quiet: tuple[int, int] | None, *, urgent: bool) -> datetime:
    """Return when a message may go out: now, or at the end of the quiet hours it falls into.

    `quiet` is begin (included) and end (not included) in minutes of the day in +08:00, over midnight if the
    end is smaller.
    """
    if urgent or quiet is None:
        return now
    here = now.astimezone(CHINA)
    minute, (begin, end) = here.hour * 60 + here.minute, quiet
    is_quiet = begin <= minute < end if begin <= end else (minute >= begin or minute < end)
    if not is_quiet:
        return now
    day = here.date() + timedelta(days=1 if begin > end and minute >= begin else 0)
    return datetime.combine(day, time(end // 60, end % 60), CHINA).astimezone(now.tzinfo)


def subject_of(kind: str, given: str) -> str:
    """Return what a message is about, in words that may be read over somebody's shoulder."""
    return without_personal(given) or SUBJECTS.get(kind.split("-", maxsplit=1)[0], ANY_SUBJECT)


_NUMBER = re.compile(r"(?<![0-9])(?:[0-9]{17}[0-9Xx]|1[3-9][0-9]{9}|0[0-9]{2,3}-?[0-9]{7,8})(?![0-9])")
_HOME = re.compile(r"[0-9A-Za-z]+(?:号楼|栋|幢|座|单元|室)|(?<![0-9])[0-9]{1,3}(?:[-－—][0-9]{1,4}){2,}")


def without_personal(text: str) -> str:
    """Return the text in one line, with stars for what looks like a phone, document number or home.

    A safety net only: whoever words a subject names nobody and no home.
    """
    return _HOME.sub("*", _NUMBER.sub("*", " ".join(text.split())))


def _printable(text: str) -> str:
    """Drop what WeChat may count as two characters or refuse: signs beyond the basic plane, controls."""
    return "".join(sign for sign in text if sign.isprintable() and ord(sign) <= 0xFFFF)


def _only(pattern: str) -> Callable[[str], str]:
    kept = re.compile(pattern)
    return lambda text: "".join(kept.findall(text))


_CHINESE, _ASCII = _only(r"[\u4e00-\u9fff]"), _only(r"[\x20-\x7e]")
_FITTING: Mapping[str, tuple[Callable[[str], str], int, str]] = MappingProxyType(
    {
        "thing": (_printable, 20, ANY_SUBJECT),
        "phrase": (_CHINESE, 5, "有新消息"),
        "name": (_CHINESE, 10, "消息"),
        "character_string": (_ASCII, 32, "-"),
        "letter": (_only(r"[A-Za-z]"), 32, "A"),
        "symbol": (_only(r"[\x21-\x2f]"), 5, "-"),
        "number": (_only(r"[0-9]"), 32, "0"),
        "phone_number": (_only(r"[0-9+-]"), 17, "0"),
    }
)
"""By the kind of a template's field: which signs WeChat takes, how many, and what stands for nothing."""


def fitting(field: str, value: str) -> str:
    """Return a value as WeChat takes it for this field of a template, such as thing1: cut, never refused.

    Source: the limits of `message/subscribe/send`; a value beyond them is refused as a whole (47003).
    """
    clean, most, otherwise = _FITTING.get(field.rstrip("0123456789"), (_printable, 32, "-"))
    text = clean(" ".join(value.split())).strip()
    if len(text) > most:
        text = text[: most - 1] + "…" if clean is _printable else text[:most]
    return text or otherwise
