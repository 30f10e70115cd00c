"""Meters over HTTP: readings, bills of what was used, and what undoes them."""

from __future__ import annotations

import pytest

from tests.fees.scene import Scene, a_list

A = "1-1-101"


@pytest.fixture
def water(scene: Scene) -> str:
    """A metered item."""
    return scene.item("水费", "metered", "2.85")


@pytest.fixture
def meter(scene: Scene, water: str) -> str:
    """A water meter that stood at 100 on 1 January 2026."""
    form = {
        "unit_id": scene.units[A],
        "item_id": water,
        "serial": "W-1",
        "digits": 5,
        "most_a_day": "5",
        "first_day": "2026-01-01",
        "first_value": "100",
    }
    return scene.post("/meters", form)["id"]


def read(
    scene: Scene, meter: str, value: str, day: str = "2026-03-01", status: int = 201, **more: str
) -> dict:
    return scene.post("/readings", {"meter_id": meter, "day": day, "value": value, **more}, status)


def test_what_was_used_is_billed_once(scene: Scene, water: str, meter: str) -> None:
    read(scene, meter, "112.5")
    assert scene.run(water)["amount_fen"] == 3563  # 12.5 at 2.85 is 35.625
    assert (
        scene.run(water, first_day="2026-04-01", last_day="2026-04-30")["items"][0]["named"][0]["reason"]
        == "no-reading"
    )
    assert [one["last_value"] for one in scene.get("/meters")["items"]] == ["112.5"]


def test_a_reversed_bill_s_readings_are_billed_again(scene: Scene, water: str, meter: str) -> None:
    reading = read(scene, meter, "112.5")
    scene.run(water)
    void = f"/readings/{reading['id']}/void"
    refused = scene.post(void, {}, 409)
    assert refused["errors"] == [{"reason": "billed"}]
    scene.reverse(scene.statement(A)["bills"][0]["id"])
    scene.post(void, {}, 204)
    read(scene, meter, "110")
    assert scene.run(water)["amount_fen"] == 2850
    assert scene.check().findings == ()


def test_bills_of_one_reading_for_two_holders_fall_together(scene: Scene, water: str, meter: str) -> None:
    scene.post(f"/units/{scene.units[A]}/handovers", {"day": "2026-02-01"})
    read(scene, meter, "110")
    assert scene.run(water)["bills"] == 2
    scene.reverse(scene.statement(A)["bills"][0]["id"])
    assert [bill["state"] for bill in scene.statement(A)["bills"]] == ["cancelled", "cancelled"]
    assert scene.run(water)["amount_fen"] == 2850
    assert scene.check().findings == ()


def test_an_implausible_reading_is_refused_and_taken_for_a_named_reason(scene: Scene, meter: str) -> None:
    refused = read(scene, meter, "99", status=409)
    assert (refused["code"], refused["errors"]) == ("reading-implausible", [{"reason": "lower-than-last"}])
    assert read(scene, meter, "900", status=409)["errors"] == [{"reason": "too-high"}]
    read(scene, meter, "900", override="leak", note="地下管漏水，已现场查看")


def test_refusals_of_meters_are_clear(scene: Scene, water: str, meter: str) -> None:
    form = {"unit_id": scene.units[A], "item_id": water, "serial": "W-1", "digits": 5, "most_a_day": "5"}
    form |= {"first_day": "2026-01-01", "first_value": "100"}
    assert scene.post("/meters", form, 422)["code"] == "meter-refused"
    assert (
        scene.post("/meters", form | {"serial": "W-2", "first_value": "100000"}, 422)["code"]
        == "meter-refused"
    )
    area = scene.item()
    assert scene.post("/meters", form | {"serial": "W-2", "item_id": area}, 422)["code"] == "meter-refused"
    assert read(scene, "nothing", "1", status=404)["code"] == "meter-unknown"
    assert read(scene, meter, "1.2345", status=422)["code"] == "reading-unreadable"
    assert read(scene, meter, "101", day="2026-03-03", status=422)["code"] == "day-refused"
    assert scene.post("/readings/nothing/void", {}, 404)["code"] == "meter-unknown"


def test_only_the_last_reading_is_voided(scene: Scene, meter: str) -> None:
    first, _ = read(scene, meter, "110", "2026-02-01"), read(scene, meter, "120")
    refused = scene.post(f"/readings/{first['id']}/void", {}, 409)
    assert refused["errors"] == [{"reason": "not-the-last"}]


def test_readings_are_imported_row_by_row_and_once(scene: Scene, water: str, meter: str) -> None:
    header = "表号 抄表日期 读数 异常原因"
    content = a_list(header, "W-1 2026-02-01 110 .", "W-1 2026/3/1 900 漏水漏电")
    assert (scene.upload("readings", content)["created"], scene.run(water)["bills"]) == (2, 1)
    again = scene.upload("readings", content)
    assert (again["created"], again["unchanged"]) == (0, 2)
    wrong = a_list(
        header,
        "W-9 2026-03-01 1 .",
        "W-1 2026-03-02 899 .",
        "W-1 2026-03-09 999 .",
        "W-1 2026-03-02 901 天气",
    )
    found = scene.upload("readings", wrong)
    assert [(one["row"], one["code"]) for one in found["errors"]] == [
        (2, "meter-unknown"),
        (3, "lower-than-last"),
        (4, "day-ahead"),
        (5, "override-unknown"),
    ]
