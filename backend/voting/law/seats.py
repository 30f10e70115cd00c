"""Election of a committee: who is qualified, how they rank, who sits and who stands by.

law.md 8.6. Quorum as for any item; a candidate is qualified by the ordinary majority of Civil Code
art. 278 in both dimensions; the rest is ranking by exact fractions, then the pack's tiebreaks, then a
public lot whose seed nobody could choose.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter

from backend.voting.errors import LawError
from backend.voting.law.count import NOTHING, Count
from backend.voting.law.majority import MatterClass, Outcome, VotesExceedRoll, both_met
from backend.voting.law.rulepack import BlankRule, RankRule, RulePack, Tiebreak

BLANK = "blank"
INVALID = "invalid"
ADVISORY_SEAT_ODD = "SEAT_ODD"
ADVISORY_SEATS_OPEN = "SEATS_OPEN"
ADVISORY_LOT_DRAWN = "LOT_DRAWN"
ADVISORY_SHARE_BELOW_MIN = "ADVISORY_SHARE_BELOW_MIN"


class EvenSeats(LawError):
    """A committee with an even number of seats (指导规则 art. 31, 山东省条例 art. 30: odd)."""

    code = "even-seats"


class TooFewSeats(LawError):
    """Fewer seats than the pack's smallest committee."""

    code = "too-few-seats"


class CandidatesRefused(LawError):
    """A slate on which a name stands twice, or whose ids cannot be told from other words."""

    code = "candidates-refused"


class SupportMismatch(LawError):
    """Support that does not name exactly the candidates of the slate."""

    code = "support-mismatch"


@dataclass(frozen=True, slots=True)
class Candidate:
    """One who stands. `party_member` serves an advisory only; it never moves a seat."""

    id: str
    name: str
    party_member: bool


@dataclass(frozen=True, slots=True)
class Slate:
    """The candidates of one election and the number of seats."""

    candidates: tuple[Candidate, ...]
    seats: int


@dataclass(frozen=True, slots=True)
class ElectionVotes:
    """What came in on one election; channels are added with +.

    `marked`: electors with at least one valid mark. `support`: per candidate id, the electors who marked it.
    """

    support: Mapping[str, Count] = field(default_factory=dict)
    marked: Count = NOTHING
    blank: Count = NOTHING
    invalid: Count = NOTHING

    def __add__(self, other: ElectionVotes) -> ElectionVotes:
        names = sorted({*self.support, *other.support})
        support = {name: self.support.get(name, NOTHING) + other.support.get(name, NOTHING) for name in names}
        return ElectionVotes(
            support, self.marked + other.marked, self.blank + other.blank, self.invalid + other.invalid
        )

    def participating(self, pack: RulePack) -> Count:
        """Return who took part: valid ballots, blank ones too unless the pack calls them invalid."""
        spoiled = pack.votes.blank is BlankRule.INVALID
        invalid = self.invalid + self.blank if spoiled else self.invalid
        valid = self.marked if spoiled else self.marked + self.blank
        return valid + invalid if pack.votes.invalid_participates else valid


@dataclass(frozen=True, slots=True)
class Seating:
    """The outcome of an election; `elected` and `alternates` are candidate ids in order of rank.

    Both are empty when NOT_QUORATE or FAILED. `lots`: groups that only the lot could order, as drawn.
    `advisories` inform; they change nothing.
    """

    outcome: Outcome
    quorum: tuple[bool, bool]
    participating: Count
    elected: tuple[str, ...]
    alternates: tuple[str, ...]
    lots: tuple[tuple[str, ...], ...]
    advisories: tuple[str, ...]


def check_slate(slate: Slate, pack: RulePack) -> None:
    """Refuse a slate no lawful committee can come from: EvenSeats, TooFewSeats, CandidatesRefused."""
    if slate.seats % 2 == 0:
        raise EvenSeats(
            f"{slate.seats} seats: a committee has an odd number of members (指导规则 art. 31);"
            " take one seat away or add one"
        )
    if slate.seats < pack.election.committee_min:
        raise TooFewSeats(
            f"{slate.seats} seats: rule pack {pack.id} wants at least {pack.election.committee_min};"
            " add seats, two at a time"
        )
    _check_candidates(slate.candidates)


def _check_candidates(candidates: Sequence[Candidate]) -> None:
    if not candidates:
        raise CandidatesRefused("the election has no candidates; enter them")
    seen: set[str] = set()
    for candidate in candidates:
        if candidate.id in seen:
            raise CandidatesRefused(f"candidate id {candidate.id!r} stands twice; give each its own")
        if (
            candidate.id in ("", BLANK, INVALID)
            or candidate.id.strip() != candidate.id
            or ";" in candidate.id
        ):
            raise CandidatesRefused(
                f"candidate id {candidate.id!r} is reserved or holds a semicolon or outer space; change it"
            )
        seen.add(candidate.id)


