"""The periods that a holder is given. No statute names a number of days: each stands here with its source."""

from __future__ import annotations

from dataclasses import dataclass

from backend.fees.rules.arrears.refusals import TermsRefused

LEAST_NOTICE_DAYS = 15
"""Less needs a clause of the service contract. Civil Code 944(2) asks for a reasonable period."""
BOTTOM_NOTICE_DAYS, MOST_NOTICE_DAYS = 7, 180
REMINDER_DAYS = 7
"""A week between reminders, and between the first one about a bill and a notice about it."""
DELIVERY_DAYS = 3
"""What a notice is given to arrive; brought later, its period begins later."""
SOURCE = "《民法典》第九百四十四条第二款“合理期限”；法律未定天数，本系统不少于十五日"


@dataclass(frozen=True, slots=True)
class Terms:
    """How many days a formal notice gives, and on what that rests."""

    notice_days: int
    source: str


DEFAULT = Terms(LEAST_NOTICE_DAYS, SOURCE)


def check_terms(notice_days: int, clause: str) -> Terms:
    """Return the terms of a community's contract.

    Raises:
        TermsRefused: out of all bounds, or below the least without a clause of the contract.
    """
    if not BOTTOM_NOTICE_DAYS <= notice_days <= MOST_NOTICE_DAYS:
        raise TermsRefused(f"书面催告的期限应为 {BOTTOM_NOTICE_DAYS} 至 {MOST_NOTICE_DAYS} 日")
    if notice_days < LEAST_NOTICE_DAYS and not clause.strip():
        raise TermsRefused(f"少于 {LEAST_NOTICE_DAYS} 日须写明物业服务合同的条款")
    return Terms(notice_days, clause.strip() or SOURCE)
