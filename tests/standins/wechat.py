"""WeChat's server APIs for mini-programs, as far as they are published and we call them, on a loopback port.

It fetches the pictures it is asked about and pushes its verdict as a signed event, in plain text as JSON.
It counts what WeChat counts (codes serve once, one consent is one message), refuses with its error codes, and
can be told to be busy, to break the line, to answer nonsense or not to answer at all.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import threading
import urllib.error
import urllib.request
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

APPID = "wx-example"
SECRET = "example-secret-of-the-mini-program"
SESSION_KEY = "session-key-that-stays-on-the-server"
TOKEN_SECONDS = 7200
EVENTS_TOKEN = "ExampleTokenOfEvents"
LARGEST_IMAGE = 10_000_000
NOT_FETCHED = -1008
PUSHES = 3
"""How often WeChat pushes an event that is not confirmed."""
HANG, BREAK, NONSENSE, ELSEWHERE = "hang", "break", "nonsense", "elsewhere"
EMPTY, LIST = "empty", "list"
_BODIES = {NONSENSE: b"<html>busy</html>", EMPTY: b"{}", LIST: b"[]"}
Answer = dict[str, Any]

LIMITS = {
    "thing": r".{1,20}",
    "number": r"[0-9]{1,32}",
    "letter": r"[A-Za-z]{1,32}",
    "symbol": r".{1,5}",
    "character_string": r"[\x20-\x7e]{1,32}",
    "time": r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}",
    "phone_number": r"[0-9+-]{1,17}",
    "name": r"[\u4e00-\u9fff]{1,10}",
    "phrase": r"[\u4e00-\u9fff]{1,5}",
}
"""What a field's value may be, by the kind that its name begins with."""


def error(errcode: int, errmsg: str = "refused") -> Answer:
    """An answer that refuses, with the number by which the call can be found again."""
    return {"errcode": errcode, "errmsg": f"{errmsg} rid: 65a-{abs(errcode)}-example"}


