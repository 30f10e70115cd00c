"""What the table of moves cannot say: periods that must have run out, and stages that must have run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from backend.fees.rules.arrears.clock import last_day
from backend.fees.rules.arrears.events import ClaimedBill
from backend.fees.rules.arrears.life import Part, Plan, Standing
from backend.fees.rules.arrears.refusals import (
    FormRefused,
    NothingOverdue,
    NotSettled,
    StageMissing,
    TooEarly,
)
from backend.fees.rules.arrears.terms import REMINDER_DAYS
from backend.fees.rules.arrears.values import MOST_PARTS, Closing, Side, State
from backend.kernel.money import format_fen
from backend.kernel.worktime import WorkCalendar

LONGEST_PLAN = timedelta(days=731)


def next_reminder_day(standing: Standing) -> date | None:
    """Return from which day on the firm may remind again; None where it never has."""
    if standing.last_reminder is None:
        return None
    return standing.last_reminder + timedelta(days=REMINDER_DAYS)


def check_reminder(standing: Standing, today: date) -> None:
    """Refuse a second reminder within a week. Raises TooEarly."""
    free = next_reminder_day(standing)
    if free is not None and today < free:
        raise TooEarly(f"每周最多提醒一次；{standing.last_reminder} 已提醒，{free} 起可再次提醒")


def claimable(standing: Standing | None, overdue: Iterable[ClaimedBill]) -> list[ClaimedBill]:
    """Return the overdue bills that may be asked for: none that is disputed.

    Raises:
        NothingOverdue: there is none.
    """
    barred = standing.disputed if standing else frozenset()
    found = [bill for bill in overdue if bill.id not in barred]
    if not found:
        raise NothingOverdue("这套房屋没有逾期且无异议的账单，不需要催缴")
    return found


def noticeable(
    standing: Standing, overdue: Iterable[ClaimedBill], today: date, calendar: WorkCalendar
) -> list[ClaimedBill]:
    """Return the bills that a formal notice may name: those whose reminder has had its time.

    Raises:
        TooEarly: none has. NothingOverdue, CalendarUnknown: what it says.
    """
    bills = claimable(standing, overdue)
    ends = {bill.id: reminder_end(standing, bill.id, calendar) for bill in bills}
    ready = [bill for bill in bills if (end := ends[bill.id]) is not None and end < today]
    if not ready:
        known = sorted(end for end in ends.values() if end is not None)
        until = f"提醒期至 {known[0]} 止" if known else "请先提醒"
        raise TooEarly(f"书面催告须在提醒满 {REMINDER_DAYS} 日之后发出；{until}")
    return ready


def reminder_end(standing: Standing, bill_id: int, calendar: WorkCalendar) -> date | None:
    """Return the last day that a bill's first reminder gives; None while none was sent, or it stands."""
    reminded = standing.reminded.get(bill_id)
    return None if reminded is None else last_day(reminded, REMINDER_DAYS, standing.pauses, calendar)


def notice_end(standing: Standing, calendar: WorkCalendar) -> date | None:
    """Return the last day of the present notice's period; None while it has not begun, or stands.

    It begins when the notice was brought, not before the day for which it was printed.

    Raises:
        CalendarUnknown: the end lies in a year whose holidays are not entered.
    """
    notice = standing.notice
    if notice is None or notice.delivered is None:
        return None
    begins = max(notice.begins, notice.delivered)
    return last_day(begins, notice.days, standing.pauses, calendar)


def check_notice_over(standing: Standing, today: date, calendar: WorkCalendar) -> None:
    """Refuse what must wait for the end of the notice's period.

    Raises:
        StageMissing: no notice, or none that is known to have been brought. TooEarly: the period runs.
    """
    notice = standing.notice
    if notice is None:
        raise StageMissing("尚未发出书面催告")
    if notice.delivered is None:
        raise StageMissing("书面催告尚未登记送达；请登记送达方式和凭证")
    end = notice_end(standing, calendar)
    if end is None or today <= end:
        raise TooEarly(f"书面催告的期限尚未届满（最后一日 {end or '因异议或分期暂停计算'}）")


