"""The legal outcome of every item, recomputed from the record alone: what result.json says.

Electronic totals come from the results of the two verified archives, paper totals from paper.json;
the law decides on the sums (Civil Code art. 278). Areas are integers of 0.01 m2.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from backend.voting.errors import VerificationError
from backend.voting.law.count import NOTHING, Count
from backend.voting.law.majority import Votes, class_of, decide
from backend.voting.law.rulepack import BlankRule, RulePack
from backend.voting.law.seats import Candidate, elect
from backend.voting.protocol.verifier import VerifiedArchive
from backend.voting.record.agenda import Item, ItemKind
from backend.voting.record.manifest import Manifest
from backend.voting.record.paper import BLANK, INVALID, Paper, counted_as
from backend.voting.record.rollfile import RollFile


@dataclass(frozen=True, slots=True)
class Channel:
    """What came in one way for one item: votes per answer, blank, invalid, and all that count as returned.

    `returned` holds every valid ballot once, blank ones included, invalid ones not.
    """

    votes: dict[str, Count]
    blank: Count
    invalid: Count
    returned: Count

    def __add__(self, other: Channel) -> Channel:
        votes = {answer: count + other.votes[answer] for answer, count in self.votes.items()}
        blank, invalid = self.blank + other.blank, self.invalid + other.invalid
        return Channel(votes, blank, invalid, self.returned + other.returned)

    def document(self) -> dict[str, Any]:
        """Return the JSON form of one channel: the valid ballots and how they divide."""
        return _count(self.returned) | {
            "blank": _count(self.blank),
            "invalid": _count(self.invalid),
            "votes": {answer: _count(count) for answer, count in self.votes.items()},
        }


def recompute(
    manifest: Manifest,
    pack: RulePack,
    roll: RollFile,
    heads: VerifiedArchive,
    area: VerifiedArchive,
    paper: Paper | None,
) -> dict[str, Any]:
    """Return `{"items": {...}}` exactly as result.json has it for the items of this election.

    Both archives must be verified and carry a result; `paper` must have passed its checks, None means
    that nobody used paper. Raises VerificationError when a result is missing or does not add up.
    """
    total = Count(area=roll.area, heads=roll.heads)
    seed = lot_seed(manifest, heads, area)
    items = {}
    for item in manifest.items:
        electronic = electronic_channel(item, heads, area)
        on_paper = paper_channel(item, roll, paper, pack.votes.blank)
        counted = electronic + on_paper
        by_channel = {"e": electronic.document(), "paper": on_paper.document()}
        decided = _decide(item, total, counted, pack, seed)
        items[item.id] = {**decided, "by_channel": by_channel, "total": _count(total)}
    return {"items": items}


def electronic_channel(item: Item, heads: VerifiedArchive, area: VerifiedArchive) -> Channel:
    """Return what the two archives say about one item."""
    columns = [
        Count(area=by_area, heads=by_heads)
        for by_heads, by_area in zip(_column(item, heads), _column(item, area), strict=True)
    ]
    blank = columns.pop(0) if item.ballot_question().blank else NOTHING
    votes = dict(zip(item.answers(), columns, strict=True))
    returned = Count(area=area.total_weight, heads=heads.total_weight)
    if item.kind is ItemKind.VOTE and _sum(votes.values()) != returned:
        raise VerificationError("result-sum", f"the answers to item {item.id} do not add up to the ballots")
    return Channel(votes, blank, NOTHING, returned)


def paper_channel(item: Item, roll: RollFile, paper: Paper | None, blank: BlankRule) -> Channel:
    """Return what the paper ballots say about one item."""
    votes = dict.fromkeys(item.answers(), NOTHING)
    rest = {BLANK: NOTHING, INVALID: NOTHING}
    returned = NOTHING
    for entry in paper.entries if paper is not None else ():
        weight = Count(area=roll.by_pseudonym[entry.pseudonym].area, heads=1)
        choice = counted_as(entry.choices[item.id], item, blank)
        for word in (choice,) if isinstance(choice, str) else choice:
            counts = rest if word in rest else votes
            counts[word] += weight
        if choice != INVALID:
            returned += weight
    return Channel(votes, rest[BLANK], rest[INVALID], returned)


def lot_seed(manifest: Manifest, heads: VerifiedArchive, area: VerifiedArchive) -> bytes:
    """Return the seed of the public lot (law.md 8.6): fixed by the close, foreseen by nobody before it."""
    if heads.closing_hash is None or area.closing_hash is None:
        raise VerificationError("lot-seed", "there is no lot before the ballots are closed")
    text = f"lot|{manifest.sha256}|{heads.closing_hash}|{area.closing_hash}"
    return hashlib.sha256(text.encode("ascii")).digest()


def _column(item: Item, archive: VerifiedArchive) -> Sequence[int]:
    if archive.result is None:
        raise VerificationError("result-missing", "the archive has no result yet")
    return archive.result[item.question]


def _decide(item: Item, total: Count, counted: Channel, pack: RulePack, seed: bytes) -> dict[str, Any]:
    if item.kind is ItemKind.ELECTION:
        decided = _decide_election(item, total, counted, pack, seed)
    else:
        decided = _decide_vote(item, total, counted, pack)
    return decided | {
        "blank": _count(counted.blank),
        "invalid": _count(counted.invalid),
        "votes": {answer: _count(count) for answer, count in counted.votes.items()},
    }


def _decide_vote(item: Item, total: Count, counted: Channel, pack: RulePack) -> dict[str, Any]:
    # Proofs of delivery are not part of the record, so nobody silent is ever deemed to have voted.
    votes = Votes(
        for_=counted.votes["for"],
        against=counted.votes["against"],
        abstain=counted.votes["abstain"],
        invalid=counted.invalid,
    )
    decision = decide(total, votes, class_of(item.matter), pack)
    return {"outcome": decision.outcome.value, "participating": _count(decision.participating)}


def _decide_election(
    item: Item, total: Count, counted: Channel, pack: RulePack, seed: bytes
) -> dict[str, Any]:
    candidates = tuple(Candidate(each.id, each.name, each.party_member) for each in item.candidates)
    participating = counted.returned + (counted.invalid if pack.votes.invalid_participates else NOTHING)
    seating = elect(total, participating, counted.votes, candidates, item.seats, pack, seed)
    return {
        "outcome": seating.outcome.value,
        "participating": _count(participating),
        "elected": list(seating.elected),
        "alternates": list(seating.alternates),
        "advisories": list(seating.advisories),
    }


def _sum(counts: Iterable[Count]) -> Count:
    return sum(counts, NOTHING)


def _count(count: Count) -> dict[str, int]:
    return {"area": count.area, "heads": count.heads}
