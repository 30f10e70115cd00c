"""Checking what people write and show before the public sees it. Where no check is set up, people review."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

import structlog

from backend.infra.wechat import CHECKED_AT_ONCE, WeChat
from backend.infra.wechat_line import WeChatError, WeChatUnavailable

IMAGE_EVENT = "wxa_media_check"
_TRACE = re.compile(r"[0-9A-Za-z_-]{1,100}")


class Verdict(StrEnum):
    """What a check says. `UNKNOWN`: it could not be asked, or gave no answer, so a person has to look."""

    PASS = "pass"  # noqa: S105  (no password)
    REVIEW = "review"
    RISKY = "risky"
    UNKNOWN = "unknown"


_GRAVITY = (Verdict.RISKY, Verdict.REVIEW, Verdict.UNKNOWN, Verdict.PASS)


class TextCheck(Protocol):
    """Something that judges a text. It may take seconds: ask it in a job."""

    def judge(self, text: str, openid: str | None) -> Verdict:
        """Return a verdict; never raises for want of an answer."""
        ...


class ImageCheck(Protocol):
    """Something that fetches a picture and tells later what it thinks of it. Ask it in a job."""

    def ask(self, url: str, openid: str | None) -> str | None:
        """Return the trace under which the verdict will come; None where there will be none.

        Raises:
            WeChatUnavailable: ask again later.
        """
        ...


class NoCheck:
    """No check is set up: everything waits for a person."""

    def judge(self, text: str, openid: str | None) -> Verdict:
        """Say that a person has to look."""
        del text, openid
        return Verdict.UNKNOWN


class WeChatCheck:
    """WeChat's `msg_sec_check`; it judges only what a person of the mini-program wrote lately."""

    def __init__(self, wechat: WeChat) -> None:
        self._wechat = wechat

    def judge(self, text: str, openid: str | None) -> Verdict:
        """Ask WeChat, piece by piece where the text is long; the gravest answer holds for all of it."""
        if openid is None:
            return Verdict.UNKNOWN
        pieces = [text[at : at + CHECKED_AT_ONCE] for at in range(0, len(text), CHECKED_AT_ONCE)]
        verdicts = {self._judge_piece(piece, openid) for piece in pieces}
        return next((each for each in _GRAVITY if each in verdicts), Verdict.PASS)

    def _judge_piece(self, piece: str, openid: str) -> Verdict:
        try:
            found = self._wechat.check_text(openid, piece)
        except WeChatError as error:
            structlog.get_logger().warning("text-not-checked", answer=error.errcode, trace=error.trace)
            return Verdict.UNKNOWN
        except WeChatUnavailable:
            return Verdict.UNKNOWN
        return _verdict(found.suggest)


class WeChatImageCheck:
    """WeChat's `media_check_async`; it judges only what a person of the mini-program sent lately."""

    def __init__(self, wechat: WeChat) -> None:
        self._wechat = wechat

    def ask(self, url: str, openid: str | None) -> str | None:
        """Ask WeChat. What it refuses for good is left to a person."""
        if openid is None:
            return None
        try:
            return self._wechat.ask_about_image(openid, url)
        except WeChatError as error:
            if error.is_passing:
                raise WeChatUnavailable("微信图片检查暂不可用；稍后再试") from error
            structlog.get_logger().warning("image-not-checked", answer=error.errcode, trace=error.trace)
            return None


@dataclass(frozen=True, slots=True)
class ImageVerdict:
    """What WeChat says of a picture that it was asked about; `trace` is what the asking returned."""

    trace: str
    verdict: Verdict


def read_image_event(event: Mapping[str, Any]) -> ImageVerdict | None:
    """Return the verdict that an event of WeChat's carries; None where it is of another kind.

    `errcode` other than 0 says that the picture could not be fetched or judged.
    """
    trace, result = event.get("trace_id"), event.get("result")
    if event.get("Event") != IMAGE_EVENT or not isinstance(trace, str) or not _TRACE.fullmatch(trace):
        return None
    suggest = result.get("suggest") if isinstance(result, Mapping) and event.get("errcode", 0) == 0 else None
    return ImageVerdict(trace, _verdict(suggest))


def _verdict(suggest: object) -> Verdict:
    try:
        return Verdict(str(suggest))
    except ValueError:
        return Verdict.UNKNOWN