@dataclass
class WeChatStandIn:
    """The state of the service, which tests set and read."""

    url: str = ""
    sign_ins: dict[str, str] = field(default_factory=dict)
    phones: dict[str, tuple[str, str]] = field(default_factory=dict)
    templates: dict[str, set[str]] = field(default_factory=dict)
    consents: Counter[tuple[str, str]] = field(default_factory=Counter)
    active: set[str] = field(default_factory=set)
    words: dict[str, str] = field(default_factory=dict)
    pages: set[str] = field(default_factory=lambda: {""})
    sent: list[Answer] = field(default_factory=list)
    checked: list[str] = field(default_factory=list)
    images: dict[str, str] = field(default_factory=dict)
    events_url: str = ""
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    fetched: list[bytes] = field(default_factory=list)
    calls: Counter[str] = field(default_factory=Counter)
    faults: dict[str, list[str | int]] = field(default_factory=lambda: defaultdict(list))
    watermark: str = APPID
    token: str = ""
    used: set[str] = field(default_factory=set)
    closing: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def a_code(self, openid: str) -> str:
        """A code such as a phone gets from wx.login."""
        code = f"login-{secrets.token_hex(8)}"
        self.sign_ins[code] = openid
        return code

    def a_phone_code(self, phone: str, country: str = "86") -> str:
        """A code such as the phone number button gives."""
        code = f"phone-{secrets.token_hex(8)}"
        self.phones[code] = (phone, country)
        return code

    def revoke_token(self) -> None:
        """Forget the access token before its time."""
        self.token = ""

    def fail(self, path: str, *faults: str | int) -> None:
        """Have the next calls of a path fail, one fault each: an error code or a name above."""
        self.faults[path].extend(faults)

    def image_event(self, trace: str, suggest: str) -> Answer:
        """The event in which WeChat tells what it thinks of a picture."""
        return {
            "MsgType": "event",
            "Event": "wxa_media_check",
            "appid": APPID,
            "trace_id": trace,
            "version": 2,
            "errcode": 0,
            "errmsg": "ok",
            "result": {"suggest": suggest, "label": 100 if suggest == "pass" else 20002},
        }

    def address(self, token: str = EVENTS_TOKEN, **more: str) -> str:
        """The address of a call to the message server, signed now."""
        stamp, nonce = str(int(self.now().timestamp())), str(secrets.randbelow(10**9))
        signature = hashlib.sha1("".join(sorted([token, stamp, nonce])).encode()).hexdigest()
        query = {"signature": signature, "timestamp": stamp, "nonce": nonce, **more}
        return f"{self.events_url}?{urlencode(query)}"

    def judge(self, trace: str, suggest: str = "pass") -> tuple[int, str]:
        """Fetch a picture by its link and push what is thought of it; return the last answer to that."""
        event, (status, content) = self.image_event(trace, suggest), ask(self.images[trace])
        if status != 200 or not content.startswith(b"\xff\xd8") or len(content) > LARGEST_IMAGE:
            event = {**event, "errcode": NOT_FETCHED, "errmsg": "download fail", "result": {}}
        else:
            self.fetched.append(content)
        return self.push(event)

    def push(self, event: Answer) -> tuple[int, str]:
        """Push an event until it is confirmed, `PUSHES` times at most; return the last answer."""
        body = json.dumps(event, ensure_ascii=False).encode()
        for _ in range(PUSHES):
            status, content = ask(self.address(openid="o-wechat"), body)
            if (status, content) == (200, b"success"):
                break
        return status, content.decode()

    def answer(self, path: str, query: Mapping[str, str], body: Answer) -> Answer:
        """Answer a call as the contract says."""
        calls: dict[str, Callable[[Answer], Answer]] = {
            "/wxa/business/getuserphonenumber": self._phone,
            "/cgi-bin/message/subscribe/send": self._send,
            "/wxa/msg_sec_check": self._check_text,
            "/wxa/media_check_async": self._check_image,
        }
        if path == "/sns/jscode2session":
            return self._session(query)
        if path == "/cgi-bin/stable_token":
            return self._stable_token(body)
        if not self.token or query.get("access_token") != self.token:
            return error(40001, "invalid credential, access_token is invalid or not latest")
        return calls[path](body)

    def _session(self, query: Mapping[str, str]) -> Answer:
        if (query["appid"], query["secret"]) != (APPID, SECRET):
            return error(40013 if query["appid"] != APPID else 40125, "invalid appid or secret")
        assert query["grant_type"] == "authorization_code"
        openid = self._take(query["js_code"], self.sign_ins)
        if openid is None:
            return error(40163 if query["js_code"] in self.used else 40029, "invalid code")
        return {"openid": openid, "session_key": SESSION_KEY}

    def _stable_token(self, body: Answer) -> Answer:
        if (body["appid"], body["secret"]) != (APPID, SECRET):
            return error(40013 if body["appid"] != APPID else 40125, "invalid appid or secret")
        assert body["grant_type"] == "client_credential"
        if body["force_refresh"] or not self.token:
            self.token = secrets.token_hex(16)
        return {"access_token": self.token, "expires_in": TOKEN_SECONDS}

    def _phone(self, body: Answer) -> Answer:
        found = self._take(body["code"], self.phones)
        if found is None:
            return error(40029, "invalid code")
        phone, country = found
        info = {
            "phoneNumber": phone if country == "86" else f"+{country}{phone}",
            "purePhoneNumber": phone,
            "countryCode": country,
            "watermark": {"timestamp": 1772424000, "appid": self.watermark},
        }
        return {"errcode": 0, "errmsg": "ok", "phone_info": info}

    def _take(self, code: str, codes: dict[str, Any]) -> Any:
        found = codes.pop(code, None)
        if found is not None:
            self.used.add(code)
        return found

    def _send(self, body: Answer) -> Answer:
        wanted = self.templates.get(body["template_id"])
        if wanted is None:
            return error(40037, "invalid template_id")
        values = {name: each["value"] for name, each in body["data"].items()}
        unfit = [name for name, value in values.items() if not _fits(name, value)]
        if set(values) != wanted or unfit:
            return error(47003, f"argument invalid! data.{(unfit or ['?'])[0]}.value invalid")
        if body["page"].partition("?")[0] not in self.pages:
            return error(41030, "invalid page")
        who = (body["touser"], body["template_id"])
        if self.consents[who] < 1:
            return error(43101, "user refuse to accept the msg")
        self.consents[who] -= 1
        self.sent.append(body)
        return {"errcode": 0, "errmsg": "ok", "msgid": 3000000000000 + len(self.sent)}

    def _check_text(self, body: Answer) -> Answer:
        if body["version"] != 2 or body["scene"] not in {1, 2, 3, 4}:
            return error(40129, "invalid scene")
        if body["openid"] not in self.active:
            return error(61010, "code is expired")
        if len(body["content"]) > 2500:
            return error(45002, "content size out of limit")
        self.checked.append(body["content"])
        suggest = next((said for word, said in self.words.items() if word in body["content"]), "pass")
        result = {"suggest": suggest, "label": 100 if suggest == "pass" else 20001}
        return {"errcode": 0, "errmsg": "ok", "result": result, "detail": [], "trace_id": "60ae-text-example"}

    def _check_image(self, body: Answer) -> Answer:
        assert (body["media_type"], body["version"]) == (2, 2)
        if body["openid"] not in self.active:
            return error(61010, "code is expired")
        trace = f"60ae-image-{len(self.images)}"
        self.images[trace] = body["media_url"]
        return {"errcode": 0, "errmsg": "ok", "trace_id": trace}


def ask(url: str, body: bytes | None = None) -> tuple[int, bytes]:
    """Call an address as WeChat does; return status and content of what was answered."""
    request = urllib.request.Request(url, data=body, headers={"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.read()


def _fits(name: str, value: str) -> bool:
    limit = LIMITS.get(name.rstrip("0123456789"))
    return limit is not None and re.fullmatch(limit, value) is not None


class _Handler(BaseHTTPRequestHandler):
    service: WeChatStandIn

    def do_GET(self) -> None:
        self._reply({})

    def do_POST(self) -> None:
        self._reply(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the library's name)
        """Say nothing."""

    def _reply(self, body: Answer) -> None:
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        with self.service.lock:
            self.service.calls[parts.path] += 1
            waiting = self.service.faults[parts.path]
            fault = waiting.pop(0) if waiting else None
        if fault is HANG:
            self.service.closing.wait(60)
        if fault in {HANG, BREAK}:
            self.close_connection = True
            return
        if fault in _BODIES:
            self._write(200, _BODIES[str(fault)])
        elif fault == ELSEWHERE:
            self.send_response(302)
            self.send_header("Location", f"{self.service.url}/elsewhere?{parts.query}")
            self.send_header("Content-Length", "0")
            self.end_headers()
        else:
            with self.service.lock:
                found = error(int(fault)) if fault else self.service.answer(parts.path, query, body)
            self._write(200, json.dumps(found, ensure_ascii=False).encode())

    def _write(self, status: int, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@contextmanager
def wechat_stand_in() -> Iterator[WeChatStandIn]:
    """Serve the stand-in on a free loopback port for the time of a test."""
    service = WeChatStandIn()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"service": service}))
    service.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield service
    finally:
        service.closing.set()
        server.shutdown()
        thread.join()
        server.server_close()
