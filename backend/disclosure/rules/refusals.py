"""Everything that disclosure refuses, and how it is told."""

from __future__ import annotations

from backend.kernel.refusal import BadInput, Forbidden, NotFound, Refusal


class BookUnbalanced(RuntimeError):
    """An entry whose debits and credits differ: a mistake of the program, which must not reach the books."""


class SourceUnknown(NotFound):
    """No such source of common income in this community."""

    code = "common-source-unknown"
    title = "没有这个收益来源"


class SourceTaken(Refusal):
    """Another source of this community has the name."""

    code = "common-source-taken"
    title = "收益来源名称已在使用"


class FirstDepositTaken(Refusal):
    """A second first deposit of a unit."""

    code = "first-deposit-taken"
    title = "该房屋已登记首期交存"


class BookEntryUnknown(NotFound):
    """No such entry in these books."""

    code = "book-entry-unknown"
    title = "没有这笔账"


class BookDayRefused(BadInput):
    """A day that lies ahead, or outside what it belongs to."""

    code = "book-day-refused"
    title = "日期填写有误"


class VoucherTaken(Refusal):
    """The voucher's number stands for another entry."""

    code = "voucher-taken"
    title = "凭证号已用于另一笔账"


class MoneyShort(Refusal):
    """More would be paid than there is, on that day or on a later one."""

    code = "money-short"
    title = "余额不足"


class UnitsShort(Refusal):
    """Units would pay more than they have; `errors` names the first of them."""

    code = "units-short"
    title = "有房屋的维修资金余额不足"


class EntryKept(Refusal):
    """An entry that cannot be reversed: it is a reversal, was reversed, or belongs to another entry."""

    code = "book-entry-kept"
    title = "这笔账不能冲销"


class PersonalText(BadInput):
    """A text that is published holds a phone or a document number."""

    code = "personal-text"
    title = "公开文字中不能有个人信息"


class SplitRefused(BadInput):
    """Parts of a split that do not make sense."""

    code = "split-refused"
    title = "分配方案填写有误"


class SplitMissing(Refusal):
    """Net income is to be split and no decision of the assembly says how."""

    code = "split-missing"
    title = "没有业主大会的分配决定"


class DecisionUnfit(Refusal):
    """A decision of the assembly that is about something else, or about other units."""

    code = "decision-unfit"
    title = "该表决事项不能作为依据"


class DecisionUsed(Refusal):
    """A decision that another project or split stands on already."""

    code = "decision-used"
    title = "该表决事项已经用过"


class ProjectUnknown(NotFound):
    """No such project of the fund."""

    code = "fund-project-unknown"
    title = "没有这个维修项目"


class FundForbidden(Refusal):
    """What the law does not let the fund pay."""

    code = "fund-forbidden"
    title = "依法不得使用维修资金"


class ProjectRefused(BadInput):
    """A project whose parts do not go together."""

    code = "fund-project-refused"
    title = "维修项目填写有误"


class StepRefused(Refusal):
    """A step of the emergency procedure out of its turn, or a use before the steps are done."""

    code = "fund-step-refused"
    title = "应急程序尚缺步骤"


class OverBudget(Refusal):
    """Uses of a project would come to more than was decided."""

    code = "over-budget"
    title = "超过项目预算"


class NothingToShareBy(Refusal):
    """Units have neither area nor balance to divide an amount by."""

    code = "nothing-to-share-by"
    title = "无法分摊"


class PaperUnknown(NotFound):
    """No such document of this community, or not for this person to see."""

    code = "paper-unknown"
    title = "没有这份凭证"


class PaperRefused(BadInput):
    """A document that is no PDF and no photo, or too large."""

    code = "paper-refused"
    title = "凭证文件无法使用"


class FundListRefused(BadInput):
    """A list of opening balances without a header, without rows, or with too many."""

    code = "fund-list-refused"
    title = "维修资金清单无法读取"


class PublicationUnknown(NotFound):
    """No such publication."""

    code = "publication-unknown"
    title = "没有这份公示"


class PublicationRefused(Refusal):
    """A publication of a period that has not ended, or was published without naming what it corrects."""

    code = "publication-refused"
    title = "不能公布"


class DisclosureRuleRefused(BadInput):
    """A limit outside what can be meant."""

    code = "disclosure-rule-refused"
    title = "公示期限设置有误"


class SightRefused(Forbidden):
    """Somebody who neither belongs to the community nor serves it."""

    code = "sight-refused"
    title = "只向本小区业主和相关单位公开"


class EnquiryUnknown(NotFound):
    """No such question."""

    code = "enquiry-unknown"
    title = "没有这条询问"


class EnquiriesWaiting(Refusal):
    """One person's questions that wait for an answer are as many as may wait."""

    code = "enquiries-waiting"
    status = 429
    title = "待答复的询问过多"


class EnquiryAnswered(Refusal):
    """A question that has its answer."""

    code = "enquiry-answered"
    title = "这条询问已经答复"
