"""What the worker does for fees: the nightly check of the books, and of what is done about arrears."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import structlog

from backend.fees.service import night
from backend.fees.service.arrears import nightly
from backend.fees.service.check import check_ledgers
from backend.infra.db import reading, transaction
from backend.infra.house import current_house
from backend.infra.jobs import every_round
from backend.infra.outbox import job, post


@job(night.CHECK)
def check_books(payload: Mapping[str, Any]) -> None:
    """Check every ledger; the long reading keeps nobody from writing."""
    with reading() as session:
        report = check_ledgers(session, current_house())
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
            post(session, nightly.REVIEW, {"day": day.isoformat()}, due_at=house.clock())


@job(nightly.REVIEW)
def review_arrears(payload: Mapping[str, Any]) -> None:  # noqa: ARG001  (every open case is looked at)
    """Bring every open case up to date; one that fails does not keep the others waiting."""
    house = current_house()
    with reading() as session:
        found = nightly.open_cases(session)
    for case_id, community_id in found:
        try:
            with transaction() as session:
                nightly.bring_up_to_date(session, house, case_id, community_id)
        except Exception:  # noqa: BLE001  (whatever is wrong with one case must not stop the others)
            structlog.get_logger().exception("arrears-review-failed", case=case_id)
