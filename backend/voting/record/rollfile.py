"""roll.json: who may vote in one election, with what area, under which public credential.

Electors appear under pseudonyms; names stay with the registrar. The two credential lists on the
board must say the same: weight 1 in heads, the summed area in area.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from backend.voting.errors import FormatError
from backend.voting.protocol.credentials import credential_list
from backend.voting.record.canonical import canonical, parse_canonical
from backend.voting.record.fields import Fields, check_sorted_unique
from backend.voting.record.manifest import UUID

RULE: Final = "roll"
MAX_AREA: Final = 10**11
"""In 0.01 m2: a thousand square kilometres, beyond any community and within the peers' tally."""


@dataclass(frozen=True, slots=True)
class RollEntry:
    """One elector: one head, `area` in 0.01 m2."""

    pseudonym: str
    credential: int
    area: int


@dataclass(frozen=True)
class RollFile:
    """The frozen roll of one election, in the order of the pseudonyms."""

    uuid: str
    electors: tuple[RollEntry, ...]

    def __post_init__(self) -> None:
        if not self.electors:
            raise FormatError(RULE, "the roll is empty")
        check_sorted_unique(RULE, "the pseudonym", [elector.pseudonym for elector in self.electors])
        if len(self.by_credential) != len(self.electors):
            raise FormatError(RULE, "two electors share one credential")

    @cached_property
    def by_pseudonym(self) -> dict[str, RollEntry]:
        """The electors by pseudonym."""
        return {elector.pseudonym: elector for elector in self.electors}

    @cached_property
    def by_credential(self) -> dict[int, RollEntry]:
        """The electors by public credential."""
        return {elector.credential: elector for elector in self.electors}

    @property
    def heads(self) -> int:
        """The number of electors: the denominator of every headcount."""
        return len(self.electors)

    @property
    def area(self) -> int:
        """The area of all electors in 0.01 m2: the denominator of every area."""
        return sum(elector.area for elector in self.electors)

    def heads_list(self) -> bytes:
        """Return the credential list of heads.bel: every elector with weight 1."""
        return credential_list({elector.credential: 1 for elector in self.electors})

    def area_list(self) -> bytes:
        """Return the credential list of area.bel: every elector with its area."""
        return credential_list({elector.credential: elector.area for elector in self.electors})

    def to_bytes(self) -> bytes:
        """Return the canonical bytes, as they stand in roll.json."""
        electors = [_document(elector) for elector in self.electors]
        return canonical({"electors": electors, "kind": "roll", "uuid": self.uuid, "version": 1})

    @property
    def sha256(self) -> str:
        """The hash (hex) that the manifest pins."""
        return hashlib.sha256(self.to_bytes()).hexdigest()

    @classmethod
    def parse(cls, raw: bytes) -> RollFile:
        """Read roll.json strictly. Raises FormatError naming the elector."""
        fields = Fields(RULE, parse_canonical(raw), "roll")
        fields.constant("kind", "roll")
        fields.constant("version", 1)
        uuid = fields.matching("uuid", UUID)
        electors = tuple(_read_entry(each) for each in fields.objects("electors"))
        fields.end()
        return cls(uuid, electors)


def _document(elector: RollEntry) -> dict[str, Any]:
    return {"area": elector.area, "credential": str(elector.credential), "pseudonym": elector.pseudonym}


def _read_entry(fields: Fields) -> RollEntry:
    entry = RollEntry(
        pseudonym=fields.text("pseudonym"),
        credential=fields.decimal("credential"),
        area=fields.integer("area", 1, MAX_AREA),
    )
    fields.end()
    return entry
