"""Reporting: who may, where, what, how often, and what is refused with which words."""

from __future__ import annotations

import pytest

from tests.complaints.scene import Scene, a_photo, a_report

NOWHERE = {"kind": "spot"}


def test_the_tree_of_categories_is_for_everybody(scene: Scene) -> None:
    answer = scene.client.get("/api/v1/complaint-categories")
    items = answer.get_json()["items"]
    assert {"lift-trapped", "fire-exit-blocked", "other"} <= {item["code"] for item in items}


def test_a_lift_with_somebody_in_it_must_be_answered_within_a_quarter_of_an_hour(scene: Scene) -> None:
    ticket = scene.report(category="lift-trapped", text="电梯里有人被困。")
    assert ticket["priority"] == "P1"
    assert ticket["response"]["remaining_minutes"] == 15
    assert "15分钟" in ticket["response"]["explanation"]


def test_a_law_enforcement_matter_goes_to_its_department_and_the_firm_is_told(scene: Scene) -> None:
    ticket = scene.report(category="illegal-building", text="楼顶搭建彩钢房。")
    assert (ticket["level"], ticket["level_name"]) == (4, "职能部门")
    parts = {body["name"]: body["part"] for body in ticket["bodies"]}
    assert parts == {"演示综合执法队": "lead", "演示物业公司": "informed"}
    assert "新工单" in scene.inbox("department")[0]
    assert scene.show(ticket, "dispatcher")["number"] == ticket["number"]


def test_where_the_department_is_not_entered_the_street_gets_it(scene: Scene) -> None:
    ticket = scene.report(category="fire-exit-blocked", text="消防通道停满了车。")
    assert [body["name"] for body in ticket["bodies"] if body["part"] == "lead"] == ["演示街道办事处"]


def test_staff_take_a_report_on_the_phone_and_the_caller_is_told_what_happens(scene: Scene) -> None:
    caller = {"contact_name": "来电人", "contact_phone": "13900000041"}
    ticket = scene.report("dispatcher", channel="phone", **caller)
    assert ticket["parties"] == ["dispatcher"]
    scene.act(ticket, "acknowledged", "dispatcher", "马上安排。")
    assert any(ticket["number"] in text and "已受理" in text for text in scene.inbox("owner-a"))


@pytest.mark.parametrize(
    ("by", "channel", "status", "code"),
    [
        ("stranger", "mini_program", 403, "not-a-resident"),
        ("dispatcher", "mini_program", 403, "not-a-resident"),
        ("other-firm", "phone", 403, "role-missing"),
        ("worker", "phone", 403, "role-missing"),
        ("owner-a", "phone", 403, "role-missing"),
        ("owner-a", "pigeon", 422, "validation-failed"),
    ],
)
def test_who_may_report_by_which_channel(scene: Scene, by: str, channel: str, status: int, code: str) -> None:
    assert scene.report(by, status=status, channel=channel)["code"] == code


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"category": "no-such"}, "complaint-category-unknown"),
        ({"category": "lift"}, "complaint-category-unknown"),
        ({"text": "   "}, "complaint-text-refused"),
        ({"text": "长" * 4001}, "complaint-text-refused"),
        ({"place": {"kind": "building", "building": "99"}}, "complaint-place-refused"),
        ({"place": {"kind": "building"}}, "complaint-place-refused"),
        (
            {"place": {"kind": "unit", "building": "1", "stair": "1", "room": "999"}},
            "complaint-place-refused",
        ),
        ({"place": NOWHERE}, "complaint-place-refused"),
        ({"category": "no-water"}, "complaint-answers-refused"),
        ({"photos": ["nosuchphoto"]}, "photo-unknown"),
        ({"contact_phone": "123"}, "phone-unreadable"),
        ({"place": {"kind": "spot", "point": {"lat": 91, "long": 0}}}, "validation-failed"),
    ],
)
def test_a_report_that_cannot_be_taken_is_refused_by_its_reason(
    scene: Scene, changes: dict, code: str
) -> None:
    status = 404 if code == "photo-unknown" else 422
    refused = scene.report(status=status, **changes)
    assert refused["code"] == code
    assert scene.get("/me/tickets", "owner-a")["items"] == []


