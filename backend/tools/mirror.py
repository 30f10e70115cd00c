"""A role's own copy of a board: fetched piece by piece, never shortened, never rewritten.

The server signs the head of both chains. A copy is kept only when the signature holds, the bytes walk to
exactly that head, and they continue what was kept before. Anything else is evidence, and is put aside.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backend.sealing import signing
from backend.tools.errors import ToolError
from backend.tools.exchange import Exchange
from backend.tools.folder import RoleFolder, move_into_place
from backend.voting.errors import VerificationError
from backend.voting.protocol.archive import Event, RecordKind, read_records
from backend.voting.record.manifest import Manifest

HEAD_KIND = "board-head"
CHAINS = ("heads", "area")


@dataclass(frozen=True, slots=True)
class Tip:
    """The last event of one chain, and the length of its archive in bytes."""

    height: int
    hash: str
    bytes: int


@dataclass(frozen=True, slots=True)
class SignedHead:
    """The server's statement of where both chains of one election stand."""

    document: Mapping[str, Any]
    signature: str
    tips: Mapping[str, Tip]

    @classmethod
    def parse(cls, statement: Mapping[str, Any], manifest: Manifest) -> SignedHead:
        """Read a head and verify its signature under the server key that the manifest names.

        Raises VerificationError for another key, another election or a wrong signature.
        """
        try:
            document, signature = dict(statement["document"]), statement["signature"]
            tips = {name: _tip(document[name]) for name in CHAINS}
            named = (document["uuid"], document["drill"])
        except (KeyError, TypeError, ValueError):
            raise VerificationError("board-head", "this is not a signed head of a board") from None
        signing.verify(manifest.server_key, HEAD_KIND, document, signature)
        if named != (manifest.uuid, manifest.drill):
            raise VerificationError("board-head", f"this head is not of election {manifest.uuid}")
        return cls(document, signature, tips)

    def statement(self) -> dict[str, Any]:
        """Return the JSON form: {document, signature}."""
        return {"document": dict(self.document), "signature": self.signature}


def _tip(value: Mapping[str, Any]) -> Tip:
    tip = Tip(value["height"], value["hash"], value["bytes"])
    if not (type(tip.height) is int and type(tip.bytes) is int and isinstance(tip.hash, str)):
        raise ValueError
    return tip


def walk(path: Path) -> Iterator[tuple[Event, str]]:
    """Yield every event of an archive with its hash; raises VerificationError where the chain breaks."""
    height, parent = 0, None
    with path.open("rb") as file:
        for record in read_records(file):
            if record.kind is not RecordKind.EVENT:
                continue
            event = Event.parse(record.body)
            if (event.height, event.parent) != (height, parent):
                raise VerificationError("event-chain", "the chain is broken", event=event.place)
            yield event, record.hash
            height, parent = height + 1, record.hash


class Mirror:
    """The copy of one election's board in a role's folder: kept/UUID/{heads.bel, area.bel, head.json}."""

    def __init__(self, folder: RoleFolder, manifest: Manifest) -> None:
        self._folder = folder
        self._manifest = manifest
        self._name = f"kept/{manifest.uuid}"
        self.uuid = manifest.uuid
        self.path = folder.path / self._name

    def archive(self, chain: str) -> Path:
        """Return where the copy of one chain lies."""
        return self.path / f"{chain}.bel"

    def head(self) -> SignedHead | None:
        """Return the head that was kept last, or None before the first visit."""
        statement = self._folder.read(f"{self._name}/head.json")
        if statement is None:
            return None
        return SignedHead.parse(statement, self._manifest)

    def update(self, exchange: Exchange) -> SignedHead:
        """Fetch what is new and keep it.

        Raises VerificationError (rule "board-fork" or "board-rollback") when the server's board does not
        continue the kept one; both signed heads are then put into the folder `evidence`.
        """
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        kept = self.head()
        new = SignedHead.parse(exchange.head(self.uuid), self._manifest)
        try:
            self._check_growth(kept, new)
            drafts = [self._fetch(exchange, chain, new.tips[chain]) for chain in CHAINS]
        except VerificationError:
            self._put_aside(kept, new)
            raise
        for chain, draft in zip(CHAINS, drafts, strict=True):
            move_into_place(draft, self.archive(chain))
        self._folder.write(f"{self._name}/head.json", new.statement())
        return new

    def _check_growth(self, kept: SignedHead | None, new: SignedHead) -> None:
        if kept is None:
            return
        for chain in CHAINS:
            before, after = kept.tips[chain], new.tips[chain]
            if after.height < before.height or after.bytes < before.bytes:
                raise VerificationError(
                    "board-rollback",
                    f"the {chain} board went back from height {before.height} to {after.height}",
                )

    def _fetch(self, exchange: Exchange, chain: str, tip: Tip) -> Path:
        """Copy what is kept, append what is new, and walk the whole to the signed head."""
        kept, draft = self.archive(chain), self.path / f".{chain}.draft"
        if kept.exists():
            shutil.copyfile(kept, draft)
        else:
            draft.write_bytes(b"")
        with draft.open("ab") as file:
            exchange.board_bytes(self.uuid, f"{chain}.bel", draft.stat().st_size, tip.bytes, file)
        check_walks_to(draft, chain, tip)
        return draft

    def _put_aside(self, kept: SignedHead | None, new: SignedHead) -> None:
        heads = [head.statement() for head in (kept, new) if head is not None]
        name = f"evidence/{self.uuid}-{new.signature[:16]}.json"
        self._folder.write(name, {"kind": "conflicting-heads", "heads": heads})


def check_walks_to(path: Path, chain: str, tip: Tip) -> None:
    """Refuse an archive whose last event is not the signed one (rule "board-fork")."""
    try:
        last = None
        for event, event_hash in walk(path):
            last = (event.height, event_hash)
    except VerificationError as error:
        raise VerificationError("board-fork", f"the {chain} board does not continue: {error}") from None
    if last != (tip.height, tip.hash) or path.stat().st_size != tip.bytes:
        raise VerificationError("board-fork", f"the {chain} board does not end in the head that was signed")


def require(head: SignedHead | None) -> SignedHead:
    """Return the head; raises ToolError before the first visit."""
    if head is None:
        raise ToolError("nothing-kept", "no head of this board was kept yet: run `watch` first")
    return head
