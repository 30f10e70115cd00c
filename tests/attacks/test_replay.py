"""Attacks 1 and 7: a ballot that anybody can copy off the board counts for nobody else, and never again."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from backend.voting.protocol.archive import RecordKind, read_records
from backend.voting.protocol.credentials import private_key
from backend.voting.protocol.group import BELENIOS_2048
from tests.assemblies.scene import Scene
from tests.assemblies.world import Json
from tests.attacks.intake import AGAINST, FIRST, FOR, board_of, refusal
from tests.voting.forgery import Fields, forged, signed


@pytest.fixture
def copied(voting: Scene) -> bytes:
    """A ballot of owner A, as anybody downloads it."""
    voting.cast("owner-a", voting.whole, "1-1-101", FOR, FIRST)
    return ballots_on_board(voting)[-1]


def ballots_on_board(scene: Scene) -> list[bytes]:
    """Read all ballots off the public archive."""
    bodies = {}
    for record in read_records(board_of(scene)):
        if record.kind is RecordKind.DATA:
            bodies[record.hash] = record.body
        elif (event := json.loads(record.body))["type"] == "Ballot":
            bodies[f"event {event['height']}"] = bodies[event["payload"]]
    return [body for name, body in bodies.items() if name.startswith("event ")]


def secret_of(scene: Scene, label: str, uuid: str) -> int:
    return private_key(scene.people.codes[scene.people.labels[label]], uuid)


def test_a_copied_ballot_is_refused_from_another_elector(voting: Scene, copied: bytes) -> None:
    """Attack 1."""
    assert refusal(voting, "owner-b", "1-1-102", copied) == ("credential-mismatch", None)


def test_a_copied_ballot_is_refused_from_its_own_elector(voting: Scene, copied: bytes) -> None:
    """Attack 1: nobody who stands for the same head can send it once more."""
    assert refusal(voting, "owner-a", "1-1-101", copied) == ("already-voted", None)


def own(credential: int) -> Callable[[Fields], object]:
    return lambda fields: fields.update(credential=str(credential))


def test_a_copied_ballot_under_one_s_own_credential_breaks_its_signature(
    voting: Scene, copied: bytes
) -> None:
    """Attack 1: the copy is only renamed."""
    secret = secret_of(voting, "1-1-102", voting.whole)
    fields = json.loads(copied)
    own(BELENIOS_2048.power_g(secret))(fields)
    signature = json.loads(signed(fields, secret))["signature"]
    renamed = fields | {"signature": {"hash": signature["hash"], "proof": fields["signature"]["proof"]}}
    raw = json.dumps(renamed, separators=(",", ":")).encode()
    assert refusal(voting, "owner-b", "1-1-102", raw) == ("ballot-refused", "ballot-signature")


def test_copied_choices_signed_by_another_voter_break_their_proofs(voting: Scene, copied: bytes) -> None:
    """Attack 1, Helios' ballot copying: the proofs name the credential that they were made for."""
    secret = secret_of(voting, "1-1-102", voting.whole)
    raw = forged(copied, secret, own(BELENIOS_2048.power_g(secret)))
    assert refusal(voting, "owner-b", "1-1-102", raw) == ("ballot-refused", "choice-proof")


def test_copied_choices_that_are_encrypted_anew_break_their_proofs(voting: Scene, copied: bytes) -> None:
    """Attack 1, re-randomised: the same unknown choices in other ciphertexts."""
    secret, key = secret_of(voting, "1-1-102", voting.whole), voting.form(voting.whole).public_key

    def anew(fields: Fields) -> None:
        own(BELENIOS_2048.power_g(secret))(fields)
        for answer in fields["answers"]:
            for choice in answer["choices"]:
                choice["alpha"] = str(int(choice["alpha"]) * BELENIOS_2048.g % BELENIOS_2048.p)
                choice["beta"] = str(int(choice["beta"]) * key % BELENIOS_2048.p)

    raw = forged(copied, secret, anew)
    assert refusal(voting, "owner-b", "1-1-102", raw) == ("ballot-refused", "choice-proof")


def test_a_copied_ballot_with_a_larger_spelling_of_its_challenge_is_refused(
    voting: Scene, copied: bytes
) -> None:
    """Attack 1, malleated: the same proof, its challenge written with the group's order added."""
    secret = secret_of(voting, "1-1-101", voting.whole)

    def larger(fields: Fields) -> None:
        proof = fields["answers"][0]["overall_proof"][0]
        proof["challenge"] = str(int(proof["challenge"]) + BELENIOS_2048.q)

    raw = forged(ballots_on_board(voting)[-1], secret, larger)
    assert refusal(voting, "owner-b", "1-1-102", raw) == ("ballot-refused", "decimal-range")


