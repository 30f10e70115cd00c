"""Starts and kills a server many times within one test: `python -m tests.journeys.nursery PORT LOG`.

What it starts is the real thing, gunicorn with two web processes and the job worker, in one process group.
It forks them from itself, having imported everything before: importing takes longer than the rest of a start.
It reads `start` or `kill`, a word a line, and answers each with a line when done. `kill` is SIGKILL to
the whole group, and is done when every process of it is gone. It ends with its input, and the server with it.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Callable

import gunicorn.app.wsgiapp
import gunicorn.workers.gthread
from sqlalchemy.dialects import sqlite  # noqa: F401  (imported before the fork)
from sqlalchemy.orm import configure_mappers

import backend.app  # noqa: F401  (imported before the fork; backend.wsgi would open the data folder)
from backend import worker
from backend.voting.protocol.group import BELENIOS_2048

PR_SET_CHILD_SUBREAPER = 36


def main(port: str, log: str) -> None:
    """Do what is asked until the input ends."""
    # Orphans of a killed gunicorn come to us, so that we know when they are gone.
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    configure_mappers()  # as costly as importing, and as much the same in every life
    BELENIOS_2048.power_g(1)
    group = 0
    try:
        for line in sys.stdin:
            if line.strip() == "start":
                group = _start(port, log)
            else:
                _kill(group)
                group = 0
            sys.stdout.write("done\n")
            sys.stdout.flush()
    finally:
        _kill(group)


def _start(port: str, log: str) -> int:
    shape = ["--workers", "2", "--worker-class", "gthread", "--threads", "4", "--log-level", "warning"]
    sys.argv = ["gunicorn", "--bind", f"127.0.0.1:{port}", *shape, "backend.wsgi:app"]
    group = _fork(gunicorn.app.wsgiapp.run, 0, log)
    _fork(worker.main, group, log)
    return group


def _fork(act: Callable[[], object], group: int, log: str) -> int:
    """Run `act` in a child of a process group, 0 for a group of its own."""
    child = os.fork()
    if child:
        os.setpgid(child, group or child)
        return child
    os.setpgid(0, group)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for number in (1, 2):
        os.dup2(os.open(log, os.O_WRONLY | os.O_APPEND), number)
    try:
        act()
    finally:
        os._exit(1)


def _kill(group: int) -> None:
    if group:
        os.killpg(group, signal.SIGKILL)
    try:
        while True:
            os.waitpid(-1, 0)
    except ChildProcessError:
        return


if __name__ == "__main__":
    main(*sys.argv[1:])
