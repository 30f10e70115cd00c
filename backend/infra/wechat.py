"""The server APIs of WeChat mini-programs: signing in, phone numbers, subscribe messages, text checks.

One client, one access token for the whole data folder (stable mode: asking again does not kill the old one).
Facts: the published contract of each call, named beside it. Nothing here is called while a person waits, but
for signing in.
"""

from __future__ import annotations

import fcntl
import json
import os
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from backend.kernel.clock import Clock, parse_instant
from backend.kernel.refusal import Refusal

OFFICIAL = "https://api.weixin.qq.com"
SECONDS = 5
TOKEN_STALE = frozenset({40001, 40014, 42001})
NO_CONSENT = 43101
CODE_REFUSED = frozenset({40029, 40163, 40226})
EARLY = timedelta(minutes=5)
"""A token is renewed so long before its end."""


class WeChatUnavailable(Refusal):
    """WeChat is not set up, does not answer, or answers with an error of its own."""

    code = "wechat-unavailable"
    status = 503
    title = "微信接口暂不可用"


class WeChatCodeRefused(Refusal):
    """The code of a phone is wrong, used, or too old."""

    code = "wechat-code-refused"
    status = 401
    title = "微信登录凭证无效"


@dataclass(frozen=True, slots=True)
class WeChatSettings:
    """How to reach WeChat. The secret must not be shown: it is left out of the representation.

    Attributes:
        templates: by kind of message: {"template_id", "page", "data": {template key: name of a value}}.
    """

    appid: str
    secret: str
    base_url: str
    templates: Mapping[str, Mapping[str, Any]]

    def __repr__(self) -> str:
        """Show no secret."""
        return f"WeChatSettings(appid={self.appid!r}, base_url={self.base_url!r})"


class WeChatError(Exception):
    """WeChat answered with an error code."""

    def __init__(self, errcode: int, errmsg: str) -> None:
        self.errcode = errcode
        super().__init__(f"{errcode} {errmsg[:200]}")


