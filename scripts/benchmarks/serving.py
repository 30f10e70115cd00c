"""The application as gunicorn serves it on loopback, and what its processes take."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from scripts.benchmarks.figures import NotMeasured
from scripts.benchmarks.people import token_of
from scripts.benchmarks.postgres import free_port
from scripts.benchmarks.runs import ROOT
from scripts.benchmarks.town import Town

START_SECONDS, ANSWER_SECONDS = 60, 300
_TICK = os.sysconf("SC_CLK_TCK")
PART = 64 * 1024


@dataclass(frozen=True, slots=True)
class Server:
    """A running gunicorn."""

    port: int
    pid: int

    def get(self, path: str, person: int) -> tuple[float, int]:
        """Ask for something and return the seconds until it was all there, and its bytes.

        Raises:
            NotMeasured: it was refused.
        """
        return self._ask("GET", path, person, None)

    def post(self, path: str, person: int, body: object) -> tuple[float, int]:
        """Send something and return the seconds until it was answered, and the answer's bytes.

        Raises:
            NotMeasured: it was refused.
        """
        return self._ask("POST", path, person, json.dumps(body))

    def _ask(self, method: str, path: str, person: int, body: str | None) -> tuple[float, int]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=ANSWER_SECONDS)
        headers = {"Authorization": token_of(person)}
        if body is not None:
            headers["Content-Type"] = "application/json"
        try:
            began, size = time.perf_counter(), 0
            connection.request(method, f"/api/v1{path}", body, headers)
            answer = connection.getresponse()
            while part := answer.read(PART):
                size += len(part)
            took = time.perf_counter() - began
        finally:
            connection.close()
        if answer.status != http.HTTPStatus.OK:
            raise NotMeasured(f"{path} was answered with {answer.status}")
        return took, size

    def cpu(self) -> float:
        """Return the processor time of its workers so far, in seconds."""
        return sum(_cpu_of(pid) for pid in self._workers())

    def peak_memory(self) -> int:
        """Return the most memory that a worker has had in use, in bytes."""
        return max(_peak_of(pid) for pid in self._workers())

    def _workers(self) -> list[int]:
        return [int(pid) for pid in Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()]


@contextmanager
def serving(town: Town, *, workers: int) -> Iterator[Server]:
    """Serve a town as scripts/run serves a data folder; its log goes to a file."""
    port = free_port()
    shape = ["--workers", str(workers), "--worker-class", "gthread", "--threads", "4"]
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", *shape]
    with (town.folder / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "--log-level", "warning", "backend.wsgi:app"],
            cwd=ROOT,
            env=town.environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        try:
            server = Server(port, process.pid)
            _wait_until_ready(server)
            yield server
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


def _wait_until_ready(server: Server) -> None:
    for _ in range(START_SECONDS * 10):
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
        try:
            connection.request("GET", "/readyz")
            if connection.getresponse().status == http.HTTPStatus.OK:
                return
        except OSError:
            pass
        finally:
            connection.close()
        time.sleep(0.1)
    raise NotMeasured("gunicorn did not become ready")


def _cpu_of(pid: int) -> float:
    user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / _TICK


def _peak_of(pid: int) -> int:
    line = next(
        line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmHWM")
    )
    return int(line.split()[1]) * 1024
