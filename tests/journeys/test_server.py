"""The real thing: gunicorn on a loopback port, over SQLite and over PostgreSQL."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from tests.houses import A_PHONE, served
from tests.postgres import postgres


def call(method: str, url: str, body: object = None, token: str = "") -> tuple[int, Any]:
    """Send a request and return status and decoded answer."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    request = urllib.request.Request(url, data, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read())


def sign_in(address: str, data: Path) -> str:
    assert call("POST", f"{address}/api/v1/sign-in/codes", {"phone": A_PHONE})[0] == 202
    sms = json.loads((data / "outbox" / "sms.jsonl").read_text(encoding="utf-8").splitlines()[-1])
    form = {"phone": A_PHONE, "code": sms["text"].split("验证码 ")[1][:6]}
    status, answer = call("POST", f"{address}/api/v1/sign-in/tokens", form)
    assert status == 201
    return str(answer["token"])


def test_a_person_signs_in_over_the_network_and_stays_signed_in_after_a_restart(tmp_path: Path) -> None:
    with served(tmp_path / "data") as address:
        token = sign_in(address, tmp_path / "data")
        assert call("GET", f"{address}/api/v1/me", token=token)[1]["phone_masked"] == "139****0001"
    with served(tmp_path / "data") as address:
        assert call("GET", f"{address}/api/v1/me", token=token)[0] == 200


def test_the_same_service_runs_on_postgresql(tmp_path: Path) -> None:
    with postgres() as url, served(tmp_path / "data", {"DATABASE_URL": url}) as address:
        token = sign_in(address, tmp_path / "data")
        assert call("GET", f"{address}/api/v1/me", token=token)[0] == 200
        assert call("GET", f"{address}/api/v1/me", token="x")[1]["code"] == "token-refused"
    assert not (tmp_path / "data" / "yishiting.db").exists()


def test_a_drill_server_follows_its_clock_and_says_that_it_is_a_drill(tmp_path: Path) -> None:
    clock = tmp_path / "clock"
    clock.write_text("2026-03-02T12:00:00+08:00\n", encoding="ascii")
    with served(tmp_path / "data", {"DRILL": "1", "DRILL_CLOCK": str(clock)}) as address:
        assert call("GET", f"{address}/readyz")[1] == {"status": "ready", "drill": True}
        token = sign_in(address, tmp_path / "data")
        assert call("GET", f"{address}/api/v1/me", token=token)[0] == 200
        moved = clock.with_suffix(".new")
        moved.write_text("2026-04-02T12:00:00+08:00\n", encoding="ascii")
        moved.replace(clock)
        assert call("GET", f"{address}/api/v1/me", token=token)[1]["code"] == "token-expired"
