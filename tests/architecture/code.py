"""The code as the guards see it: files, syntax trees, and every module imported."""

from __future__ import annotations

import ast
import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import backend

ROOT = Path(__file__).resolve().parent.parent.parent
NOT_IMPORTED = ("backend.wsgi", "backend.migrations")
"""wsgi opens a data folder when it is imported; migrations are run by Alembic."""


def python_files(*folders: str) -> list[Path]:
    """Return the Python files under these folders, and the scripts without a suffix among them."""
    files = (path for folder in folders for path in sorted((ROOT / folder).rglob("*")) if path.is_file())
    return [path for path in files if path.suffix == ".py" or _is_python_program(path)]


def tree_of(path: Path) -> ast.Module:
    """Return the syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def name_of(path: Path) -> str:
    """Return a file's path within the project."""
    return str(path.relative_to(ROOT))


def functions_of(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Return every function and method of a file."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return how many lines a function has, its docstring not counted."""
    first = function.body[0]
    documented = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    docstring = (first.end_lineno or 0) - first.lineno + 1 if documented else 0
    return (function.end_lineno or 0) - function.lineno + 1 - docstring


def imported_names(path: Path) -> Iterator[str]:
    """Return the full name of every module that a file imports, by statement or by `import_module`."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(path)}: relative import"
            yield node.module or ""
        elif isinstance(node, ast.Call) and "import" in ast.unparse(node.func):
            yield from (str(each.value) for each in node.args if isinstance(each, ast.Constant))


def every_module() -> list[ModuleType]:
    """Import the whole of the backend and return its modules."""
    found = pkgutil.walk_packages(backend.__path__, "backend.")
    return [importlib.import_module(each.name) for each in found if not each.name.startswith(NOT_IMPORTED)]


def subclasses_of(kind: type) -> set[type]:
    """Return every class below `kind`, however deep."""
    direct = set(kind.__subclasses__())
    return direct.union(*(subclasses_of(each) for each in direct)) if direct else direct


def _is_python_program(path: Path) -> bool:
    return path.suffix == "" and path.read_bytes()[:64].startswith(b"#!/usr/bin/env python3")
