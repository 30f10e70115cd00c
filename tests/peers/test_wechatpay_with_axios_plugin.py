"""npm's wechatpay-axios-plugin, in another language: it checks what we sign, and we what it makes."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from backend.infra.wechatpay import errors
from backend.infra.wechatpay.bills import read_trade_bill
from backend.infra.wechatpay.client import Client
from backend.infra.wechatpay.crypto import SealedResource
from backend.infra.wechatpay.signing import request_message
from backend.kernel.clock import SystemClock
from tests.houses import SetClock
from tests.infra.wechatpay.merchant import NUMBER, a_client, an_order
from tests.programs import need
from tests.standins.wechatpay import Gateway, serving
from tests.standins.wechatpay_bills import trade_bill
from tests.standins.wechatpay_keys import (
    APIV3_KEY,
    APPID,
    MCHID,
    OPENID,
    PUBLIC_KEY_ID,
    private_pem,
    public_pem,
    seal,
    serial_of,
)

FILES = Path(__file__).parent / "node"
INSTALL = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel", "error"]


@dataclass(frozen=True)
class Plugin:
    """The peer, installed in a folder of this run of tests."""

    node: str
    folder: Path

    def ask(self, command: str, **values: object) -> Any:
        """Run one command and return its answer."""
        told = self._run(command, values)
        assert "answer" in told, told
        return told["answer"]

    def refuses(self, command: str, **values: object) -> str:
        """Run one command that must fail and return the peer's words."""
        return str(self._run(command, values)["refusal"])

    def _run(self, command: str, values: dict[str, object]) -> dict[str, Any]:
        done = subprocess.run(
            [self.node, "peer.js"],
            input=json.dumps({"command": command} | values).encode(),
            cwd=self.folder,
            capture_output=True,
            check=True,
            timeout=120,
        )
        told: dict[str, Any] = json.loads(done.stdout)
        return told


