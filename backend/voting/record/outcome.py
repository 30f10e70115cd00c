"""The legal outcome of every item, recomputed from the record alone: what result.json says.

Electronic totals come from the results of the two verified archives, paper totals from paper.json;
the law decides on the sums (Civil Code art. 278). Areas are integers of 0.01 m2.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from backend.voting.errors import VerificationError
from backend.voting.law.count import NOTHING, Count
from backend.voting.law.majority import Votes, class_of, decide
from backend.voting.law.paper import Sheet, paper_election, paper_votes
from backend.voting.law.rulepack import RulePack
from backend.voting.law.seats import Candidate, ElectionVotes, Slate, elect
from backend.voting.record.agenda import CHOICES, Item
from backend.voting.record.manifest import Manifest
from backend.voting.record.paper import Paper
from backend.voting.record.rollfile import RollFile


class Totals(Protocol):
    """What one archive says once it has a result: a VerifiedArchive, or the server's own board.

    Weights are heads in heads.bel and 0.01 m2 in area.bel.
    """

    @property
    def credentials(self) -> Mapping[int, int]:
        """Every elector's credential and weight."""

    @property
    def total_weight(self) -> int:
        """The weight of all who have a ballot on the board."""

    @property
    def result(self) -> Sequence[Sequence[int]] | None:
        """The decrypted sums, a row for each question; None before there is a result."""

    @property
    def closing_hash(self) -> str | None:
        """The hash of the EndBallots event; None before the close."""


@dataclass(frozen=True, slots=True)
class Counted:
    """The totals of one election and what was counted beside them.

    `roll` is needed only where there is paper: the area list names every elector and area already.
    """

    heads: Totals
    area: Totals
    roll: RollFile | None
    paper: Paper | None

    @property
    def total(self) -> Count:
        """Everyone entitled: the denominators of the quorum."""
        weights = self.area.credentials.values()
        return Count(area=sum(weights), heads=len(weights))

    @property
    def on_board(self) -> Count:
        """Everyone with a ballot on the board."""
        return Count(area=self.area.total_weight, heads=self.heads.total_weight)

    def columns(self, item: Item) -> list[Count]:
        """Return the electronic totals of one question, in the order of its answers, blank first."""
        by_heads, by_area = _column(self.heads, item), _column(self.area, item)
        return [Count(area=area, heads=heads) for heads, area in zip(by_heads, by_area, strict=True)]

    def sheets(self, item: Item) -> list[Sheet]:
        """Return the paper ballots as they answer one item."""
        if self.paper is None or self.roll is None:
            return []
        return [
            Sheet(entry.pseudonym, self.roll.by_pseudonym[entry.pseudonym].area, entry.choices[item.id])
            for entry in self.paper.entries
        ]


def recompute(
    manifest: Manifest,
    pack: RulePack,
    roll: RollFile | None,
    heads: Totals,
    area: Totals,
    paper: Paper | None,
) -> dict[str, Any]:
    """Return `{"items": {...}}` exactly as result.json has it for the items of this election.

    Both archives must be verified (or be the server's own) and carry a result; `paper` must have passed
    its checks, None means that nobody used paper. Raises VerificationError when a result is missing or
    does not add up.
    """
    counted = Counted(heads, area, roll, paper)
    seed = lot_seed(manifest, heads, area)
    items = {}
    for item in manifest.items:
        slate = slate_of(item)
        if slate is None:
            items[item.id] = _vote(item, counted, pack)
        else:
            items[item.id] = _election(item, slate, counted, pack, seed)
    return {"items": items}


def lot_seed(manifest: Manifest, heads: Totals, area: Totals) -> bytes:
    """Return the seed of the public lot (law.md 8.6): fixed by the close, foreseen by nobody before it."""
    if heads.closing_hash is None or area.closing_hash is None:
        raise VerificationError("lot-seed", "there is no lot before the ballots are closed")
    text = f"lot|{manifest.sha256}|{heads.closing_hash}|{area.closing_hash}"
    return hashlib.sha256(text.encode("ascii")).digest()


def slate_of(item: Item) -> Slate | None:
    """Return the candidates and seats of an election, None for a vote."""
    if item.seats is None:
        return None
    return Slate(
        tuple(Candidate(each.id, each.name, each.party_member) for each in item.candidates), item.seats
    )


def _column(archive: Totals, item: Item) -> Sequence[int]:
    if archive.result is None:
        raise VerificationError("result-missing", "the archive has no result yet")
    return archive.result[item.question]


def _vote(item: Item, counted: Counted, pack: RulePack) -> dict[str, Any]:
    columns = counted.columns(item)
    if sum(columns, NOTHING) != counted.on_board:
        raise VerificationError("result-sum", f"the answers to item {item.id} do not add up to the ballots")
    electronic, on_paper = Votes(*columns), paper_votes(counted.sheets(item), pack)
    both = electronic + on_paper
    # Proofs of delivery are not part of the record, so nobody silent is deemed to have voted.
    decision = decide(counted.total, both, class_of(item.matter), pack)
    return {
        "outcome": decision.outcome.value,
        "total": _count(counted.total),
        "participating": _count(decision.participating),
        **_vote_counts(both),
        "by_channel": {"e": _vote_channel(electronic), "paper": _vote_channel(on_paper)},
    }


def _vote_counts(votes: Votes) -> dict[str, Any]:
    answers = dict(zip(CHOICES, (votes.for_, votes.against, votes.abstain), strict=True))
    # A vote has no blank on the ballot; a sheet left blank became an abstention or invalid by the pack.
    return {"votes": _counts(answers), "blank": _count(NOTHING), "invalid": _count(votes.invalid)}


def _vote_channel(votes: Votes) -> dict[str, Any]:
    return _count(votes.for_ + votes.against + votes.abstain) | _vote_counts(votes)


def _election(item: Item, slate: Slate, counted: Counted, pack: RulePack, seed: bytes) -> dict[str, Any]:
    electronic = _electronic_election(item, counted)
    on_paper = paper_election(counted.sheets(item), slate)
    both = electronic + on_paper
    seating = elect(counted.total, both, slate, pack, seed)
    return {
        "outcome": seating.outcome.value,
        "total": _count(counted.total),
        "participating": _count(seating.participating),
        **_election_counts(both),
        "by_channel": {"e": _election_channel(electronic), "paper": _election_channel(on_paper)},
        "elected": list(seating.elected),
        "alternates": list(seating.alternates),
        "advisories": list(seating.advisories),
    }


def _electronic_election(item: Item, counted: Counted) -> ElectionVotes:
    blank, *columns = counted.columns(item)
    returned = counted.on_board
    marked = Count(area=returned.area - blank.area, heads=returned.heads - blank.heads)
    return ElectionVotes(dict(zip(item.answers(), columns, strict=True)), marked, blank)


def _election_counts(votes: ElectionVotes) -> dict[str, Any]:
    return {
        "votes": _counts(votes.support),
        "blank": _count(votes.blank),
        "invalid": _count(votes.invalid),
    }


def _election_channel(votes: ElectionVotes) -> dict[str, Any]:
    return _count(votes.marked + votes.blank) | _election_counts(votes)


def _counts(counts: Mapping[str, Count]) -> dict[str, Any]:
    return {answer: _count(count) for answer, count in counts.items()}


def _count(count: Count) -> dict[str, int]:
    return {"area": count.area, "heads": count.heads}
