"""`python -m backend.voting verify ...` and `... rules ...`: the core as a program of its own."""

from __future__ import annotations

import sys

from backend.voting.law import cases
from backend.voting.record import command

COMMANDS = {"verify": command.main, "rules": cases.main}

if __name__ == "__main__":
    name, *rest = sys.argv[1:] or [""]
    if name not in COMMANDS:
        sys.stderr.write(f"usage: python -m backend.voting {'|'.join(COMMANDS)} ...\n")
        sys.exit(2)
    sys.exit(COMMANDS[name](rest))
