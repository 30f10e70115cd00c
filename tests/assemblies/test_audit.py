"""Verdicts, the preliminary result, objections, the final result: what blocks and what follows."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from backend.sealing.signing import verify
from tests.assemblies.scene import Scene
from tests.assemblies.world import Json

FOR = [1, 0, 0]
FIRST = [0, 1, 0, 0, 0, 0, 0]


@pytest.fixture
def counted(voting: Scene) -> Scene:
    """One ballot was cast; the result is there."""
    voting.cast("owner-a", voting.whole, "1-1-101", FOR, FIRST)
    voting.count()
    assert voting.assembly()["stage"] == "TALLIED"
    return voting


@pytest.fixture
def preliminary(counted: Scene) -> Scene:
    """Every auditor agreed, and the result is posted."""
    counted.agree()
    assert counted.step("preliminary")["stage"] == "PRELIMINARY"
    return counted


def refused(scene: Scene, form: Json, who: str = "auditor-1") -> str:
    return scene.code("POST", f"{scene.path}/verdicts", form, who)


def step(scene: Scene, name: str) -> str:
    return scene.code("POST", f"{scene.path}/steps", {"step": name}, "chair")


def test_the_result_is_audited_when_every_auditor_agreed(counted: Scene) -> None:
    counted.post(f"{counted.path}/verdicts", counted.verdict("auditor-1"), "auditor-1")
    assert counted.assembly()["stage"] == "TALLIED"
    assert step(counted, "preliminary") == "wrong-stage"
    remarked = counted.verdict("auditor-2", "AGREE_WITH_REMARKS", ("建议下次提前公示。",))
    counted.post(f"{counted.path}/verdicts", remarked, "auditor-2")
    assert counted.assembly()["stage"] == "AUDITED"


def test_verdicts_are_published_with_the_keys_that_check_them(counted: Scene) -> None:
    counted.agree()
    audit = json.loads(counted.get_bytes(f"{counted.path}/audit.json"))
    assert (audit["assembly"], audit["drill"]) == (counted.people.assembly, False)
    assert [verdict["name"] for verdict in audit["verdicts"]] == ["auditor-1", "auditor-2"]
    for verdict in audit["verdicts"]:
        verify(verdict["key"], "verdict", verdict["document"], verdict["signature"])


def test_one_refusal_blocks_the_result_for_good(counted: Scene) -> None:
    """law.md S22."""
    counted.post(f"{counted.path}/verdicts", counted.verdict("auditor-1"), "auditor-1")
    refusal = counted.verdict("auditor-2", "REFUSE", ("名册与登记不符。",))
    counted.post(f"{counted.path}/verdicts", refusal, "auditor-2")
    assert counted.assembly()["stage"] == "AUDIT_REFUSED"
    assert step(counted, "preliminary") == "wrong-stage"
    assert step(counted, "final") == "wrong-stage"
    assert refused(counted, counted.verdict("auditor-2"), "auditor-2") == "verdict-refused"


def test_a_refusal_needs_its_reasons(counted: Scene) -> None:
    assert refused(counted, counted.verdict("auditor-1", "REFUSE")) == "verdict-refused"


@pytest.mark.parametrize(
    "change",
    [
        {"assembly": "another"},
        {"drill": True},
        {"result_sha256": "0" * 64},
        {"elections": {}},
        {"verdict": "MAYBE"},
        {"remarks": "none"},
        {"remarks": [1]},
        {"extra": 1},
    ],
)
def test_a_verdict_about_another_record_is_refused(counted: Scene, change: Json) -> None:
    assert refused(counted, counted.verdict("auditor-1", change=change)) == "verdict-refused"


def test_a_verdict_signed_by_another_auditor_is_refused(counted: Scene) -> None:
    assert refused(counted, counted.verdict("auditor-2")) == "verdict-refused"


def test_only_auditors_of_the_assembly_sign_verdicts(counted: Scene) -> None:
    assert refused(counted, counted.verdict("chair"), "chair") == "not-appointed"


def test_there_is_no_verdict_before_a_result(voting: Scene) -> None:
    form = voting.signed("auditor-1", "verdict", {"assembly": voting.people.assembly})
    assert refused(voting, form) == "wrong-stage"


def test_the_result_is_final_when_the_objection_days_are_over_not_a_second_before(
    preliminary: Scene,
) -> None:
    assert preliminary.clock.at.isoformat() == "2026-04-01T16:00:00+00:00"
    preliminary.go_to("2026-04-09T23:59:59+08:00")
    assert step(preliminary, "final") == "objections-open"
    preliminary.clock.forward(timedelta(seconds=1))
    assert preliminary.step("final")["stage"] == "FINAL"


def test_it_is_shown_until_when_owners_may_object(preliminary: Scene) -> None:
    assert preliminary.assembly()["objections_until"] == "2026-04-10T00:00:00+08:00"


def test_an_owner_objects_to_the_preliminary_result(preliminary: Scene) -> None:
    path, body = f"{preliminary.path}/objections", {"text": "我家的纸质票未登记。"}
    assert preliminary.post(path, body, "owner-b")["id"] == 1
    assert preliminary.post(path, body, "developer")["id"] == 2
    assert preliminary.code("POST", path, body, "stranger") == "not-your-entry"


def test_nobody_objects_before_the_preliminary_result(counted: Scene) -> None:
    body = {"text": "太早。"}
    assert counted.code("POST", f"{counted.path}/objections", body, "owner-b") == "wrong-stage"


def test_only_the_chair_publishes(counted: Scene) -> None:
    counted.agree()
    for name in ("preliminary", "final"):
        body = {"step": name}
        assert counted.code("POST", f"{counted.path}/steps", body, "auditor-1") == "role-missing"
