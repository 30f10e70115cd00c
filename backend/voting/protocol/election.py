"""Elections (Belenios 2.0 facts 3): the questions, the key, and the bytes that every ballot signs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from backend.voting.errors import FormatError, VerificationError
from backend.voting.protocol.credentials import check_uuid
from backend.voting.protocol.encoding import (
    b64_sha256,
    check_fields,
    check_integer,
    check_list,
    check_text,
    compact,
    parse_canonical,
)
from backend.voting.protocol.group import BELENIOS_2048, Group
from backend.voting.protocol.proofs import ElectionKey

_ELECTION_FIELDS = (
    "version",
    "description",
    "name",
    "group",
    "public_key",
    "questions",
    "uuid",
    "administrator",
    "credential_authority",
)


@dataclass(frozen=True, slots=True)
class Question:
    """One item on the ballot: choose from `min` to `max` of the answers, or, if allowed, blank.

    Raises ValueError when nothing lawful could be chosen; the peer does not look.
    """

    text: str
    answers: tuple[str, ...]
    min: int
    max: int
    blank: bool = False

    def __post_init__(self) -> None:
        if not self.answers or not 0 <= self.min <= self.max <= len(self.answers):
            raise ValueError(f"from {self.min} to {self.max} of {len(self.answers)} answers cannot be chosen")

    @property
    def size(self) -> int:
        """How many ciphertexts an answer has: one for each answer, and the leading one for blank."""
        return len(self.answers) + self.blank

    @property
    def lawful_totals(self) -> range:
        """How many answers may be chosen when the ballot is not blank."""
        return range(self.min, self.max + 1)

    def to_json(self) -> dict[str, object]:
        """Return the object of the wire form, its fields in order."""
        blank = {"blank": True} if self.blank else {}
        bounds = {"min": self.min, "max": self.max, "question": self.text}
        return {"answers": list(self.answers), **blank, **bounds}


@dataclass(frozen=True)
class Election:
    """What every ballot of an election signs: `raw` is election.json, byte for byte."""

    uuid: str
    name: str
    description: str
    public_key: int
    questions: tuple[Question, ...]
    raw: bytes
    group: Group = BELENIOS_2048

    @classmethod
    def create(
        cls, *, uuid: str, name: str, description: str, public_key: int, questions: Sequence[Question]
    ) -> Election:
        """Write a new election; raises VerificationError as `parse` does."""
        fields = {
            "version": 1,
            "description": description,
            "name": name,
            "group": BELENIOS_2048.name,
            "public_key": BELENIOS_2048.text(public_key),
            "questions": [question.to_json() for question in questions],
            "uuid": uuid,
        }
        return cls.parse(compact(fields))

    @classmethod
    def parse(cls, raw: bytes) -> Election:
        """Read election.json; raises FormatError on its form, VerificationError on its key."""
        fields = check_fields(
            parse_canonical(raw), _ELECTION_FIELDS, "the election", optional=_ELECTION_FIELDS[-2:]
        )
        if check_integer(fields["version"], "the version") != 1 or fields["group"] != BELENIOS_2048.name:
            raise FormatError("election-version", "the election is not of version 1 on BELENIOS-2048")
        for optional in _ELECTION_FIELDS[-2:]:
            check_text(fields.get(optional, ""), optional)
        if not (questions := check_list(fields["questions"], "the list of questions")):
            raise FormatError("election-questions", "the election asks nothing")
        return cls(
            uuid=check_uuid(fields["uuid"]),
            name=check_text(fields["name"], "the name"),
            description=check_text(fields["description"], "the description"),
            public_key=_parse_election_key(fields["public_key"]),
            questions=tuple(_parse_question(question) for question in questions),
            raw=raw,
        )

    @cached_property
    def fingerprint(self) -> str:
        """The digest of `raw` that stands in every ballot: base64, 43 characters."""
        return b64_sha256(self.raw)

    @property
    def key(self) -> ElectionKey:
        """The key to which choices are encrypted."""
        return ElectionKey(self.group, self.public_key)


def _parse_election_key(value: object) -> int:
    key = BELENIOS_2048.parse(value, "the election key")
    if key == BELENIOS_2048.identity:
        raise VerificationError("election-key", "the election key is the identity: all could decrypt")
    BELENIOS_2048.check_element(key, "the election key")
    return key


def _parse_question(value: object) -> Question:
    names = ("answers", "blank", "min", "max", "question")
    fields = check_fields(value, names, "a question", optional=("blank",))
    if fields.get("blank", True) is not True:
        raise FormatError("question", "a question that allows no blank leaves the field out")
    answers = check_list(fields["answers"], "the list of answers")
    try:
        return Question(
            text=check_text(fields["question"], "a question"),
            answers=tuple(check_text(answer, "an answer") for answer in answers),
            min=check_integer(fields["min"], "min"),
            max=check_integer(fields["max"], "max"),
            blank="blank" in fields,
        )
    except ValueError as error:
        raise FormatError("question", str(error)) from error
