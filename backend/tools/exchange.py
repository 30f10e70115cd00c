"""Where a role meets the others: a server, or a folder that is carried from machine to machine.

Both offer the same acts, so every tool is written once. Nothing that is read here is trusted: the tools
verify signatures, hashes and proofs themselves.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any, Protocol

from backend.tools.client import Client
from backend.tools.errors import ToolError
from backend.tools.folder import write_whole
from backend.voting.record.canonical import canonical

Json = dict[str, Any]
Signed = Mapping[str, object]
"""A statement as it travels: {"document", "signature", "key"}, or the API's own field names."""


class Exchange(Protocol):
    """What every role can read and hand in, for one assembly."""

    def assembly(self) -> Json:
        """Return the assembly: stage, times, elections, people with their public keys."""
        ...

    def publish_key(self, statement: Json) -> None:
        """Hand in this role's public keys: {role, sign_key, seal_key, proof}."""
        ...

    def registrar_roll(self) -> Json:
        """Return the roll with what a notice needs, for the registrar alone."""
        ...

    def send_credentials(self, statement: Json) -> None:
        """Hand in the public credentials: {document, signature}."""
        ...

    def ceremony(self) -> Json:
        """Return mode, size, threshold, round and all messages of the key ceremony so far."""
        ...

    def send_ceremony(self, index: int, statement: Json) -> None:
        """Hand in one ceremony message: {round, body, signature}."""
        ...

    def file(self, uuid: str, name: str) -> bytes:
        """Return a file of an election's record, such as manifest.json."""
        ...

    def head(self, uuid: str) -> Json:
        """Return the signed head of the board: {document, signature, key}."""
        ...

    def board_bytes(self, uuid: str, name: str, start: int, end: int, into: IO[bytes]) -> None:
        """Append the bytes start..end-1 of heads.bel or area.bel to `into`."""
        ...

    def send_cosignature(self, uuid: str, statement: Json) -> None:
        """Hand in an auditor's signature on a head: {key, document, signature}."""
        ...

    def cosignatures(self, uuid: str) -> list[Json]:
        """Return auditors' signatures on heads: [{key, document, signature}]."""
        ...

    def device_signatures(self, uuid: str) -> list[Json]:
        """Return the owners' device signatures, for auditors: [{uuid, tracker, sign_key, signature}]."""
        ...

    def papers(self, uuid: str) -> list[Json]:
        """Return who returned a paper ballot: [{pseudonym, labels}]."""
        ...

    def send_paper(self, uuid: str, statement: Json) -> Json:
        """Hand in a counter's signed paper document; tells {complete}."""
        ...

    def send_partial(self, uuid: str, index: int, shares: Json) -> Json:
        """Hand in one trustee's decryption shares: {heads, area}; tells {needed, have}."""
        ...

    def result(self) -> tuple[bytes, Json]:
        """Return result.json and its detached signature {signature, key}."""
        ...

    def audit(self) -> bytes:
        """Return audit.json."""
        ...

    def send_verdict(self, statement: Json) -> None:
        """Hand in an auditor's verdict: {document, signature}."""
        ...


