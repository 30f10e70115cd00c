"""A loopback gateway that plays WeChat Pay's merchant platform by its published contract.

It proves our signatures, answers signed, keeps orders and refunds, lets people pay, and writes notices and
bill files. Beyond the contract, notices may go to http on the loopback address. Everything a test may want
to go wrong can be made so: `spoil` changes the next answer, `bill_change` a file, `replace` a notice.
"""

from __future__ import annotations

import gzip
import hashlib
import http.client
import json
import re
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.standins.wechatpay_bills import Move, flow_bill, is_of_day, is_ready, trade_bill
from tests.standins.wechatpay_keys import (
    APPID,
    MCHID,
    OPENID,
    PUBLIC_KEY_ID,
    NoticeMaker,
    SentNotice,
    certificate,
    certificate_pem,
    china_text,
    is_signed,
    seal,
    serial_of,
    signer,
)

Json = dict[str, Any]
AUTHORIZATION = re.compile(r'WECHATPAY2-SHA256-RSA2048 ((?:[a-z_]+="[^"]*",?)+)')
TRADE_NUMBER = re.compile(r"[0-9A-Za-z_\-|*]{6,32}")
NOTIFY_URL = re.compile(r"(https://|http://127\.0\.0\.1[:/])[^?#]+")
MOST_REFUNDS = 50


class Refused(Exception):
    """What the platform says no with."""

    def __init__(self, status: int, code: str, message: str = "") -> None:
        self.status, self.code, self.message = status, code, message or code
        super().__init__(code)


