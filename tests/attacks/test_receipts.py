"""Attack 5, clash: one receipt for two voters would let a server drop a ballot unseen."""

from __future__ import annotations

import pytest

from backend.assemblies.service.statements import sign_statement
from backend.tools.voter import check_receipt
from backend.voting.errors import VerificationError
from backend.voting.record.manifest import Manifest
from tests.assemblies.scene import Scene
from tests.attacks.intake import FIRST, FOR


def test_voters_who_choose_the_same_never_get_the_same_receipt(voting: Scene) -> None:
    """Attack 5: ballot, place and head of both chains all differ."""
    who = {"owner-a": "1-1-101", "owner-b": "1-1-102", "owner-f": "2-1-303", "developer": "2-1-401"}
    receipts = [
        voting.cast(name, voting.whole, label, FOR, FIRST)["receipt"]["document"]
        for name, label in who.items()
    ]
    assert len({one["tracker"] for one in receipts}) == len(who)
    for chain in ("heads", "area"):
        assert [one[chain]["height"] for one in receipts] == [1, 2, 3, 4]
        assert len({one[chain]["hash"] for one in receipts}) == len(who)


def test_a_voter_s_tool_refuses_another_voter_s_receipt_though_the_server_signed_it(voting: Scene) -> None:
    """Attack 5: a voter knows the own ballot's digest before anything is sent."""
    first = voting.cast("owner-a", voting.whole, "1-1-101", FOR, FIRST)["receipt"]
    second = voting.cast("owner-b", voting.whole, "1-1-102", FOR, FIRST)["receipt"]
    manifest = Manifest.parse(voting.get_bytes(f"/elections/{voting.whole}/manifest.json"))
    check_receipt(second, manifest, second["document"]["tracker"])
    with pytest.raises(VerificationError) as refused:
        check_receipt(first, manifest, second["document"]["tracker"])
    assert refused.value.rule == "receipt"


def test_a_receipt_for_the_same_ballot_in_another_election_is_refused(voting: Scene) -> None:
    """Attack 5: even signed by the server's own key."""
    document = voting.cast("owner-a", voting.whole, "1-1-101", FOR, FIRST)["receipt"]["document"]
    elsewhere = {**document, "uuid": voting.people.uuids["building:1"]}
    statement = sign_statement(voting.house, "receipt", elsewhere).to_json()
    manifest = Manifest.parse(voting.get_bytes(f"/elections/{voting.whole}/manifest.json"))
    with pytest.raises(VerificationError) as refused:
        check_receipt(statement, manifest, document["tracker"])
    assert refused.value.rule == "receipt"