class WeChat:
    """A client. `token_file` keeps the access token, readable by the server alone."""

    def __init__(self, settings: WeChatSettings, token_file: Path, clock: Clock) -> None:
        self.settings = settings
        self._token_file = token_file
        self._clock = clock

    def openid_of(self, code: str) -> str:
        """Return the openid of whoever's mini-program got this code (`code2Session`); the key is dropped.

        Raises:
            WeChatCodeRefused, WeChatUnavailable: what it says.
        """
        query = {
            "appid": self.settings.appid,
            "secret": self.settings.secret,
            "js_code": code,
            "grant_type": "authorization_code",
        }
        answer = self._for_person(lambda: self._get("/sns/jscode2session", query))
        return str(answer["openid"])

    def phone_of(self, code: str) -> str:
        """Return the phone number that a code of `getPhoneNumber` stands for (`getuserphonenumber`).

        Raises:
            WeChatCodeRefused, WeChatUnavailable: what it says.
        """
        body = {"code": code}
        answer = self._for_person(lambda: self._with_token("/wxa/business/getuserphonenumber", body))
        return str(answer["phone_info"]["purePhoneNumber"])

    def send_subscribed(self, openid: str, kind: str, values: Mapping[str, str]) -> None:
        """Send a subscribe message (`subscribe/send`); it uses up one consent of the person.

        Raises:
            WeChatError: refused by WeChat; 43101 says that no consent is left.
            WeChatUnavailable: no answer.
        """
        template = self.settings.templates[kind]
        body = {
            "touser": openid,
            "template_id": template["template_id"],
            "page": template.get("page", ""),
            "miniprogram_state": "formal",
            "lang": "zh_CN",
            "data": {key: {"value": fitting(key, values[name])} for key, name in template["data"].items()},
        }
        self._with_token("/cgi-bin/message/subscribe/send", body)

    def check_text(self, openid: str, text: str) -> str:
        """Return "pass", "review" or "risky" for a text (`msg_sec_check` version 2, scene 3).

        Raises:
            WeChatError: refused by WeChat. WeChatUnavailable: no answer.
        """
        body = {"version": 2, "scene": 3, "openid": openid, "content": text[:2500]}
        answer = self._with_token("/wxa/msg_sec_check", body)
        return str(answer["result"]["suggest"])

    def _for_person(self, call: Any) -> dict[str, Any]:
        try:
            found: dict[str, Any] = call()
        except WeChatError as error:
            if error.errcode in CODE_REFUSED:
                raise WeChatCodeRefused("微信登录凭证无效或已使用；请重新打开小程序再试") from error
            raise WeChatUnavailable("微信接口繁忙；请稍后再试，或用手机验证码登录") from error
        return found

    def _with_token(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Call with the access token; one that WeChat no longer knows is fetched anew, once."""
        try:
            return self._post(path, body, self._token(renew=False))
        except WeChatError as error:
            if error.errcode not in TOKEN_STALE:
                raise
            return self._post(path, body, self._token(renew=True))

    def _token(self, *, renew: bool) -> str:
        """Return the access token, fetched under a lock so that several processes do it once."""
        with os.fdopen(os.open(self._token_file, os.O_RDWR | os.O_CREAT, 0o600), "r+") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            kept = _read(file.read())
            now = self._clock()
            if not renew and kept is not None and now < kept[1]:
                return kept[0]
            token, until = self._fetch_token(now, renew=renew)
            file.seek(0)
            file.truncate()
            file.write(json.dumps({"token": token, "until": until.isoformat()}))
            return token

    def _fetch_token(self, now: datetime, *, renew: bool) -> tuple[str, datetime]:
        body = {
            "grant_type": "client_credential",
            "appid": self.settings.appid,
            "secret": self.settings.secret,
            "force_refresh": renew,
        }
        answer = self._post("/cgi-bin/stable_token", body, None)
        return str(answer["access_token"]), now + timedelta(seconds=int(answer["expires_in"])) - EARLY

    def _get(self, path: str, query: Mapping[str, str]) -> dict[str, Any]:
        return self._call(f"{path}?{urllib.parse.urlencode(query)}", None)

    def _post(self, path: str, body: Mapping[str, Any], token: str | None) -> dict[str, Any]:
        query = f"?{urllib.parse.urlencode({'access_token': token})}" if token else ""
        return self._call(path + query, json.dumps(body, ensure_ascii=False).encode())

    def _call(self, path: str, body: bytes | None) -> dict[str, Any]:
        """Call, and keep the address (it holds secrets) out of every error."""
        request = urllib.request.Request(  # noqa: S310  (the operator's own setting names the server)
            self.settings.base_url + path, data=body, headers={"Content-Type": "application/json"}
        )
        try:
            with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
                found = json.loads(answer.read())
        except (urllib.error.URLError, OSError, ValueError):
            raise WeChatUnavailable("微信接口没有应答；请稍后再试") from None
        if not isinstance(found, dict):
            raise WeChatUnavailable("微信接口应答无法识别；请稍后再试")
        if found.get("errcode"):
            raise WeChatError(int(found["errcode"]), str(found.get("errmsg", "")))
        return found


_LONGEST = {"thing": 20, "phrase": 5, "character_string": 32, "number": 32, "letter": 32, "name": 10}
"""How many characters WeChat takes for a value, by the name of its key without the number."""


def fitting(key: str, value: str) -> str:
    """Return a value cut to what WeChat takes for this key of a template."""
    most = _LONGEST.get(key.rstrip("0123456789"), 32)
    text = " ".join(value.split())
    return text if len(text) <= most else text[: most - 1] + "…"


def _read(text: str) -> tuple[str, datetime] | None:
    try:
        kept = json.loads(text)
        return kept["token"], parse_instant(kept["until"])
    except (ValueError, KeyError):
        return None
