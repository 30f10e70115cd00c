"""Starts a tool with a Python that has what it needs; written so that any Python 3 can read it."""

import importlib
import os
import sys
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
ENVIRONMENT = ROOT / ".venv"
MODULES = {
    "registrar": "registrar",
    "trustee": "trustee",
    "vote": "voter",
    "auditor": "auditor",
    "counter": "counter",
}


def start(name: str) -> int:
    """Run the tool called `name` and return its exit status, under the environment of the project if any.

    Replaces this process when the project's own environment is there and another Python was started.
    """
    python = ENVIRONMENT / "bin" / "python"
    if python.exists() and Path(sys.prefix).resolve() != ENVIRONMENT.resolve():
        script = str(ROOT / "scripts" / name)
        os.execv(str(python), [str(python), script, *sys.argv[1:]])  # noqa: S606 (our own environment)
    missing = _missing()
    if missing:
        sys.stderr.write(f"scripts/{name} needs {missing}\n")
        return 2
    status: int = importlib.import_module(f"backend.tools.{MODULES[name]}").main()
    return status


def _missing() -> str:
    if sys.version_info < (3, 11):  # noqa: UP036 (whoever starts the script may have an older one)
        return "Python 3.11 or newer"
    if find_spec("cryptography") is None:
        return "the library `cryptography`: run scripts/run once, or install requirements.txt"
    return ""
