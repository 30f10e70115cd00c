"""Why complaints refuse. Each says in Chinese what is wrong and what to do instead."""

from __future__ import annotations

from backend.kernel.refusal import BadInput, Forbidden, NotFound, Refusal


class StepNotAllowed(Refusal):
    """The ticket's state does not allow this step."""

    code = "ticket-step-not-allowed"
    title = "工单当前状态不能这样办理"


class TicketUnknown(NotFound):
    """No such ticket, or this person may not know of it."""

    code = "ticket-unknown"
    title = "没有这张工单"


class NotYourPart(Forbidden):
    """The person has no part in the ticket that allows the step."""

    code = "ticket-not-your-part"
    title = "您不能办理这张工单的这一步"


class NobodyServes(Refusal):
    """No body is entered that could answer a report in this community."""

    code = "nobody-serves-community"
    title = "该小区尚未登记受理单位"


class CategoryUnknown(BadInput):
    """No such category, or one that takes no reports."""

    code = "complaint-category-unknown"
    title = "没有这个诉求类别"


class CategoryUnlawful(BadInput):
    """A category that cannot be entered as it is."""

    code = "complaint-category-refused"
    title = "诉求类别填写有误"


class AnswersRefused(BadInput):
    """The category's questions are not answered as they ask."""

    code = "complaint-answers-refused"
    title = "补充问题填写有误"


class PlaceRefused(BadInput):
    """The place of a report does not exist in the community or lacks a part."""

    code = "complaint-place-refused"
    title = "地点填写有误"


class TextRefused(BadInput):
    """A text that is empty or too long."""

    code = "complaint-text-refused"
    title = "文字内容有误"


class ChannelRefused(BadInput):
    """A channel that this person cannot report by."""

    code = "complaint-channel-refused"
    title = "受理渠道有误"


class TooManyReports(Refusal):
    """More reports in a day than one person may make (and the hotline stays open)."""

    code = "too-many-reports"
    status = 429
    title = "今天提交的诉求过多"


class SameReportAgain(Refusal):
    """The same words about the same place were sent before; the answer names that ticket."""

    code = "same-report-again"
    title = "相同的诉求已经提交过"


class AlreadyJoined(Refusal):
    """One person whistles once on a ticket."""

    code = "ticket-already-joined"
    title = "您已参与这张工单"


class ProofMissing(BadInput):
    """The category demands a photo that shows the matter is solved."""

    code = "ticket-proof-missing"
    title = "办结需要现场照片"


class TooLate(Refusal):
    """The time for this step is over."""

    code = "ticket-too-late"
    title = "办理期限已过"


class MergeRefused(BadInput):
    """Two tickets that cannot be one."""

    code = "ticket-merge-refused"
    title = "这两张工单不能合并"


class PlanRefused(BadInput):
    """A dated plan that the priority or the calendar does not allow."""

    code = "ticket-plan-refused"
    title = "办理方案的日期有误"


class NoHigherLevel(Refusal):
    """There is no body above the one that has the ticket."""

    code = "no-higher-level"
    title = "没有更高一级的受理单位"


class ContactClosed(Forbidden):
    """The contact of a resident is shown only while the ticket is open."""

    code = "ticket-contact-closed"
    title = "工单已办结，不再显示联系方式"


class TermsRefused(BadInput):
    """Time limits or working hours that cannot be used."""

    code = "complaint-terms-refused"
    title = "时限设置有误"


class FactRefused(BadInput):
    """A value that an act needs is missing or not from its list."""

    code = "ticket-fact-refused"
    title = "办理信息填写有误"


class TemplateUnknown(NotFound):
    """No ready text has this id."""

    code = "reply-template-unknown"
    title = "没有这条常用语"


class PeriodRefused(BadInput):
    """Days that are no period, or one that is too long."""

    code = "figures-period-refused"
    title = "统计期间有误"


class HotlineFileRefused(BadInput):
    """A file that holds no hotline tickets, or too many at once."""

    code = "hotline-file-refused"
    title = "热线工单文件无法导入"


class JurisdictionMissing(BadInput):
    """Several communities, and none was named (Open311)."""

    code = "open311-jurisdiction-missing"
    status = 400
    title = "缺少 jurisdiction_id"


class JurisdictionUnknown(NotFound):
    """No such community (Open311)."""

    code = "open311-jurisdiction-unknown"
    title = "没有这个 jurisdiction_id"


class ServiceUnknown(NotFound):
    """No such service (Open311)."""

    code = "open311-service-unknown"
    title = "没有这个 service_code"


class RequestUnknown(NotFound):
    """No such request or token (Open311)."""

    code = "open311-request-unknown"
    title = "没有这个 service_request_id 或 token"


class LocationMissing(BadInput):
    """A report without a place (Open311)."""

    code = "open311-location-missing"
    status = 400
    title = "缺少位置"


class ParameterRefused(BadInput):
    """A parameter that is missing or cannot be read (Open311)."""

    code = "open311-parameter-refused"
    status = 400
    title = "参数有误"


class SpanRefused(BadInput):
    """A span of more than 90 days (Open311)."""

    code = "open311-span-refused"
    status = 400
    title = "日期范围有误"


class KeyRefused(Forbidden):
    """No key, or one that is not good (Open311)."""

    code = "open311-key-refused"
    title = "api_key 无效"
