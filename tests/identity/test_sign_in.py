"""Signing in by phone and one-time code."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from backend.identity import rules
from backend.infra.db import reading
from backend.infra.house import House
from tests.houses import A_PHONE, SetClock, sent_codes, sign_in

CODES = "/api/v1/sign-in/codes"
TOKENS = "/api/v1/sign-in/tokens"


def test_a_person_who_enters_the_code_is_signed_in(client: FlaskClient, house: House) -> None:
    me = client.get("/api/v1/me", headers=sign_in(client, house))
    assert me.status_code == 200
    assert me.get_json()["phone_masked"] == "139****0001"
    assert me.get_json()["roles"] == []


def test_the_answer_to_a_known_and_an_unknown_phone_is_the_same(client: FlaskClient, house: House) -> None:
    sign_in(client, house)
    known = client.post(CODES, json={"phone": A_PHONE})
    unknown = client.post(CODES, json={"phone": "13900000002"})
    assert (known.status_code, known.data) == (unknown.status_code, unknown.data) == (202, b"{}\n")


def test_the_same_phone_written_in_another_way_is_the_same_account(client: FlaskClient, house: House) -> None:
    first = client.get("/api/v1/me", headers=sign_in(client, house, A_PHONE)).get_json()
    again = client.get("/api/v1/me", headers=sign_in(client, house, "+86 139-0000-0001")).get_json()
    assert first["account_id"] == again["account_id"]


def test_a_code_is_good_only_once(client: FlaskClient, house: House) -> None:
    sign_in(client, house)
    again = client.post(TOKENS, json={"phone": A_PHONE, "code": sent_codes(house)[-1]})
    assert (again.status_code, again.get_json()["code"]) == (401, "code-refused")


@pytest.mark.parametrize(
    ("passed", "status"),
    [(timedelta(minutes=5) - timedelta(seconds=1), 201), (timedelta(minutes=5), 401)],
)
def test_a_code_lives_five_minutes(
    client: FlaskClient, house: House, clock: SetClock, passed: timedelta, status: int
) -> None:
    client.post(CODES, json={"phone": A_PHONE})
    clock.forward(passed)
    assert client.post(TOKENS, json={"phone": A_PHONE, "code": sent_codes(house)[-1]}).status_code == status


def test_after_five_wrong_tries_the_right_code_is_refused_too(client: FlaskClient, house: House) -> None:
    client.post(CODES, json={"phone": A_PHONE})
    right = sent_codes(house)[-1]
    wrong = f"{(int(right) + 1) % 10**6:06d}"
    for _ in range(rules.CODE_TRIES):
        assert client.post(TOKENS, json={"phone": A_PHONE, "code": wrong}).status_code == 401
    assert client.post(TOKENS, json={"phone": A_PHONE, "code": right}).status_code == 401


def test_a_newer_code_replaces_an_older_one(client: FlaskClient, house: House) -> None:
    for _ in range(2):
        client.post(CODES, json={"phone": A_PHONE})
    older, newer = sent_codes(house)
    if older != newer:
        assert client.post(TOKENS, json={"phone": A_PHONE, "code": older}).status_code == 401
    assert client.post(TOKENS, json={"phone": A_PHONE, "code": newer}).status_code == 201


def test_codes_for_one_phone_are_limited_within_the_hour(
    client: FlaskClient, house: House, clock: SetClock
) -> None:
    for _ in range(rules.CODES_PER_PHONE):
        assert client.post(CODES, json={"phone": A_PHONE}).status_code == 202
    refused = client.post(CODES, json={"phone": A_PHONE})
    assert (refused.status_code, refused.get_json()["code"]) == (429, "sign-in-limited")
    assert len(sent_codes(house)) == rules.CODES_PER_PHONE
    clock.forward(rules.WINDOW)
    assert client.post(CODES, json={"phone": A_PHONE}).status_code == 202


def test_codes_asked_for_from_one_address_are_limited(client: FlaskClient, house: House) -> None:
    limit = house.settings.codes_per_address
    for number in range(limit):
        assert client.post(CODES, json={"phone": f"1390001{number:04d}"}).status_code == 202
    refused = client.post(CODES, json={"phone": A_PHONE})
    assert (refused.status_code, refused.get_json()["code"]) == (429, "sign-in-limited")


def test_wrong_codes_from_one_address_are_limited(client: FlaskClient) -> None:
    for number in range(rules.FAILURES_PER_ADDRESS):
        phone = f"1390001{number:04d}"
        assert client.post(TOKENS, json={"phone": phone, "code": "000000"}).status_code == 401
    refused = client.post(TOKENS, json={"phone": A_PHONE, "code": "000000"})
    assert (refused.status_code, refused.get_json()["code"]) == (429, "sign-in-limited")


def test_an_expired_token_is_refused_with_its_code_and_the_remedy(
    client: FlaskClient, house: House, clock: SetClock
) -> None:
    header = sign_in(client, house)
    clock.forward(rules.TOKEN_LIFE)
    answer = client.get("/api/v1/me", headers=header)
    assert (answer.status_code, answer.get_json()["code"]) == (401, "token-expired")
    assert "重新获取验证码" in answer.get_json()["detail"]


def test_a_token_is_refused_after_signing_out(client: FlaskClient, house: House) -> None:
    header = sign_in(client, house)
    assert client.delete("/api/v1/sign-in/tokens/current", headers=header).status_code == 204
    assert client.get("/api/v1/me", headers=header).get_json()["code"] == "token-refused"


def test_a_token_that_was_never_issued_is_refused(client: FlaskClient) -> None:
    answer = client.get("/api/v1/me", headers={"Authorization": f"Bearer {rules.new_token()}"})
    assert (answer.status_code, answer.get_json()["code"]) == (401, "token-refused")


def test_the_database_holds_neither_phone_nor_token_nor_code(
    client: FlaskClient, house: House, app: Flask
) -> None:
    header = sign_in(client, house)
    with app.app_context(), reading() as session:
        session.connection().exec_driver_sql("SELECT 1")
    stored = b"".join(path.read_bytes() for path in house.settings.data_dir.glob("yishiting.db*"))
    for secret in (A_PHONE, header["Authorization"].split()[1]):
        assert secret.encode() not in stored
