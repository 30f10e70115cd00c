"""The verifier accepts what is right, at every stage, tells what it proves, and needs little memory."""

from __future__ import annotations

import threading
import tracemalloc
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from backend.voting.errors import VerificationError
from backend.voting.protocol.archive import Chain, ballot_event, header_record, setup_event
from backend.voting.protocol.ballot import Question
from backend.voting.protocol.board import Stage
from backend.voting.protocol.credentials import credential_list
from backend.voting.protocol.encoding import hex_sha256
from backend.voting.protocol.verifier import VerifiedArchive, verify_archive
from tests.voting import simulator
from tests.voting.simulator import AREAS, FOR_A, TIME, Held, Pieces, hold, the_areas, the_election, the_heads


def refused(path: Path, *, final: bool = False, workers: int = 1) -> tuple[str, str | None]:
    with pytest.raises(VerificationError) as caught:
        verify_archive(path, final=final, workers=workers)
    return caught.value.rule, caught.value.event


def verified(pieces: Pieces, tmp_path: Path, order: str | None = None) -> VerifiedArchive:
    return verify_archive(pieces.save(tmp_path / f"{hex_sha256(pieces.write(order))}.bel", order))


# What is right is accepted


def test_a_finished_election_is_accepted_and_told(tmp_path: Path) -> None:
    held, pieces = the_election(), the_areas()
    found = verify_archive(pieces.save(tmp_path / "area.bel"), final=True)
    assert found.election == held.election
    assert found.trustees.public_key == held.election.public_key
    assert found.stage is Stage.RESULT
    assert found.credentials == {held.credential(voter): area for voter, area in AREAS.items()}
    voters = [held.credential(voter) for voter, _ in simulator.VOTES]
    hashes = [hex_sha256(ballot) for ballot in held.ballots]
    assert list(found.ballots) == list(zip(hashes, voters, strict=True))
    assert (found.num_tallied, found.total_weight) == (3, 8950 + 12033 + 6001)
    assert found.result == ((12033, 8950, 6001), (6001, 12033, 8950, 8950))
    assert list(found.decrypted_by) == [1, 2]
    assert found.head_height == 9
    assert found.credentials_hash == hex_sha256(pieces.credentials)
    assert found.trustees_hash == hex_sha256(pieces.trustees)


def test_a_threshold_of_trustees_is_enough(tmp_path: Path) -> None:
    held = hold(trusteeship=simulator.threshold(3, (1, 3)))
    found = verified(held.heads, tmp_path)
    assert found.result == ((1, 1, 1), (1, 1, 1, 1))
    assert list(found.decrypted_by) == [1, 3]


def test_more_trustees_than_the_threshold_do_no_harm(tmp_path: Path) -> None:
    made = simulator.threshold(3, (1, 3))
    found = verified(hold(trusteeship=replace(made, needed=(3, 1, 2))).heads, tmp_path)
    assert found.result == ((1, 1, 1), (1, 1, 1, 1))


@pytest.mark.parametrize(
    ("order", "stage"),
    [
        ("S", Stage.SETUP),
        ("SBB", Stage.VOTING),
        ("SBBBBE", Stage.ENDED),
        ("SBBBBET", Stage.TALLIED),
        ("SBBBBETP", Stage.DECRYPTING),
        ("SBBBBETPP", Stage.DECRYPTING),
    ],
)
def test_an_unfinished_archive_is_accepted_unless_a_final_one_is_demanded(
    tmp_path: Path, order: str, stage: Stage
) -> None:
    """Attack 6, truncation between records: it is a lawful earlier state, and says so."""
    path = the_heads().save(tmp_path / "heads.bel", order)
    found = verify_archive(path)
    assert (found.stage, found.result) == (stage, None)
    assert (found.closing_hash is not None) == ("E" in order)
    rule, event = refused(path, final=True)
    assert rule == "result-missing"
    assert event == f"height {len(order) - 1}"


