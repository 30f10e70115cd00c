"""`Idempotency-Key`: carried out once, answered the same each time."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask, jsonify
from flask.testing import FlaskClient
from flask.typing import ResponseReturnValue

from backend.infra.auth import current_actor, signed_in
from backend.infra.db import reading, transaction
from backend.infra.house import House
from backend.infra.idempotency import IdempotencyAnswer, keep_answer
from backend.infra.outbox import OutboxRow
from backend.kernel.refusal import Refusal
from tests.houses import NOON, sign_in

KEY = {"Idempotency-Key": "try-0001"}


@pytest.fixture
def counting(app: Flask, house: House) -> tuple[FlaskClient, dict[str, str]]:
    """A client and a signed-in header, with a route that writes one row a call and answers its id."""

    @signed_in
    def add() -> ResponseReturnValue:
        with transaction() as session:
            row = OutboxRow(kind=current_actor().account_id, payload="{}", due_at=NOON)
            session.add(row)
        return jsonify(id=row.id), 201

    @signed_in
    def refuse() -> ResponseReturnValue:
        with transaction() as session:
            session.add(OutboxRow(kind="x", payload="{}", due_at=NOON))
            session.flush()
            raise Refusal("不行")

    @signed_in
    def keep() -> ResponseReturnValue:
        with transaction() as session:
            keep_answer(session, 201, {"made": "kept"})
        raise RuntimeError("the server dies before it answers")

    app.add_url_rule("/add", "add", add, methods=["POST"])
    app.add_url_rule("/keep", "keep", keep, methods=["POST"])
    app.add_url_rule("/refuse", "refuse", refuse, methods=["POST"])
    client = app.test_client()
    return client, sign_in(client, house)


def test_a_repeated_call_is_carried_out_once(counting: tuple[FlaskClient, dict[str, str]]) -> None:
    client, header = counting
    first = client.post("/add", json={"a": 1}, headers=header | KEY)
    again = client.post("/add", json={"a": 1}, headers=header | KEY)
    assert (first.status_code, first.data) == (again.status_code, again.data)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert client.post("/add", json={"a": 1}, headers=header).get_json()["id"] == first.get_json()["id"] + 1


def test_a_key_belongs_to_one_account(counting: tuple[FlaskClient, dict[str, str]], house: House) -> None:
    client, header = counting
    other = sign_in(client, house, "13900000002")
    first = client.post("/add", json={}, headers=header | KEY)
    second = client.post("/add", json={}, headers=other | KEY)
    assert first.get_json() != second.get_json()


def test_a_key_used_for_another_content_is_refused(counting: tuple[FlaskClient, dict[str, str]]) -> None:
    client, header = counting
    client.post("/add", json={"a": 1}, headers=header | KEY)
    answer = client.post("/add", json={"a": 2}, headers=header | KEY)
    assert (answer.status_code, answer.get_json(force=True)["code"]) == (422, "idempotency-key-reused")


def test_a_refused_call_may_be_tried_again_with_its_key(
    counting: tuple[FlaskClient, dict[str, str]], app: Flask
) -> None:
    client, header = counting
    for _ in range(2):
        answer = client.post("/refuse", headers=header | KEY)
        assert (answer.status_code, answer.get_json(force=True)["detail"]) == (409, "不行")
        assert "Idempotency-Replayed" not in answer.headers
    with app.app_context(), reading() as session:
        assert session.query(IdempotencyAnswer).count() == 0


def test_a_change_whose_answer_was_lost_is_not_made_twice(
    counting: tuple[FlaskClient, dict[str, str]], app: Flask
) -> None:
    client, header = counting
    client.post("/add", json={}, headers=header | KEY)
    with app.app_context(), transaction() as session:
        session.query(IdempotencyAnswer).one().status = None  # as after a crash between the two commits
    answer = client.post("/add", json={}, headers=header | KEY)
    assert (answer.status_code, answer.get_json(force=True)["code"]) == (409, "answer-lost")
    with app.app_context(), reading() as session:
        assert session.query(OutboxRow).count() == 1


@pytest.mark.parametrize("key", ["short", "x" * 101, "with space", "中文中文中文中文"])
def test_a_malformed_key_is_refused(counting: tuple[FlaskClient, dict[str, str]], key: str) -> None:
    client, header = counting
    sent = key.encode().decode("latin-1")
    answer = client.post("/add", json={}, headers=header | {"Idempotency-Key": sent})
    assert answer.get_json(force=True)["code"] == "idempotency-key-unreadable"


def test_a_key_of_a_known_device_call_works_through_the_whole_stack(
    counting: tuple[FlaskClient, dict[str, str]],
) -> None:
    client, header = counting
    form = {"sign_key": Ed25519PrivateKey.generate().public_key().public_bytes_raw().hex()}
    answers = [client.post("/api/v1/me/devices", json=form, headers=header | KEY) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [422, 422]


def test_an_answer_kept_with_its_change_outlives_the_server(
    counting: tuple[FlaskClient, dict[str, str]],
) -> None:
    client, header = counting
    assert client.post("/keep", json={}, headers=header | KEY).status_code == 500
    again = client.post("/keep", json={}, headers=header | KEY)
    assert (again.status_code, again.get_json()) == (201, {"made": "kept"})
    assert again.headers["Idempotency-Replayed"] == "true"


def test_without_a_key_nothing_is_kept(counting: tuple[FlaskClient, dict[str, str]]) -> None:
    client, header = counting
    assert client.post("/keep", json={}, headers=header).status_code == 500
    assert client.post("/keep", json={}, headers=header).status_code == 500
