"""The job worker: `python -m backend.worker`. One process for each data folder."""

from __future__ import annotations

import fcntl
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog
from flask import Flask
from huey import Huey

from backend.app import create_app
from backend.infra.config import Settings
from backend.infra.house import open_house
from backend.infra.jobs import make_queue, rounds
from backend.infra.logs import set_up_logs
from backend.infra.outbox import queue_due, requeue_all

ROUND_SECONDS = 0.25


def work(app: Flask, queue: Huey, enqueue: Callable[[int], object], stop: threading.Event) -> None:
    """Run until `stop` is set: move due outbox rows into the queue, and have the queue worked."""
    consumer = queue.create_consumer(workers=1, periodic=False, initial_delay=0.05, max_delay=ROUND_SECONDS)
    consumer.start()
    for number in (signal.SIGINT, signal.SIGTERM):  # after start(), which sets the library's own
        signal.signal(number, lambda *_: stop.set())
    with app.app_context():
        requeue_all()
        while not stop.wait(ROUND_SECONDS):
            _round(enqueue)
    consumer.stop(graceful=True)


def _round(enqueue: Callable[[int], object]) -> None:
    try:
        for act in rounds():
            act()
        queue_due(enqueue)
    except Exception:  # noqa: BLE001  (a busy database must not end the worker)
        structlog.get_logger().exception("round-failed")


@contextmanager
def alone(path: Path) -> Iterator[bool]:
    """Hold the lock that lets one worker at a time work on a data folder; yields False if another has it."""
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def main() -> int:
    """Work on the data folder of the environment until told to end; return the exit status."""
    set_up_logs()
    house = open_house(Settings.from_environment(os.environ))
    with alone(house.settings.data_dir / "worker.lock") as is_alone:
        if not is_alone:
            structlog.get_logger().error("another-worker", data_dir=str(house.settings.data_dir))
            return 1
        app = create_app(house)
        queue, enqueue = make_queue(app, house)
        structlog.get_logger().info("worker-started", drill=house.is_drill)
        work(app, queue, enqueue, threading.Event())
    return 0


if __name__ == "__main__":
    sys.exit(main())
