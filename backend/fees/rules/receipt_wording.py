"""The Chinese words of receipts that people read, in one place."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from backend.fees.rules.receipts import ReceiptKind, ReceiptState
from backend.kernel.clock import CHINA

FORMER_HOLDER = "原业主"
"""Who paid for a unit before it changed hands; the register no longer knows the name."""
PREPAID, PREPAID_HINT = "预存款", "抵以后的账单"
DRILL = "这是演练，没有真实的款项往来"

HEADINGS: Mapping[ReceiptKind, str] = {
    ReceiptKind.RECEIPT: "收据",
    ReceiptKind.VOID: "作废收据",
    ReceiptKind.REFUND: "退款收据",
}

STATES: Mapping[ReceiptState, str] = {
    ReceiptState.VALID: "真实有效",
    ReceiptState.VOID: "已经作废",
    ReceiptState.PARTLY_REFUNDED: "有效，已退还一部分",
    ReceiptState.REFUNDED: "已全部退还",
    ReceiptState.COUNTER: "冲销凭证",
}
"""How a receipt stands, for whoever checks it."""

MEANINGS: Mapping[ReceiptState, str] = {
    ReceiptState.VALID: "这张收据由本平台开出，与小区收费账目一致。",
    ReceiptState.VOID: "这张收据由本平台开出，后来作废，不能再作为缴费凭证。",
    ReceiptState.PARTLY_REFUNDED: "这张收据由本平台开出，其中一部分款项已经退还。",
    ReceiptState.REFUNDED: "这张收据由本平台开出，款项已经全部退还，不能再作为缴费凭证。",
    ReceiptState.COUNTER: "这张凭证由本平台开出，用来冲销另一张收据，不是缴费凭证。",
}


def day_in_words(day: date) -> str:
    """Write a day as people say it."""
    return f"{day.year}年{day.month}月{day.day}日"


def moment_in_words(at: datetime) -> str:
    """Write an instant in China's time, to the minute."""
    here = at.astimezone(CHINA)
    return f"{day_in_words(here.date())} {here:%H:%M}"


def period_in_words(first: date, last: date) -> str:
    """Write a period, both days included; whole months by their names."""
    if first == last:
        return day_in_words(first)
    if first.day == 1 and (last + timedelta(days=1)).day == 1:
        begin, end = f"{first.year}年{first.month}月", f"{last.month}月"
        if (first.year, first.month) == (last.year, last.month):
            return begin
    else:
        begin, end = day_in_words(first), f"{last.month}月{last.day}日"
    return f"{begin}至{'' if first.year == last.year else f'{last.year}年'}{end}"
