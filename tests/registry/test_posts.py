"""Posts: held for an organisation where it serves, and gone at once when either ends."""

import pytest

from backend.identity import Role, RoleMissing, grant_role, require_role
from backend.infra.db import reading, transaction
from backend.registry import (
    Post,
    is_staff,
    organisations_of,
    require_post,
    staff_of,
    staff_phones,
)
from tests.registry.town import PHONES

POSTS = [
    ("dispatcher", "firm", "firm_dispatcher"),
    ("officer", "party", "community_officer"),
    ("street", "street", "street_officer"),
    ("department", "urban", "department_officer"),
]


def end(town, duty, department=""):
    path = f"/communities/{town.community}/bodies?duty={duty}&department={department}"
    assert town.ask("DELETE", path).status_code == 204


def grants(town, body):
    return town.get(f"/organisations/{town.bodies[body]}/staff")["items"]


@pytest.mark.parametrize(("who", "body", "role"), POSTS)
def test_a_post_holds_where_its_body_serves_and_nowhere_else(town, who, body, role):
    elsewhere = town.another_community()
    town.staff_everything()
    assert town.posts(who) == (Post(Role(role), town.bodies[body]),)
    assert town.posts(who, elsewhere) == ()
    assert town.places(who) == {town.community}


def test_a_post_reaches_a_community_as_soon_as_the_body_serves_it(town):
    elsewhere = town.another_community()
    town.staff_everything()
    town.serve("street", "street", elsewhere)
    assert town.places("street") == {town.community, elsewhere}
    assert town.posts("street", elsewhere) == town.posts("street")


@pytest.mark.parametrize(
    ("who", "duty", "department"),
    [
        ("dispatcher", "firm", ""),
        ("officer", "community", ""),
        ("street", "street", ""),
        ("department", "department", "urban-management"),
    ],
)
def test_a_post_is_gone_at_once_when_the_service_ends(town, who, duty, department):
    town.staff_everything()
    end(town, duty, department)
    assert (town.posts(who), town.places(who)) == ((), set())


def test_a_firm_that_is_replaced_loses_also_those_who_were_appointed_for_this_community_alone(town):
    town.staff_everything()
    form = {"phone": PHONES["tenant"], "name": "某", "role": "firm_worker"}
    form["organisation_id"] = town.bodies["firm"]
    assert town.ask("POST", f"/communities/{town.community}/grants", body=form).status_code == 201
    assert town.posts("tenant") == (Post(Role.FIRM_WORKER, town.bodies["firm"]),)
    town.serve("rival", "firm")
    assert (town.posts("tenant"), town.places("tenant")) == ((), set())
    assert town.posts("rival-dispatcher") == (Post(Role.FIRM_DISPATCHER, town.bodies["rival"]),)


def test_a_body_that_serves_with_another_duty_gives_no_post(app, house, town):
    town.staff_everything()
    actor = town.actor("tenant")
    with app.app_context(), transaction() as session:
        grant_role(
            session,
            house,
            granted_by="system",
            account_id=actor.account_id,
            role=Role.FIRM_DISPATCHER,
            community_id=None,
            organisation_id=town.bodies["street"],
        )
    assert (town.posts("tenant"), town.places("tenant")) == ((), set())


def test_a_post_is_no_role_in_any_community(app, town):
    town.staff_everything()
    actor = town.actor("officer")
    with app.app_context(), reading() as session:
        for place in (town.community, None):
            with pytest.raises(RoleMissing, match="社区工作人员"):
                require_role(session, actor, Role.COMMUNITY_OFFICER, place)
        assert require_post(session, actor, (Role.COMMUNITY_OFFICER,), town.community)
        with pytest.raises(RoleMissing, match="街道工作人员"):
            require_post(session, actor, (Role.STREET_OFFICER,), town.community)


def test_a_chair_holds_the_post_of_their_community_without_any_service(town):
    assert town.posts("chair") == (Post(Role.CHAIR, town.desk.organisation),)
    assert town.places("chair") == {town.community}
    assert town.posts("chair", town.another_community()) == ()


def test_a_dismissed_person_holds_nothing_at_once_and_the_trail_says_who_dismissed_them(town):
    town.staff_everything()
    (grant,) = grants(town, "firm")
    assert (grant["name"], grant["phone_masked"], grant["role"]) == ("某人", "138****0011", "firm_dispatcher")
    residencies = f"/communities/{town.community}/residencies"
    assert town.ask("GET", residencies, "dispatcher").status_code == 200
    assert town.ask("DELETE", f"/grants/{grant['id']}").status_code == 204
    refused = town.ask("GET", residencies, "dispatcher")
    assert (refused.status_code, refused.get_json()["code"]) == (403, "role-missing")
    assert (town.posts("dispatcher"), grants(town, "firm")) == ((), [])
    act, subject, detail = town.audit()[-1]
    assert (act, subject) == ("role-revoked", f"account:{grant['account_id']}")
    assert "firm_dispatcher" in detail
    again = town.ask("DELETE", f"/grants/{grant['id']}")
    assert (again.status_code, again.get_json()["code"]) == (404, "grant-unknown")


