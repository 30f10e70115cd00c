"""Who serves a community: entered, replaced, ended; what was is kept."""

import pytest
import sqlalchemy as sa

from backend.infra.db import reading
from backend.registry import bodies_of, communities_served


def bodies(town, community=None):
    items = town.get(f"/communities/{community or town.community}/bodies", "tenant")["items"]
    return {(one["duty"], one["department"]): one["organisation_id"] for one in items}


def history(town):
    with town.app.app_context(), reading() as session:
        query = sa.text(
            "SELECT duty, organisation_id, until IS NULL FROM community_bodies ORDER BY since, id"
        )
        return [(duty, body, bool(current)) for duty, body, current in session.execute(query)]


def end(town, duty, department="", by="administrator", community=None):
    path = f"/communities/{community or town.community}/bodies?duty={duty}&department={department}"
    return town.ask("DELETE", path, by)


def test_anybody_signed_in_sees_who_serves_a_community(town):
    town.serve("firm", "firm")
    town.serve("urban", "department", department="urban-management")
    items = town.get(f"/communities/{town.community}/bodies", "tenant")["items"]
    assert [(one["duty"], one["department"], one["name"]) for one in items] == [
        ("firm", "", "示例firm"),
        ("department", "urban-management", "示例urban"),
    ]
    with town.app.app_context(), reading() as session:
        found = bodies_of(session, town.community)
        served = communities_served(session, town.bodies["urban"])
    assert (found.firm, found.community, found.street) == (town.bodies["firm"], None, None)
    assert found.departments == {"urban-management": town.bodies["urban"]}
    assert served == [town.community]


def test_a_new_firm_takes_the_place_of_the_old_one_which_is_kept_as_history(town, clock_step):
    town.serve("firm", "firm")
    clock_step(days=1)
    town.serve("rival", "firm")
    assert bodies(town) == {("firm", ""): town.bodies["rival"]}
    assert history(town) == [("firm", town.bodies["firm"], False), ("firm", town.bodies["rival"], True)]
    acts = [act for act, _, _ in town.audit() if act.startswith("body-")]
    assert acts == ["body-set", "body-ended", "body-set"]


def test_two_departments_serve_side_by_side(town):
    town.serve("urban", "department", department="urban-management")
    town.serve("urban", "department", department="fire-safety")
    assert len(bodies(town)) == 2


def test_entering_whoever_serves_already_changes_nothing(town):
    town.serve("firm", "firm")
    before = (history(town), town.audit())
    town.serve("firm", "firm")
    assert (history(town), town.audit()) == before


def test_a_service_ends_and_is_kept(town):
    town.serve("firm", "firm")
    town.serve("party", "community")
    assert end(town, "firm").status_code == 204
    assert bodies(town) == {("community", ""): town.bodies["party"]}
    assert ("firm", town.bodies["firm"], False) in history(town)
    act, subject, detail = town.audit()[-1]
    assert (act, subject) == ("body-ended", f"community:{town.community}")
    assert town.bodies["firm"] in detail


@pytest.mark.parametrize(("duty", "department"), [("street", ""), ("department", "fire-safety")])
def test_a_service_that_nobody_renders_cannot_be_ended(town, duty, department):
    town.serve("urban", "department", department="urban-management")
    answer = end(town, duty, department)
    assert (answer.status_code, answer.get_json()["code"]) == (404, "body-unknown")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"duty": "community"}, "duty-refused"),
        ({"duty": "firm", "department": "urban-management"}, "duty-refused"),
        ({"duty": "mayor"}, "validation-failed"),
        ({"department": "a\n"}, "validation-failed"),
        ({"organisation_id": "none"}, "organisation-unknown"),
    ],
)
def test_a_body_that_cannot_have_the_duty_is_refused(town, change, code):
    form = {"duty": "firm", "organisation_id": town.bodies["firm"], **change}
    answer = town.ask("POST", f"/communities/{town.community}/bodies", body=form)
    assert (answer.status_code, answer.get_json()["code"]) == (422, code)
    assert history(town) == []


def test_a_department_without_its_code_is_refused(town):
    form = {"duty": "department", "organisation_id": town.bodies["urban"]}
    answer = town.ask("POST", f"/communities/{town.community}/bodies", body=form)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "duty-refused")


def test_only_an_administrator_enters_and_ends_services(town):
    form = {"duty": "firm", "organisation_id": town.bodies["firm"]}
    for answer in (
        town.ask("POST", f"/communities/{town.community}/bodies", "tenant", form),
        end(town, "firm", by="tenant"),
    ):
        assert (answer.status_code, answer.get_json()["code"]) == (403, "role-missing")


def test_nothing_serves_a_community_that_is_not(town):
    form = {"duty": "firm", "organisation_id": town.bodies["firm"]}
    for answer in (
        town.ask("GET", "/communities/none/bodies"),
        town.ask("POST", "/communities/none/bodies", body=form),
        end(town, "firm", community="none"),
    ):
        assert (answer.status_code, answer.get_json()["code"]) == (404, "community-unknown")
