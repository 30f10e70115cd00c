from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.voting.law.majority import (
    Count,
    Decision,
    Deemed,
    MatterClass,
    Outcome,
    UnknownMatter,
    Votes,
    VotesExceedRoll,
    class_of,
    decide,
)
from backend.voting.law.rulepack import NonReturn, load_pack

PACK = load_pack("cn-civil-code")
SPARE = (Count(), Count(3, 1), Count(100000, 50))


def with_rules(**rules):
    return replace(PACK, votes=replace(PACK.votes, **rules))


FOLLOWING = with_rules(nonreturn=NonReturn.FOLLOW_MAJORITY)


@pytest.mark.parametrize("matter", range(1, 10))
def test_only_raising_the_fund_rebuilding_and_changing_common_parts_are_special(matter):
    special = class_of(matter) is MatterClass.SPECIAL
    assert special == (matter in {6, 7, 8})


@pytest.mark.parametrize("matter", [0, 10, -6])
def test_a_matter_outside_article_278_is_refused(matter):
    with pytest.raises(UnknownMatter, match=r"give 1 to 9"):
        class_of(matter)


@pytest.mark.parametrize(
    "votes",
    [
        Votes(for_=Count(101, 1)),
        Votes(for_=Count(1, 11)),
        Votes(for_=Count(60, 5), against=Count(60, 5)),
        Votes(for_=Count(50, 5), unreturned=Count(50, 6)),
        Votes(for_=Count(-1, 1), against=Count(2, 2)),
        Votes(for_=Count(1, -1), against=Count(2, 2)),
    ],
)
def test_votes_that_the_roll_cannot_hold_are_refused(votes):
    with pytest.raises(VotesExceedRoll, match="correct the votes or the roll"):
        decide(Count(100, 10), votes, MatterClass.ORDINARY, PACK)


@pytest.mark.parametrize("matter_class", MatterClass)
def test_a_side_on_which_nobody_takes_part_is_neither_quorate_nor_approved(matter_class):
    decision = decide(Count(0, 0), Votes(), matter_class, PACK)
    assert decision == Decision(
        Outcome.NOT_QUORATE, (False, False), (False, False), Count(), Count(), Deemed.NONE
    )


def test_s24_heads_may_be_quorate_while_area_is_not():
    votes = Votes(for_=Count(100, 1672))
    assert decide(Count(221900, 2219), votes, MatterClass.ORDINARY, PACK).quorum == (False, True)


@pytest.mark.parametrize(
    ("in_favour", "against", "deemed", "counted_for"),
    [
        (Count(40, 40), Count(30, 30), Deemed.FOR, Count(60, 60)),
        (Count(30, 30), Count(40, 40), Deemed.AGAINST, Count(30, 30)),
        (Count(40, 30), Count(30, 40), Deemed.ABSTAIN, Count(40, 30)),
        (Count(35, 40), Count(35, 30), Deemed.ABSTAIN, Count(35, 40)),
        (Count(40, 35), Count(30, 35), Deemed.ABSTAIN, Count(40, 35)),
        (Count(30, 35), Count(40, 35), Deemed.ABSTAIN, Count(30, 35)),
    ],
)
def test_delivered_silence_follows_a_majority_only_when_both_dimensions_agree(
    in_favour, against, deemed, counted_for
):
    votes = Votes(for_=in_favour, against=against, unreturned=Count(20, 20))
    decision = decide(Count(100, 100), votes, MatterClass.ORDINARY, FOLLOWING)
    assert (decision.deemed, decision.for_) == (deemed, counted_for)
    assert decision.participating == Count(90, 90)


def test_silence_is_never_deemed_on_a_special_matter_nor_without_the_clause():
    votes = Votes(for_=Count(40, 40), unreturned=Count(60, 60))
    special = decide(Count(100, 100), votes, MatterClass.SPECIAL, FOLLOWING)
    default = decide(Count(100, 100), votes, MatterClass.ORDINARY, PACK)
    for decision in (special, default):
        assert (decision.deemed, decision.participating) == (Deemed.NONE, Count(40, 40))
        assert decision.outcome is Outcome.NOT_QUORATE


def test_with_nothing_unreturned_nothing_is_deemed():
    votes = Votes(for_=Count(70, 70))
    assert decide(Count(100, 100), votes, MatterClass.ORDINARY, FOLLOWING).deemed is Deemed.NONE


