"""The legal outcome is recomputed from manifest, pack, both archives and the paper ballots."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import pytest

from backend.voting.errors import VerificationError
from backend.voting.law.rulepack import load_pack
from backend.voting.protocol.verifier import verify_archive
from backend.voting.record.outcome import lot_seed, recompute
from tests.voting.record.elections import Folder, hold, the_folder
from tests.voting.record.makers import a_committee, a_manifest, a_vote

EQUAL = {f"业主{number:02}": 5000 for number in range(1, 10)}
ONLY_FUND = (a_vote(),)
ONLY_COMMITTEE = (a_committee(question=0),)


def outcome_of(folder: Folder, tmp_path: Path, *, paper: bool = True):
    written = folder.write(tmp_path / "election")
    heads, area = (verify_archive(written / name, final=True) for name in ("heads.bel", "area.bel"))
    pack = load_pack(folder.manifest.rule_pack.id)
    return recompute(folder.manifest, pack, folder.roll, heads, area, folder.paper if paper else None)[
        "items"
    ]


def fund(choice):
    return {"fund": choice}


def committee(*ids):
    return {"committee": ids or "blank"}


def test_a_vote_adds_paper_to_the_electronic_result_and_decides_by_both_majorities(tmp_path):
    item = outcome_of(the_folder(), tmp_path)["fund"]

    assert item["outcome"] == "PASSED"
    assert item["total"] == {"area": 39000, "heads": 6}
    assert item["participating"] == {"area": 35000, "heads": 5}
    assert item["votes"] == {
        "for": {"area": 22000, "heads": 3},
        "against": {"area": 7000, "heads": 1},
        "abstain": {"area": 6000, "heads": 1},
    }
    assert item["blank"] == {"area": 0, "heads": 0}
    assert item["by_channel"]["e"]["votes"]["for"] == {"area": 17000, "heads": 2}
    assert item["by_channel"]["paper"]["votes"]["for"] == {"area": 5000, "heads": 1}
    assert (item["by_channel"]["e"]["heads"], item["by_channel"]["e"]["area"]) == (4, 30000)
    assert (item["by_channel"]["paper"]["heads"], item["by_channel"]["paper"]["area"]) == (1, 5000)
    assert "elected" not in item


def test_an_election_counts_blank_as_taking_part_and_seats_who_has_both_majorities(tmp_path):
    item = outcome_of(the_folder(), tmp_path)["committee"]

    assert item["outcome"] == "PASSED"
    assert item["participating"] == {"area": 35000, "heads": 5}
    assert item["blank"] == {"area": 7000, "heads": 1}
    assert item["votes"]["c1"] == {"area": 28000, "heads": 4}
    assert item["votes"]["c6"] == {"area": 6000, "heads": 1}
    assert item["votes"]["c7"] == {"area": 0, "heads": 0}
    assert item["elected"][0] == "c1"
    assert sorted(item["elected"]) == ["c1", "c2", "c3", "c4", "c5"]
    assert item["alternates"] == []


def test_without_the_paper_ballot_the_same_vote_has_other_figures(tmp_path):
    item = outcome_of(the_folder(), tmp_path, paper=False)["fund"]

    assert item["participating"] == {"area": 30000, "heads": 4}
    assert item["votes"]["for"] == {"area": 17000, "heads": 2}


def test_an_invalid_paper_ballot_does_not_take_part_and_can_cost_the_quorum(tmp_path):
    ballots = [(name, fund("for")) for name in list(EQUAL)[:5]]
    paper = {"业主06": fund("for"), "业主07": fund("invalid"), "业主08": fund("invalid")}
    item = outcome_of(hold(areas=EQUAL, items=ONLY_FUND, ballots=ballots, paper=paper), tmp_path)["fund"]

    assert item["outcome"] == "PASSED"
    assert item["participating"] == {"area": 30000, "heads": 6}
    assert item["invalid"] == {"area": 10000, "heads": 2}

    paper["业主06"] = fund("invalid")
    item = outcome_of(hold(areas=EQUAL, items=ONLY_FUND, ballots=ballots, paper=paper), tmp_path)["fund"]

    assert item["outcome"] == "NOT_QUORATE"


def test_a_paper_vote_left_blank_is_an_abstention(tmp_path):
    ballots = [(name, fund("for")) for name in list(EQUAL)[:3]]
    paper = {name: fund("blank") for name in ("业主04", "业主05", "业主06")}
    item = outcome_of(hold(areas=EQUAL, items=ONLY_FUND, ballots=ballots, paper=paper), tmp_path)["fund"]

    assert item["votes"]["abstain"] == {"area": 15000, "heads": 3}
    assert item["outcome"] == "REJECTED"


def test_more_marks_than_seats_spoil_the_paper_ballot(tmp_path):
    paper = {"业主01": committee("c1", "c2", "c3", "c4", "c5", "c6"), "业主02": committee()}
    item = outcome_of(hold(areas=EQUAL, items=ONLY_COMMITTEE, ballots=[], paper=paper), tmp_path)["committee"]

    assert item["invalid"] == {"area": 5000, "heads": 1}
    assert item["blank"] == {"area": 5000, "heads": 1}
    assert item["votes"]["c1"] == {"area": 0, "heads": 0}


def test_an_election_without_quorum_elects_nobody(tmp_path):
    ballots = [(name, committee("c1")) for name in list(EQUAL)[:2]]
    item = outcome_of(hold(areas=EQUAL, items=ONLY_COMMITTEE, ballots=ballots, paper={}), tmp_path)[
        "committee"
    ]

    assert (item["outcome"], item["elected"], item["alternates"]) == ("NOT_QUORATE", [], [])


def test_an_election_in_which_too_few_reach_the_majority_fails(tmp_path):
    ballots = [(name, committee("c1", "c2")) for name in list(EQUAL)[:7]]
    item = outcome_of(hold(areas=EQUAL, items=ONLY_COMMITTEE, ballots=ballots, paper={}), tmp_path)[
        "committee"
    ]

    assert (item["outcome"], item["elected"], item["alternates"]) == ("FAILED", [], [])


def test_a_last_vote_replaces_the_one_before(tmp_path):
    ballots = [(name, fund("against")) for name in list(EQUAL)[:6]]
    ballots += [(name, fund("for")) for name in list(EQUAL)[:6]]
    held = hold(areas=EQUAL, items=ONLY_FUND, ballots=ballots, paper={}, max_changes=1)
    item = outcome_of(held, tmp_path)["fund"]

    assert item["outcome"] == "PASSED"
    assert item["votes"]["for"] == {"area": 30000, "heads": 6}


def test_an_exact_tie_for_the_last_seat_is_drawn_by_a_lot_that_the_closed_record_fixes(tmp_path):
    first, both = committee("c1", "c2", "c3", "c4", "c5"), committee("c5", "c6")
    second = committee("c1", "c2", "c3", "c4", "c6")
    played = dict(zip(EQUAL, [first] * 3 + [both] * 2 + [second] * 3, strict=False))
    paper = {name: played.pop(name) for name in ("业主05", "业主08")}
    folder = hold(areas=EQUAL, items=ONLY_COMMITTEE, ballots=list(played.items()), paper=paper)
    item = outcome_of(folder, tmp_path)["committee"]

    closing = [
        verify_archive(tmp_path / "election" / name).closing_hash for name in ("heads.bel", "area.bel")
    ]
    seed = hashlib.sha256("|".join(["lot", folder.manifest.sha256, *closing]).encode()).digest()
    drawn = sorted(
        ("c5", "c6"),
        key=lambda name: hashlib.sha256(b"yishiting/lot/v1\n" + seed + b"\n" + name.encode()).digest(),
    )
    assert item["votes"]["c5"] == item["votes"]["c6"] == {"area": 25000, "heads": 5}
    assert sorted(item["elected"][:4]) == ["c1", "c2", "c3", "c4"]
    assert (item["elected"][4:], item["alternates"]) == (drawn[:1], drawn[1:])
    assert "LOT_DRAWN" in item["advisories"]


def test_the_lot_has_another_seed_in_every_election_and_none_before_the_close(tmp_path):
    folder = hold(areas=EQUAL, items=ONLY_FUND, ballots=[("业主01", fund("for"))], paper={})
    written = folder.write(tmp_path / "closed")
    heads, area = (verify_archive(written / name) for name in ("heads.bel", "area.bel"))
    other = the_folder().write(tmp_path / "other")
    others = [verify_archive(other / name) for name in ("heads.bel", "area.bel")]

    assert lot_seed(folder.manifest, heads, area) == lot_seed(folder.manifest, heads, area)
    assert lot_seed(folder.manifest, heads, area) != lot_seed(the_folder().manifest, *others)

    (tmp_path / "open.bel").write_bytes(folder.heads.write("SB"))
    still_open = verify_archive(tmp_path / "open.bel")
    with pytest.raises(VerificationError) as refusal:
        lot_seed(folder.manifest, still_open, area)
    assert refusal.value.rule == "lot-seed"


def test_there_is_no_outcome_before_there_is_a_result(tmp_path):
    folder = the_folder()
    written = folder.write(tmp_path / "election")
    (written / "area.bel").write_bytes(folder.area.write("SBBBBETPP"))
    heads, area = (verify_archive(written / name) for name in ("heads.bel", "area.bel"))

    with pytest.raises(VerificationError) as refusal:
        recompute(folder.manifest, load_pack("cn-shandong"), folder.roll, heads, area, folder.paper)
    assert refusal.value.rule == "result-missing"


@dataclass
class Told:
    """What somebody says about a chain, unverified."""

    credentials: dict[int, int]
    total_weight: int
    result: list[list[int]] | None
    closing_hash: str | None = "cd" * 32


def test_answers_that_do_not_add_up_to_the_ballots_are_refused():
    manifest, pack = a_manifest(items=ONLY_FUND), load_pack("cn-shandong")
    heads = Told({1: 1, 2: 1}, 2, [[1, 1, 1]])
    area = Told({1: 9000, 2: 8000}, 17000, [[9000, 8000, 0]])

    with pytest.raises(VerificationError) as refusal:
        recompute(manifest, pack, None, heads, area, None)
    assert refusal.value.rule == "result-sum"

    heads.result = [[1, 1, 0]]
    assert recompute(manifest, pack, None, heads, area, None)["items"]["fund"]["outcome"] == "REJECTED"
