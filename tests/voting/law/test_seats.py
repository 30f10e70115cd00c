from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.voting.law.majority import Count, Outcome, VotesExceedRoll
from backend.voting.law.rulepack import BlankRule, RankRule, load_pack
from backend.voting.law.seats import (
    CandidatesRefused,
    ElectionVotes,
    EvenSeats,
    Slate,
    SupportMismatch,
    TooFewSeats,
    check_slate,
    elect,
)
from tests.voting.law.makers import a_pack, a_slate, election_votes, square_metres

PACK = load_pack("cn-shandong")
TOTAL = square_metres(60000, 600)
MARKED = (40000, 400)
SEED = b"\x07" * 32
S13 = {
    "A": (30000, 300),
    "B": (28000, 290),
    "C": (26000, 260),
    "D": (24000, 230),
    "E": (23000, 225),
    "G": (22000, 235),
    "K": (20001, 201),
    "L": (20000, 260),
    "M": (26000, 199),
}


def seat(support, *, seats=5, pack=PACK, marked=MARKED, party=(), seed=SEED, **more):
    votes = election_votes(support, marked=marked, **more)
    return elect(TOTAL, votes, a_slate("".join(support), seats=seats, party=party), pack, seed)


def strong(names):
    """Give each name a majority, the earlier the more."""
    return {name: (30000 - place * 100, 300) for place, name in enumerate(names)}


def ranking_by(rank):
    return replace(PACK, election=replace(PACK.election, rank=rank))


def test_s13_a_full_committee_with_alternates_in_order_of_exact_fractions():
    seating = seat(S13)
    assert seating.outcome is Outcome.PASSED
    assert seating.elected == tuple("ABCDE")
    assert seating.alternates == ("G", "K")
    assert (seating.quorum, seating.lots, seating.advisories) == ((True, True), (), ())


def test_s14_equal_shares_are_settled_by_area_or_as_the_pack_says():
    support = {**strong("ABCD"), "E": (22000, 240), "F": (23000, 230)}
    assert seat(support).elected[-1] == "F"
    assert seat(support, pack=ranking_by(RankRule.HEADS_FIRST)).elected[-1] == "E"
    assert seat(support, pack=ranking_by(RankRule.AREA_FIRST)).elected[-1] == "F"
    by_heads = a_pack(('tiebreak = ["AREA", "LOT"]', 'tiebreak = ["HEADS", "LOT"]'))
    assert seat(support, pack=by_heads).elected[-1] == "E"


def test_s14_equal_in_both_is_drawn_by_a_lot_that_anyone_can_redraw_and_it_is_recorded():
    support = {**strong("ABCD"), "E": (23000, 230), "F": (23000, 230)}
    drawn = {seed: seat(support, seed=bytes([seed])) for seed in range(40)}
    assert {seating.elected[-1] for seating in drawn.values()} == {"E", "F"}
    for seed, seating in drawn.items():
        assert seating == seat(support, seed=bytes([seed]))
        assert seating.lots == ((seating.elected[-1], seating.alternates[0]),)
        assert "LOT_DRAWN" in seating.advisories


def test_s15_five_of_seven_stand_and_two_seats_stay_open():
    seating = seat({**strong("ABCDE"), "F": (1, 1), "G": (1, 1)}, seats=7)
    assert (seating.outcome, seating.elected, seating.alternates) == (Outcome.PASSED, tuple("ABCDE"), ())
    assert seating.advisories == ("SEATS_OPEN",)


def test_s15_four_of_seven_fail_and_nobody_is_seated():
    seating = seat({**strong("ABCD"), "E": (1, 1)}, seats=7)
    assert (seating.outcome, seating.elected, seating.alternates) == (Outcome.FAILED, (), ())


def test_s15_of_six_for_seven_seats_the_last_becomes_the_first_alternate():
    seating = seat(strong("ABCDEF"), seats=7)
    assert (seating.elected, seating.alternates) == (tuple("ABCDE"), ("F",))
    assert seating.advisories == ("SEAT_ODD", "SEATS_OPEN")


def test_half_of_the_seats_is_not_enough_even_when_the_minimum_is_met():
    assert seat(strong("ABCDE"), seats=11).outcome is Outcome.FAILED
    assert seat(strong("ABCDEF"), seats=11).outcome is Outcome.PASSED


def test_s16_too_few_party_members_is_an_advisory_that_moves_no_seat():
    wanting = a_pack(("party_share_min = 0", "party_share_min = 50"))
    seating = seat(S13, party=("A", "C", "G"), pack=wanting)
    assert seating.advisories == ("ADVISORY_SHARE_BELOW_MIN",)
    assert seating == replace(seat(S13), advisories=seating.advisories)
    assert seat(S13, party=("A", "C", "D"), pack=wanting).advisories == ()