def test_channels_add_up_in_every_answer():
    one, two = Votes(*(Count(n, n) for n in range(1, 6))), Votes(*(Count(10 * n, n) for n in range(1, 6)))
    assert one + two == Votes(*(Count(11 * n, 2 * n) for n in range(1, 6)))


COUNTS = st.builds(Count, st.integers(0, 40), st.integers(0, 40))
VOTES = st.builds(Votes, COUNTS, COUNTS, COUNTS, COUNTS)


def total_of(votes, spare):
    return sum((votes.for_, votes.against, votes.abstain, votes.invalid, spare), Count())


@given(VOTES, COUNTS, st.sampled_from(MatterClass), st.builds(Count, st.integers(1, 9), st.just(1)))
def test_one_more_vote_in_favour_never_turns_passed_into_rejected(votes, spare, matter_class, one_more):
    total = total_of(votes, spare + one_more)
    before = decide(total, votes, matter_class, PACK)
    after = decide(total, replace(votes, for_=votes.for_ + one_more), matter_class, PACK)
    assert before.outcome is not Outcome.PASSED or after.outcome is Outcome.PASSED


def reference(total, votes, matter_class, invalid_counts):
    """Decide with fractions, straight from the sentence of article 278."""
    taking_part = [votes.for_, votes.against, votes.abstain] + [votes.invalid] * invalid_counts
    quorum, approval = [], []
    for side in ("area", "heads"):
        whole = getattr(total, side)
        part = sum(getattr(count, side) for count in taking_part)
        in_favour = Fraction(getattr(votes.for_, side), part) if part else Fraction(0)
        quorum.append(part > 0 and Fraction(part, whole) >= Fraction(2, 3))
        ordinary = matter_class is MatterClass.ORDINARY
        approval.append(in_favour > Fraction(1, 2) if ordinary else in_favour >= Fraction(3, 4))
    if not all(quorum):
        return Outcome.NOT_QUORATE, tuple(quorum), tuple(approval)
    return Outcome.PASSED if all(approval) else Outcome.REJECTED, tuple(quorum), tuple(approval)


@given(VOTES, st.sampled_from(SPARE), st.sampled_from(MatterClass), st.booleans())
def test_the_decision_equals_a_reference_in_fractions(votes, spare, matter_class, invalid_counts):
    total = total_of(votes, spare)
    decision = decide(total, votes, matter_class, with_rules(invalid_participates=invalid_counts))
    expected = reference(total, votes, matter_class, invalid_counts)
    assert (decision.outcome, decision.quorum, decision.approval) == expected


@given(st.integers(1, 30), st.integers(-1, 1), st.sampled_from(MatterClass))
def test_the_bounds_are_exact_to_one_step(k, step, matter_class):
    total = Count(12 * k * 3, 12 * k * 3)
    part = 12 * k * 2
    bound = part * 3 // 4 if matter_class is MatterClass.SPECIAL else part // 2
    in_favour = bound + step
    votes = Votes(for_=Count(in_favour, in_favour), against=Count(part - in_favour, part - in_favour))
    passes = step >= 0 if matter_class is MatterClass.SPECIAL else step > 0
    expected = Outcome.PASSED if passes else Outcome.REJECTED
    assert decide(total, votes, matter_class, PACK).outcome is expected
    assert decide(total + Count(1, 0), votes, matter_class, PACK).outcome is Outcome.NOT_QUORATE
    assert decide(total + Count(0, 1), votes, matter_class, PACK).outcome is Outcome.NOT_QUORATE


def test_the_first_recorded_of_two_votes_by_one_owner_decides_the_item():
    """law.md S01: the phone's FOR at 09:00 stands, the paper's AGAINST at 15:00 was refused."""
    total, others, owner = Count(3_000_000, 300), Count(1_000_000, 100), Count(10_000, 1)
    stands = decide(total, Votes(for_=others + owner, against=others), MatterClass.ORDINARY, PACK)
    assert (stands.outcome, stands.participating) == (Outcome.PASSED, Count(2_010_000, 201))
    otherwise = decide(total, Votes(for_=others, against=others + owner), MatterClass.ORDINARY, PACK)
    assert otherwise.outcome is Outcome.REJECTED
