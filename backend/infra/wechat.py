"""The server APIs of WeChat mini-programs: signing in, phone numbers, subscribe messages, content checks.

One access token for the whole data folder, in stable mode: asking again does not kill the one in use. Only
signing in is called while a person waits; all else belongs into jobs of the outbox.
"""

from __future__ import annotations

import fcntl
import json
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import structlog

from backend.infra.wechat_line import WeChatError, WeChatLine, WeChatUnavailable
from backend.infra.wechat_settings import WeChatSettings
from backend.kernel.clock import Clock, parse_instant
from backend.kernel.refusal import Refusal

NO_CONSENT = 43101
TOKEN_STALE = frozenset({40001, 40014, 42001})
CODE_REFUSED = frozenset({40029, 40163, 41008})
PERSON_REFUSED = 40226
TOO_OFTEN = 45011
EARLY = timedelta(minutes=5)
"""A token is renewed so long before its end."""
PERSONS_AT_ONCE = 2
"""How many people of one process may wait for WeChat, so that the others' requests find a thread."""
CHECKED_AT_ONCE = 2500
"""The most characters of `msg_sec_check`, version 2."""
FORUM = 3
"""The scene of a text or picture that others will see."""
IMAGE = 2
CHINA_CODE = "86"


class WeChatCodeRefused(Refusal):
    """The code of a phone is wrong, used, or too old: it lives five minutes and serves once."""

    code = "wechat-code-refused"
    status = 401
    title = "微信登录凭证无效"


class WeChatPersonRefused(Refusal):
    """WeChat itself blocks this person's sign-in as risky (40226)."""

    code = "wechat-person-refused"
    status = 403
    title = "微信拒绝了这次登录"


class WeChatTooOften(Refusal):
    """A person asked WeChat more often than it answers in a minute (45011)."""

    code = "wechat-too-often"
    status = 429
    title = "微信登录过于频繁"


class WeChatPhoneForeign(Refusal):
    """The phone is not a mainland one, to which all of this server's records refer."""

    code = "wechat-phone-foreign"
    status = 422
    title = "微信绑定的不是中国大陆手机号"


@dataclass(frozen=True, slots=True)
class TextVerdict:
    """What `msg_sec_check` says of a text: `suggest` is pass, review or risky; `trace` names the call."""

    suggest: str
    label: int
    trace: str


