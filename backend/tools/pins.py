"""What a role has seen of an election's fixed documents, and keeps: a later change is refused."""

from __future__ import annotations

from dataclasses import dataclass

from backend.tools.errors import ToolError
from backend.tools.exchange import Exchange
from backend.tools.folder import RoleFolder
from backend.voting.errors import VerificationError
from backend.voting.protocol.election import Election
from backend.voting.record.manifest import Manifest
from backend.voting.record.rollfile import RollFile


@dataclass(frozen=True, slots=True)
class Pinned:
    """An election whose manifest, roll and election.json agree with each other."""

    manifest: Manifest
    election: Election
    roll: RollFile


def pin_manifest(folder: RoleFolder, exchange: Exchange, uuid: str) -> Manifest:
    """Read an election's manifest, and keep it.

    Raises VerificationError when it is malformed, of another election, or not the one kept before.
    """
    manifest = Manifest.parse(_pinned(folder, exchange, uuid, "manifest.json"))
    if manifest.uuid != uuid or manifest.assembly != exchange.assembly()["id"]:
        raise VerificationError("manifest-uuid", "this manifest is of another election or assembly")
    return manifest


def pin(folder: RoleFolder, exchange: Exchange, uuid: str) -> Pinned:
    """Read manifest, roll and election.json, check that they belong together, and keep them."""
    manifest = pin_manifest(folder, exchange, uuid)
    election = Election.parse(_pinned(folder, exchange, uuid, "election.json"))
    check_follows(manifest, election)
    roll = RollFile.parse(_pinned(folder, exchange, uuid, "roll.json"))
    if roll.uuid != uuid or roll.sha256 != manifest.roll_sha256:
        raise VerificationError("roll-hash", "this roll is not the one that the manifest pins")
    return Pinned(manifest, election, roll)


def check_follows(manifest: Manifest, election: Election) -> None:
    """Refuse an election.json that is not, byte for byte, what its manifest prescribes.

    Nothing but the key is free: uuid, title, questions and the manifest's own hash must all be there.
    Raises VerificationError `election-manifest`.
    """
    prescribed = Election.create(
        uuid=manifest.uuid,
        name=manifest.election_name(),
        description=manifest.sha256,
        public_key=election.public_key,
        questions=manifest.questions(),
    )
    if prescribed.raw != election.raw:
        raise VerificationError("election-manifest", "election.json is not the one its manifest prescribes")


def elections_of(exchange: Exchange) -> list[str]:
    """Return the uuids of the assembly's elections; raises ToolError before there are any."""
    uuids = [str(election["uuid"]) for election in exchange.assembly().get("elections") or []]
    if not uuids:
        raise ToolError("no-elections", "this assembly has no elections yet")
    return uuids


def _pinned(folder: RoleFolder, exchange: Exchange, uuid: str, name: str) -> bytes:
    """Return a file, refusing another text than the one kept before."""
    fresh = exchange.file(uuid, name)
    kept = folder.path / "kept" / uuid / name
    if not kept.exists():
        folder.write_bytes(f"kept/{uuid}/{name}", fresh)
    elif kept.read_bytes() != fresh:
        raise VerificationError("pin-changed", f"{name} of election {uuid} is not the one seen before")
    return fresh
