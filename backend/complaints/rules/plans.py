"""A dated plan for a complex matter (law.md 6.1, P4: "15 days or a dated plan")."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from backend.complaints.rules.refusals import PlanRefused
from backend.kernel.clock import CHINA

LONGEST_PLAN = timedelta(days=60)


def planned_end(day: str, *, began_at: datetime, now: datetime) -> datetime:
    """Return the end (24:00 in China) of the day on which a plan promises the answer.

    Raises:
        PlanRefused: no date, one that is past, or one more than 60 days after the report.
    """
    try:
        end = datetime.combine(date.fromisoformat(day) + timedelta(days=1), time(), CHINA)
    except (ValueError, OverflowError) as error:  # the day after the last of the calendar
        raise PlanRefused("请填写计划办结日期，如 2026-01-31") from error
    if end <= now:
        raise PlanRefused("计划办结日期不能早于今天")
    if end > began_at + LONGEST_PLAN:
        raise PlanRefused(f"计划办结日期最迟为提交后 {LONGEST_PLAN.days} 天；更久的事项请分步办理并逐步答复")
    return end