class WeChat:
    """A client. `token_file` keeps the access token, readable by the server alone."""

    def __init__(
        self, settings: WeChatSettings, token_file: Path, clock: Clock, line: WeChatLine | None = None
    ) -> None:
        self.settings = settings
        self._token_file = token_file
        self._clock = clock
        self._line = line or WeChatLine(settings.base_url)
        self._persons = threading.BoundedSemaphore(PERSONS_AT_ONCE)

    def openid_of(self, code: str) -> str:
        """Return the openid of whoever's mini-program got this code (`code2Session`).

        The session key that WeChat sends along is dropped here: it is neither kept nor passed on.

        Raises:
            WeChatCodeRefused, WeChatPersonRefused, WeChatTooOften, WeChatUnavailable: what they say.
        """
        query = {
            "appid": self.settings.appid,
            "secret": self.settings.secret,
            "js_code": code,
            "grant_type": "authorization_code",
        }
        with self._one_person():
            answer = self._line.call("/sns/jscode2session", query)
        openid = answer.get("openid")
        if not isinstance(openid, str) or not openid:
            raise WeChatUnavailable("微信接口的应答无法识别；请稍后再试")
        return openid

    def phone_of(self, code: str) -> str:
        """Return the mobile number for which the person handed out this code (`getuserphonenumber`).

        Raises:
            WeChatPhoneForeign: not a number of the mainland.
            WeChatCodeRefused, WeChatTooOften, WeChatUnavailable: what they say.
        """
        with self._one_person():
            answer = self._with_token("/wxa/business/getuserphonenumber", {"code": code})
        found = answer.get("phone_info") or {}
        if (found.get("watermark") or {}).get("appid") != self.settings.appid:
            raise WeChatUnavailable("微信接口的应答不属于本小程序；请联系管理员")
        if str(found.get("countryCode")) != CHINA_CODE:
            raise WeChatPhoneForeign("微信绑定的不是中国大陆手机号；请改用短信验证码登录")
        return str(found.get("purePhoneNumber", ""))

    def send_subscribed(self, openid: str, template_id: str, page: str, fields: Mapping[str, str]) -> str:
        """Send a subscribe message (`message/subscribe/send`), which uses up one consent; return its trace.

        Raises:
            WeChatError: refused; `NO_CONSENT` says that none is left, or that the person turned it off.
            WeChatUnavailable: no answer.
        """
        body = {
            "touser": openid,
            "template_id": template_id,
            "page": page,
            "miniprogram_state": "formal",
            "lang": "zh_CN",
            "data": {name: {"value": value} for name, value in fields.items()},
        }
        return str(self._with_token("/cgi-bin/message/subscribe/send", body).get("msgid", ""))

    def check_text(self, openid: str, text: str) -> TextVerdict:
        """Have a text of at most `CHECKED_AT_ONCE` characters judged (`msg_sec_check`, version 2).

        WeChat judges only for a person who used the mini-program within two hours.

        Raises:
            ValueError: the text is longer. WeChatError: refused. WeChatUnavailable: no answer.
        """
        if len(text) > CHECKED_AT_ONCE:
            raise ValueError(f"{len(text)} characters, at most {CHECKED_AT_ONCE} are judged")
        body = {"version": 2, "scene": FORUM, "openid": openid, "content": text}
        answer = self._with_token("/wxa/msg_sec_check", body)
        result = answer.get("result") or {}  # judged by this: errcode 0 only says that it was judged
        label, trace = int(result.get("label", 0)), str(answer.get("trace_id", ""))
        return TextVerdict(str(result.get("suggest", "")), label, trace)

    def ask_about_image(self, openid: str, url: str) -> str:
        """Have WeChat fetch and judge a picture (`media_check_async`, version 2); return the trace.

        The verdict comes within half an hour as an event that names the trace.

        Raises:
            WeChatError: refused. WeChatUnavailable: no answer, or none with a trace.
        """
        body = {"media_url": url, "media_type": IMAGE, "version": 2, "scene": FORUM, "openid": openid}
        trace = self._with_token("/wxa/media_check_async", body).get("trace_id")
        if not isinstance(trace, str) or not trace:
            raise WeChatUnavailable("微信接口的应答无法识别；请稍后再试")
        return trace

    @contextmanager
    def _one_person(self) -> Iterator[None]:
        """Let few people wait at once, and put WeChat's refusals into words for them."""
        if not self._persons.acquire(blocking=False):
            raise WeChatUnavailable("微信登录繁忙；请稍后再试，或用手机验证码登录")
        try:
            yield
        except WeChatError as error:
            raise _in_words(error) from error
        finally:
            self._persons.release()

    def _with_token(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Call with the access token; one that WeChat no longer knows is fetched anew, once."""
        token = self._token(refused=None)
        try:
            return self._line.call(path, {"access_token": token}, body)
        except WeChatError as error:
            if error.errcode not in TOKEN_STALE:
                raise
        return self._line.call(path, {"access_token": self._token(refused=token)}, body)

    def _token(self, *, refused: str | None) -> str:
        """Return the access token, fetched under a lock so that processes and threads do it once.

        `refused` is one that WeChat no longer takes; where another has been kept since, that one is it.
        """
        with os.fdopen(os.open(self._token_file, os.O_RDWR | os.O_CREAT, 0o600), "r+") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            kept, until = _read_token(file.read())
            if kept is not None and kept != refused and self._clock() < until:
                return kept
            token, until = self._fetch_token(refused)
            file.seek(0)
            file.truncate()
            file.write(json.dumps({"token": token, "until": until.isoformat()}))
            return token

    def _fetch_token(self, refused: str | None) -> tuple[str, datetime]:
        """Ask gently first: forcing a new token would kill the one that another machine may be using."""
        token, until = self._ask_token(is_forced=False)
        return self._ask_token(is_forced=True) if token == refused else (token, until)

    def _ask_token(self, *, is_forced: bool) -> tuple[str, datetime]:
        body = {
            "grant_type": "client_credential",
            "appid": self.settings.appid,
            "secret": self.settings.secret,
            "force_refresh": is_forced,
        }
        answer = self._line.call("/cgi-bin/stable_token", {}, body)
        token, seconds = answer.get("access_token"), answer.get("expires_in")
        if not isinstance(token, str) or not isinstance(seconds, int):
            raise WeChatUnavailable("微信接口的应答无法识别；请稍后再试")
        return token, self._clock() + timedelta(seconds=seconds) - EARLY


_WORDS: Mapping[int, Callable[[], Refusal]] = {
    **dict.fromkeys(
        CODE_REFUSED, lambda: WeChatCodeRefused("微信登录凭证无效或已使用；请重新打开小程序再试")
    ),
    PERSON_REFUSED: lambda: WeChatPersonRefused("微信认为这次登录有风险；请改用短信验证码登录"),
    TOO_OFTEN: lambda: WeChatTooOften("微信登录过于频繁；请一分钟后再试"),
}


def _in_words(error: WeChatError) -> Refusal:
    if error.errcode in _WORDS:
        return _WORDS[error.errcode]()
    structlog.get_logger().error("wechat-refused", answer=error.errcode, trace=error.trace)
    return WeChatUnavailable("微信接口暂不可用；请稍后再试，或用手机验证码登录")


def _read_token(text: str) -> tuple[str | None, datetime]:
    try:
        kept = json.loads(text)
        return str(kept["token"]), parse_instant(kept["until"])
    except (ValueError, KeyError, TypeError):
        return None, datetime.min.replace(tzinfo=UTC)