def elect(total: Count, votes: ElectionVotes, slate: Slate, pack: RulePack, lot_seed: bytes) -> Seating:
    """Seat a committee. Silence never counts here, whatever the pack says for other items (law.md 8.5).

    `lot_seed` must be fixed by the closed record, so that nobody could choose it and anyone can redraw.
    Raises what `check_slate` raises, SupportMismatch, VotesExceedRoll.
    """
    check_slate(slate, pack)
    _check_fit(total, votes, slate)
    participating = votes.participating(pack)
    quorum = both_met(pack.quorum, participating, total)
    if not all(quorum):
        return _unseated(Outcome.NOT_QUORATE, quorum, participating)
    ranked, lots = _rank(votes.support, participating, pack, lot_seed)
    seated = _seats_filled(len(ranked), slate.seats, pack)
    if not seated:
        return _unseated(Outcome.FAILED, quorum, participating)
    elected = ranked[:seated]
    most = slate.seats if pack.election.alternates_max is None else pack.election.alternates_max
    alternates = ranked[seated : seated + most]
    advisories = _advisories(elected, len(ranked), lots, slate, pack)
    return Seating(Outcome.PASSED, quorum, participating, elected, alternates, lots, advisories)


def _check_fit(total: Count, votes: ElectionVotes, slate: Slate) -> None:
    ids = {candidate.id for candidate in slate.candidates}
    if votes.support.keys() != ids:
        odd = ", ".join(sorted(ids ^ votes.support.keys()))
        raise SupportMismatch(f"support and slate disagree on: {odd}; give one count for each candidate")
    parts = (votes.marked, votes.blank, votes.invalid)
    if not (sum(parts, NOTHING).fits(total) and all(part.fits(total) for part in parts)):
        raise VotesExceedRoll("the election has more ballots than the roll; correct the counts or the roll")
    for candidate, support in votes.support.items():
        if not support.fits(votes.marked):
            raise VotesExceedRoll(
                f"candidate {candidate} has more support than ballots were marked; correct the counts"
            )


def _unseated(outcome: Outcome, quorum: tuple[bool, bool], participating: Count) -> Seating:
    return Seating(outcome, quorum, participating, (), (), (), ())


def _rank(
    support: Mapping[str, Count], participating: Count, pack: RulePack, lot_seed: bytes
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Return the qualified in order, and the groups whose order only the lot could settle."""
    majority = pack.approval(MatterClass.ORDINARY)
    scored = [
        (_score(count, participating, pack), name)
        for name, count in support.items()
        if all(both_met(majority, count, participating))
    ]
    scored.sort(key=itemgetter(0), reverse=True)
    groups = [
        tuple(sorted((name for _, name in group), key=lambda name: _lot(lot_seed, name)))
        for _, group in groupby(scored, key=itemgetter(0))
    ]
    ranked = tuple(name for group in groups for name in group)
    return ranked, tuple(group for group in groups if len(group) > 1)


def _score(count: Count, participating: Count, pack: RulePack) -> tuple[int, ...]:
    """Return what to compare, first by the pack's rank, then by its tiebreaks; more is better.

    F_a/P_a + F_h/P_h is compared over the common denominator P_a * P_h, which all candidates share.
    """
    by_rank = {
        RankRule.SUM_SHARES: count.area * participating.heads + count.heads * participating.area,
        RankRule.HEADS_FIRST: count.heads,
        RankRule.AREA_FIRST: count.area,
    }
    by_tiebreak = {Tiebreak.AREA: count.area, Tiebreak.HEADS: count.heads, Tiebreak.LOT: 0}
    return (by_rank[pack.election.rank], *(by_tiebreak[rule] for rule in pack.election.tiebreak))


def _lot(seed: bytes, name: str) -> bytes:
    return hashlib.sha256(b"yishiting/lot/v1\n" + seed + b"\n" + name.encode()).digest()


def _seats_filled(qualified: int, seats: int, pack: RulePack) -> int:
    """Return how many sit; 0 when no committee can stand.

    Short of candidates it stands if the qualified reach the pack's minimum and more than half the seats;
    of an even number the last steps back, for a committee is odd (law.md 8.6, SEAT_ODD).
    """
    if qualified >= seats:
        return seats
    if qualified < pack.election.committee_min or 2 * qualified <= seats:
        return 0
    return qualified if qualified % 2 else qualified - 1


def _advisories(
    elected: Sequence[str],
    qualified: int,
    lots: Sequence[Sequence[str]],
    slate: Slate,
    pack: RulePack,
) -> tuple[str, ...]:
    members = sum(candidate.party_member for candidate in slate.candidates if candidate.id in elected)
    facts = {
        ADVISORY_SEAT_ODD: len(elected) < min(qualified, slate.seats),
        ADVISORY_SEATS_OPEN: len(elected) < slate.seats,
        ADVISORY_LOT_DRAWN: bool(lots),
        ADVISORY_SHARE_BELOW_MIN: members * 100 < pack.election.party_share_min * len(elected),
    }
    return tuple(name for name, holds in facts.items() if holds)
