"""Lists of bills, payments and readings from spreadsheets: columns by any of their names; what rows say.

Cells arrive as text; each row is read in full, so that everything wrong with it is told at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TypeVar

from backend.fees.rules.metering import parse_reading
from backend.fees.rules.periods import Period, a_period
from backend.fees.rules.values import Method, Override
from backend.kernel.money import parse_fen
from backend.kernel.refusal import Refusal

HEADER_WITHIN_ROWS = 10
MOST_ROWS = 20_000
NUMBER = re.compile(r"[0-9A-Za-z一-鿿][0-9A-Za-z一-鿿\-_/#.]{0,63}")
_FORMS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y-%m-%d %H:%M:%S")
Value = TypeVar("Value")


class Column(StrEnum):
    """Every column of the lists, by the name that a template shows."""

    BUILDING = "楼栋"
    STAIR = "单元"
    ROOM = "房号"
    ITEM = "收费项目"
    FIRST = "开始日期"
    LAST = "结束日期"
    AMOUNT = "金额"
    NUMBER = "单号"
    DUE = "应缴日期"
    DAY = "日期"
    METHOD = "收款方式"
    SERIAL = "表号"
    VALUE = "读数"
    OVERRIDE = "异常原因"
    NOTE = "备注"


ALIASES: Mapping[Column, tuple[str, ...]] = {
    Column.BUILDING: ("楼栋", "楼栋号", "楼号", "栋号", "幢号"),
    Column.STAIR: ("单元", "单元号"),
    Column.ROOM: ("房号", "房间号", "室号", "户号"),
    Column.ITEM: ("收费项目", "项目", "费用项目", "费用名称", "收费名称"),
    Column.FIRST: ("开始日期", "起始日期", "账期开始", "计费开始", "费用开始日期"),
    Column.LAST: ("结束日期", "截止日期", "账期结束", "计费结束", "费用结束日期"),
    Column.AMOUNT: (
        "金额",
        "应收金额",
        "应缴金额",
        "实收金额",
        "收款金额",
        "金额(元)",
        "应收金额(元)",
        "贷方金额",
        "收入金额",
    ),
    Column.NUMBER: (
        "单号",
        "账单号",
        "账单编号",
        "收据号",
        "流水号",
        "单据号",
        "凭证号",
        "交易流水号",
        "银行流水号",
    ),
    Column.DUE: ("应缴日期", "到期日", "缴费期限", "应收日期"),
    Column.DAY: ("日期", "收款日期", "缴费日期", "抄表日期", "记账日期", "交易日期", "入账日期"),
    Column.METHOD: ("收款方式", "缴费方式", "支付方式", "方式"),
    Column.SERIAL: ("表号", "表编号", "水表号", "电表号", "气表号"),
    Column.VALUE: ("读数", "本次读数", "本期读数", "抄见数"),
    Column.OVERRIDE: ("异常原因", "原因"),
    Column.NOTE: ("备注", "说明"),
}
_BY_NAME = {name: column for column, names in ALIASES.items() for name in names}
_PLACE = frozenset({Column.BUILDING, Column.ROOM})
METHOD_WORDS: Mapping[str, Method] = {
    "现金": Method.CASH,
    **dict.fromkeys(("转账", "银行转账", "对公转账"), Method.TRANSFER),
    **dict.fromkeys(("刷卡", "POS", "pos"), Method.POS),
    **dict.fromkeys(("其他", "微信", "支付宝", "代扣"), Method.OTHER),
}
OVERRIDE_WORDS: Mapping[str, Override] = {
    "现场核实": Override.SEEN,
    "过量程归零": Override.ROLLED_OVER,
    "漏水漏电": Override.LEAK,
    "此前空置": Override.VACANT,
    "上次为估抄": Override.ESTIMATED_BEFORE,
    **{reason.value: reason for reason in Override},
}


class SheetKind(StrEnum):
    """What a list is of."""

    BILLS = "bills"
    PAYMENTS = "payments"
    READINGS = "readings"
    CREDITS = "credits"
    """What a bank credited; it is compared, never entered."""


REQUIRED: Mapping[SheetKind, frozenset[Column]] = {
    SheetKind.BILLS: _PLACE | {Column.ITEM, Column.FIRST, Column.LAST, Column.AMOUNT, Column.NUMBER},
    SheetKind.PAYMENTS: _PLACE | {Column.DAY, Column.AMOUNT, Column.METHOD, Column.NUMBER},
    SheetKind.READINGS: frozenset({Column.SERIAL, Column.DAY, Column.VALUE}),
    SheetKind.CREDITS: frozenset({Column.DAY, Column.AMOUNT, Column.NUMBER}),
}


@dataclass(frozen=True, slots=True)
class RowError:
    """Something wrong with a row, told to whoever must correct it; `row` is what the spreadsheet shows."""

    row: int
    column: str | None
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a unit is, as the row writes it."""

    building: str
    stair: str
    room: str


@dataclass(frozen=True, slots=True)
class BillRow:
    """A bill of a former system."""

    row: int
    place: Place
    item: str
    period: Period
    amount_fen: int
    number: str
    due_day: date | None
    day: date | None


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """A payment that was taken elsewhere."""

    row: int
    place: Place
    day: date
    amount_fen: int
    method: Method
    number: str


@dataclass(frozen=True, slots=True)
class ReadingRow:
    """A reading of a meter."""

    row: int
    serial: str
    day: date
    value_e3: int
    override: Override | None
    note: str


