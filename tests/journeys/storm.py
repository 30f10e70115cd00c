"""A storm of votes: many voters at once, who send their ballot again whenever the server dies under them."""

from __future__ import annotations

import http.client
import json
import os
import random
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.houses import AN_OPERATOR, ROOT, free_port
from tests.journeys.crowd import Posting

VOTERS = 6
PATIENCE = 60
"""Seconds after which a server that answers nobody is taken for dead."""
GIVES_UP = 0.1
"""How many of the voters whose request was cut off do not try again."""


@dataclass(frozen=True)
class Answer:
    """What came back for a posting, to the byte."""

    status: int
    content: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.content)


class Server:
    """A server that can be killed and started again; it has the same port in each of its lives."""

    def __init__(self, nursery: subprocess.Popen[str], port: int, log: Path) -> None:
        self._nursery, self.port, self._log = nursery, port, log

    def start(self) -> None:
        self._ask("start")

    def kill(self) -> None:
        self._ask("kill")

    def log(self) -> str:
        return self._log.read_text(encoding="utf-8")

    def _ask(self, word: str) -> None:
        assert self._nursery.stdin is not None
        assert self._nursery.stdout is not None
        print(word, file=self._nursery.stdin, flush=True)
        assert self._nursery.stdout.readline() == "done\n", self.log()

    def call(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        """Send one request on a connection of its own. Raises OSError or HTTPException if it is cut off."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        headers = {"Content-Type": "application/json", **headers}
        try:
            connection.request(method, f"/api/v1{path}", body, headers)
            answer = connection.getresponse()
            return Answer(answer.status, answer.read())
        finally:
            connection.close()

    def wait(self) -> None:
        """Wait until the server answers."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
                connection.request("GET", "/readyz")
                if connection.getresponse().status == http.client.OK:
                    return
            except (OSError, http.client.HTTPException):
                time.sleep(0.02)
            finally:
                connection.close()
        raise AssertionError(f"the server did not come back:\n{self.log()}")


@contextmanager
def a_server(folder: Path, clock: Path) -> Iterator[Server]:
    """A drill's server that is not yet started; at the end none of its processes is left."""
    port, log = free_port(), clock.with_name("server.log")
    log.touch()
    variables = {"DATA_DIR": str(folder), "DRILL": "1", "DRILL_CLOCK": str(clock), "PORT": str(port)}
    variables["OPERATOR"] = AN_OPERATOR
    nursery = subprocess.Popen(
        [sys.executable, "-m", "tests.journeys.nursery", str(port), str(log)],
        cwd=ROOT,
        env=os.environ | variables,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Server(nursery, port, log)
    finally:
        nursery.communicate(timeout=PATIENCE)


@dataclass
class Storm:
    """The voters and what they were answered. `cut_off` counts the requests that died with the server."""

    server: Server
    uuid: str
    waiting: deque[Posting]
    seed: int
    answers: dict[str, Answer] = field(default_factory=dict)
    given_up: list[Posting] = field(default_factory=list)
    cut_off: int = 0
    _sent_all: bool = False
    _news: threading.Condition = field(default_factory=threading.Condition)
    _voters: Sequence[threading.Thread] = ()

    def begin(self) -> None:
        """Let all voters loose; the server need not be up."""
        self._voters = [
            threading.Thread(target=self._vote, args=(random.Random(self.seed + number),), daemon=True)
            for number in range(VOTERS)
        ]
        for voter in self._voters:
            voter.start()

    def await_answers(self, more: int) -> None:
        """Wait until so many more ballots were answered."""
        with self._news:
            wanted = len(self.answers) + more
            came = self._news.wait_for(lambda: len(self.answers) >= wanted or not self.waiting, PATIENCE)
        assert came, f"the server answered nobody:\n{self.server.log()}"
        assert self.waiting, "all ballots were cast before the last crash; prepare more"

    def end(self) -> None:
        """Take no further ballot, wait for the answers to those that were sent, and come to rest."""
        self._sent_all = True
        for voter in self._voters:
            voter.join(PATIENCE)
            assert not voter.is_alive(), self.server.log()

    def post(self, posting: Posting) -> Answer:
        """Send a ballot once."""
        headers = posting.header | {"Idempotency-Key": posting.key}
        return self.server.call("POST", f"/elections/{self.uuid}/ballots", posting.body, **headers)

    def _vote(self, rng: random.Random) -> None:
        while not self._sent_all:
            try:
                posting = self.waiting.popleft()
            except IndexError:
                return
            answer = self._insist(posting, rng)
            with self._news:
                if answer is None:
                    self.given_up.append(posting)
                else:
                    self.answers[posting.pseudonym] = answer
                self._news.notify_all()

    def _insist(self, posting: Posting, rng: random.Random) -> Answer | None:
        """Send a ballot until it is answered, or the voter gives up."""
        while True:
            try:
                return self.post(posting)
            except ConnectionRefusedError:
                time.sleep(0.01)
            except (OSError, http.client.HTTPException):
                with self._news:
                    self.cut_off += 1
                if rng.random() < GIVES_UP:
                    return None
