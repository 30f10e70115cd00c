"""The people of a drill. Each acts through processes of their own, with a folder and keys of their own."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from scripts.drilling.diary import Diary
from scripts.drilling.faults import DrillFailed
from scripts.drilling.stage import ROOT, Stage, environment

Who = TypeVar("Who")
Result = TypeVar("Result")
SIGN_IN_EVERY = timedelta(days=10)
"""Tokens live for 14 days, and the clock of a drill passes weeks within minutes."""
REFUSED = re.compile(r"refused: \[([a-z0-9-]+)\] (.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Answer:
    """How a tool ended: its exit status, the facts it told, and the code and text of a refusal."""

    status: int
    facts: dict[str, Any]
    code: str = ""
    detail: str = ""


@dataclass(slots=True)
class Person:
    """Somebody with a phone and a folder; `assembly` and `account` (an id) become known on the way."""

    name: str
    phone: str
    folder: Path
    stage: Stage
    diary: Diary
    assembly: str | None = None
    account: str | None = None
    signed_in_at: datetime | None = field(default=None)

    def call(self, method: str, path: str, body: object = None, *, upload: Path | None = None) -> Any:
        """Call the service as this person. Raises DrillFailed when it refuses."""
        command = [sys.executable, "-m", "scripts.drilling.caller", *self._where()]
        command += ["--upload", str(upload)] if upload else []
        content = b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
        done = subprocess.run(
            [*command, method, path],
            input=content,
            capture_output=True,
            cwd=ROOT,
            env=environment(),
            check=False,
        )
        if not done.stdout:
            raise DrillFailed(f"{self.name}: {method} {path}: {done.stderr.decode('utf-8', 'replace')}")
        answer = json.loads(done.stdout)
        self.diary.act(self.name, f"{method} {path}", str(answer["status"]))
        if done.returncode:
            raise CallRefused(self.name, f"{method} {path}", answer["body"])
        return answer["body"]

    def must(self, tool: str, command: str, *options: str) -> dict[str, Any]:
        """Run a tool that has to succeed, and return the facts it tells. Raises DrillFailed."""
        answer = self.run(tool, command, *options)
        if answer.status:
            raise DrillFailed(f"{self.name}: scripts/{tool} {command}: [{answer.code}] {answer.detail}")
        return answer.facts

    def run(self, tool: str, command: str, *options: str) -> Answer:
        """Run a tool and return how it ended."""
        return self.finish(self.start(tool, command, *options), tool, command)

    def start(self, tool: str, command: str, *options: str) -> subprocess.Popen[bytes]:
        """Start a tool; its standard input stays open."""
        self._sign_in_again(tool, command)
        return self._popen(tool, command, options)

    def finish(self, process: subprocess.Popen[bytes], tool: str, command: str) -> Answer:
        """Send a line to a tool that may wait for one, and return how it ended."""
        out, err = process.communicate(b"\n")
        answer = _answer(process.returncode, out, err.decode("utf-8", "replace").strip())
        self.diary.act(self.name, f"scripts/{tool} {command}", answer.code or "done")
        return answer

    def _sign_in_again(self, tool: str, command: str) -> None:
        now = self.stage.clock.at
        if self.signed_in_at is not None and now - self.signed_in_at > SIGN_IN_EVERY and command != "sign-in":
            self.finish(self._popen(tool, "sign-in", ()), tool, "sign-in")
            self.signed_in_at = now
        self.signed_in_at = self.signed_in_at or now

    def _popen(self, tool: str, command: str, options: Sequence[str]) -> subprocess.Popen[bytes]:
        where = [*self._where(), "--clock", str(self.stage.clock.path), "--json"]
        where += ["--assembly", self.assembly] if self.assembly else []
        return subprocess.Popen(
            [sys.executable, str(ROOT / "scripts" / tool), command, *where, *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=self.folder,
            env=environment(),
        )

    def _where(self) -> list[str]:
        phone = ["--phone", self.phone, "--otp-file", str(self.stage.messages)]
        return ["--folder", str(self.folder), "--server", self.stage.address, *phone]


def together(people: Sequence[Who], act: Callable[[Who], Result]) -> list[Result]:
    """Have several people act at the same time, each for themselves; returns what each brought, in order.

    Raises what the first of them raised, after all have ended.
    """
    with ThreadPoolExecutor(max_workers=max(len(people), 1)) as pool:
        return list(pool.map(act, people))


class CallRefused(DrillFailed):
    """The service refused a call that the drill needs; `body` is its problem document."""

    def __init__(self, who: str, what: str, body: Any) -> None:
        self.body = body if isinstance(body, dict) else {}
        code, detail = self.body.get("code", "?"), self.body.get("detail") or self.body.get("title") or body
        super().__init__(f"{who}: {what}: [{code}] {detail}")


def _answer(status: int, out: bytes, err: str) -> Answer:
    lines = out.decode("utf-8", "replace").splitlines()
    facts = json.loads(lines[-1]) if lines and lines[-1].startswith("{") else {}
    refused = REFUSED.search(err)
    if refused:
        return Answer(status, facts, refused[1], refused[2])
    return Answer(status, facts, f"exit-{status}" if status and not facts else "", err)
