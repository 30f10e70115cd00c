"""What people do with a ticket: each step's conditions, and the ladder at work over HTTP."""

from __future__ import annotations

import pytest

from tests.complaints.scene import Scene, a_photo


def test_a_worker_takes_a_ticket_that_nobody_has_and_only_then_acts_on_it(scene: Scene) -> None:
    ticket = scene.report()
    assert scene.act(ticket, "started", "worker", status=403)["code"] == "ticket-not-your-part"
    scene.act(ticket, "assigned", "worker")
    refused = scene.act(ticket, "assigned", "other-worker", status=403)
    assert "接单" in refused["detail"]
    shown = scene.act(ticket, "started", "worker")
    assert (shown["state"], shown["response"]["met"], shown["assignee"]) == (
        "in_progress",
        True,
        "演示worker",
    )


def test_a_dispatcher_gives_a_ticket_to_the_firm_s_own_people_alone(scene: Scene) -> None:
    ticket = scene.report()
    outsider = scene.accounts["other-firm"]
    assert scene.act(ticket, "assigned", "dispatcher", status=403, assignee=outsider)["code"] == (
        "ticket-not-your-part"
    )
    scene.act(ticket, "assigned", "dispatcher", assignee=scene.accounts["worker"])
    assert any("已派给您" in text for text in scene.inbox("worker"))
    names = {one["name"] for one in scene.get(f"/tickets/{ticket['id']}/staff", "dispatcher")["items"]}
    assert names == {"演示dispatcher", "演示worker", "演示other-worker"}


def test_some_matters_are_resolved_with_a_photo_or_not_at_all(scene: Scene) -> None:
    ticket = scene.report(category="road-light", text="路灯不亮")
    assert scene.act(ticket, "resolved", "dispatcher", "修好了", status=422)["code"] == "ticket-proof-missing"
    assert scene.act(ticket, "resolved", "dispatcher", " ", status=422)["code"] == "complaint-text-refused"
    photo = scene.photo("dispatcher", a_photo("gold"))
    done = scene.act(ticket, "resolved", "dispatcher", "修好了", photos=[photo])
    assert done["history"][-1]["photos"] == [photo]
    answer = scene.call("GET", f"/tickets/{ticket['id']}/photos/{photo}?thumbnail=true", "owner-a")
    assert (answer.status_code, answer.content_type, answer.data[:2]) == (200, "image/jpeg", b"\xff\xd8")


@pytest.mark.parametrize(
    ("facts", "part"),
    [({}, "满意度"), ({"satisfaction": 6, "solved": True}, "满意度"), ({"satisfaction": 5}, "是否真正解决")],
)
def test_the_resident_s_word_needs_both_answers(scene: Scene, facts: dict, part: str) -> None:
    ticket = scene.report()
    scene.act(ticket, "resolved", "dispatcher", "好了")
    refused = scene.act(ticket, "confirmed", "owner-a", status=422, **facts)
    assert (refused["code"], part in refused["detail"]) == ("ticket-fact-refused", True)


def test_a_resident_who_is_not_satisfied_reopens_and_the_community_takes_the_lead(scene: Scene) -> None:
    ticket = scene.report()
    scene.act(ticket, "resolved", "dispatcher", "好了")
    again = scene.act(ticket, "reopened", "owner-a", "还是很脏")
    assert (again["state"], again["level_name"], again["reopened"]) == ("reopened", "社区党组织", 1)
    assert again["response"]["met"] is None
    assert any("要求重新办理" in text for text in scene.inbox("officer"))
    scene.act(again, "acknowledged", "officer", "社区已督促")
    shown = scene.act(again, "resolved", "dispatcher", "重新打扫了")
    assert shown["state"] == "resolved"


def test_after_fifteen_days_a_closed_ticket_stays_closed(scene: Scene) -> None:
    ticket = scene.report()
    scene.act(ticket, "resolved", "dispatcher", "好了")
    scene.pass_time(days=7, minutes=1)
    assert scene.show(ticket)["state"] == "confirmed"
    scene.pass_time(days=5)
    scene.act(ticket, "reopened", "owner-a", "又脏了")
    scene.act(ticket, "resolved", "dispatcher", "好了")
    scene.pass_time(days=16)
    scene.tokens.clear()
    refused = scene.act(ticket, "reopened", "owner-a", "又脏了", status=409)
    assert refused["code"] == "ticket-too-late"


