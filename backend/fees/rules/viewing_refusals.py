"""What is refused to those who ask about bills, and how it is told."""

from __future__ import annotations

from backend.kernel.refusal import BadInput, NotFound, Refusal


class HandoverPending(Refusal):
    """The unit's title became others', and from which day on they bear its fees has not been said yet."""

    code = "handover-pending"
    title = "产权已变更，费用交接日待确认"


class AuthorisationRefused(Refusal):
    """Somebody to whom an owner cannot open a unit's bills."""

    code = "fee-authorisation-refused"
    title = "不能授权此人查看账单"


class AuthorisationUnknown(NotFound):
    """No such authorisation stands."""

    code = "fee-authorisation-unknown"
    title = "没有这项授权"


class TitleChangeUnknown(NotFound):
    """No such change of title waits for an answer here."""

    code = "title-change-unknown"
    title = "没有待确认的这项产权变更"


class SpanRefused(BadInput):
    """A stretch of days that is asked for cannot be meant."""

    code = "fee-span-refused"
    title = "查询期间填写有误"
