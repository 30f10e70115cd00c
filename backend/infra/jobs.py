"""The queue between outbox and worker: Huey on an SQLite file of its own, with signed messages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from huey import Huey, SqliteHuey
from huey.serializer import SignedSerializer

from backend.infra.house import House
from backend.infra.outbox import do_row

Rounds = list[Callable[[], None]]
_ROUNDS: Rounds = []


def every_round(function: Callable[[], None]) -> Callable[[], None]:
    """Have the worker call this function in each of its rounds (several a second); it must be cheap."""
    _ROUNDS.append(function)
    return function


def rounds() -> Rounds:
    """Return what the worker calls in each round."""
    return list(_ROUNDS)


def make_queue(app: Flask, house: House) -> tuple[Huey, Callable[[int], Any]]:
    """Return the queue and the function that puts an outbox row's id into it."""
    queue = SqliteHuey(
        "yishiting",
        filename=str(house.settings.data_dir / "jobs.db"),
        serializer=SignedSerializer(secret=house.keys.jobs.hex()),
        results=False,
        fsync=True,
    )

    def do_in_app(row_id: int) -> None:
        with app.app_context():
            do_row(row_id)

    return queue, queue.task(name="do-row")(do_in_app)
