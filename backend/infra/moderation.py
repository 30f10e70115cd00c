"""Checking what people write before the public sees it. Where no check is set up, people review."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

from backend.infra.wechat import WeChat, WeChatError, WeChatUnavailable


class Verdict(StrEnum):
    """What a check says. `UNKNOWN`: it could not be asked, so a person has to look."""

    PASS = "pass"  # noqa: S105  (no password)
    REVIEW = "review"
    RISKY = "risky"
    UNKNOWN = "unknown"


class TextCheck(Protocol):
    """Something that judges a text; photos always wait for a person."""

    def judge(self, text: str, openid: str | None) -> Verdict:
        """Return a verdict; never raises for want of an answer."""
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
        """Ask WeChat."""
        if openid is None:
            return Verdict.UNKNOWN
        try:
            return Verdict(self._wechat.check_text(openid, text))
        except (WeChatError, WeChatUnavailable, ValueError, KeyError):
            return Verdict.UNKNOWN
