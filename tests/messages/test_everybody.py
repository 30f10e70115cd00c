"""Telling every owner of a community: each phone once, however many there are."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from flask import Flask

from backend.infra.db import reading, transaction
from backend.infra.house import House
from backend.infra.outbox import drain
from backend.messages import notify_owners
from backend.messages.models import Message
from backend.messages.service.deliveries import PHONE
from backend.messages.service.everybody import AT_ONCE
from tests.houses import SetClock
from tests.registry.makers import a_csv, a_document, a_row
from tests.registry.people import open_desk

OWNERS = 2 * AT_ONCE + 1


def a_phone(number: int) -> str:
    return f"139{number:08d}"


def a_big_roll() -> bytes:
    """So many owners with a home each, all but the last with a phone; the first two share one."""
    phones = [a_phone(max(number, 1)) for number in range(OWNERS + 1)] + [""]
    return a_csv(
        *(
            a_row(room=str(100 + number), owners="甲某", documents=a_document(number + 1), phones=phone)
            for number, phone in enumerate(phones)
        )
    )


def told(app: Flask, house: House) -> Counter[str]:
    with app.app_context(), reading() as session:
        rows = session.query(Message).filter_by(kind="fee-billed")
        return Counter(house.fields.decrypt(PHONE, row.phone) for row in rows)


def test_every_owner_with_a_phone_is_told_once_when_the_time_has_come(
    app: Flask, house: House, clock: SetClock
) -> None:
    desk = open_desk(app, house)
    desk.imported(a_big_roll())
    with app.app_context():
        with transaction() as session:
            at = clock() + timedelta(hours=1)
            notify_owners(session, desk.community, at=at, kind="fee-billed", text="已出账单。")
        drain()
        assert told(app, house) == {}
        clock.forward(timedelta(hours=1))
        for _ in range(OWNERS // AT_ONCE + 1):
            drain()
    assert told(app, house) == dict.fromkeys(map(a_phone, range(1, OWNERS + 1)), 1)


def test_owners_of_another_community_are_not_told(app: Flask, house: House, clock: SetClock) -> None:
    desk = open_desk(app, house)
    desk.imported(a_csv(a_row(phones=a_phone(1))))
    with app.app_context():
        with transaction() as session:
            notify_owners(session, "elsewhere", at=clock(), kind="fee-billed", text="已出账单。")
        drain()
    assert told(app, house) == {}