def test_a_point_of_a_chinese_map_is_kept_as_wgs84(scene: Scene) -> None:
    point = {"lat": 39.910634, "long": 116.403672}
    ticket = scene.report(place={"kind": "spot", "spot": "东门", "point": point})
    assert abs(ticket["lat"] - 39.90923) < 1e-5
    assert abs(ticket["long"] - 116.397428) < 1e-5
    same = scene.report(
        text="又一处", place={"kind": "spot", "spot": "东门", "point": {**point, "system": "wgs84"}}
    )
    assert same["lat"] == point["lat"]


def test_the_same_words_again_are_answered_with_the_number_of_the_first(scene: Scene) -> None:
    first = scene.report()
    for _ in range(9):
        again = scene.report(status=409)
    assert again["code"] == "same-report-again"
    assert first["number"] in again["detail"]
    assert len(scene.get("/me/tickets", "owner-a")["items"]) == 1


def test_the_eleventh_report_of_a_day_is_refused_and_the_next_day_is_free(scene: Scene) -> None:
    for number in range(10):
        scene.report(text=f"第{number}处垃圾")
    refused = scene.report(status=429, text="再一处垃圾")
    assert (refused["code"], "12345" in refused["detail"]) == ("too-many-reports", True)
    scene.report("owner-b", text="邻居的垃圾")
    scene.pass_time(days=1, minutes=1)
    scene.report(text="再一处垃圾")


def test_the_same_key_never_makes_two_tickets(scene: Scene) -> None:
    path, key = f"/communities/{scene.community}/tickets", {"Idempotency-Key": "draft-0001"}
    answers = [scene.call("POST", path, "owner-a", json=a_report(), headers=key) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201, 201, 201]
    assert len({answer.get_json()["number"] for answer in answers}) == 1
    assert len(scene.get("/me/tickets", "owner-a")["items"]) == 1


def test_what_is_open_nearby_is_offered_and_me_too_counts_as_a_whistle(scene: Scene) -> None:
    ticket = scene.report()
    near = f"/communities/{scene.community}/tickets/nearby?category=stairwell&building=1"
    (offered,) = scene.get(near, "owner-b")["items"]
    assert (offered["number"], offered["summary"]) == (ticket["number"], "")
    joined = scene.call("POST", f"/tickets/{ticket['id']}/whistles", "owner-b", json={"text": "我家也是"})
    assert joined.status_code == 201
    assert (joined.get_json()["whistles"], joined.get_json()["parties"]) == (2, ["joiner"])
    again = scene.call("POST", f"/tickets/{ticket['id']}/whistles", "owner-b", json={})
    assert (again.status_code, again.get_json()["code"]) == (409, "ticket-already-joined")
    assert [row["number"] for row in scene.get("/me/tickets", "owner-b")["items"]] == [ticket["number"]]


def test_nearby_goes_by_distance_where_both_have_a_point(scene: Scene) -> None:
    here = {"lat": 37.4500, "long": 116.3500, "system": "wgs84"}
    scene.report(category="road-light", place={"kind": "spot", "spot": "路灯", "point": here}, text="灯不亮")
    base = f"/communities/{scene.community}/tickets/nearby?category=road-light&system=wgs84&long=116.35"
    assert len(scene.get(f"{base}&lat=37.45010", "owner-b")["items"]) == 1
    assert scene.get(f"{base}&lat=37.45100", "owner-b")["items"] == []


def test_nobody_but_residents_sees_what_is_nearby_or_joins(scene: Scene) -> None:
    ticket = scene.report()
    near = f"/communities/{scene.community}/tickets/nearby?category=stairwell"
    assert scene.get(near, "stranger", 403)["code"] == "not-a-resident"
    answer = scene.call("POST", f"/tickets/{ticket['id']}/whistles", "stranger", json={})
    assert answer.get_json()["code"] == "not-a-resident"


