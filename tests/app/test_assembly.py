"""A whole assembly held in browsers alone; what it leaves is judged by programs of others too."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from backend.infra.migrating import migrate
from backend.kernel.clock import CHINA
from scripts.webapp import Node
from tests.app.test_app import run_node
from tests.assemblies.scene import Scene
from tests.assemblies.world import PHONES, Cast
from tests.houses import AN_OPERATOR, ROOT, SetClock, a_house, an_app, served, some_settings
from tests.peers.conftest import BeleniosTool, belenios_tool  # noqa: F401  (a fixture)
from tests.programs import need

PUBLIC = ("manifest.json", "roll.json", "heads.bel", "area.bel")


@contextmanager
def worked(environment: dict[str, str]) -> Iterator[None]:
    """Run the job worker, which closes the boards when the time has come."""
    worker = subprocess.Popen(
        [sys.executable, "-m", "backend.worker"], cwd=ROOT, env=os.environ | environment
    )
    try:
        yield
    finally:
        worker.terminate()
        worker.wait(30)


def fetched(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=60) as answer:
        content: bytes = answer.read()
    return content


def record(address: str, assembly: str, folder: Path) -> list[Path]:
    """Lay the public record of an assembly out; returns the election folders."""
    whole = f"{address}/api/v1/assemblies/{assembly}"
    folder.mkdir()
    (folder / "result.json").write_bytes(fetched(f"{whole}/result.json"))
    folders = []
    for election in json.loads(fetched(whole))["elections"]:
        place = folder / election["uuid"]
        place.mkdir()
        folders.append(place)
        for name in PUBLIC:
            (place / name).write_bytes(fetched(f"{address}/api/v1/elections/{election['uuid']}/{name}"))
    return folders


def prepared(data: Path, clock: Path) -> dict[str, str]:
    """Begin a drill's data folder with a community, its roll and everybody's roles.

    Returns the server's settings.
    """
    now = datetime.now(UTC)
    clock.write_text(now.astimezone(CHINA).isoformat(timespec="seconds") + "\n", encoding="ascii")
    drill = {"DRILL": "1", "DRILL_CLOCK": str(clock), "OPERATOR": AN_OPERATOR, "CODES_PER_ADDRESS": "100000"}
    house = a_house(data, SetClock(now), **drill)
    migrate(some_settings(data, **drill))
    app = an_app(house)
    Scene(app, house, SetClock(now), Cast()).found()
    with app.app_context():
        app.extensions["sqlalchemy"].engine.dispose()
    return drill


def test_a_whole_assembly_is_held_in_browsers_and_peers_accept_its_record(
    node: Node,
    browser_build: Path,
    belenios_tool: BeleniosTool,  # noqa: F811
    tmp_path: Path,
) -> None:
    chromium, data, clock = need("chromium", "chromium"), tmp_path / "data", tmp_path / "clock"
    settings = prepared(data, clock) | {"WEBAPP_DIR": str(browser_build)}
    with served(data, settings) as address, worked(settings | {"DATA_DIR": str(data)}):
        said = run_node(
            node,
            "e2e/assembly.mjs",
            APP_URL=address,
            SMS_FILE=str(data / "outbox" / "sms.jsonl"),
            CLOCK=str(clock),
            NOTICE_DATE=datetime.now(CHINA).date().isoformat(),
            PEOPLE=json.dumps(PHONES),
            CHROMIUM=chromium,
        )
        told = json.loads(said.splitlines()[-1])
        folders = record(address, told["assembly"], tmp_path / "record")
    for folder in folders:
        (folder / "paper.json").write_text(told["papers"][folder.name], encoding="utf-8")
        for chain in ("heads", "area"):
            board = tmp_path / f"peer-{folder.name}-{chain}"
            board.mkdir()
            shutil.copyfile(folder / f"{chain}.bel", board / f"{folder.name}.bel")
            belenios_tool.run("election", "verify", "--dir", str(board), folder=board)
    command = [
        sys.executable,
        str(ROOT / "scripts" / "verify"),
        "--json",
        "--final",
        str(tmp_path / "record"),
    ]
    examined = subprocess.run(command, capture_output=True, text=True, check=False)
    assert examined.returncode == 0, examined.stdout + examined.stderr
    outcomes = {item["outcome"] for item in json.loads(examined.stdout)["items"].values()}
    assert outcomes == {"PASSED"}
