"""From paper sheets to counts that are added to the electronic totals.

One sheet is one elector. A choice is either one word or the list of boxes ticked, as two people read
them; what cannot be read as a choice is refused here, so that the people correct it, never guessed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from backend.voting.errors import LawError
from backend.voting.law.count import NOTHING, Count
from backend.voting.law.majority import Votes
from backend.voting.law.rulepack import BlankRule, RulePack
from backend.voting.law.seats import BLANK, INVALID, ElectionVotes, Slate

FOR = "for"
AGAINST = "against"
ABSTAIN = "abstain"


class PaperUnreadable(LawError):
    """A paper entry that names no box of the item."""

    code = "paper-unreadable"


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one elector's paper says on one item; `area` in 0.01 m2.

    `choice` is "for", "against", "abstain", "blank" or "invalid", or the list of the boxes ticked.
    """

    elector: str
    area: int
    choice: str | Sequence[str]


def paper_votes(sheets: Iterable[Sheet], pack: RulePack) -> Votes:
    """Count a yes-or-no item. Raises PaperUnreadable.

    Nothing ticked is an abstention unless the pack says invalid; two boxes ticked are invalid for this
    item only (law.md S08, S10).
    """
    totals = {FOR: NOTHING, AGAINST: NOTHING, ABSTAIN: NOTHING, INVALID: NOTHING}
    blank = ABSTAIN if pack.votes.blank is BlankRule.ABSTAIN else INVALID
    for sheet in sheets:
        ticked = _ticked(sheet, (FOR, AGAINST, ABSTAIN))
        mark = INVALID if ticked is None or len(ticked) > 1 else (*ticked, blank)[0]
        totals[mark] += Count(sheet.area, 1)
    return Votes(totals[FOR], totals[AGAINST], totals[ABSTAIN], totals[INVALID])


def paper_election(sheets: Iterable[Sheet], slate: Slate) -> ElectionVotes:
    """Count an election. More names than seats make the sheet invalid for it. Raises PaperUnreadable."""
    ids = tuple(candidate.id for candidate in slate.candidates)
    support = dict.fromkeys(ids, NOTHING)
    marked = blank = invalid = NOTHING
    for sheet in sheets:
        ticked, weight = _ticked(sheet, ids), Count(sheet.area, 1)
        if ticked is None or len(ticked) > slate.seats:
            invalid += weight
        elif not ticked:
            blank += weight
        else:
            marked += weight
            support |= {name: support[name] + weight for name in ticked}
    return ElectionVotes(support, marked, blank, invalid)


def _ticked(sheet: Sheet, boxes: Sequence[str]) -> tuple[str, ...] | None:
    """Return the boxes ticked, none for a blank; None when the sheet was found invalid."""
    if sheet.choice == INVALID:
        return None
    words = (sheet.choice,) if isinstance(sheet.choice, str) else tuple(sheet.choice)
    if words == (BLANK,):
        return ()
    strange = sorted({word for word in words if word not in boxes})
    twice = sorted(word for word, times in Counter(words).items() if times > 1)
    if strange or twice:
        raise PaperUnreadable(
            f"paper of {sheet.elector}: {', '.join(strange or twice)}"
            f" {'is no box' if strange else 'is ticked twice'}; enter each of {', '.join(boxes)} at most"
            f" once, or {BLANK} or {INVALID}"
        )
    return words
