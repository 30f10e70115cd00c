"""One trustee's part in the key ceremony: the next step that is due, from what the others have said.

The carrier of the messages is trusted with nothing. Every message is signed by its trustee's own key;
the keys are pinned when first seen and compared by voice; shares are sealed to the key that stands in
the recipient's certificate, which must be the pinned one too.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from backend.sealing import boxes, signing
from backend.tools.errors import ToolError
from backend.tools.folder import RoleFolder
from backend.voting.errors import VerificationError
from backend.voting.protocol.key_ceremony import CeremonyDealt, CeremonyStart, TrusteeShare
from backend.voting.protocol.transcript import Seat, TrusteeKey
from backend.voting.protocol.trustees import make_single_key

STATE = "ceremony.json"
SHARE = "share.json"
PINS = "trustees.json"
KIND = "ceremony"
ROUNDS = {"mandatory": 1, "threshold": 3}
SCALAR_DIGITS = 78
"""Shares are sealed at one length, so that a box does not tell how small a share is."""

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Peer:
    """Another trustee's public keys, as pinned."""

    sign_key: str
    seal_key: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where this trustee stands: the assembly, its own number and name, everybody's pinned keys."""

    assembly: str
    index: int
    name: str
    peers: Mapping[int, Peer]


@dataclass(frozen=True, slots=True)
class Said:
    """All ceremony messages whose signatures hold: (round, index) to body."""

    mode: str
    size: int
    threshold: int | None
    bodies: Mapping[tuple[int, int], str]

    @classmethod
    def parse(cls, ceremony: Mapping[str, Any], place: Place) -> Said:
        """Read the ceremony and verify every message under the pinned key of its trustee.

        Raises VerificationError for a message without a signature that holds.
        """
        bodies: dict[tuple[int, int], str] = {}
        for message in ceremony["messages"]:
            number, index, body = message["round"], message["index"], message["body"]
            if index not in place.peers or (number, index) in bodies:
                raise VerificationError("ceremony-message", f"a message of round {number} is of nobody's")
            statement = document(place.assembly, number, index, body)
            signing.verify(place.peers[index].sign_key, KIND, statement, message["signature"])
            bodies[number, index] = body
        said = cls(ceremony["mode"], ceremony["size"], ceremony["threshold"], bodies)
        if said.mode not in ROUNDS or set(place.peers) != set(range(1, said.size + 1)):
            raise VerificationError("ceremony-size", "the ceremony is not of the trustees of this assembly")
        return said

    def round(self, number: int) -> list[str] | None:
        """Return the bodies of a round in the order of index, or None while some are missing."""
        found = [self.bodies.get((number, index)) for index in range(1, self.size + 1)]
        return None if None in found else [body for body in found if body is not None]


def document(assembly: str, number: int, index: int, body: str) -> Json:
    """Return what a trustee signs with a ceremony message."""
    digest = hashlib.sha256(body.encode()).hexdigest()
    return {"assembly": assembly, "round": number, "index": index, "body_sha256": digest}


def pin_peers(folder: RoleFolder, assembly: Mapping[str, Any]) -> dict[int, Peer]:
    """Return the trustees' public keys; raises VerificationError when one is not the one seen before."""
    seen = {
        str(person["index"]): [person["sign_key"], person["seal_key"]]
        for person in assembly["people"]
        if person["role"] == "trustee"
    }
    if not all(all(keys) for keys in seen.values()):
        raise ToolError("not-all-joined", "not every trustee has joined yet")
    kept = folder.read(PINS)
    if kept is None:
        folder.write(PINS, seen)
    elif kept != seen:
        raise VerificationError("trustee-key-changed", "a trustee's keys are not those seen before")
    return {int(index): Peer(*keys) for index, keys in seen.items()}


def step(folder: RoleFolder, place: Place, said: Said) -> Json | None:
    """Return this trustee's next message {round, body}, already kept, or None when others are awaited.

    A message that was kept but is not among those said is returned again, byte for byte.
    Raises VerificationError for anything wrong in what the others said.
    """
    kept = folder.read(STATE)
    if kept is not None and kept["assembly"] != place.assembly:
        raise ToolError("other-ceremony", "this folder holds the key of another assembly: use a new folder")
    if kept is not None and (kept["round"], place.index) not in said.bodies:
        return {"round": kept["round"], "body": kept["body"]}
    made = _next(folder, place, said, kept)
    if made is not None:
        folder.write(STATE, {"assembly": place.assembly, **made})
        made = {"round": made["round"], "body": made["body"]}
    return made