def check_filing(standing: Standing, today: date, calendar: WorkCalendar) -> None:
    """Refuse a court file before every earlier stage has run. Raises StageMissing, TooEarly."""
    check_notice_over(standing, today, calendar)
    if standing.mediation is None:
        raise StageMissing("尚无书面催告之后的调解记录；请先申请调解并登记结果")


def filed_bills(standing: Standing, overdue: Iterable[ClaimedBill]) -> list[ClaimedBill]:
    """Return the bills that a court file claims: of those that the notice named, what is still owed.

    Raises:
        NothingOverdue: nothing is.
    """
    named = standing.notice.bill_ids if standing.notice else frozenset()
    return claimable(standing, [bill for bill in overdue if bill.id in named])


def check_may_reject(standing: Standing, number: int) -> None:
    """Refuse to end a dispute against the owner's word without a mediation that the community recorded."""
    if not standing.disputes[number].mediated:
        raise NotSettled("异议须由业主接受或撤回，或在社区登记调解记录之后，才能结束")


def check_parts(parts: Sequence[Part], owed_fen: int, today: date) -> None:
    """Refuse instalments that do not come to what is owed, or whose days are not in order and ahead.

    Raises:
        FormRefused: what it says.
    """
    days = [part.day for part in parts]
    if not 1 <= len(parts) <= MOST_PARTS or days != sorted(set(days)):
        raise FormRefused(f"分期应为 1 至 {MOST_PARTS} 期，日期由近到远、不重复")
    if not today < days[0] <= days[-1] <= today + LONGEST_PLAN:
        raise FormRefused("分期日期应在今天之后、两年之内")
    total = sum(part.amount_fen for part in parts)
    if total != owed_fen:
        raise FormRefused(f"各期合计 {format_fen(total)} 元，应等于逾期欠费 {format_fen(owed_fen)} 元")


def is_plan_broken(
    standing: Standing, open_fen: Mapping[int, int], today: date, calendar: WorkCalendar
) -> bool:
    """Tell whether an instalment's last day has passed unpaid. Nothing is broken while a dispute is open.

    Raises:
        CalendarUnknown: a last day lies in a year whose holidays are not entered.
    """
    plan = standing.plan
    if plan is None or plan.agreed is None or standing.state is not State.INSTALMENTS:
        return False
    paid = plan.owed_fen - sum(open_fen.get(bill_id, 0) for bill_id in plan.bill_ids)
    due = sum(part.amount_fen for part in plan.parts if _is_past(standing, plan, part, today, calendar))
    return paid < due


def part_end(standing: Standing, plan: Plan, part: Part, calendar: WorkCalendar) -> date | None:
    """Return the last day of an instalment, moved by disputes and days of rest. Raises CalendarUnknown."""
    agreed = plan.agreed or part.day
    return last_day(agreed, (part.day - agreed).days, standing.dispute_pauses, calendar)


def closing_of(standing: Standing, open_fen: Mapping[int, int], cancelled: frozenset[int]) -> Closing | None:
    """Return why a case is to be closed, None while something of it is owed."""
    if not standing.bill_ids or any(open_fen.get(bill_id, 0) > 0 for bill_id in standing.bill_ids):
        return None
    if standing.bill_ids <= cancelled:
        return Closing.CANCELLED
    return Closing.INSTALMENTS if standing.plan is not None else Closing.PAID


def moot_disputes(standing: Standing, cancelled: frozenset[int]) -> list[int]:
    """Return the open disputes all of whose bills the firm has taken back: the owner was right."""
    return [one.number for one in standing.open_disputes if one.bill_ids <= cancelled]


def check_may_ask_mediation(standing: Standing, side: Side, today: date, calendar: WorkCalendar) -> None:
    """Refuse the firm's asking before it has answered a dispute, or before the notice's period is over.

    The owner may ask at any time. Raises TooEarly, StageMissing.
    """
    if side is Side.OWNER:
        return
    if not all(dispute.answered for dispute in standing.open_disputes):
        raise TooEarly("请先答复业主的异议，再申请调解")
    if not standing.open_disputes:
        check_notice_over(standing, today, calendar)


def _is_past(standing: Standing, plan: Plan, part: Part, today: date, calendar: WorkCalendar) -> bool:
    if part.day >= today:
        return False
    end = part_end(standing, plan, part, calendar)
    return end is not None and end < today
