"""Open311 GeoReport v2: reading, in XML and in JSON, as the standard and its validator ask."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from tests.complaints.georeport import (
    ATTRIBUTE,
    BASE,
    DATATYPES,
    JSON,
    PLAIN,
    REQUEST,
    SERVICE,
    TEXT,
    WHEN,
    XML,
    assert_same,
    call,
    check,
    numbers,
    one,
    post,
    posted,
    read,
    read_xml,
    refused,
)
from tests.complaints.scene import Scene

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
