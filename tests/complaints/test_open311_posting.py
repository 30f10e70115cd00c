"""Open311 GeoReport v2: sending in, what is never told, hostile texts, and errors."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.complaints.georeport import (
    BASE,
    JSON,
    PLAIN,
    XML,
    call,
    numbers,
    one,
    post,
    posted,
    read,
    read_xml,
    refused,
)
from tests.complaints.scene import Scene, a_report

# Posting


@pytest.mark.parametrize("form", ["xml", "json"])
@pytest.mark.parametrize("bad", ["", "wrong"])
def test_a_post_without_a_good_key_is_403_and_makes_nothing(scene: Scene, form: str, bad: str) -> None:
    [words] = refused(post(scene, bad, form, **PLAIN), 403)
    assert "api_key" in words
    assert read(scene, "requests") == []


def test_the_key_may_stand_in_the_address(scene: Scene, key: str) -> None:
    answer = scene.client.post(f"{BASE}/requests.json?api_key={key}", data=PLAIN)
    assert answer.status_code == 200


def test_only_administrators_make_keys(scene: Scene) -> None:
    for role in ("owner-a", "dispatcher", "officer", "street"):
        answer = scene.call("POST", "/open311-keys", role, json={"name": "演示"})
        assert answer.status_code == 403


@pytest.mark.parametrize(
    ("place", "shown"),
    [
        ({"lat": "39.909230", "long": "116.397428"}, {"lat": 39.90923, "long": 116.397428}),
        ({"address_string": "东门岗亭"}, {"address": "公共位置"}),
        ({"address_id": "2"}, {"address": "2号楼", "address_id": "2"}),
        (
            {"address_id": "2", "address_string": "门厅", "lat": "39.9", "long": "116.4"},
            {"address": "2号楼", "address_id": "2", "lat": 39.9, "long": 116.4},
        ),
        ({"address_string": "东门", "lat": "-0.5", "long": "-179.9"}, {"lat": -0.5, "long": -179.9}),
    ],
)
def test_a_request_may_be_placed_in_each_way_of_the_standard(
    scene: Scene, key: str, place: dict[str, str], shown: dict[str, Any]
) -> None:
    taken = posted(scene, key, service_code="stairwell", description="有垃圾", **place)
    found = one(scene, taken["service_request_id"])
    assert found | shown == found


@pytest.mark.parametrize(
    "place",
    [
        {},
        {"lat": "39.9"},
        {"long": "116.4"},
        {"lat": "north", "long": "116.4"},
        {"lat": "nan", "long": "116.4"},
        {"lat": "91", "long": "116.4"},
        {"address_id": "99"},
        {"address_string": "  "},
        {"address_string": "长" * 201},
    ],
)
def test_a_place_that_is_none_is_400(scene: Scene, key: str, place: dict[str, str]) -> None:
    for form in ("xml", "json"):
        refused(post(scene, key, form, service_code="stairwell", description="有垃圾", **place), 400)
    assert read(scene, "requests") == []


def test_a_post_tells_number_token_and_what_happens_next(scene: Scene, key: str) -> None:
    taken = posted(scene, key, **PLAIN)
    assert taken.keys() == {"service_request_id", "token", "service_notice", "account_id"}
    assert "expected_datetime" in taken["service_notice"]
    for form in ("xml", "json"):
        assert call(scene, f"tokens/{taken['token']}.{form}").status_code == 200
    [told] = read(scene, f"tokens/{taken['token']}")
    assert told == {"service_request_id": taken["service_request_id"], "token": taken["token"]}
    refused(call(scene, "tokens/nosuch.json"), 404)
    refused(call(scene, "tokens/nosuch.xml"), 404)


def test_a_posted_request_is_in_the_queue_of_the_firm(scene: Scene, key: str) -> None:
    number = posted(scene, key, **PLAIN)["service_request_id"]
    [row] = scene.get("/desk/tickets", "dispatcher")["items"]
    shown = scene.show(row, "dispatcher")
    assert (shown["number"], shown["channel"], shown["text"]) == (number, "open311", "路灯不亮。")


def test_who_reports_is_kept_for_the_firm_alone(scene: Scene, key: str) -> None:
    person = {
        "first_name": "某", "last_name": "报料", "email": "yanshi@example.org", "phone": "13900000098",
        "device_id": "device-77", "account_id": "account-77",
    }  # fmt: skip
    number = posted(scene, key, **PLAIN, **person)["service_request_id"]
    everything = call(scene, f"requests/{number}.json").text + call(scene, "requests.xml").text
    assert not [word for word in person.values() if word in everything]
    [row] = scene.get("/desk/tickets", "dispatcher")["items"]
    answer = scene.call(
        "POST", f"/tickets/{row['id']}/contact-reveals", "dispatcher", json={"reason": "约时间"}
    )
    assert answer.get_json() == {"name": "报料 某 yanshi@example.org", "phone": "13900000098"}


def test_the_standard_asks_for_no_description(scene: Scene, key: str) -> None:
    posted(scene, key, service_code="stairwell", lat="39.9", long="116.4")
    [row] = scene.get("/desk/tickets", "dispatcher")["items"]
    assert scene.show(row, "dispatcher")["text"] == "楼道不干净"


def test_four_thousand_characters_and_a_picture_beside_them_are_taken(scene: Scene, key: str) -> None:
    url = "https://pictures.example.org/1.jpg"
    posted(scene, key, **PLAIN | {"description": "长" * 4000}, media_url=url)
    [row] = scene.get("/desk/tickets", "dispatcher")["items"]
    shown = scene.show(row, "dispatcher")
    assert len(shown["text"]) == 4000
    assert shown["history"][-1]["text"] == f"附图：{url}"


@pytest.mark.parametrize(
    "fields",
    [
        {"service_code": ""},
        {"description": "长" * 4001},
        {"description": "空\x00字符"},
        {"phone": "12"},
        {"media_url": "javascript:alert(1)"},
        {"media_url": "https://" + "x" * 500},
        {"first_name": "长" * 101},
        {"attribute": "day"},
        {"attribute[": "day"},
    ],
)
def test_a_field_that_cannot_be_taken_is_400(scene: Scene, key: str, fields: dict[str, str]) -> None:
    for form in ("xml", "json"):
        refused(post(scene, key, form, **PLAIN | fields), 400)
    assert read(scene, "requests") == []


@pytest.mark.parametrize(
    ("code", "attributes", "kept"),
    [
        ("noise", {"attribute[when][]": ["night", "noon"]}, "夜间、中午"),
        ("noise", {"attribute[when]": ["night", "noon"]}, "夜间、中午"),
        ("noise", {"attribute[when]": "day"}, "白天"),
        ("noise", {"attribute[when][]": ["day", ""]}, "白天"),
        ("no-water", {"attribute[range]": "building"}, "整栋楼"),
        ("no-water", {"attribute[range][]": "building"}, "整栋楼"),
        ("no-heat", {"attribute[room_temperature]": "15.5"}, "15.5"),
        ("lift-stopped", {"attribute[lift_number]": "<b>A&1</b>"}, "<b>A&1</b>"),
        ("noise", {}, None),
    ],
)
def test_attributes_are_answers_to_the_questions_of_the_service(
    scene: Scene, key: str, code: str, attributes: dict[str, Any], kept: str | None
) -> None:
    posted(scene, key, **PLAIN | {"service_code": code}, **attributes)
    [row] = scene.get("/desk/tickets", "dispatcher")["items"]
    answers = scene.show(row, "dispatcher")["answers"]
    assert [answer["answer"] for answer in answers] == ([] if kept is None else [kept])


@pytest.mark.parametrize(
    ("code", "attributes", "named"),
    [
        ("no-water", {}, "range"),
        ("no-water", {"attribute[range]": "street"}, "range"),
        ("no-water", {"attribute[range]": ["home", "building"]}, "range"),
        ("noise", {"attribute[when][]": ["day", "day"]}, "when"),
        ("noise", {"attribute[when][]": ["midnight"]}, "when"),
        ("no-heat", {"attribute[room_temperature]": "cold"}, "room_temperature"),
        ("stairwell", {"attribute[WH-1]": "x"}, "WH-1"),
    ],
)
def test_an_attribute_that_is_wrong_is_400_and_named(
    scene: Scene, key: str, code: str, attributes: dict[str, Any], named: str
) -> None:
    [words] = refused(post(scene, key, **PLAIN | {"service_code": code}, **attributes), 400)
    assert named in words


def test_a_community_that_nobody_serves_is_400(scene: Scene, key: str) -> None:
    body = {"name": "无人花园", "organisation_id": scene.desk.organisation}
    community = scene.call("POST", "/communities", "administrator", json=body).get_json()["id"]
    refused(post(scene, key, **PLAIN, jurisdiction_id=community), 400)


# Nothing private


def test_a_home_its_point_and_its_words_are_never_told(scene: Scene) -> None:
    place = {
        "kind": "unit", "building": "1", "stair": "1", "room": "101",
        "point": {"lat": 39.9, "long": 116.4},
    }  # fmt: skip
    ticket = scene.report(place=place, text="我家漏水，电话13900000041，1-1-101。")
    found = one(scene, ticket["number"])
    assert (found["address"], found["lat"], found["long"]) == ("1号楼内", None, None)
    assert found["description"] is None
    scene.act(ticket, "reviewed", "officer", publication="shown")
    shown = one(scene, ticket["number"])
    assert shown["description"] == "我家漏水，电话＊＊，＊＊。"
    assert shown["address"] == "1号楼内"
    for form in ("xml", "json"):
        told = call(scene, f"requests.{form}").text
        assert not re.search("101|13900000041|116.4", told)


def test_a_spot_in_the_words_of_who_reports_waits_for_review_too(scene: Scene) -> None:
    place = {"kind": "spot", "spot": "1单元101门口，电话13900000041"}
    ticket = scene.report(place=place)
    board = f"/communities/{scene.community}/board/tickets"
    assert one(scene, ticket["number"])["address"] == "公共位置"
    assert scene.get(board, "owner-b")["items"][0]["place"] == "公共位置"
    [waiting] = scene.get(f"/communities/{scene.community}/reviews", "officer")["texts"]
    assert waiting["place"] == place["spot"]
    scene.act(ticket, "reviewed", "officer", publication="shown")
    assert one(scene, ticket["number"])["address"] == "＊＊门口，电话＊＊"
    assert scene.get(board, "owner-b")["items"][0]["place"] == "＊＊门口，电话＊＊"


def test_a_hidden_ticket_is_nowhere(scene: Scene) -> None:
    ticket = scene.report()
    scene.act(ticket, "reviewed", "officer", publication="hidden")
    assert read(scene, "requests") == []
    assert read(scene, "requests", service_request_id=ticket["number"]) == []
    refused(call(scene, f"requests/{ticket['number']}.json"), 404)


def test_a_photo_is_told_only_once_it_was_approved(scene: Scene) -> None:
    photo = scene.photo("owner-a")
    ticket = scene.report(photos=[photo])
    assert one(scene, ticket["number"])["media_url"] is None
    answer = scene.call("POST", f"/photos/{photo}/review", "officer", json={"approve": True})
    assert answer.status_code == 204
    url = one(scene, ticket["number"])["media_url"]
    assert url.startswith(scene.house.settings.public_url)
    assert scene.client.get(url.removeprefix(scene.house.settings.public_url)).content_type == "image/jpeg"


def test_internal_notes_and_replies_are_never_told(scene: Scene) -> None:
    ticket = scene.report()
    scene.act(ticket, "noted", "dispatcher", "业主难缠")
    scene.act(ticket, "replied", "dispatcher", "王师傅上门")
    told = call(scene, "requests.xml").text + call(scene, f"request/{ticket['number']}.json").text
    assert "难缠" not in told
    assert "王师傅" not in told


# Hostile texts


def test_control_characters_never_break_the_xml(scene: Scene, key: str) -> None:
    text = "灯\x01\x0b\x1f坏了\ufffe\uffff\x85\x7f行\t列"
    number = posted(scene, key, **PLAIN | {"description": text})["service_request_id"]
    [row] = scene.get("/desk/tickets", "dispatcher")["items"]
    scene.act(row, "reviewed", "officer", publication="shown")
    element = read_xml(scene, f"requests/{number}")
    assert element[0].findtext("description") == "灯坏了\x85\x7f行\t列"
    assert one(scene, number)["description"] == text


def test_markup_is_told_as_the_words_it_is(scene: Scene, key: str) -> None:
    text = "]]><request/><script>alert(1)</script>&lt;&#x0;<!ENTITY x SYSTEM 'file:///etc/passwd'>"
    number = posted(scene, key, **PLAIN | {"description": text})["service_request_id"]
    [row] = scene.get("/desk/tickets", "dispatcher")["items"]
    scene.act(row, "reviewed", "officer", publication="shown")
    element = read_xml(scene, f"requests/{number}")
    assert len(element) == 1
    assert element[0].findtext("description") == text
    assert b"<script" not in call(scene, f"requests/{number}.xml").data
    assert one(scene, number)["description"] == text


# Errors and addresses


@pytest.mark.parametrize(
    "path", ["nothing.xml", "nothing.json", "services", "services.html", "requests/1/2.xml"]
)
def test_an_address_that_the_standard_does_not_know_is_404_in_its_form(scene: Scene, path: str) -> None:
    refused(call(scene, path), 404)


def test_a_body_that_is_too_large_is_refused_in_the_form_of_the_standard(scene: Scene, key: str) -> None:
    refused(post(scene, key, "xml", **PLAIN | {"description": "x" * (33 * 1024 * 1024)}), 413)


def test_a_fault_of_the_server_is_told_in_the_form_of_the_standard(scene: Scene) -> None:
    scene.clock.at = None  # a clock that is broken
    [words] = refused(call(scene, "requests.json"), 500)
    assert "NoneType" not in words


NAMES = st.sampled_from(
    ["service_request_id", "service_code", "start_date", "end_date", "status", "page", "page_size",
     "updated_after", "updated_before", "jurisdiction_id", "lat", "long", "address_id", "address_string",
     "description", "attribute[when][]", "attribute[range]", "media_url", "phone", "email", "api_key"]
)  # fmt: skip
WORDS = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["open", "closed", "noise", "no-water", "1", "1000", "0001-01-01T00:00:00Z", "39.9", "1e400"]
    ),
    st.datetimes().map(lambda at: f"{at.isoformat()}+08:00"),
)


@settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(query=st.dictionaries(NAMES, WORDS, max_size=5))
def test_no_query_and_no_post_breaks_the_server(scene: Scene, key: str, query: dict[str, str]) -> None:
    for form in ("xml", "json"):
        for answer in (
            call(scene, f"requests.{form}", **query),
            post(scene, key, form, **{"service_code": "noise", "description": "吵", **query}),
        ):
            if answer.status_code == 200:
                assert answer.content_type in {XML, JSON}
            else:
                refused(answer, answer.status_code)
                assert answer.status_code in {400, 403, 404, 429}
            if answer.content_type == XML:
                ET.fromstring(answer.data)


def test_a_report_through_the_app_and_one_through_open311_stand_in_one_list(scene: Scene, key: str) -> None:
    answer = scene.call("POST", f"/communities/{scene.community}/tickets", "owner-a", json=a_report())
    number = posted(scene, key, **PLAIN)["service_request_id"]
    assert set(numbers(read(scene, "requests"))) == {answer.get_json()["number"], number}
