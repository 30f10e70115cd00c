"""Open311 GeoReport v2: every call, in XML and in JSON, as the standard and its validator ask."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from tests.complaints.scene import Scene, a_report

BASE = "/open311/v2"
XML, JSON = "text/xml; charset=utf-8", "application/json; charset=utf-8"
WHEN = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
TEXT, MAYBE = (str,), (str, type(None))
SERVICE = {
    "service_code": TEXT,
    "service_name": TEXT,
    "description": MAYBE,
    "metadata": (bool,),
    "type": TEXT,
    "keywords": MAYBE,
    "group": MAYBE,
}
ATTRIBUTE = {
    "variable": (bool,),
    "code": TEXT,
    "datatype": TEXT,
    "required": (bool,),
    "datatype_description": MAYBE,
    "order": (int,),
    "description": TEXT,
    "values": (list,),
}
REQUEST = {
    "service_request_id": TEXT,
    "status": TEXT,
    "status_notes": MAYBE,
    "service_name": TEXT,
    "service_code": TEXT,
    "description": MAYBE,
    "agency_responsible": MAYBE,
    "service_notice": MAYBE,
    "requested_datetime": TEXT,
    "updated_datetime": TEXT,
    "expected_datetime": MAYBE,
    "address": MAYBE,
    "address_id": MAYBE,
    "zipcode": MAYBE,
    "lat": (float, type(None)),
    "long": (float, type(None)),
    "media_url": MAYBE,
}
DATATYPES = {"string", "number", "datetime", "text", "singlevaluelist", "multivaluelist"}
PLAIN = {"service_code": "stairwell", "address_string": "东门岗亭", "description": "路灯不亮。"}


def call(scene: Scene, path: str, **query: Any) -> TestResponse:
    return scene.client.get(f"{BASE}/{path}", query_string=query)


def read(scene: Scene, path: str, **query: Any) -> Any:
    answer = call(scene, f"{path}.json", **query)
    assert (answer.status_code, answer.content_type) == (200, JSON), answer.text
    return answer.get_json()


def read_xml(scene: Scene, path: str, **query: Any) -> ET.Element:
    answer = call(scene, f"{path}.xml", **query)
    assert (answer.status_code, answer.content_type) == (200, XML), answer.text
    return ET.fromstring(answer.data)


def refused(answer: TestResponse, status: int) -> list[str]:
    """Check an error in the standard's form, and return its descriptions."""
    assert answer.status_code == status, answer.text
    if answer.content_type == JSON:
        errors = answer.get_json()
    else:
        assert answer.content_type == XML
        root = ET.fromstring(answer.data)
        assert root.tag == "errors"
        errors = [{part.tag: part.text for part in error} for error in root]
    assert errors
    assert all(error.keys() == {"code", "description"} for error in errors)
    assert {error["code"] for error in errors} == {str(status)}
    return [error["description"] for error in errors]


def post(scene: Scene, key: str, form: str = "json", **fields: Any) -> TestResponse:
    return scene.client.post(f"{BASE}/requests.{form}", data={"api_key": key, **fields})


def posted(scene: Scene, key: str, **fields: Any) -> dict[str, Any]:
    answer = post(scene, key, **fields)
    assert (answer.status_code, answer.content_type) == (200, JSON), answer.text
    [taken] = answer.get_json()
    return taken


def numbers(found: list[dict[str, Any]]) -> list[str]:
    return [one["service_request_id"] for one in found]


def one(scene: Scene, number: str) -> dict[str, Any]:
    [found] = read(scene, f"requests/{number}")
    return found


def check(found: Mapping[str, Any], shape: Mapping[str, tuple[type, ...]]) -> None:
    assert found.keys() == shape.keys()
    for name, types in shape.items():
        assert isinstance(found[name], types), (name, found[name])


def assert_same(element: ET.Element, value: Any) -> None:
    """Check that an element says what JSON says."""
    if isinstance(value, dict):
        assert [child.tag for child in element] == list(value)
        for child in element:
            assert_same(child, value[child.tag])
    elif isinstance(value, list):
        assert len(element) == len(value)
        for child, inner in zip(element, value, strict=True):
            assert child.tag == {"values": "value"}.get(element.tag, element.tag.rpartition("_")[2][:-1])
            assert_same(child, inner)
    elif isinstance(value, bool):
        assert element.text == str(value).lower()
    else:
        assert element.text == (None if value is None else str(value))
    assert not element.attrib


