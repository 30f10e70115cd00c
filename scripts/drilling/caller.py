"""One call of the service by one person who has no tool of their own: administrator, chair, officer.

Run as a process of its own, `python -m scripts.drilling.caller --folder F ... METHOD PATH`; the body is read
from standard input as JSON. Prints {"status", "body"}; ends with 0 when the server agreed, 1 when it refused.
"""

from __future__ import annotations

import argparse
import json
import re
import secrets
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any

PREFIX = "/api/v1"
SESSION = "session.json"
TIMEOUT_SECONDS = 120
CODE_SECONDS = 15
ONE_TIME_CODE = re.compile(r"验证码 ([0-9]{6})")
UNAUTHORISED = 401
Answer = tuple[int, Any]


class Caller:
    """A person's HTTP client; the token stays in the person's own folder."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._server = options.server.rstrip("/")
        self._base = self._server + PREFIX
        self._phone = options.phone
        self._messages = Path(options.otp_file)
        self._session = Path(options.folder) / SESSION
        # The server is on this machine: a proxy of the environment must not see the calls.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def call(self, method: str, path: str, content: bytes | None, kind: str) -> Answer:
        """Make a call as the signed-in person, signing in first where there is no valid token."""
        answer = self._send(method, path, content, kind) if self._session.exists() else (UNAUTHORISED, None)
        if answer[0] == UNAUTHORISED:
            self._sign_in()
            answer = self._send(method, path, content, kind)
        return answer

    def _sign_in(self) -> None:
        known = len(self._codes())
        self._must("/sign-in/codes", {"phone": self._phone})
        end = time.monotonic() + CODE_SECONDS
        while len(codes := self._codes()) <= known:
            if time.monotonic() > end:
                raise SystemExit("no sign-in code arrived")
            time.sleep(0.05)
        answer = self._must("/sign-in/tokens", {"phone": self._phone, "code": codes[-1]})
        self._session.touch(mode=0o600)
        session = {"server": self._server, "token": answer["token"], "account_id": answer["account_id"]}
        self._session.write_text(json.dumps(session), "utf-8")

    def _must(self, path: str, body: object) -> Any:
        status, answer = self._send("POST", path, json.dumps(body).encode(), "application/json", signed=False)
        if status >= 400:
            raise SystemExit(f"sign-in refused: {answer}")
        return answer

    def _codes(self) -> list[str]:
        if not self._messages.exists():
            return []
        lines = map(json.loads, self._messages.read_text("utf-8").splitlines())
        found = (ONE_TIME_CODE.search(line["text"]) for line in lines if line["phone"] == self._phone)
        return [code[1] for code in found if code]

    def _send(
        self, method: str, path: str, content: bytes | None, kind: str, *, signed: bool = True
    ) -> Answer:
        headers = {"Content-Type": kind} if content is not None else {}
        if signed:
            headers["Authorization"] = f"Bearer {json.loads(self._session.read_text('utf-8'))['token']}"
        # The address is the drill's own server on the loopback interface.
        request = urllib.request.Request(self._base + path, content, headers, method=method)  # noqa: S310
        try:
            with self._opener.open(request, timeout=TIMEOUT_SECONDS) as answer:
                return answer.status, _parsed(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, _parsed(error.read())


def _parsed(content: bytes) -> Any:
    try:
        return json.loads(content) if content else None
    except ValueError:
        return {"code": "bad-answer", "detail": content[:200].decode("utf-8", "replace")}


def upload(file: Path) -> tuple[bytes, str]:
    """Return the body of a form with one file, and its content type."""
    boundary = secrets.token_hex(16)
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="roll{file.suffix}"\r\n'
    head += "Content-Type: application/octet-stream\r\n\r\n"
    content = head.encode() + file.read_bytes() + f"\r\n--{boundary}--\r\n".encode()
    return content, f"multipart/form-data; boundary={boundary}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Make one call; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    for name in ("--folder", "--server", "--phone", "--otp-file"):
        parser.add_argument(name, required=True)
    parser.add_argument("--upload", help="a file to send instead of JSON")
    parser.add_argument("method")
    parser.add_argument("path")
    options = parser.parse_args(arguments)
    content: bytes | None = None
    kind = "application/json"
    if options.upload:
        content, kind = upload(Path(options.upload))
    elif options.method != "GET":
        content = sys.stdin.buffer.read()
    status, body = Caller(options).call(options.method, options.path, content, kind)
    sys.stdout.write(json.dumps({"status": status, "body": body}, ensure_ascii=False) + "\n")
    return 0 if status < 400 else 1


if __name__ == "__main__":
    sys.exit(main())
