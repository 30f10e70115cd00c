"""A phone's own keys, registered with proof that its owner holds them."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from flask import Flask
from flask.testing import FlaskClient

from backend.identity import DeviceUnknown, get_device
from backend.identity.rules import DeviceKeyRefused
from backend.identity.service import add_device
from backend.infra.auth import Actor
from backend.infra.db import reading, transaction
from backend.infra.house import House
from backend.sealing import signing
from tests.houses import sign_in


def device_form(account_id: str, key: signing.SigningKey, seal_key: str) -> dict[str, str]:
    sign_key = key.public_hex
    document = {"account_id": account_id, "seal_key": seal_key, "sign_key": sign_key}
    proof = signing.sign(key, "device-key", document)
    return {"sign_key": sign_key, "seal_key": seal_key, "proof": proof}


def a_seal_key() -> str:
    return X25519PrivateKey.generate().public_key().public_bytes_raw().hex()


def account_of(client: FlaskClient, header: dict[str, str]) -> str:
    return str(client.get("/api/v1/me", headers=header).get_json()["account_id"])


def test_a_device_is_registered_once_and_answered_the_same(client: FlaskClient, house: House) -> None:
    header = sign_in(client, house)
    form = device_form(account_of(client, header), signing.SigningKey.generate(), a_seal_key())
    first = client.post("/api/v1/me/devices", json=form, headers=header)
    again = client.post("/api/v1/me/devices", json=form, headers=header)
    assert first.status_code == again.status_code == 201
    assert first.get_json() == again.get_json()
    assert len(first.get_json()["fingerprint"].split()) == 8


def test_a_proof_made_for_another_account_is_refused(client: FlaskClient, house: House) -> None:
    header = sign_in(client, house)
    form = device_form("another", signing.SigningKey.generate(), a_seal_key())
    answer = client.post("/api/v1/me/devices", json=form, headers=header)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "device-key-refused")


def test_a_proof_by_another_key_is_refused(client: FlaskClient, house: House) -> None:
    header = sign_in(client, house)
    account_id, seal_key = account_of(client, header), a_seal_key()
    form = device_form(account_id, signing.SigningKey.generate(), seal_key)
    form["proof"] = device_form(account_id, signing.SigningKey.generate(), seal_key)["proof"]
    answer = client.post("/api/v1/me/devices", json=form, headers=header)
    assert answer.get_json()["code"] == "device-key-refused"


def test_a_key_in_upper_case_is_refused_by_name(client: FlaskClient, house: House) -> None:
    header = sign_in(client, house)
    form = device_form(account_of(client, header), signing.SigningKey.generate(), a_seal_key())
    answer = client.post("/api/v1/me/devices", json=form | {"seal_key": "AB" * 32}, headers=header)
    assert answer.status_code == 422
    assert answer.get_json()["errors"] == [{"field": "seal_key", "rule": "应为 64 位小写十六进制"}]


def test_a_sign_key_registered_with_another_seal_key_is_refused(client: FlaskClient, house: House) -> None:
    header, key = sign_in(client, house), signing.SigningKey.generate()
    account_id = account_of(client, header)
    client.post("/api/v1/me/devices", json=device_form(account_id, key, a_seal_key()), headers=header)
    answer = client.post(
        "/api/v1/me/devices", json=device_form(account_id, key, a_seal_key()), headers=header
    )
    assert (answer.status_code, answer.get_json()["code"]) == (422, "device-key-refused")


def test_only_a_device_of_one_s_own_is_found(app: Flask, client: FlaskClient, house: House) -> None:
    header = sign_in(client, house)
    account_id = account_of(client, header)
    form = device_form(account_id, signing.SigningKey.generate(), a_seal_key())
    device_id = client.post("/api/v1/me/devices", json=form, headers=header).get_json()["device_id"]
    owner, stranger = (
        Actor(account_id=each, phone_hash="-", token_id="-") for each in (account_of(client, header), "x")
    )
    with app.app_context(), reading() as session:
        assert get_device(session, owner, device_id).sign_key == form["sign_key"]
        for actor, name in ((stranger, device_id), (owner, "no-such-device")):
            with pytest.raises(DeviceUnknown, match="我的设备"):
                get_device(session, actor, name)


def test_a_malformed_key_is_refused_by_the_service_too(app: Flask, house: House) -> None:
    actor = Actor(account_id="a", phone_hash="-", token_id="-")
    with app.app_context(), transaction() as session, pytest.raises(DeviceKeyRefused):
        add_device(session, house, actor, sign_key="00", seal_key=a_seal_key(), proof="00" * 64)