def test_a_person_who_was_dismissed_may_be_appointed_anew(town):
    town.staff_everything()
    town.ask("DELETE", f"/grants/{grants(town, 'firm')[0]['id']}")
    town.appoint("dispatcher", "firm", "firm_dispatcher")
    assert town.posts("dispatcher") == (Post(Role.FIRM_DISPATCHER, town.bodies["firm"]),)


def test_a_role_in_one_community_is_listed_and_ended_there(town):
    path = f"/communities/{town.community}/grants"
    (chair,) = town.get(path)["items"]
    assert (chair["role"], chair["community_id"]) == ("chair", town.community)
    assert town.ask("DELETE", f"/grants/{chair['id']}").status_code == 204
    assert town.get(path)["items"] == []
    refused = town.desk.client.get(f"/api/v1/communities/{town.community}/units", headers=town.desk.chair)
    assert refused.status_code == 403


def test_a_chair_is_told_whom_an_assembly_may_be_given_to_and_of_nobody_else(town):
    path = f"/communities/{town.community}/grants"
    form = {"phone": PHONES["officer"], "name": "某人", "role": "registrar"}
    assert town.ask("POST", path, body=form | {"organisation_id": town.bodies["party"]}).status_code == 201
    assert {one["role"] for one in town.get(path)["items"]} == {"chair", "registrar"}
    told = town.ask("GET", path, "chair").get_json()["items"]
    assert [(one["role"], one["name"] is not None) for one in told] == [("registrar", True)]


def test_an_administrator_cannot_end_the_role_by_which_they_act(town):
    (own,) = town.get("/me")["roles"]
    answer = town.ask("DELETE", f"/grants/{own['id']}")
    assert (answer.status_code, answer.get_json()["code"]) == (409, "own-grant-kept")
    assert len(town.get("/me")["roles"]) == 1


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_only_an_administrator_sees_appoints_and_dismisses(town, method):
    town.staff_everything()
    paths = {
        "GET": [f"/organisations/{town.bodies['firm']}/staff", f"/communities/{town.community}/grants"],
        "POST": [f"/organisations/{town.bodies['firm']}/staff"],
        "DELETE": [f"/grants/{grants(town, 'firm')[0]['id']}"],
    }
    form = {"phone": PHONES["tenant"], "name": "某", "role": "firm_worker"} if method == "POST" else None
    for path in paths[method]:
        answer = town.ask(method, path, "dispatcher", form)
        assert (answer.status_code, answer.get_json()["code"]) == (403, "role-missing")


@pytest.mark.parametrize(
    ("body", "change", "code"),
    [
        ("firm", {"role": "chair"}, "role-not-grantable"),
        ("firm", {"role": "administrator"}, "role-not-grantable"),
        ("street", {"role": "firm_dispatcher"}, "role-not-grantable"),
        ("firm", {"role": "street_officer"}, "role-not-grantable"),
        ("firm", {"phone": "123"}, "phone-unreadable"),
    ],
)
def test_an_appointment_that_cannot_stand_is_refused(town, body, change, code):
    form = {"phone": PHONES["tenant"], "name": "某", "role": "firm_dispatcher", **change}
    answer = town.ask("POST", f"/organisations/{town.bodies[body]}/staff", body=form)
    assert (answer.status_code, answer.get_json()["code"]) == (422, code)
    assert grants(town, body) == []


def test_nobody_works_for_an_organisation_that_is_not(town):
    form = {"phone": PHONES["tenant"], "name": "某", "role": "firm_dispatcher"}
    for method, body in (("GET", None), ("POST", form)):
        answer = town.ask(method, "/organisations/none/staff", body=body)
        assert (answer.status_code, answer.get_json()["code"]) == (422, "organisation-unknown")


def test_staff_are_found_for_telling_only_while_their_body_serves(app, house, town):
    town.staff_everything()
    firm, roles = town.bodies["firm"], (Role.FIRM_DISPATCHER, Role.FIRM_WORKER)
    dispatcher = town.actor("dispatcher")

    def found():
        with app.app_context(), reading() as session:
            return (
                staff_phones(session, house, firm, town.community, roles),
                staff_of(session, firm, town.community, roles),
                is_staff(session, dispatcher.account_id, roles, town.community, [firm]),
            )

    assert found() == ([PHONES["dispatcher"]], [dispatcher.account_id], True)
    end(town, "firm")
    assert found() == ([], [], False)


def test_the_organisations_of_a_person_are_those_of_the_roles_asked_for(app, town):
    town.staff_everything()
    town.appoint("dispatcher", "rival", "firm_worker")
    actor = town.actor("dispatcher")
    with app.app_context(), reading() as session:
        assert organisations_of(session, actor, (Role.FIRM_DISPATCHER,)) == (town.bodies["firm"],)
        assert len(organisations_of(session, actor, (Role.FIRM_DISPATCHER, Role.FIRM_WORKER))) == 2


def own_posts(town, who):
    found = town.get("/me/posts", who)["items"]
    return [(post["role"], post["community_id"]) for post in found]


@pytest.mark.parametrize(("who", "body", "role"), POSTS)
def test_somebody_is_told_where_the_own_posts_hold_now(town, who, body, role):
    town.another_community()
    town.staff_everything()
    assert own_posts(town, who) == [(role, town.community)]
    assert own_posts(town, "tenant") == []


def test_a_post_is_no_longer_told_once_the_body_has_gone(town):
    town.staff_everything()
    end(town, "street")
    assert own_posts(town, "street") == []
