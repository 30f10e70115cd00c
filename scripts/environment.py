"""The virtual environment of this folder: made without help where possible, and kept up to date.

Needs Python 3.11 or newer and the standard library. Debian ships Python without the part that puts pip
into a virtual environment, so pip is borrowed, in this order: from the system's python3-pip, from the
package python3-pip-whl (installed, or downloaded and unpacked without root), or installed by apt as root.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed.json"
PRODUCTION = "requirements.txt"
DEVELOPMENT = "requirements-dev.txt"
NODE = "requirements-node.txt"
"""Node as a package of Python, for machines without it; it needs nothing of the others."""
LEAST_PYTHON = (3, 11)
PIP_WHEELS = Path("/usr/share/python-wheels")


class SetUpFailed(RuntimeError):
    """The environment cannot be made; the message says what is missing and how to get it."""


def ensure(requirements: str = PRODUCTION) -> Path:
    """Make the environment hold what a requirements file pins, and return its Python.

    Does nothing when the file is the one that was installed last; the development file includes the other.

    Raises:
        SetUpFailed: Python is too old, or pip cannot be had.
    """
    if sys.version_info < LEAST_PYTHON:
        raise SetUpFailed(
            f"Python {'.'.join(map(str, LEAST_PYTHON))} or newer is needed, this is {sys.version}"
        )
    with (ROOT / ".venv.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two commands at once make it once
        return _ensure_locked(requirements)


def say(message: str) -> None:
    """Tell the person at the terminal what goes on."""
    sys.stderr.write(f"[{Path(sys.argv[0]).name}] {message}\n")
    sys.stderr.flush()


def apt_install(packages: Sequence[str]) -> None:
    """Install Debian packages. Only where `can_apt_install`."""
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    _call(["apt-get", "update", "-q"], environment)
    _call(["apt-get", "install", "-q", "-y", "--no-install-recommends", *packages], environment)


def can_apt_install() -> bool:
    """Tell whether this is Debian (or a child of it) and we are root."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def _ensure_locked(requirements: str) -> Path:
    wanted = _wanted(requirements)
    installed = _installed()
    if all(installed.get(name) == digest for name, digest in wanted.items()):
        return PYTHON
    if not _is_usable():
        _make_venv()
    say(f"installing {requirements} (once; takes a minute or two)")
    _install(ROOT / requirements)
    STAMP.write_text(json.dumps(installed | wanted) + "\n", encoding="ascii")
    return PYTHON


def _wanted(requirements: str) -> dict[str, str]:
    """Return the digests that the stamp must hold; the Python version counts as part of each."""
    names = [PRODUCTION, requirements] if requirements == DEVELOPMENT else [requirements]
    version = sys.version.encode()
    return {name: hashlib.sha256(version + (ROOT / name).read_bytes()).hexdigest() for name in names}


def _installed() -> dict[str, str]:
    try:
        found = json.loads(STAMP.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return {}
    return dict(found) if PYTHON.exists() else {}


def _is_usable() -> bool:
    """Tell whether the environment is there and of the Python that runs this."""
    if not PYTHON.exists():
        return False
    found = subprocess.run(
        [PYTHON, "-c", "import sys; print(sys.version)"], capture_output=True, text=True, check=False
    )
    return found.stdout.strip() == sys.version.strip()


def _make_venv() -> None:
    say(f"creating {VENV.name}")
    _call([sys.executable, "-m", "venv", "--clear", "--without-pip", str(VENV)])


def _install(file: Path) -> None:
    options = [
        "--disable-pip-version-check",
        "--no-input",
        "--quiet",
        "install",
        "--require-hashes",
        "-r",
        str(file),
    ]
    with tempfile.TemporaryDirectory() as scratch:
        command, environment = _pip(Path(scratch))
        _call([*command, *options], environment)


def _pip(scratch: Path) -> tuple[list[str], dict[str, str]]:
    """Return a command that runs pip on our environment, and the variables it needs."""
    if importlib.util.find_spec("pip") is not None:
        return [sys.executable, "-m", "pip", "--python", str(PYTHON)], dict(os.environ)
    wheel = _pip_wheel(PIP_WHEELS) or _bundled_pip_wheel() or _downloaded_pip_wheel(scratch)
    if wheel is None and can_apt_install():
        apt_install(["python3-pip-whl"])
        wheel = _pip_wheel(PIP_WHEELS)
    if wheel is None:
        raise SetUpFailed(
            "pip is missing and could not be had; as root run: apt-get update && apt-get install python3-venv"
        )
    return [str(PYTHON), "-m", "pip"], os.environ | {"PYTHONPATH": str(wheel)}


def _pip_wheel(folder: Path) -> Path | None:
    return next(iter(sorted(folder.glob("pip-*.whl"), reverse=True)), None)


def _bundled_pip_wheel() -> Path | None:
    """Return the wheel that Python itself carries, where a distributor has not taken it out."""
    found = importlib.util.find_spec("ensurepip")
    return _pip_wheel(Path(found.origin).parent / "_bundled") if found and found.origin else None


def _downloaded_pip_wheel(scratch: Path) -> Path | None:
    """Download Debian's wheel package and unpack it here, which needs no root."""
    if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
        return None
    got = subprocess.run(
        ["apt-get", "download", "-q", "python3-pip-whl"], cwd=scratch, capture_output=True, check=False
    )
    package = next(iter(scratch.glob("*.deb")), None)
    if got.returncode != 0 or package is None:
        return None
    _call(["dpkg-deb", "-x", str(package), str(scratch / "unpacked")])
    return _pip_wheel(scratch / "unpacked" / PIP_WHEELS.relative_to("/"))


def _call(command: Sequence[str], environment: dict[str, str] | None = None) -> None:
    done = subprocess.run(command, env=environment, check=False, stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        raise SetUpFailed(f"failed with status {done.returncode}: {' '.join(command)}")
