"""Signing in from the mini-program, and linking it to an account."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from backend.identity import find_link, find_link_of_phone, phone_hash_of, rules
from backend.infra.db import reading
from backend.infra.house import House
from tests.houses import A_PHONE, SetClock, an_app, sign_in
from tests.standins.wechat import BREAK, SECRET, SESSION_KEY, WeChatStandIn, wechat_stand_in
from tests.wechat import sign_in_by_wechat, with_wechat

SIGN_IN = "/api/v1/sign-in/wechat"
LINK = "/api/v1/me/wechat"
ANOTHER = "13900000002"


@pytest.fixture
def service() -> Iterator[WeChatStandIn]:
    with wechat_stand_in() as made:
        yield made


@pytest.fixture
def linked_house(house: House, service: WeChatStandIn, clock: SetClock) -> House:
    return with_wechat(house, service, clock)


@pytest.fixture
def app(linked_house: House) -> Iterator[Flask]:
    made = an_app(linked_house)
    yield made
    with made.app_context():
        made.extensions["sqlalchemy"].engine.dispose()


def account_of(client: FlaskClient, headers: dict[str, str]) -> str:
    return client.get("/api/v1/me", headers=headers).get_json()["account_id"]


def openid_of(app: Flask, house: House, account_id: str) -> str | None:
    with app.app_context(), reading() as session:
        link = find_link(session, house, account_id)
    return link.openid if link else None


def acts(app: Flask) -> list[str]:
    with app.app_context(), reading() as session:
        return list(session.connection().exec_driver_sql("select act from audit_entries").scalars())


def test_the_two_codes_of_a_phone_sign_its_holder_in(
    app: Flask, client: FlaskClient, linked_house: House, service: WeChatStandIn
) -> None:
    headers = sign_in_by_wechat(client, service, "o-1", A_PHONE)
    me = client.get("/api/v1/me", headers=headers).get_json()
    assert me["phone_masked"] == "139****0001"
    assert openid_of(app, linked_house, me["account_id"]) == "o-1"


def test_the_account_is_the_one_of_the_phone(
    client: FlaskClient, linked_house: House, service: WeChatStandIn
) -> None:
    by_code = account_of(client, sign_in(client, linked_house, A_PHONE))
    assert account_of(client, sign_in_by_wechat(client, service, "o-1", A_PHONE)) == by_code


@pytest.mark.parametrize("broken", ["code", "phone_code"])
def test_a_code_that_wechat_does_not_know_signs_nobody_in(
    client: FlaskClient, service: WeChatStandIn, broken: str
) -> None:
    codes = {"code": service.a_code("o-1"), "phone_code": service.a_phone_code(A_PHONE), broken: "made-up"}
    answer = client.post(SIGN_IN, json=codes)
    assert (answer.status_code, answer.get_json()["code"]) == (401, "wechat-code-refused")


def test_codes_used_once_sign_nobody_in_again(client: FlaskClient, service: WeChatStandIn) -> None:
    codes = {"code": service.a_code("o-1"), "phone_code": service.a_phone_code(A_PHONE)}
    assert client.post(SIGN_IN, json=codes).status_code == 201
    assert client.post(SIGN_IN, json=codes).status_code == 401


def test_after_many_wrong_codes_an_address_is_refused_before_wechat_is_asked(
    client: FlaskClient, service: WeChatStandIn
) -> None:
    for _ in range(rules.FAILURES_PER_ADDRESS):
        assert client.post(SIGN_IN, json={"code": "made-up", "phone_code": "made-up"}).status_code == 401
    codes = {"code": service.a_code("o-1"), "phone_code": service.a_phone_code(A_PHONE)}
    asked = service.calls.total()
    answer = client.post(SIGN_IN, json=codes)
    assert (answer.status_code, answer.get_json()["code"]) == (429, "sign-in-limited")
    assert service.calls.total() == asked


def test_while_wechat_does_not_answer_a_person_is_sent_to_the_sms_code(
    client: FlaskClient, service: WeChatStandIn
) -> None:
    service.fail("/sns/jscode2session", BREAK)
    codes = {"code": service.a_code("o-1"), "phone_code": service.a_phone_code(A_PHONE)}
    answer = client.post(SIGN_IN, json=codes)
    assert (answer.status_code, answer.get_json()["code"]) == (503, "wechat-unavailable")


def test_a_server_without_a_mini_program_says_so(house: House) -> None:
    app = an_app(house)
    answer = app.test_client().post(SIGN_IN, json={"code": "a", "phone_code": "b"})
    with app.app_context():
        app.extensions["sqlalchemy"].engine.dispose()
    assert (answer.status_code, answer.get_json()["code"]) == (503, "wechat-unavailable")


def test_a_person_who_signed_in_by_sms_links_and_forgets_the_mini_program(
    app: Flask, client: FlaskClient, linked_house: House, service: WeChatStandIn
) -> None:
    headers = sign_in(client, linked_house, A_PHONE)
    account = account_of(client, headers)
    assert client.post(LINK, json={"code": service.a_code("o-1")}, headers=headers).status_code == 204
    assert openid_of(app, linked_house, account) == "o-1"
    assert client.delete(LINK, headers=headers).status_code == 204
    assert openid_of(app, linked_house, account) is None
    assert client.delete(LINK, headers=headers).status_code == 204
    assert acts(app) == ["wechat-linked", "wechat-unlinked"]


def test_linking_the_same_mini_program_again_changes_nothing(
    app: Flask, client: FlaskClient, linked_house: House, service: WeChatStandIn
) -> None:
    for _ in range(2):
        headers = sign_in_by_wechat(client, service, "o-1", A_PHONE)
    assert acts(app) == ["wechat-linked"]
    assert openid_of(app, linked_house, account_of(client, headers)) == "o-1"


def test_a_mini_program_belongs_to_the_account_that_linked_it_last(
    app: Flask, client: FlaskClient, linked_house: House, service: WeChatStandIn
) -> None:
    first = account_of(client, sign_in_by_wechat(client, service, "o-1", A_PHONE))
    second = account_of(client, sign_in_by_wechat(client, service, "o-1", ANOTHER))
    assert openid_of(app, linked_house, first) is None
    assert openid_of(app, linked_house, second) == "o-1"


def test_an_account_has_the_mini_program_it_linked_last(
    app: Flask, client: FlaskClient, linked_house: House, service: WeChatStandIn
) -> None:
    sign_in_by_wechat(client, service, "o-1", A_PHONE)
    sign_in_by_wechat(client, service, "o-2", A_PHONE)
    with app.app_context(), reading() as session:
        link = find_link_of_phone(session, linked_house, phone_hash_of(linked_house, A_PHONE))
    assert link is not None
    assert link.openid == "o-2"


def test_linking_needs_a_sign_in(client: FlaskClient, service: WeChatStandIn) -> None:
    assert client.post(LINK, json={"code": service.a_code("o-1")}).status_code == 401
    assert client.delete(LINK).status_code == 401


def test_neither_openid_nor_session_key_nor_secret_is_answered_or_kept_readable(
    app: Flask, client: FlaskClient, linked_house: House, service: WeChatStandIn
) -> None:
    codes = {"code": service.a_code("o-unique-openid"), "phone_code": service.a_phone_code(A_PHONE)}
    answer = client.post(SIGN_IN, json=codes)
    hidden = ("o-unique-openid", SESSION_KEY, SECRET)
    assert set(answer.get_json()) == {"token", "expires_at", "account_id"}
    assert [word for word in hidden if word in json.dumps(answer.get_json())] == []
    for path in linked_house.settings.data_dir.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        assert [word for word in hidden if word.encode() in content] == [], path
