"""The outbox: work that follows from a change is written with the change, in the same transaction.

The worker drains it. A job may run twice (after a crash), so every job must be safe to repeat.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Mapped, mapped_column

from backend.infra.db import Base, Instant, Line, reading, transaction
from backend.infra.house import current_house
from backend.infra.prepared import inserting

MAX_TRIES = 8
WAITS = tuple(timedelta(seconds=seconds) for seconds in (10, 30, 120, 600, 1800, 7200, 21600))
"""How long after each failure the next try comes: in all some nine hours."""
Job = Callable[[Mapping[str, Any]], None]
_JOBS: dict[str, Job] = {}


class OutboxRow(Base):
    """One piece of work. `done_at` is set when it has been done; `queued` while it waits in the queue."""

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(64))
    payload: Mapped[str] = mapped_column(sa.Text)
    due_at: Mapped[datetime] = mapped_column(Instant)
    queued: Mapped[bool] = mapped_column(default=False)
    tries: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(sa.Text)
    done_at: Mapped[datetime | None] = mapped_column(Instant, index=True)


_ADD = inserting(OutboxRow, "kind", "payload", "due_at", "queued", "tries")


def job(kind: str) -> Callable[[Job], Job]:
    """Register the function that does work of this kind. It opens its own transactions."""

    def register(function: Job) -> Job:
        if kind in _JOBS:
            raise ValueError(f"two jobs of kind {kind}")
        _JOBS[kind] = function
        return function

    return register


def job_kinds() -> frozenset[str]:
    """Return every kind for which there is a job."""
    return frozenset(_JOBS)


def post(line: Line, kind: str, payload: Mapping[str, object], *, due_at: datetime) -> None:
    """Put work into the outbox within the caller's transaction; it is done at `due_at` or soon after."""
    if kind not in _JOBS:
        raise ValueError(f"no job of kind {kind}")
    row = {"kind": kind, "payload": json.dumps(payload, ensure_ascii=False), "due_at": due_at}
    _ADD.run(line, {**row, "queued": False, "tries": 0})


def requeue_all() -> None:
    """Have every unfinished row queued again: what a dead worker had taken is lost to the queue."""
    with transaction() as session:
        session.execute(sa.update(OutboxRow).where(OutboxRow.done_at.is_(None)).values(queued=False))


def queue_due(enqueue: Callable[[int], object]) -> int:
    """Hand every due row to `enqueue` by its id and return how many there were."""
    due = (
        sa.select(OutboxRow.id)
        .where(OutboxRow.done_at.is_(None), OutboxRow.queued.is_(False), OutboxRow.tries < MAX_TRIES)
        .where(OutboxRow.due_at <= current_house().clock())
        .order_by(OutboxRow.id)
    )
    with reading() as session:
        ids = list(session.scalars(due))
    if ids:
        with transaction() as session:
            session.execute(sa.update(OutboxRow).where(OutboxRow.id.in_(ids)).values(queued=True))
        for row_id in ids:
            enqueue(row_id)
    return len(ids)


def do_row(row_id: int) -> None:
    """Do the work of one row. A failure is noted and tried again, `MAX_TRIES` times in all."""
    with reading() as session:
        row = session.get(OutboxRow, row_id)
    if row is None or row.done_at is not None:
        return
    try:
        _JOBS[row.kind](json.loads(row.payload))
    except Exception as error:  # noqa: BLE001  (whatever a job raises must not stop the worker)
        structlog.get_logger().exception("job-failed", kind=row.kind, row=row_id)
        _note(row_id, error)
    else:
        _note(row_id, None)


def drain() -> int:
    """Do everything that is due now, in this process, and return how many rows were taken."""
    return queue_due(do_row)


def _note(row_id: int, error: Exception | None) -> None:
    with transaction() as session:
        row = session.get_one(OutboxRow, row_id)
        row.queued, row.tries = False, row.tries + 1
        if error is None:
            row.done_at = current_house().clock()
        else:
            row.last_error = f"{type(error).__name__}: {error}"
            row.due_at = current_house().clock() + WAITS[min(row.tries, len(WAITS)) - 1]
