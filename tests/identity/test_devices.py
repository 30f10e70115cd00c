"""A phone's own keys, registered with proof that its owner holds them."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from flask.testing import FlaskClient

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
