"""Every error is one kind of document, in Chinese, with a stable code."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from backend.infra.auth import public
from backend.infra.http import MAX_BODY_BYTES, PROBLEM

CODES = "/api/v1/sign-in/codes"


@pytest.mark.parametrize(
    ("method", "path", "options", "status", "code"),
    [
        ("GET", "/api/v1/nowhere", {}, 404, "no-such-address"),
        ("DELETE", CODES, {}, 405, "method-not-allowed"),
        ("POST", CODES, {"data": b"{", "content_type": "application/json"}, 400, "malformed-request"),
        ("POST", CODES, {"json": {}}, 422, "validation-failed"),
        ("GET", "/api/v1/me", {}, 401, "not-signed-in"),
        ("GET", "/api/v1/me", {"headers": {"Authorization": "Basic abc"}}, 401, "not-signed-in"),
    ],
)
def test_every_error_is_a_problem_document(
    client: FlaskClient, method: str, path: str, options: dict[str, object], status: int, code: str
) -> None:
    answer = client.open(path, method=method, **options)
    assert (answer.status_code, answer.content_type) == (status, PROBLEM)
    body = answer.get_json(force=True)
    assert (body["status"], body["code"], body["type"]) == (status, code, f"/problems/{code}")
    assert body["detail"]
    assert body["title"]


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({}, [{"field": "phone", "rule": "必填"}]),
        ({"phone": 139}, [{"field": "phone", "rule": "应为文字"}]),
        ({"phone": None}, [{"field": "phone", "rule": "不能为空"}]),
        ({"phone": "1" * 21}, [{"field": "phone", "rule": "至多 20 个"}]),
        ({"phone": "13900000001", "fone": ""}, [{"field": "fone", "rule": "没有这个字段"}]),
    ],
)
def test_a_refused_form_names_the_field_and_the_rule(
    client: FlaskClient, body: dict[str, object], errors: list[dict[str, str]]
) -> None:
    answer = client.post(CODES, json=body).get_json(force=True)
    assert answer["errors"] == errors
    assert answer["detail"] == f"{errors[0]['field']}：{errors[0]['rule']}"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (r'{"phone": "1\ud800"}', "phone"),
        (r'{"phone": "1\u0000"}', "phone"),
        (r'{"phone": {"deep": ["1", "\ud800"]}}', "phone"),
        (r'{"\u0000": "1"}', "body"),
        (r'{"\ud800": "\ud800"}', "body"),
        (r'["\ud800"]', "body"),
        (r'{"phone": ' + "[" * 900 + r'"\u0000"' + "]" * 900 + "}", "phone"),
    ],
)
def test_a_text_that_cannot_be_stored_is_refused_wherever_it_stands(
    client: FlaskClient, body: str, field: str
) -> None:
    answer = client.post(CODES, data=body, content_type="application/json")
    assert (answer.status_code, answer.get_json(force=True)["code"]) == (422, "validation-failed")
    assert answer.get_json(force=True)["errors"][0]["field"] == field


def test_an_escape_that_writes_an_ordinary_character_is_read(client: FlaskClient) -> None:
    answer = client.post(CODES, data=r'{"phone": "\u00313900000001"}', content_type="application/json")
    assert answer.status_code == 202


@pytest.mark.parametrize("address", ["/api/v1/board/photos/%00", "/api/v1/complaint-categories?a=%00"])
def test_an_address_with_a_nul_is_refused(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert (answer.status_code, answer.content_type) == (400, PROBLEM)


def test_errors_are_described_as_the_problem_documents_that_they_are(client: FlaskClient) -> None:
    responses = client.get("/api/openapi.json").get_json()["components"]["responses"]
    assert {tuple(one["content"]) for one in responses.values()} == {(PROBLEM,)}


def test_a_phone_that_is_none_is_refused_with_the_form_it_should_have(client: FlaskClient) -> None:
    answer = client.post(CODES, json={"phone": "12345"})
    assert (answer.status_code, answer.get_json(force=True)["code"]) == (422, "phone-unreadable")
    assert "11 位" in answer.get_json(force=True)["detail"]


def test_a_body_that_is_too_large_is_refused(client: FlaskClient) -> None:
    answer = client.post(CODES, data=b" " * (MAX_BODY_BYTES + 1), content_type="application/json")
    assert (answer.status_code, answer.get_json(force=True)["code"]) == (413, "too-large")


def test_a_method_that_is_refused_names_those_that_are_not(client: FlaskClient) -> None:
    assert "POST" in client.delete(CODES).headers["Allow"]


def test_a_fault_of_the_server_tells_nothing_of_its_inside(app: Flask) -> None:
    @public
    def broken() -> str:
        raise ZeroDivisionError("secret detail")

    app.add_url_rule("/broken", "broken", broken)
    answer = app.test_client().get("/broken")
    assert (answer.status_code, answer.content_type) == (500, PROBLEM)
    assert "secret" not in answer.text


def test_a_route_that_states_no_authentication_is_not_served(app: Flask) -> None:
    app.add_url_rule("/forgotten", "forgotten", lambda: "open to all")
    answer = app.test_client().get("/forgotten")
    assert answer.status_code == 500
    assert "open to all" not in answer.text


def test_the_documentation_loads_nothing_from_elsewhere(client: FlaskClient) -> None:
    page = client.get("/api/docs")
    assert page.status_code == 200
    assert "/api/v1/sign-in/codes" in page.text
    assert "http" not in page.text.replace("http-equiv", "")


def test_ready_only_at_the_right_migration(client: FlaskClient, app: Flask) -> None:
    assert client.get("/healthz").get_json() == {"status": "ok"}
    assert client.get("/readyz").get_json() == {"status": "ready", "drill": False}
    with app.app_context():
        engine = app.extensions["sqlalchemy"].engine
        with engine.begin() as connection:
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0000'")
    assert client.get("/readyz").status_code == 503
