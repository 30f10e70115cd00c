"""Work written with the change, done after it, and safe to repeat."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

import pytest
from flask import Flask

from backend.infra import outbox
from backend.infra.db import reading, transaction
from backend.infra.house import House
from backend.infra.jobs import make_queue
from tests.houses import NOON, SetClock

DONE: list[Mapping[str, object]] = []


@outbox.job("test-note")
def note(payload: Mapping[str, object]) -> None:
    DONE.append(payload)


@outbox.job("test-fail")
def fail(payload: Mapping[str, object]) -> None:
    raise ValueError(payload["why"])


@pytest.fixture(autouse=True)
def nothing_done() -> Iterator[None]:
    """Start and end with nothing done."""
    DONE.clear()
    yield
    DONE.clear()


def post(kind: str, payload: Mapping[str, object], after: timedelta = timedelta()) -> None:
    with transaction() as session:
        outbox.post(session, kind, payload, due_at=NOON + after)


def test_work_is_done_once_and_not_before_it_is_due(app: Flask, clock: SetClock) -> None:
    with app.app_context():
        post("test-note", {"to": "甲"}, after=timedelta(hours=1))
        assert outbox.drain() == 0
        clock.forward(timedelta(hours=1))
        assert outbox.drain() == 1
        assert outbox.drain() == 0
    assert DONE == [{"to": "甲"}]


def test_work_of_a_change_that_is_rolled_back_is_never_done(app: Flask) -> None:
    with app.app_context():
        with pytest.raises(ZeroDivisionError), transaction() as session:
            outbox.post(session, "test-note", {}, due_at=NOON)
            raise ZeroDivisionError
        assert outbox.drain() == 0


def test_failing_work_is_tried_again_after_longer_and_longer_waits(app: Flask, clock: SetClock) -> None:
    with app.app_context():
        post("test-fail", {"why": "no line"})
        assert outbox.drain() == 1
        for wait in outbox.WAITS:
            clock.forward(wait - timedelta(seconds=1))
            assert outbox.drain() == 0
            clock.forward(timedelta(seconds=1))
            assert outbox.drain() == 1
    assert list(outbox.WAITS) == sorted(set(outbox.WAITS))
    assert len(outbox.WAITS) == outbox.MAX_TRIES - 1


def test_work_that_waits_to_be_tried_again_holds_up_no_other(app: Flask) -> None:
    with app.app_context():
        post("test-fail", {"why": "no line"})
        outbox.drain()
        post("test-note", {"n": 1})
        assert outbox.drain() == 1
    assert DONE == [{"n": 1}]


def test_failing_work_is_given_up_after_a_fixed_number_of_tries(app: Flask, clock: SetClock) -> None:
    with app.app_context():
        post("test-fail", {"why": "no line"})
        tried = 0
        for _ in range(outbox.MAX_TRIES + 3):
            tried += outbox.drain()
            clock.forward(outbox.WAITS[-1])
        assert tried == outbox.MAX_TRIES
        with reading() as session:
            row = session.query(outbox.OutboxRow).one()
        assert (row.done_at, row.last_error) == (None, "ValueError: no line")


def test_work_of_an_unknown_kind_is_refused_when_it_is_posted(app: Flask) -> None:
    with app.app_context(), pytest.raises(ValueError, match="no job of kind"):
        post("test-unknown", {})


def test_what_a_dead_worker_had_taken_is_taken_again(app: Flask) -> None:
    with app.app_context():
        post("test-note", {})
        assert outbox.queue_due(lambda _row_id: None) == 1  # taken, and lost with its worker
        assert outbox.drain() == 0
        outbox.requeue_all()
        assert outbox.drain() == 1
    assert len(DONE) == 1


def test_the_queue_carries_a_row_to_its_job(app: Flask, house: House) -> None:
    queue, enqueue = make_queue(app, house)
    with app.app_context():
        post("test-note", {"n": 1})
        outbox.queue_due(enqueue)
    assert DONE == []
    queue.execute(queue.dequeue())
    queue.storage.close()
    assert DONE == [{"n": 1}]


def test_a_queued_message_signed_with_another_key_is_refused(app: Flask, house: House) -> None:
    queue, enqueue = make_queue(app, house)
    enqueue(1)
    message = queue.storage.dequeue()
    queue.storage.enqueue(message[:-1] + (b"0" if message[-1:] != b"0" else b"1"))
    with pytest.raises(ValueError, match="mismatch"):
        queue.dequeue()
    queue.storage.close()