@pytest.fixture
def key(scene: Scene) -> str:
    answer = scene.call("POST", "/open311-keys", "administrator", json={"name": "演示城市应用"})
    assert answer.status_code == 201
    return answer.get_json()["api_key"]


@pytest.fixture
def second(scene: Scene) -> str:
    """Another community, served by the same firm."""
    body = {"name": "另一花园", "organisation_id": scene.desk.organisation}
    community = scene.call("POST", "/communities", "administrator", json=body).get_json()["id"]
    form = {"duty": "firm", "department": "", "organisation_id": scene.bodies["firm"]}
    answer = scene.call("POST", f"/communities/{community}/bodies", "administrator", json=form)
    assert answer.status_code == 204
    return community


# What the validator asks


@pytest.mark.parametrize(("form", "content_type"), [("xml", XML), ("json", JSON)])
def test_validator_discovery_has_the_exact_content_type(scene: Scene, form: str, content_type: str) -> None:
    assert call(scene, f"discovery.{form}").headers["Content-Type"] == content_type


def test_validator_discovery_names_contact_and_key_service(scene: Scene) -> None:
    found = read(scene, "discovery")
    assert found.keys() == {"changeset", "contact", "key_service", "endpoints"}
    assert found["contact"].strip()
    assert found["key_service"].strip()


def test_validator_changesets_are_iso_dates_in_the_past(scene: Scene) -> None:
    found = read(scene, "discovery")
    for one_set in [found, *found["endpoints"]]:
        assert WHEN.fullmatch(one_set["changeset"])
        assert datetime.fromisoformat(one_set["changeset"]) < datetime.now(UTC)


def test_validator_each_endpoint_is_described_and_speaks_xml(scene: Scene) -> None:
    endpoints = read(scene, "discovery")["endpoints"]
    assert endpoints
    for endpoint in endpoints:
        assert endpoint.keys() == {"specification", "url", "changeset", "type", "formats"}
        assert endpoint["specification"] == "http://wiki.open311.org/GeoReport_v2"
        assert endpoint["url"].endswith(BASE)
        assert endpoint["type"] in {"production", "test"}
        assert isinstance(endpoint["formats"], list)
        assert "text/xml" in endpoint["formats"]


def test_validator_the_url_of_discovery_ends_with_the_word(scene: Scene) -> None:
    url = f"{read(scene, 'discovery')['endpoints'][0]['url']}/discovery"
    assert url.endswith("/discovery")
    assert scene.client.get(url.removeprefix(scene.house.settings.public_url) + ".xml").status_code == 200


def test_validator_there_is_a_service_and_it_has_a_code(scene: Scene) -> None:
    found = read_xml(scene, "services")
    assert len(found) >= 1
    assert all(service.findtext("service_code") for service in found)


@pytest.mark.parametrize("form", ["xml", "json"])
def test_validator_a_post_is_answered(scene: Scene, key: str, form: str) -> None:
    answer = post(scene, key, form, **PLAIN)
    assert answer.status_code == 200
    assert answer.content_type == {"xml": XML, "json": JSON}[form]
    assert b"service_request_id" in answer.data


# Both forms


def test_every_call_says_the_same_in_xml_and_in_json(scene: Scene, key: str) -> None:
    taken = posted(scene, key, **PLAIN)
    number = scene.report()["number"]
    for path, root in [
        ("discovery", "discovery"),
        ("services", "services"),
        ("services/noise", "service_definition"),
        ("services/stairwell", "service_definition"),
        ("requests", "service_requests"),
        (f"requests/{number}", "service_requests"),
        (f"request/{number}", "service_requests"),
        (f"tokens/{taken['token']}", "service_requests"),
    ]:
        element = read_xml(scene, path)
        assert element.tag == root
        assert_same(element, read(scene, path))


def test_xml_begins_with_a_declaration_of_utf8_and_knows_no_namespace(scene: Scene) -> None:
    text = call(scene, "services.xml").get_data(as_text=True)
    assert re.match(r"""<\?xml version=['"]1.0['"] encoding=['"]UTF-8['"]\?>""", text)
    assert "xmlns" not in text
    assert "电梯困人" in text


@pytest.mark.parametrize("path", ["services", "requests"])
def test_lists_are_arrays_at_the_top_of_json(scene: Scene, path: str) -> None:
    assert isinstance(read(scene, path), list)


