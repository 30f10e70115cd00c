"""The HTTP client against a real server on the loopback interface that misbehaves on purpose."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from backend.tools.client import Client
from backend.tools.errors import ToolError, WrongUse

BOARD = bytes(range(256)) * 8


class Misbehaving(BaseHTTPRequestHandler):
    """Answers by the path that is asked for."""

    seen: list[tuple[str, str, dict[str, str]]] = []  # noqa: RUF012

    def do_GET(self) -> None:
        self._note()
        tail = self.path.removeprefix("/api/v1")
        if tail == "/ranged" or tail == "/whole":
            self._board(ranged=tail == "/ranged")
        elif tail == "/mine" and self.headers.get("Authorization") != "Bearer fresh":
            self._answer(401, {"code": "token-expired", "detail": "登录已过期", "status": 401})
        elif tail == "/elsewhere":
            self._answer(302, {}, Location="http://127.0.0.1:1/taken")
        elif tail == "/not-json":
            self._answer(200, b"<html>")
        elif tail == "/busy" and len(self.seen) < 3:
            self._answer(503, {})
        else:
            self._answer(200, {"tries": len(self.seen)})

    def do_POST(self) -> None:
        self._note()
        length = int(self.headers["Content-Length"])
        body = json.loads(self.rfile.read(length))
        if self.path.endswith("/refused"):
            self._answer(409, {"code": "already-voted", "detail": "先前的选票仍然有效", "status": 409})
        elif len(self.seen) < 3:
            self._answer(502, b"bad gateway")
        else:
            self._answer(201, body)

    def _board(self, *, ranged: bool) -> None:
        start = int(self.headers["Range"].removeprefix("bytes=").split("-")[0])
        self._answer(206 if ranged else 200, BOARD[start:] if ranged else BOARD)

    def _note(self) -> None:
        self.seen.append((self.command, self.path, dict(self.headers)))

    def _answer(self, status: int, body: Any, **headers: str) -> None:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[str]:
    Misbehaving.seen = []
    service = ThreadingHTTPServer(("127.0.0.1", 0), Misbehaving)
    thread = threading.Thread(target=service.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{service.server_address[1]}"
    service.shutdown()
    thread.join()
    service.server_close()


def test_a_refusal_carries_the_servers_code_and_detail(server: str) -> None:
    with pytest.raises(ToolError) as refused:
        Client(server).post("/refused", {})
    assert (refused.value.code, refused.value.detail, refused.value.status) == (
        "already-voted",
        "先前的选票仍然有效",
        409,
    )


def test_a_repeated_post_carries_the_same_idempotency_key(server: str) -> None:
    assert Client(server).post("/flaky", {"a": 1}) == {"a": 1}
    keys = {headers["Idempotency-Key"] for _, _, headers in Misbehaving.seen}
    assert (len(Misbehaving.seen), len(keys)) == (3, 1)


def test_a_call_that_must_not_be_repeated_is_tried_once(server: str) -> None:
    with pytest.raises(ToolError):
        Client(server).post_once("/flaky", {})
    assert len(Misbehaving.seen) == 1


def test_a_read_is_repeated_over_passing_faults(server: str) -> None:
    assert Client(server).get("/busy") == {"tries": 3}


def test_an_expired_token_is_renewed_once_where_that_is_possible(server: str) -> None:
    client = Client(server, "stale")
    client.renew = lambda: "fresh"
    assert client.get("/mine") == {"tries": 2}


def test_a_renewed_token_that_is_refused_too_ends_the_matter(server: str) -> None:
    client = Client(server, "stale")
    client.renew = lambda: "stale again"
    with pytest.raises(ToolError, match="token-expired"):
        client.get("/mine")
    assert len(Misbehaving.seen) == 2


def test_a_redirect_is_refused_so_that_the_token_goes_nowhere_else(server: str) -> None:
    with pytest.raises(ToolError, match="302"):
        Client(server, "secret-token").get("/elsewhere")


def test_an_answer_that_is_not_json_is_refused_without_showing_it(server: str) -> None:
    with pytest.raises(ToolError, match="not JSON"):
        Client(server).get("/not-json")


@pytest.mark.parametrize("path", ["/ranged", "/whole"])
def test_only_the_bytes_that_are_new_are_appended(server: str, path: str) -> None:
    into = io.BytesIO()
    Client(server).download_range(path, 100, 900, into)
    assert into.getvalue() == BOARD[100:900]


@pytest.mark.parametrize("path", ["/ranged", "/whole"])
def test_a_board_shorter_than_its_signed_head_is_refused(server: str, path: str) -> None:
    with pytest.raises(ToolError) as refused:
        Client(server).download_range(path, 100, len(BOARD) + 1, io.BytesIO())
    assert refused.value.code == "board-truncated"


def test_a_server_that_does_not_answer_is_named_and_the_token_is_not() -> None:
    with pytest.raises(ToolError) as refused:
        Client("http://127.0.0.1:1", "secret-token").post_once("/x", {})
    assert refused.value.code == "unreachable"
    assert "secret-token" not in str(refused.value)


@pytest.mark.parametrize("address", ["ftp://127.0.0.1", "http://vote.example", "127.0.0.1:8000"])
def test_only_https_or_this_very_machine_is_spoken_to(address: str) -> None:
    with pytest.raises(WrongUse):
        Client(address)
