"""The process that is timed: `python -m scripts.benchmarks.verifying WORKERS ARCHIVE ...`."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

from backend.voting.protocol.verifier import verify_archive

STATUS = Path("/proc/self/status")


def main(workers: str, *archives: str) -> None:
    """Verify the archives and tell how much memory that took."""
    for archive in archives:
        verify_archive(Path(archive), workers=int(workers))
    sys.stdout.write(json.dumps({"peak_bytes": _peak()}) + "\n")


def _peak() -> int:
    """Return the peak of this program's resident memory.

    Not ru_maxrss: Linux carries that figure over from the process that started us, however large it was.
    """
    found = re.search(r"VmHWM:\s*([0-9]+) kB", STATUS.read_text(encoding="ascii"))
    if found is None:
        raise SystemExit(f"{STATUS} does not tell the peak of memory")
    return int(found[1]) * 1024


if __name__ == "__main__":
    main(*sys.argv[1:])
