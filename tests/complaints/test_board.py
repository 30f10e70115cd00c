"""The public board: what anybody sees, and what a person or a check had to look at first."""

from __future__ import annotations

from dataclasses import replace

import pytest

from backend.infra.moderation import Verdict
from tests.complaints.scene import Scene, a_photo
from tests.houses import an_app

HOME = {"kind": "unit", "building": "1", "stair": "1", "room": "101"}
SECRET = "我是1-1-101的甲某，电话13900000041，楼上一直漏水。"


def board(scene: Scene, query: str = "") -> list[dict]:
    answer = scene.client.get(f"/api/v1/communities/{scene.community}/board/tickets{query}")
    assert answer.status_code == 200, answer.text
    return answer.get_json()["items"]


def test_the_public_sees_what_and_when_and_neither_who_nor_which_home(scene: Scene) -> None:
    point = {"lat": 37.45, "long": 116.35}
    scene.report(text=SECRET, place={**HOME, "point": point}, category="burst-pipe")
    (row,) = board(scene)
    assert (row["place"], row["text"], row["photos"], row["lat"]) == ("1号楼内", "", [], None)
    assert (row["state_name"], row["category_name"]) == ("待受理", "水管爆裂或漏水")
    assert not any(word in str(row) for word in ("101", "13900000041", "甲"))


def test_words_are_shown_after_review_with_homes_and_phones_struck_out(scene: Scene) -> None:
    ticket = scene.report(text=SECRET, place=HOME, category="burst-pipe")
    waiting = scene.get(f"/communities/{scene.community}/reviews", "officer")["texts"]
    assert [one["ticket_id"] for one in waiting] == [ticket["id"]]
    scene.act(ticket, "reviewed", "dispatcher", status=403, publication="shown")
    scene.act(ticket, "reviewed", "officer", publication="shown")
    (row,) = board(scene)
    assert "漏水" in row["text"]
    assert not any(word in row["text"] for word in ("101", "13900000041"))
    assert scene.get(f"/communities/{scene.community}/reviews", "officer")["texts"] == []


def test_a_hidden_ticket_is_not_on_the_board_at_all(scene: Scene) -> None:
    ticket = scene.report()
    scene.act(ticket, "reviewed", "officer", publication="hidden")
    assert board(scene) == []


def test_a_photo_is_public_after_its_review_alone(scene: Scene) -> None:
    photo = scene.photo("owner-a", a_photo("teal"))
    ticket = scene.report(photos=[photo])
    path = f"/api/v1/board/photos/{photo}"
    assert scene.client.get(path).status_code == 404
    scene.call("GET", f"/tickets/{ticket['id']}/photos/{photo}", "owner-b")
    assert (
        scene.call("POST", f"/photos/{photo}/review", "dispatcher", json={"approve": True}).status_code == 403
    )
    assert [p["id"] for p in scene.get(f"/communities/{scene.community}/reviews", "officer")["photos"]] == [
        photo
    ]
    assert scene.call("POST", f"/photos/{photo}/review", "officer", json={"approve": True}).status_code == 204
    shown = scene.client.get(path)
    assert (shown.status_code, shown.headers["Cache-Control"].split(",")[0]) == (200, "public")
    assert board(scene)[0]["photos"] == [photo]
    scene.call("POST", f"/photos/{photo}/review", "officer", json={"approve": False})
    assert scene.client.get(path).status_code == 404


def test_a_neighbour_who_joined_sees_no_photo_before_review(scene: Scene) -> None:
    photo = scene.photo("owner-a")
    ticket = scene.report(photos=[photo])
    scene.call("POST", f"/tickets/{ticket['id']}/whistles", "owner-b", json={})
    shown = scene.show(ticket, "owner-b")
    assert (shown["text"], shown["photos"], shown["may_contact"]) == ("", [], False)
    assert scene.call("GET", f"/tickets/{ticket['id']}/photos/{photo}", "owner-b").status_code == 404
    assert scene.call("GET", f"/tickets/{ticket['id']}/photos/{photo}", "dispatcher").status_code == 200


def test_the_board_can_be_narrowed_and_paged(scene: Scene) -> None:
    old = scene.report(text="旧的")
    scene.act(old, "resolved", "dispatcher", "好了")
    scene.report(category="noise", text="吵")
    assert [row["category"] for row in board(scene, "?open_only=true")] == ["noise"]
    assert [row["category"] for row in board(scene, "?category=stairwell")] == ["stairwell"]
    wrong = scene.client.get(f"/api/v1/communities/{scene.community}/board/tickets?cursor=xyz")
    assert wrong.get_json()["code"] == "cursor-refused"


class OneVerdict:
    """A check that always says the same."""

    def __init__(self, verdict: Verdict) -> None:
        self.verdict, self.asked = verdict, []

    def judge(self, text: str, openid: str | None) -> Verdict:
        self.asked.append((text, openid))
        return self.verdict


@pytest.mark.parametrize(
    ("verdict", "publication"),
    [
        (Verdict.PASS, "shown"),
        (Verdict.REVIEW, "pending"),
        (Verdict.RISKY, "pending"),
        (Verdict.UNKNOWN, "pending"),
    ],
)
def test_words_that_a_check_passes_are_shown_and_all_others_wait(
    scene: Scene, verdict: Verdict, publication: str
) -> None:
    check = OneVerdict(verdict)
    checked = replace(scene.house, text_check=check)
    app = an_app(checked)
    scene.app, scene.house, scene.client = app, checked, app.test_client()
    ticket = scene.report(text=SECRET)
    scene.work()
    assert scene.show(ticket)["publication"] == publication
    assert [("13900000041" in text, openid) for text, openid in check.asked] == [(False, None)]
    with app.app_context():
        app.extensions["sqlalchemy"].engine.dispose()


def test_a_spot_in_the_words_of_who_reports_is_judged_with_the_rest(scene: Scene) -> None:
    check = OneVerdict(Verdict.PASS)
    checked = replace(scene.house, text_check=check)
    app = an_app(checked)
    scene.app, scene.house, scene.client = app, checked, app.test_client()
    scene.report(place={"kind": "spot", "spot": "东门岗亭"}, text="路灯不亮。")
    scene.work()
    assert [words for words, _ in check.asked] == ["东门岗亭 路灯不亮。"]
    with app.app_context():
        app.extensions["sqlalchemy"].engine.dispose()
