"""From the closing second to the final result: tallies, shares, the law's outcome, verdicts, objections."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from backend.sealing.signing import verify
from backend.voting.protocol.archive import ArchiveReader
from backend.voting.protocol.board import Stage, read_board
from backend.voting.protocol.verifier import verify_archive
from backend.voting.record.canonical import canonical
from backend.voting.record.examine import Evidence, Reading, examine
from tests.assemblies.scene import Scene
from tests.assemblies.world import AREA, HEADS, Json

FOR, AGAINST, ABSTAIN = [1, 0, 0], [0, 1, 0], [0, 0, 1]
ALL_BUT_SIX = [0, 1, 1, 1, 1, 1, 0]
BLANK = [1, 0, 0, 0, 0, 0, 0]
PAPERS: dict[str, Json] = {"2-1-303": {"fund": "against", "committee": ["c1", "c6"]}}


@pytest.fixture
def closed(voting: Scene) -> Scene:
    """Four electors voted by phone, one by paper, the developer not; the vote is over."""
    voting.cast("owner-a", voting.whole, "1-1-101", FOR, ALL_BUT_SIX)
    voting.cast("co-owner-b", voting.whole, "1-1-102", FOR, ALL_BUT_SIX)
    voting.cast("owner-de", voting.whole, "2-1-301", FOR, ALL_BUT_SIX)
    voting.cast("owner-de", voting.whole, "2-1-302", ABSTAIN, BLANK)
    voting.cast("owner-a", voting.people.uuids["building:1"], "1-1-101", FOR)
    voting.post(f"/elections/{voting.whole}/papers", {"label": "2-1-303"}, "counter-1")
    voting.go_to("closes_at")
    return voting


@pytest.fixture
def entered(closed: Scene) -> Scene:
    """The papers are entered and the boards ended."""
    closed.round()
    for who in ("counter-1", "counter-2"):
        form = closed.enter(who, closed.whole, PAPERS)
        closed.put(f"/elections/{closed.whole}/paper-entries", form, who)
    return closed


@pytest.fixture
def counted(entered: Scene) -> Scene:
    """Both elections are decrypted."""
    for uuid in entered.people.uuids.values():
        entered.decrypt(uuid)
    return entered


def archive(scene: Scene, tmp_path: Path, chain: str = "heads", uuid: str | None = None) -> Path:
    path = tmp_path / f"{chain}.bel"
    path.write_bytes(scene.get_bytes(f"/elections/{uuid or scene.whole}/{chain}.bel"))
    return path


def refused_shares(scene: Scene, who: str, body: Json | None = None) -> Json:
    path = f"/elections/{scene.whole}/partial-decryptions"
    return scene.refusal("POST", path, body or scene.shares(who, scene.whole), who)


# The close


def test_the_worker_ends_and_tallies_both_chains_once(closed: Scene, tmp_path: Path) -> None:
    for _ in range(3):
        closed.round()
    for chain, weight in (("heads", 4), ("area", 46050)):
        verified = verify_archive(archive(closed, tmp_path, chain))
        assert (verified.stage, verified.num_tallied, verified.total_weight) == (Stage.TALLIED, 4, weight)


def test_no_board_is_ended_a_second_before_its_time(closed: Scene, tmp_path: Path) -> None:
    closed.clock.forward(-timedelta(seconds=1))
    closed.round()
    assert verify_archive(archive(closed, tmp_path)).stage is Stage.VOTING
    closed.clock.forward(timedelta(seconds=1))
    closed.round()
    assert verify_archive(archive(closed, tmp_path)).stage is Stage.TALLIED


def test_an_election_without_any_ballot_is_counted_too(voting: Scene, tmp_path: Path) -> None:
    voting.count()
    result = json.loads(voting.get_bytes(f"{voting.path}/result.json"))
    assert {item["outcome"] for item in result["items"].values()} == {"NOT_QUORATE"}
    assert result["items"]["committee"]["elected"] == []


# Shares


def test_nothing_is_decrypted_before_the_close(voting: Scene) -> None:
    voting.cast("owner-a", voting.whole, "1-1-101", FOR, ALL_BUT_SIX)
    problem = refused_shares(voting, "trustee-1", {"heads": "{}", "area": "{}"})
    assert problem["code"] == "wrong-stage"


def test_nothing_is_decrypted_before_the_papers_are_entered(closed: Scene) -> None:
    closed.round()
    problem = refused_shares(closed, "trustee-1")
    assert problem["code"] == "decryption-refused"
    assert "纸质票" in problem["detail"]


def test_the_last_share_needed_brings_the_result_on_both_chains(entered: Scene, tmp_path: Path) -> None:
    path = f"/elections/{entered.whole}"
    first = entered.post(
        f"{path}/partial-decryptions", entered.shares("trustee-1", entered.whole), "trustee-1"
    )
    assert first == {"needed": 2, "have": 1}
    assert entered.code("GET", f"{path}/result") == "not-found"
    second = entered.post(
        f"{path}/partial-decryptions", entered.shares("trustee-2", entered.whole), "trustee-2"
    )
    assert second == {"needed": 2, "have": 2}
    result = entered.get(f"{path}/result")
    assert result == {
        "heads": [[3, 0, 1], [1, 3, 3, 3, 3, 3, 0]],
        "area": [[39050, 0, 7000], [7000, 39050, 39050, 39050, 39050, 39050, 0]],
    }
    for chain in ("heads", "area"):
        verified = verify_archive(archive(entered, tmp_path, chain), final=True)
        assert [list(row) for row in verified.result or ()] == result[chain]


def test_a_trustee_sends_shares_once(entered: Scene) -> None:
    path = f"/elections/{entered.whole}/partial-decryptions"
    entered.post(path, entered.shares("trustee-1", entered.whole), "trustee-1")
    assert refused_shares(entered, "trustee-1")["code"] == "decryption-refused"


def test_shares_made_with_another_key_are_refused_and_leave_no_trace(entered: Scene, tmp_path: Path) -> None:
    before = archive(entered, tmp_path).read_bytes()
    problem = refused_shares(entered, "trustee-1", entered.shares("trustee-2", entered.whole))
    assert problem["code"] == "decryption-refused"
    assert archive(entered, tmp_path).read_bytes() == before


def test_shares_of_the_two_tallies_are_not_exchanged(entered: Scene, tmp_path: Path) -> None:
    before = archive(entered, tmp_path).read_bytes()
    shares = entered.shares("trustee-1", entered.whole)
    swapped = {"heads": shares["heads"], "area": shares["heads"]}
    assert refused_shares(entered, "trustee-1", swapped)["code"] == "decryption-refused"
    assert archive(entered, tmp_path).read_bytes() == before


@pytest.mark.parametrize("text", ["{}", "[]", "no json", '{"decryption_factors":[],"decryption_proofs":[]}'])
def test_malformed_shares_are_refused(entered: Scene, text: str) -> None:
    shares = entered.shares("trustee-1", entered.whole) | {"area": text}
    assert refused_shares(entered, "trustee-1", shares)["code"] == "decryption-refused"


def test_only_trustees_of_the_assembly_decrypt(entered: Scene) -> None:
    assert refused_shares(entered, "auditor-1", {"heads": "{}", "area": "{}"})["code"] == "not-appointed"


# The result


def test_the_result_is_signed_canonical_and_the_same_as_the_law_finds_from_the_record(
    counted: Scene, tmp_path: Path
) -> None:
    content = counted.get_bytes(f"{counted.path}/result.json")
    result, signature = json.loads(content), counted.get(f"{counted.path}/result.sig")
    assert content == canonical(result)
    verify(signature["key"], "result", result, signature["signature"])
    assert signature["key"] == counted.house.keys.signing_public_hex
    for uuid in counted.people.uuids.values():
        path = f"/elections/{uuid}"
        evidence = Evidence(
            archive(counted, tmp_path, "heads", uuid),
            archive(counted, tmp_path, "area", uuid),
            counted.get_bytes(f"{path}/manifest.json"),
            counted.get_bytes(f"{path}/roll.json"),
            counted.get_bytes(f"{path}/paper.json", "auditor-1"),
        )
        report = examine(evidence, Reading(final=True))
        assert report.refusal is None, report
        assert report.items
        for item, found in report.items.items():
            assert result["items"][item] == found


def test_the_result_adds_both_channels_and_tells_each(counted: Scene) -> None:
    items = json.loads(counted.get_bytes(f"{counted.path}/result.json"))["items"]
    fund = items["fund"]
    assert fund["outcome"] == "PASSED"
    assert fund["total"] == {"heads": HEADS, "area": AREA}
    assert fund["participating"] == {"heads": 5, "area": 52050}
    assert fund["votes"]["for"] == {"heads": 3, "area": 39050}
    assert fund["votes"]["against"] == {"heads": 1, "area": 6000}
    assert fund["by_channel"]["paper"]["votes"]["against"] == {"heads": 1, "area": 6000}
    assert items["committee"]["votes"]["c1"] == {"heads": 4, "area": 45050}
    assert items["roof"]["total"] == {"heads": 2, "area": 30050}


def test_the_result_pins_the_boards_and_papers_it_is_about(counted: Scene) -> None:
    result = json.loads(counted.get_bytes(f"{counted.path}/result.json"))
    assert (result["kind"], result["assembly"], result["drill"]) == ("result", counted.people.assembly, False)
    head = counted.get(f"/elections/{counted.whole}/head")["document"]
    pins = result["elections"][counted.whole]
    for chain in ("heads", "area"):
        assert pins[chain] == {"height": head[chain]["height"], "hash": head[chain]["hash"]}
    assert set(result["elections"]) == set(counted.people.uuids.values())


def test_there_is_no_result_before_every_election_has_one(entered: Scene) -> None:
    entered.decrypt(entered.whole)
    assert entered.code("GET", f"{entered.path}/result.json") == "not-found"
    assert entered.code("GET", f"{entered.path}/result.sig") == "not-found"
    assert entered.assembly()["stage"] == "CLOSED"
    entered.decrypt(entered.people.uuids["building:1"])
    assert entered.assembly()["stage"] == "TALLIED"


def test_the_board_takes_nothing_after_its_result(counted: Scene, tmp_path: Path) -> None:
    before = archive(counted, tmp_path).read_bytes()
    counted.round()
    refused_shares(counted, "trustee-1", {"heads": "{}", "area": "{}"})
    assert archive(counted, tmp_path).read_bytes() == before
    with archive(counted, tmp_path).open("rb") as file:
        assert read_board(ArchiveReader(file)).stage is Stage.RESULT