def test_a_ticket_nobody_answers_climbs_to_the_street_and_everybody_is_told(scene: Scene) -> None:
    ticket = scene.report()
    scene.pass_time(hours=3)  # 12:00 to 15:00: one working hour
    assert scene.show(ticket)["level"] == 1
    scene.pass_time(hours=1)
    shown = scene.show(ticket)
    assert (shown["level"], shown["level_name"], shown["response"]["met"]) == (2, "社区党组织", False)
    assert any("已升级到社区党组织" in text for text in scene.inbox("officer"))
    assert any("已上报社区党组织" in text for text in scene.inbox("owner-a"))
    scene.pass_time(days=2, hours=1)
    assert scene.show(ticket)["level_name"] == "街道联席会议"
    assert any("已升级到街道联席会议" in text for text in scene.inbox("street"))
    assert [e["kind"] for e in scene.show(ticket)["history"]] == [
        "submitted", "missed", "escalated", "escalated",
    ]  # fmt: skip


def test_above_the_street_stands_the_department_that_supervises_firms(scene: Scene) -> None:
    housing = scene.desk.client.post(
        "/api/v1/organisations",
        json={"name": "演示住建局", "kind": "department"},
        headers=scene.desk.administrator,
    ).get_json()["id"]
    body = {"duty": "department", "department": "housing", "organisation_id": housing}
    assert (
        scene.call("POST", f"/communities/{scene.community}/bodies", "administrator", json=body).status_code
        == 204
    )
    ticket = scene.report()
    scene.act(ticket, "escalated", "dispatcher", "超出能力")
    scene.act(ticket, "escalated", "officer", "请街道协调")
    scene.pass_time(days=8)
    shown = scene.show(ticket)
    assert (shown["level_name"], shown["bodies"][-1]["name"]) == ("职能部门", "演示住建局")
    scene.pass_time(days=16)
    scene.tokens.clear()
    missed = [event["facts"]["clock"] for event in scene.show(ticket)["history"] if event["kind"] == "missed"]
    assert missed.count("step") == 1


def test_the_street_sees_a_ticket_once_it_reaches_it_and_calls_a_department_in(scene: Scene) -> None:
    ticket = scene.report()
    assert scene.show(ticket, "street", 404)["code"] == "ticket-unknown"
    scene.act(ticket, "escalated", "dispatcher", "超出物业能力")
    scene.act(ticket, "escalated", "officer", "请街道协调")
    scene.show(ticket, "department", 404)
    scene.act(ticket, "called_in", "street", "请到场执法", organisation=scene.bodies["urban"])
    shown = scene.show(ticket, "department")
    assert {body["name"]: body["part"] for body in shown["bodies"]} == {
        "演示物业公司": "assist",
        "演示社区党组织": "assist",
        "演示街道办事处": "lead",
        "演示综合执法队": "assist",
    }
    scene.act(ticket, "arrived", "department")
    top = scene.act(ticket, "escalated", "street", status=409)
    assert top["code"] == "no-higher-level"
    strange = scene.act(ticket, "called_in", "street", "来", status=403, organisation=scene.bodies["rival"])
    assert strange["code"] == "ticket-not-your-part"


def test_waiting_stops_the_clock_says_why_and_ends(scene: Scene) -> None:
    ticket = scene.report()
    scene.act(ticket, "waited", "dispatcher", "等配件", status=422)
    waiting = scene.act(ticket, "waited", "dispatcher", "等配件", wait="parts")
    assert (waiting["state"], waiting["resolution"]["is_paused"]) == ("waiting", True)
    assert any("等待配件" in text for text in scene.inbox("owner-a"))
    scene.pass_time(days=1)
    resumed = scene.act(ticket, "resumed", "dispatcher")
    assert "其间暂停计时7小时（等待配件）" in resumed["resolution"]["explanation"]


