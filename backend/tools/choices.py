"""What a voter or a counter wants on a ballot, read from words and turned into the protocol's bits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from backend.tools.errors import WrongUse
from backend.voting.record.agenda import Item, ItemKind

BLANK = "blank"
ABSTAIN = "abstain"


def parse_choices(pairs: Iterable[str]) -> dict[str, str]:
    """Read ITEM=CHOICE pairs; raises WrongUse when one is malformed or an item is named twice."""
    chosen: dict[str, str] = {}
    for pair in pairs:
        item, equals, choice = pair.partition("=")
        if not equals or not choice or item in chosen:
            raise WrongUse(f"{pair!r} is not ITEM=CHOICE, or the item stands twice")
        chosen[item] = choice
    return chosen


def bits(items: Sequence[Item], chosen: Mapping[str, str]) -> list[list[int]]:
    """Return the 0/1 list of every question; items left out are abstentions, in elections blank.

    Raises WrongUse for a choice that the item does not offer.
    """
    return [_question(item, chosen.get(item.id)) for item in sorted(items, key=lambda item: item.question)]


def _question(item: Item, choice: str | None) -> list[int]:
    if item.kind is ItemKind.VOTE:
        return _one_of(item, choice or ABSTAIN)
    names = [] if choice in {None, BLANK} else split_candidates(choice or "")
    unknown = set(names) - set(item.answers())
    most = item.ballot_question().max
    if unknown or len(names) > most or len(set(names)) != len(names):
        raise WrongUse(f"item {item.id}: choose up to {most} of {', '.join(item.answers())}, or {BLANK}")
    return [int(not names), *(int(answer in names) for answer in item.answers())]


def _one_of(item: Item, choice: str) -> list[int]:
    if choice not in item.answers():
        raise WrongUse(f"item {item.id}: choose one of {', '.join(item.answers())}")
    return [int(answer == choice) for answer in item.answers()]


def split_candidates(text: str) -> list[str]:
    """Return the candidate ids of "c1;c3"."""
    return [part.strip() for part in text.split(";") if part.strip()]
