"""Whole archives, exchanged both ways with belenios-tool 2.0 of Debian."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from backend.voting.errors import VerificationError
from backend.voting.protocol.archive import ArchiveReader, Chain, Event, RecordKind, header_record
from backend.voting.protocol.board import Stage
from backend.voting.protocol.credentials import public_credential
from backend.voting.protocol.encoding import hex_sha256
from backend.voting.protocol.verifier import verify_archive, verify_pair
from tests.peers.conftest import BeleniosTool
from tests.peers.tool_election import QUESTIONS, ToolElection
from tests.voting import simulator
from tests.voting.simulator import AREAS, FOR_A, Held, Pieces, hold

WEIGHTS = {"zhang": 8950, "li": 12033, "wang": 1, "zhao": 2**30, "qian": 0, "sun": None}
"""Ordinary areas, one, a number too long for the peer's JSON integers, nothing, and one unsaid."""

PEER_VOTES = [
    ("zhang", [[1, 0, 0], [0, 1, 0, 1]]),
    ("li", [[0, 1, 0], [1, 0, 0, 0]]),
    ("zhang", [[0, 0, 1], [0, 0, 1, 0]]),
    ("zhao", [[1, 0, 0], [0, 1, 0, 0]]),
    ("sun", [[1, 0, 0], [0, 1, 0, 0]]),
    ("qian", [[0, 1, 0], [0, 0, 0, 1]]),
]
PEER_RESULT = ((2**30 + 1, 12033, 8950), (12033, 2**30 + 1, 8950, 0))

THRESHOLD = (3, 2)


def peer_election(tool: BeleniosTool, folder: Path, threshold: tuple[int, int] | None) -> ToolElection:
    """An election of the peer, opened; nobody has voted."""
    election = ToolElection(tool, folder)
    if threshold is None:
        election.make_mandatory_trustees(2)
    else:
        election.make_threshold_trustees(*threshold)
    election.open(WEIGHTS, QUESTIONS)
    return election


def rewritten(raw: bytes) -> bytes:
    """An archive taken apart into data and event kinds, and written again by our writer."""
    reader = ArchiveReader(io.BytesIO(raw))
    chain, written, data = Chain(reader.timestamp), [header_record(reader.timestamp)], list[bytes]()
    for record in reader.records():
        if record.kind is RecordKind.DATA:
            data.append(record.body)
            continue
        event = Event.parse(record.body)
        payload = data.pop() if event.payload else None
        written.append(chain.append(event.type, payload, data)[1])
        data = []
    return b"".join(written)


@pytest.mark.parametrize("threshold", [None, THRESHOLD])
def test_an_election_of_the_peer_is_accepted_at_every_stage(
    belenios_tool: BeleniosTool, tmp_path: Path, threshold: tuple[int, int] | None
) -> None:
    """Weights, several questions, blank, a re-vote; mandatory trustees and two of three."""
    election = peer_election(belenios_tool, tmp_path, threshold)
    assert verify_archive(election.archive).stage is Stage.SETUP
    for voter, choices in PEER_VOTES:
        election.vote(voter, choices)
    assert verify_archive(election.archive).stage is Stage.VOTING
    election.close_and_tally()
    assert verify_archive(election.archive).stage is Stage.TALLIED
    owners = [1, 2] if threshold is None else [3, 1]
    for owner in owners:
        election.decrypt(owner)
    assert verify_archive(election.archive).decrypted_by == owners
    counted = election.publish()
    election.verify()

    verified = verify_archive(election.archive, final=True, workers=2)
    assert verified.stage is Stage.RESULT
    assert verified.result == PEER_RESULT
    assert counted == [[str(2**30 + 1), 12033, 8950], [12033, str(2**30 + 1), 8950, 0]]
    assert (verified.num_tallied, verified.total_weight) == (5, 2**30 + 12033 + 8950 + 1)
    assert len(verified.ballot_hashes) == len(PEER_VOTES)
    weights = sorted(1 if weight is None else weight for weight in WEIGHTS.values())
    assert sorted(verified.credentials.values()) == weights
    zhang = public_credential(election.code("zhang"), election.uuid)
    assert verified.ballot_credentials[0] == verified.ballot_credentials[2] == zhang
    assert [place for place, who in enumerate(verified.ballot_credentials) if who == zhang] == [0, 2]


def test_our_writer_writes_the_bytes_of_the_peer(belenios_tool: BeleniosTool, tmp_path: Path) -> None:
    election = peer_election(belenios_tool, tmp_path, None)
    election.vote(*PEER_VOTES[0])
    election.vote(*PEER_VOTES[1])
    election.close_and_tally()
    election.decrypt(1)
    election.decrypt(2)
    election.publish()
    raw = election.archive.read_bytes()
    assert rewritten(raw) == raw


def test_an_election_of_the_peer_without_ballots_is_accepted(
    belenios_tool: BeleniosTool, tmp_path: Path
) -> None:
    election = peer_election(belenios_tool, tmp_path, None)
    election.close_and_tally()
    election.decrypt(1)
    election.decrypt(2)
    election.publish()
    assert verify_archive(election.archive, final=True).result == ((0, 0, 0), (0, 0, 0, 0))