# Services


def test_each_service_has_the_fields_of_the_standard(scene: Scene) -> None:
    for service in read(scene, "services"):
        check(service, SERVICE)
        assert service["type"] == "realtime"


def test_services_are_the_categories_that_take_reports(scene: Scene) -> None:
    items = scene.client.get("/api/v1/complaint-categories").get_json()["items"]
    found = {service["service_code"]: service for service in read(scene, "services")}
    assert found.keys() == {item["code"] for item in items if item["parent"]}
    assert found["noise"]["metadata"] is True
    assert found["stairwell"]["metadata"] is False
    assert found["noise"]["group"] == "邻里与噪声"


def test_each_definition_has_the_fields_of_the_standard(scene: Scene) -> None:
    for service in read(scene, "services"):
        found = read(scene, f"services/{service['service_code']}")
        assert found.keys() == {"service_code", "attributes"}
        assert bool(found["attributes"]) == service["metadata"]
        for order, attribute in enumerate(found["attributes"], 1):
            check(attribute, ATTRIBUTE)
            assert attribute["datatype"] in DATATYPES
            assert attribute["order"] == order
            assert attribute["datatype"].endswith("valuelist") == bool(attribute["values"])
            for value in attribute["values"]:
                check(value, {"key": TEXT, "name": TEXT})


@pytest.mark.parametrize("code", ["no-such", "lift", "x" * 300])
@pytest.mark.parametrize("form", ["xml", "json"])
def test_a_service_that_is_none_is_404(scene: Scene, code: str, form: str) -> None:
    [words] = refused(call(scene, f"services/{code}.{form}"), 404)
    assert code[:40] in words


def test_a_retired_category_is_no_service_and_its_requests_stay(scene: Scene, key: str) -> None:
    number = posted(scene, key, **PLAIN)["service_request_id"]
    assert scene.call("DELETE", "/complaint-categories/stairwell", "administrator").status_code == 204
    assert "stairwell" not in {service["service_code"] for service in read(scene, "services")}
    refused(call(scene, "services/stairwell.json"), 404)
    refused(post(scene, key, **PLAIN), 404)
    assert one(scene, number)["service_code"] == "stairwell"


# Requests


def test_each_request_has_the_fields_of_the_standard(scene: Scene, key: str) -> None:
    posted(scene, key, **PLAIN, lat="39.9", long="116.4")
    scene.report()
    found = read(scene, "requests")
    assert len(found) == 2
    for request in found:
        check(request, REQUEST)
        assert request["status"] in {"open", "closed"}
        for name in ("requested_datetime", "updated_datetime", "expected_datetime"):
            assert WHEN.fullmatch(request[name])


def test_a_request_tells_what_the_ticket_tells_everybody(scene: Scene) -> None:
    ticket = scene.report()
    assert one(scene, ticket["number"]) == {
        "service_request_id": ticket["number"],
        "status": "open",
        "status_notes": "待受理",
        "service_name": "楼道不干净",
        "service_code": "stairwell",
        "description": None,
        "agency_responsible": "演示物业公司",
        "service_notice": "已受理登记；预计办结时间见 expected_datetime，进展可随时按编号查询。",
        "requested_datetime": "2026-03-02T12:00:00+08:00",
        "updated_datetime": "2026-03-02T12:00:00+08:00",
        "expected_datetime": datetime.fromisoformat(ticket["resolution"]["due_at"]).isoformat(),
        "address": "1号楼",
        "address_id": "1",
        "zipcode": None,
        "lat": None,
        "long": None,
        "media_url": None,
    }


@pytest.mark.parametrize("spelling", ["requests", "request"])
@pytest.mark.parametrize("form", ["xml", "json"])
def test_one_request_has_two_spellings_and_is_404_when_there_is_none(
    scene: Scene, spelling: str, form: str
) -> None:
    number = scene.report()["number"]
    assert number in call(scene, f"{spelling}/{number}.{form}").get_data(as_text=True)
    refused(call(scene, f"{spelling}/20260302-00000000.{form}"), 404)


def test_the_body_that_answers_now_is_the_agency(scene: Scene) -> None:
    urban = scene.report(category="illegal-building", text="楼顶搭建彩钢房。")
    climbed = scene.report()
    scene.act(climbed, "escalated", "dispatcher", "超出物业能力")
    assert one(scene, urban["number"])["agency_responsible"] == "演示综合执法队"
    assert one(scene, climbed["number"])["agency_responsible"] == "演示社区党组织"