@dataclass(frozen=True, slots=True)
class CreditRow:
    """Money that a bank credited to the firm."""

    row: int
    day: date
    amount_fen: int
    number: str


Row = BillRow | PaymentRow | ReadingRow | CreditRow


def header_in(cells: Sequence[str], kind: SheetKind) -> dict[Column, int] | None:
    """Return where each column stands if this row is the header of such a list, else None."""
    places: dict[Column, int] = {}
    for index, cell in enumerate(cells):
        column = _BY_NAME.get(re.sub(r"[\s*:：]", "", cell).replace("（", "(").replace("）", ")"))
        if column is not None:
            places.setdefault(column, index)
    return places if set(places) >= REQUIRED[kind] else None


@dataclass(slots=True)
class Reading:
    """The reading of one row: asks each cell, keeps what is wrong, and goes on."""

    row: int
    cells: Mapping[Column, str]
    errors: list[RowError] = field(default_factory=list)

    def bill(self) -> BillRow | None:
        """Return the row as a bill, None if something is wrong with it."""
        place, item = self._place(), self._text(Column.ITEM)
        first, last = self._day(Column.FIRST), self._day(Column.LAST)
        amount, number = self._amount(), self._number()
        due, day = self._day(Column.DUE, needed=False), self._day(Column.DAY, needed=False)
        period = self._ask(Column.LAST, lambda: a_period(first, last)) if first and last else None
        if self.errors or period is None or amount is None:
            return None
        return BillRow(self.row, place, item, period, amount, number, due, day)

    def payment(self) -> PaymentRow | None:
        """Return the row as a payment, None if something is wrong with it."""
        place, day, amount, number = self._place(), self._day(Column.DAY), self._amount(), self._number()
        word = self._text(Column.METHOD)
        method = METHOD_WORDS.get(word)
        if word and method is None:
            known = "、".join(METHOD_WORDS)
            self.refuse(Column.METHOD, "method-unknown", f"收款方式“{word}”无法识别；请填写：{known}")
        if self.errors or day is None or amount is None or method is None:
            return None
        return PaymentRow(self.row, place, day, amount, method, number)

    def reading(self) -> ReadingRow | None:
        """Return the row as a reading, None if something is wrong with it."""
        serial, day = self._text(Column.SERIAL), self._day(Column.DAY)
        text = self._text(Column.VALUE)
        value = self._ask(Column.VALUE, lambda: parse_reading(text)) if text else None
        word = self.cells.get(Column.OVERRIDE, "")
        if word and word not in OVERRIDE_WORDS:
            known = "、".join(list(OVERRIDE_WORDS)[: len(Override)])
            self.refuse(Column.OVERRIDE, "override-unknown", f"异常原因“{word}”无法识别；请填写：{known}")
        if self.errors or day is None or value is None:
            return None
        note = self.cells.get(Column.NOTE, "")[:200]
        return ReadingRow(self.row, serial, day, value, OVERRIDE_WORDS.get(word), note)

    def credit(self) -> CreditRow | None:
        """Return the row as a credit of a bank, None if something is wrong with it."""
        day, amount, number = self._day(Column.DAY), self._amount(), self._number()
        if self.errors or day is None or amount is None:
            return None
        return CreditRow(self.row, day, amount, number)

    def refuse(self, column: Column | None, code: str, detail: str) -> None:
        """Keep something that is wrong."""
        self.errors.append(RowError(self.row, column, code, detail))

    def _place(self) -> Place:
        return Place(self._text(Column.BUILDING), self.cells.get(Column.STAIR, ""), self._text(Column.ROOM))

    def _text(self, column: Column) -> str:
        text = self.cells.get(column, "")
        if not text:
            self.refuse(column, "value-missing", f"“{column}”为空；请填写")
        return text

    def _day(self, column: Column, *, needed: bool = True) -> date | None:
        text = self._text(column) if needed else self.cells.get(column, "")
        if not text:
            return None
        for form in _FORMS:
            try:
                return datetime.strptime(text, form).date()  # noqa: DTZ007  (a day has no zone)
            except ValueError:
                continue
        self.refuse(column, "day-unreadable", f"日期“{text}”无法识别；请写作 2026-01-31")
        return None

    def _amount(self) -> int | None:
        text = self._text(Column.AMOUNT)
        amount = self._ask(Column.AMOUNT, lambda: parse_fen(text)) if text else None
        if amount == 0:
            self.refuse(Column.AMOUNT, "amount-zero", "金额为零；请填写大于零的金额，或删除该行")
        return amount

    def _number(self) -> str:
        text = self._text(Column.NUMBER)
        if text and not NUMBER.fullmatch(text):
            self.refuse(
                Column.NUMBER,
                "number-unreadable",
                f"单号“{text[:70]}”应为 1 至 64 位字母、数字、汉字或 -_/#.",
            )
        return text

    def _ask(self, column: Column, parse: Callable[[], Value]) -> Value | None:
        try:
            return parse()
        except Refusal as refusal:
            self.refuse(column, refusal.code, refusal.detail)
            return None


READ: Mapping[SheetKind, Callable[[Reading], Row | None]] = {
    SheetKind.BILLS: Reading.bill,
    SheetKind.PAYMENTS: Reading.payment,
    SheetKind.READINGS: Reading.reading,
    SheetKind.CREDITS: Reading.credit,
}