class ServerExchange:
    """The acts over HTTP, for one assembly on one server."""

    def __init__(self, client: Client, assembly: str) -> None:
        self.client = client
        self.id = assembly
        self._assembly = f"/assemblies/{assembly}"

    def assembly(self) -> Json:
        """GET the assembly."""
        return _object(self.client.get(self._assembly))

    def publish_key(self, statement: Json) -> None:
        """PUT my-key."""
        self.client.put(f"{self._assembly}/my-key", statement)

    def registrar_roll(self) -> Json:
        """GET the registrar's roll."""
        return _object(self.client.get(f"{self._assembly}/registrar-roll"))

    def send_credentials(self, statement: Json) -> None:
        """PUT the public credentials."""
        self.client.put(f"{self._assembly}/credentials", statement)

    def ceremony(self) -> Json:
        """GET the ceremony."""
        return _object(self.client.get(f"{self._assembly}/ceremony"))

    def send_ceremony(self, index: int, statement: Json) -> None:  # noqa: ARG002 (the server knows the index)
        """POST a ceremony message."""
        self.client.post(f"{self._assembly}/ceremony", statement)

    def file(self, uuid: str, name: str) -> bytes:
        """GET a file of the record."""
        return self.client.get_bytes(f"/elections/{uuid}/{name}")

    def head(self, uuid: str) -> Json:
        """GET the signed head."""
        return _object(self.client.get(f"/elections/{uuid}/head"))

    def board_bytes(self, uuid: str, name: str, start: int, end: int, into: IO[bytes]) -> None:
        """GET a range of an archive."""
        self.client.download_range(f"/elections/{uuid}/{name}", start, end, into)

    def send_cosignature(self, uuid: str, statement: Json) -> None:
        """POST a co-signature; the server knows the key."""
        posted = {name: statement[name] for name in ("document", "signature")}
        self.client.post(f"/elections/{uuid}/cosignatures", posted)

    def cosignatures(self, uuid: str) -> list[Json]:
        """GET the co-signatures."""
        return self._items(f"/elections/{uuid}/cosignatures")

    def device_signatures(self, uuid: str) -> list[Json]:
        """GET the device signatures."""
        return self._items(f"/elections/{uuid}/device-signatures")

    def papers(self, uuid: str) -> list[Json]:
        """GET the locked papers."""
        return self._items(f"/elections/{uuid}/papers")

    def send_paper(self, uuid: str, statement: Json) -> Json:
        """PUT a counter's paper document."""
        return _object(self.client.put(f"/elections/{uuid}/paper-entries", statement))

    def send_partial(self, uuid: str, index: int, shares: Json) -> Json:  # noqa: ARG002
        """POST decryption shares."""
        return _object(self.client.post(f"/elections/{uuid}/partial-decryptions", shares))

    def result(self) -> tuple[bytes, Json]:
        """GET result.json and result.sig."""
        content = self.client.get_bytes(f"{self._assembly}/result.json")
        return content, _object(self.client.get(f"{self._assembly}/result.sig"))

    def audit(self) -> bytes:
        """GET audit.json."""
        return self.client.get_bytes(f"{self._assembly}/audit.json")

    def send_verdict(self, statement: Json) -> None:
        """POST a verdict."""
        self.client.post(f"{self._assembly}/verdicts", statement)

    def _items(self, path: str) -> list[Json]:
        return [_object(item) for item in _object(self.client.get(path))["items"]]


