"""The phone's voting core beside Debian's belenios-tool and Python's core: what it makes they accept."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from backend.sealing import signing
from backend.sealing.boxes import BoxKey, open_box, seal
from backend.voting.protocol.ballot import check_ballot, parse_ballot
from backend.voting.protocol.encoding import hex_sha256
from backend.voting.protocol.trustees import Trustees
from backend.voting.protocol.verifier import verify_archive
from scripts.environment import SetUpFailed
from scripts.webapp import FOLDER, ensure_packages
from tests.peers.conftest import BeleniosTool
from tests.peers.tool_election import QUESTIONS, ToolElection
from tests.voting.simulator import (
    ABSTAIN_BLANK,
    AGAINST_BC,
    AREAS,
    FOR_A,
    VOTES,
    Held,
    Pieces,
    Trusteeship,
    hold,
    mandatory,
    threshold,
)

PEER = Path(__file__).parent / "phone" / "peer.cjs"


@dataclass(frozen=True)
class Phone:
    """The core as it goes to a phone, in one file, run by Node."""

    node: Path
    bundle: Path

    def ask(self, command: str, **order: object) -> Any:
        """Let it do something and return its answer."""
        done = subprocess.run(
            [self.node, PEER, self.bundle],
            input=json.dumps({"command": command} | order).encode(),
            capture_output=True,
            check=True,
            timeout=300,
        )
        return json.loads(done.stdout)

    def ballots(self, election: bytes, votes: list[tuple[str, Any]]) -> list[bytes]:
        """Make ballots from codes and choices."""
        made: list[str] = self.ask("ballots", election=election.decode(), votes=votes)
        return [ballot.encode() for ballot in made]


@pytest.fixture(scope="session")
def phone(tmp_path_factory: pytest.TempPathFactory) -> Phone:
    """Build the core once for a run, outside the repository."""
    try:
        node = ensure_packages()
    except SetUpFailed as error:
        reason = f"the app's packages cannot be fetched: {error}"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "phone"
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "voting.cjs").exists():
            vite = FOLDER / "node_modules" / "vite" / "bin" / "vite.js"
            options = ["build", "-c", "vite.voting.config.ts", "--outDir", folder, "--logLevel", "error"]
            subprocess.run([node.node, vite, *options], cwd=FOLDER, check=True, timeout=300)
    return Phone(node.node, folder / "voting.cjs")


@pytest.fixture
def held(phone: Phone) -> Held:
    """An election in which every ballot comes from a phone; nothing is decrypted yet."""
    return phone_election(phone, hold(votes=()))


def phone_election(phone: Phone, empty: Held) -> Held:
    votes: list[tuple[str, Any]] = [(empty.codes[voter], choices) for voter, choices in VOTES]
    return replace(empty, ballots=phone.ballots(empty.election.raw, votes))


def test_python_s_core_accepts_an_election_whose_ballots_all_came_from_phones(
    phone: Phone, held: Held, tmp_path: Path
) -> None:
    path = held.pieces(AREAS).save(tmp_path / "area.bel")
    proved = verify_archive(path, final=True)
    assert proved.result == ((12033, 8950, 6001), (6001, 12033, 8950, 8950))
    told = phone.ask("verify", file=str(path))
    assert told == {"result": [list(row) for row in proved.result], "head": proved.head_hash}


@pytest.mark.parametrize("is_threshold", [False, True])
def test_belenios_tool_accepts_ballots_keys_and_decryptions_of_phones(
    belenios_tool: BeleniosTool, phone: Phone, tmp_path: Path, is_threshold: bool
) -> None:
    trusteeship = phone_threshold(phone) if is_threshold else phone_mandatory(phone)
    held = phone_election(phone, hold(trusteeship=trusteeship, votes=()))
    pieces = decrypted_by_phones(phone, held, held.pieces(AREAS))
    path = pieces.save(tmp_path / f"{held.election.uuid}.bel")
    verify_archive(path, final=True)
    belenios_tool.run("election", "verify", folder=tmp_path)


def phone_mandatory(phone: Phone) -> Trusteeship:
    made = [phone.ask("key", name=f"受托人{number}") for number in (1, 2)]
    trustees = Trustees.create([json.loads(each["key"]) for each in made])
    return replace(mandatory(2), trustees=trustees, secrets=numbered(each["secret"] for each in made))


def phone_threshold(phone: Phone) -> Trusteeship:
    made = phone.ask("ceremony", size=3, threshold=2)
    trustees = Trustees.parse(made["trustees"].encode())
    trustees.check_bound()
    return replace(threshold(3, (1, 3)), trustees=trustees, secrets=numbered(made["secrets"]))


def numbered(secrets: Any) -> dict[int, int]:
    return {index: int(secret) for index, secret in enumerate(secrets, 1)}


def decrypted_by_phones(phone: Phone, held: Held, pieces: Pieces) -> Pieces:
    given = {"election": pieces.election.decode(), "tally": pieces.tally.decode()}
    shares = [
        (owner, phone.ask("decrypt", secret=str(held.trusteeship.secrets[owner]), **given).encode())
        for owner, _ in pieces.decryptions
    ]
    assert [raw for _, raw in shares] != [raw for _, raw in pieces.decryptions]
    return replace(pieces, decryptions=shares)


def test_a_phone_votes_in_an_election_that_belenios_tool_made_and_holds(
    belenios_tool: BeleniosTool, phone: Phone, tmp_path: Path
) -> None:
    tool = ToolElection(belenios_tool, tmp_path)
    tool.make_mandatory_trustees(1)
    tool.open({"zhang": 3, "li": 4, "wang": 5}, QUESTIONS)
    election = (tmp_path / "election.json").read_bytes().removesuffix(b"\n")
    choices = {"zhang": FOR_A, "li": AGAINST_BC, "wang": ABSTAIN_BLANK}
    votes: list[tuple[str, Any]] = [(tool.code(voter), chosen) for voter, chosen in choices.items()]
    for ballot in phone.ballots(election, votes):
        tool.add_event("Ballot", ballot + b"\n")
    tool.close_and_tally()
    tool.decrypt(1)
    assert tool.publish() == [[3, 4, 5], [5, 3, 4, 4]]
    tool.verify()
    assert phone.ask("verify", file=str(tool.archive))["result"] == [[3, 4, 5], [5, 3, 4, 4]]


def test_two_phones_never_make_the_same_ballot(phone: Phone, held: Held) -> None:
    vote = (held.codes["赵"], FOR_A)
    made = phone.ballots(held.election.raw, [vote, vote])
    assert len({hex_sha256(ballot) for ballot in made}) == 2
    for ballot in made:
        check_ballot(held.election, parse_ballot(held.election, ballot))


def test_the_server_takes_the_signature_of_a_phone_s_cast(phone: Phone) -> None:
    act = {"fingerprint": "A" * 43, "tracker": "0" * 64}
    told = phone.ask("cast", secret="1" * 64, **act)
    signing.verify(told["key"], "cast", act, told["signature"])


def test_boxes_are_opened_both_ways(phone: Phone) -> None:
    key = BoxKey.generate()
    context, code = "code|7|E-01", "abc-def-ghi-jkm-nop"
    box = phone.ask("seal", key=key.public_hex, plaintext=code, context=context)
    assert open_box(key, box, context.encode()).decode() == code
    sealed = seal(key.public_hex, code.encode(), context.encode())
    assert phone.ask("open", key=key.to_bytes().hex(), box=sealed, context=context) == code
