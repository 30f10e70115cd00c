"""Fees in the app: an owner pays at the loopback gateway, another disputes a bill, the firm takes cash."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from scripts.webapp import Node
from tests.app.test_app import run_node
from tests.houses import ROOT, served
from tests.programs import need
from tests.standins.wechatpay import Gateway, serving
from tests.standins.wechatpay_keys import APPID, write_keys

A_BREATH = 0.5
"""So often the person with the phone looks whether there is a code to scan; in seconds."""


@contextmanager
def scanning(gateway: Gateway) -> Iterator[None]:
    """Somebody who pays every order whose code is shown, as long as the test lasts."""
    is_over = threading.Event()

    def scan() -> None:
        while not is_over.wait(A_BREATH):
            for number, order in list(gateway.orders.items()):
                if order.state == "NOTPAY":
                    gateway.pay(number)

    person = threading.Thread(target=scan)
    person.start()
    try:
        yield
    finally:
        is_over.set()
        person.join()


def test_an_owner_pays_by_wechat_in_a_browser_and_has_the_receipt(
    node: Node, browser_build: Path, tmp_path: Path
) -> None:
    chromium = need("chromium", "chromium")
    data = tmp_path / "data"
    environment = os.environ | {"DATA_DIR": str(data)}
    seed = [sys.executable, "-m", "backend.command", "demo"]
    subprocess.run(seed, cwd=ROOT, env=environment, capture_output=True, check=True)
    with serving(Gateway(lambda: datetime.now(UTC))) as gateway, scanning(gateway):
        merchant = write_keys(tmp_path / "merchant") | {
            "WECHAT_APPID": APPID,
            "WECHAT_SECRET": "fictional-secret",
            "WECHAT_BASE_URL": "http://127.0.0.1:9",
            "WECHATPAY_BASE_URL": gateway.base_url,
            "PUBLIC_URL": "http://127.0.0.1:8000",
        }
        with served(data, merchant | {"WEBAPP_DIR": str(browser_build)}) as address:
            said = run_node(
                node,
                "e2e/fees.mjs",
                APP_URL=address,
                SMS_FILE=str(data / "outbox" / "sms.jsonl"),
                OWNER="13900000001",
                NEIGHBOUR="13900000009",
                DISPATCHER="13900010021",
                CHROMIUM=chromium,
            )
    assert "an owner paid and has the receipt, and the firm took cash" in said
    assert [order.state for order in gateway.orders.values()] == ["SUCCESS"]
