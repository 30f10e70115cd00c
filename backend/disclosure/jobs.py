"""What the worker does for disclosure: the nightly check of the books."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from backend.disclosure.service import night
from backend.disclosure.service.check import check_books
from backend.infra.db import reading, transaction
from backend.infra.house import current_house
from backend.infra.jobs import every_round
from backend.infra.outbox import job


@job(night.CHECK)
def check_all_books(payload: Mapping[str, Any]) -> None:
    """Check every community's books; the long reading keeps nobody from writing."""
    with reading() as session:
        report = check_books(session)
    with transaction() as session:
        night.keep_report(session, current_house(), date.fromisoformat(payload["day"]), report)


@every_round
def order_nightly_check() -> None:
    """Order the check of a day when its time has come."""
    house = current_house()
    with reading() as session:
        day = night.day_to_check(session, house)
    if day is not None:
        with transaction() as session:
            night.order_check(session, house, day)
