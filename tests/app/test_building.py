"""scripts/webapp.py: what it builds, when it does not, and what it says where it cannot."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.houses import ROOT

COPIED = (
    "scripts/environment.py",
    "scripts/webapp.py",
    "miniprogram/package.json",
    "miniprogram/package-lock.json",
    "miniprogram/.npmrc",
    "miniprogram/index.html",
    "miniprogram/vite.config.ts",
    "miniprogram/tsconfig.json",
    "miniprogram/src/App.vue",
)
NPM = """#!/bin/sh
echo "$@" >> "$CALLS"
case "$1" in
  ci) mkdir -p node_modules ;;
  run)
    test -z "$FAULT" || { echo "$FAULT"; exit 3; }
    mkdir -p dist/build/h5
    echo built > dist/build/h5/index.html ;;
esac
"""
"""Does what npm does to the folder, without fetching anything."""
BUILD = "import sys; sys.path.insert(0, {root!r}); from scripts.webapp import ensure_built; ensure_built()"


class Checkout:
    """A copy of what the build reads, with a Node of the test's own."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for name in COPIED:
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, root / name)
        self.programs = root / "programs"
        self.programs.mkdir()
        self._program("npm", NPM)
        self._program("node", "#!/bin/sh\necho v20.1.0\n")

    def build(self, fault: str = "") -> subprocess.CompletedProcess[str]:
        """Build once."""
        path = f"{self.programs}:{os.environ['PATH']}"
        variables = os.environ | {"PATH": path, "CALLS": str(self.root / "calls"), "FAULT": fault}
        command = [sys.executable, "-I", "-c", BUILD.format(root=str(self.root))]
        return subprocess.run(command, env=variables, capture_output=True, text=True, check=False)

    def calls(self) -> list[str]:
        """What npm was asked to do."""
        return (self.root / "calls").read_text(encoding="utf-8").splitlines()

    def _program(self, name: str, text: str) -> None:
        path = self.programs / name
        path.write_text(text, encoding="ascii")
        path.chmod(0o755)


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """A copy that was never built."""
    return Checkout(tmp_path)


def test_a_first_build_fetches_packages_and_builds_and_a_second_does_nothing(checkout: Checkout) -> None:
    assert checkout.build().returncode == 0
    assert checkout.calls() == ["ci --ignore-scripts", "run build:h5"]
    assert checkout.build().returncode == 0
    assert len(checkout.calls()) == 2


def test_changed_sources_are_built_again_with_the_packages_that_are_there(checkout: Checkout) -> None:
    checkout.build()
    (checkout.root / "miniprogram" / "src" / "new.ts").write_text("export {}\n", encoding="ascii")
    assert checkout.build().returncode == 0
    assert checkout.calls() == ["ci --ignore-scripts", "run build:h5", "run build:h5"]


def test_a_build_that_fails_says_what_npm_said_and_is_tried_again(checkout: Checkout) -> None:
    failed = checkout.build(fault="no space left")
    assert failed.returncode != 0
    assert "SetUpFailed: npm run build:h5 failed with status 3" in failed.stderr
    assert "no space left" in failed.stderr
    assert checkout.build().returncode == 0


def test_the_build_that_is_there_is_the_one_of_these_sources(browser_build: Path) -> None:
    assert (browser_build / "index.html").is_file()
    assert (browser_build / ".stamp").read_text(encoding="ascii").isalnum()
