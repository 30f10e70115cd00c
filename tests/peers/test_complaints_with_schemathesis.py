"""schemathesis calls every path of complaints, as our description says and as it does not, as everybody."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from random import Random
from typing import Any

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

from backend.infra.paging import cursor_of
from tests.complaints.conftest import scene, set_scene  # noqa: F401  (fixtures)
from tests.complaints.scene import Scene
from tests.houses import ROOT

TAGS = {
    "tickets", "complaint-intake", "complaint-board", "complaint-figures", "open311-keys", "photos",
}  # fmt: skip
ROLES = (
    "owner-a", "owner-b", "stranger", "dispatcher", "worker", "officer", "street", "department",
    "administrator", None,
)  # fmt: skip
"""None stands for nobody, or a token that was made up."""
EXAMPLES = 32
"""Calls of each operation."""
MODES = [GenerationMode.POSITIVE, GenerationMode.POSITIVE, GenerationMode.NEGATIVE]
"""As the description says, or not."""
FACTS = [
    {"wait": "parts", "reason": "elsewhere", "publication": "shown", "callback": "solved"},
    {"satisfaction": 5, "solved": True, "until": "2026-03-10", "priority": "P4", "category": "noise"},
    {"satisfaction": [], "solved": {}, "until": "9999-12-31", "priority": None, "assignee": ["x"]},
]
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
    """What is really there, so that calls get further than "no such thing"."""

    values: dict[str, list[Any]]

    def fill(self, dice: Random, place: Any) -> None:
        """Name something real about three times of four, however deep."""
        if isinstance(place, dict):
            for name, inner in place.items():
                if name in self.values and dice.random() < 0.75:
                    place[name] = dice.choice(self.values[name])
                else:
                    self.fill(dice, inner)
        elif isinstance(place, list):
            for inner in place:
                self.fill(dice, inner)


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
            "ticket_ids": [tickets, [*tickets, "nosuch"]],
            "photos": [[], [loose[0]], [loose[1]], ["nosuch"]],
            "building": ["1", "2", ""],
            "stair": ["1"],
            "room": ["101"],
            "spot": ["东门"],
            "answers": [{}, {"when": ["day"]}, {"range": "home"}, {"range": ["home"], "when": [{}]}],
            "facts": FACTS,
            "first": ["2026-03-01", "0001-01-01"],
            "last": ["2026-03-31", "9999-12-31"],
            "assignee": ["me", "none", scene.accounts["worker"]],
            "cursor": [
                cursor_of(scene.clock(), fresh["id"]),
                base64.urlsafe_b64encode(b'["0001-01-01T00:00:00+08:00", "\\u0000"]').decode(),
            ],
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
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(data=st.data())
    def call(data: st.DataObject) -> None:
        dice = Random(data.draw(st.binary(min_size=8, max_size=8)))  # evener than what hypothesis draws
        case = data.draw(operation.as_strategy(dice.choice(MODES)))
        for place in (case.path_parameters, case.query, case.body):
            known.fill(dice, place)
        role = dice.choice(ROLES)
        case.call_and_validate(headers=scene.who(role) if role else None, checks=CHECKS)

    call()
