"""What the worker does for complaints: telling people, and watching the clocks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog

from backend.complaints.service import checking, recipients, sweep
from backend.complaints.service.telling import TOLD
from backend.infra import photochecks
from backend.infra.db import reading, transaction
from backend.infra.house import current_house
from backend.infra.jobs import every_round
from backend.infra.outbox import job


@job(TOLD)
def tell_everybody(payload: Mapping[str, Any]) -> None:
    """Tell whom an event concerns; of a new ticket the words are judged, outside any transaction.

    Photos are sent to their check by jobs of their own, which are tried again without anybody told twice.
    """
    house, ticket_id = current_house(), payload["ticket"]
    with transaction() as session:
        recipients.tell_of(session, house, ticket_id, payload["event"])
        checking.send_photos(session, house, ticket_id, payload["event"])
    if payload["event"] == 1:
        with reading() as session:
            words, openid = checking.words_to_judge(session, house, ticket_id)
        verdict = house.text_check.judge(words, openid)
        with transaction() as session:
            checking.note_verdict(session, house, ticket_id, verdict)


@job(checking.PHOTO_TOLD)
def have_photo_checked(payload: Mapping[str, Any]) -> None:
    """Send a photo to the check; while that is down the outbox tries again, and people may decide."""
    house = current_house()
    with reading() as session:
        openid = checking.openid_behind(session, house, payload["photo"])
    photochecks.ask_about(house, payload["photo"], openid)


@every_round
def watch_clocks() -> None:
    """Bring tickets up to date whose time has come; one that fails does not keep the others waiting."""
    house = current_house()
    with reading() as session:
        due = sweep.due_tickets(session, house)
    for ticket_id in due:
        try:
            with transaction() as session:
                sweep.bring_up_to_date(session, house, ticket_id)
        except Exception:  # noqa: BLE001  (whatever is wrong with one ticket must not stop the clocks of others)
            structlog.get_logger().exception("clock-failed", ticket=ticket_id)
