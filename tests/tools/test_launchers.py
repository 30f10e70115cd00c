from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).resolve().parent.parent.parent / "scripts"
NAMES = ["registrar", "trustee", "vote", "auditor", "counter"]


def start(name: str, *, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(SCRIPTS / name), "--help"]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", NAMES)
def test_a_tool_starts_from_any_folder(name: str, tmp_path: Path) -> None:
    done = start(name, cwd=tmp_path)
    assert done.returncode == 0
    assert f"usage: scripts/{name}" in done.stdout


@pytest.mark.parametrize("name", NAMES)
def test_a_script_is_executable(name: str) -> None:
    assert (SCRIPTS / name).stat().st_mode & 0o111


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A repository with nothing but what starts a tool."""
    for name in (
        "scripts/vote",
        "backend/__init__.py",
        "backend/tools/__init__.py",
        "backend/tools/launch.py",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(SCRIPTS.parent / name, tmp_path / name)
    return tmp_path


def test_without_its_library_a_tool_says_what_is_missing(clone: Path) -> None:
    command = [
        sys.executable,
        "-S",
        "-I",
        str(clone / "scripts" / "vote"),
    ]  # -S: no installed packages at all
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "cryptography" in done.stderr


def test_the_projects_own_environment_is_preferred(clone: Path) -> None:
    python = clone / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\necho "own environment runs $1 with $2"\n')
    python.chmod(0o755)
    command = [sys.executable, str(clone / "scripts" / "vote"), "entries"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout == f"own environment runs {clone / 'scripts' / 'vote'} with entries\n"


def test_wrong_use_ends_with_2_and_says_what_is_wrong(tmp_path: Path) -> None:
    command = [sys.executable, str(SCRIPTS / "vote"), "entries", "--folder", str(tmp_path / "role")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "--server URL or --exchange FOLDER" in done.stderr
