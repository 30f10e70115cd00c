"""Attack 6: a board that tells two stories, or goes back to an old one, against a real server.

The story: a ballot is cast and the data folder is backed up; a second ballot follows. Then the backup is put
back, as a careless or a dishonest operator would, and two other ballots take the second one's place.
"""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from backend.sealing.signing import verify
from backend.tools import auditor, voter
from backend.tools.folder import RoleFolder
from tests.journeys.crowd import Crowd, Posting, gather
from tests.journeys.storm import Server, a_server

ELECTORS = 4


@dataclass
class Story:
    """A server on a drill's data folder, and readers with folders of their own."""

    path: Path
    crowd: Crowd
    server: Server

    @property
    def uuid(self) -> str:
        return self.crowd.scene.whole

    def begin(self) -> None:
        self.server.start()
        self.server.wait()

    def cast(self, posting: Posting) -> dict[str, object]:
        """Cast a ballot and return its receipt."""
        headers = posting.header | {"Idempotency-Key": posting.key}
        answer = self.server.call("POST", f"/elections/{self.uuid}/ballots", posting.body, **headers)
        assert answer.status == 201, answer
        return dict(answer.json["receipt"])

    def run(self, tool: object, command: str, reader: str) -> int:
        """Run a tool against the server, as an outsider who needs no account; returns its exit status."""
        place = ["--server", f"http://127.0.0.1:{self.server.port}"]
        place += ["--assembly", self.crowd.scene.people.assembly]
        return tool.main([command, "--folder", str(self.path / reader), *place])

    def watch(self, reader: str) -> int:
        return self.run(auditor, "watch", reader)

    def kept(self, reader: str) -> Path:
        return self.path / reader / "kept" / self.uuid

    def go_back_to(self, backup: Path) -> None:
        """Kill the server and put the backup in place of its data."""
        self.server.kill()
        shutil.rmtree(self.crowd.folder)
        shutil.copytree(backup, self.crowd.folder)
        self.begin()


@pytest.fixture
def story(tmp_path: Path) -> Iterator[Story]:
    """A server that serves an open assembly."""
    crowd = gather(tmp_path, ELECTORS, random.Random(6))
    with a_server(crowd.folder, crowd.clock) as server:
        told = Story(tmp_path, crowd, server)
        told.begin()
        yield told


def test_a_restored_backup_is_noticed_by_auditor_and_voter(
    story: Story, capsys: pytest.CaptureFixture[str]
) -> None:
    """Attack 6."""
    first, second, third, fourth = story.crowd.postings
    story.cast(first)
    assert story.watch("early") == 0
    backup = back_up(story)
    keep_receipt(story, story.cast(second))
    assert story.watch("auditor") == 0
    assert story.run(voter, "check", "voter") == 0

    story.go_back_to(backup)
    capsys.readouterr()
    assert story.watch("auditor") == 1
    assert "[board-rollback]" in capsys.readouterr().err
    check_evidence(story)
    assert story.run(voter, "check", "voter") == 1
    assert "[board-rollback]" in capsys.readouterr().err

    for other in (third, fourth):
        story.cast(other)
    assert story.watch("auditor") == 1
    assert "[board-fork]" in capsys.readouterr().err
    assert story.run(voter, "check", "voter") == 1
    assert story.watch("early") == 0, "who saw only what both stories share cannot know"
    check_comparison(story, capsys)


def back_up(story: Story) -> Path:
    """Copy the data folder of a server that was killed, and start it again."""
    story.server.kill()
    shutil.copytree(story.crowd.folder, story.path / "backup")
    story.begin()
    return story.path / "backup"


def keep_receipt(story: Story, receipt: dict[str, object]) -> None:
    """Put a receipt where the voter's tool keeps those of the ballots cast with it."""
    document = receipt["document"]
    assert isinstance(document, dict)
    name = f"receipts/{story.uuid}-{document['tracker']}.json"
    RoleFolder(story.path / "voter").write(name, {"receipt": receipt, "url": None})


def check_evidence(story: Story) -> None:
    """Two heads that contradict each other, both under the server's own signature, are kept for a court."""
    [file] = (story.path / "auditor" / "evidence").glob(f"{story.uuid}-*.json")
    manifest = json.loads((story.kept("auditor") / "manifest.json").read_bytes())
    old, new = json.loads(file.read_bytes())["heads"]
    for head in (old, new):
        verify(manifest["keys"]["server"], "board-head", head["document"], head["signature"])
    assert old["document"]["heads"]["height"] == 2
    assert new["document"]["heads"]["height"] == 1


def check_comparison(story: Story, capsys: pytest.CaptureFixture[str]) -> None:
    """Two readers who were told different stories find out by laying their copies side by side."""
    place = ["--folder", str(story.path / "judge")]
    copies = [str(story.kept(reader)) for reader in ("auditor", "early")]
    capsys.readouterr()
    assert auditor.main(["compare", *place, *copies]) == 1
    assert "[board-fork]" in capsys.readouterr().err
    assert auditor.main(["compare", *place, copies[0], copies[0]]) == 0


def test_a_request_that_claims_to_be_large_is_refused_before_it_is_sent(story: Story) -> None:
    """Attack 15: nobody makes the server read a gigabyte."""
    answer = story.server.call("POST", "/sign-in/codes", b"{", **{"Content-Length": str(1 << 30)})
    assert (answer.status, answer.json["code"]) == (413, "too-large")
