"""kill -9 in a storm of votes: no promise is broken, nothing is there twice, and voting goes on."""

from __future__ import annotations

import os
import random
import secrets
import time
from collections import deque
from pathlib import Path

from backend.sealing import signing
from backend.tools.mirror import walk
from backend.voting.protocol.board import Stage
from backend.voting.protocol.verifier import VerifiedArchive, verify_archive, verify_pair
from backend.voting.record.manifest import Manifest
from tests.journeys.crowd import Crowd, gather
from tests.journeys.storm import Answer, Storm, a_server

CRASHES = 50
MEAN_ANSWERS, MOST_ANSWERS = 5, 30
"""How many ballots are answered before a blow, at random without memory; it falls within the next few."""
MOST_SECONDS = 0.04
ELECTORS = 600
CHAINS = ("heads", "area")
Place = tuple[str | None, str]
"""What a board says at a height: the payload and the hash of the event."""


def test_after_fifty_crashes_in_a_storm_of_votes_every_receipt_holds(tmp_path: Path) -> None:
    seed = int(os.environ.get("STORM_SEED") or secrets.randbelow(2**32))
    print(f"STORM_SEED={seed} repeats the plan of this storm")  # noqa: T201  (shown when the test fails)
    rng = random.Random(seed)
    crowd = gather(tmp_path, ELECTORS, rng)
    with a_server(crowd.folder, crowd.clock) as server:
        storm = Storm(server, crowd.scene.whole, deque(crowd.postings), seed)
        crash_again_and_again(storm, rng)
        server.start()
        server.wait()
        storm.end()
        check_everything(crowd, storm, tmp_path)


def crash_again_and_again(storm: Storm, rng: random.Random) -> None:
    storm.begin()
    for _ in range(CRASHES):
        storm.server.start()
        storm.await_answers(min(1 + int(rng.expovariate(1 / MEAN_ANSWERS)), MOST_ANSWERS))
        time.sleep(rng.uniform(0, MOST_SECONDS))
        storm.server.kill()
    assert storm.cut_off >= CRASHES, "the blows fell between the requests: this was no storm"


def check_everything(crowd: Crowd, storm: Storm, path: Path) -> None:
    board = {chain: fetch(storm, chain, path) for chain in CHAINS}
    manifest = Manifest.parse(file_of(storm, "manifest.json"))
    check_every_receipt_is_where_it_says(storm, manifest, board)
    archives = check_both_archives_are_accepted(path)
    on_board = set(archives["heads"].ballot_hashes)
    check_no_ballot_and_no_elector_is_there_twice(archives["heads"])
    check_locks_agree_with_the_board(crowd, storm, on_board)
    check_every_ballot_has_its_evidence(crowd, storm, on_board)
    check_a_retry_is_answered_as_before(crowd, storm, on_board)
    check_the_others_may_still_vote_and_only_they(crowd, storm, on_board)


def file_of(storm: Storm, name: str) -> bytes:
    answer = storm.server.call("GET", f"/elections/{storm.uuid}/{name}")
    assert answer.status == 200
    return answer.content


def fetch(storm: Storm, chain: str, path: Path) -> dict[int, Place]:
    """Download a chain and return what stands at each height; a gap or a broken link is refused."""
    (path / f"{chain}.bel").write_bytes(file_of(storm, f"{chain}.bel"))
    places = {event.height: (event.payload, found) for event, found in walk(path / f"{chain}.bel")}
    assert sorted(places) == list(range(len(places)))
    return places


def check_every_receipt_is_where_it_says(
    storm: Storm, manifest: Manifest, board: dict[str, dict[int, Place]]
) -> None:
    receipts = [answer.json["receipt"] for answer in storm.answers.values() if answer.status == 201]
    assert len(receipts) >= CRASHES
    for receipt in receipts:
        document = receipt["document"]
        signing.verify(manifest.server_key, "receipt", document, receipt["signature"])
        for chain in CHAINS:
            stands = document[chain]
            assert board[chain][stands["height"]] == (document["tracker"], stands["hash"])


def check_both_archives_are_accepted(path: Path) -> dict[str, VerifiedArchive]:
    archives = {chain: verify_archive(path / f"{chain}.bel", workers=2) for chain in CHAINS}
    verify_pair(archives["heads"], archives["area"])
    assert archives["heads"].stage is Stage.VOTING
    return archives


def check_no_ballot_and_no_elector_is_there_twice(heads: VerifiedArchive) -> None:
    assert len(set(heads.ballot_hashes)) == len(heads.ballot_hashes)
    assert len(set(heads.ballot_credentials)) == len(heads.ballot_credentials)


def check_locks_agree_with_the_board(crowd: Crowd, storm: Storm, on_board: set[str]) -> None:
    locked = {}
    for phone in crowd.phones:
        answer = storm.server.call("GET", f"{crowd.scene.path}/my-entries", **phone.header)
        for entry in answer.json["items"]:
            [election] = entry["elections"]
            locked[entry["pseudonym"]] = (election["channel"], election["casts"])
    wanted = {one.pseudonym: ("e", 1) if one.tracker in on_board else (None, 0) for one in crowd.postings}
    assert locked == wanted
    turnout = storm.server.call("GET", f"/elections/{storm.uuid}").json["turnout"]
    assert turnout["heads"] == len(on_board)


def check_every_ballot_has_its_evidence(crowd: Crowd, storm: Storm, on_board: set[str]) -> None:
    header = crowd.scene.header("auditor-1")
    acts = storm.server.call("GET", f"/elections/{storm.uuid}/device-signatures", **header).json["items"]
    assert sorted(act["tracker"] for act in acts) == sorted(on_board)


def check_a_retry_is_answered_as_before(crowd: Crowd, storm: Storm, on_board: set[str]) -> None:
    """A voter whose answer was lost with the server is told that the ballot counts, and the board agrees."""
    sent = {one.pseudonym: one for one in crowd.postings}
    for pseudonym, answer in storm.answers.items():
        assert storm.post(sent[pseudonym]) == answer
        assert sent[pseudonym].tracker in on_board
        assert answer.status == 201 or is_lost(answer), answer


def is_lost(answer: Answer) -> bool:
    return (answer.status, answer.json["code"]) == (409, "answer-lost")


def check_the_others_may_still_vote_and_only_they(crowd: Crowd, storm: Storm, on_board: set[str]) -> None:
    voted = [one for one in crowd.postings if one.tracker in on_board]
    for one in [*storm.given_up, *list(storm.waiting)[:5], *voted[:5]]:
        answer = storm.post(crowd.posting(one.pseudonym, "against"))
        if one.tracker in on_board:
            assert (answer.status, answer.json["code"]) == (409, "already-voted")
        else:
            assert answer.status == 201, answer