def _next(folder: RoleFolder, place: Place, said: Said, kept: Json | None) -> Json | None:
    if kept is None:
        return _mandatory(folder, place) if said.mode == "mandatory" else _certificate(folder, place, said)
    before = said.round(kept["round"])
    if before is None or kept["round"] == ROUNDS[said.mode]:
        return None
    if kept["round"] == 1:
        return _deal(place, CeremonyStart.from_json(json.loads(kept["state"])), before)
    return _conclude(folder, place, CeremonyDealt.from_json(json.loads(kept["state"])), before)


def _mandatory(folder: RoleFolder, place: Place) -> Json:
    secret, key = make_single_key(place.name)
    _keep_share(folder, {"index": place.index, "secret": str(secret), "key": key})
    return {"round": 1, "body": _text(key), "state": None}


def _certificate(folder: RoleFolder, place: Place, said: Said) -> Json:
    seat = Seat(said.size, said.threshold or said.size, place.index)
    start = CeremonyStart.begin(seat, channel_key=folder.box_key().public_hex)
    return {"round": 1, "body": _text(start.certificate.signed.to_json()), "state": _text(start.to_json())}


def _deal(place: Place, start: CeremonyStart, certificates: list[str]) -> Json:
    dealt = start.deal([json.loads(body) for body in certificates])
    sealed: dict[str, str] = {}
    for index, certificate in enumerate(dealt.certificates, 1):
        if certificate.channel_key != place.peers[index].seal_key:
            raise VerificationError(
                "channel-key", f"trustee {index} certified another box key than it published"
            )
        if index != place.index:
            share = str(dealt.share_for(index)).zfill(SCALAR_DIGITS).encode()
            context = share_context(place.assembly, place.index, index, certificates)
            sealed[str(index)] = boxes.seal(place.peers[index].seal_key, share, context)
    body = _text({"boxes": sealed, "dealing": dealt.dealing.to_json()})
    return {"round": 2, "body": body, "state": _text(dealt.to_json())}


def _conclude(folder: RoleFolder, place: Place, dealt: CeremonyDealt, messages: list[str]) -> Json:
    parsed = [json.loads(body) for body in messages]
    certificates = [_text(certificate.signed.to_json()) for certificate in dealt.certificates]
    shares: dict[int, int] = {}
    for sender, message in enumerate(parsed, 1):
        if sender != place.index:
            context = share_context(place.assembly, sender, place.index, certificates)
            shares[sender] = _open(folder, message["boxes"].get(str(place.index)), context, sender)
    share = dealt.conclude([message["dealing"] for message in parsed], shares, name=place.name)
    made = share.to_json()
    _keep_share(folder, made)
    return {"round": 3, "body": _text(made["key"]), "state": _text(dealt.to_json())}


def _keep_share(folder: RoleFolder, share: Json) -> None:
    folder.write_bytes(SHARE, _text(share).encode())


def _open(folder: RoleFolder, box: object, context: bytes, sender: int) -> int:
    if not isinstance(box, str):
        raise VerificationError("share-missing", f"trustee {sender} sent no share")
    try:
        text = boxes.open_box(folder.box_key(), box, context)
    except VerificationError as error:
        raise VerificationError(error.rule, f"the share of trustee {sender}: {error.message}") from None
    if len(text) != SCALAR_DIGITS or not text.isdigit():
        raise VerificationError("share", f"trustee {sender} sealed something that is no share")
    return int(text)


def share_context(assembly: str, sender: int, recipient: int, certificates: list[str]) -> bytes:
    """Return what a sealed share is bound to: this ceremony's certificates, its sender, its recipient."""
    digest = hashlib.sha256("\n".join(certificates).encode()).hexdigest()
    return f"trustee-share|{assembly}|{sender}|{recipient}|{digest}".encode()


def load_share(folder: RoleFolder) -> TrusteeShare:
    """Return this trustee's secret share; raises ToolError before the ceremony is done."""
    kept = folder.read(SHARE)
    if kept is None:
        raise ToolError("no-share", "this trustee has no key yet: run `ceremony` until it says done")
    return TrusteeShare.from_json(kept)


def load_dealt(folder: RoleFolder) -> CeremonyDealt | None:
    """Return what this trustee saw of a threshold ceremony, or None when its key stands alone."""
    kept = folder.read(STATE)
    if kept is None or kept["state"] is None:
        return None
    return CeremonyDealt.from_json(json.loads(kept["state"]))


def check_key(share: TrusteeShare, key: TrusteeKey) -> None:
    """Refuse a list of trustees in which this trustee's place holds another key (rule "own-key")."""
    if key.public_key != share.key.public_key:
        raise VerificationError("own-key", "this trustee's key is not at its place in the election")


def _text(value: object) -> str:
    """Write JSON with its fields in the order given: the protocol's own reader demands that order."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
