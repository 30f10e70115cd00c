"""The way to WeChat's servers: one bounded call at a time limit, and a rest after several that failed.

An address holds the secret or the access token. None is followed elsewhere, logged, or put into an error.
"""

from __future__ import annotations

import http.client
import json
import re
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping
from typing import Any

from backend.kernel.refusal import Refusal

SECONDS = 5
"""How long WeChat may take to answer."""
MOST_BYTES = 1 << 20
FAILURES_TO_REST = 3
REST_SECONDS = 30
PASSING = frozenset({-1, 45009, 45011, 40001, 40014, 42001})
"""Error codes after which trying again later may help: busy, over a quota, or a token gone meanwhile."""
_RID = re.compile(r"rid: ?([0-9a-zA-Z-]{1,60})")


class WeChatUnavailable(Refusal):
    """WeChat is not set up, does not answer, or answers what cannot be read."""

    code = "wechat-unavailable"
    status = 503
    title = "微信接口暂不可用"


class WeChatError(Exception):
    """WeChat answered with an error code.

    Its words are not kept, since they may repeat what was sent; `trace` is the number by which WeChat finds
    the call again, empty if it gave none.
    """

    def __init__(self, errcode: int, errmsg: str) -> None:
        found = _RID.search(errmsg)
        self.errcode = errcode
        self.trace = found[1] if found else ""
        super().__init__(f"WeChat answered {errcode}" + (f" (rid {self.trace})" if self.trace else ""))

    @property
    def is_passing(self) -> bool:
        """Tell whether the same call may succeed later."""
        return self.errcode in PASSING


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        """Follow no redirect: it would carry the secret to an address that nobody set."""


class WeChatLine:
    """Calls. After `FAILURES_TO_REST` in a row without an answer none is tried for `REST_SECONDS`.

    So a WeChat that is down costs a few seconds now and then, not those of every message in the outbox.
    """

    def __init__(
        self, base_url: str, *, seconds: float = SECONDS, ticks: Callable[[], float] = time.monotonic
    ) -> None:
        self._base_url = base_url
        self._seconds = seconds
        self._ticks = ticks
        self._opener = urllib.request.build_opener(_NoRedirect)
        self._lock = threading.Lock()
        self._failures = 0
        self._rests_until = float("-inf")

    def call(
        self, path: str, query: Mapping[str, str], body: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """Call with POST where there is a body, else with GET, and return the object that was answered.

        Raises:
            WeChatError: WeChat answered with an error code; an answer without one is a success.
            WeChatUnavailable: no answer in time, or none that can be read.
        """
        if self._ticks() < self._rests_until:
            raise WeChatUnavailable("微信接口刚才多次没有应答；请稍后再试")
        try:
            found = self._exchange(path, query, body)
        except (OSError, http.client.HTTPException, ValueError, _Unreadable) as error:
            _close(error)
            self._note(is_answered=False)
            raise WeChatUnavailable("微信接口没有应答；请稍后再试") from None  # its cause names the address
        self._note(is_answered=True)
        if found.get("errcode"):
            raise WeChatError(int(found["errcode"]), str(found.get("errmsg", "")))
        return found

    def _exchange(
        self, path: str, query: Mapping[str, str], body: Mapping[str, Any] | None
    ) -> dict[str, Any]:
        address = f"{self._base_url}{path}?{urllib.parse.urlencode(query)}"
        content = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        request = urllib.request.Request(  # noqa: S310  (https or loopback: checked where settings are read)
            address, data=content, headers={"Content-Type": "application/json"}
        )
        with self._opener.open(request, timeout=self._seconds) as answer:
            found = json.loads(answer.read(MOST_BYTES))
        if not isinstance(found, dict) or not isinstance(found.get("errcode", 0), int):
            raise _Unreadable
        return found

    def _note(self, *, is_answered: bool) -> None:
        with self._lock:
            self._failures = 0 if is_answered else self._failures + 1
            if self._failures >= FAILURES_TO_REST:
                self._failures, self._rests_until = 0, self._ticks() + REST_SECONDS


def _close(error: Exception) -> None:
    if isinstance(error, urllib.error.HTTPError):  # it holds the connection
        error.close()


class _Unreadable(Exception):
    """What was answered is not an object with, if any, an error code."""
