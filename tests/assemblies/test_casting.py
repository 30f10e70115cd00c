"""Casting: the way of a ballot from a phone to the board, and everything that is refused on it."""

from __future__ import annotations

from pathlib import Path

from backend.sealing.signing import verify
from backend.voting.protocol.board import Stage
from backend.voting.protocol.verifier import verify_archive, verify_pair
from tests.assemblies.world import AREA, HEADS, Scene

FOR = [1, 0, 0]
AGAINST = [0, 1, 0]
FIRST = [0, 1, 0, 0, 0, 0, 0]


def whole(scene: Scene) -> str:
    return scene.people.uuids["all"]


def test_a_ballot_goes_to_both_chains_and_its_signed_receipt_holds(voting: Scene, tmp_path: Path) -> None:
    uuid = whole(voting)
    answer = voting.cast("owner-a", uuid, "1-1-101", FOR, FIRST)
    receipt = answer["receipt"]
    assert receipt["key"] == voting.house.keys.signing_public_hex
    verify(receipt["key"], "receipt", receipt["document"], receipt["signature"])
    archives = {}
    for chain in ("heads", "area"):
        path = tmp_path / f"{chain}.bel"
        path.write_bytes(voting.get_bytes(f"/elections/{uuid}/{chain}.bel"))
        archives[chain] = verify_archive(path)
        stands = receipt["document"][chain]
        assert (archives[chain].head_height, archives[chain].head_hash) == (stands["height"], stands["hash"])
        assert archives[chain].ballot_hashes == [receipt["document"]["tracker"]]
        assert archives[chain].stage is Stage.VOTING
    verify_pair(archives["heads"], archives["area"])
    assert sum(archives["heads"].credentials.values()) == HEADS
    assert sum(archives["area"].credentials.values()) == AREA
    assert archives["area"].total_weight == 22000
