"""What messages know without a database: quiet hours, and which template carries which kind."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from enum import StrEnum

from backend.kernel.clock import CHINA

MOST_CONSENTS_AT_ONCE = 3
"""Templates in one dialog of WeChat."""


class Channel(StrEnum):
    """How a message went out besides the inbox."""

    WECHAT = "wechat"
    SMS = "sms"
    NONE = "none"


def sendable_at(now: datetime, quiet: tuple[int, int] | None, *, urgent: bool) -> datetime:
    """Return when a message may go out: now, or at the end of the quiet hours it falls into.

    `quiet` is begin and end in minutes of the day in +08:00, over midnight if the end is smaller.
    """
    if urgent or quiet is None:
        return now
    here = now.astimezone(CHINA)
    minute, (begin, end) = here.hour * 60 + here.minute, quiet
    is_quiet = begin <= minute < end if begin <= end else (minute >= begin or minute < end)
    if not is_quiet:
        return now
    day = here.date() + timedelta(days=1 if begin > end and minute >= begin else 0)
    return datetime.combine(day, time(end // 60, end % 60), CHINA).astimezone(now.tzinfo)


def template_for(kind: str, templates: Iterable[str]) -> str | None:
    """Return the template that carries a kind: the longest one whose name the kind begins with."""
    fitting = [name for name in templates if kind == name or kind.startswith(f"{name}-")]
    return max(fitting, key=len, default=None)
