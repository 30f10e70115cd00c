"""A client that nobody here wrote, PyPI georeport, reads our Open311 from a running server."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import requests
from georeport import GeoReport

from tests.complaints.conftest import scene, set_scene  # noqa: F401  (fixtures)
from tests.complaints.scene import Scene
from tests.houses import served

MARCH = {"start_date": "2026-03-01T00:00:00+08:00", "end_date": "2026-03-31T00:00:00+08:00"}


@dataclass(frozen=True)
class Served:
    """A running server, its address, what was reported before, and a key to report by."""

    address: str
    community: str
    stairwell: str
    noise: str
    key: str

    def client(self, form: str, **more: str) -> GeoReport:
        """Return the peer's client."""
        return GeoReport(self.address, output_format=form, **more)


@pytest.fixture
def server(scene: Scene) -> Iterator[Served]:  # noqa: F811
    stairwell = scene.report()
    noise = scene.report("owner-b", category="noise", text="夜里装修", answers={"when": ["night"]})
    scene.act(noise, "reviewed", "officer", publication="shown")
    scene.act(stairwell, "resolved", "dispatcher", "已打扫")
    key = scene.call("POST", "/open311-keys", "administrator", json={"name": "演示城市应用"}).get_json()
    with served(scene.house.settings.data_dir) as address:
        made = (stairwell["number"], noise["number"], key["api_key"])
        yield Served(f"{address}/open311/v2", scene.community, *made)


def test_the_client_reads_everything_in_both_forms(server: Served) -> None:
    for form in ("json", "xml"):
        client = server.client(form)
        services = {service["service_code"]: service for service in client.get_service_list()}
        assert services["noise"]["service_name"] == "噪声扰民"
        assert services["noise"]["metadata"] in {True, "true"}

        definition = client.get_service_definition("noise")
        assert definition["service_code"] == "noise"

        both = client.get_service_requests(**MARCH)
        assert {one["service_request_id"] for one in both} == {server.stairwell, server.noise}

        one = client.get_service_request(server.noise)
        assert (one["status"], one["description"], one["address"]) == ("open", "夜里装修", "1号楼")
        assert one["expected_datetime"].startswith("2026-03-")
    assert [
        value["key"]
        for value in server.client("json").get_service_definition("noise")["attributes"][0]["values"]
    ] == ["day", "noon", "night"]


def test_the_client_filters_as_the_standard_says(server: Served) -> None:
    client = server.client("json", jurisdiction=server.community)

    def found(**query: str) -> list[str]:
        return [one["service_request_id"] for one in client.get_service_requests(**query)]

    assert found(**MARCH, status="open") == [server.noise]
    assert found(**MARCH, status="closed") == [server.stairwell]
    assert found(**MARCH, service_code="stairwell") == [server.stairwell]
    assert found(service_request_id=server.noise, status="closed") == [server.noise]
    assert found() == []  # the ninety days up to now
    with pytest.raises(requests.HTTPError) as refusal:
        found(start_date="2026-01-01T00:00:00Z", end_date="2026-12-01T00:00:00Z")
    assert refusal.value.response.status_code == 400
    assert "start_date" in refusal.value.response.json()[0]["description"]


def test_the_client_reads_what_was_posted_a_moment_ago(server: Served) -> None:
    form = {"api_key": server.key, "service_code": "no-water", "address_id": "2", "description": "全楼停水"}
    answer = requests.post(
        f"{server.address}/requests.xml", data=form | {"attribute[range]": "building"}, timeout=30
    )
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/xml; charset=utf-8")
    [posted] = server.client("json").get_service_requests(service_code="no-water")
    assert posted["service_request_id"] in answer.text
    assert (posted["address_id"], posted["agency_responsible"]) == ("2", "演示物业公司")


def test_the_client_is_told_of_another_jurisdiction_that_there_is_none(server: Served) -> None:
    client = server.client("xml", jurisdiction="nowhere")
    for ask in (client.get_service_list, client.get_service_requests):
        with pytest.raises(requests.HTTPError) as refusal:
            ask()
        assert refusal.value.response.status_code == 404
        assert refusal.value.response.content.startswith(b"<?xml")
