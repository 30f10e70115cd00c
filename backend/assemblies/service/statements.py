"""What the server signs: heads of the board, receipts, results. Each says whether this is a drill."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from backend.infra.house import House
from backend.sealing import signing


@dataclass(frozen=True, slots=True)
class SignedStatement:
    """A document, the signature over it, and the public key (hex) that checks it."""

    document: Mapping[str, object]
    signature: str
    key: str

    def to_json(self) -> dict[str, object]:
        """Return the form in which it is answered and kept."""
        return {"document": dict(self.document), "signature": self.signature, "key": self.key}


def sign_statement(house: House, kind: str, document: Mapping[str, object]) -> SignedStatement:
    """Sign a document with the server's key. It must carry "drill"."""
    if document.get("drill") is not house.is_drill:
        raise ValueError("what a server signs says whether it is a drill's")
    key = _read(house.keys.signing)
    return SignedStatement(document, signing.sign(key, kind, document), key.public_hex)


_read = lru_cache(maxsize=1)(signing.SigningKey.from_bytes)
