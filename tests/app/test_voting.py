"""Owners who vote in browsers, against the real server; the boards are then judged by the Python core."""

from __future__ import annotations

import json
import urllib.request
from pathlib import Path

from backend.voting.protocol.credentials import public_credential
from backend.voting.protocol.verifier import verify_archive
from scripts.webapp import Node
from tests.app.polls import open_poll, posted_poll
from tests.app.test_app import run_node
from tests.assemblies.world import PHONES
from tests.houses import served
from tests.programs import need

UNIT = "1-1-101"


def fetched(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=60) as answer:
        content: bytes = answer.read()
    return content


def test_an_owner_votes_from_the_notice_with_four_taps_after_the_sign_in(
    node: Node, browser_build: Path, tmp_path: Path
) -> None:
    chromium, poll = need("chromium", "chromium"), open_poll(tmp_path)
    whole, people = poll.scene.whole, poll.scene.people
    with served(poll.folder, {"WEBAPP_DIR": str(browser_build)}) as address:
        said = json.loads(
            run_node(
                node,
                "e2e/vote.mjs",
                APP_URL=address,
                SMS_FILE=str(poll.folder / "outbox" / "sms.jsonl"),
                OWNER=PHONES["owner-a"],
                NOTICE=poll.notice(address, UNIT),
                CHROMIUM=chromium,
            ).splitlines()[-1]
        )
        boards = [tmp_path / f"{chain}.bel" for chain in ("heads", "area")]
        for board in boards:
            board.write_bytes(fetched(f"{address}/api/v1/elections/{whole}/{board.name}"))
    assert said["taps"] == 4
    for board in boards:
        proven = verify_archive(board)
        assert list(proven.ballot_hashes) == [said["tracker"]]
        code = people.codes[people.labels[UNIT]]
        assert list(proven.ballot_credentials) == [public_credential(code, whole)]


def test_a_posted_result_is_drawn_with_both_majorities_and_takes_objections(
    node: Node, browser_build: Path, tmp_path: Path
) -> None:
    chromium, poll = need("chromium", "chromium"), posted_poll(tmp_path)
    with served(poll.folder, {"WEBAPP_DIR": str(browser_build)}) as address:
        said = run_node(
            node,
            "e2e/result.mjs",
            APP_URL=address,
            SMS_FILE=str(poll.folder / "outbox" / "sms.jsonl"),
            OWNER=PHONES["owner-b"],
            ASSEMBLY=poll.scene.people.assembly,
            CHROMIUM=chromium,
        )
    assert "the result was drawn" in said
