"""Which ballots a row yields, and the plain count that result.json is compared with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from scripts.drilling.agenda import read_agenda
from scripts.drilling.electors import find_electors
from scripts.drilling.expectation import differences, expected
from scripts.drilling.preparing import Door, Prepared
from scripts.drilling.roll_sheet import read_roll
from scripts.drilling.votes import Vote, read_votes
from scripts.drilling.voting import Ballot, Poll
from tests.drilling.community import TWO_OF_THREE, VOTES, a_community, write_votes

DOOR = Door("ABCDEFGH", ("1-1-101",), frozenset({"u1", "u2"}))


@pytest.fixture
def poll(tmp_path: Path) -> Poll:
    """A poll before anybody voted; nobody of its company is needed to count."""
    files = a_community(tmp_path, TWO_OF_THREE)
    agenda = read_agenda(files.assembly)
    prepared = Prepared([DOOR], {"all": "u1", "building:2": "u2"}, tmp_path, DOOR)
    return Poll(agenda, None, find_electors(read_roll(files.roll), agenda), prepared)  # type: ignore[arg-type]


def votes(poll: Poll, tmp_path: Path, *rows: tuple[str, ...]) -> tuple[Vote, ...]:
    return read_votes(
        write_votes(tmp_path / "some.csv", rows), poll.agenda, read_roll(tmp_path / "ROLL.xlsx")
    )


def turn(poll: Poll, tmp_path: Path, *row: str) -> Any:
    [vote] = votes(poll, tmp_path, row)
    return poll._turn(vote)


def test_a_row_yields_a_ballot_where_the_elector_stands_and_something_is_chosen(
    poll: Poll, tmp_path: Path
) -> None:
    assert turn(poll, tmp_path, "2-1-101", "e", "for", "for", "").scopes == ("all", "building:2")
    assert turn(poll, tmp_path, "2-1-101", "e", "", "for", "").scopes == ("building:2",)
    assert turn(poll, tmp_path, "1-1-102", "e", "for", "for", "").scopes == ("all",)
    assert turn(poll, tmp_path, "1-1-102", "e", "", "for", "").scopes == ()


def test_too_many_names_spoil_the_ballot_of_their_election_alone(poll: Poll, tmp_path: Path) -> None:
    many = "c1;c2;c3;c4;c5;c6"
    spoiled = turn(poll, tmp_path, "2-1-101", "e", "for", "for", many)
    assert (spoiled.scopes, spoiled.spoiled) == (("building:2",), ("all",))
    assert turn(poll, tmp_path, "2-1-101", "paper", "for", "for", many).spoiled == ()


def test_an_uncounted_unit_leads_to_the_door_of_its_elector(poll: Poll, tmp_path: Path) -> None:
    assert turn(poll, tmp_path, "3--B01", "e", "for", "", "").door is DOOR
    assert poll.pseudonym_of("3--B01") == "ABCDEFGH"


def test_the_plain_count_takes_the_last_accepted_ballot_of_each_elector(poll: Poll, tmp_path: Path) -> None:
    for vote in votes(poll, tmp_path, *VOTES):
        poll.ballots += [Ballot(vote, scope, _code(vote)) for scope in poll._turn(vote).scopes]
    figures = expected(poll)
    assert figures["dismiss"]["for"] == (39150, 4)
    assert figures["dismiss"]["abstain"] == (18388, 2)
    assert figures["dismiss"]["participating"] == (87563, 8)
    assert figures["fund"]["total"] == (49089, 5)
    assert figures["committee"]["blank"] == (20610, 2)
    assert figures["committee"]["c6"] == (30050, 3)


def _code(vote: Vote) -> str:
    """H may change once; whoever voted on paper does not vote again."""
    return "already-voted" if vote.row in {12, 15} else ""


def test_more_names_than_seats_on_paper_are_an_invalid_choice(poll: Poll, tmp_path: Path) -> None:
    [vote] = votes(poll, tmp_path, ("1-1-101", "paper", "for", "", "c1;c2;c3;c4;c5;c6"))
    poll.ballots.append(Ballot(vote, "all"))
    committee = expected(poll)["committee"]
    assert (committee["invalid"], committee["participating"], committee["c1"]) == ((10000, 1), (0, 0), (0, 0))


def test_every_figure_that_differs_is_named(poll: Poll, tmp_path: Path) -> None:
    [vote] = votes(poll, tmp_path, ("1-1-101", "e", "for", "", ""))
    poll.ballots.append(Ballot(vote, "all"))
    told = {item: _told(figures) for item, figures in expected(poll).items()}
    assert differences(poll, {"items": told}) == []
    told["dismiss"]["votes"]["for"] = {"area": 10001, "heads": 1}
    assert differences(poll, {"items": told}) == [
        "dismiss.for: result.json says (10001, 1), the plain count (10000, 1)"
    ]


def _told(figures: dict[str, tuple[int, int]]) -> dict[str, Any]:
    counts = {name: {"area": area, "heads": heads} for name, (area, heads) in figures.items()}
    beside = {name: counts.pop(name) for name in ("total", "participating", "blank", "invalid")}
    return {**beside, "votes": counts}
