"""A ticket from the report to the resident's word, over HTTP, for every party."""

from __future__ import annotations

import pytest

from tests.complaints.scene import Scene


def test_a_resident_gets_a_number_and_both_due_times_at_once(scene: Scene) -> None:
    ticket = scene.report()
    assert len(ticket["number"]) == len("20260302-12345678")
    assert ticket["state_name"] == "待受理"
    assert ticket["response"]["due_at"].startswith("2026-03-02T")
    assert ticket["resolution"]["explanation"].endswith("完成")
    assert ticket["parties"] == ["reporter"]


def test_a_ticket_goes_from_report_to_the_resident_s_word(scene: Scene) -> None:
    ticket = scene.report()
    scene.act(ticket, "acknowledged", "dispatcher", "已安排保洁。")
    scene.act(ticket, "assigned", "dispatcher", assignee=scene.accounts["worker"])
    scene.act(ticket, "started", "worker")
    scene.act(ticket, "resolved", "worker", "楼道已打扫干净。")
    done = scene.act(ticket, "confirmed", "owner-a", satisfaction=5, solved=True)
    assert (done["state"], done["satisfaction"], done["solved"]) == ("confirmed", 5, True)
    assert [event["kind"] for event in done["history"]] == [
        "submitted",
        "acknowledged",
        "started",
        "resolved",
        "confirmed",
    ]
    assert any("已办结" in text for text in scene.inbox("owner-a"))


@pytest.mark.parametrize("by", ["stranger", "owner-f", "other-firm", "department"])
def test_whoever_has_no_part_in_a_ticket_does_not_learn_of_it(scene: Scene, by: str) -> None:
    ticket = scene.report()
    answer = scene.show(ticket, by, 404)
    assert answer["code"] == "ticket-unknown"
    scene.act(ticket, "acknowledged", by, status=404)
