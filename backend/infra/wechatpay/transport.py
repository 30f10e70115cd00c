"""HTTP to WeChat Pay by the standard library: verified TLS, no redirects, bounded time and size."""

from __future__ import annotations

import http.client
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from backend.infra.wechatpay.errors import AnswerMalformed, AnswerMissing, NotSent

CHUNK = 64 * 1024
LONGEST_ANSWER = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Patience:
    """How long is waited, in whole seconds: to connect, for each byte to come, and in all."""

    connect: int = 5
    silence: int = 10
    answer: int = 30
    bill: int = 900


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; nothing in it is believed until its signature was checked."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


class Transport:
    """One origin that is talked to, a connection for each call."""

    def __init__(self, base_url: str, patience: Patience | None = None) -> None:
        self.base_url = base_url
        self._parts = urlsplit(base_url)
        self._patience = patience or Patience()

    def exchange(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Send a request and return the whole answer.

        Raises:
            NotSent: no connection came about.
            AnswerMissing: it was sent, or begun to be, and no whole answer came in time.
            AnswerMalformed: more than a mebibyte came.
        """
        with self._begun(method, target, headers, body) as response:
            received = b"".join(_pieces(response, self._patience.answer, LONGEST_ANSWER))
            return Answer(response.status, tuple(response.getheaders()), received)

    @contextmanager
    def stream(
        self, target: str, headers: Mapping[str, str], most: int
    ) -> Iterator[tuple[int, Iterator[bytes]]]:
        """Send a GET and yield its status and the body in pieces, at most `most` bytes in all.

        Raises:
            NotSent, AnswerMissing, AnswerMalformed: as of `exchange`.
        """
        with self._begun("GET", target, headers, b"") as response:
            yield response.status, _pieces(response, self._patience.bill, most)

    @contextmanager
    def _begun(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes
    ) -> Iterator[http.client.HTTPResponse]:
        connection = self._connect()
        try:
            with _cut_short():
                connection.request(method, target, body=body or None, headers=dict(headers))
                response = connection.getresponse()
            with response:
                yield response
        finally:
            connection.close()

    def _connect(self) -> http.client.HTTPConnection:
        host, port = self._parts.hostname or "", self._parts.port
        if self._parts.scheme == "https":
            secure = ssl.create_default_context()
            connection: http.client.HTTPConnection = http.client.HTTPSConnection(
                host, port, timeout=self._patience.connect, context=secure
            )
        else:
            connection = http.client.HTTPConnection(host, port, timeout=self._patience.connect)
        try:
            connection.connect()
        except OSError as error:
            connection.close()
            raise NotSent(f"连接不上微信支付（{type(error).__name__}），请稍后再试") from error
        connection.sock.settimeout(self._patience.silence)
        return connection


def _pieces(response: http.client.HTTPResponse, seconds: int, most: int) -> Iterator[bytes]:
    """Read on as long as bytes come, within a time and a size; slow drips do not hold a worker for ever."""
    began, size = time.monotonic(), 0
    while piece := _read_piece(response):
        size += len(piece)
        if size > most:
            raise AnswerMalformed("微信支付的答复过长")
        if time.monotonic() - began > seconds:
            raise AnswerMissing("微信支付的答复过慢，请查询后再办")
        yield piece
    if response.length:
        raise AnswerMissing("微信支付的答复中途断开，请查询后再办")


def _read_piece(response: http.client.HTTPResponse) -> bytes:
    with _cut_short():
        return response.read1(CHUNK)


@contextmanager
def _cut_short() -> Iterator[None]:
    try:
        yield
    except (OSError, http.client.HTTPException) as error:
        raise AnswerMissing(f"微信支付没有给出完整答复（{type(error).__name__}），请查询后再办") from error
