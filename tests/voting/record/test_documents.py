"""manifest.json, roll.json and paper.json are read strictly: one meaning, one spelling, nothing unknown."""

from __future__ import annotations

import copy
import json

import pytest

from backend.voting.errors import FormatError
from backend.voting.law.rulepack import load_pack
from backend.voting.record.canonical import canonical
from backend.voting.record.manifest import Manifest
from backend.voting.record.paper import Paper, check_counters, check_paper
from backend.voting.record.rollfile import RollFile
from tests.voting.record.makers import (
    COUNTER_KEYS,
    a_committee,
    a_manifest,
    a_paper,
    a_roll,
    a_vote,
)

FOR_ALL = {"业主0000": {"fund": "for", "committee": ("c1", "c2")}}
DOCUMENTS = [
    pytest.param(Manifest, a_manifest(), id="manifest"),
    pytest.param(RollFile, a_roll(), id="roll"),
    pytest.param(Paper, a_paper(choices=FOR_ALL), id="paper"),
]


def places(document, path=()):
    """Every place in a document, as the path of keys that leads there."""
    yield path
    members = document.items() if isinstance(document, dict) else enumerate(document)
    for key, member in members:
        if isinstance(member, dict | list):
            yield from places(member, (*path, key))
        else:
            yield (*path, key)


def at(document, path):
    for key in path:
        document = document[key]
    return document


@pytest.mark.parametrize(("kind", "document"), DOCUMENTS)
def test_a_document_is_read_back_as_it_was_written(kind, document):
    assert kind.parse(document.to_bytes()) == document
    assert kind.parse(document.to_bytes()).sha256 == document.sha256


@pytest.mark.parametrize(("kind", "document"), DOCUMENTS)
def test_an_unknown_field_anywhere_is_refused(kind, document):
    written = json.loads(document.to_bytes())
    objects = [path for path in places(written) if isinstance(at(written, path), dict)]

    for path in objects:
        tampered = copy.deepcopy(written)
        at(tampered, path)["note"] = "x"
        if path and path[-1] == "choices":
            continue  # its keys are item ids; check_paper compares them with the agenda
        with pytest.raises(FormatError, match="note"):
            kind.parse(canonical(tampered))


@pytest.mark.parametrize(("kind", "document"), DOCUMENTS)
def test_a_value_of_another_type_anywhere_is_refused(kind, document):
    written = json.loads(document.to_bytes())

    for path in places(written):
        if not path:
            continue
        tampered = copy.deepcopy(written)
        was = at(tampered, path)
        at(tampered, path[:-1])[path[-1]] = 7.5 if isinstance(was, int) else -1
        raw = json.dumps(tampered, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        with pytest.raises(FormatError):
            kind.parse(raw)


@pytest.mark.parametrize(("kind", "document"), DOCUMENTS)
def test_a_missing_field_anywhere_is_refused(kind, document):
    written = json.loads(document.to_bytes())
    optional = {"seats", "candidates", "committee", "fund"}

    for path in places(written):
        if not path or isinstance(path[-1], int) or path[-1] in optional:
            continue
        tampered = copy.deepcopy(written)
        del at(tampered, path[:-1])[path[-1]]
        with pytest.raises(FormatError, match=path[-1]):
            kind.parse(canonical(tampered))


@pytest.mark.parametrize(("kind", "document"), DOCUMENTS)
def test_a_document_of_another_kind_or_version_is_refused(kind, document):
    for change in ({"kind": "other"}, {"version": 2}, {"version": True}, {"version": "1"}):
        tampered = json.loads(document.to_bytes()) | change
        with pytest.raises(FormatError):
            kind.parse(canonical(tampered))


@pytest.mark.parametrize("raw", [b"[]", b"7", b"null", b'"manifest"'])
def test_a_document_that_is_no_object_is_refused(raw):
    with pytest.raises(FormatError, match="not an object"):
        Manifest.parse(raw)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"rule_pack": {"id": "x", "version": "1", "sha256": "AB" * 32}}, "sha256"),
        ({"uuid": "O" * 14}, "uuid"),
        ({"opens_at": "2026-03-17"}, "opens_at"),
        ({"drill": 1}, "drill"),
        ({"drill": None}, "drill"),
        ({"title": ""}, "title"),
        ({"title": "长" * 20_001}, "title"),
        ({"max_changes": True}, "max_changes"),
        ({"threshold": 0}, "threshold"),
        ({"trustees": []}, "trustees"),
        ({"trustees": [""]}, "trustees"),
    ],
)
def test_a_field_of_the_right_type_but_the_wrong_form_is_named(change, named):
    with pytest.raises(FormatError, match=named):
        Manifest.parse(canonical(a_manifest().document() | change))


def test_an_item_of_an_unknown_kind_is_refused():
    document = a_manifest().document()
    document["items"][0]["kind"] = "poll"

    with pytest.raises(FormatError, match="neither a vote nor an election"):
        Manifest.parse(canonical(document))


