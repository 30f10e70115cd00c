"""manifest.json: everything that is fixed before an election opens.

Its SHA-256 stands as `description` in election.json, so every ballot signs it through the election
fingerprint: after the opening nobody can change an item, a weight, a rule or a key unnoticed.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from backend.voting.errors import FormatError
from backend.voting.protocol.election import Question
from backend.voting.record.agenda import RULE, Item, check_agenda
from backend.voting.record.canonical import canonical, parse_canonical
from backend.voting.record.fields import Fields, check_unique

UUID: Final = re.compile(r"[1-9A-HJ-NP-Za-km-z]{14,64}")
INSTANT: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\+08:00")
MAX_CHANGES: Final = 1000
MAX_TRUSTEES: Final = 100


@dataclass(frozen=True, slots=True)
class RulePackPin:
    """The one rule pack by which this election is decided."""

    id: str
    version: str
    sha256: str


@dataclass(frozen=True, slots=True)
class NamedKey:
    """An Ed25519 public key (hex) and the person who signs with it."""

    name: str
    key: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What binds one election to its roll, its rules, its people and its times."""

    assembly: str
    title: str
    community: str
    scope: str
    uuid: str
    drill: bool
    items: tuple[Item, ...]
    rule_pack: RulePackPin
    roll_sha256: str
    heads_sha256: str
    area_sha256: str
    server_key: str
    auditors: tuple[NamedKey, ...]
    counters: tuple[NamedKey, ...]
    opens_at: str
    closes_at: str
    max_changes: int
    threshold: int | None
    trustees: tuple[str, ...]

    def __post_init__(self) -> None:
        check_agenda(self.items)
        if _instant(self.opens_at) >= _instant(self.closes_at):
            raise FormatError(RULE, f"it closes at {self.closes_at}, not after {self.opens_at}")
        if self.threshold is not None and not 1 <= self.threshold <= len(self.trustees):
            raise FormatError(RULE, f"{self.threshold} of {len(self.trustees)} trustees cannot be")
        check_unique(RULE, "the auditor key", [each.key for each in self.auditors])
        check_unique(RULE, "the counter key", [each.key for each in self.counters])

    def election_name(self) -> str:
        """Return the `name` that election.json must carry."""
        return f"{self.title} ({self.scope})"

    def questions(self) -> tuple[Question, ...]:
        """Return the questions that election.json must carry, in order."""
        return tuple(item.ballot_question() for item in self.items)

    def document(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "assembly": self.assembly,
            "closes_at": self.closes_at,
            "community": self.community,
            "credentials": {"area_sha256": self.area_sha256, "heads_sha256": self.heads_sha256},
            "drill": self.drill,
            "items": [item.document() for item in self.items],
            "keys": {
                "auditors": _named_keys(self.auditors),
                "counters": _named_keys(self.counters),
                "server": self.server_key,
            },
            "kind": "manifest",
            "max_changes": self.max_changes,
            "opens_at": self.opens_at,
            "roll_sha256": self.roll_sha256,
            "rule_pack": {
                "id": self.rule_pack.id,
                "sha256": self.rule_pack.sha256,
                "version": self.rule_pack.version,
            },
            "scope": self.scope,
            "threshold": self.threshold,
            "title": self.title,
            "trustees": list(self.trustees),
            "uuid": self.uuid,
            "version": 1,
        }

    def to_bytes(self) -> bytes:
        """Return the canonical bytes, as they stand in manifest.json."""
        return canonical(self.document())

    @property
    def sha256(self) -> str:
        """The hash (hex) that election.json carries as its description."""
        return hashlib.sha256(self.to_bytes()).hexdigest()

    @classmethod
    def parse(cls, raw: bytes) -> Manifest:
        """Read manifest.json strictly. Raises FormatError naming the field."""
        fields = Fields(RULE, parse_canonical(raw), "manifest")
        fields.constant("kind", "manifest")
        fields.constant("version", 1)
        credentials, keys = fields.object("credentials"), fields.object("keys")
        manifest = cls(
            assembly=fields.text("assembly"),
            title=fields.text("title"),
            community=fields.text("community"),
            scope=fields.text("scope"),
            uuid=fields.matching("uuid", UUID),
            drill=fields.boolean("drill"),
            items=tuple(Item.read(each) for each in fields.objects("items")),
            rule_pack=_read_pack(fields.object("rule_pack")),
            roll_sha256=fields.sha256("roll_sha256"),
            heads_sha256=credentials.sha256("heads_sha256"),
            area_sha256=credentials.sha256("area_sha256"),
            server_key=keys.sha256("server"),
            auditors=_read_keys(keys.objects("auditors")),
            counters=_read_keys(keys.objects("counters")),
            opens_at=fields.matching("opens_at", INSTANT),
            closes_at=fields.matching("closes_at", INSTANT),
            max_changes=fields.integer("max_changes", 0, MAX_CHANGES),
            threshold=fields.nullable_integer("threshold", 1, MAX_TRUSTEES),
            trustees=_read_names(fields),
        )
        for each in (fields, credentials, keys):
            each.end()
        return manifest


def _instant(text: str) -> datetime:
    if INSTANT.fullmatch(text) is None:
        raise FormatError(RULE, f"{text!r} is not an instant like 2026-03-17T00:00:00+08:00")
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise FormatError(RULE, f"{text!r} is no day of the calendar") from None


def _named_keys(keys: Sequence[NamedKey]) -> list[dict[str, str]]:
    return [{"key": each.key, "name": each.name} for each in keys]


def _read_pack(fields: Fields) -> RulePackPin:
    pin = RulePackPin(fields.text("id"), fields.text("version"), fields.sha256("sha256"))
    fields.end()
    return pin


def _read_keys(listed: Sequence[Fields]) -> tuple[NamedKey, ...]:
    keys = []
    for fields in listed:
        keys.append(NamedKey(fields.text("name"), fields.sha256("key")))
        fields.end()
    return tuple(keys)


def _read_names(fields: Fields) -> tuple[str, ...]:
    names = fields.array("trustees")
    if not 1 <= len(names) <= MAX_TRUSTEES or not all(isinstance(name, str) and name for name in names):
        raise fields.refuse("'trustees' is not a list of names")
    return tuple(names)
