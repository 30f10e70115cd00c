"""paper.json: what the paper ballots say, entered after the close by two people who sign it.

It goes to auditors; public are only who used paper and the totals of that channel. The signatures
are carried here but not verified: Ed25519 is not in the standard library. `scripts/auditor` does that.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Any, Final

from backend.voting.errors import FormatError
from backend.voting.law.seats import BLANK, INVALID
from backend.voting.record.agenda import CHOICES, Item, ItemKind
from backend.voting.record.canonical import canonical, parse_canonical
from backend.voting.record.fields import Fields, check_sorted_unique
from backend.voting.record.manifest import UUID, Manifest
from backend.voting.record.rollfile import RollFile

RULE: Final = "paper"
ED25519_SIGNATURE: Final = re.compile(r"[0-9a-f]{128}")
COUNTERS: Final = 2

Choice = str | tuple[str, ...]
"""A word (for, against, abstain, blank, invalid), or the ids of the candidates marked."""


@dataclass(frozen=True, slots=True)
class PaperEntry:
    """One paper ballot: the elector's pseudonym and one choice per item id."""

    pseudonym: str
    choices: dict[str, Choice]


@dataclass(frozen=True, slots=True)
class PaperSignature:
    """A counter's public key and signature over the document without its signatures, both hex."""

    key: str
    signature: str


@dataclass(frozen=True, slots=True)
class Paper:
    """All paper ballots of one election, in the order of the pseudonyms."""

    uuid: str
    drill: bool
    entries: tuple[PaperEntry, ...]
    signatures: tuple[PaperSignature, ...] = ()

    def __post_init__(self) -> None:
        check_sorted_unique(RULE, "the paper ballot of", [entry.pseudonym for entry in self.entries])

    def signed_document(self) -> dict[str, Any]:
        """Return the JSON form without signatures: what each counter signs."""
        return {
            "drill": self.drill,
            "entries": [_entry_document(entry) for entry in self.entries],
            "kind": "paper",
            "uuid": self.uuid,
            "version": 1,
        }

    def to_bytes(self) -> bytes:
        """Return the canonical bytes, as they stand in paper.json."""
        signatures = [{"key": each.key, "signature": each.signature} for each in self.signatures]
        return canonical(self.signed_document() | {"signatures": signatures})

    @property
    def sha256(self) -> str:
        """The hash (hex) that result.json names."""
        return hashlib.sha256(self.to_bytes()).hexdigest()

    @classmethod
    def parse(cls, raw: bytes) -> Paper:
        """Read paper.json strictly. Raises FormatError naming the entry."""
        fields = Fields(RULE, parse_canonical(raw), "paper")
        fields.constant("kind", "paper")
        fields.constant("version", 1)
        paper = cls(
            uuid=fields.matching("uuid", UUID),
            drill=fields.boolean("drill"),
            entries=tuple(_read_entry(each) for each in fields.objects("entries")),
            signatures=tuple(_read_signature(each) for each in fields.objects("signatures")),
        )
        fields.end()
        return paper


def check_paper(paper: Paper, manifest: Manifest, roll: RollFile) -> None:
    """Refuse paper of another election, of strangers to the roll, or with choices not on the agenda."""
    if (paper.uuid, paper.drill) != (manifest.uuid, manifest.drill):
        raise FormatError(RULE, "paper.json belongs to another election")
    for entry in paper.entries:
        if entry.pseudonym not in roll.by_pseudonym:
            raise FormatError(RULE, f"{entry.pseudonym} is not on the roll")
        if set(entry.choices) != {item.id for item in manifest.items}:
            raise FormatError(RULE, f"{entry.pseudonym} does not answer every item exactly once")
        for item in manifest.items:
            _check_choice(entry, item)


def check_counters(paper: Paper, manifest: Manifest) -> None:
    """Refuse entries not signed by exactly two different counters named in the manifest.

    A document without entries needs no signature. The signatures themselves are not verified here.
    """
    if not paper.entries and not paper.signatures:
        return
    keys = {each.key for each in paper.signatures}
    if len(paper.signatures) != COUNTERS or len(keys) != COUNTERS:
        raise FormatError("paper-signers", f"paper.json must carry {COUNTERS} signatures by different keys")
    strangers = keys - {each.key for each in manifest.counters}
    if strangers:
        raise FormatError("paper-signers", f"the manifest names no counter with the key {min(strangers)}")


def _check_choice(entry: PaperEntry, item: Item) -> None:
    choice = entry.choices[item.id]
    if isinstance(choice, str):
        words = (BLANK, INVALID) if item.kind is ItemKind.ELECTION else (*CHOICES, BLANK, INVALID)
        lawful = choice in words
    else:
        ids = item.answers()
        lawful = item.kind is ItemKind.ELECTION and list(choice) == [each for each in ids if each in choice]
    if not lawful:
        raise FormatError(RULE, f"{entry.pseudonym}, item {item.id}: {choice!r} is not offered there")


def _entry_document(entry: PaperEntry) -> dict[str, Any]:
    choices = {
        item: choice if isinstance(choice, str) else list(choice) for item, choice in entry.choices.items()
    }
    return {"choices": choices, "pseudonym": entry.pseudonym}


def _read_entry(fields: Fields) -> PaperEntry:
    pseudonym = fields.text("pseudonym")
    choices = fields.any("choices")
    fields.end()
    if not isinstance(choices, dict):
        raise fields.refuse("'choices' is not an object")
    return PaperEntry(pseudonym, {item: _read_choice(fields, choice) for item, choice in choices.items()})


def _read_choice(fields: Fields, choice: object) -> Choice:
    if isinstance(choice, str):
        return choice
    if isinstance(choice, list) and choice and all(isinstance(each, str) for each in choice):
        return tuple(choice)
    raise fields.refuse("a choice is a word or a list of candidate ids that is not empty")


def _read_signature(fields: Fields) -> PaperSignature:
    signature = PaperSignature(fields.sha256("key"), fields.matching("signature", ED25519_SIGNATURE))
    fields.end()
    return signature