@dataclass(frozen=True)
class Reply:
    """An answer before it goes out."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class KeptOrder:
    """An order at the platform."""

    terms: Json
    trade_type: str
    prepay_id: str
    state: str = "NOTPAY"
    transaction_id: str = ""
    openid: str = ""
    paid_at: datetime | None = None

    @property
    def total(self) -> int:
        return int(self.terms["amount"]["total"])


@dataclass
class KeptRefund:
    """A refund at the platform."""

    terms: Json
    order: KeptOrder
    refund_id: str
    at: datetime
    state: str = "PROCESSING"
    done_at: datetime | None = None

    @property
    def amount(self) -> int:
        return int(self.terms["amount"]["refund"])


@dataclass
class Gateway:
    """The platform. `kind` is the key it signs with unless a request asks for another."""

    clock: Callable[[], datetime]
    kind: str = "public-key"
    base_url: str = ""
    orders: dict[str, KeptOrder] = field(default_factory=dict)
    refunds: dict[str, KeptRefund] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    spoils: list[Callable[[Reply], Reply | None]] = field(default_factory=list)
    bill_change: Callable[[bytes], bytes] = bytes
    files: dict[str, tuple[bytes, datetime]] = field(default_factory=dict)
    nonces: set[str] = field(default_factory=set)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def __post_init__(self) -> None:
        self.notices = NoticeMaker(self.kind)

    # What people do, and what the platform does by itself.

    def spoil(self, change: Callable[[Reply], Reply | None]) -> None:
        """Change the next answer; None means that the connection ends without one."""
        self.spoils.append(change)

    def refuse_next(self, code: str) -> None:
        """Refuse the next call with a word of the platform's, for a reason of its own."""
        self.refusals.append(code)

    def pay(self, out_trade_no: str, openid: str = OPENID) -> SentNotice:
        """Let a person pay an order, and return the notice that goes out."""
        with self.lock:
            order = self.orders[out_trade_no]
            assert order.state == "NOTPAY", order.state
            order.state, order.openid, order.paid_at = "SUCCESS", openid, self.clock()
            order.transaction_id = f"42000{secrets.randbelow(10**23):023d}"
        return self.paid_notice(out_trade_no)

    def pay_with(self, params: dict[str, str]) -> SentNotice:
        """Pay as the WeChat client does: only with parameters that the merchant signed."""
        signed = f"{APPID}\n{params['timeStamp']}\n{params['nonceStr']}\n{params['package']}\n"
        assert params["signType"] == "RSA"
        assert is_signed("merchant", signed.encode(), params["paySign"])
        prepay_id = params["package"].removeprefix("prepay_id=")
        number, order = next(each for each in self.orders.items() if each[1].prepay_id == prepay_id)
        return self.pay(number, order.terms["payer"]["openid"])

    def order_elsewhere(self, out_trade_no: str, total: int) -> None:
        """Let an order exist that the merchant's system knows nothing of."""
        terms = {"out_trade_no": out_trade_no, "description": "演示", "amount": {"total": total}}
        terms["notify_url"] = "https://elsewhere.example/notify"
        self.orders[out_trade_no] = KeptOrder(terms, "NATIVE", secrets.token_hex(16))

    def paid_notice(self, out_trade_no: str, /, **changes: Any) -> SentNotice:
        """The notice of a payment; `changes` replace fields of the resource, `amount` parts of its amount."""
        resource = self.transaction(self.orders[out_trade_no]) | {"trade_state": "SUCCESS"}
        resource["amount"] |= changes.pop("amount", {})
        url = self.orders[out_trade_no].terms["notify_url"]
        return self.notices.make(url, "TRANSACTION.SUCCESS", resource | changes, self.clock())

    def finish_refund(self, out_refund_no: str, state: str = "SUCCESS") -> SentNotice:
        """Let a refund end, and return the notice that goes out."""
        with self.lock:
            refund = self.refunds[out_refund_no]
            refund.state, refund.done_at = state, self.clock()
        return self.refund_notice(out_refund_no)

    def refund_notice(self, out_refund_no: str, /, **changes: Any) -> SentNotice:
        """The notice of a refund; `changes` as of `paid_notice`."""
        refund = self.refunds[out_refund_no]
        told = self.refund_answer(refund)
        names = ("transaction_id", "out_trade_no", "refund_id", "out_refund_no", "user_received_account")
        amount = {name: told["amount"][name] for name in ("total", "refund", "payer_total", "payer_refund")}
        resource = {name: told[name] for name in names} | {"mchid": MCHID, "refund_status": refund.state}
        resource["amount"] = amount | changes.pop("amount", {})
        if "success_time" in told:
            resource["success_time"] = told["success_time"]
        url = refund.terms.get("notify_url", "https://nowhere.example/notify")
        return self.notices.make(url, f"REFUND.{refund.state}", resource | changes, self.clock())

    def again(self, notice: SentNotice, at: datetime | None = None) -> SentNotice:
        """The same notice sent anew: its id and bytes stay, its proof is fresh."""
        return self.notices.sign(notice.url, notice.raw, at or self.clock())

    def send(self, notice: SentNotice) -> tuple[int, bytes]:
        """Deliver a notice, and return how it was answered."""
        parts = urlsplit(notice.url)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=20)
        try:
            connection.request("POST", parts.path, notice.raw, notice.headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    # The published calls.

    def answer(self, method: str, target: str, headers: dict[str, str], raw: bytes) -> Reply:
        """Answer a call; every answer is signed, a bill file excepted."""
        with self.lock:
            self.calls.append(f"{method} {target}")
            try:
                self._check_authorization(method, target, headers, raw)
                found = self._route(method, target, raw)
                if isinstance(found, bytes):
                    return Reply(200, {"Content-Type": "text/plain"}, found)
                body, status = (b"", 204) if found is None else (json.dumps(found).encode(), 200)
            except Refused as no:
                refusal = {"code": no.code, "message": no.message}
                body, status = json.dumps(refusal, ensure_ascii=False).encode(), no.status
            asked = headers.get("wechatpay-serial", "")
            kind = "public-key" if asked == PUBLIC_KEY_ID else "certificate" if asked else self.kind
            proof = signer(kind).headers(body, self.clock())
            return Reply(status, {"Content-Type": "application/json; charset=utf-8"} | proof, body)

    def _check_authorization(self, method: str, target: str, headers: dict[str, str], raw: bytes) -> None:
        if "application/json" not in headers.get("accept", "") or not headers.get("user-agent"):
            raise Refused(400, "PARAM_ERROR", "Accept, User-Agent")
        found = AUTHORIZATION.fullmatch(headers.get("authorization", ""))
        fields = dict(re.findall(r'([a-z_]+)="([^"]*)"', found.group(1))) if found else {}
        if set(fields) != {"mchid", "nonce_str", "signature", "timestamp", "serial_no"}:
            raise Refused(401, "SIGN_ERROR", "Authorization")
        signed = f"{method}\n{target}\n{fields['timestamp']}\n{fields['nonce_str']}\n".encode() + raw + b"\n"
        is_ours = (fields["mchid"], fields["serial_no"]) == (MCHID, serial_of("merchant"))
        if not is_ours or not is_signed("merchant", signed, fields["signature"]):
            raise Refused(401, "SIGN_ERROR")
        if abs(self.clock().timestamp() - int(fields["timestamp"])) >= 300:
            raise Refused(401, "SIGN_ERROR", "timestamp")
        if fields["nonce_str"] in self.nonces:
            raise Refused(401, "SIGN_ERROR", "nonce")
        self.nonces.add(fields["nonce_str"])

    def _route(self, method: str, target: str, raw: bytes) -> Json | bytes | None:
        if self.refusals:
            raise Refused(400, self.refusals.pop(0))
        parts = urlsplit(target)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        for verb, pattern, view in ROUTES:
            found = re.fullmatch(pattern, parts.path)
            if found and verb == method:
                body = json.loads(raw) if raw else query
                return view(self, body, *map(unquote, found.groups()))
        raise Refused(404, "NOT_FOUND", "无此接口")

    def order(self, body: Json, way: str) -> Json:
        self._check_order(body, way)
        number = body["out_trade_no"]
        known = self.orders.get(number)
        if known is None:
            known = KeptOrder(body, way.upper(), f"wx{secrets.token_hex(17)}")
            self.orders[number] = known
        elif known.state != "NOTPAY":
            paid = known.state == "SUCCESS"
            raise Refused(
                400, "ORDERPAID" if paid else "ORDER_CLOSED", "该订单已支付" if paid else "订单已关闭"
            )
        elif known.terms != body:
            raise Refused(403, "OUT_TRADE_NO_USED", "商户订单号重复")
        if way == "jsapi":
            return {"prepay_id": known.prepay_id}
        return {"code_url": f"weixin://wxpay/bizpayurl?pr={known.prepay_id[:12]}"}

    def _check_order(self, body: Json, way: str) -> None:
        total = body.get("amount", {}).get("total")
        checks = {
            "appid": body.get("appid") == APPID,
            "mchid": body.get("mchid") == MCHID,
            "description": 1 <= len(body.get("description", "")) <= 127,
            "out_trade_no": bool(TRADE_NUMBER.fullmatch(body.get("out_trade_no", ""))),
            "notify_url": bool(NOTIFY_URL.fullmatch(body.get("notify_url", ""))),
            "amount.total": type(total) is int and total >= 1,
            "amount.currency": body.get("amount", {}).get("currency", "CNY") == "CNY",
            "attach": len(body.get("attach", "")) <= 128,
            "payer.openid": way != "jsapi" or bool(body.get("payer", {}).get("openid")),
        }
        if "time_expire" in body:
            ends = datetime.fromisoformat(body["time_expire"])
            checks["time_expire"] = ends - self.clock() >= timedelta(minutes=1)
        if wrong := [name for name, is_right in checks.items() if not is_right]:
            raise Refused(400, "PARAM_ERROR", ",".join(wrong))

    def query(self, body: Json, number: str) -> Json:
        if body.get("mchid") != MCHID:
            raise Refused(400, "PARAM_ERROR", "mchid")
        return self.transaction(self._known_order(number))

    def close(self, body: Json, number: str) -> None:
        order = self._known_order(number)
        if body.get("mchid") != MCHID:
            raise Refused(400, "PARAM_ERROR", "mchid")
        if order.state == "SUCCESS":
            raise Refused(400, "ORDERPAID", "该订单已支付")
        order.state = "CLOSED"

    def refund(self, body: Json) -> Json:
        order = self._known_order(body["out_trade_no"])
        known = self.refunds.get(body["out_refund_no"])
        if known is None:
            self._check_refund(body, order)
            known = KeptRefund(body, order, f"50000{secrets.randbelow(10**23):023d}", self.clock())
            self.refunds[body["out_refund_no"]] = known
        elif known.terms != body:
            raise Refused(400, "PARAM_ERROR", "同一退款单号的请求内容不一致")
        return self.refund_answer(known)

    def _check_refund(self, body: Json, order: KeptOrder) -> None:
        amount = body["amount"]
        before = [each for each in self.refunds.values() if each.order is order and each.state != "CLOSED"]
        if order.state != "SUCCESS" or amount["total"] != order.total or amount["currency"] != "CNY":
            raise Refused(400, "INVALID_REQUEST", "订单未支付或金额不一致")
        if type(amount["refund"]) is not int or amount["refund"] < 1 or len(before) >= MOST_REFUNDS:
            raise Refused(400, "PARAM_ERROR", "amount.refund")
        if sum(each.amount for each in before) + amount["refund"] > order.total:
            raise Refused(403, "NOT_ENOUGH", "退款总额超过订单金额")
        if any(self.clock() - each.at < timedelta(minutes=1) for each in before):
            raise Refused(429, "FREQUENCY_LIMITED", "频率限制，一分钟后再试")

    def query_refund(self, _: Json, number: str) -> Json:
        if number not in self.refunds:
            raise Refused(404, "RESOURCE_NOT_EXISTS", "退款单不存在")
        return self.refund_answer(self.refunds[number])

    def bill(self, query: Json, what: str) -> Json:
        day = date.fromisoformat(query["bill_date"])
        if not is_ready(day, self.clock()):
            raise Refused(400, "NO_STATEMENT_EXIST", "账单文件不存在")
        moves = [move for move in self.moves() if is_of_day(move.at, day)]
        plain = trade_bill(moves, query.get("bill_type", "ALL")) if what == "trade" else flow_bill(moves)
        token = secrets.token_hex(16)
        packed = gzip.compress(plain, mtime=0) if query.get("tar_type") == "GZIP" else plain
        self.files[token] = (packed, self.clock())
        return {
            "hash_type": "SHA1",
            "hash_value": hashlib.sha1(plain).hexdigest(),
            "download_url": f"{self.base_url}/v3/billdownload/file?token={token}",
        }

    def bill_file(self, query: Json) -> bytes:
        file, made = self.files.get(query.get("token", ""), (b"", None))
        if made is None or self.clock() - made > timedelta(minutes=5):
            raise Refused(400, "PARAM_ERROR", "token")
        return self.bill_change(file)

    def certificates(self, _: Json) -> Json:
        made = certificate("platform-old")
        return {
            "data": [
                {
                    "serial_no": serial_of("platform-old"),
                    "effective_time": china_text(made.not_valid_before_utc),
                    "expire_time": china_text(made.not_valid_after_utc),
                    "encrypt_certificate": seal(certificate_pem("platform-old").encode(), "certificate"),
                }
            ]
        }

    def _known_order(self, number: str) -> KeptOrder:
        if number not in self.orders:
            raise Refused(404, "ORDER_NOT_EXIST", "订单不存在")
        return self.orders[number]

    # What the platform says about what it keeps.

    def transaction(self, order: KeptOrder) -> Json:
        """A payment as queries and notices state it."""
        told: Json = {
            "mchid": MCHID,
            "appid": APPID,
            "out_trade_no": order.terms["out_trade_no"],
            "trade_state": self._state(order),
            "trade_state_desc": "支付成功" if order.state == "SUCCESS" else "订单未支付",
            "attach": order.terms.get("attach", ""),
            "amount": {"total": order.total, "currency": "CNY"},
        }
        if order.paid_at is not None:
            told |= {
                "transaction_id": order.transaction_id,
                "trade_type": order.trade_type,
                "bank_type": "OTHERS",
                "success_time": china_text(order.paid_at),
                "payer": {"openid": order.openid},
            }
            told["amount"] |= {"payer_total": order.total, "payer_currency": "CNY"}
        return told

    def _state(self, order: KeptOrder) -> str:
        has_refund = any(each.order is order for each in self.refunds.values())
        return "REFUND" if has_refund and order.state == "SUCCESS" else order.state

    def refund_answer(self, refund: KeptRefund) -> Json:
        """A refund as answers state it."""
        told = {
            "refund_id": refund.refund_id,
            "out_refund_no": refund.terms["out_refund_no"],
            "transaction_id": refund.order.transaction_id,
            "out_trade_no": refund.order.terms["out_trade_no"],
            "channel": "ORIGINAL",
            "user_received_account": "支付用户零钱",
            "create_time": china_text(refund.at),
            "status": refund.state,
            "amount": {
                "total": refund.order.total,
                "refund": refund.amount,
                "payer_total": refund.order.total,
                "payer_refund": refund.amount,
                "settlement_refund": refund.amount,
                "settlement_total": refund.order.total,
                "discount_refund": 0,
                "currency": "CNY",
            },
        }
        return told | ({"success_time": china_text(refund.done_at)} if refund.state == "SUCCESS" else {})

    def moves(self) -> list[Move]:
        """Every payment and refund, in the order of time."""
        paid = [self._move(order, order.paid_at) for order in self.orders.values() if order.paid_at]
        back = [
            replace(
                self._move(each.order, each.at),
                amount=each.amount,
                refund_id=each.refund_id,
                out_refund_no=each.terms["out_refund_no"],
                refund_state={"ABNORMAL": "CHANGE", "CLOSED": "FAIL"}.get(each.state, each.state),
            )
            for each in self.refunds.values()
        ]
        return sorted([*paid, *back], key=lambda move: move.at)

    def _move(self, order: KeptOrder, at: datetime) -> Move:
        return Move(
            at=at,
            transaction_id=order.transaction_id,
            out_trade_no=order.terms["out_trade_no"],
            amount=order.total,
            trade_type=order.trade_type,
            openid=order.openid,
            description=order.terms["description"],
            attach=order.terms.get("attach", ""),
        )


ROUTES: list[tuple[str, str, Callable[..., Json | bytes | None]]] = [
    ("POST", r"/v3/pay/transactions/(jsapi|native)", Gateway.order),
    ("GET", r"/v3/pay/transactions/out-trade-no/([^/]+)", Gateway.query),
    ("POST", r"/v3/pay/transactions/out-trade-no/([^/]+)/close", Gateway.close),
    ("POST", r"/v3/refund/domestic/refunds", Gateway.refund),
    ("GET", r"/v3/refund/domestic/refunds/([^/]+)", Gateway.query_refund),
    ("GET", r"/v3/bill/(trade|fundflow)bill", Gateway.bill),
    ("GET", r"/v3/billdownload/file", Gateway.bill_file),
    ("GET", r"/v3/certificates", Gateway.certificates),
]


@contextmanager
def serving(gateway: Gateway) -> Iterator[Gateway]:
    """Serve a gateway on a free loopback port as long as the test lasts."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._serve(b"")

        def do_POST(self) -> None:
            self._serve(self.rfile.read(int(self.headers.get("Content-Length", "0"))))

        def _serve(self, raw: bytes) -> None:
            self.close_connection = True
            headers = {name.lower(): value for name, value in self.headers.items()}
            reply: Reply | None = gateway.answer(self.command, self.path, headers, raw)
            if reply is not None and gateway.spoils:
                reply = gateway.spoils.pop(0)(reply)
            if reply is None:
                return
            self.send_response(reply.status)
            for name, value in {"Content-Length": str(len(reply.body)), **reply.headers}.items():
                self.send_header(name, value)
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(reply.body)

        def log_message(self, *_: object) -> None:
            """Say nothing: tests read answers, not logs."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        gateway.base_url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield gateway
        finally:
            server.shutdown()
            thread.join()