def test_photos_go_with_the_report_once_and_by_their_uploader_alone(scene: Scene) -> None:
    mine, theirs = scene.photo("owner-a"), scene.photo("owner-b", a_photo("navy"))
    assert scene.report(status=404, photos=[mine, theirs])["code"] == "photo-unknown"
    ticket = scene.report(photos=[mine])
    assert ticket["photos"] == [mine]
    assert scene.report(status=404, text="又一件", photos=[mine])["code"] == "photo-unknown"
    too_many = scene.report(status=422, text="很多", photos=[f"p{n}" for n in range(10)])
    assert "最多 9 张" in too_many["detail"]


def test_a_community_that_nobody_serves_is_told_to_call_the_hotline(scene: Scene) -> None:
    for duty in ("firm", "community", "street"):
        answer = scene.call("DELETE", f"/communities/{scene.community}/bodies?duty={duty}", "administrator")
        assert answer.status_code == 204
    refused = scene.report(status=409)
    assert (refused["code"], "12345" in refused["detail"]) == ("nobody-serves-community", True)


def test_an_administrator_edits_the_tree_and_a_retired_category_takes_no_reports(scene: Scene) -> None:
    form = {"parent": "cleaning", "name": "乱贴广告", "priority": "P3", "radius_m": 30}
    answer = scene.call("PUT", "/complaint-categories/posters", "administrator", json=form)
    assert answer.status_code == 200, answer.text
    ticket = scene.report(category="posters", text="楼道贴满广告")
    assert scene.call("DELETE", "/complaint-categories/posters", "administrator").status_code == 204
    assert scene.report(status=422, category="posters", text="又贴")["code"] == "complaint-category-unknown"
    assert scene.show(ticket)["category_name"] == "乱贴广告"
    assert scene.call("PUT", "/complaint-categories/posters", "owner-a", json=form).status_code == 403
    orphan = scene.call(
        "PUT", "/complaint-categories/x", "administrator", json={"name": "x", "parent": "stairwell"}
    )
    assert orphan.get_json()["code"] == "complaint-category-refused"


def test_a_report_in_december_is_taken_though_the_next_year_is_not_known(scene: Scene) -> None:
    scene.pass_time(days=303)  # 30 December 2026
    scene.tokens.clear()
    ticket = scene.report()
    assert ticket["resolution"]["due_at"] is None
    assert "2027年放假安排尚未录入" in ticket["resolution"]["explanation"]
    year = {"source": "国务院办公厅关于2027年部分节假日安排的通知（示例）", "days": {"元旦": ["01-01"]}}
    refused = scene.call("PUT", "/work-years/2027", "owner-a", json=year)
    assert refused.status_code == 403
    scene.desk.administrator = scene.desk.signed_in("13800000001")
    entered = scene.call("PUT", "/work-years/2027", "administrator", json=year)
    assert entered.status_code == 200, entered.text
    scene.work()
    assert scene.show(ticket)["resolution"]["due_at"] == "2027-01-07T12:00:00+08:00"


def test_what_was_closed_beyond_the_calendar_is_judged_once_the_year_is_entered(scene: Scene) -> None:
    scene.pass_time(days=303)  # 30 December 2026
    scene.tokens.clear()
    ticket = scene.report()
    scene.pass_time(days=6)
    scene.act(ticket, "resolved", "dispatcher", "好了")
    asked = "/figures/complaints?first=2026-12-30&last=2026-12-31"
    counts = scene.get(asked, "street")["items"][0]["counts"]
    assert (counts["tickets"], counts["resolution_due"]) == (1, 0)
    scene.desk.administrator = scene.desk.signed_in("13800000001")
    year = {"source": "国务院办公厅关于2027年部分节假日安排的通知（示例）", "days": {"元旦": ["01-01"]}}
    scene.call("PUT", "/work-years/2027", "administrator", json=year)
    scene.work()
    counts = scene.get(asked, "street")["items"][0]["counts"]
    assert (counts["resolution_due"], counts["resolution_met"]) == (1, 1)
