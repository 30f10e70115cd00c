"""Working days of years that an administrator entered, beside those that come with the program."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from backend.infra.db import Base, Instant, Line
from backend.infra.prepared import Prepared
from backend.kernel.worktime import WorkCalendar, YearTable, calendar_from, known_years, parse_year


class WorkYear(Base):
    """The holidays and make-up working days of one year, as the State Council's notice sets them."""

    __tablename__ = "work_years"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    days: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    source: Mapped[str] = mapped_column(sa.String(200))
    entered_by: Mapped[str] = mapped_column(sa.ForeignKey("accounts.id"))
    entered_at: Mapped[datetime] = mapped_column(Instant)


_YEARS = Prepared(sa.select(WorkYear.year, WorkYear.days, WorkYear.source).order_by(WorkYear.year))


def calendars_of(line: Line) -> Callable[[Sequence[Sequence[int]]], WorkCalendar]:
    """Return what gives the calendar of working hours (pairs of minutes of the day), with all known years."""
    extra = {year: parse_year(year, days, source=source) for year, days, source in _YEARS.all(line)}
    return lambda spans: calendar_from(spans, extra)


def known_years_of(line: Line) -> list[YearTable]:
    """Return the tables of all known years, in their order."""
    entered = {year: parse_year(year, days, source=source) for year, days, source in _YEARS.all(line)}
    return [table for _, table in sorted({**known_years(), **entered}.items())]


def enter_year(
    session: Session, *, year: int, days: Mapping[str, Any], source: str, account_id: str, at: datetime
) -> YearTable:
    """Keep the exceptions of a year. The caller checked that the account may.

    Raises:
        YearRefused: they contradict themselves or the year.
    """
    table = parse_year(year, days, source=source)
    row = WorkYear(year=year, days=dict(days), source=source, entered_by=account_id, entered_at=at)
    session.merge(row)
    session.flush()
    return table
