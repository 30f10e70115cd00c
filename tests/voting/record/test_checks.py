"""Everything the manifest pins is demanded: each lie is refused with its own rule, each tampered file too."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.voting.errors import VerificationError
from backend.voting.law.rulepack import load_pack
from backend.voting.record.catalogue import BY_NAME, CHECKS
from backend.voting.record.checks import check_manifest, check_roll_pin
from backend.voting.record.manifest import Manifest, RulePackPin
from backend.voting.record.report import Status
from backend.voting.record.rollfile import RollFile
from tests.voting.record.elections import (
    FEW,
    ONLY_FUND,
    PAPER,
    THREE_FOR,
    a_small,
    hold,
    the_folder,
    verdict_of,
)
from tests.voting.record.makers import a_committee, a_paper, a_roll, a_vote
from tests.voting.simulator import mandatory


def check_refused(folder, tmp_path, rule, check):
    report = verdict_of(folder, tmp_path)

    assert report.refusal is not None, f"accepted, but {rule} is broken"
    assert report.refusal.rule == rule
    refused = [finding for finding in report.findings if finding.status is Status.REFUSED]
    assert [finding.check.name for finding in refused] == [check]
    assert report.items is None


def test_an_honest_folder_holds_in_every_check(tmp_path):
    report = verdict_of(the_folder(), tmp_path, final=True)

    assert report.refusal is None
    assert {finding.status for finding in report.findings} == {Status.HOLDS}
    assert {finding.check for finding in report.findings} == set(CHECKS)
    assert (report.stage, report.drill, report.with_paper) == ("result", True, True)


def test_the_checks_are_numbered_from_one_and_named_once():
    assert [check.number for check in CHECKS] == list(range(1, len(CHECKS) + 1))
    assert len(BY_NAME) == len(CHECKS)


# What the manifest pins, and an election that is otherwise.


def test_an_election_that_names_another_manifest_is_refused(tmp_path):
    check_refused(a_small(lie={"description": "00" * 32}), tmp_path, "manifest-hash", "manifest")


def test_a_manifest_of_another_election_is_refused(tmp_path):
    other = the_folder().manifest.to_bytes()

    check_refused(a_small().with_files(manifest_json=other), tmp_path, "manifest-uuid", "manifest")


@pytest.mark.parametrize(
    "change",
    [
        {"title": "另一次会议"},
        {"max_changes": 3},
        {"server_key": "66" * 32},
        {"closes_at": "2026-04-02T00:00:00+08:00"},
        {"items": (a_vote(matter=9),)},
        {"drill": False},
    ],
)
def test_a_manifest_changed_after_the_opening_is_refused(change, tmp_path):
    folder = a_small()
    changed = replace(folder.manifest, **change).to_bytes()

    check_refused(folder.with_files(manifest_json=changed), tmp_path, "manifest-hash", "manifest")


def test_a_manifest_in_another_spelling_is_refused(tmp_path):
    folder = a_small()
    spaced = json.dumps(folder.manifest.document(), ensure_ascii=False).encode()

    check_refused(folder.with_files(manifest_json=spaced), tmp_path, "canonical-json", "manifest")


VOTE, COMMITTEE = a_vote().ballot_question(), a_committee().ballot_question()


@pytest.mark.parametrize(
    "question",
    [
        replace(VOTE, answers=("反对", "同意", "弃权")),
        replace(VOTE, max=2),
        replace(VOTE, min=0),
        replace(VOTE, blank=True),
        replace(VOTE, text="动用五号楼维修资金"),
    ],
)
def test_a_vote_with_another_question_on_the_ballot_is_refused(question, tmp_path):
    folder = hold(areas=FEW, items=ONLY_FUND, ballots=[], paper={}, lie={"questions": (question,)})

    check_refused(folder, tmp_path, "question-shape", "questions")


@pytest.mark.parametrize(
    "question",
    [
        replace(COMMITTEE, max=4),
        replace(COMMITTEE, min=2),
        replace(COMMITTEE, blank=False),
        replace(COMMITTEE, answers=COMMITTEE.answers[:-1]),
        replace(COMMITTEE, answers=COMMITTEE.answers[::-1]),
    ],
)
def test_an_election_with_other_candidates_or_seats_on_the_ballot_is_refused(question, tmp_path):
    items = (a_committee(question=0),)
    folder = hold(areas=FEW, items=items, ballots=[], paper={}, lie={"questions": (question,)})

    check_refused(folder, tmp_path, "question-shape", "questions")


def test_questions_in_another_order_are_refused(tmp_path):
    folder = hold(areas=FEW, ballots=[], paper={}, lie={"questions": (COMMITTEE, VOTE)})

    check_refused(folder, tmp_path, "question-shape", "questions")


def test_a_question_too_many_is_refused(tmp_path):
    folder = a_small(ballots=[], lie={"questions": (VOTE, VOTE)})

    check_refused(folder, tmp_path, "question-count", "questions")


def test_an_area_list_with_other_weights_than_pinned_is_refused(tmp_path):
    folder = a_small(lie={"area": FEW | {"甲": 9001}})

    check_refused(folder, tmp_path, "area-list-hash", "credential-lists")


def test_a_heads_list_with_a_weight_that_extracts_a_vote_is_refused(tmp_path):
    folder = a_small(lie={"heads": {"甲": 1, "乙": 0, "丙": 0}})

    check_refused(folder, tmp_path, "heads-weight", "pair")


def test_a_heads_list_other_than_pinned_is_refused(tmp_path):
    check_refused(a_small(heads_sha256="00" * 32), tmp_path, "heads-list-hash", "credential-lists")


def test_two_archives_with_the_roles_exchanged_are_refused(tmp_path):
    files = a_small().files()
    swapped = a_small().with_files(heads_bel=files["area.bel"], area_bel=files["heads.bel"])

    check_refused(swapped, tmp_path, "heads-weight", "pair")


def test_archives_of_two_elections_are_refused(tmp_path):
    other = a_small().files()["area.bel"]

    check_refused(a_small().with_files(area_bel=other), tmp_path, "pair-election", "pair")


def test_archives_that_differ_by_a_ballot_are_refused(tmp_path):
    folder = a_small()
    longer = folder.with_files(area_bel=folder.area.write("SBB"), heads_bel=folder.heads.write("SB"))

    check_refused(longer, tmp_path, "pair-ballots", "pair")


@pytest.mark.parametrize(
    "pins",
    [
        {"trustees": ("一", "二", "三")},
        {"threshold": 1},
        {"threshold": 2},
    ],
)
def test_a_key_held_otherwise_than_the_manifest_says_is_refused(pins, tmp_path):
    check_refused(a_small(trusteeship=mandatory(2), **pins), tmp_path, "trustees", "trustees")


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"sha256": "00" * 32}, "rule-pack"),
        ({"version": "0.9.9"}, "rule-pack"),
        ({"id": "cn-civil-code"}, "rule-pack"),
        ({"id": "cn-nowhere"}, "unknown-pack"),
    ],
)
def test_a_rule_pack_other_than_the_repositorys_is_refused(change, rule, tmp_path):
    pack = load_pack("cn-shandong")
    pin = replace(RulePackPin(pack.id, pack.version, pack.sha256), **change)

    check_refused(a_small(rule_pack=pin), tmp_path, rule, "rule-pack")


def test_a_committee_smaller_than_the_pack_allows_is_refused(tmp_path):
    items = (a_committee(question=0, seats=3),)
    folder = hold(areas=FEW, items=items, ballots=[], paper={})

    check_refused(folder, tmp_path, "too-few-seats", "rule-pack")


def test_a_change_of_vote_more_than_allowed_is_refused(tmp_path):
    thrice = [("甲", {"fund": choice}) for choice in ("for", "against", "for")]

    assert verdict_of(a_small(ballots=thrice, max_changes=2), tmp_path).refusal is None
    check_refused(a_small(ballots=thrice, max_changes=1), tmp_path, "max-changes", "revotes")


# The roll.


def test_a_roll_other_than_pinned_is_refused(tmp_path):
    folder = a_small()
    first, *rest = folder.roll.electors
    other = replace(folder.roll, electors=(replace(first, area=first.area + 1), *rest)).to_bytes()

    check_refused(folder.with_files(roll_json=other), tmp_path, "roll-hash", "roll")


def test_a_roll_of_another_election_is_refused(tmp_path):
    other = a_roll().to_bytes()

    check_refused(a_small().with_files(roll_json=other), tmp_path, "roll-hash", "roll")


@pytest.mark.parametrize(
    ("lie", "rule"),
    [
        ({"area": FEW | {"甲": 8000, "乙": 9000}}, "roll-area"),
        ({"heads": FEW | {"丁": 1}, "area": FEW | {"丁": 6000}}, "roll-strangers"),
    ],
)
def test_pinned_lists_that_do_not_follow_from_the_roll_are_refused(lie, rule, tmp_path):
    heads = dict.fromkeys(lie.get("heads", FEW), 1)
    folder = a_small(areas=lie.get("heads", FEW), pinned_roll=FEW, lie={**lie, "heads": heads})

    check_refused(folder, tmp_path, rule, "roll")


def test_lists_without_an_elector_of_the_roll_are_refused(tmp_path):
    two = {"甲": 9000, "乙": 8000}
    lie = {"heads": dict.fromkeys(two, 1), "area": two}
    folder = a_small(ballots=THREE_FOR[:2], pinned_roll=FEW, lie=lie)

    check_refused(folder, tmp_path, "roll-heads", "roll")


# Paper.


def test_a_paper_ballot_of_someone_with_a_ballot_on_the_board_is_refused(tmp_path):
    twice = PAPER | {"甲": {"fund": "for", "committee": "blank"}}

    check_refused(hold(paper=twice), tmp_path, "paper-and-board", "paper")


def test_paper_of_another_election_is_refused(tmp_path):
    other = a_paper(choices={}, signatures=()).to_bytes()

    check_refused(a_small().with_files(paper_json=other), tmp_path, "paper", "paper")


def test_paper_signed_by_one_counter_twice_is_refused(tmp_path):
    folder = the_folder()
    first, _ = folder.paper.signatures
    changed = replace(folder.paper, signatures=(first, first)).to_bytes()

    check_refused(folder.with_files(paper_json=changed), tmp_path, "paper-signers", "paper-signers")


def test_paper_entries_without_signatures_are_refused(tmp_path):
    changed = replace(the_folder().paper, signatures=()).to_bytes()

    check_refused(the_folder().with_files(paper_json=changed), tmp_path, "paper-signers", "paper-signers")


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_a_changed_byte_of_manifest_or_roll_is_always_refused(data):
    folder = the_folder()
    pinned = {
        "manifest": lambda raw: check_manifest(Manifest.parse(raw), folder.held.election),
        "roll": lambda raw: check_roll_pin(folder.manifest, RollFile.parse(raw)),
    }
    name = data.draw(st.sampled_from(sorted(pinned)))
    raw = bytearray(getattr(folder, name).to_bytes())
    place = data.draw(st.integers(0, len(raw) - 1))
    raw[place] ^= data.draw(st.integers(1, 255))

    with pytest.raises(VerificationError):
        pinned[name](bytes(raw))
