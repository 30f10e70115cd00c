"""Work through a list in order with several processes; the standard library only.

Proofs of a ballot take milliseconds of pure arithmetic, so a second core halves the time. Results come back
in the order of the list, and so does the first refusal: what is refused does not depend on how many
processes looked. Children are forked where that is safe, so that they need no import of the main program.
They end when the crew is closed, and also when the parent dies, for then their pipe is closed.
"""

from __future__ import annotations

import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import islice
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import ForkContext, SpawnContext
from multiprocessing.process import BaseProcess
from types import TracebackType
from typing import Generic, NamedTuple, Self, TypeVar

from backend.voting.errors import FormatError, VerificationError

Task = TypeVar("Task")
Answer = TypeVar("Answer")

IN_HAND = 2
"""Tasks each child holds at a time: one under work and one waiting, so that none ever idles."""


class _Refused(NamedTuple):
    """A VerificationError on its way through a pipe (exceptions with keywords do not pickle)."""

    is_format: bool
    rule: str
    message: str
    event: str | None


class _Failed(NamedTuple):
    """Any other exception of a child, as text."""

    trace: str


class Crew(Generic[Task, Answer]):
    """One job, done for many tasks. With one worker the work is done in this process."""

    def __init__(self, job: Callable[[Task], Answer], workers: int) -> None:
        self._job = job
        self._links: list[Connection[object, object]] = []
        self._children: list[BaseProcess] = []
        if workers > 1:
            self._start(workers)

    def run(self, tasks: Iterable[Task]) -> Iterator[Answer]:
        """Yield the answer of every task, in order. Raises what the first refused task raised."""
        if not self._links:
            yield from map(self._job, tasks)
            return
        waiting = iter(tasks)
        sent = 0
        for task in islice(waiting, IN_HAND * len(self._links)):
            self._send(sent, task)
            sent += 1
        received = 0
        while received < sent:
            answer = self._receive(received)
            received += 1
            for task in islice(waiting, 1):
                self._send(sent, task)
                sent += 1
            yield answer

    def close(self) -> None:
        """End the children, whatever they are doing."""
        for link in self._links:
            link.close()
        for child in self._children:
            child.terminate()
            child.join()
        self._links, self._children = [], []

    def _start(self, workers: int) -> None:
        # A fork copies only the calling thread, so it is unsafe beside others that may hold locks.
        forks = sys.platform == "linux" and threading.active_count() == 1
        context: ForkContext | SpawnContext = get_context("fork") if forks else get_context("spawn")
        for _ in range(workers):
            here, there = context.Pipe()
            inherited = [*self._links, here] if forks else []
            child = context.Process(target=_serve, args=(there, inherited, self._job), daemon=True)
            child.start()
            there.close()
            self._links.append(here)
            self._children.append(child)

    def _send(self, number: int, task: Task) -> None:
        with suppress(BrokenPipeError):  # the child is gone; receiving tells so
            self._links[number % len(self._links)].send(task)

    def _receive(self, number: int) -> Answer:
        try:
            answer = self._links[number % len(self._links)].recv()
        except (EOFError, ConnectionError) as error:
            raise RuntimeError("a worker process ended before its work was done") from error
        if isinstance(answer, _Refused):
            kind = FormatError if answer.is_format else VerificationError
            raise kind(answer.rule, answer.message, event=answer.event)
        if isinstance(answer, _Failed):
            raise RuntimeError(f"a worker process failed:\n{answer.trace}")  # noqa: TRY004
        return answer  # type: ignore[return-value]  # what the job returned, through a pipe

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _serve(
    link: Connection[object, object],
    inherited: list[Connection[object, object]],
    job: Callable[[object], object],
) -> None:
    # Ctrl-C reaches the whole process group; the parent answers it by closing the crew.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    for other in inherited:
        other.close()
    with suppress(EOFError, ConnectionError):
        while True:
            link.send(_answer(job, link.recv()))


def _answer(job: Callable[[object], object], task: object) -> object:
    try:
        return job(task)
    except VerificationError as error:
        return _Refused(isinstance(error, FormatError), error.rule, error.message, error.event)
    except Exception:  # noqa: BLE001  # told to the parent, which raises it
        return _Failed(traceback.format_exc())
