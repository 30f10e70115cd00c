"""Everything that fees refuse, and how it is told."""

from __future__ import annotations

from backend.kernel.refusal import BadInput, NotFound, Refusal


class Unbalanced(RuntimeError):
    """An entry whose debits and credits differ: a mistake of the program, which must not reach the books."""


class FeeItemUnknown(NotFound):
    """No such fee item in this community."""

    code = "fee-item-unknown"
    title = "没有这个收费项目"


class FeeItemRefused(BadInput):
    """A fee item whose parts do not go together."""

    code = "fee-item-refused"
    title = "收费项目设置有误"


class PeriodRefused(BadInput):
    """A period that ends before it begins, or is too long to be meant."""

    code = "period-refused"
    title = "期间填写有误"


class DayRefused(BadInput):
    """A day that lies ahead, where only what has happened is entered."""

    code = "day-refused"
    title = "日期填写有误"


class PriceUnreadable(BadInput):
    """A price that is no plain figure with at most four decimals."""

    code = "price-unreadable"
    title = "单价无法识别"


class PriceOverlaps(Refusal):
    """Two prices of one item would be in force on the same day."""

    code = "price-overlaps"
    title = "单价的有效期重叠"


class PriceUnknown(NotFound):
    """No such price."""

    code = "price-unknown"
    title = "没有这条单价"


class PriceInUse(Refusal):
    """Bills were made by this price for days after the one on which it should end."""

    code = "price-in-use"
    title = "该单价已用于出账"


class PriceMissing(Refusal):
    """A day of the period has no price."""

    code = "price-missing"
    title = "期间内缺少有效单价"


class AreaMissing(Refusal):
    """A cost cannot be divided by area while the area of a unit is not known."""

    code = "area-missing"
    title = "有房屋缺少面积"


class CostMissing(BadInput):
    """A shared item is to be charged without saying what it cost."""

    code = "shared-cost-missing"
    title = "缺少公摊费用总额"


class CostDiffers(Refusal):
    """Bills of the period were made from another cost."""

    code = "shared-cost-differs"
    title = "公摊费用总额与已出账单不一致"


class NobodyToShare(Refusal):
    """No unit is left to bear a shared cost."""

    code = "nobody-to-share"
    title = "没有可分摊的房屋"


class BillUnknown(NotFound):
    """No such bill here."""

    code = "bill-unknown"
    title = "没有这张账单"


class EntryUnknown(NotFound):
    """No such journal entry here."""

    code = "journal-entry-unknown"
    title = "没有这笔记账"


class NotReversible(Refusal):
    """An entry that is reversed already, or follows from another."""

    code = "entry-not-reversible"
    title = "这笔记账不能冲销"


class PrepaymentSpent(Refusal):
    """More would be taken from a prepayment than is left of it."""

    code = "prepayment-spent"
    title = "预存余额不足"


class PaymentRefused(BadInput):
    """A payment that cannot be entered like this."""

    code = "payment-refused"
    title = "收款填写有误"


class ReferenceTaken(Refusal):
    """The same reference was used for something else."""

    code = "reference-taken"
    title = "单号已用于另一笔记录"


class MeterUnknown(NotFound):
    """No such meter here."""

    code = "meter-unknown"
    title = "没有这块表"


class MeterRefused(BadInput):
    """A meter that cannot be entered like this."""

    code = "meter-refused"
    title = "计量表设置有误"


class ReadingUnreadable(BadInput):
    """A reading that is no plain figure with at most three decimals."""

    code = "reading-unreadable"
    title = "读数无法识别"


class ReadingImplausible(Refusal):
    """A reading that cannot well be right. `reason` is stable; `detail` says what to do."""

    code = "reading-implausible"
    title = "读数异常"

    def __init__(self, reason: str, detail: str) -> None:
        self.reason = reason
        super().__init__(detail, errors=[{"reason": reason}])


class HandoverRefused(Refusal):
    """A change of hands that does not fit what was entered before."""

    code = "handover-refused"
    title = "交接登记有误"


class FeeFileRefused(BadInput):
    """A file that is no list of bills or payments."""

    code = "fee-file-refused"
    title = "文件不是账单或收款表"


class RunRefused(BadInput):
    """A charge run that asks for what cannot be."""

    code = "charge-run-refused"
    title = "出账设置有误"
