"""ASSEMBLY.toml: the assembly that is to be held, checked against the law before anything is started."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from backend.voting.errors import LawError, VotingError
from backend.voting.law.deadlines import closing, earliest_opening
from backend.voting.law.roll import Scope
from backend.voting.law.rulepack import RulePack, load_pack
from backend.voting.law.seats import Candidate, CandidatesRefused, Slate, check_slate
from scripts.drilling.faults import Fault, InputRefused
from scripts.drilling.fields import Fields

WORDS = frozenset({"unit", "channel", "for", "against", "abstain", "blank", "invalid"})
ITEM_ID = re.compile(r"[^\s,;=\"']{1,40}")
MOBILE = re.compile(r"1[3-9][0-9]{9}")


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to decide. `seats` is None for a yes-or-no item; `scope` in its one spelling."""

    id: str
    title: str
    matter: int
    scope: str
    text: str
    seats: int | None = None
    candidates: tuple[Candidate, ...] = ()

    def answers(self) -> tuple[str, ...]:
        """Return what a cell may choose: the words of a vote, or the candidates' ids."""
        if self.seats is None:
            return ("for", "against", "abstain")
        return tuple(candidate.id for candidate in self.candidates)


@dataclass(frozen=True, slots=True)
class Official:
    """Somebody with an office, and the body that sent them."""

    name: str
    organisation: str


@dataclass(frozen=True, slots=True)
class Developer:
    """The developer (建设单位), who stands for every unit that is not delivered."""

    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class Agenda:
    """Everything ASSEMBLY.toml says, and what the rule pack makes of it."""

    community: str
    title: str
    pack: RulePack
    notice_date: date
    voting_days: int
    max_changes: int
    threshold: int | None
    trustees: tuple[Official, ...]
    auditors: tuple[Official, ...]
    developer: Developer | None
    items: tuple[Item, ...]

    @property
    def opens_at(self) -> datetime:
        """The earliest lawful instant after the notice."""
        return earliest_opening(self.notice_date, self.pack)

    @property
    def closes_at(self) -> datetime:
        """24:00 of the last voting day, in +08:00."""
        return closing(self.opens_at, self.voting_days, self.pack)

    def scopes(self) -> tuple[str, ...]:
        """Return the scopes in the order they first appear; each is one election."""
        return tuple(dict.fromkeys(item.scope for item in self.items))


def read_agenda(path: Path) -> Agenda:
    """Read an assembly. Raises InputRefused naming the key and the remedy."""
    fields = Fields(path.name, _toml(path))
    pack = _pack(fields)
    agenda = Agenda(
        community=fields.text("community"),
        title=fields.text("title"),
        pack=pack,
        notice_date=fields.day("notice_date"),
        voting_days=fields.whole("voting_days", 1, 366),
        max_changes=fields.whole("max_changes", 0, 99, default=0),
        threshold=fields.whole("threshold", 1, 99) if fields.has("threshold") else None,
        trustees=_officials(fields, "trustees"),
        auditors=_officials(fields, "auditors"),
        developer=_developer(fields.table("developer")) if fields.has("developer") else None,
        items=tuple(_item(each, pack) for each in fields.tables("item")),
    )
    fields.end()
    _check_items(fields, agenda)
    _check_trustees(fields, agenda)
    _check_days(fields, agenda)
    return agenda


