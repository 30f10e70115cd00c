"""The channel's bill files, row by row: UTF-8, a backtick before each field, four parts, amounts in yuan.

The four parts are the header of the details, the details, the header of the summary, and the summary.
Columns are found by name, since each kind of bill has others. Fees have five decimals of a yuan, so they
are kept in thousandths of a fen; everything else is whole fen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from backend.infra.wechatpay.errors import BillMalformed
from backend.kernel.clock import CHINA

LONGEST_LINE = 64 * 1024
FEN_OF_YUAN = 100
THOUSANDTHS = 1000
_YUAN = re.compile(r"(-?)([0-9]{1,12})(?:\.([0-9]{1,5}))?")
_COUNT = re.compile(r"([0-9]{1,9})(?:\.0{1,5})?")
_TRADE_COLUMNS = (
    "交易时间",
    "公众账号ID",
    "商户号",
    "微信订单号",
    "商户订单号",
    "交易状态",
    "货币种类",
    "订单金额",
)
_FLOW_COLUMNS = (
    "记账时间",
    "微信支付业务单号",
    "资金流水单号",
    "业务类型",
    "收支类型",
    "收支金额(元)",
    "账户结余(元)",
)
_TRADE_SUMS = ("应结订单金额", "退款金额", "订单金额", "申请退款金额")


@dataclass(frozen=True, slots=True)
class TradeRow:
    """A payment or a refund of the bill's day.

    Attributes:
        at: when it happened, in UTC.
        state: SUCCESS for a payment, REFUND for a refund, REVOKED.
        total_fen: the order's amount; 0 in the row of a refund.
        settlement_fen: what of it is settled with the merchant.
        out_refund_no: our number of the refund; empty in the row of a payment.
        refund_state: SUCCESS, PROCESSING, FAIL or CHANGE; empty in the row of a payment.
        refund_requested_fen: what was to be given back.
        fee_millifen: WeChat Pay's charge in thousandths of a fen; negative when it is given back.
    """

    at: datetime
    appid: str
    mchid: str
    transaction_id: str
    out_trade_no: str
    state: str
    currency: str
    total_fen: int
    settlement_fen: int
    refund_id: str
    out_refund_no: str
    refund_state: str
    refund_fen: int
    refund_requested_fen: int
    fee_millifen: int
    description: str
    attach: str


@dataclass(frozen=True, slots=True)
class FlowRow:
    """A movement on the merchant's account.

    Attributes:
        at: when it was booked, in UTC.
        amount_fen: positive when money came in, negative when it went out.
        balance_fen: what the account held afterwards.
        voucher: the number that the movement was made for.
    """

    at: datetime
    business_id: str
    flow_id: str
    business: str
    amount_fen: int
    balance_fen: int
    remark: str
    voucher: str


def read_trade_bill(file: BinaryIO) -> Iterator[TradeRow]:
    """Yield the rows of a trade bill and, at the end, hold them against its summary.

    Rows may be used only when the iteration has ended without a refusal.

    Raises:
        BillMalformed: a line is not of the published form (its number is named), or the summary differs.
    """
    sums, count = dict.fromkeys(_TRADE_SUMS, 0), 0
    lines = _Lines(file)
    for row in lines.details(_TRADE_COLUMNS, "总交易单数"):
        for name in _TRADE_SUMS:
            sums[name] += lines.fen(row, name)
        count += 1
        yield _trade_row(lines, row)
    summary = lines.summary()
    told = {
        "应结订单金额": "应结订单总金额",
        "退款金额": "退款总金额",
        "订单金额": "订单总金额",
        "申请退款金额": "申请退款总金额",
    }
    lines.agree("总交易单数", lines.count(summary, "总交易单数"), count)
    for name, total in told.items():
        lines.agree(total, lines.fen(summary, total), sums[name])


def read_flow_bill(file: BinaryIO) -> Iterator[FlowRow]:
    """Yield the rows of a fund-flow bill and, at the end, hold them against its summary.

    Raises:
        BillMalformed: as of `read_trade_bill`.
    """
    lines = _Lines(file)
    came = went = count = 0
    for row in lines.details(_FLOW_COLUMNS, "资金流水总笔数"):
        flow = _flow_row(lines, row)
        came, went, count = came + max(flow.amount_fen, 0), went - min(flow.amount_fen, 0), count + 1
        yield flow
    summary = lines.summary()
    lines.agree("资金流水总笔数", lines.count(summary, "资金流水总笔数"), count)
    lines.agree("收入金额", lines.fen(summary, "收入金额"), came)
    lines.agree("支出金额", lines.fen(summary, "支出金额"), went)


def fen_of_yuan(text: str) -> int:
    """Return an amount in yuan, such as -12.30, in fen.

    Raises:
        ValueError: not a decimal number, or not a whole number of fen.
    """
    fen, rest = divmod(millifen_of_yuan(text), THOUSANDTHS)
    if rest:
        raise ValueError(f"{text!r} is not a whole number of fen")
    return fen


def millifen_of_yuan(text: str) -> int:
    """Return an amount in yuan with up to five decimals in thousandths of a fen.

    Raises:
        ValueError: not a decimal number with up to five decimals.
    """
    found = _YUAN.fullmatch(text)
    if found is None:
        raise ValueError(f"{text[:32]!r} is not an amount in yuan")
    sign, whole, decimals = found.groups()
    amount = int(whole) * FEN_OF_YUAN * THOUSANDTHS + int((decimals or "").ljust(5, "0"))
    return -amount if sign else amount


def _trade_row(lines: _Lines, row: Mapping[str, str]) -> TradeRow:
    return TradeRow(
        at=lines.instant(row, "交易时间"),
        appid=row["公众账号ID"],
        mchid=row["商户号"],
        transaction_id=row["微信订单号"],
        out_trade_no=row["商户订单号"],
        state=row["交易状态"],
        currency=row["货币种类"],
        total_fen=lines.fen(row, "订单金额"),
        settlement_fen=lines.fen(row, "应结订单金额"),
        refund_id=_number(row, "微信退款单号"),
        out_refund_no=_number(row, "商户退款单号"),
        refund_state=row.get("退款状态", ""),
        refund_fen=lines.fen(row, "退款金额"),
        refund_requested_fen=lines.fen(row, "申请退款金额"),
        fee_millifen=lines.millifen(row, "手续费"),
        description=row.get("商品名称", ""),
        attach=row.get("商户数据包", ""),
    )


def _flow_row(lines: _Lines, row: Mapping[str, str]) -> FlowRow:
    signs = {"收入": 1, "支出": -1}
    if row["收支类型"] not in signs:
        raise lines.malformed("收支类型")
    return FlowRow(
        at=lines.instant(row, "记账时间"),
        business_id=row["微信支付业务单号"],
        flow_id=row["资金流水单号"],
        business=row["业务类型"],
        amount_fen=signs[row["收支类型"]] * lines.fen(row, "收支金额(元)"),
        balance_fen=lines.fen(row, "账户结余(元)"),
        remark=row.get("备注", ""),
        voucher=row.get("业务凭证号", ""),
    )


def _number(row: Mapping[str, str], name: str) -> str:
    """Return a number; where there is none, the channel writes 0."""
    return "" if row.get(name, "0") == "0" else row[name]


class _Lines:
    """A bill file line by line, with the line's number for whoever has to look into it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._at = 0
        self._summary_header: list[str] = []

    def details(self, needed: tuple[str, ...], first_of_summary: str) -> Iterator[Mapping[str, str]]:
        header = _names(self._next())
        if len(set(header)) != len(header) or not set(needed) <= set(header):
            raise self.malformed("表头")
        while True:
            line = self._next()
            names = _names(line)
            if names[0] == first_of_summary:
                self._summary_header = names
                return
            yield self._row(header, line)

    def summary(self) -> Mapping[str, str]:
        row = self._row(self._summary_header, self._next())
        if self._read().strip():
            raise self.malformed("汇总之后还有内容")
        return row

    def fen(self, row: Mapping[str, str], name: str) -> int:
        try:
            return fen_of_yuan(row.get(name) or "0")
        except ValueError as error:
            raise self.malformed(name) from error

    def millifen(self, row: Mapping[str, str], name: str) -> int:
        try:
            return millifen_of_yuan(row.get(name) or "0")
        except ValueError as error:
            raise self.malformed(name) from error

    def count(self, row: Mapping[str, str], name: str) -> int:
        found = _COUNT.fullmatch(row.get(name, ""))
        if found is None:
            raise self.malformed(name)
        return int(found.group(1))

    def instant(self, row: Mapping[str, str], name: str) -> datetime:
        try:
            return datetime.strptime(row[name], "%Y-%m-%d %H:%M:%S").replace(tzinfo=CHINA)
        except ValueError as error:
            raise self.malformed(name) from error

    def agree(self, name: str, told: int, found: int) -> None:
        if told != found:
            raise BillMalformed(f"账单汇总与明细不符：{name}为 {told}，按明细应为 {found}")

    def malformed(self, what: str) -> BillMalformed:
        return BillMalformed(f"账单第 {self._at} 行的{what}不合规范")

    def _row(self, header: list[str], line: str) -> Mapping[str, str]:
        fields = line[1:].split(",`")
        if not line.startswith("`") or len(fields) != len(header):
            raise self.malformed("列数")
        return dict(zip(header, fields, strict=True))

    def _next(self) -> str:
        """Return the next line that is not empty."""
        while True:
            line = self._read()
            if not line:
                raise self.malformed("内容（文件不完整）")
            if text := line.strip("\r\n"):
                return text

    def _read(self) -> str:
        raw = self._file.readline(LONGEST_LINE)
        self._at += 1
        if len(raw) == LONGEST_LINE:
            raise self.malformed("长度")
        try:
            return raw.decode("utf-8-sig" if self._at == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise self.malformed("编码") from error


def _names(line: str) -> list[str]:
    """Return the names of a header; some bills put backticks before these too, or wide brackets into them."""
    return [name.lstrip("`").replace("（", "(").replace("）", ")") for name in line.split(",")]
