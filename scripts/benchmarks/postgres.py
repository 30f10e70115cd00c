"""A PostgreSQL server of the bench's own, set for a machine of 8 GB; what is committed is on the disk."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from scripts.benchmarks.figures import NotMeasured

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "shared_buffers": "2GB",
    "effective_cache_size": "6GB",
    "max_wal_size": "4GB",
    "wal_level": "minimal",  # what is filled into an emptied table is written once, not twice
    "max_wal_senders": "0",
}
PLACES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


@contextmanager
def postgres() -> Iterator[str]:
    """Start a server in a folder of its own and yield the URL of an empty database; it is gone afterwards.

    Raises:
        NotMeasured: PostgreSQL is not installed.
    """
    initdb, pg_ctl = _program("initdb"), _program("pg_ctl")
    with tempfile.TemporaryDirectory(prefix="bench-postgres-") as folder:
        user, data, port = _give_away(Path(folder)), f"{folder}/data", free_port()
        _call(user, [initdb, "-D", data, "-U", "bench", "-A", "trust", "-E", "UTF8", "--no-locale"])
        chosen = {**SETTINGS, "port": str(port), "unix_socket_directories": folder}
        options = " ".join(f"-c {name}={value}" for name, value in chosen.items())
        _call(user, [pg_ctl, "-D", data, "-w", "-o", options, "-l", f"{folder}/log", "start"])
        try:
            yield f"postgresql://bench@127.0.0.1:{port}/postgres"
        finally:
            _call(user, [pg_ctl, "-D", data, "-w", "-m", "immediate", "stop"])


def free_port() -> int:
    """Return a loopback port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _program(name: str) -> str:
    found = next((str(place / name) for place in PLACES if (place / name).exists()), None) or shutil.which(
        name
    )
    if found is None:
        raise NotMeasured(f"{name} is not installed (Debian package postgresql)")
    return found


def _give_away(folder: Path) -> str | None:
    """Let the account `postgres` own the folder when we are root, under whom the server refuses to run."""
    if os.geteuid() != 0:
        return None
    account = pwd.getpwnam("postgres")
    os.chown(folder, account.pw_uid, account.pw_gid)
    return account.pw_name


def _call(user: str | None, command: Sequence[str]) -> None:
    subprocess.run(
        command, user=user, cwd="/", check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )
