"""A plain count of the input: what result.json should say, from VOTES.csv and what was accepted of it.

It knows nothing of encryption and uses none of the code that counted; only whether a ballot was taken comes
from the drill.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scripts.drilling.agenda import Item
from scripts.drilling.votes import BLANK, INVALID
from scripts.drilling.voting import Ballot, Poll

Figures = dict[str, tuple[int, int]]
"""Answer, or "total", "participating", "blank", "invalid", to (area in 0.01 m2, heads)."""


def expected(poll: Poll) -> dict[str, Figures]:
    """Return the figures of every item."""
    return {item.id: _figures(poll, item) for item in poll.agenda.items}


def differences(poll: Poll, result: Mapping[str, Any]) -> list[str]:
    """Name every figure of result.json that is not the plain count."""
    return [
        f"{item}.{name}: result.json says {_pair(told)}, the plain count {want}"
        for item, figures in expected(poll).items()
        for name, want in figures.items()
        if _pair(told := _told(result["items"][item], name)) != want
    ]


def _figures(poll: Poll, item: Item) -> Figures:
    total = poll.electorate.totals[item.scope]
    counts = {name: [0, 0] for name in (*item.answers(), "participating", BLANK, INVALID)}
    for ballot in _standing(poll, item.scope):
        area = poll.electorate.of(ballot.vote.unit).areas[item.scope]
        for name in _counted(poll, item, ballot):
            counts[name][0] += area
            counts[name][1] += 1
    figures: Figures = {name: (area, heads) for name, (area, heads) in counts.items()}
    return {**figures, "total": (total.area, total.heads)}


def _standing(poll: Poll, scope: str) -> list[Ballot]:
    """Return the last accepted ballot of each elector in a scope."""
    last = {
        poll.electorate.keys[ballot.vote.unit]: ballot
        for ballot in poll.ballots
        if ballot.accepted and ballot.scope == scope
    }
    return list(last.values())


def _counted(poll: Poll, item: Item, ballot: Ballot) -> list[str]:
    """Return the counts a ballot adds to; nothing chosen is an abstention, in an election blank (S08)."""
    choice = ballot.vote.choices.get(item.id, BLANK)
    if choice == BLANK:
        return ["participating", BLANK if item.seats is not None else "abstain"]
    chosen = choice.split(";")
    if choice == INVALID or (item.seats is not None and len(chosen) > item.seats):
        return [INVALID, *(["participating"] if poll.agenda.pack.votes.invalid_participates else [])]
    return ["participating", *chosen]


def _told(item: Mapping[str, Any], name: str) -> Mapping[str, int]:
    found: Mapping[str, int] = item["votes"][name] if name in item["votes"] else item[name]
    return found


def _pair(count: Mapping[str, int]) -> tuple[int, int]:
    return count["area"], count["heads"]
