"""The demo as a newcomer meets it: one command, a table of logins, an assembly to go on with."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from backend.demo import seed
from backend.identity import ensure_account
from backend.infra.config import SettingsError
from backend.infra.db import transaction
from tests.houses import ROOT, free_port, wait_until_ready
from tests.journeys.test_scripts import children_of, is_running, variables
from tests.journeys.test_server import call

DEMO = [sys.executable, str(ROOT / "scripts" / "run"), "--demo"]


@dataclass
class Demo:
    """A running demo: its address, its process, and what it has printed."""

    address: str
    process: subprocess.Popen[bytes]
    console: Path

    def logins(self) -> dict[str, str]:
        """Return the printed table: a role and the first phone it is printed with."""
        rows = [line.split() for line in self.console.read_text(encoding="utf-8").splitlines()]
        found = [row for row in rows if len(row) >= 3 and row[1].isdigit() and len(row[1]) == 11]
        return {row[0]: row[1] for row in reversed(found)}

    def assembly_path(self) -> str:
        """Return the printed address of the assembly."""
        words = self.console.read_text(encoding="utf-8").split()
        return next(word for word in words if "/api/v1/assemblies/" in word)


@contextmanager
def demo(data: Path, console: Path) -> Iterator[Demo]:
    """Run the demo; end it as Ctrl-C does."""
    port = free_port()
    with console.open("wb") as output:
        process = subprocess.Popen(
            DEMO,
            env=variables(data, port) | {"PYTHONUTF8": "1"},
            stdout=output,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    try:
        wait_until_ready(f"http://127.0.0.1:{port}", seconds=240)
        yield Demo(f"http://127.0.0.1:{port}", process, console)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


def sign_in(address: str, data: Path, phone: str) -> str:
    assert call("POST", f"{address}/api/v1/sign-in/codes", {"phone": phone})[0] == 202
    lines = (data / "outbox" / "sms.jsonl").read_text(encoding="utf-8").splitlines()
    sent = [one["text"] for one in map(json.loads, lines) if one["phone"] == phone]
    form = {"phone": phone, "code": sent[-1].split("验证码 ")[1][:6]}
    status, answer = call("POST", f"{address}/api/v1/sign-in/tokens", form)
    assert status == 201
    return str(answer["token"])


def test_the_demo_can_be_tried_at_once_and_is_entered_once_only(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with demo(data, tmp_path / "first") as first:
        everyone = children_of(first.process.pid)
        logins = first.logins()
        token = sign_in(first.address, data, logins["chair"])
        roles = call("GET", f"{first.address}/api/v1/me", token=token)[1]["roles"]
        status, assembly = call("GET", first.assembly_path(), token=token)
        units = f"{first.address}/api/v1/communities/{assembly['community_id']}/units"
        assert call("GET", units, token=token)[0] == 200
        counted = call("GET", units.removesuffix("/units"), token=token)[1]["units"]
    assert first.process.returncode == 0
    assert [pid for pid in everyone if is_running(pid)] == []

    assert set(logins) >= set("administrator chair registrar trustee auditor counter developer owner".split())
    assert [role["role"] for role in roles] == ["chair"]
    assert (status, assembly["stage"], assembly["drill"]) == (200, "NOTICED", False)
    assert {one["scope"] for one in assembly["elections"]} == {"all", "building:3"}
    wanted = {"registrar-key", "trustee-key", "auditor-key", "counter-key", "credentials", "ceremony"}
    assert {one["code"] for one in assembly["missing"]} == wanted

    with demo(data, tmp_path / "second") as second:
        assert second.logins() == logins
        again = call("GET", second.assembly_path())[1]
        token = sign_in(second.address, data, logins["chair"])
        path = f"{second.address}/api/v1/communities/{again['community_id']}"
        assert call("GET", path, token=token)[1]["units"] == counted
    assert again == assembly


def test_every_login_of_the_demo_is_answered_with_the_role_it_is_printed_with(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with demo(data, tmp_path / "console") as running:
        logins = running.logins()
        assembly = call("GET", running.assembly_path())[1]
        for role in ("administrator", "registrar", "trustee", "auditor", "counter", "community_officer"):
            token = sign_in(running.address, data, logins[role])
            roles = call("GET", f"{running.address}/api/v1/me", token=token)[1]["roles"]
            assert [one["role"] for one in roles] == [role]
        for role in ("owner", "developer"):
            token = sign_in(running.address, data, logins[role])
            entries = f"{running.address}/api/v1/assemblies/{assembly['id']}/my-entries"
            assert len(call("GET", entries, token=token)[1]["items"]) == 1


def test_the_commands_that_the_demo_prints_bring_the_assembly_on(tmp_path: Path) -> None:
    with demo(tmp_path / "data", tmp_path / "console") as running:
        printed = running.console.read_text(encoding="utf-8").replace("\\\n", " ")
        lines = [line.strip() for line in printed.splitlines() if line.strip().startswith("scripts/")]
        for line in lines:
            program, *words = line.replace("FOLDER", str(tmp_path / "registrar")).split()
            subprocess.run([sys.executable, str(ROOT / program), *words], check=True, capture_output=True)
        left = {one["code"] for one in call("GET", running.assembly_path())[1]["missing"]}
    assert len(lines) == 2
    assert "registrar-key" not in left
    assert "trustee-key" in left


def test_the_demo_is_refused_in_production_and_begins_no_folder(tmp_path: Path) -> None:
    settings = variables(tmp_path / "data", 1) | {"MODE": "production", "SMS_SENDER": "none"}
    done = subprocess.run(DEMO, env=settings, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "MODE=development only" in done.stderr
    assert not (tmp_path / "data").exists()


def test_the_demo_is_not_mixed_with_data_of_others(app, house) -> None:
    with app.app_context():
        with transaction() as session:
            ensure_account(session, house, phone="13900000001")
        with pytest.raises(SettingsError, match="not the demo's"), transaction() as session:
            seed(session, house)


def test_without_a_named_folder_the_demo_keeps_away_from_the_normal_one(tmp_path: Path) -> None:
    """In a copy, since the folder lies in the repository; a stand-in for Python tells what it was given."""
    said = tmp_path / "said"
    copy = tmp_path / "scripts"
    copy.mkdir()
    for name in ("run", "environment.py", "webapp.py", "__init__.py"):
        (copy / name).write_bytes((ROOT / "scripts" / name).read_bytes())
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\necho "$DATA_DIR $*" >> {said}\nexit 1\n', encoding="utf-8")
    python.chmod(0o755)
    program = (
        f"import runpy, sys; sys.path.insert(0, {str(tmp_path)!r}); import scripts.environment as e;"
        f"e.ensure = lambda: {str(python)!r}; sys.argv = ['run', '--demo'];"
        f"runpy.run_path({str(copy / 'run')!r}, run_name='__main__')"
    )
    unnamed = {name: value for name, value in os.environ.items() if name != "DATA_DIR"}
    unnamed["WEBAPP_DIR"] = str(tmp_path)  # there is nothing to build in the copy
    subprocess.run([sys.executable, "-c", program], env=unnamed, check=False)
    assert said.read_text(encoding="utf-8").split()[0] == str(tmp_path / "data-demo")
