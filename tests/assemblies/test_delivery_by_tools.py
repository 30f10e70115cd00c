"""The registrar's and the voter's own tools deliver and use a sealed code over a real server."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from werkzeug.serving import make_server

from backend.infra.db import transaction
from backend.sealing.signing import fingerprint
from backend.tools import registrar, voter
from tests.assemblies.scene import Scene

LABEL = "2-1-303"
"""owner-f's only unit."""


@pytest.fixture
def address(voting: Scene) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, voting.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def a_folder(scene: Scene, path: Path, who: str, address: str) -> Path:
    """Make a person's folder: keys, a sign-in, and which assembly it is about."""
    folder = path / who
    folder.mkdir(mode=0o700)
    keys = scene.people.keys[who]
    session = {
        "server": address,
        "token": scene.header(who)["Authorization"].removeprefix("Bearer "),
        "account_id": scene.get("/me", who)["account_id"],
    }
    place = {"server": address, "assembly": scene.people.assembly}
    contents = {
        "signing.key": keys.signing.to_bytes().hex(),
        "box.key": keys.box.to_bytes().hex(),
        "session.json": json.dumps(session),
        "place.json": json.dumps(place),
    }
    for name, text in contents.items():
        (folder / name).write_text(text)
        (folder / name).chmod(0o600)
    return folder


def seal_for(scene: Scene, folder: Path, who: str, *more: str) -> int:
    keys = scene.people.keys[who]
    signing, box = keys.signing.public_hex, keys.box.public_hex
    named = ["--elector", scene.people.labels[LABEL], "--sign-key", signing, "--key", box]
    mark = fingerprint(signing, box)
    return registrar.main(["seal", "--folder", str(folder), *named, "--fingerprint", mark, *more])


def the_registrar(scene: Scene, path: Path, address: str) -> Path:
    folder = a_folder(scene, path, "registrar", address)
    (folder / "codes.json").write_text(json.dumps(scene.people.codes))
    (folder / "codes.json").chmod(0o600)
    return folder


def vote(folder: Path) -> int:
    return voter.main(
        ["cast", "--folder", str(folder), "--sealed", "--choose", "fund=for", "--choose", "committee=c1"]
    )


def test_a_voter_casts_with_the_code_that_was_sealed_to_the_device(
    voting: Scene, address: str, tmp_path: Path
) -> None:
    office = the_registrar(voting, tmp_path, address)
    home = a_folder(voting, tmp_path, "owner-f", address)
    assert voter.main(["device", "--folder", str(home)]) == 0
    assert seal_for(voting, office, "owner-f", "--send") == 0
    assert vote(home) == 0
    [entry] = voting.get(f"{voting.path}/my-entries", "owner-f")["items"]
    assert [one["channel"] for one in entry["elections"]] == ["e"]


def test_without_a_sealed_code_the_voter_is_sent_to_the_paper_notice(
    voting: Scene, address: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = a_folder(voting, tmp_path, "owner-f", address)
    assert vote(home) == 1
    assert "use the paper notice" in capsys.readouterr().err


def test_a_box_that_somebody_else_signed_is_not_opened(
    voting: Scene, address: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    office = the_registrar(voting, tmp_path, address)
    home = a_folder(voting, tmp_path, "owner-f", address)
    assert voter.main(["device", "--folder", str(home)]) == 0
    assert seal_for(voting, office, "owner-f", "--send") == 0
    with voting.app.app_context(), transaction() as session:
        session.execute(sa.text("UPDATE sealed_codes SET signature = :other"), {"other": "0" * 128})
    assert vote(home) == 1
    assert "signature" in capsys.readouterr().err


def test_a_sealed_box_needs_somewhere_to_go(voting: Scene, address: str, tmp_path: Path) -> None:
    office = the_registrar(voting, tmp_path, address)
    assert seal_for(voting, office, "owner-f") == 2
