"""Everything that due process refuses, and how it is told."""

from __future__ import annotations

from backend.kernel.refusal import BadInput, Forbidden, NotFound, Refusal


class CaseUnknown(NotFound):
    """No such case, or none that this person may know of."""

    code = "arrears-case-unknown"
    title = "没有这项催缴记录"


class NotYourStep(Forbidden):
    """The person's part in the case does not allow this."""

    code = "arrears-not-your-step"
    title = "此事不由您办理"


class OutOfOrder(Refusal):
    """The step may not follow the state the case is in."""

    code = "arrears-out-of-order"
    title = "现在不能办理这一步"


class TooEarly(Refusal):
    """The period that an earlier step gave has not run out, or the last reminder is less than a week old."""

    code = "arrears-too-early"
    title = "期限未满"


class NothingOverdue(Refusal):
    """The holder owes nothing that is overdue and undisputed."""

    code = "nothing-overdue"
    title = "没有可以催缴的账单"


class StageMissing(Refusal):
    """A court file was asked for before every earlier stage had run."""

    code = "arrears-stage-missing"
    title = "前置程序不完整"


class NotSettled(Refusal):
    """A dispute was to be ended by somebody who may not end it alone."""

    code = "dispute-not-settled"
    title = "争议尚未解决"


class DisputeRefused(BadInput):
    """A dispute about nothing, about bills that are not open, or about what has been decided."""

    code = "dispute-refused"
    title = "异议填写有误"


class FormRefused(BadInput):
    """Something that the step needs is missing or makes no sense."""

    code = "arrears-form-refused"
    title = "填写的内容有误"


class TermsRefused(BadInput):
    """A period shorter than allowed, or without the clause that it rests on."""

    code = "arrears-terms-refused"
    title = "催缴期限设置有误"
