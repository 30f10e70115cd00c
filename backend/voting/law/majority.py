"""The double majority of Civil Code art. 278: quorum, then approval, each by area and by heads.

Ratios are compared by cross-multiplication of whole numbers; percentages never decide anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from backend.voting.errors import LawError
from backend.voting.law.count import NOTHING, Count
from backend.voting.law.rulepack import MatterClass, NonReturn, RulePack, Threshold

__all__ = [
    "Count",
    "Decision",
    "Deemed",
    "MatterClass",
    "Outcome",
    "UnknownMatter",
    "Votes",
    "VotesExceedRoll",
    "both_met",
    "class_of",
    "decide",
]

SPECIAL_MATTERS = (6, 7, 8)


class UnknownMatter(LawError):
    """A matter that art. 278 does not list."""

    code = "unknown-matter"


class VotesExceedRoll(LawError):
    """More area or heads voted than the roll holds, or less than none did: the input is wrong."""

    code = "votes-exceed-roll"


class Outcome(StrEnum):
    """What an item came to. FAILED is for elections only."""

    PASSED = "PASSED"
    REJECTED = "REJECTED"
    NOT_QUORATE = "NOT_QUORATE"
    FAILED = "FAILED"


class Deemed(StrEnum):
    """What silent electors with proof of delivery were taken to have said."""

    NONE = "NONE"
    FOR = "FOR"
    AGAINST = "AGAINST"
    ABSTAIN = "ABSTAIN"


@dataclass(frozen=True, slots=True)
class Votes:
    """What came in on one item. `unreturned`: silent electors whose delivery is proven (law.md 2.6)."""

    for_: Count = NOTHING
    against: Count = NOTHING
    abstain: Count = NOTHING
    invalid: Count = NOTHING
    unreturned: Count = NOTHING

    def __add__(self, other: Votes) -> Votes:
        return Votes(
            self.for_ + other.for_,
            self.against + other.against,
            self.abstain + other.abstain,
            self.invalid + other.invalid,
            self.unreturned + other.unreturned,
        )


@dataclass(frozen=True, slots=True)
class Decision:
    """The legal outcome of one item. `quorum` and `approval` are (by area, by heads)."""

    outcome: Outcome
    quorum: tuple[bool, bool]
    approval: tuple[bool, bool]
    participating: Count
    for_: Count
    deemed: Deemed


def class_of(matter: int) -> MatterClass:
    """Return the majority a matter of art. 278 needs: 6, 7 and 8 are special. Raises UnknownMatter."""
    if not 1 <= matter <= 9:
        raise UnknownMatter(f"matter {matter} is none of the nine of Civil Code art. 278; give 1 to 9")
    return MatterClass.SPECIAL if matter in SPECIAL_MATTERS else MatterClass.ORDINARY


def both_met(threshold: Threshold, part: Count, whole: Count) -> tuple[bool, bool]:
    """Test a share by area and by heads."""
    return threshold.is_met(part.area, whole.area), threshold.is_met(part.heads, whole.heads)


def decide(total: Count, votes: Votes, matter_class: MatterClass, pack: RulePack) -> Decision:
    """Decide one yes-or-no item by law.md 8.5. A tie is REJECTED; no vote casts a deciding vote.

    Raises VotesExceedRoll.
    """
    _check_fit(votes, total)
    deemed = _deemed(votes, matter_class, pack)
    in_favour, participating = _with_deemed(votes, deemed, pack)
    quorum = both_met(pack.quorum, participating, total)
    approval = both_met(pack.approval(matter_class), in_favour, participating)
    return Decision(_outcome(quorum, approval), quorum, approval, participating, in_favour, deemed)


def _check_fit(votes: Votes, total: Count) -> None:
    parts = (votes.for_, votes.against, votes.abstain, votes.invalid, votes.unreturned)
    whole = sum(parts, NOTHING)
    if not (whole.fits(total) and all(part.fits(total) for part in parts)):
        raise VotesExceedRoll(
            f"the votes hold {whole.area} x 0.01 m2 and {whole.heads} heads, the roll {total.area} and"
            f" {total.heads}, and no part may be negative; correct the votes or the roll"
        )


def _deemed(votes: Votes, matter_class: MatterClass, pack: RulePack) -> Deemed:
    """Follow the majority of explicit ballots; never for special matters (law.md 8.5)."""
    follows = pack.votes.nonreturn is NonReturn.FOLLOW_MAJORITY and votes.unreturned != NOTHING
    if not follows or matter_class is MatterClass.SPECIAL:
        return Deemed.NONE
    if votes.for_.area > votes.against.area and votes.for_.heads > votes.against.heads:
        return Deemed.FOR
    if votes.for_.area < votes.against.area and votes.for_.heads < votes.against.heads:
        return Deemed.AGAINST
    return Deemed.ABSTAIN


def _with_deemed(votes: Votes, deemed: Deemed, pack: RulePack) -> tuple[Count, Count]:
    participating = votes.for_ + votes.against + votes.abstain
    if pack.votes.invalid_participates:
        participating += votes.invalid
    if deemed is not Deemed.NONE:
        participating += votes.unreturned
    return votes.for_ + votes.unreturned if deemed is Deemed.FOR else votes.for_, participating


def _outcome(quorum: tuple[bool, bool], approval: tuple[bool, bool]) -> Outcome:
    if not all(quorum):
        return Outcome.NOT_QUORATE
    return Outcome.PASSED if all(approval) else Outcome.REJECTED
