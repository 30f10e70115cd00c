"""The drill plays everybody from outside: it takes nothing of the house but the voting core."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULES = [ROOT / "scripts" / "drill", *sorted((ROOT / "scripts" / "drilling").glob("*.py"))]
ALLOWED = ("backend.voting", "scripts.drilling", "scripts.environment")
HIDDEN_WAYS = {"importlib", "runpy", "pkgutil", "imp"}


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} imports relatively"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names if node.module == "backend")


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_nothing_of_backend_outside_voting_is_imported(path: Path) -> None:
    ours = [name for name in imported(path) if name.split(".")[0] in {"backend", "scripts", "tests"}]
    strangers = [
        name for name in ours if not any(name == one or name.startswith(f"{one}.") for one in ALLOWED)
    ]
    assert not strangers


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_no_module_is_loaded_by_a_way_that_imports_do_not_show(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    called = {
        node.func.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert not called & {"__import__", "exec", "eval"}
    assert not {name.split(".")[0] for name in imported(path)} & HIDDEN_WAYS
