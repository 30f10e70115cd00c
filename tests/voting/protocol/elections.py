"""Makers of valid elections and ballots, and the tools of a forger who holds a credential."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from backend.voting.protocol.ballot import Election, Question, make_ballot
from backend.voting.protocol.credentials import new_uuid
from backend.voting.protocol.encoding import b64_sha256, compact
from backend.voting.protocol.group import BELENIOS_2048
from backend.voting.protocol.proofs import prove_knowledge, signature_prefix

GROUP = BELENIOS_2048
ELECTION_SECRET = 20251124
ELECTION_KEY = GROUP.power_g(ELECTION_SECRET)
VOTER = 424242
OTHER_VOTER = 434343

ITEM = Question("更换物业服务企业", ("赞成", "反对", "弃权"), min=1, max=1)
COMMITTEE = Question("选举业主委员会", ("甲", "乙", "丙"), min=1, max=2, blank=True)


def an_election(*, questions: Sequence[Question] = (ITEM,), uuid: str | None = None) -> Election:
    return Election.create(
        uuid=uuid or new_uuid(),
        name="示例业主大会",
        description="0" * 64,
        public_key=ELECTION_KEY,
        questions=questions,
    )


def ballot_fields(
    election: Election, choices: Sequence[Sequence[int]] = ((0, 1, 0),), *, voter: int = VOTER
) -> dict[str, Any]:
    fields: dict[str, Any] = json.loads(make_ballot(election, voter, choices))
    return fields


def signed_anew(fields: dict[str, Any], *, voter: int = VOTER) -> bytes:
    """Sign whatever the fields say now, as a dishonest voter's own software can."""
    unsigned = {name: value for name, value in fields.items() if name != "signature"}
    signed_hash = b64_sha256(compact(unsigned))
    proof = prove_knowledge(GROUP, signature_prefix(signed_hash), voter).to_json()
    return compact(unsigned | {"signature": {"hash": signed_hash, "proof": proof}})


JsonPath = tuple[str | int, ...]


def leaves(value: Any, path: JsonPath = ()) -> list[JsonPath]:
    """List the paths of all strings and numbers of a JSON value."""
    if isinstance(value, dict):
        return [leaf for name, inner in value.items() for leaf in leaves(inner, (*path, name))]
    if isinstance(value, list):
        return [leaf for index, inner in enumerate(value) for leaf in leaves(inner, (*path, index))]
    return [path]


def containers(value: Any, path: JsonPath = ()) -> list[JsonPath]:
    """List the paths of all objects and arrays of a JSON value, the whole included."""
    if not isinstance(value, dict | list):
        return []
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    return [path, *(found for name, part in inner for found in containers(part, (*path, name)))]


def changed(value: Any, path: JsonPath, change: Callable[[Any], Any]) -> Any:
    """Return a deep copy in which the part at `path` went through `change`."""
    copy = json.loads(json.dumps(value))
    if not path:
        return change(copy)
    holder = copy
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = change(holder[path[-1]])
    return copy