def _toml(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8-sig"))
    except ValueError as error:
        raise InputRefused([Fault(path.name, f"not TOML in UTF-8 ({error})", "correct the line")]) from None


def _pack(fields: Fields) -> RulePack:
    try:
        return load_pack(fields.text("rule_pack"))
    except VotingError as error:
        fields.refuse("rule_pack", str(error), "name a rule pack of this program")


def _officials(fields: Fields, key: str) -> tuple[Official, ...]:
    """Read names, or tables {name, organisation}; whoever names no body is sent by one of their own."""
    officials = []
    for number, value in enumerate(fields.names(key), start=1):
        one = Fields(fields.file, value if isinstance(value, dict) else {"name": value}, f"{key} {number}: ")
        name = one.text("name")
        officials.append(Official(name, one.text("organisation", default=f"{name}所在单位")))
        one.end()
    names = [one.name for one in officials]
    if len(set(names)) != len(names):
        fields.refuse(key, "a name stands twice", "name each person once")
    return tuple(officials)


def _developer(fields: Fields) -> Developer:
    developer = Developer(fields.text("name"), fields.text("phone"))
    if not MOBILE.fullmatch(developer.phone):
        fields.refuse("phone", f"{developer.phone!r} is no mobile number", "write its 11 digits")
    fields.end()
    return developer


def _item(fields: Fields, pack: RulePack) -> Item:
    kind = fields.text("kind", default="vote")
    if kind not in {"vote", "election"}:
        fields.refuse("kind", f"{kind!r} is unknown", 'write "vote" or "election"')
    item_id, matter = fields.text("id"), fields.whole("matter", 1, 9)
    if item_id.lower() in WORDS or not ITEM_ID.fullmatch(item_id):
        fields.refuse("id", f"{item_id!r} cannot head a column of VOTES.csv", "use letters, digits, - and _")
    item = Item(
        id=item_id,
        title=fields.text("title"),
        matter=matter,
        scope=_scope(fields),
        text=fields.text("text", default=""),
        seats=fields.whole("seats", 1, 99) if kind == "election" else None,
        candidates=_candidates(fields) if kind == "election" else (),
    )
    fields.end()
    _check_slate(fields, item, pack)
    return item


def _scope(fields: Fields) -> str:
    try:
        return str(Scope.parse(fields.text("scope")))
    except VotingError as error:
        fields.refuse("scope", str(error), "correct it")


def _candidates(fields: Fields) -> tuple[Candidate, ...]:
    candidates = []
    for one in fields.tables("candidates"):
        candidate = Candidate(one.text("id"), one.text("name"), one.flag("party_member", default=False))
        if candidate.id in WORDS or "=" in candidate.id or not candidate.id.isprintable():
            one.refuse("id", f"{candidate.id!r} is a word of VOTES.csv", "choose another id")
        candidates.append(candidate)
        one.end()
    return tuple(candidates)


def _check_slate(fields: Fields, item: Item, pack: RulePack) -> None:
    if item.seats is None:
        return
    try:
        check_slate(Slate(item.candidates, item.seats), pack)
    except LawError as error:
        key = "candidates" if isinstance(error, CandidatesRefused) else "seats"
        fields.refuse(key, f"item {item.id}: {error}", "correct it")
    if len({candidate.name for candidate in item.candidates}) != len(item.candidates):
        fields.refuse("candidates", f"item {item.id}: two candidates have one name", "tell them apart")


def _check_items(fields: Fields, agenda: Agenda) -> None:
    ids = [item.id for item in agenda.items]
    for twice in sorted({one for one in ids if ids.count(one) > 1}):
        fields.refuse("item", f"item id {twice!r} stands twice", "give each item its own")


def _check_trustees(fields: Fields, agenda: Agenda) -> None:
    """Refuse what READY would refuse: one body that could decrypt without the others."""
    needed = agenda.threshold or len(agenda.trustees)
    if needed > len(agenda.trustees):
        fields.refuse(
            "threshold", f"{needed} of {len(agenda.trustees)} trustees", "name more or ask for fewer"
        )
    for body, held in Counter(one.organisation for one in agenda.trustees).items():
        if held >= needed:
            remedy = "name trustees of other bodies, or raise the threshold"
            fields.refuse("trustees", f"{body!r} alone could decrypt the votes", remedy)


def _check_days(fields: Fields, agenda: Agenda) -> None:
    try:
        closing(agenda.opens_at, agenda.voting_days, agenda.pack)
    except LawError as error:
        fields.refuse("voting_days", str(error), "correct it")
