"""Drafting, reviewing, noticing, freezing: what an assembly may be, and who may do what to it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.assemblies.scene import Scene
from tests.assemblies.world import AREA, HEADS, Json, a_committee, a_draft, an_item
from tests.registry.makers import a_csv, a_document, a_row


def create(scene: Scene, **changes: object) -> Json:
    return scene.refusal(
        "POST", f"/communities/{scene.people.community}/assemblies", a_draft(**changes), "chair"
    )


# Drafts


def test_a_draft_is_shown_to_all_with_its_computed_hours(founded: Scene) -> None:
    made = founded.draft()
    shown = founded.assembly()
    assert shown == made
    assert (shown["stage"], shown["drill"]) == ("DRAFT", False)
    assert (shown["opens_at"], shown["closes_at"]) == (
        "2026-03-18T00:00:00+08:00",
        "2026-04-02T00:00:00+08:00",
    )
    assert [item["id"] for item in shown["items"]] == ["fund", "committee", "roof"]
    assert (shown["elections"], shown["people"], shown["missing"]) == ([], [], [])


def test_the_majorities_of_the_rule_pack_are_shown_to_all(founded: Scene) -> None:
    founded.draft()
    assert founded.assembly()["majorities"] == {
        "quorum": {"numerator": 2, "denominator": 3, "inclusive": True},
        "ordinary": {"numerator": 1, "denominator": 2, "inclusive": False},
        "special": {"numerator": 3, "denominator": 4, "inclusive": True},
    }


@pytest.mark.parametrize(
    ("item", "cause"),
    [
        pytest.param(a_committee(seats=4), "odd", id="even-seats"),
        pytest.param(a_committee(seats=3), "5", id="fewer-seats-than-the-pack-demands"),
        pytest.param(a_committee(candidates=[]), "candidates", id="no-candidates"),
        pytest.param(an_item(scope="floor:3"), "scope", id="unknown-scope"),
        pytest.param(an_item(seats=5), "seats", id="a-vote-with-seats"),
    ],
)
def test_an_item_that_no_ballot_or_law_allows_is_refused_naming_it(
    founded: Scene, item: Json, cause: str
) -> None:
    problem = create(founded, items=[item])
    assert problem["code"] == "draft-refused"
    [error] = problem["errors"]
    assert error["field"] == f"items.{item['id']}"
    assert cause in error["rule"]


@pytest.mark.parametrize(
    "change", [{"matter": 0}, {"matter": 10}, {"matter": "5"}, {"kind": "poll"}, {"id": "a b"}]
)
def test_an_item_with_a_field_out_of_range_is_refused_naming_the_field(founded: Scene, change: Json) -> None:
    problem = create(founded, items=[an_item(**change)])
    assert problem["code"] == "validation-failed"
    assert [error["field"] for error in problem["errors"]] == [f"items.0.{next(iter(change))}"]


def test_two_items_of_one_id_are_refused(founded: Scene) -> None:
    problem = create(founded, items=[an_item(), an_item(title="另一项")])
    assert (problem["code"], problem["errors"][0]["field"]) == ("draft-refused", "items.fund")


def test_every_fault_is_named_at_once(founded: Scene) -> None:
    problem = create(founded, items=[a_committee(seats=4), an_item(scope="floor:3")])
    assert [error["field"] for error in problem["errors"]] == ["items.committee", "items.fund"]


def test_an_empty_agenda_is_refused(founded: Scene) -> None:
    assert create(founded, items=[])["code"] == "validation-failed"


def test_an_unknown_rule_pack_is_refused(founded: Scene) -> None:
    assert create(founded, rule_pack="cn-nowhere")["code"] == "draft-refused"


def test_a_rule_pack_is_not_a_path(founded: Scene) -> None:
    assert create(founded, rule_pack="../packs/cn-civil-code")["code"] == "draft-refused"


@pytest.mark.parametrize("days", [4, 61])
def test_a_voting_period_outside_the_pack_is_refused(founded: Scene, days: int) -> None:
    problem = create(founded, voting_days=days)
    assert problem["code"] == "draft-refused"
    assert "5 to 60" in problem["detail"]


def test_an_unknown_field_is_refused_by_name(founded: Scene) -> None:
    problem = create(founded, opens_at="2026-03-03T00:00:00+08:00")
    assert problem["errors"] == [{"field": "opens_at", "rule": "没有这个字段"}]


def test_only_the_chair_of_the_community_drafts(founded: Scene) -> None:
    path = f"/communities/{founded.people.community}/assemblies"
    for who in ("owner-a", "registrar", "administrator"):
        assert founded.code("POST", path, a_draft(), who) == "role-missing"
    assert founded.code("POST", "/communities/nowhere/assemblies", a_draft(), "chair") == "community-unknown"


def test_a_draft_may_be_replaced_and_after_review_may_not(founded: Scene) -> None:
    """law.md S12."""
    founded.draft()
    changed = founded.put(
        founded.path, a_draft(title="改后的会议", items=[an_item(title="改后的事项")]), "chair"
    )
    assert [item["title"] for item in changed["items"]] == ["改后的事项"]
    founded.step("review")
    assert founded.code("PUT", founded.path, a_draft(), "chair") == "wrong-stage"
    assert founded.assembly()["title"] == "改后的会议"


# Steps


def test_steps_are_taken_in_their_order_only(founded: Scene) -> None:
    founded.draft()
    for name in ("notice", "freeze", "ready", "preliminary", "final"):
        assert founded.code("POST", f"{founded.path}/steps", {"step": name}, "chair") != "ok"
    assert founded.assembly()["stage"] == "DRAFT"
    assert founded.step("review")["stage"] == "REVIEW"
    assert founded.code("POST", f"{founded.path}/steps", {"step": "review"}, "chair") == "wrong-stage"
    assert founded.step("notice")["stage"] == "NOTICED"


def test_a_step_that_does_not_exist_is_refused(founded: Scene) -> None:
    founded.draft()
    assert founded.code("POST", f"{founded.path}/steps", {"step": "create"}, "chair") == "validation-failed"


def test_only_the_chair_takes_steps(founded: Scene) -> None:
    founded.draft()
    for name in ("review", "notice", "freeze", "ready", "preliminary", "final"):
        assert founded.code("POST", f"{founded.path}/steps", {"step": name}, "officer") == "role-missing"


def test_the_community_advises_during_review_only(founded: Scene) -> None:
    founded.draft()
    path, body = f"{founded.path}/opinions", {"text": "建议附上维修方案。"}
    assert founded.code("POST", path, body, "officer") == "wrong-stage"
    founded.step("review")
    assert founded.post(path, body, "officer")["id"] == 1
    assert founded.code("POST", path, body, "chair") == "role-missing"


def test_a_notice_after_the_day_it_names_is_refused(founded: Scene) -> None:
    founded.draft()
    founded.step("review")
    founded.clock.forward(timedelta(days=1))
    problem = founded.refusal("POST", f"{founded.path}/steps", {"step": "notice"}, "chair")
    assert problem["code"] == "notice-too-late"
    assert "2026-03-03" in problem["detail"]


# Rolls


def test_each_scope_becomes_one_election_with_its_own_denominators(founded: Scene) -> None:
    founded.draft()
    founded.freeze()
    whole, first = founded.assembly()["elections"]
    assert (whole["scope"], whole["items"]) == ("all", ["fund", "committee"])
    assert (whole["electors"], whole["area"]) == (HEADS, AREA)
    assert (first["scope"], first["items"]) == ("building:1", ["roof"])
    assert (first["electors"], first["area"]) == (2, 30050)


def test_the_roll_is_frozen_once_and_later_imports_do_not_move_it(founded: Scene) -> None:
    founded.draft()
    founded.freeze()
    founded.upload(a_csv(a_row(building="9", stair="1", room="101", documents=a_document(77))))
    assert founded.assembly()["elections"][0]["electors"] == HEADS
    assert founded.code("POST", f"{founded.path}/steps", {"step": "freeze"}, "chair") == "wrong-stage"


def test_a_unit_without_area_blocks_the_freeze_by_name_and_nothing_is_kept(founded: Scene) -> None:
    founded.upload(
        a_csv(
            a_row(
                building="3", stair="1", room="101", use="车位", area="", source="", documents=a_document(8)
            )
        )
    )
    founded.draft(rule_pack="cn-civil-code", items=[an_item(scope="building:3")])
    founded.step("review")
    founded.step("notice")
    problem = founded.refusal("POST", f"{founded.path}/steps", {"step": "freeze"}, "chair")
    assert problem["code"] == "draft-refused"
    assert "building:3" in problem["detail"]
    assert founded.assembly()["elections"] == []


def test_only_the_appointed_registrar_sees_the_roll_and_owners_are_masked(founded: Scene) -> None:
    founded.draft()
    founded.freeze()
    path = f"{founded.path}/registrar-roll"
    assert founded.code("GET", path, by="registrar") == "not-appointed"
    founded.join("registrar")
    electors = founded.get(path, "registrar")["electors"]
    [together] = [one for one in electors if one["labels"] == ["1-1-102"]]
    assert sorted(together["owners"]) == ["丙**", "乙**"]
    assert together["area"] == {founded.people.uuids["all"]: 8050, founded.people.uuids["building:1"]: 8050}
    [developer] = [one for one in electors if one["labels"] == ["2-1-401", "2-1-402"]]
    assert developer["owners"] == []
    assert founded.code("GET", path, by="chair") == "not-appointed"