def test_a_closed_request_was_updated_last_when_it_was_closed(scene: Scene) -> None:
    ticket = scene.report()
    scene.pass_time(hours=1)
    scene.act(ticket, "resolved", "dispatcher", "已打扫")
    scene.pass_time(hours=1)
    scene.act(ticket, "confirmed", "owner-a", satisfaction=5, solved=True)
    found = one(scene, ticket["number"])
    assert (found["status"], found["updated_datetime"]) == ("closed", "2026-03-02T13:00:00+08:00")


def test_status_tells_open_from_closed(scene: Scene) -> None:
    waiting = scene.report()["number"]
    done = scene.report("owner-b", text="已经好了")
    scene.act(done, "resolved", "dispatcher", "已打扫")
    assert numbers(read(scene, "requests", status="open")) == [waiting]
    assert numbers(read(scene, "requests", status="closed")) == [done["number"]]
    assert set(numbers(read(scene, "requests", status="open,closed"))) == {waiting, done["number"]}
    scene.act(done, "reopened", "owner-b", "又脏了")
    assert read(scene, "requests", status="closed") == []


def test_service_codes_are_a_list_with_commas(scene: Scene) -> None:
    stairwell = scene.report()["number"]
    noise = scene.report("owner-b", category="noise", text="夜里装修")["number"]
    scene.report("owner-f", category="dogs", text="没有牵绳")
    assert numbers(read(scene, "requests", service_code="noise")) == [noise]
    assert set(numbers(read(scene, "requests", service_code="noise, stairwell"))) == {stairwell, noise}
    assert read(scene, "requests", service_code="no-such") == []


def test_a_list_of_ids_overrides_everything_else(scene: Scene) -> None:
    old = scene.report()["number"]
    scene.pass_time(days=100)
    new = scene.report("owner-b", text="又脏了")["number"]
    other = scene.report("owner-f", text="还没有打扫")["number"]
    query = {"status": "closed", "service_code": "noise", "start_date": "2026-03-01T00:00:00Z"}
    found = read(scene, "requests", service_request_id=f"{old},{new}", **query)
    assert numbers(found) == [new, old]
    assert other not in numbers(found)


def test_without_dates_the_last_ninety_days_are_listed(scene: Scene) -> None:
    old = scene.report()["number"]
    scene.pass_time(days=90)
    assert numbers(read(scene, "requests")) == [old]
    scene.pass_time(minutes=1)
    assert read(scene, "requests") == []
    assert numbers(read(scene, "requests", start_date="2026-03-01T00:00:00Z")) == [old]
    assert numbers(read(scene, "requests", end_date="2026-03-02T12:00:00+08:00")) == [old]
    assert read(scene, "requests", end_date="2026-03-02T11:59:59+08:00") == []


@pytest.mark.parametrize(
    ("start", "end", "status"),
    [
        ("2026-01-01T00:00:00Z", "2026-04-01T00:00:00Z", 200),
        ("2026-01-01T00:00:00Z", "2026-04-01T00:00:01Z", 400),
        ("2026-03-02T00:00:00Z", "2026-03-01T00:00:00Z", 400),
        ("2026-03-02T00:00:00", "", 400),
        ("2026-03-02", "", 400),
        ("yesterday", "", 400),
        ("", "2026-13-02T00:00:00Z", 400),
        ("0001-01-01T00:00:00+08:00", "", 400),
        ("", "0001-01-01T00:00:00Z", 400),
        ("9999-12-31T23:59:59Z", "", 400),
    ],
)
def test_dates_need_a_zone_and_span_at_most_ninety_days(
    scene: Scene, start: str, end: str, status: int
) -> None:
    query = {"start_date": start, "end_date": end}
    for form in ("xml", "json"):
        answer = call(scene, f"requests.{form}", **query)
        assert answer.status_code == status
        if status == 400:
            refused(answer, 400)


def test_a_plus_sign_that_nobody_escaped_is_read_as_one(scene: Scene) -> None:
    number = scene.report()["number"]
    answer = scene.client.get(f"{BASE}/requests.json?start_date=2026-03-02T12:00:00+08:00")
    assert numbers(answer.get_json()) == [number]