class FolderExchange:
    """The acts on a folder of files; docs/formats.md names every file in it."""

    def __init__(self, path: Path) -> None:
        if not path.is_dir():
            raise ToolError("no-exchange", f"{path} is not a folder")
        self.path = path

    def assembly(self) -> Json:
        """Read assembly.json and fill in the public keys that the people handed in."""
        document = _object(self._read("assembly.json"))
        handed_in = [_object(json.loads(file.read_bytes())) for file in self._listed("keys")]
        for person in document["people"]:
            for keys in handed_in:
                if (keys["role"], keys["name"]) == (person["role"], person["name"]):
                    person.update(sign_key=keys["sign_key"], seal_key=keys["seal_key"])
        return document

    def publish_key(self, statement: Json) -> None:
        """Write keys/ROLE-KEY.json; on files it carries the `name` too."""
        name = f"keys/{statement['role']}-{str(statement['sign_key'])[:16]}.json"
        self._write(name, canonical(statement))

    def registrar_roll(self) -> Json:
        """Read registrar-roll.json."""
        return _object(self._read("registrar-roll.json"))

    def send_credentials(self, statement: Json) -> None:
        """Write credentials.json."""
        self._write("credentials.json", canonical(statement))

    def ceremony(self) -> Json:
        """Read the messages in ceremony/ and count the rounds that are complete."""
        document = self.assembly()
        messages = [_object(json.loads(file.read_bytes())) for file in self._listed("ceremony")]
        size = sum(person["role"] == "trustee" for person in document["people"])
        threshold = document.get("threshold")
        current = 1
        while sum(message["round"] == current for message in messages) == size:
            current += 1
        mode = "mandatory" if threshold is None else "threshold"
        return {
            "mode": mode,
            "size": size,
            "threshold": threshold,
            "round": current,
            "messages": messages,
        }

    def send_ceremony(self, index: int, statement: Json) -> None:
        """Write ceremony/round-R-INDEX.json; a message is never replaced."""
        name = f"ceremony/round-{statement['round']}-{index}.json"
        if (self.path / name).exists():
            raise ToolError("already-sent", f"{name} exists; a message is never replaced")
        self._write(name, canonical({**statement, "index": index}))

    def file(self, uuid: str, name: str) -> bytes:
        """Read a file of elections/UUID."""
        return self._bytes(f"elections/{uuid}/{name}")

    def head(self, uuid: str) -> Json:
        """Read elections/UUID/head.json."""
        return _object(self._read(f"elections/{uuid}/head.json"))

    def board_bytes(self, uuid: str, name: str, start: int, end: int, into: IO[bytes]) -> None:
        """Copy a range of an archive in elections/UUID."""
        with (self.path / f"elections/{uuid}/{name}").open("rb") as file:
            file.seek(start)
            content = file.read(end - start)
        if len(content) != end - start:
            raise ToolError("board-truncated", f"{name} is shorter than the head that was signed")
        into.write(content)

    def send_cosignature(self, uuid: str, statement: Json) -> None:
        """Write elections/UUID/cosignatures/HASH.json."""
        self._write(_named(f"elections/{uuid}/cosignatures", statement), canonical(statement))

    def cosignatures(self, uuid: str) -> list[Json]:
        """Read what auditors wrote to elections/UUID/cosignatures."""
        files = self._listed(f"elections/{uuid}/cosignatures")
        return [_object(json.loads(file.read_bytes())) for file in files]

    def device_signatures(self, uuid: str) -> list[Json]:
        """Read elections/UUID/device-signatures.json, for auditors."""
        return [_object(item) for item in self._read(f"elections/{uuid}/device-signatures.json")["items"]]

    def papers(self, uuid: str) -> list[Json]:
        """Read elections/UUID/papers.json."""
        return [_object(item) for item in _object(self._read(f"elections/{uuid}/papers.json"))["items"]]

    def send_paper(self, uuid: str, statement: Json) -> Json:
        """Write elections/UUID/paper-entries/HASH.json."""
        self._write(_named(f"elections/{uuid}/paper-entries", statement), canonical(statement))
        return {"complete": len(self._listed(f"elections/{uuid}/paper-entries")) >= 2}

    def send_partial(self, uuid: str, index: int, shares: Json) -> Json:
        """Write elections/UUID/partial-decryptions/INDEX.json."""
        folder = f"elections/{uuid}/partial-decryptions"
        self._write(f"{folder}/{index}.json", canonical(shares))
        return {"have": len(self._listed(folder)), "needed": None}

    def result(self) -> tuple[bytes, Json]:
        """Read result.json and result.sig."""
        return self._bytes("result.json"), _object(self._read("result.sig"))

    def audit(self) -> bytes:
        """Read audit.json."""
        return self._bytes("audit.json")

    def send_verdict(self, statement: Json) -> None:
        """Write verdicts/HASH.json."""
        self._write(_named("verdicts", statement), canonical(statement))

    def _listed(self, name: str) -> list[Path]:
        return sorted((self.path / name).glob("*.json"))

    def _read(self, name: str) -> Any:
        try:
            return json.loads(self._bytes(name))
        except ValueError:
            raise ToolError("bad-file", f"{name} is not JSON") from None

    def _bytes(self, name: str) -> bytes:
        try:
            return (self.path / name).read_bytes()
        except FileNotFoundError:
            raise ToolError("not-there-yet", f"the exchange folder has no {name} yet") from None

    def _write(self, name: str, content: bytes) -> None:
        target = self.path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        write_whole(target, content, mode=0o644)


def _named(folder: str, statement: Signed) -> str:
    """Name a statement's file after its bytes, so that two people never overwrite each other."""
    return f"{folder}/{hashlib.sha256(canonical(dict(statement))).hexdigest()[:32]}.json"


def _object(value: object) -> Json:
    if not isinstance(value, dict):
        raise ToolError("bad-answer", "an object was expected")
    return value
