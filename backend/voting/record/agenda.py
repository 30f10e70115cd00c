"""What is decided: the items of one election, and the questions they become on the ballot."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from backend.voting.errors import FormatError
from backend.voting.protocol.election import Question
from backend.voting.record.fields import Fields, check_unique

RULE: Final = "manifest"
MATTERS: Final = 9
MAX_SEATS: Final = 99

CHOICES: Final = ("for", "against", "abstain")
CHOICE_TEXTS: Final = ("同意", "反对", "弃权")
"""The answers of a vote as the ballot shows them, in the order of CHOICES. The order gives the
result its meaning, so the verifier demands these texts in this order."""


class ItemKind(StrEnum):
    """How an item is answered: yes or no, or by choosing members of the committee."""

    VOTE = "vote"
    ELECTION = "election"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that was posted with an item, pinned by its hash."""

    name: str
    sha256: str

    def document(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {"name": self.name, "sha256": self.sha256}

    @classmethod
    def read(cls, fields: Fields) -> Attachment:
        """Read the JSON form. Raises FormatError."""
        attachment = cls(fields.text("name"), fields.sha256("sha256"))
        fields.end()
        return attachment


@dataclass(frozen=True, slots=True)
class CandidateEntry:
    """One who stands for the committee; party membership only ever yields an advisory."""

    id: str
    name: str
    party_member: bool

    def document(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {"id": self.id, "name": self.name, "party_member": self.party_member}

    @classmethod
    def read(cls, fields: Fields) -> CandidateEntry:
        """Read the JSON form. Raises FormatError."""
        entry = cls(fields.text("id"), fields.text("name"), fields.boolean("party_member"))
        fields.end()
        return entry


@dataclass(frozen=True, slots=True)
class Item:
    """One thing decided. `matter` is the number 1 to 9 of Civil Code art. 278.

    `question` is its place on the ballot, from 0; `seats` and `candidates` belong to elections only.
    `text_sha256` is the hash of the full text as posted, in UTF-8.
    """

    id: str
    matter: int
    kind: ItemKind
    title: str
    text_sha256: str
    question: int
    attachments: tuple[Attachment, ...] = ()
    seats: int | None = None
    candidates: tuple[CandidateEntry, ...] = ()

    def __post_init__(self) -> None:
        if self.kind is ItemKind.ELECTION:
            self._check_election()
        elif self.seats is not None or self.candidates:
            raise FormatError(RULE, f"item {self.id}: a vote has neither seats nor candidates")

    def _check_election(self) -> None:
        if self.seats is None or self.seats % 2 == 0:
            raise FormatError(RULE, f"item {self.id}: a committee has an odd number of seats")
        if not self.candidates:
            raise FormatError(RULE, f"item {self.id}: an election needs candidates")
        check_unique(RULE, f"item {self.id}: the candidate", [c.id for c in self.candidates])
        # The ballot shows names only; two equal names could not be told apart there.
        check_unique(RULE, f"item {self.id}: the name", [c.name for c in self.candidates])

    def answers(self) -> tuple[str, ...]:
        """Return the keys of the answers in ballot order: choices of a vote, or candidate ids."""
        if self.kind is ItemKind.VOTE:
            return CHOICES
        return tuple(candidate.id for candidate in self.candidates)

    def ballot_question(self) -> Question:
        """Return the one question that may stand for this item on the ballot.

        A vote: three answers, exactly one. An election: one answer per candidate, from one to
        `seats` (or all of them, when fewer stand), or the blank answer.
        """
        if self.seats is None:
            return Question(self.title, CHOICE_TEXTS, 1, 1, blank=False)
        names = tuple(candidate.name for candidate in self.candidates)
        return Question(self.title, names, 1, min(self.seats, len(names)), blank=True)

    def document(self) -> dict[str, Any]:
        """Return the JSON form."""
        document: dict[str, Any] = {
            "attachments": [attachment.document() for attachment in self.attachments],
            "id": self.id,
            "kind": self.kind.value,
            "matter": self.matter,
            "question": self.question,
            "text_sha256": self.text_sha256,
            "title": self.title,
        }
        if self.seats is not None:
            document["seats"] = self.seats
            document["candidates"] = [candidate.document() for candidate in self.candidates]
        return document

    @classmethod
    def read(cls, fields: Fields) -> Item:
        """Read the JSON form. Raises FormatError."""
        item = cls(
            id=fields.text("id"),
            matter=fields.integer("matter", 1, MATTERS),
            kind=_read_kind(fields),
            title=fields.text("title"),
            text_sha256=fields.sha256("text_sha256"),
            question=fields.integer("question", 0, 999),
            attachments=tuple(Attachment.read(each) for each in fields.objects("attachments")),
            seats=fields.integer("seats", 1, MAX_SEATS) if fields.has("seats") else None,
            candidates=_read_candidates(fields),
        )
        fields.end()
        return item


def check_agenda(items: tuple[Item, ...]) -> None:
    """Refuse an agenda whose items do not stand in the order of their questions, 0, 1, 2, ..."""
    if not items:
        raise FormatError(RULE, "the agenda is empty")
    check_unique(RULE, "the item", [item.id for item in items])
    for index, item in enumerate(items):
        if item.question != index:
            raise FormatError(RULE, f"item {item.id} names question {item.question}, but stands at {index}")


def _read_kind(fields: Fields) -> ItemKind:
    kind = fields.text("kind")
    try:
        return ItemKind(kind)
    except ValueError:
        raise fields.refuse(f"{kind!r} is neither a vote nor an election") from None


def _read_candidates(fields: Fields) -> tuple[CandidateEntry, ...]:
    if not fields.has("candidates"):
        return ()
    return tuple(CandidateEntry.read(each) for each in fields.objects("candidates"))
