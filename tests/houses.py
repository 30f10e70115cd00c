"""Houses for tests: a data folder, a database and an application of their own, and a clock that is set."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from backend.app import create_app
from backend.infra.config import Settings
from backend.infra.house import House, open_house

ROOT = Path(__file__).resolve().parent.parent
NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
"""Noon in China on 2 March 2026, when the clock of a test starts."""
A_PHONE = "13900000001"
AN_OPERATOR = "演示信息公司"
"""The organisation that operates the servers of tests."""


class SetClock:
    """A clock that stands until it is moved."""

    def __init__(self, at: datetime = NOON) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def forward(self, step: timedelta) -> None:
        self.at += step


def some_settings(data_dir: Path, **environment: str) -> Settings:
    """Settings for a data folder, as an environment would give them."""
    return Settings.from_environment({"DATA_DIR": str(data_dir), "OPERATOR": AN_OPERATOR, **environment})


def a_house(data_dir: Path, clock: SetClock, **environment: str) -> House:
    """A house on a data folder, begun if it is empty, with a clock that the test sets."""
    return replace(open_house(some_settings(data_dir, **environment)), clock=clock)


def an_app(house: House) -> Flask:
    """An application of the house that raises what a view raises by mistake."""
    return create_app(house)


def sent_codes(house: House) -> list[str]:
    """Every sign-in code that was sent by SMS, oldest first."""
    path = house.settings.data_dir / "outbox" / "sms.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    texts = [json.loads(line)["text"] for line in lines]
    return [text.split("验证码 ")[1][:6] for text in texts if "验证码 " in text]


def sign_in(client: FlaskClient, house: House, phone: str = A_PHONE) -> dict[str, str]:
    """Sign a phone in through HTTP and return the header that says so."""
    assert client.post("/api/v1/sign-in/codes", json={"phone": phone}).status_code == 202
    answer = client.post("/api/v1/sign-in/tokens", json={"phone": phone, "code": sent_codes(house)[-1]})
    assert answer.status_code == 201, answer.text
    return {"Authorization": f"Bearer {answer.get_json()['token']}"}


@contextmanager
def served(data_dir: Path, environment: Mapping[str, str] | None = None) -> Iterator[str]:
    """Serve a data folder with gunicorn on a free loopback port; yields its address."""
    port = free_port()
    own = {"DATA_DIR": str(data_dir), "PORT": str(port), "OPERATOR": AN_OPERATOR}
    variables = os.environ | own | dict(environment or {})
    subprocess.run([sys.executable, "-m", "backend.command", "migrate"], cwd=ROOT, env=variables, check=True)
    shape = ["--bind", f"127.0.0.1:{port}", "--workers", "1", "--worker-class", "gthread", "--threads", "4"]
    command = [sys.executable, "-m", "gunicorn", *shape, "--log-level", "warning", "backend.wsgi:app"]
    server = subprocess.Popen(command, cwd=ROOT, env=variables, stderr=subprocess.DEVNULL)
    try:
        address = f"http://127.0.0.1:{port}"
        wait_until_ready(address)
        yield address
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)


def free_port() -> int:
    """A loopback port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_ready(address: str, seconds: int = 60) -> None:
    """Wait until a server says that it may be sent requests."""
    for _ in range(seconds * 10):
        try:
            with urllib.request.urlopen(f"{address}/readyz", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise AssertionError(f"{address} did not become ready")