# Ours, before the peer


def peer_verify(
    tool: BeleniosTool, folder: Path, held: Held, pieces: Pieces, order: str | None = None
) -> str:
    """Let the peer verify an archive of ours; a refusal raises CalledProcessError."""
    board = folder / hex_sha256(pieces.credentials)[:16]
    board.mkdir()
    path = pieces.save(board / f"{held.election.uuid}.bel", order)
    verify_archive(path)
    return tool.run("election", "verify", "--dir", str(board), folder=folder).decode()


@pytest.mark.parametrize("trusteeship", [simulator.mandatory, simulator.threshold])
def test_both_archives_of_ours_are_accepted_by_the_peer(
    belenios_tool: BeleniosTool, tmp_path: Path, trusteeship: Callable[[], simulator.Trusteeship]
) -> None:
    held = hold(trusteeship=trusteeship())
    heads, area = held.heads, held.pieces(AREAS)
    peer_verify(belenios_tool, tmp_path, held, heads)
    peer_verify(belenios_tool, tmp_path, held, area)
    paths = [pieces.save(tmp_path / name) for name, pieces in (("heads.bel", heads), ("area.bel", area))]
    verify_pair(*(verify_archive(path, final=True) for path in paths))


@pytest.mark.parametrize("order", ["S", "SBB", "SBBBB", "SBBBBE", "SBBBBET", "SBBBBETP"])
def test_an_unfinished_archive_of_ours_is_accepted_by_the_peer(
    belenios_tool: BeleniosTool, tmp_path: Path, order: str
) -> None:
    held = simulator.the_election()
    peer_verify(belenios_tool, tmp_path, held, simulator.the_heads(), order)


def test_the_peer_counts_an_archive_of_ours_as_we_do(belenios_tool: BeleniosTool, tmp_path: Path) -> None:
    held, pieces = simulator.the_election(), simulator.the_areas()
    pieces.save(tmp_path / f"{held.election.uuid}.bel", "SBBBBETPP")
    assert belenios_tool.run("election", "compute-result", folder=tmp_path).strip() == pieces.result


def test_the_peer_adds_to_an_archive_of_ours_what_we_would_add(
    belenios_tool: BeleniosTool, tmp_path: Path
) -> None:
    """Tally by the peer, shares by ours, result by the peer: one archive by two programs."""
    held, pieces = simulator.the_election(), simulator.the_areas()
    path = pieces.save(tmp_path / f"{held.election.uuid}.bel", "SBBBB")
    add = ("archive", "add-event", "--type")
    belenios_tool.run(*add, "EndBallots", folder=tmp_path)
    tally = belenios_tool.run("election", "compute-encrypted-tally", folder=tmp_path)
    belenios_tool.run(*add, "EncryptedTally", folder=tmp_path, stdin=tally)
    assert path.read_bytes() == pieces.write("SBBBBET")
    assert verify_archive(path).stage is Stage.TALLIED


def test_a_ballot_of_the_peer_stands_on_a_board_of_ours(belenios_tool: BeleniosTool, tmp_path: Path) -> None:
    """The code on the notice works in another program: a second voter client."""
    held = simulator.the_election()
    path = simulator.the_heads().save(tmp_path / f"{held.election.uuid}.bel", "SBBBB")
    (tmp_path / "code").write_text(held.codes["赵"])
    (tmp_path / "choices").write_text(str([list(row) for row in FOR_A]))
    files = ("--privcred", "code", "--ballot", "choices")
    raw = belenios_tool.run("election", "generate-ballot", *files, folder=tmp_path).strip()
    pieces = held.pieces(AREAS, [*held.ballots, raw])
    path = pieces.save(tmp_path / "area.bel")
    assert verify_archive(path, final=True).result == (
        (12033 + AREAS["赵"], 8950, 6001),
        (6001, 12033 + AREAS["赵"], 8950, 8950),
    )


# Where we refuse and the peer does not (facts 11)


@pytest.mark.parametrize("case", ["replay", "tally", "numbers"])
def test_what_we_refuse_the_peer_accepts(belenios_tool: BeleniosTool, tmp_path: Path, case: str) -> None:
    """Should a newer peer learn to refuse one of these, the facts are to be written anew."""
    held, heads = simulator.the_election(), simulator.the_heads()
    garbage = heads.tally.replace(b'"alpha":"', b'"alpha":"1', 1)
    told, named = (hex_sha256(tally).encode() for tally in (heads.tally, garbage))
    made = {
        "replay": lambda: held.pieces(dict.fromkeys(AREAS, 1), [*held.ballots, held.ballots[0]]),
        "tally": lambda: replace(heads, tally=garbage, sized=heads.sized.replace(told, named)),
        "numbers": lambda: replace(heads, sized=heads.sized.replace(b'"num_tallied":3', b'"num_tallied":9')),
    }
    path = made[case]().save(tmp_path / f"{held.election.uuid}.bel")
    belenios_tool.run("election", "verify", "--dir", ".", folder=tmp_path)
    with pytest.raises(VerificationError):
        verify_archive(path)
