"""The Chinese words of fees that people read, in one place."""

from __future__ import annotations

from collections.abc import Mapping

from backend.fees.rules.charging import Line
from backend.fees.rules.values import BillState, EntryKind, Method, Skip

SKIPS: Mapping[Skip, str] = {
    Skip.BILLED: "本期已出账",
    Skip.OVERLAP: "已有账单与本期部分重叠；请核对账期，或先冲销原账单",
    Skip.NO_AREA: "没有面积；请先在名册中补上面积",
    Skip.NO_READING: "没有未出账的读数；请先抄表",
    Skip.ZERO: "金额为零，不出账",
}

KINDS: Mapping[EntryKind, str] = {
    EntryKind.CHARGE: "账单",
    EntryKind.PAYMENT: "收款",
    EntryKind.APPLIED: "预存抵扣",
    EntryKind.RELEASED: "转为预存",
    EntryKind.REVERSAL: "冲销",
    EntryKind.REFUND: "退款",
}

METHODS: Mapping[Method, str] = {
    Method.CASH: "现金",
    Method.TRANSFER: "银行转账",
    Method.POS: "刷卡",
    Method.WECHAT: "微信支付",
    Method.OTHER: "其他方式",
}

STATES: Mapping[BillState, str] = {
    BillState.OPEN: "待缴",
    BillState.PART_PAID: "已缴一部分",
    BillState.OVERDUE: "已过缴费期限",
    BillState.PAID: "已缴清",
    BillState.CANCELLED: "已冲销",
    BillState.DISPUTED: "有异议，暂不催缴",
}


BILLED = "{community}{period}的账单已出，请在{due}前缴纳。点开可查看每张账单的计算依据。"
PAID = "已收到 {label} 的物业缴费 {amount} 元（{method}）。收据可在“账单与缴费”中查看。"
REFUNDED = "{label} 的物业退款 {amount} 元已退还（{method}）。"


def authorised_text(label: str) -> str:
    """Tell a resident that an owner lets them see and pay."""
    return f"业主已授权您查看和缴纳房屋 {label} 的物业账单。业主可随时收回授权；您搬离后授权自动失效。"


def authorisation_ended_text(label: str) -> str:
    """Tell a resident that this was taken back."""
    return f"业主已收回您查看和缴纳房屋 {label} 物业账单的授权。"


def explained(line: Line) -> str:
    """Say in one line what a line of a bill is made of."""
    if not line.quantity:
        return "按原收费系统的账单金额"
    if not line.price:
        by = f"面积 {line.quantity} 平方米" if "." in line.quantity else "户数"
        return f"公共费用按{by}分摊{_shared_days(line)}"
    months = f" × {line.months} 个月" if line.months else ""
    return f"数量 {line.quantity} × 单价 {line.price} 元{months}{_shared_days(line)}"


def _shared_days(line: Line) -> str:
    days = line.period.days
    return "" if days == line.of_days else f"，按 {days}/{line.of_days} 天分担"


TO_PREPAYMENT = "转入预存"
TOTAL = "合计"
ARREARS_COLUMNS = (
    "房屋",
    "楼栋",
    "承担人",
    "账单数",
    "最早缴费期限",
    "逾期1-30天（元）",
    "逾期31-90天（元）",
    "逾期91-365天（元）",
    "逾期365天以上（元）",
    "合计（元）",
    "合计（分）",
)
HOLDERS = {True: "现承担人", False: "前承担人"}
COLLECTION_COLUMNS = ("类别", "实收（元）", "实收（分）")
REPORT_COLUMN = "导入结果"
