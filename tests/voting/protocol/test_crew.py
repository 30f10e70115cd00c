"""Work shared among processes comes back as if one had done it, and nobody stays behind."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from backend.voting.errors import FormatError, VerificationError
from backend.voting.protocol.crew import Crew


def square(number: int) -> int:
    return number * number


def refuse_from_seven(number: int) -> int:
    if number >= 7:
        raise FormatError("too-large", f"{number} is too large", event=f"number {number}")
    time.sleep(0.01 if number == 0 else 0)
    return number


def refuse_plainly(number: int) -> int:
    raise VerificationError("plain", "refused")


def fail(number: int) -> int:
    raise ZeroDivisionError


def vanish(number: int) -> int:
    os._exit(3)


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_answers_come_in_the_order_of_the_tasks(workers: int) -> None:
    with Crew(square, workers) as crew:
        assert list(crew.run(range(50))) == [number * number for number in range(50)]
        assert list(crew.run([])) == []
        assert list(crew.run([3])) == [9]


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_the_first_refusal_in_order_is_the_one_that_is_raised(workers: int) -> None:
    with pytest.raises(FormatError) as caught, Crew(refuse_from_seven, workers) as crew:
        list(crew.run([*range(7), 9, 8, 7]))
    assert (caught.value.rule, caught.value.event) == ("too-large", "number 9")
    assert caught.value.message == "9 is too large"


def test_a_refusal_keeps_its_kind() -> None:
    with pytest.raises(VerificationError) as caught, Crew(refuse_plainly, 2) as crew:
        list(crew.run([1]))
    assert type(caught.value) is VerificationError


def test_a_mistake_in_a_child_is_told() -> None:
    with pytest.raises(RuntimeError, match="ZeroDivisionError"), Crew(fail, 2) as crew:
        list(crew.run([1, 2, 3]))


def test_a_child_that_vanishes_is_noticed() -> None:
    with pytest.raises(RuntimeError, match="ended before"), Crew(vanish, 2) as crew:
        list(crew.run(range(20)))


def test_no_child_stays_behind() -> None:
    before = set(multiprocessing.active_children())
    with Crew(square, 2) as crew:
        assert len(set(multiprocessing.active_children()) - before) == 2
        next(crew.run(range(100)))
    assert set(multiprocessing.active_children()) == before


def test_beside_another_thread_nothing_is_forked() -> None:
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)
    thread.start()
    try:
        with Crew(square, 2) as crew:
            assert list(crew.run(range(5))) == [0, 1, 4, 9, 16]
            kinds = {type(child).__name__ for child in multiprocessing.active_children()}
    finally:
        stop.set()
        thread.join()
    assert "SpawnProcess" in kinds


PARENT = """
import os, sys, time
from backend.voting.protocol.crew import Crew
from tests.voting.protocol.test_crew import square
crew = Crew(square, 2)
list(crew.run([1, 2]))
print(*(child.pid for child in crew._children), flush=True)
time.sleep(60)
"""


def test_children_end_when_their_parent_is_killed() -> None:
    root = Path(__file__).parents[3]
    command = [sys.executable, "-c", PARENT]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root) as parent:
        assert parent.stdout is not None
        children = [int(pid) for pid in parent.stdout.readline().split()]
        parent.send_signal(signal.SIGKILL)
    assert len(children) == 2
    deadline = time.monotonic() + 20
    while any(is_running(pid) for pid in children):
        assert time.monotonic() < deadline, "a child outlived its parent"
        time.sleep(0.05)


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"
