from dataclasses import replace

import pytest

from backend.voting.law.majority import Count, Votes
from backend.voting.law.paper import PaperUnreadable, Sheet, paper_election, paper_votes
from backend.voting.law.rulepack import BlankRule
from tests.voting.law.makers import a_pack, a_slate

PACK = a_pack()
ONE = Count(9000, 1)


def sheet(choice):
    return Sheet("e1", 9000, choice)


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ("for", Votes(for_=ONE)),
        (["for"], Votes(for_=ONE)),
        ("against", Votes(against=ONE)),
        ("abstain", Votes(abstain=ONE)),
        ("invalid", Votes(invalid=ONE)),
    ],
)
def test_a_sheet_counts_once_with_its_area(choice, expected):
    assert paper_votes([sheet(choice)], PACK) == expected


@pytest.mark.parametrize("choice", ["blank", []])
def test_s08_an_item_left_blank_is_an_abstention_while_another_item_stands(choice):
    assert paper_votes([sheet(choice)], PACK) == Votes(abstain=ONE)
    assert paper_votes([sheet("for")], PACK) == Votes(for_=ONE)
    strict = replace(PACK, votes=replace(PACK.votes, blank=BlankRule.INVALID))
    assert paper_votes([sheet(choice)], strict) == Votes(invalid=ONE)


def test_s10_two_boxes_ticked_are_invalid_for_that_item_only():
    assert paper_votes([sheet(["for", "against"])], PACK) == Votes(invalid=ONE)
    assert paper_votes([sheet(["against"])], PACK) == Votes(against=ONE)


def test_sheets_add_up():
    sheets = [Sheet("e1", 9000, "for"), Sheet("e2", 8855, "for"), Sheet("e3", 100, "blank")]
    assert paper_votes(sheets, PACK) == Votes(for_=Count(17855, 2), abstain=Count(100, 1))


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        ("yes", "yes is no box"),
        (["for", "for"], "for is ticked twice"),
        (["blank", "for"], "blank is no box"),
    ],
)
def test_an_entry_that_names_no_box_is_refused_with_the_boxes(choice, message):
    with pytest.raises(
        PaperUnreadable, match=rf"paper of e1: {message}; enter each of for, against, abstain"
    ):
        paper_votes([sheet(choice)], PACK)


def test_an_election_sheet_supports_every_name_it_marks():
    votes = paper_election([sheet(["A", "C"]), Sheet("e2", 50, ["A"])], a_slate("ABC"))
    assert votes.support == {"A": Count(9050, 2), "B": Count(), "C": ONE}
    assert (votes.marked, votes.blank, votes.invalid) == (Count(9050, 2), Count(), Count())


def test_an_election_sheet_with_more_names_than_seats_is_invalid():
    votes = paper_election([sheet(list("ABCDEF")), sheet(list("ABCDE"))], a_slate("ABCDEF"))
    assert (votes.invalid, votes.marked, votes.support["F"]) == (ONE, ONE, Count())


@pytest.mark.parametrize("choice", ["blank", []])
def test_a_blank_election_sheet_is_blank_and_supports_nobody(choice):
    votes = paper_election([sheet(choice), sheet("invalid")], a_slate("AB"))
    assert (votes.blank, votes.invalid, votes.marked) == (ONE, ONE, Count())
    assert set(votes.support.values()) == {Count()}


def test_an_unknown_candidate_is_refused():
    with pytest.raises(PaperUnreadable, match=r"Z is no box"):
        paper_election([sheet(["A", "Z"])], a_slate("AB"))
