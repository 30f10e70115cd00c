"""Verdicts on PostgreSQL, where a person decides at the same moment."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from backend.infra.db import reading, transaction
from backend.infra.house import House
from backend.infra.images import Picture
from backend.infra.migrating import migrate
from backend.infra.moderation import ImageVerdict, Verdict
from backend.infra.photochecks import PhotoCheck, WeChatEventReplayed, settle
from backend.infra.photos import Photo, Review, keep_photo
from tests.houses import SetClock, a_house, an_app, some_settings
from tests.postgres import postgres

WAITING = sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted")
PASSED = ImageVerdict("trace-1", Verdict.PASS)


@pytest.fixture
def house_there(tmp_path: Path, clock: SetClock) -> Iterator[tuple[Flask, House]]:
    with postgres() as url:
        house = a_house(tmp_path / "data", clock, DATABASE_URL=url)
        migrate(some_settings(tmp_path / "data", DATABASE_URL=url))
        app = an_app(house)
        yield app, house
        with app.app_context():
            app.extensions["sqlalchemy"].engine.dispose()


def a_sent_photo(house: House, *traces: str) -> str:
    with transaction() as session:
        photo = keep_photo(session, house, None, Picture(b"whole", b"small", 8, 8))
        session.add_all(PhotoCheck(trace=each, photo_id=photo.id, at=house.clock()) for each in traces)
        return photo.id


def test_a_verdict_waits_for_the_person_who_is_deciding_and_leaves_that_as_it_is(
    house_there: tuple[Flask, House],
) -> None:
    app, house = house_there

    def hear() -> None:
        with app.app_context(), transaction() as session:
            settle(session, house, PASSED, "s" * 40)

    with app.app_context(), ThreadPoolExecutor(1) as pool:
        photo = a_sent_photo(house, PASSED.trace)
        with transaction() as session:
            session.get_one(Photo, photo).review = Review.REJECTED.value
            session.flush()
            hearing = pool.submit(hear)
            while not session.scalar(WAITING) and not hearing.done():
                pass
            assert not hearing.done()
        hearing.result(30)
        with reading() as session:
            assert session.get_one(Photo, photo).review == Review.REJECTED
            assert session.get_one(PhotoCheck, PASSED.trace).verdict == Verdict.PASS


def test_one_signature_serves_for_one_check_there_too(house_there: tuple[Flask, House]) -> None:
    app, house = house_there
    with app.app_context():
        photo = a_sent_photo(house, "trace-1", "trace-2")
        with transaction() as session:
            settle(session, house, ImageVerdict("trace-2", Verdict.RISKY), "s" * 40)
        with pytest.raises(WeChatEventReplayed), transaction() as session:
            settle(session, house, PASSED, "s" * 40)
        with reading() as session:
            assert session.get_one(Photo, photo).review == Review.PENDING