def test_a_pack_may_limit_the_alternates():
    assert seat(S13, pack=a_pack(('alternates_max = "SEATS"', "alternates_max = 1"))).alternates == ("G",)


def test_there_are_at_most_as_many_alternates_as_seats():
    assert seat(strong("ABCDEFGHIJKL")).alternates == tuple("FGHIJ")


def test_an_inquorate_election_seats_nobody():
    seating = seat(strong("ABCDE"), marked=(39999, 400))
    assert (seating.outcome, seating.quorum) == (Outcome.NOT_QUORATE, (False, True))
    assert (seating.elected, seating.alternates) == ((), ())


def test_blank_ballots_take_part_and_raise_the_bar_unless_the_pack_calls_them_invalid():
    support = {**strong("ABCDE"), "F": (20001, 201)}
    assert seat(support).alternates == ("F",)
    blank = seat(support, blank=(10, 1))
    assert (blank.participating, blank.alternates) == (square_metres(40010, 401), ())
    strict = replace(PACK, votes=replace(PACK.votes, blank=BlankRule.INVALID))
    assert seat(support, blank=(10, 1), pack=strict).alternates == ("F",)
    counting = replace(strict, votes=replace(strict.votes, invalid_participates=True))
    seating = seat(support, blank=(10, 1), invalid=(5, 1), pack=counting)
    assert seating.participating == square_metres(40015, 402)


def test_channels_of_an_election_add_up():
    one = election_votes({"A": (1, 1)}, marked=(3, 2), blank=(5, 1))
    two = election_votes({"A": (2, 1), "B": (4, 1)}, marked=(6, 2), invalid=(7, 1))
    assert one + two == election_votes(
        {"A": (3, 2), "B": (4, 1)}, marked=(9, 4), blank=(5, 1), invalid=(7, 1)
    )
    assert ElectionVotes() + one == one


@pytest.mark.parametrize("seats", [0, 2, 4, 6])
def test_an_even_number_of_seats_is_refused_with_the_remedy(seats):
    with pytest.raises(EvenSeats, match=rf"{seats} seats.*take one seat away or add one"):
        check_slate(a_slate(seats=seats), PACK)


@pytest.mark.parametrize("seats", [-1, 1, 3])
def test_fewer_seats_than_the_packs_minimum_are_refused(seats):
    with pytest.raises(TooFewSeats, match=r"at least 5; add seats"):
        check_slate(a_slate(seats=seats), PACK)


@pytest.mark.parametrize("names", [["A", "A"], [""], ["blank"], ["invalid"], ["A;B"], [" A"], []])
def test_a_slate_that_could_be_misread_is_refused(names):
    with pytest.raises(CandidatesRefused):
        check_slate(a_slate(names), PACK)


@pytest.mark.parametrize("named", ["ABCD", "ABCDEF"])
def test_support_must_name_exactly_the_candidates(named):
    votes = election_votes(strong(named), marked=MARKED)
    with pytest.raises(SupportMismatch, match=r"disagree on: [EF]"):
        elect(TOTAL, votes, a_slate("ABCDE"), PACK, SEED)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"marked": (60001, 400)}, "more ballots than the roll"),
        ({"blank": (30000, 100)}, "more ballots than the roll"),
        ({"blank": (-1, 0)}, "more ballots than the roll"),
        ({"marked": (29999, 400)}, "candidate A has more support"),
    ],
)
def test_counts_that_cannot_be_are_refused(changes, message):
    with pytest.raises(VotesExceedRoll, match=message):
        seat(strong("ABCDE"), **{"marked": MARKED, **changes})


SUPPORT = st.dictionaries(
    st.sampled_from("ABCDEFGHIJ"), st.tuples(st.integers(0, 40000), st.integers(0, 400)), min_size=1
)


@given(SUPPORT, st.sampled_from([5, 7, 9]), st.randoms(use_true_random=False))
def test_a_committee_is_odd_qualified_in_both_dimensions_and_independent_of_listing(support, seats, random):
    seating = seat(support, seats=seats)
    qualified = {name for name, (area, heads) in support.items() if 2 * area > 40000 and 2 * heads > 400}
    assert set(seating.elected + seating.alternates) <= qualified
    assert (len(seating.elected) % 2 == 1) == (seating.outcome is Outcome.PASSED)
    names = random.sample(sorted(support), len(support))
    votes = election_votes({name: support[name] for name in names}, marked=MARKED)
    slate = Slate(tuple(reversed(a_slate(names, seats=seats).candidates)), seats)
    assert elect(Count(6000000, 600), votes, slate, PACK, SEED) == seating
