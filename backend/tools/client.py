"""The tools' HTTP client: JSON with a bearer token, typed refusals, careful retries, partial downloads."""

from __future__ import annotations

import http.client
import json
import secrets
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, Any
from urllib.parse import urlsplit

from backend.tools.errors import ToolError, WrongUse

PREFIX = "/api/v1"
TIMEOUT_SECONDS = 120
ATTEMPTS = 5
PAUSE_SECONDS = 0.2
LARGEST_JSON = 64 * 1024 * 1024
CHUNK = 1 << 16
PASSING_FAULTS = frozenset({429, 502, 503, 504})
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A redirect would carry the bearer token to a host that nobody chose."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


class Client:
    """Talks to one server. Safe to repeat: every unsafe call that is retried has an Idempotency-Key.

    `renew`, where set, returns a new token when the server no longer takes the old one.
    """

    def __init__(self, server: str, token: str | None = None) -> None:
        parts = urlsplit(server)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise WrongUse(f"{server!r} is not an http or https address")
        if parts.scheme == "http" and parts.hostname not in LOOPBACK:
            raise WrongUse("a server on another machine must be reached over https")
        self.address = server.rstrip("/")
        self._base = self.address + PREFIX
        self.token = token
        self.renew: Callable[[], str] | None = None
        self._opener = _opener(parts.hostname)

    def get(self, path: str) -> Any:
        """Return the JSON answer of a GET; raises ToolError with the server's code."""
        return self._json("GET", path, None, repeat=True)

    def put(self, path: str, body: object) -> Any:
        """Send a PUT, which may be repeated by its nature."""
        return self._json("PUT", path, body, repeat=True)

    def post(self, path: str, body: object, *, key: str | None = None) -> Any:
        """Send a POST under an Idempotency-Key, fresh unless given, and repeat it over passing faults."""
        return self._json("POST", path, body, repeat=True, key=key or secrets.token_hex(16))

    def post_once(self, path: str, body: object) -> Any:
        """Send a POST that must not be repeated."""
        return self._json("POST", path, body, repeat=False)

    def get_bytes(self, path: str, limit: int = LARGEST_JSON) -> bytes:
        """Return a file as it is; raises ToolError when it is larger than `limit` bytes."""
        with self._open(self._request("GET", path, None), repeat=True) as answer:
            return _read(answer, limit)

    def download_range(self, path: str, start: int, end: int, into: IO[bytes]) -> None:
        """Append the bytes start..end-1 of a file that only grows to `into`.

        Raises ToolError (code "board-truncated") when the server has fewer bytes than it signed for.
        """
        if start >= end:
            return
        request = self._request("GET", path, None)
        request.add_header("Range", f"bytes={start}-{end - 1}")
        with self._open(request, repeat=True) as answer:
            _skip(answer, 0 if answer.status == http.client.PARTIAL_CONTENT else start)
            _copy(answer, end - start, into)

    def _json(self, method: str, path: str, body: object, *, repeat: bool, key: str | None = None) -> Any:
        request = self._request(method, path, body)
        if key is not None:
            request.add_header("Idempotency-Key", key)
        with self._open(request, repeat=repeat) as answer:
            content = _read(answer, LARGEST_JSON)
        return _parse(content) if content else None

    def _request(self, method: str, path: str, body: object) -> urllib.request.Request:
        content = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        # The scheme was checked in the constructor.
        request = urllib.request.Request(self._base + path, data=content, method=method)  # noqa: S310
        if content is not None:
            request.add_header("Content-Type", "application/json")
        if self.token:
            request.add_header("Authorization", f"Bearer {self.token}")
        return request

    @contextmanager
    def _open(self, request: urllib.request.Request, *, repeat: bool) -> Iterator[http.client.HTTPResponse]:
        answer = self._signed_in(request, ATTEMPTS if repeat else 1)
        try:
            yield answer
        except (OSError, http.client.HTTPException) as error:
            raise ToolError("connection-lost", f"the answer broke off: {error}") from None
        finally:
            answer.close()

    def _signed_in(self, request: urllib.request.Request, attempts: int) -> http.client.HTTPResponse:
        """Try a call and, where the token has expired and a new one can be had, once more with that."""
        try:
            return self._attempt(request, attempts)
        except ToolError as error:
            if error.status != http.client.UNAUTHORIZED or self.renew is None:
                raise
        renew, self.renew = self.renew, None
        self.token = renew()
        request.add_header("Authorization", f"Bearer {self.token}")
        return self._attempt(request, attempts)

    def _attempt(self, request: urllib.request.Request, attempts: int) -> http.client.HTTPResponse:
        for left in range(attempts - 1, -1, -1):
            try:
                answer: http.client.HTTPResponse = self._opener.open(request, timeout=TIMEOUT_SECONDS)
            except urllib.error.HTTPError as error:
                if not left or error.code not in PASSING_FAULTS:
                    raise _refusal(error) from None
            except (OSError, http.client.HTTPException) as error:
                if not left:
                    reason = getattr(error, "reason", error)
                    raise ToolError("unreachable", f"{self._base} does not answer: {reason}") from None
            else:
                return answer
            time.sleep(PAUSE_SECONDS * 2 ** (attempts - 1 - left))
        raise AssertionError("the last attempt returns or raises")


def _opener(host: str) -> urllib.request.OpenerDirector:
    handlers: list[urllib.request.BaseHandler] = [_NoRedirects()]
    if host in LOOPBACK:
        handlers.append(urllib.request.ProxyHandler({}))
    return urllib.request.build_opener(*handlers)


def _refusal(error: urllib.error.HTTPError) -> ToolError:
    """Turn an RFC 9457 problem into our error; any other answer keeps its status only."""
    try:
        problem = json.loads(error.read(LARGEST_JSON))
        code, detail = problem["code"], problem.get("detail") or problem.get("title") or ""
    except (ValueError, KeyError, TypeError, AttributeError, OSError):
        return ToolError(f"http-{error.code}", f"the server answered {error.code}", status=error.code)
    return ToolError(str(code), str(detail), status=error.code)


def _parse(content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError:
        raise ToolError("bad-answer", "the server's answer is not JSON") from None


def _read(answer: IO[bytes], limit: int) -> bytes:
    content = answer.read(limit + 1)
    if len(content) > limit:
        raise ToolError("bad-answer", f"the answer is larger than {limit} bytes")
    return content


def _skip(answer: IO[bytes], count: int) -> None:
    while count:
        chunk = answer.read(min(count, CHUNK))
        if not chunk:
            raise ToolError("board-truncated", "the server's board is shorter than the one kept here")
        count -= len(chunk)


def _copy(answer: IO[bytes], count: int, into: IO[bytes]) -> None:
    while count:
        chunk = answer.read(min(count, CHUNK))
        if not chunk:
            raise ToolError("board-truncated", "the server's board is shorter than the head it signed")
        into.write(chunk)
        count -= len(chunk)
