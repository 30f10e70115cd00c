"""Paper: a lock while the vote is open, and after the close what two counters say alike."""

from __future__ import annotations

import json

import pytest

from backend.sealing.signing import verify
from backend.voting.record.manifest import Manifest
from backend.voting.record.paper import Paper, check_counters, check_paper
from backend.voting.record.rollfile import RollFile
from tests.assemblies.scene import Scene
from tests.assemblies.world import Json

FOR = [1, 0, 0]
FIRST = [0, 1, 0, 0, 0, 0, 0]
CHOICES: dict[str, Json] = {
    "1-1-102": {"fund": "for", "committee": ["c1", "c3"]},
    "2-1-303": {"fund": "blank", "committee": "invalid"},
}


def lock(scene: Scene, label: str, who: str = "counter-1") -> Json:
    return scene.post(f"/elections/{scene.whole}/papers", {"label": label}, who)


def refused_lock(scene: Scene, body: Json, who: str = "counter-1") -> str:
    return scene.code("POST", f"/elections/{scene.whole}/papers", body, who)


def enter(scene: Scene, who: str, choices: dict[str, Json]) -> bool:
    form = scene.enter(who, scene.whole, choices)
    return bool(scene.put(f"/elections/{scene.whole}/paper-entries", form, who)["complete"])


def refused_entry(scene: Scene, form: Json, who: str = "counter-1") -> Json:
    return scene.refusal("PUT", f"/elections/{scene.whole}/paper-entries", form, who)


@pytest.fixture
def closed(voting: Scene) -> Scene:
    """Two papers came back; the vote is over."""
    for label in CHOICES:
        lock(voting, label)
    voting.go_to("closes_at")
    return voting


# While the vote is open


def test_a_returned_paper_counts_as_turnout_and_tells_no_choice(voting: Scene) -> None:
    answer = lock(voting, "1-1-101")
    assert answer == {"pseudonym": voting.people.labels["1-1-101"]}
    turnout = voting.get(f"/elections/{voting.whole}")["turnout"]
    assert turnout["by_channel"] == {"e": {"heads": 0, "area": 0}, "paper": {"heads": 1, "area": 22000}}
    assert voting.get(f"/elections/{voting.whole}/paper-users")["items"] == [answer["pseudonym"]]


def test_a_paper_is_recorded_by_pseudonym_or_by_any_unit_of_the_elector(voting: Scene) -> None:
    lock(voting, "1-2-201")
    by_name = {"pseudonym": voting.people.labels["1-1-102"]}
    voting.post(f"/elections/{voting.whole}/papers", by_name, "counter-2")
    papers = voting.get(f"/elections/{voting.whole}/papers", "counter-1")["items"]
    assert sorted(paper["labels"] for paper in papers) == [["1-1-101", "1-2-201"], ["1-1-102"]]


def test_the_same_paper_twice_is_refused(voting: Scene) -> None:
    lock(voting, "1-1-101")
    assert refused_lock(voting, {"label": "1-2-201"}, "counter-2") == "already-voted"


def test_a_paper_of_an_elector_who_voted_by_phone_is_refused(voting: Scene) -> None:
    """law.md S01: whichever channel is recorded first stands."""
    voting.cast("owner-a", voting.whole, "1-1-101", FOR, FIRST)
    assert refused_lock(voting, {"label": "1-1-101"}) == "already-voted"
    assert voting.get(f"/elections/{voting.whole}/paper-users")["items"] == []


@pytest.mark.parametrize("body", [{"label": "9-9-999"}, {"pseudonym": "NOBODY22"}])
def test_a_paper_of_nobody_on_the_roll_is_refused(voting: Scene, body: Json) -> None:
    assert refused_lock(voting, body) == "not-on-roll"


@pytest.mark.parametrize("body", [{}, {"label": "1-1-101", "pseudonym": "X"}])
def test_a_paper_is_named_in_exactly_one_way(voting: Scene, body: Json) -> None:
    assert refused_lock(voting, body) == "validation-failed"


def test_only_counters_record_papers_and_see_whose_they_are(voting: Scene) -> None:
    assert refused_lock(voting, {"label": "1-1-101"}, "chair") == "not-appointed"
    assert voting.code("GET", f"/elections/{voting.whole}/papers", by="auditor-1") == "not-appointed"


def test_no_paper_is_recorded_before_the_opening_or_after_the_close(ready: Scene) -> None:
    """law.md S07."""
    assert refused_lock(ready, {"label": "1-1-101"}) == "wrong-stage"
    ready.go_to("closes_at")
    assert refused_lock(ready, {"label": "1-1-101"}) == "wrong-stage"


# After the close


def test_two_equal_entries_make_the_paper_file_with_both_signatures(closed: Scene) -> None:
    assert enter(closed, "counter-1", CHOICES) is False
    assert enter(closed, "counter-2", CHOICES) is True
    path = f"/elections/{closed.whole}"
    paper = Paper.parse(closed.get_bytes(f"{path}/paper.json", "auditor-1"))
    manifest = Manifest.parse(closed.get_bytes(f"{path}/manifest.json"))
    check_paper(paper, manifest, RollFile.parse(closed.get_bytes(f"{path}/roll.json")))
    check_counters(paper, manifest)
    for each in paper.signatures:
        verify(each.key, "paper", paper.signed_document(), each.signature)


