"""Organisations, communities, developers and appointments over HTTP."""

import pytest

from backend.infra.audit import verify_trail
from backend.infra.db import reading
from backend.registry import developer_phones, get_organisation, is_developer, organisation_name
from tests.registry.people import ADMINISTRATOR, CHAIR


def test_a_community_is_entered_and_shown(desk):
    answer = desk.client.get(f"/api/v1/communities/{desk.community}", headers=desk.chair).get_json()
    assert answer == {
        "id": desk.community,
        "name": "示例花园",
        "organisation_id": desk.organisation,
        "developer": None,
        "units": 0,
    }


def test_an_organisation_is_known_to_other_capabilities_by_name_and_kind(app, desk):
    with app.app_context(), reading() as session:
        body = get_organisation(session, desk.organisation)
        name = organisation_name(session, desk.organisation)
    assert name == body.name
    assert (body.name, body.kind) == ("示例业委会", "committee")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/organisations", {"name": "某会", "kind": "committee"}),
        ("POST", "/communities", {"name": "某园"}),
        ("PUT", "/communities/{community}/developer", {"name": "某置业", "phone": "13700000001"}),
        (
            "POST",
            "/communities/{community}/grants",
            {"phone": "13700000001", "name": "某", "role": "auditor", "organisation_id": "{organisation}"},
        ),
    ],
)
def test_only_an_administrator_enters_bodies_and_appoints(desk, method, path, body):
    filled = {
        name: value.format(organisation=desk.organisation) if isinstance(value, str) else value
        for name, value in body.items()
    }
    address = "/api/v1" + path.format(community=desk.community)
    refused = desk.client.open(address, method=method, json=filled, headers=desk.chair)
    assert (refused.status_code, refused.get_json()["code"]) == (403, "role-missing")
    assert desk.client.open(address, method=method, json=filled).status_code == 401
    accepted = desk.client.open(address, method=method, json=filled, headers=desk.administrator)
    assert accepted.status_code in (200, 201)


def test_an_appointment_shows_in_the_persons_own_roles(desk):
    roles = desk.client.get("/api/v1/me", headers=desk.chair).get_json()["roles"]
    assert [(one["role"], one["community_id"], one["organisation_id"]) for one in roles] == [
        ("chair", desk.community, desk.organisation)
    ]


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"role": "administrator"}, 422, "role-not-grantable"),
        ({"role": "emperor"}, 422, "validation-failed"),
        ({"organisation_id": "none-such"}, 422, "organisation-unknown"),
        ({"phone": "123"}, 422, "phone-unreadable"),
        ({"name": ""}, 422, "validation-failed"),
    ],
)
def test_an_appointment_that_cannot_stand_is_refused_by_name(desk, change, status, code):
    body = {"phone": CHAIR, "name": "某", "role": "auditor", "organisation_id": desk.organisation, **change}
    answer = desk.client.post(
        f"/api/v1/communities/{desk.community}/grants", json=body, headers=desk.administrator
    )
    assert (answer.status_code, answer.get_json()["code"]) == (status, code)


def test_nothing_is_entered_for_a_community_that_is_not(desk):
    for method, path, body in (
        ("GET", "", None),
        ("PUT", "/developer", {"name": "某置业", "phone": "13700000001"}),
        (
            "POST",
            "/grants",
            {"phone": CHAIR, "name": "某", "role": "auditor", "organisation_id": desk.organisation},
        ),
    ):
        answer = desk.client.open(
            f"/api/v1/communities/none{path}", method=method, json=body, headers=desk.administrator
        )
        assert (answer.status_code, answer.get_json()["code"]) == (404, "community-unknown")


def test_a_community_of_an_unknown_organisation_is_refused(desk):
    body = {"name": "某园", "organisation_id": "none"}
    answer = desk.client.post("/api/v1/communities", json=body, headers=desk.administrator)
    assert answer.get_json()["code"] == "organisation-unknown"


def test_the_developers_phone_stands_for_its_communities_and_the_last_one_named_counts(app, desk, house):
    for phone in ("13700000001", "+86 137 0000 0002"):
        answer = desk.client.put(
            f"/api/v1/communities/{desk.community}/developer",
            json={"name": "示例置业", "phone": phone},
            headers=desk.administrator,
        )
        assert answer.status_code == 200
    with app.app_context(), reading() as session:
        phones = developer_phones(session, house, desk.community)
        nobodys = developer_phones(session, house, "none")
        hashes = [house.fields.lookup_hash("phone", f"1370000000{last}") for last in (1, 2)]
        found = [is_developer(session, desk.community, one) for one in hashes]
    assert (phones, nobodys) == (["13700000002"], [])
    assert found == [False, True]
    shown = desk.client.get(f"/api/v1/communities/{desk.community}", headers=desk.chair).get_json()
    assert shown["developer"] == "示例置业"


def test_every_act_is_in_the_audit_trail_without_personal_data(app, desk):
    with app.app_context(), reading() as session:
        height, _ = verify_trail(session)
        text = str(session.connection().exec_driver_sql("select * from audit_entries").all())
    assert height >= 3
    assert ADMINISTRATOR not in text
    assert CHAIR not in text
    assert "主任" not in text


def test_a_community_is_found_by_a_part_of_its_name(desk):
    path = "/api/v1/communities?name="
    found = desk.client.get(path + "花园", headers=desk.chair).get_json()["items"]
    assert found == [{"id": desk.community, "name": "示例花园"}]
    assert desk.client.get(path + "没有", headers=desk.chair).get_json()["items"] == []
    assert desk.client.get(path + "%25", headers=desk.chair).get_json()["items"] == []
    assert desk.client.get(path).status_code == 401
