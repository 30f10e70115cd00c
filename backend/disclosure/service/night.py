"""The nightly check: once a day, after two in the morning in China, and kept."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

import structlog
from sqlalchemy.orm import Session

from backend.disclosure.models import BookCheck
from backend.disclosure.service.check import BookReport
from backend.infra.audit import record_act
from backend.infra.house import House
from backend.infra.outbox import post
from backend.kernel.clock import CHINA

CHECK = "book-check"
HOUR = 2


def day_to_check(session: Session, house: House) -> date | None:
    """Return the day whose check has not been ordered though it is time; None if there is nothing to do."""
    here = house.clock().astimezone(CHINA)
    if here.hour < HOUR or session.get(BookCheck, here.date()) is not None:
        return None
    return here.date()


def order_check(session: Session, house: House, day: date) -> None:
    """Have the worker check the books for a day."""
    if session.get(BookCheck, day) is None:
        session.add(BookCheck(day=day, at=house.clock()))
        session.flush()
        post(session, CHECK, {"day": day.isoformat()}, due_at=house.clock())


def keep_report(session: Session, house: House, day: date, report: BookReport) -> None:
    """Keep what a check found; a disagreement is logged and enters the audit trail."""
    row = session.get_one(BookCheck, day)
    row.at, row.entries, row.postings = house.clock(), report.entries, report.postings
    row.findings = [asdict(finding) for finding in report.findings]
    if report.findings:
        structlog.get_logger().error("books-disagree", findings=[str(one) for one in report.findings])
        record_act(
            session,
            at=house.clock(),
            actor="system",
            act="books-disagree",
            subject=f"book-check:{day}",
            detail={"rules": [finding.rule for finding in report.findings]},
        )