def test_a_complex_matter_gets_a_dated_plan_from_an_office(scene: Scene) -> None:
    ticket = scene.report(category="charging-pile", text="想装充电桩")
    scene.act(ticket, "acknowledged", "dispatcher")
    assert scene.act(ticket, "planned", "dispatcher", "月底", status=403, until="2026-03-31")["code"] == (
        "ticket-not-your-part"
    )
    for until in ("2026-02-01", "2026-06-30", "9999-12-31", "soon", ""):
        assert scene.act(ticket, "planned", "officer", "月底", status=422, until=until)["code"] == (
            "ticket-plan-refused"
        )
    planned = scene.act(ticket, "planned", "officer", "月底前装好", until="2026-03-31")
    assert planned["resolution"]["due_at"] == "2026-04-01T00:00:00+08:00"
    assert "按已登记的办理方案" in planned["resolution"]["explanation"]
    plain = scene.report(text="普通的")
    scene.act(plain, "acknowledged", "dispatcher")
    scene.act(plain, "planned", "officer", "月底", status=422, until="2026-03-31")


def test_a_rejection_has_a_reason_and_one_appeal_that_the_community_decides(scene: Scene) -> None:
    ticket = scene.report()
    scene.act(ticket, "rejected", "worker", "不管", status=403, reason="court")
    scene.act(ticket, "rejected", "dispatcher", "不管", status=422, reason="lazy")
    scene.act(ticket, "rejected", "dispatcher", "已在诉讼中", reason="court")
    assert scene.act(ticket, "reopened", "owner-a", "不服", status=409)["code"] == "ticket-step-not-allowed"
    scene.act(ticket, "appealed", "owner-a", "没有诉讼")
    assert (
        any("提出申诉" in text for text in scene.inbox("officer")) is False
    )  # the community has no part yet
    scene.act(ticket, "reopened", "officer", "申诉成立")
    shown = scene.show(ticket)
    assert (shown["state"], shown["level"]) == ("reopened", 2)


def test_an_appeal_that_is_dismissed_is_final(scene: Scene) -> None:
    ticket = scene.report()
    scene.act(ticket, "rejected", "dispatcher", "查无此事", reason="unfounded")
    scene.act(ticket, "appeal_dismissed", "officer", "没有申诉", status=409)
    scene.act(ticket, "appealed", "owner-a", "确有此事")
    scene.act(ticket, "appeal_dismissed", "officer", "已到现场核实")
    assert scene.act(ticket, "appealed", "owner-a", "再申诉", status=409)["code"] == "ticket-step-not-allowed"
    assert any("维持原决定" in text for text in scene.inbox("owner-a"))


def test_the_community_calls_back_and_says_whether_it_was_solved(scene: Scene) -> None:
    ticket = scene.report()
    scene.act(ticket, "called_back", "officer", status=409, callback="solved")
    scene.act(ticket, "resolved", "dispatcher", "好了")
    scene.act(ticket, "called_back", "dispatcher", status=403, callback="solved")
    scene.act(ticket, "called_back", "officer", status=422, callback="maybe")
    shown = scene.act(ticket, "called_back", "officer", callback="unsolved", satisfaction=2)
    assert shown["satisfaction"] == 2


def test_notes_among_staff_never_reach_a_resident(scene: Scene) -> None:
    ticket = scene.report()
    scene.act(ticket, "noted", "dispatcher", "此户难缠")
    scene.act(ticket, "replied", "dispatcher", "正在安排")
    texts = [event["text"] for event in scene.show(ticket)["history"]]
    assert "此户难缠" not in texts
    assert "正在安排" in texts
    assert not any("难缠" in text for text in scene.inbox("owner-a"))
    assert "此户难缠" in [event["text"] for event in scene.show(ticket, "officer")["history"]]


def test_a_change_of_priority_brings_its_own_terms(scene: Scene) -> None:
    ticket = scene.report()
    changed = scene.act(ticket, "reclassified", "dispatcher", priority="P2", category="burst-pipe")
    assert (changed["priority"], changed["category"]) == ("P2", "burst-pipe")
    assert "24小时" in changed["resolution"]["explanation"]
    scene.act(ticket, "reclassified", "dispatcher", status=422, category="lift")


