"""The stage of a drill: a server on an empty data folder, and the clock that everybody on it reads."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

from scripts.drilling.faults import DrillFailed

ROOT = Path(__file__).resolve().parent.parent.parent
CHINA = timezone(timedelta(hours=8))
START_SECONDS = 90
STOP_SECONDS = 30
OPERATOR = "演练平台运营方"
LEFT_OUT = (
    *("DATABASE_URL", "MODE", "SMS_SENDER", "PUBLIC_URL", "HOST", "TRUSTED_PROXIES", "WEB_WORKERS"),
    "PYTHONDONTWRITEBYTECODE",
)
"""Settings of a real server that whoever starts a drill may have in the environment; and one that would have
each of some thousand processes compile every module anew."""


class DrillClock:
    """The file that web, worker and tools read the time from; it is replaced whole, never half written."""

    def __init__(self, path: Path, at: datetime) -> None:
        self.path = path
        self.at = at
        self.move(at)

    def move(self, at: datetime) -> None:
        """Set the time; it never goes back."""
        if at < self.at:
            raise ValueError(f"the clock stands at {self.at}, later than {at}")
        self.at = at
        staged = self.path.with_suffix(".next")
        staged.write_text(at.astimezone(CHINA).isoformat() + "\n", encoding="ascii")
        staged.replace(self.path)

    def tick(self, seconds: int) -> None:
        """Move the time on a little."""
        self.move(self.at + timedelta(seconds=seconds))


@dataclass(frozen=True, slots=True)
class Stage:
    """Where everybody meets. `messages` is the file that the development sender writes sign-in codes to."""

    folder: Path
    address: str
    clock: DrillClock

    @property
    def data_dir(self) -> Path:
        """The server's data folder."""
        return self.folder / "server"

    @property
    def messages(self) -> Path:
        """Where the development sender writes sign-in codes."""
        return self.data_dir / "outbox" / "sms.jsonl"

    def role_folder(self, name: str) -> Path:
        """Return the folder of one role or voter, readable by nobody else."""
        folder = self.folder / "roles" / name
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder


@contextmanager
def open_stage(folder: Path, at: datetime, administrator: str) -> Iterator[Stage]:
    """Appoint the administrator on a new data folder and serve it until the drill is over.

    Raises DrillFailed when the server does not come up; its own words are in server.log.
    """
    clock = DrillClock(folder / "clock", at)
    port = _free_port()
    stage = Stage(folder, f"http://127.0.0.1:{port}", clock)
    variables = _variables(stage, port)
    with (folder / "server.log").open("ab") as log:
        command = [sys.executable, str(ROOT / "scripts" / "run")]
        done = subprocess.run(
            [*command, "--admin", administrator], env=variables, stdout=log, stderr=log, check=False
        )
        if done.returncode:
            raise DrillFailed(f"the data folder could not be begun:\n{_tail(folder)}")
        server = subprocess.Popen(
            command, env=variables, stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True
        )
        try:
            _await_ready(stage, server)
            yield stage
        finally:
            _end(server)


def environment() -> dict[str, str]:
    """Return the variables for every process of a drill: ours, without the settings of a real server."""
    return {name: value for name, value in os.environ.items() if not _is_left_out(name)}


def _is_left_out(name: str) -> bool:
    return name in LEFT_OUT or name.startswith("WECHAT")  # the mini-program and the merchant of a real server


def _variables(stage: Stage, port: int) -> dict[str, str]:
    return environment() | {
        "DATA_DIR": str(stage.data_dir),
        "PORT": str(port),
        "DRILL": "1",
        "DRILL_CLOCK": str(stage.clock.path),
        "OPERATOR": OPERATOR,
        "CODES_PER_ADDRESS": "1000000",  # hundreds of owners sign in from this one machine
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await_ready(stage: Stage, server: subprocess.Popen[bytes]) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and server.poll() is None:
        try:
            with opener.open(f"{stage.address}/readyz", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise DrillFailed(f"the server did not come up:\n{_tail(stage.folder)}")


def _tail(folder: Path) -> str:
    return "\n".join((folder / "server.log").read_text("utf-8", "replace").splitlines()[-10:])


def _end(server: subprocess.Popen[bytes]) -> None:
    server.send_signal(signal.SIGTERM)
    try:
        server.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
