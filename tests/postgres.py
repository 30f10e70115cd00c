"""A PostgreSQL server of the tests' own, on a loopback port, in a temporary folder."""

from __future__ import annotations

import os
import pwd
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.houses import free_port
from tests.programs import need


@contextmanager
def postgres() -> Iterator[str]:
    """Start a server and yield the URL of an empty database; it is gone afterwards."""
    pg_ctl, initdb = need("pg_ctl", "postgresql"), need("initdb", "postgresql")
    with tempfile.TemporaryDirectory(prefix="pg") as folder:
        user = _give_away(Path(folder))
        data, port = f"{folder}/data", free_port()
        _call(
            [initdb, "-D", data, "-U", "tester", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"],
            user,
        )
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
        _call([pg_ctl, "-D", data, "-w", "-o", options, "-l", f"{folder}/log", "start"], user)
        try:
            yield f"postgresql://tester@127.0.0.1:{port}/postgres"
        finally:
            _call([pg_ctl, "-D", data, "-w", "-m", "immediate", "stop"], user)


def _give_away(folder: Path) -> str | None:
    """Let the account `postgres` own the folder when we are root, under whom the server refuses to run."""
    if os.geteuid() != 0:
        return None
    account = pwd.getpwnam("postgres")
    os.chown(folder, account.pw_uid, account.pw_gid)
    return account.pw_name


def _call(command: list[str], user: str | None) -> None:
    subprocess.run(
        command, user=user, cwd="/", check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )
