"""How tests talk to Open311: calls, what answers must look like, and both forms of one answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree as ET

from werkzeug.test import TestResponse

from tests.complaints.scene import Scene

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
