"""Credentials, elections and ballots, exchanged both ways with belenios-tool."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from backend.voting.protocol.ballot import Ballot, Election, check_ballot, make_ballot, parse_ballot
from backend.voting.protocol.credentials import (
    check_code,
    credential_list,
    new_code,
    new_uuid,
    parse_credential_list,
    private_key,
    public_credential,
)
from backend.voting.protocol.encoding import compact
from backend.voting.protocol.group import BELENIOS_2048
from tests.peers.conftest import BeleniosTool

GROUP = ("--group", BELENIOS_2048.name)

ITEM = {"answers": ["赞成", "反对", "弃权"], "min": 1, "max": 1, "question": "更换物业服务企业"}
COMMITTEE = {
    "answers": ["候选人甲", "候选人乙", "候选人丙", "候选人丁"],
    "blank": True,
    "min": 1,
    "max": 3,
    "question": "选举业主委员会",
}
OPTIONAL = {"answers": ['a \u007f \u0001 " / \\'], "min": 0, "max": 1, "question": "Q"}

CHOICES = [
    [[1, 0, 0], [0, 1, 1, 0, 1], [1]],
    [[0, 1, 0], [1, 0, 0, 0, 0], [0]],
    [[0, 0, 1], [0, 0, 0, 0, 1], [0]],
]


@pytest.fixture
def peer_election(belenios_tool: BeleniosTool, tmp_path: Path) -> Election:
    """An election set up by the peer in `tmp_path`, with one trustee and no credential yet."""
    belenios_tool.run("setup", "generate-trustee-key", *GROUP, folder=tmp_path)
    (key,) = tmp_path.glob("*.pubkey")
    (tmp_path / "public_keys.jsons").write_bytes(key.read_bytes())
    belenios_tool.run("setup", "make-trustees", folder=tmp_path)
    template = {"description": "说明", "name": "业主大会", "questions": [ITEM, COMMITTEE, OPTIONAL]}
    (tmp_path / "template.json").write_text(json.dumps(template))
    making = ("setup", "make-election", "--template", "template.json", "--uuid", new_uuid())
    belenios_tool.run(*making, *GROUP, folder=tmp_path)
    return Election.parse((tmp_path / "election.json").read_bytes().removesuffix(b"\n"))


def peer_ballot(tool: BeleniosTool, folder: Path, code: str, choices: list[list[int]]) -> bytes:
    (folder / "code").write_text(code)
    (folder / "choices.json").write_text(json.dumps(choices))
    making = ("election", "generate-ballot", "--privcred", "code", "--ballot", "choices.json")
    return tool.run(*making, folder=folder).removesuffix(b"\n")


def board(tool: BeleniosTool, folder: Path, credentials: bytes, ballots: list[bytes]) -> None:
    """Let the peer make an archive of the ballots in `folder`."""
    (folder / "public_creds.json").write_bytes(credentials)
    tool.run("archive", "init", folder=folder)
    for ballot in ballots:
        tool.run("archive", "add-event", "--type=Ballot", folder=folder, stdin=ballot + b"\n")


def read(election: Election, raw: bytes) -> Ballot:
    ballot = parse_ballot(election, raw)
    check_ballot(election, ballot)
    return ballot


@pytest.mark.parametrize("choices", CHOICES)
def test_a_ballot_of_the_peer_with_a_credential_of_ours_is_accepted(
    belenios_tool: BeleniosTool, tmp_path: Path, peer_election: Election, choices: list[list[int]]
) -> None:
    code = new_code()
    (tmp_path / "public_creds.json").write_bytes(
        credential_list({public_credential(code, peer_election.uuid): 1})
    )
    belenios_tool.run("archive", "init", folder=tmp_path)
    ballot = read(peer_election, peer_ballot(belenios_tool, tmp_path, code, choices))
    assert ballot.credential == public_credential(code, peer_election.uuid)


def test_the_peer_accepts_our_ballots_of_every_kind_and_with_weights(
    belenios_tool: BeleniosTool, tmp_path: Path, peer_election: Election
) -> None:
    uuid = peer_election.uuid
    codes = [new_code() for _ in CHOICES]
    ballots = [
        make_ballot(peer_election, private_key(code, uuid), choices)
        for code, choices in zip(codes, CHOICES, strict=True)
    ]
    weights = dict(zip((public_credential(code, uuid) for code in codes), (8888, 1, 0), strict=True))
    board(belenios_tool, tmp_path, credential_list(weights), ballots)
    belenios_tool.run("election", "verify", folder=tmp_path)


def test_an_election_of_ours_is_one_the_peer_can_vote_in(
    belenios_tool: BeleniosTool, tmp_path: Path, peer_election: Election
) -> None:
    ours = Election.create(
        uuid=peer_election.uuid,
        name=peer_election.name,
        description="0" * 64,
        public_key=peer_election.public_key,
        questions=peer_election.questions,
    )
    (tmp_path / "election.json").write_bytes(ours.raw)
    code = new_code()
    credentials = credential_list({public_credential(code, ours.uuid): 7})
    board(belenios_tool, tmp_path, credentials, [make_ballot(ours, private_key(code, ours.uuid), CHOICES[0])])
    read(ours, peer_ballot(belenios_tool, tmp_path, code, CHOICES[1]))
    belenios_tool.run("election", "verify", folder=tmp_path)


def test_both_derive_the_same_credential_from_a_code(belenios_tool: BeleniosTool, tmp_path: Path) -> None:
    uuid, code = new_uuid(), new_code()
    deriving = ("setup", "generate-credentials", "--uuid", uuid, *GROUP, "--derive", code)
    shown = belenios_tool.run(*deriving, folder=tmp_path).decode()
    assert re.findall(r"[0-9]{100,}", shown) == [str(public_credential(code, uuid))]


def test_codes_and_credential_lists_of_the_peer_are_read(belenios_tool: BeleniosTool, tmp_path: Path) -> None:
    uuid, weights = new_uuid(), [1, 0, 12345, 10**12]
    (tmp_path / "voters").write_text("".join(f"v{weight}@example,v,{weight}\n" for weight in weights))
    belenios_tool.run(
        "setup", "generate-credentials", "--file", "voters", "--uuid", uuid, *GROUP, folder=tmp_path
    )
    (private,), (public,) = tmp_path.glob("*.privcreds"), tmp_path.glob("*.pubcreds")
    expected = {}
    for line, weight in zip(private.read_text().splitlines(), weights, strict=True):
        code = line.split()[-1]
        check_code(code)
        expected[public_credential(code, uuid)] = weight
    archived = compact([entry.rpartition(",")[0] for entry in json.loads(public.read_bytes())])
    assert parse_credential_list(archived) == expected


def test_the_peer_refuses_a_ballot_that_we_refuse(
    belenios_tool: BeleniosTool, tmp_path: Path, peer_election: Election
) -> None:
    owner, thief = new_code(), new_code()
    uuid = peer_election.uuid
    stolen = json.loads(make_ballot(peer_election, private_key(owner, uuid), CHOICES[0]))
    stolen["credential"] = str(public_credential(thief, uuid))
    credentials = credential_list({public_credential(code, uuid): 1 for code in (owner, thief)})
    (tmp_path / "public_creds.json").write_bytes(credentials)
    belenios_tool.run("archive", "init", folder=tmp_path)
    adding = ("archive", "add-event", "--type=Ballot")
    belenios_tool.run(*adding, folder=tmp_path, stdin=compact(stolen) + b"\n")
    assert "ballot" in belenios_tool.refuses("election", "verify", folder=tmp_path)