def test_a_manifest_may_name_a_threshold():
    manifest = a_manifest(threshold=2)

    assert Manifest.parse(manifest.to_bytes()).threshold == 2


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"items": ()}, "empty"),
        ({"items": (a_vote(question=1),)}, "question"),
        ({"items": (a_committee(question=1), a_vote())}, "question"),
        ({"items": (a_vote(id="x"), a_vote(id="x", question=1))}, "'x'"),
        ({"closes_at": "2026-03-17T00:00:00+08:00"}, "closes"),
        ({"opens_at": "2026-02-30T00:00:00+08:00"}, "calendar"),
        ({"opens_at": "2026-03-16T16:00:00Z"}, "instant"),
        ({"threshold": 3}, "3 of 2"),
        ({"counters": a_manifest().counters[:1] * 2}, "counter key"),
    ],
)
def test_a_manifest_that_contradicts_itself_is_refused(change, named):
    with pytest.raises(FormatError, match=named):
        a_manifest(**change)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"seats": 4}, "odd"),
        ({"seats": None}, "odd"),
        ({"candidates": ()}, "candidates"),
        ({"candidates": a_committee().candidates[:1] * 2}, "'c1'"),
    ],
)
def test_an_election_without_lawful_seats_or_candidates_is_refused(change, named):
    with pytest.raises(FormatError, match=named):
        a_committee(**change)


def test_a_vote_with_seats_is_refused():
    with pytest.raises(FormatError, match="neither seats"):
        a_vote(seats=5)


def test_two_candidates_of_one_name_are_refused():
    first, second, *_ = a_committee().candidates
    twin = type(second)(second.id, first.name, party_member=False)

    with pytest.raises(FormatError, match="name"):
        a_committee(candidates=(first, twin))


def test_a_vote_is_one_of_three_answers_and_an_election_up_to_the_seats_or_blank():
    vote, committee = (item.ballot_question() for item in (a_vote(), a_committee()))

    assert (vote.answers, vote.min, vote.max, vote.blank) == (("同意", "反对", "弃权"), 1, 1, False)
    assert (len(committee.answers), committee.min, committee.max, committee.blank) == (7, 1, 5, True)


def test_a_roll_counts_its_heads_and_areas():
    assert (a_roll().heads, a_roll().area) == (3, 24000)


def test_a_roll_out_of_order_with_twins_or_empty_is_refused():
    first, second, *_ = a_roll().electors
    twin = type(second)(second.pseudonym, first.credential, second.area)

    for electors in ((second, first), (first, first), (first, twin), ()):
        with pytest.raises(FormatError):
            a_roll(electors=electors)


@pytest.mark.parametrize("area", [0, -1, 10**11 + 1])
def test_an_elector_with_an_impossible_area_is_refused(area):
    with pytest.raises(FormatError, match="area"):
        RollFile.parse(a_roll(areas=(area,)).to_bytes())


def test_paper_that_answers_the_agenda_is_accepted():
    check_paper(a_paper(choices=FOR_ALL), a_manifest(), a_roll())


@pytest.mark.parametrize(
    "choices",
    [
        {"fund": "for"},
        {"fund": "for", "committee": "blank", "other": "for"},
        {"fund": "yes", "committee": "blank"},
        {"fund": ("for",), "committee": "blank"},
        {"fund": "for", "committee": "abstain"},
        {"fund": "for", "committee": ("c9",)},
        {"fund": "for", "committee": ("c1", "c1")},
        {"fund": "for", "committee": ("c2", "c1")},
    ],
)
def test_paper_with_a_choice_that_is_not_offered_is_refused(choices):
    with pytest.raises(FormatError):
        check_paper(a_paper(choices={"业主0001": choices}), a_manifest(), a_roll())


def test_paper_of_a_stranger_or_of_another_election_is_refused():
    stranger = a_paper(choices={"业主9999": FOR_ALL["业主0000"]})
    elsewhere = a_paper(choices=FOR_ALL, uuid="5kRmT9bWnQxZ3e")

    for paper in (stranger, elsewhere, a_paper(choices=FOR_ALL, drill=False)):
        with pytest.raises(FormatError):
            check_paper(paper, a_manifest(), a_roll())


def test_an_empty_list_of_candidates_is_refused_because_blank_has_its_own_word():
    with pytest.raises(FormatError, match="not empty"):
        Paper.parse(a_paper(choices={"业主0001": {"committee": ()}}).to_bytes())


def test_paper_needs_two_different_counters_named_in_the_manifest():
    signed = a_paper(choices=FOR_ALL)
    first, second = signed.signatures
    stranger = type(first)("dd" * 32, first.signature)
    check_counters(signed, a_manifest())

    for signatures in ((), (first,), (first, first), (first, stranger), (first, second, stranger)):
        with pytest.raises(FormatError) as refusal:
            check_counters(a_paper(choices=FOR_ALL, signatures=signatures), a_manifest())
        assert refusal.value.rule == "paper-signers"


def test_no_paper_at_all_needs_no_signature():
    check_counters(a_paper(choices={}, signatures=()), a_manifest())


def test_the_pinned_pack_is_the_one_of_the_repository():
    assert a_manifest().rule_pack.sha256 == load_pack("cn-shandong").sha256
    assert {each.key for each in a_manifest().counters} == set(COUNTER_KEYS)
