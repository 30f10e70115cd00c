"""Residents who report, as a process of its own: python -m scripts.benchmarks.crowd, its task as JSON.

Each connection sends one report after the other; nobody reports twice in a run. Prints how long each
answer took within the time that counts.
"""

from __future__ import annotations

import json
import socket
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field

from scripts.benchmarks.people import COMMUNITIES, HOMES, community_of, token_of

CATEGORIES = ("stairwell", "rubbish", "road-light", "burst-pipe", "trees")
CREATED = b"HTTP/1.1 201 "


@dataclass(frozen=True, slots=True)
class Task:
    """What a process is to do: `residents` numbers its connections' first reporters, who must not overlap.

    Attributes:
        begin, counts_from, end: moments of the system's clock.
    """

    port: int
    residents: tuple[int, ...]
    begin: float
    counts_from: float
    end: float


@dataclass(slots=True)
class Made:
    """What came of it: seconds for each ticket of the time that counts, and the first refusal."""

    seconds: list[float] = field(default_factory=list)
    refused: str = ""


def report(task: Task) -> Made:
    """Report on every connection at once until the end."""
    made = Made()
    threads = [threading.Thread(target=_report, args=(task, first, made)) for first in task.residents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return made


def _report(task: Task, first: int, made: Made) -> None:
    with socket.create_connection(("127.0.0.1", task.port)) as line:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        time.sleep(max(task.begin - time.time(), 0))
        for request in _requests(first, int(task.begin)):
            began = time.time()
            if began >= task.end or made.refused:
                return
            line.sendall(request)
            answer = _answer(line)
            now = time.time()
            if not answer.startswith(CREATED):
                made.refused = answer.decode(errors="replace")[-300:]
            elif task.counts_from <= now < task.end:
                made.seconds.append(now - began)


def _requests(first: int, run: int) -> Iterator[bytes]:
    """Yield the requests of residents of one community after the other; `run` makes them new ones."""
    number = first
    while True:
        body = json.dumps(_body(number, run), ensure_ascii=False).encode()
        head = (
            f"POST /api/v1/communities/{community_of(number)}/tickets HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f"Authorization: {token_of(number)}\r\nIdempotency-Key: report-{number:08d}-{run}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        yield head.encode() + body
        is_last = number // HOMES == COMMUNITIES - 1
        number += 1 - HOMES * (COMMUNITIES - 1) if is_last else HOMES


def _body(number: int, run: int) -> dict[str, object]:
    building, stair, room = number % HOMES // 50 + 1, number % 50 // 25 + 1, 100 + number % 25
    places: tuple[dict[str, object], ...] = (
        {"kind": "building", "building": str(building)},
        {"kind": "unit", "building": str(building), "stair": str(stair), "room": str(room)},
        {"kind": "spot", "spot": "北门外花坛旁边", "point": {"lat": 39.9, "long": 116.3}},
    )
    text = f"已经三天没有人处理了，请尽快安排。编号{number}-{run}"
    return {"category": CATEGORIES[number % len(CATEGORIES)], "place": places[number % 3], "text": text}


def _answer(line: socket.socket) -> bytes:
    """Read one answer: its head, and as much as the head promises."""
    got = b""
    while b"\r\n\r\n" not in got:
        got += _more(line)
    head, _, body = got.partition(b"\r\n\r\n")
    length = next(int(row[15:]) for row in head.lower().split(b"\r\n") if row.startswith(b"content-length:"))
    while len(body) < length:
        body += _more(line)
    return head + b"\r\n\r\n" + body


def _more(line: socket.socket) -> bytes:
    got = line.recv(65536)
    if not got:
        raise ConnectionError("the server hung up")
    return got


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asdict(report(Task(**json.loads(sys.argv[1]))))))
