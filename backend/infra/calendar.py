"""Working days of years that an administrator entered, beside those that come with the program."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from backend.infra.db import Base, Instant, Line
from backend.infra.prepared import Prepared
from backend.kernel.worktime import Span, WorkCalendar, YearTable, calendar_from, parse_year


class WorkYear(Base):
    """The holidays and make-up working days of one year, as the State Council's notice sets them."""

    __tablename__ = "work_years"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    days: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    source: Mapped[str] = mapped_column(sa.String(200))
    entered_by: Mapped[str] = mapped_column(sa.ForeignKey("accounts.id"))
    entered_at: Mapped[datetime] = mapped_column(Instant)
