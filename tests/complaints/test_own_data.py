"""What complaints, messages and homes hand out of a person, and what goes when the person leaves."""

from __future__ import annotations

from typing import Any

from backend.infra.outbox import drain
from tests.complaints.scene import Scene


def own_data(scene: Scene, who: str) -> dict[str, Any]:
    return dict(scene.get("/me/data", who)["data"])


def close(scene: Scene, who: str) -> None:
    assert scene.call("POST", "/me/closure", who).status_code == 204


def test_the_copy_holds_the_own_reports_and_words_and_no_words_of_others(scene: Scene) -> None:
    ticket = scene.report("owner-a", text="楼道灯不亮，已经三天")
    scene.act(ticket, "acknowledged", "dispatcher", "已派师傅")
    other = scene.report("owner-b", text="另一件事，垃圾没有清运")
    scene.call("POST", f"/tickets/{other['id']}/whistles", "owner-a", json={})
    data = own_data(scene, "owner-a")
    texts = {one["number"]: one["text"] for one in data["tickets"]}
    assert texts == {ticket["number"]: "楼道灯不亮，已经三天", other["number"]: ""}
    assert "已派师傅" not in str(data["tickets"])


def test_who_leaves_can_no_longer_be_called_back_and_the_ticket_goes_on(scene: Scene) -> None:
    ticket = scene.report("owner-a", contact_name="甲某", contact_phone="13900000041")
    close(scene, "owner-a")
    shown = scene.act(ticket, "acknowledged", "dispatcher", "已派师傅")
    assert shown["state"] == "acknowledged"
    scene.work()
    body = {"reason": "回访"}
    answer = scene.call("POST", f"/tickets/{ticket['id']}/contact-reveals", "dispatcher", json=body)
    assert "13900000041" not in answer.text
    assert "甲某" not in answer.text


def test_a_message_on_its_way_to_somebody_who_left_is_dropped(scene: Scene) -> None:
    ticket = scene.report("owner-a")
    scene.act(ticket, "acknowledged", "dispatcher", "已派师傅")
    with scene.app.app_context():
        drain()
    close(scene, "owner-a")
    scene.pass_time(hours=12)
    scene.tokens.pop("owner-a")
    assert own_data(scene, "owner-a")["messages"] == []


def test_a_residency_ends_with_the_account(scene: Scene) -> None:
    home = {"building": "1", "stair": "1", "room": "102", "bond": "tenant", "note": ""}
    asked = scene.call("POST", f"/communities/{scene.community}/residencies", "stranger", json=home)
    assert asked.status_code == 201, asked.text
    close(scene, "stranger")
    waiting = scene.get(f"/communities/{scene.community}/residencies?state=asked", "officer")["items"]
    assert waiting == []
