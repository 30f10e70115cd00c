"""The commands that a person types first: they serve, end on Ctrl-C, and are quick after the first time."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts import environment
from tests.houses import ROOT, free_port, wait_until_ready

RUN = [sys.executable, str(ROOT / "scripts" / "run")]


def variables(data: Path, port: int) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DRILL", "DRILL_CLOCK", "DATABASE_URL"}
    }
    return kept | {"DATA_DIR": str(data), "PORT": str(port), "WEB_WORKERS": "1"}


@contextmanager
def running(data: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Run scripts/run; end it as Ctrl-C does unless the test has."""
    process = subprocess.Popen(RUN, env=variables(data, port), stderr=subprocess.PIPE, start_new_session=True)
    try:
        wait_until_ready(f"http://127.0.0.1:{port}", seconds=240)
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)


def children_of(pid: int) -> list[int]:
    stats = [path.read_text(encoding="ascii") for path in Path("/proc").glob("[0-9]*/stat") if path.exists()]
    parents = {int(stat.split()[0]): int(stat.rsplit(")", 1)[1].split()[1]) for stat in stats}
    direct = [each for each, parent in parents.items() if parent == pid]
    return direct + [deeper for each in direct for deeper in children_of(each)]


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_run_serves_web_and_worker_and_ctrl_c_ends_both(tmp_path: Path) -> None:
    port = free_port()
    with running(tmp_path / "data", port) as process:
        everyone = children_of(process.pid)
        assert len(everyone) >= 3  # gunicorn, its worker process, the job worker
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=30) as answer:
            assert json.loads(answer.read()) == {"status": "ok"}
    assert process.returncode == 0
    assert [pid for pid in everyone if is_running(pid)] == []


def test_run_ends_when_one_of_its_processes_dies(tmp_path: Path) -> None:
    with running(tmp_path / "data", free_port()) as process:
        everyone = children_of(process.pid)
        os.kill(next(pid for pid in everyone if b"backend.worker" in _command_line(pid)), signal.SIGKILL)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 1
    assert b"ended by itself" in said
    assert [pid for pid in everyone if is_running(pid)] == []


def test_run_appoints_a_first_administrator_by_phone(tmp_path: Path) -> None:
    command = [*RUN, "--admin", "13900000001"]
    done = subprocess.run(
        command, env=variables(tmp_path / "data", 1), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "administrator appointed" in done.stdout


def test_run_refuses_a_phone_that_is_none_and_says_why(tmp_path: Path) -> None:
    command = [*RUN, "--admin", "12"]
    done = subprocess.run(
        command, env=variables(tmp_path / "data", 1), capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "11 位数字" in done.stderr


def test_run_refuses_a_drill_clock_on_a_normal_data_folder(tmp_path: Path) -> None:
    settings = variables(tmp_path / "data", free_port())
    subprocess.run([*RUN, "--admin", "13900000001"], env=settings, capture_output=True, check=True)
    (tmp_path / "clock").write_text("2026-03-02T12:00:00+08:00\n", encoding="ascii")
    refused = settings | {"DRILL_CLOCK": str(tmp_path / "clock")}
    done = subprocess.run(RUN, env=refused, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "DRILL_CLOCK is refused" in done.stderr


def test_a_second_worker_on_the_same_folder_is_refused(tmp_path: Path) -> None:
    settings = variables(tmp_path / "data", free_port())
    with running(tmp_path / "data", int(settings["PORT"])):
        command = [sys.executable, "-m", "backend.worker"]
        second = subprocess.run(command, env=settings, cwd=ROOT, capture_output=True, text=True, check=False)
    assert second.returncode == 1
    assert "another-worker" in second.stderr


def test_an_installed_environment_is_left_as_it_is() -> None:
    environment.ensure()
    before = environment.STAMP.stat().st_mtime_ns
    assert environment.ensure() == environment.PYTHON
    assert environment.STAMP.stat().st_mtime_ns == before


def test_the_environment_is_made_where_python_has_no_pip(tmp_path: Path) -> None:
    """As on a Debian with python3 alone: pip is not found among installed packages and comes from a wheel."""
    (tmp_path / "scripts").mkdir()
    shutil.copy(ROOT / "scripts" / "environment.py", tmp_path / "scripts")
    (tmp_path / "requirements.txt").write_text("", encoding="ascii")
    program = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import scripts.environment as e; e.ensure()"
    )
    subprocess.run([sys.executable, "-I", "-S", "-c", program], check=True, stdin=subprocess.DEVNULL)
    made = tmp_path / ".venv" / "bin" / "python"
    subprocess.run([made, "-c", "import sys; assert sys.prefix != sys.base_prefix"], check=True)


def _command_line(pid: int) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()