def test_merged_tickets_are_one_both_residents_are_told_and_it_can_be_undone(scene: Scene) -> None:
    one, two = scene.report("owner-a"), scene.report("owner-b", text="楼道很脏")
    path = f"/tickets/{two['id']}/merge"
    merged = scene.call("POST", path, "dispatcher", json={"into": one["id"]})
    assert merged.get_json()["state"] == "merged"
    assert scene.show(one)["whistles"] == 2
    assert any("已合并办理" in text for text in scene.inbox("owner-b"))
    assert any("另一张工单已并入" in text for text in scene.inbox("owner-a"))
    assert scene.act(two, "replied", "dispatcher", "写不进", status=409)["code"] == "ticket-step-not-allowed"
    assert scene.call("POST", path, "dispatcher", json={"into": one["id"]}).status_code == 409
    undone = scene.call("DELETE", path, "dispatcher")
    assert (undone.get_json()["state"], scene.show(one)["whistles"]) == ("submitted", 1)
    assert scene.call("DELETE", path, "dispatcher").status_code == 409
    itself = scene.call("POST", path, "dispatcher", json={"into": two["id"]})
    assert itself.get_json()["code"] == "ticket-merge-refused"
    assert scene.call("POST", path, "owner-b", json={"into": one["id"]}).status_code == 403


def test_the_contact_is_shown_for_a_reason_while_open_and_the_asking_is_logged(scene: Scene) -> None:
    ticket = scene.report()
    path = f"/tickets/{ticket['id']}/contact-reveals"
    shown = scene.call("POST", path, "dispatcher", json={"reason": "上门前联系"})
    assert shown.get_json()["phone"] == "13900000041"
    assert scene.call("POST", path, "dispatcher", json={"reason": " "}).status_code == 422
    assert scene.call("POST", path, "owner-a", json={"reason": "看看"}).status_code == 403
    scene.act(ticket, "resolved", "dispatcher", "好了")
    closed = scene.call("POST", path, "dispatcher", json={"reason": "再问"})
    assert (closed.status_code, closed.get_json()["code"]) == (403, "ticket-contact-closed")
    assert scene.call("POST", path, "officer", json={"reason": "回访"}).status_code == 201


def test_a_firm_that_no_longer_serves_loses_its_new_tickets_and_a_dismissed_person_everything(
    scene: Scene,
) -> None:
    ticket = scene.report()
    rival = {"duty": "firm", "organisation_id": scene.bodies["rival"]}
    assert (
        scene.call("POST", f"/communities/{scene.community}/bodies", "administrator", json=rival).status_code
        == 204
    )
    scene.show(ticket, "dispatcher", 404)
    later = scene.report(text="换物业以后的事")
    assert scene.show(later, "other-firm")["number"] == later["number"]
    grants = scene.get("/me", "other-firm")["roles"]
    (grant,) = [one["id"] for one in grants if one["role"] == "firm_dispatcher"]
    assert scene.call("DELETE", f"/grants/{grant}", "administrator").status_code == 204
    scene.show(later, "other-firm", 404)


def test_the_queue_shows_what_is_due_first_and_can_be_narrowed(scene: Scene) -> None:
    slow = scene.report(text="慢的")
    urgent = scene.report(category="lift-trapped", text="困人")
    queue = scene.get("/desk/tickets", "dispatcher")["items"]
    assert [row["number"] for row in queue] == [urgent["number"], slow["number"]]
    assert [row["number"] for row in scene.get("/desk/tickets?priority=P3", "dispatcher")["items"]] == [
        slow["number"]
    ]
    scene.act(slow, "assigned", "worker")
    assert len(scene.get("/desk/tickets?assignee=me", "worker")["items"]) == 1
    assert len(scene.get("/desk/tickets?assignee=none", "worker")["items"]) == 1
    assert scene.get("/desk/tickets", "other-firm", 403)["code"] == "ticket-not-your-part"
    assert scene.get("/desk/tickets", "owner-a", 403)["code"] == "ticket-not-your-part"
    scene.act(slow, "resolved", "worker", "好了")
    assert len(scene.get("/desk/tickets", "dispatcher")["items"]) == 1
    closed = scene.get("/desk/tickets?open_only=false", "dispatcher")["items"]
    assert [row["state"] for row in closed] == ["resolved"]


