"""Attack 10: exact totals of a small electorate open votes; the convenor is warned before the opening."""

from __future__ import annotations

import pytest

from backend.assemblies.service.cautions import SMALL
from tests.assemblies.scene import Scene
from tests.assemblies.world import HEADS, an_item
from tests.registry.makers import a_csv, a_document, a_phone, a_row


def add_owners(scene: Scene, count: int) -> None:
    """Enter a tenth building with so many owners."""
    rows = (
        a_row(building="10", room=str(n), documents=a_document(100 + n), phones=a_phone(n))
        for n in range(count)
    )
    scene.upload(a_csv(*rows))


def test_everybody_sees_that_an_election_of_few_electors_is_not_secret(founded: Scene) -> None:
    """Attack 10: each election below the bound is named with its number, also after the roll is frozen."""
    founded.draft()
    assert founded.assembly()["warnings"] == []
    founded.freeze()
    warnings = founded.assembly()["warnings"]
    assert [one["code"] for one in warnings] == ["small-electorate", "small-electorate"]
    assert f"只有 {HEADS} 个业主" in warnings[0]["detail"]
    assert "1号楼" in warnings[1]["detail"]
    assert "记名表决" in warnings[1]["detail"]


def test_a_small_scope_is_named_although_the_whole_is_large(founded: Scene) -> None:
    """Attack 10: the scope's electors count, not the community's."""
    add_owners(founded, SMALL)
    founded.draft()
    founded.freeze()
    [warning] = founded.assembly()["warnings"]
    assert "1号楼" in warning["detail"]


@pytest.mark.parametrize(("electors", "warned"), [(SMALL - 1, 1), (SMALL, 0)])
def test_the_warning_ends_at_the_fortieth_elector(founded: Scene, electors: int, warned: int) -> None:
    """Attack 10."""
    add_owners(founded, electors - HEADS)
    founded.draft(items=[an_item()])
    founded.freeze()
    [election] = founded.assembly()["elections"]
    assert election["electors"] == electors
    assert len(founded.assembly()["warnings"]) == warned


def test_a_warning_does_not_stop_an_assembly(ready: Scene) -> None:
    """Attack 10: a village of six may vote, knowing what its totals tell."""
    assert ready.assembly()["stage"] == "READY"
    assert ready.assembly()["warnings"]


def test_no_subtotal_is_ever_published(voting: Scene) -> None:
    """Attack 10: turnout is told for the whole election and by channel, by no building, stair or item."""
    voting.cast("owner-a", voting.whole, "1-1-101", [1, 0, 0], [1, 0, 0, 0, 0, 0, 0])
    turnout = voting.get(f"/elections/{voting.whole}")["turnout"]
    assert set(turnout) == {"heads", "area", "by_channel"}
    assert set(turnout["by_channel"]) == {"e", "paper"}
