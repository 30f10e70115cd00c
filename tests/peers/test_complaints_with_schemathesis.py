"""schemathesis calls every path of complaints, as our description says and as it does not, as everybody."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.complaints.conftest import scene, set_scene  # noqa: F401  (fixtures)
from tests.complaints.scene import Scene
from tests.houses import ROOT

TAGS = {
    "tickets", "complaint-intake", "complaint-board", "complaint-figures", "open311-keys", "photos",
}  # fmt: skip
ROLES = ("owner-a", "stranger", "dispatcher", "worker", "officer", "street", "department", "administrator")
EXAMPLES = 8
"""Calls as each role and in each of two ways, lawful and not."""
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


def _operations() -> list[tuple[str, str]]:
    paths = json.loads((ROOT / "docs" / "openapi.json").read_text(encoding="utf-8"))["paths"]
    return [
        (method, path)
        for path, operations in sorted(paths.items())
        for method, operation in operations.items()
        if method in {"get", "put", "post", "delete"} and TAGS & set(operation["tags"])
    ]


@dataclass
class Known:
    """Ids of what is really there, so that calls get further than "no such thing"."""

    values: dict[str, list[str]]

    def fill(self, data: st.DataObject, case: schemathesis.Case) -> None:
        """Name something real in about two calls of three."""
        for place in (case.path_parameters, case.query):
            for name in place or {}:
                if name in self.values and data.draw(st.integers(0, 2)):
                    place[name] = data.draw(st.sampled_from(self.values[name]))
        if isinstance(case.body, dict):
            for name in case.body:
                if name in self.values and data.draw(st.booleans()):
                    case.body[name] = data.draw(st.sampled_from(self.values[name]))


@pytest.fixture
def known(scene: Scene) -> Known:  # noqa: F811
    photo = scene.photo("owner-a")
    fresh = scene.report(photos=[photo])
    working = scene.report("owner-b", category="noise", text="夜里装修", answers={"when": ["night"]})
    scene.act(working, "acknowledged", "dispatcher")
    solved = scene.report("owner-f", text="二号楼楼道没有打扫")
    scene.act(solved, "resolved", "dispatcher", "已打扫")
    loose = [scene.photo(role) for role in ("owner-a", "dispatcher")]
    tickets = [fresh["id"], working["id"], solved["id"]]
    organisations = list(scene.bodies.values())
    template = {"organisation_id": scene.bodies["firm"], "kind": "replied", "name": "收到", "text": "收到。"}
    kept = scene.call("POST", "/desk/templates", "dispatcher", json=template).get_json()
    return Known(
        {
            "ticket_id": tickets,
            "into": tickets,
            "community_id": [scene.community],
            "photo_id": [photo, *loose],
            "template_id": [kept["id"]],
            "organisation_id": organisations,
            "code": ["noise", "lift", "brand-new"],
            "category": ["noise", "stairwell", "no-water"],
            "year": ["2026"],
            "number": [fresh["number"]],
        }
    )


@pytest.mark.parametrize(("method", "path"), _operations())
def test_no_call_breaks_the_server_or_its_own_description(
    scene: Scene,  # noqa: F811
    known: Known,
    method: str,
    path: str,
) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", scene.app)
    operation = schema[path][method.upper()]

    @settings(
        max_examples=EXAMPLES * len(ROLES),
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(data=st.data())
    def call(data: st.DataObject) -> None:
        mode = data.draw(st.sampled_from([GenerationMode.POSITIVE, GenerationMode.NEGATIVE]))
        case = data.draw(operation.as_strategy(mode))
        known.fill(data, case)
        case.call_and_validate(headers=scene.who(data.draw(st.sampled_from(ROLES))), checks=CHECKS)

    call()
