"""The Chinese words of paying by WeChat, refunds and reconciliation that people read, in one place."""

from __future__ import annotations

from collections.abc import Mapping

from backend.fees.rules.reconciling import DifferenceKind, Source, What
from backend.fees.rules.refunding import RefundCause

ORDER_OF_BILLS = "{items}（{bills} 张账单）"
"""What the payer reads in WeChat."""
MANY_ITEMS = "物业费用"
ORDER_OF_PREPAYMENT = "物业费预存"
PAID_TWICE = "重复支付：账单此前已结清或已冲销"
REFUND_REASONS: Mapping[str, str] = {
    RefundCause.PAID_TWICE: "重复支付退款",
    RefundCause.ASKED: "业主申请退款",
    RefundCause.BY_STAFF: "物业退款",
}
"""What the payer reads in WeChat."""

AGREES_NOW = "再次对账时已一致"
DIFFERENCE_COLUMNS = (
    *("日期", "对账对象", "类别", "差异", "单号", "账上金额(元)", "对方金额(元)", "状态"),
    *("发现时间", "处理时间", "处理说明"),
)
DIFFERENCES: Mapping[str, str] = {
    Source.WECHAT: "微信支付",
    Source.BANK: "银行",
    What.PAYMENT: "收款",
    What.REFUND: "退款",
    DifferenceKind.MISSING_HERE: "账上没有",
    DifferenceKind.MISSING_THERE: "对方没有",
    DifferenceKind.AMOUNT: "金额不一致",
    DifferenceKind.STATE: "状态不一致",
}
"""How the words of a difference are told."""