def test_nothing_is_entered_while_the_vote_is_open(voting: Scene) -> None:
    lock(voting, "1-1-102")
    form = voting.enter("counter-1", voting.whole, {"1-1-102": CHOICES["1-1-102"]})
    assert refused_entry(voting, form)["code"] == "wrong-stage"


def test_entries_that_differ_are_named_and_may_be_corrected(closed: Scene) -> None:
    assert enter(closed, "counter-1", CHOICES) is False
    other = CHOICES | {"1-1-102": {"fund": "against", "committee": ["c1", "c3"]}}
    problem = refused_entry(closed, closed.enter("counter-2", closed.whole, other), "counter-2")
    assert problem["code"] == "paper-entries-differ"
    [difference] = problem["errors"]
    assert difference["pseudonym"] == closed.people.labels["1-1-102"]
    assert [entry["fund"] for entry in difference["entries"]] == ["for", "against"]
    assert enter(closed, "counter-1", other) is False
    assert enter(closed, "counter-2", other) is True


def test_one_counter_alone_never_completes_the_papers(closed: Scene) -> None:
    assert enter(closed, "counter-1", CHOICES) is False
    assert enter(closed, "counter-1", CHOICES) is False
    assert closed.code("GET", f"/elections/{closed.whole}/paper.json", by="auditor-1") == "not-found"


def test_complete_entries_are_sealed(closed: Scene) -> None:
    enter(closed, "counter-1", CHOICES)
    enter(closed, "counter-2", CHOICES)
    form = closed.enter("counter-1", closed.whole, CHOICES)
    assert refused_entry(closed, form)["code"] == "paper-entries-refused"


def test_every_locked_paper_is_entered_and_no_other(closed: Scene) -> None:
    fewer = {"1-1-102": CHOICES["1-1-102"]}
    more = CHOICES | {"2-1-301": CHOICES["1-1-102"]}
    for choices, label in ((fewer, "2-1-303"), (more, "2-1-301")):
        problem = refused_entry(closed, closed.enter("counter-1", closed.whole, choices))
        assert problem["code"] == "paper-entries-refused"
        assert closed.people.labels[label] in problem["detail"]


@pytest.mark.parametrize(
    "choices",
    [
        {"fund": "for"},
        {"fund": "for", "committee": ["c1"], "other": "for"},
        {"fund": "yes", "committee": ["c1"]},
        {"fund": "for", "committee": ["c9"]},
        {"fund": "for", "committee": ["c3", "c1"]},
        {"fund": "for", "committee": []},
        {"fund": ["for"], "committee": "blank"},
        {"fund": None, "committee": "blank"},
        {"fund": 1.5, "committee": "blank"},
    ],
)
def test_a_choice_that_is_not_on_the_agenda_is_refused(closed: Scene, choices: Json) -> None:
    form = closed.enter("counter-1", closed.whole, CHOICES)
    form["document"]["entries"][0]["choices"] = choices
    assert refused_entry(closed, form)["code"] == "paper-entries-refused"


def test_an_entry_that_the_counter_did_not_sign_is_refused(closed: Scene) -> None:
    form = closed.enter("counter-2", closed.whole, CHOICES)
    assert refused_entry(closed, form, "counter-1")["code"] == "paper-entries-refused"


def test_an_entry_that_says_it_is_a_drill_is_refused(closed: Scene) -> None:
    form = closed.enter("counter-1", closed.whole, CHOICES)
    document = form["document"] | {"drill": True}
    problem = refused_entry(closed, closed.signed("counter-1", "paper", document))
    assert problem["code"] == "paper-entries-refused"


def test_an_entry_of_another_shape_is_refused(closed: Scene) -> None:
    for document in ({}, {"kind": "paper"}, {"entries": "all"}):
        form = closed.signed("counter-1", "paper", document)
        assert refused_entry(closed, form)["code"] == "paper-entries-refused"


def test_only_counters_enter_and_only_appointees_read_the_entries(closed: Scene) -> None:
    form = closed.enter("auditor-1", closed.whole, CHOICES)
    assert refused_entry(closed, form, "auditor-1")["code"] == "not-appointed"
    enter(closed, "counter-1", CHOICES)
    enter(closed, "counter-2", CHOICES)
    for who in ("chair", "owner-b", "registrar"):
        assert closed.code("GET", f"/elections/{closed.whole}/paper.json", by=who) == "not-appointed"
    for who in ("trustee-1", "counter-1"):
        assert json.loads(closed.get_bytes(f"/elections/{closed.whole}/paper.json", who))["kind"] == "paper"


def test_without_papers_the_file_is_made_at_the_close_and_has_no_entries(voting: Scene) -> None:
    voting.go_to("closes_at")
    voting.round()
    paper = Paper.parse(voting.get_bytes(f"/elections/{voting.whole}/paper.json", "auditor-1"))
    assert (paper.entries, paper.signatures) == ((), ())
