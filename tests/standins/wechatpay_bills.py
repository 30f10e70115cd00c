"""Bill files as WeChat Pay writes them: a byte-order mark, backticks, yuan, and a summary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tests.standins.wechatpay_keys import APPID, MCHID, china_text

TRADE_HEADER = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,"
    "应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,"
    "手续费,费率,订单金额,申请退款金额,费率备注"
)
TRADE_SUMMARY = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"
FLOW_HEADER = (
    "记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),"
    "资金变更提交申请人,备注,业务凭证号"
)
FLOW_SUMMARY = "资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额"
FEE_OF_FEN = 6
"""0.60 % of a fen, in hundred-thousandths of a yuan, in which fees are written."""


@dataclass(frozen=True)
class Move:
    """A payment, or a refund if it has refund numbers; amounts in fen."""

    at: datetime
    transaction_id: str
    out_trade_no: str
    amount: int
    trade_type: str
    openid: str
    description: str
    attach: str = ""
    refund_id: str = ""
    out_refund_no: str = ""
    refund_state: str = ""

    @property
    def is_refund(self) -> bool:
        """Whether money went back."""
        return bool(self.refund_id)


def is_of_day(at: datetime, day: date) -> bool:
    """Whether an instant lies on a day in China."""
    return china_text(at, "%Y-%m-%d") == day.isoformat()


def is_ready(day: date, now: datetime) -> bool:
    """Whether a day's bill was made: the next day, after ten o'clock in China."""
    return china_text(now, "%Y-%m-%d %H") >= f"{(day + timedelta(days=1)).isoformat()} 10"


def trade_bill(moves: Sequence[Move], kind: str = "ALL") -> bytes:
    """A trade bill. Rows of refunds have no order amount, as in real bills."""
    wanted = {"ALL": (False, True), "SUCCESS": (False,), "REFUND": (True,)}[kind]
    rows = [move for move in moves if move.is_refund in wanted]
    paid = sum(move.amount for move in rows if not move.is_refund)
    back = sum(move.amount for move in rows if move.is_refund)
    count, total, returned = str(len(rows)), yuan(paid), yuan(back)
    summary = [count, total, returned, "0.00", fee(paid - back), total, returned]
    return _file(TRADE_HEADER, [_trade_row(move) for move in rows], TRADE_SUMMARY, summary)


def flow_bill(moves: Sequence[Move], balance: int = 0) -> bytes:
    """A fund-flow bill; the balance is what the account held before, in fen."""
    rows, came, went = [], [], []
    for move in moves:
        (went if move.is_refund else came).append(move.amount)
        balance += -move.amount if move.is_refund else move.amount
        rows.append(_flow_row(move, balance))
    summary = [str(len(rows)), str(len(came)), yuan(sum(came)), str(len(went)), yuan(sum(went))]
    return _file(FLOW_HEADER, rows, FLOW_SUMMARY, summary)


def yuan(fen: int) -> str:
    """An amount as bills write it."""
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def fee(fen: int) -> str:
    """The channel's charge on an amount, as bills write it."""
    amount = abs(fen) * FEE_OF_FEN
    return f"{'-' if fen < 0 else ''}{amount // 100_000}.{amount % 100_000:05d}"


def _trade_row(move: Move) -> list[str]:
    refunded = move.amount if move.is_refund else 0
    paid = 0 if move.is_refund else move.amount
    return [
        *(china_text(move.at, "%Y-%m-%d %H:%M:%S"), APPID, MCHID, "0", "", move.transaction_id),
        *(move.out_trade_no, move.openid, move.trade_type, "REFUND" if move.is_refund else "SUCCESS"),
        *("OTHERS", "CNY", yuan(paid), "0.00", move.refund_id or "0", move.out_refund_no or "0"),
        *(yuan(refunded), "0.00", "ORIGINAL" if move.is_refund else "", move.refund_state),
        *(move.description, move.attach, fee(paid - refunded), "0.60%", yuan(paid), yuan(refunded), ""),
    ]


def _flow_row(move: Move, balance: int) -> list[str]:
    kind, way = ("退款", "支出") if move.is_refund else ("交易", "收入")
    number = move.refund_id or move.transaction_id
    voucher = move.out_refund_no or move.out_trade_no
    at = china_text(move.at, "%Y-%m-%d %H:%M:%S")
    return [
        at,
        number,
        f"F{number}",
        kind,
        kind,
        way,
        yuan(move.amount),
        yuan(balance),
        "system",
        "",
        voucher,
    ]


def _file(header: str, rows: list[list[str]], summary_header: str, summary: list[str]) -> bytes:
    lines = [header, *map(_line, rows), summary_header, _line(summary)]
    return ("\ufeff" + "".join(f"{line}\r\n" for line in lines)).encode()


def _line(fields: list[str]) -> str:
    return ",".join(f"`{each}" for each in fields)