@pytest.fixture(scope="session")
def plugin(tmp_path_factory: pytest.TempPathFactory) -> Plugin:
    """Install the exact versions of the lock file, once for a run and outside the repository."""
    node, npm = need("node", "nodejs"), need("npm", "npm")
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    folder = shared / "wechatpay-axios-plugin"
    with (shared / "wechatpay-axios-plugin.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "node_modules" / "wechatpay-axios-plugin").exists():
            shutil.copytree(FILES, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("node_modules"))
            installed = subprocess.run(
                [npm, *INSTALL], cwd=folder, capture_output=True, text=True, check=False, timeout=600
            )
            if installed.returncode:
                reason = f"npm cannot install wechatpay-axios-plugin: {installed.stderr.strip()[:300]}"
                pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    return Plugin(node, folder)


@pytest.fixture
def now() -> SetClock:
    """The machine's time, since the peer asks for nothing else."""
    return SetClock(SystemClock()())


@pytest.fixture
def gateway(now: SetClock) -> Iterator[Gateway]:
    """The platform."""
    with serving(Gateway(now)) as served:
        yield served


@pytest.fixture
def ours(gateway: Gateway, tmp_path: Path, now: SetClock) -> Client:
    """Our client."""
    return a_client(tmp_path / "keys", gateway.base_url, now)


def test_the_lock_file_names_no_registry_and_one_exact_version() -> None:
    lock = json.loads((FILES / "package-lock.json").read_text(encoding="utf-8"))
    package = json.loads((FILES / "package.json").read_text(encoding="utf-8"))
    others = {name: each for name, each in lock["packages"].items() if name}
    assert package["dependencies"] == {"wechatpay-axios-plugin": "0.9.6"}
    assert others["node_modules/wechatpay-axios-plugin"]["version"] == "0.9.6"
    assert [name for name, each in others.items() if "resolved" in each or "integrity" not in each] == []


def test_the_plugin_verifies_our_requests_and_refuses_changed_ones(plugin: Plugin, ours: Client) -> None:
    body = json.dumps({"description": "物业费"}, ensure_ascii=False)
    message = request_message(
        "POST", "/v3/pay/transactions/jsapi?x=%7C", timestamp=1772424000, nonce="n0", body=body.encode()
    )
    told: dict[str, object] = {
        "method": "POST",
        "target": "/v3/pay/transactions/jsapi?x=%7C",
        "timestamp": "1772424000",
        "nonce": "n0",
        "body": body,
        "signature": ours.merchant.sign(message),
        "publicKey": public_pem("merchant"),
    }
    assert plugin.ask("verifyRequest", **told) is True
    for name in ("method", "target", "timestamp", "nonce", "body"):
        assert plugin.ask("verifyRequest", **told | {name: f"{told[name]}x"}) is False, name


def test_our_authorization_has_the_fields_of_the_plugin_s(plugin: Plugin, ours: Client) -> None:
    header = ours.merchant.authorization(b"m", timestamp=1772424000, nonce="n0")
    theirs = plugin.ask(
        "authorization",
        mchid=MCHID,
        nonce="n0",
        signature=ours.merchant.sign(b"m"),
        timestamp=1772424000,
        serial=serial_of("merchant"),
    )
    scheme, fields = header.split(" ", 1)
    assert (scheme, sorted(fields.split(","))) == (
        theirs.split(" ")[0],
        sorted(theirs.split(" ", 1)[1].split(",")),
    )


def test_the_plugin_verifies_what_opens_the_payment_on_the_phone(plugin: Plugin, ours: Client) -> None:
    params = ours.pay_params(APPID, "wx0001")
    parts = [APPID, params["timeStamp"], params["nonceStr"], params["package"]]
    key, signature = public_pem("merchant"), params["paySign"]
    assert plugin.ask("verifyMessage", parts=parts, signature=signature, publicKey=key) is True
    parts[3] = "prepay_id=wx0002"
    assert plugin.ask("verifyMessage", parts=parts, signature=signature, publicKey=key) is False


def test_sealed_texts_are_opened_both_ways(plugin: Plugin, ours: Client) -> None:
    for associated_data in ("transaction", ""):
        key = APIV3_KEY.decode()
        sealed = seal("业主".encode(), associated_data)
        opened = plugin.ask(
            "open",
            ciphertext=sealed["ciphertext"],
            key=key,
            nonce=sealed["nonce"],
            associatedData=associated_data,
        )
        assert opened == "业主"
        text = plugin.ask(
            "seal", text="维修资金", key=key, nonce="n00000000012", associatedData=associated_data
        )
        resource = SealedResource("AEAD_AES_256_GCM", text, "n00000000012", associated_data)
        assert ours.apiv3_key.open(resource).decode() == "维修资金"
        with pytest.raises(errors.DecryptionFailed):
            ours.apiv3_key.open(replace(resource, associated_data="other"))
    assert plugin.refuses(
        "open", ciphertext=sealed["ciphertext"], key=key, nonce="n00000000012", associatedData=""
    )


def test_a_notice_that_the_plugin_sealed_and_signed_is_taken_and_a_changed_one_refused(
    plugin: Plugin, ours: Client, gateway: Gateway, now: SetClock
) -> None:
    ours.order_jsapi(an_order(), OPENID)
    notice = gateway.pay(NUMBER)
    envelope = json.loads(notice.raw)
    text = json.dumps(gateway.transaction(gateway.orders[NUMBER]), ensure_ascii=False)
    envelope["resource"] |= {
        "nonce": "n00000000012",
        "associated_data": "transaction",
        "ciphertext": plugin.ask(
            "seal", text=text, key=APIV3_KEY.decode(), nonce="n00000000012", associatedData="transaction"
        ),
    }
    body, timestamp = json.dumps(envelope, ensure_ascii=False), str(int(now().timestamp()))
    signature = plugin.ask(
        "signNotice", timestamp=timestamp, nonce="abc", body=body, privateKey=private_pem("platform")
    )
    headers = [
        ("Wechatpay-Timestamp", timestamp),
        ("Wechatpay-Nonce", "abc"),
        ("Wechatpay-Serial", PUBLIC_KEY_ID),
        ("Wechatpay-Signature", signature),
    ]
    assert ours.read_notice(headers, body.encode()).notice_id == envelope["id"]
    with pytest.raises(errors.SignatureWrong):
        ours.read_notice(headers, body.replace("transaction", "Transaction").encode())


def test_the_plugin_is_a_merchant_at_our_gateway(plugin: Plugin, gateway: Gateway) -> None:
    order = {
        "appid": APPID,
        "mchid": MCHID,
        "description": "物业费",
        "out_trade_no": NUMBER,
        "notify_url": "https://pay.example/notices",
        "amount": {"total": 12345, "currency": "CNY"},
        "payer": {"openid": OPENID},
    }
    account = {
        "baseURL": gateway.base_url,
        "mchid": MCHID,
        "serial": serial_of("merchant"),
        "privateKey": private_pem("merchant"),
        "certs": {PUBLIC_KEY_ID: public_pem("platform")},
    }
    path = f"v3/pay/transactions/out-trade-no/{NUMBER}"
    calls = [["post", "v3/pay/transactions/jsapi", order], ["get", path, {"mchid": MCHID}]]
    placed, queried = plugin.ask("asMerchant", **account, calls=calls)
    assert placed == {"status": 200, "data": {"prepay_id": gateway.orders[NUMBER].prepay_id}}
    assert queried["data"]["trade_state"] == "NOTPAY"
    gateway.pay(NUMBER)
    refund = {
        "out_trade_no": NUMBER,
        "out_refund_no": "R-1",
        "amount": {"refund": 345, "total": 12345, "currency": "CNY"},
    }
    calls = [["post", "v3/refund/domestic/refunds", refund], ["post", f"{path}/close", {"mchid": MCHID}]]
    refunded, closed = plugin.ask("asMerchant", **account, calls=calls)
    assert refunded["data"]["amount"]["refund"] == 345
    assert (closed["status"], closed["data"]["code"]) == (400, "ORDERPAID")


def test_the_plugin_refuses_an_answer_of_our_gateway_signed_a_day_ago(
    plugin: Plugin, gateway: Gateway, now: SetClock
) -> None:
    gateway.order_elsewhere(NUMBER, 1)
    late = gateway.notices.sign("", b"{}", now() - timedelta(days=1)).headers
    gateway.spoil(lambda reply: replace(reply, body=b"{}", headers=late))
    told = plugin.refuses(
        "asMerchant",
        baseURL=gateway.base_url,
        mchid=MCHID,
        serial=serial_of("merchant"),
        privateKey=private_pem("merchant"),
        certs={PUBLIC_KEY_ID: public_pem("platform")},
        calls=[["get", f"v3/pay/transactions/out-trade-no/{NUMBER}", {"mchid": MCHID}]],
    )
    assert "time offset" in told


def test_the_plugin_and_ours_read_the_same_bill(plugin: Plugin, ours: Client, gateway: Gateway) -> None:
    ours.order_native(an_order())
    gateway.pay(NUMBER)
    file = trade_bill(gateway.moves())
    theirs = plugin.ask("readBill", base64=base64.b64encode(file).decode())
    (row,) = read_trade_bill(BytesIO(file))
    assert [each["商户订单号"] for each in theirs["rows"]] == [row.out_trade_no]
    assert theirs["rows"][0]["订单金额"] == "123.45"
    assert theirs["summary"]["订单总金额"] == "123.45"
    assert row.total_fen == 12345
