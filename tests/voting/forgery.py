"""What a dishonest voter can make: ballots changed at will and signed again with the own credential."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from backend.voting.protocol.encoding import b64_sha256, compact
from backend.voting.protocol.group import BELENIOS_2048
from backend.voting.protocol.proofs import prove_knowledge, signature_prefix

Fields = dict[str, Any]
Path = tuple[str | int, ...]


def signed(fields: Fields, secret: int) -> bytes:
    """Write a ballot of these fields, whatever they are, with a right hash and a right signature."""
    unsigned = {name: value for name, value in fields.items() if name != "signature"}
    digest = b64_sha256(compact(unsigned))
    proof = prove_knowledge(BELENIOS_2048, signature_prefix(digest), secret)
    return compact(unsigned | {"signature": {"hash": digest, "proof": proof.to_json()}})


def forged(raw: bytes, secret: int, change: Callable[[Fields], object]) -> bytes:
    """Change a ballot in place and sign it again."""
    fields = json.loads(raw)
    change(fields)
    return signed(fields, secret)


def leaves(value: object, path: Path = ()) -> list[Path]:
    """List where the strings and numbers of a JSON value stand."""
    if isinstance(value, dict):
        return [leaf for name, each in value.items() for leaf in leaves(each, (*path, name))]
    if isinstance(value, list):
        return [leaf for place, each in enumerate(value) for leaf in leaves(each, (*path, place))]
    return [path]


def at(value: Any, path: Path) -> Any:
    """Return what stands at a place."""
    for step in path:
        value = value[step]
    return value


def put(value: Any, path: Path, new: object) -> None:
    """Replace what stands at a place."""
    at(value, path[:-1])[path[-1]] = new


def other(leaf: str | int) -> str | int:
    """Another value of the same kind and length, so that only its meaning can be the matter."""
    if isinstance(leaf, int):
        return leaf + 1
    if leaf.isdigit():
        return leaf[:-1] + str((int(leaf[-1]) + 1) % 10)
    return leaf[:-1] + ("A" if leaf[-1] != "A" else "B")
