"""Attack 15: input that two parsers read differently, and input that is meant to be costly."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from werkzeug.test import TestResponse

from backend.voting.protocol.credentials import private_key
from tests.assemblies.scene import Scene
from tests.attacks.intake import FIRST, FOR, refusal, request_of
from tests.voting.forgery import Fields, forged

CODES = "/api/v1/sign-in/codes"


# A ballot has one spelling


SPELLINGS: dict[str, tuple[Callable[[str], str], str]] = {
    "a field named twice": (lambda text: text.replace("{", '{"election_uuid":"",', 1), "json"),
    "a field named twice inside": (lambda text: text.replace('{"alpha"', '{"alpha":"1","alpha"', 1), "json"),
    "a space": (lambda text: text.replace(":", ": ", 1), "canonical"),
    "a line at the end": (lambda text: text + "\n", "canonical"),
    "a second value": (lambda text: text + "{}", "json"),
    "a mark of byte order": (lambda text: "\ufeff" + text, "json"),
    "an escaped letter": (lambda text: text.replace("choices", r"\u0063hoices", 1), "canonical"),
    "a leading zero": (lambda text: text.replace('"alpha":"', '"alpha":"0', 1), "decimal"),
    "a sign": (lambda text: text.replace('"alpha":"', '"alpha":"+', 1), "decimal"),
    "digits of another script": (lambda text: text.replace('"alpha":"', '"alpha":"\u0661', 1), "decimal"),
    "a bare number": (lambda text: text.replace('"challenge":"', '"challenge":1,"x":"', 1), "fields"),
    "padding in base64": (lambda text: text.replace('"hash":"', '"hash":"=', 1), "ballot-hash"),
    "not a number": (lambda text: text.replace('"alpha":"', '"alpha":NaN,"x":"', 1), "json"),
    "a deep nest": (lambda text: "[" * len(text), "json"),
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_another_spelling_of_a_ballot_is_refused_before_its_proofs_are_looked_at(
    voting: Scene, spelling: str
) -> None:
    """Attack 15: the proofs are wrong too, and the spelling is what is named."""
    change, rule = SPELLINGS[spelling]
    text = change(worthless(voting).decode())
    assert refusal(voting, "owner-a", "1-1-101", text.encode()) == ("ballot-refused", rule)


def worthless(scene: Scene) -> bytes:
    """A ballot of owner A that only its proofs betray: it would be refused last of all."""

    def spoil(fields: Fields) -> None:
        proof = fields["answers"][-1]["overall_proof"][-1]
        proof["response"] = "1"

    secret = private_key(scene.people.codes[scene.people.labels["1-1-101"]], scene.whole)
    return forged(scene.raw_ballot(scene.whole, "1-1-101", FOR, FIRST), secret, spoil)


# What is cheap is checked first


def test_a_worthless_ballot_is_refused_for_its_proofs_when_all_else_holds(voting: Scene) -> None:
    """Attack 15: the ground of the tests below."""
    assert refusal(voting, "owner-a", "1-1-101", worthless(voting)) == ("ballot-refused", "overall-proof")


def test_an_elector_who_has_voted_costs_no_proofs(voting: Scene) -> None:
    """Attack 15: one voter cannot keep the server busy with ballot after ballot."""
    voting.cast("owner-a", voting.whole, "1-1-101", FOR, FIRST)
    assert refusal(voting, "owner-a", "1-1-101", worthless(voting)) == ("already-voted", None)


def test_a_stranger_costs_no_proofs(voting: Scene) -> None:
    """Attack 15."""
    assert refusal(voting, "stranger", "1-1-101", worthless(voting)) == ("not-your-entry", None)


def test_another_elector_s_credential_costs_no_proofs(voting: Scene) -> None:
    """Attack 15."""
    assert refusal(voting, "owner-b", "1-1-102", worthless(voting)) == ("credential-mismatch", None)


def test_a_signature_that_is_not_the_device_s_costs_no_proofs(voting: Scene) -> None:
    """Attack 15."""
    form = request_of(voting, "owner-a", "1-1-101", worthless(voting), voting.whole)
    form["signature"] = "0" * 128
    code = voting.code("POST", f"/elections/{voting.whole}/ballots", form, "owner-a")
    assert code == "device-signature"


@pytest.mark.parametrize(
    ("moment", "step", "code"), [("opens_at", -1, "voting-not-open"), ("closes_at", 0, "voting-closed")]
)
def test_outside_the_hours_nothing_costs_proofs(ready: Scene, moment: str, step: int, code: str) -> None:
    """Attack 15: not even a ballot by a stranger to the election."""
    ready.go_to(moment)
    ready.clock.forward(timedelta(seconds=step))
    assert refusal(ready, "owner-a", "1-1-101", worthless(ready)) == (code, None)


def test_a_ballot_longer_than_any_lawful_one_is_not_even_parsed(voting: Scene) -> None:
    """Attack 15: it is no JSON, and its size is what is named."""
    assert refusal(voting, "owner-a", "1-1-101", b"[" * 4_000_000) == ("ballot-refused", "ballot-size")


# Requests


def send(scene: Scene, path: str, content: bytes, who: str | None = None) -> TestResponse:
    headers = {"Content-Type": "application/json", **(scene.header(who) if who else {})}
    return scene.client.post(path, data=content, headers=headers)


@pytest.mark.parametrize("place", ["before", "after"])
def test_a_request_that_names_a_field_twice_is_refused_naming_it(voting: Scene, place: str) -> None:
    """Attack 15: a filter before the server may read the first, the server the last."""
    form = voting.ballot("owner-a", voting.whole, "1-1-101", FOR, FIRST)
    inner, other = json.dumps(form)[1:-1], '"pseudonym":"XXXXXXXX"'
    text = f"{{{other},{inner}}}" if place == "before" else f"{{{inner},{other}}}"
    answer = send(voting, f"/api/v1/elections/{voting.whole}/ballots", text.encode(), "owner-a")
    assert (answer.status_code, json.loads(answer.data)["code"]) == (422, "field-named-twice")
    assert "pseudonym" in json.loads(answer.data)["detail"]
    assert voting.get(f"/elections/{voting.whole}/head")["document"]["heads"]["height"] == 0


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"[" * 500_000, id="a deep nest"),
        pytest.param(b'{"phone":' * 200_000, id="a deep nest of objects"),
        pytest.param(b'{"phone":' + b"9" * 1_000_000 + b"}", id="a number of a million digits"),
        pytest.param(b'{"phone":NaN}', id="not a number"),
        pytest.param(b'{"phone":-Infinity}', id="no finite number"),
        pytest.param(b'{"phone":"\xff"}', id="no UTF-8"),
        pytest.param('{"phone":""}'.encode("utf-16"), id="UTF-16"),
    ],
)
def test_a_hostile_request_is_malformed_and_no_fault_of_the_server(scene: Scene, content: bytes) -> None:
    """Attack 15."""
    answer = send(scene, CODES, content)
    assert (answer.status_code, json.loads(answer.data)["code"]) == (400, "malformed-request")


# Names and ranges of archives


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("..%2f..%2fyishiting.db", "no-such-address"),
        ("%2e%2e/manifest.json", "no-such-address"),
        ("heads.bel%00", "malformed-request"),
        ("heads.bel/../roll.json", "no-such-address"),
        ("keys", "no-such-address"),
    ],
)
def test_no_file_but_those_of_the_record_can_be_named(voting: Scene, name: str, code: str) -> None:
    """Attack 15, path tricks."""
    assert voting.code("GET", f"/elections/{voting.whole}/{name}") == code


MANY = "bytes=" + ",".join(f"{place}-{place}" for place in range(0, 20_000, 2))


@pytest.mark.parametrize("asked", ["bytes=0-0,5-9", "bytes=99999999999999999999-", MANY], ids=[1, 2, 3])
def test_a_range_that_would_multiply_the_archive_is_refused(voting: Scene, asked: str) -> None:
    """Attack 15: one range at a time, and one that exists."""
    answer = voting.call("GET", f"/elections/{voting.whole}/heads.bel", headers={"Range": asked})
    assert answer.status_code == 416