def test_what_was_updated_lately_is_listed_however_old(scene: Scene) -> None:
    old = scene.report()
    scene.report("owner-b", text="还没有打扫")
    scene.pass_time(days=120)
    scene.pass_time(minutes=1)
    since = scene.clock().isoformat()
    scene.act(old, "replied", "dispatcher", "明天来")
    assert numbers(read(scene, "requests", updated_after=since)) == [old["number"]]
    assert old["number"] not in numbers(
        read(scene, "requests", updated_before=since.replace("2026-06", "2026-05"))
    )


@pytest.mark.parametrize(
    "query",
    [
        {"status": "half-open"},
        {"page": "0"},
        {"page": "-1"},
        {"page": "one"},
        {"page": "²"},
        {"page_size": "1001"},
        {"page_size": "0"},
        {"updated_after": "soon"},
    ],
)
def test_a_parameter_that_cannot_be_read_is_400_and_named(scene: Scene, query: dict[str, str]) -> None:
    [words] = refused(call(scene, "requests.xml", **query), 400)
    assert next(iter(query)) in words


def test_pages_have_a_stable_order_and_an_empty_one_behind_the_last(scene: Scene, key: str) -> None:
    made = [posted(scene, key, **PLAIN | {"description": f"第{i}盏"})["service_request_id"] for i in range(7)]
    whole = numbers(read(scene, "requests"))
    assert set(whole) == set(made)
    pages = [numbers(read(scene, "requests", page=page, page_size=3)) for page in range(1, 6)]
    assert pages == [whole[:3], whole[3:6], whole[6:], [], []]
    assert len(read_xml(scene, "requests", page=4, page_size=3)) == 0


def test_newer_requests_come_first(scene: Scene) -> None:
    first = scene.report()["number"]
    scene.pass_time(minutes=1)
    second = scene.report("owner-b", text="又一处")["number"]
    assert numbers(read(scene, "requests")) == [second, first]


# Jurisdictions


def test_with_one_community_the_jurisdiction_may_be_left_out_or_named(scene: Scene, key: str) -> None:
    number = posted(scene, key, **PLAIN)["service_request_id"]
    for query in ({}, {"jurisdiction_id": scene.community}, {"jurisdiction_id": ""}):
        assert numbers(read(scene, "requests", **query)) == [number]
        assert read(scene, "services", **query)


def test_with_several_communities_lists_and_posts_need_one(scene: Scene, key: str, second: str) -> None:
    for answer in (call(scene, "requests.json"), call(scene, "requests.xml"), post(scene, key, **PLAIN)):
        [words] = refused(answer, 400)
        assert "jurisdiction_id" in words
    here = posted(scene, key, **PLAIN, jurisdiction_id=scene.community)["service_request_id"]
    there = posted(scene, key, **PLAIN, jurisdiction_id=second)["service_request_id"]
    assert numbers(read(scene, "requests", jurisdiction_id=scene.community)) == [here]
    assert numbers(read(scene, "requests", jurisdiction_id=second)) == [there]


def test_what_is_the_same_on_the_whole_server_needs_no_jurisdiction(
    scene: Scene, key: str, second: str
) -> None:
    taken = posted(scene, key, **PLAIN, jurisdiction_id=second)
    number = taken["service_request_id"]
    assert read(scene, "services")
    assert read(scene, "services/noise")
    assert one(scene, number)
    assert numbers(read(scene, "requests", service_request_id=number)) == [number]
    assert numbers(read(scene, f"tokens/{taken['token']}")) == [number]


def test_a_jurisdiction_that_is_given_is_heeded_everywhere(scene: Scene, key: str, second: str) -> None:
    taken = posted(scene, key, **PLAIN, jurisdiction_id=second)
    number, token = taken["service_request_id"], taken["token"]
    paths = ["services", "services/noise", "requests", f"requests/{number}", f"tokens/{token}"]
    for path in paths:
        read(scene, path, jurisdiction_id=second)
        for form in ("xml", "json"):
            refused(call(scene, f"{path}.{form}", jurisdiction_id="nowhere"), 404)
    refused(post(scene, key, **PLAIN, jurisdiction_id="nowhere"), 404)
    refused(call(scene, f"requests/{number}.json", jurisdiction_id=scene.community), 404)
    refused(call(scene, f"tokens/{token}.json", jurisdiction_id=scene.community), 404)
    assert read(scene, "requests", service_request_id=number, jurisdiction_id=scene.community) == []


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