def test_a_ballot_of_one_election_is_refused_in_another_of_the_same_assembly(
    voting: Scene, copied: bytes
) -> None:
    """Attack 1, across elections: by its name, and by its proofs if it is renamed and signed again."""
    first = voting.people.uuids["building:1"]
    form, secret = voting.form(first), secret_of(voting, "1-1-101", first)

    def shortened(fields: Fields) -> None:
        own(BELENIOS_2048.power_g(secret))(fields)
        fields.update(answers=fields["answers"][:1])

    raw = forged(copied, secret, shortened)
    assert refusal(voting, "owner-a", "1-1-101", raw, first) == ("ballot-refused", "ballot-election")
    raw = forged(raw, secret, lambda fields: fields.update(election_uuid=form.uuid))
    assert refusal(voting, "owner-a", "1-1-101", raw, first) == ("ballot-refused", "ballot-election")
    raw = forged(raw, secret, lambda fields: fields.update(election_hash=form.fingerprint))
    assert refusal(voting, "owner-a", "1-1-101", raw, first) == ("ballot-refused", "choice-proof")


def test_the_answer_to_one_question_does_not_pass_for_the_answer_to_another(voting: Scene) -> None:
    """Attack 1, across questions: a committee's choices are not those of a vote."""
    raw = voting.raw_ballot(voting.whole, "1-1-101", FOR, FIRST)

    def crossed(fields: Fields) -> None:
        fields["answers"].reverse()

    raw = forged(raw, secret_of(voting, "1-1-101", voting.whole), crossed)
    code, rule = refusal(voting, "owner-a", "1-1-101", raw)
    assert (code, rule) == ("ballot-refused", "fields")


@pytest.fixture
def changed(scene: Scene, request: pytest.FixtureRequest) -> tuple[Scene, Json]:
    """An assembly that allows changes, in which owner A voted for, then against; and the first request."""
    scene.make_ready(max_changes=request.param)
    scene.go_to("opens_at")
    first = scene.ballot("owner-a", scene.whole, "1-1-101", FOR, FIRST)
    path = f"/elections/{scene.whole}/ballots"
    answer = scene.call("POST", path, first, "owner-a", headers={"Idempotency-Key": "the-first-time"})
    assert answer.status_code == 201
    scene.cast("owner-a", scene.whole, "1-1-101", AGAINST, FIRST)
    return scene, first


@pytest.mark.parametrize(
    ("changed", "code"), [(1, "already-voted"), (2, "ballot-refused")], indirect=["changed"]
)
def test_an_old_ballot_sent_again_after_a_change_is_refused(changed: tuple[Scene, Json], code: str) -> None:
    """Attack 7: the older choice must not come last, be the changes used up or not."""
    scene, first = changed
    before = board_of(scene).read()
    assert scene.code("POST", f"/elections/{scene.whole}/ballots", first, "owner-a") == code
    assert board_of(scene).read() == before


@pytest.mark.parametrize("changed", [2], indirect=True)
def test_an_old_ballot_under_its_old_key_brings_its_old_receipt_and_moves_nothing(
    changed: tuple[Scene, Json],
) -> None:
    """Attack 7: whoever recorded the first request can repeat it word for word, to no effect."""
    scene, first = changed
    before = board_of(scene).read()
    key = {"Idempotency-Key": "the-first-time"}
    again = scene.call("POST", f"/elections/{scene.whole}/ballots", first, "owner-a", headers=key)
    assert again.get_json()["receipt"]["document"]["heads"]["height"] == 1
    assert board_of(scene).read() == before
    assert [json.loads(raw)["credential"] for raw in ballots_on_board(scene)] == 2 * [
        json.loads(first["ballot"])["credential"]
    ]
    assert ballots_on_board(scene)[-1].decode() != first["ballot"]


@pytest.mark.parametrize("changed", [2], indirect=True)
def test_nobody_else_s_old_request_is_repeated_under_its_key(changed: tuple[Scene, Json]) -> None:
    """Attack 7: the key belongs to the account that used it."""
    scene, first = changed
    key = {"Idempotency-Key": "the-first-time"}
    answer = scene.call("POST", f"/elections/{scene.whole}/ballots", first, "owner-b", headers=key)
    assert json.loads(answer.data)["code"] == "not-your-entry"