def test_turnout_is_told_while_voting_goes_on(tmp_path: Path) -> None:
    found = verified(the_areas(), tmp_path, "SBBB")
    assert (found.num_tallied, found.total_weight) == (2, 8950 + 12033)


def test_an_election_without_ballots_is_accepted(tmp_path: Path) -> None:
    found = verified(the_election().pieces(AREAS, []), tmp_path)
    assert (found.num_tallied, found.total_weight, found.result) == (0, 0, ((0, 0, 0), (0, 0, 0, 0)))


@pytest.mark.parametrize("workers", [1, 2])
def test_several_processes_find_what_one_finds_and_tell_how_far_they_are(
    tmp_path: Path, workers: int
) -> None:
    held = the_election()
    many = [held.cast("赵", FOR_A) for _ in range(16)]
    path = held.pieces(AREAS, [*held.ballots, *many]).save(tmp_path / "area.bel")
    told: list[tuple[int, int]] = []
    found = verify_archive(path, workers=workers, progress=lambda done, of: told.append((done, of)))
    assert found.result == ((12033 + 9900, 8950, 6001), (6001, 12033 + 9900, 8950, 8950))
    assert told == [(16, 20), (20, 20)]


def test_processes_beside_other_threads_find_the_same(tmp_path: Path) -> None:
    """A server has threads; nothing is forked there, and the work is sent to new processes."""
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)
    thread.start()
    try:
        held = the_election()
        ballots = [*held.ballots, *(held.cast("赵", FOR_A) for _ in range(16))]
        path = held.pieces(AREAS, ballots).save(tmp_path / "area.bel")
        assert verify_archive(path, workers=2).num_tallied == 4
    finally:
        stop.set()
        thread.join()


def test_an_election_that_nobody_may_vote_in_is_accepted(tmp_path: Path) -> None:
    """It proves nothing, but neither is it a lie; the manifest says who must be on the list."""
    pieces = replace(the_election().pieces(AREAS, []), credentials=b"[]")
    assert verified(pieces, tmp_path).credentials == {}


def test_several_processes_refuse_the_first_bad_ballot_in_order(tmp_path: Path) -> None:
    held = the_election()
    many = [held.cast("赵", FOR_A) for _ in range(40)]
    many[37], many[20] = b"{}", many[20].replace(b'"challenge":"', b'"challenge":"1', 1)
    chain = Chain(TIME)
    setup = setup_event(chain, the_heads().election, the_heads().trustees, the_heads().credentials)
    pieces = [setup, *(ballot_event(chain, ballot) for ballot in many)]
    path = tmp_path / "heads.bel"
    path.write_bytes(header_record(TIME) + b"".join(written for _, written in pieces))
    for workers in (1, 2):
        assert refused(path, workers=workers)[1] == "height 21 Ballot"


def test_a_missing_file_is_no_refusal(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        verify_archive(tmp_path / "nothing.bel")


# Memory


YES_OR_NOTHING = (Question("事项", ("同意",), 0, 1),)


def peak(path: Path) -> int:
    """Return the most bytes that verifying takes over what there was before."""
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        verify_archive(path)
        return tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()


def test_a_further_ballot_of_a_further_voter_takes_less_than_a_kilobyte(tmp_path: Path) -> None:
    voters = [f"业主{number}" for number in range(300)]
    held = hold(questions=YES_OR_NOTHING, voters=voters, votes=[(voter, [[1]]) for voter in voters])
    peaks = [
        peak(crowd(held, voters[:count]).save(tmp_path / f"{count}.bel", "S" + "B" * count))
        for count in (5, 100, 300)
    ]
    assert peaks[2] - peaks[1] < 200 * 1024


def crowd(held: Held, voters: Sequence[str]) -> Pieces:
    """An archive of these voters only, up to the last ballot."""
    listed = credential_list({held.credential(voter): 1 for voter in voters})
    trustees = held.trusteeship.trustees.raw
    return Pieces(held.election.raw, trustees, listed, held.ballots[: len(voters)], b"", b"", (), b"")
