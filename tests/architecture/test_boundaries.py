"""What may be imported where, as far as import-linter's contracts (pyproject.toml) cannot say it."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.architecture.code import ROOT, imported_names, name_of, python_files, tree_of

CORE_MAY_USE = frozenset(
    """
    __future__ abc argparse array base64 binascii bisect collections collections.abc concurrent.futures
    contextlib dataclasses datetime decimal enum fractions functools gmpy2 hashlib hmac importlib
    importlib.resources io itertools json math multiprocessing multiprocessing.connection
    multiprocessing.context multiprocessing.process operator os pathlib re reprlib secrets signal string
    struct sys tarfile textwrap threading time tomllib traceback types typing unicodedata
    """.split()
)
"""Standard modules, which an auditor's Python has; adding one is a reviewed act. gmpy2 is optional."""

TOOLS_MAY_USE = frozenset({"cryptography", "qrcode"})
"""Beside the standard library: sealing needs one, the registrar's notices print QR codes with the other."""

CAPABILITY_ROOMS = frozenset({"routes", "jobs", "schemas", "service", "models", "rules"})


@pytest.mark.parametrize("path", python_files("backend/voting"), ids=name_of)
def test_the_core_needs_nothing_but_python(path: Path) -> None:
    foreign = {name for name in imported_names(path) if not name.startswith("backend.voting")}
    assert foreign - CORE_MAY_USE == set()


def test_the_core_runs_without_any_installed_package() -> None:
    modules = [
        name_of(path)[:-3].replace("/", ".").removesuffix(".__init__")
        for path in python_files("backend/voting")
    ]
    program = (
        f"import importlib, sys; sys.path.insert(0, '.'); [importlib.import_module(m) for m in {modules!r}]"
    )
    subprocess.run([sys.executable, "-I", "-S", "-c", program], cwd=ROOT, check=True)


@pytest.mark.parametrize("path", python_files("backend/tools"), ids=name_of)
def test_offline_tools_stand_on_the_core_and_sealing_alone(path: Path) -> None:
    ours = ("backend.voting", "backend.sealing", "backend.tools")
    foreign = {name.split(".")[0] for name in imported_names(path) if not name.startswith(ours)}
    assert foreign - TOOLS_MAY_USE - sys.stdlib_module_names == set()


@pytest.mark.parametrize("path", python_files("backend/kernel"), ids=name_of)
def test_the_kernel_knows_no_framework(path: Path) -> None:
    foreign = {name for name in imported_names(path) if not name.startswith("backend.kernel")}
    assert {name for name in foreign if name.split(".")[0] not in sys.stdlib_module_names} == set()


@pytest.mark.parametrize("path", python_files("backend/voting/law", "backend/kernel"), ids=name_of)
def test_law_and_kernel_know_no_floats(path: Path) -> None:
    assert [found for node in ast.walk(tree_of(path)) if (found := _float(node))] == []


@pytest.mark.parametrize("path", python_files("backend"), ids=name_of)
def test_time_and_chance_are_handed_in(path: Path) -> None:
    """Only the clock asks the machine for the time, and nothing uses a generator that can be predicted."""
    assert "random" not in set(imported_names(path))
    if name_of(path) not in {"backend/kernel/clock.py", "backend/tools/clock.py"}:
        calls = {ast.unparse(node.func) for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call)}
        assert (
            calls & {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time"} == set()
        )


def test_one_module_knows_flask_sqlalchemy() -> None:
    users = {
        name_of(path) for path in python_files("backend") if "flask_sqlalchemy" in set(imported_names(path))
    }
    assert users == {"backend/infra/db.py"}


def test_every_capability_is_under_the_contract_of_its_rooms() -> None:
    """Add a new one to `containers` of the contract "inside-a-capability" in pyproject.toml."""
    configuration = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = {each["id"]: each for each in configuration["tool"]["importlinter"]["contracts"]}
    folders = [path for path in (ROOT / "backend").iterdir() if (path / "__init__.py").exists()]
    capabilities = {f"backend.{path.name}" for path in folders if _has_rooms(path)}
    assert set(contracts["inside-a-capability"]["containers"]) == capabilities


def _has_rooms(folder: Path) -> bool:
    return len(CAPABILITY_ROOMS & {path.stem for path in folder.iterdir()}) > 1


def _float(node: ast.AST) -> str | None:
    """Return what makes a float here; a path joined with / is none, and is told by a text beside it."""
    is_literal = isinstance(node, ast.Constant) and isinstance(node.value, float)
    is_name = isinstance(node, ast.Name) and node.id == "float"
    is_division = (
        isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and "'" not in ast.unparse(node)
    )
    return ast.unparse(node) if is_literal or is_name or is_division else None
