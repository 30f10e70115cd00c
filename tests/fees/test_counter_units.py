"""Finding a unit at the counter."""

from __future__ import annotations

from tests.fees.scene import Scene


def test_the_firm_finds_a_unit_by_a_part_of_its_label(scene: Scene) -> None:
    found = scene.get("/fee-units?label=1-1-10")["items"]
    assert {"id": scene.units["1-1-101"], "label": "1-1-101"} in found
    assert all("1-1-10" in unit["label"] for unit in found)
    assert scene.get("/fee-units?label=9-9-999")["items"] == []


def test_nobody_but_the_firm_looks_units_up(scene: Scene) -> None:
    scene.get("/fee-units?label=1", by="owner-a", status=403)