def test_a_batch_does_each_and_says_which_was_refused(scene: Scene) -> None:
    tickets = [scene.report(text=f"第{number}件") for number in range(3)]
    scene.act(tickets[1], "acknowledged", "dispatcher")
    ids = [ticket["id"] for ticket in tickets] + ["nosuchticket"]
    body = {"ticket_ids": ids, "act": {"kind": "acknowledged", "text": "统一受理"}}
    answer = scene.call("POST", "/desk/tickets/batch", "dispatcher", json=body)
    items = answer.get_json()["items"]
    assert [item["done"] for item in items] == [True, False, True, False]
    assert [items[1]["code"], items[3]["code"]] == ["ticket-step-not-allowed", "ticket-unknown"]


def test_ready_texts_belong_to_the_organisation(scene: Scene) -> None:
    form = {
        "organisation_id": scene.bodies["firm"],
        "kind": "resolved",
        "name": "保洁",
        "text": "已安排保洁。",
    }
    made = scene.call("POST", "/desk/templates", "dispatcher", json=form).get_json()
    assert [one["text"] for one in scene.get("/desk/templates", "worker")["items"]] == ["已安排保洁。"]
    assert scene.get("/desk/templates", "officer")["items"] == []
    assert scene.call("POST", "/desk/templates", "other-firm", json=form).status_code == 403
    assert scene.call("DELETE", f"/desk/templates/{made['id']}", "other-firm").status_code == 403
    assert scene.call("DELETE", f"/desk/templates/{made['id']}", "dispatcher").status_code == 204


def test_the_street_may_shorten_terms_and_never_lengthen_them(scene: Scene) -> None:
    path = f"/communities/{scene.community}/complaint-terms"
    shorter = {"terms": [{"priority": "P3", "response": 1, "resolution": 3}], "spans": [[480, 1080]]}
    assert scene.call("PUT", path, "officer", json=shorter).status_code == 403
    running = scene.report(text="以前的")
    answer = scene.call("PUT", path, "street", json=shorter)
    assert answer.status_code == 200, answer.text
    assert "8:00–18:00" in scene.report(text="以后的")["resolution"]["explanation"]
    assert "5个工作日" in scene.show(running)["resolution"]["explanation"]
    longer = {"terms": [{"priority": "P3", "resolution": 30}]}
    assert scene.call("PUT", path, "street", json=longer).get_json()["code"] == "complaint-terms-refused"
    wrong = {"spans": [[600, 500]]}
    assert scene.call("PUT", path, "street", json=wrong).get_json()["code"] == "working-hours-refused"


def test_the_community_calls_back_whoever_has_not_said_whether_it_is_solved(scene: Scene) -> None:
    path = f"/communities/{scene.community}/call-backs"

    def waiting() -> list[str]:
        return [row["id"] for row in scene.get(path, "officer")["items"]]

    silent, content = scene.report(), scene.report(text="楼道灯不亮，晚上看不清路。")
    for ticket in (silent, content):
        scene.act(ticket, "resolved", "dispatcher", "已处理。", photos=[scene.photo("dispatcher")])
        scene.pass_time(minutes=1)
    assert waiting() == [silent["id"], content["id"]]
    scene.act(content, "confirmed", "owner-a", satisfaction=5, solved=True)
    scene.act(silent, "called_back", "officer", callback="unreached")
    assert waiting() == [silent["id"]]
    scene.act(silent, "called_back", "officer", callback="solved")
    assert waiting() == []
    scene.get(path, "dispatcher", 403)


def test_nobody_is_called_back_after_thirty_days(scene: Scene) -> None:
    ticket = scene.report()
    scene.act(ticket, "resolved", "dispatcher", "已处理。", photos=[scene.photo("dispatcher")])
    path = f"/communities/{scene.community}/call-backs"
    scene.pass_time(days=29)
    assert len(scene.get(path, "officer")["items"]) == 1
    scene.pass_time(days=2)
    assert scene.get(path, "officer")["items"] == []
