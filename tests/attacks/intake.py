"""Sending an attacker's ballot to the intake, and telling by which rule it was turned away."""

from __future__ import annotations

import io
import re
from hashlib import sha256

from backend.sealing.signing import sign
from tests.assemblies.scene import Scene
from tests.assemblies.world import Json

FOR, AGAINST = [1, 0, 0], [0, 1, 0]
FIRST = [0, 1, 0, 0, 0, 0, 0]
RULE = re.compile(r"\[([a-z0-9-]+)\]")


def board_of(scene: Scene) -> io.BytesIO:
    """Download the archive of heads of the whole community's election."""
    return io.BytesIO(scene.get_bytes(f"/elections/{scene.whole}/heads.bel"))


def request_of(scene: Scene, who: str, label: str, raw: bytes, uuid: str) -> Json:
    """Make the request by which somebody's own device casts these bytes, whatever they are."""
    statement = {"fingerprint": scene.form(uuid).fingerprint, "tracker": sha256(raw).hexdigest()}
    return {
        "pseudonym": scene.people.labels[label],
        "ballot": raw.decode(),
        "device_id": scene.device(who),
        "signature": sign(scene.people.keys[who].signing, "cast", statement),
    }


def refusal(
    scene: Scene, who: str, label: str, raw: bytes, uuid: str | None = None
) -> tuple[str, str | None]:
    """Cast bytes that must be refused; returns the code, and the verifier's rule where one is named.

    Nothing may change by it: both archives stay as they were.
    """
    uuid = uuid or scene.whole
    before = [scene.get_bytes(f"/elections/{uuid}/{chain}.bel") for chain in ("heads", "area")]
    problem = scene.refusal(
        "POST", f"/elections/{uuid}/ballots", request_of(scene, who, label, raw, uuid), who
    )
    assert [scene.get_bytes(f"/elections/{uuid}/{chain}.bel") for chain in ("heads", "area")] == before
    rule = RULE.match(problem["detail"])
    return problem["code"], rule[1] if rule else None
