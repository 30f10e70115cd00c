"""Casting: the way of a ballot from a phone to the board, and everything that is refused on it."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from backend.sealing.signing import SigningKey, sign, verify
from backend.voting.protocol.board import Stage
from backend.voting.protocol.verifier import verify_archive, verify_pair
from tests.assemblies.scene import Scene
from tests.assemblies.world import AREA, HEADS, Json

FOR, AGAINST, ABSTAIN = [1, 0, 0], [0, 1, 0], [0, 0, 1]
FIRST = [0, 1, 0, 0, 0, 0, 0]
BLANK = [1, 0, 0, 0, 0, 0, 0]


def refused(scene: Scene, who: str, uuid: str, body: Json) -> str:
    """Cast, and return the code of the refusal; nothing may change by it."""
    before = scene.get(f"/elections/{uuid}/head")["document"]["heads"]
    code = scene.code("POST", f"/elections/{uuid}/ballots", body, who)
    assert scene.get(f"/elections/{uuid}/head")["document"]["heads"] == before
    return code


def test_a_ballot_goes_to_both_chains_and_its_signed_receipt_holds(voting: Scene, tmp_path: Path) -> None:
    answer = voting.cast("owner-a", voting.whole, "1-1-101", FOR, FIRST)
    receipt = answer["receipt"]
    assert receipt["key"] == voting.house.keys.signing_public_hex
    verify(receipt["key"], "receipt", receipt["document"], receipt["signature"])
    archives = {}
    for chain in ("heads", "area"):
        path = tmp_path / f"{chain}.bel"
        path.write_bytes(voting.get_bytes(f"/elections/{voting.whole}/{chain}.bel"))
        archives[chain] = verify_archive(path)
        stands = receipt["document"][chain]
        assert (archives[chain].head_height, archives[chain].head_hash) == (stands["height"], stands["hash"])
        assert archives[chain].ballot_hashes == [receipt["document"]["tracker"]]
        assert archives[chain].stage is Stage.VOTING
    verify_pair(archives["heads"], archives["area"])
    assert sum(archives["heads"].credentials.values()) == HEADS
    assert sum(archives["area"].credentials.values()) == AREA
    assert archives["area"].total_weight == 22000


def test_the_receipt_says_what_it_is_about_and_that_this_is_no_drill(voting: Scene) -> None:
    document = voting.cast("owner-a", voting.whole, "1-1-101", FOR, FIRST)["receipt"]["document"]
    assert document["uuid"] == voting.whole
    assert document["drill"] is False
    assert document["at"] == "2026-03-18T00:00:00+08:00"
    assert set(document) == {"uuid", "drill", "tracker", "at", "heads", "area"}


def test_turnout_is_told_by_channel_and_never_a_leaning(voting: Scene) -> None:
    voting.cast("owner-a", voting.whole, "1-1-101", FOR, FIRST)
    view = voting.get(f"/elections/{voting.whole}")
    assert view["turnout"] == {
        "heads": 1,
        "area": 22000,
        "by_channel": {"e": {"heads": 1, "area": 22000}, "paper": {"heads": 0, "area": 0}},
    }
    assert (view["electors"], view["area"]) == (HEADS, AREA)
    assert voting.code("GET", f"/elections/{voting.whole}/result") == "not-found"


# The hours


def test_a_ballot_before_the_opening_is_refused(ready: Scene) -> None:
    ready.go_to("opens_at")
    ready.clock.forward(-timedelta(seconds=1))
    body = ready.ballot("owner-a", ready.whole, "1-1-101", FOR, FIRST)
    assert refused(ready, "owner-a", ready.whole, body) == "voting-not-open"


def test_a_ballot_in_the_last_second_is_taken(voting: Scene) -> None:
    voting.go_to("closes_at")
    voting.clock.forward(-timedelta(seconds=1))
    voting.cast("owner-a", voting.whole, "1-1-101", FOR, FIRST)


@pytest.mark.parametrize("late", [0, 1])
def test_a_ballot_at_the_close_or_a_second_after_is_refused_though_no_job_ran(
    voting: Scene, late: int
) -> None:
    """law.md S07."""
    voting.go_to("closes_at")
    voting.clock.forward(timedelta(seconds=late))
    body = voting.ballot("owner-a", voting.whole, "1-1-101", FOR, FIRST)
    problem = voting.refusal("POST", f"/elections/{voting.whole}/ballots", body, "owner-a")
    assert problem["code"] == "voting-closed"
    assert "2026-04-02T00:00:00+08:00" in problem["detail"]
    assert voting.get(f"/elections/{voting.whole}/head")["document"]["heads"]["height"] == 0


# Who may cast for whom


def test_a_stranger_cannot_cast_even_with_the_right_code(voting: Scene) -> None:
    body = voting.ballot("stranger", voting.whole, "1-1-101", FOR, FIRST)
    assert refused(voting, "stranger", voting.whole, body) == "not-your-entry"


def test_another_owner_cannot_cast_for_an_elector(voting: Scene) -> None:
    body = voting.ballot("owner-b", voting.whole, "1-1-101", FOR, FIRST)
    assert refused(voting, "owner-b", voting.whole, body) == "not-your-entry"


def test_an_unknown_pseudonym_is_not_told_from_a_foreign_one(voting: Scene) -> None:
    body = voting.ballot("owner-b", voting.whole, "1-1-102", FOR, FIRST) | {"pseudonym": "XXXXXXXX"}
    assert refused(voting, "owner-b", voting.whole, body) == "not-your-entry"


def test_an_elector_outside_the_scope_has_no_ballot_there(voting: Scene) -> None:
    first = voting.people.uuids["building:1"]
    voting.people.labels["elsewhere"] = voting.people.labels["2-1-301"]
    body = voting.ballot("owner-de", first, "elsewhere", FOR)
    assert refused(voting, "owner-de", first, body) == "not-your-entry"


def test_nobody_casts_without_signing_in(voting: Scene) -> None:
    body = voting.ballot("owner-a", voting.whole, "1-1-101", FOR, FIRST)
    assert voting.code("POST", f"/elections/{voting.whole}/ballots", body) == "not-signed-in"


def test_an_expired_token_is_refused_and_says_to_sign_in_again(voting: Scene) -> None:
    header = voting.header("owner-a")
    body = voting.ballot("owner-a", voting.whole, "1-1-101", FOR, FIRST)
    voting.clock.forward(timedelta(days=14))
    answer = voting.call("POST", f"/elections/{voting.whole}/ballots", body, headers=header)
    assert (answer.status_code, json.loads(answer.data)["code"]) == (401, "token-expired")
    assert "重新" in json.loads(answer.data)["detail"]


def test_a_phone_that_stands_for_several_electors_names_which(voting: Scene) -> None:
    items = voting.get(f"{voting.path}/my-entries", "owner-de")["items"]
    assert sorted(entry["labels"] for entry in items) == [["2-1-301"], ["2-1-302"]]
    voting.cast("owner-de", voting.whole, "2-1-301", FOR, FIRST)
    voting.cast("owner-de", voting.whole, "2-1-302", AGAINST, BLANK)
    assert voting.get(f"/elections/{voting.whole}")["turnout"]["heads"] == 2


def test_an_elector_s_units_are_one_head_with_one_entry_in_each_election(voting: Scene) -> None:
    [entry] = voting.get(f"{voting.path}/my-entries", "owner-a")["items"]
    assert entry["labels"] == ["1-1-101", "1-2-201"]
    assert {one["uuid"]: one["area"] for one in entry["elections"]} == dict.fromkeys(
        voting.people.uuids.values(), 22000
    )
    assert all((one["channel"], one["casts"]) == (None, 0) for one in entry["elections"])


def test_the_developer_votes_once_for_all_its_units_with_its_own_phone(voting: Scene) -> None:
    [entry] = voting.get(f"{voting.path}/my-entries", "developer")["items"]
    assert entry["labels"] == ["2-1-401", "2-1-402"]
    voting.cast("developer", voting.whole, "2-1-402", AGAINST, BLANK)
    assert voting.get(f"/elections/{voting.whole}")["turnout"]["area"] == 20000
    body = voting.ballot("developer", voting.whole, "2-1-401", FOR, FIRST)
    assert refused(voting, "developer", voting.whole, body) == "already-voted"


def told_of_ballots(scene: Scene, who: str) -> list[Json]:
    return [one for one in scene.get("/me/inbox", who)["items"] if one["kind"] == "ballot-cast"]


def test_every_co_owner_is_told_and_nobody_else(voting: Scene) -> None:
    voting.cast("co-owner-b", voting.whole, "1-1-102", FOR, FIRST)
    voting.round()
    for who in ("owner-b", "co-owner-b"):
        [message] = told_of_ballots(voting, who)
        assert "（全体业主）" in message["text"]
        assert "1-1-102" in message["text"]
    assert told_of_ballots(voting, "owner-a") == []


def test_the_developer_is_told_of_its_ballot(voting: Scene) -> None:
    voting.cast("developer", voting.whole, "2-1-402", AGAINST, BLANK)
    voting.round()
    assert len(told_of_ballots(voting, "developer")) == 1


# One vote


def test_a_second_vote_is_refused_and_the_first_stands(voting: Scene) -> None:
    """law.md S06."""
    voting.cast("owner-a", voting.whole, "1-1-101", FOR, FIRST)
    body = voting.ballot("owner-a", voting.whole, "1-1-101", AGAINST, FIRST)
    assert refused(voting, "owner-a", voting.whole, body) == "already-voted"


def test_a_co_owner_cannot_vote_again_for_the_head(voting: Scene) -> None:
    voting.cast("owner-b", voting.whole, "1-1-102", FOR, FIRST)
    body = voting.ballot("co-owner-b", voting.whole, "1-1-102", AGAINST, FIRST)
    assert refused(voting, "co-owner-b", voting.whole, body) == "already-voted"


def test_one_election_s_lock_leaves_the_other_free(voting: Scene) -> None:
    voting.cast("owner-a", voting.whole, "1-1-101", FOR, FIRST)
    voting.cast("owner-a", voting.people.uuids["building:1"], "1-1-101", AGAINST)


def test_a_returned_paper_locks_the_phone(voting: Scene) -> None:
    """law.md S01: whichever channel is recorded first stands."""
    voting.post(f"/elections/{voting.whole}/papers", {"label": "1-1-101"}, "counter-1")
    body = voting.ballot("owner-a", voting.whole, "1-1-101", FOR, FIRST)
    assert refused(voting, "owner-a", voting.whole, body) == "already-voted"


def test_one_change_is_taken_where_one_is_allowed_and_the_next_is_refused(scene: Scene) -> None:
    """law.md S06."""
    scene.make_ready(max_changes=1)
    scene.go_to("opens_at")
    scene.cast("owner-a", scene.whole, "1-1-101", FOR, FIRST)
    scene.cast("owner-a", scene.whole, "1-1-101", AGAINST, FIRST)
    body = scene.ballot("owner-a", scene.whole, "1-1-101", ABSTAIN, FIRST)
    assert refused(scene, "owner-a", scene.whole, body) == "already-voted"
    assert scene.get(f"/elections/{scene.whole}")["turnout"]["heads"] == 1


def test_the_same_ballot_is_never_twice_on_the_board(scene: Scene) -> None:
    scene.make_ready(max_changes=2)
    scene.go_to("opens_at")
    body = scene.ballot("owner-a", scene.whole, "1-1-101", FOR, FIRST)
    scene.post(f"/elections/{scene.whole}/ballots", body, "owner-a")
    assert refused(scene, "owner-a", scene.whole, body) == "ballot-refused"


def test_a_repeated_call_with_its_key_gets_the_same_receipt_and_casts_once(voting: Scene) -> None:
    body = voting.ballot("owner-a", voting.whole, "1-1-101", FOR, FIRST)
    key = {"Idempotency-Key": "a-phone-without-signal"}
    path = f"/elections/{voting.whole}/ballots"
    first, again = (voting.call("POST", path, body, "owner-a", headers=key) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.get_json() == again.get_json()
    assert voting.get(f"/elections/{voting.whole}/head")["document"]["heads"]["height"] == 1


# The ballot and the device


def test_a_ballot_by_another_elector_s_code_is_refused(voting: Scene) -> None:
    raw = voting.raw_ballot(voting.whole, "1-1-102", FOR, FIRST)
    body = voting.ballot("owner-a", voting.whole, "1-1-101", raw=raw)
    assert refused(voting, "owner-a", voting.whole, body) == "credential-mismatch"


def test_a_ballot_of_another_election_is_refused_by_name(voting: Scene) -> None:
    """law.md S12: another text of an item makes another manifest, hence another election."""
    first = voting.people.uuids["building:1"]
    raw = voting.raw_ballot(first, "1-1-101", FOR)
    body = voting.ballot("owner-a", first, "1-1-101", raw=raw)
    problem = voting.refusal("POST", f"/elections/{voting.whole}/ballots", body, "owner-a")
    assert problem["code"] == "ballot-refused"
    assert "another election" in problem["detail"]


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda text: text[:-1], id="cut"),
        pytest.param(lambda text: text + " ", id="trailing"),
        pytest.param(lambda _: "{}", id="empty"),
        pytest.param(lambda _: "not json", id="no-json"),
        pytest.param(lambda text: text.replace('"challenge":"', '"challenge":"1', 1), id="proof"),
    ],
)
def test_a_malformed_or_forged_ballot_is_refused(voting: Scene, spoil) -> None:
    body = voting.ballot("owner-a", voting.whole, "1-1-101", FOR, FIRST)
    body["ballot"] = spoil(body["ballot"])
    assert refused(voting, "owner-a", voting.whole, body) in {"ballot-refused", "validation-failed"}


def test_half_a_character_in_a_ballot_is_refused(voting: Scene) -> None:
    body = voting.ballot("owner-a", voting.whole, "1-1-101", FOR, FIRST) | {"ballot": "\ud800"}
    path = f"/api/v1/elections/{voting.whole}/ballots"
    header = voting.header("owner-a") | {"Content-Type": "application/json"}
    answer = voting.client.post(path, data=json.dumps(body), headers=header)
    assert (answer.status_code, json.loads(answer.data)["code"]) == (422, "validation-failed")


def test_a_ballot_without_a_field_is_refused_naming_the_field(voting: Scene) -> None:
    body = voting.ballot("owner-a", voting.whole, "1-1-101", FOR, FIRST)
    del body["signature"]
    problem = voting.refusal("POST", f"/elections/{voting.whole}/ballots", body, "owner-a")
    assert problem["code"] == "validation-failed"
    assert problem["errors"] == [{"field": "signature", "rule": "必填"}]


def test_a_signature_by_another_device_is_refused(voting: Scene) -> None:
    body = voting.ballot("owner-a", voting.whole, "1-1-101", FOR, FIRST)
    raw = body["ballot"].encode()
    voting.people.keys["thief"] = type(voting.people.keys["owner-a"])()
    body["signature"] = voting.device_signature("thief", voting.whole, raw)
    assert refused(voting, "owner-a", voting.whole, body) == "device-signature"


def test_a_signature_for_another_ballot_is_refused(voting: Scene) -> None:
    body = voting.ballot("owner-a", voting.whole, "1-1-101", FOR, FIRST)
    other = voting.ballot("owner-a", voting.whole, "1-1-101", FOR, FIRST)
    assert (
        refused(voting, "owner-a", voting.whole, body | {"signature": other["signature"]})
        == "device-signature"
    )


def test_another_person_s_device_is_unknown(voting: Scene) -> None:
    body = voting.ballot("owner-a", voting.whole, "1-1-101", FOR, FIRST)
    body["device_id"] = voting.device("owner-b")
    assert refused(voting, "owner-a", voting.whole, body) == "device-unknown"


def test_a_device_key_of_another_kind_of_statement_does_not_count(voting: Scene) -> None:
    body = voting.ballot("owner-a", voting.whole, "1-1-101", FOR, FIRST)
    key: SigningKey = voting.people.keys["owner-a"].signing
    body["signature"] = sign(key, "receipt", {"fingerprint": voting.form(voting.whole).fingerprint})
    assert refused(voting, "owner-a", voting.whole, body) == "device-signature"


def test_auditors_get_every_device_signature_and_nobody_else_does(voting: Scene) -> None:
    receipt = voting.cast("owner-a", voting.whole, "1-1-101", FOR, FIRST)["receipt"]["document"]
    path = f"/elections/{voting.whole}/device-signatures"
    [act] = voting.get(path, "auditor-1")["items"]
    statement = {"fingerprint": voting.form(voting.whole).fingerprint, "tracker": receipt["tracker"]}
    verify(act["sign_key"], "cast", statement, act["signature"])
    assert act["sign_key"] == voting.people.keys["owner-a"].signing.public_hex
    assert voting.code("GET", path, by="chair") == "not-appointed"


def test_the_other_election_is_not_there(voting: Scene) -> None:
    body = voting.ballot("owner-a", voting.whole, "1-1-101", FOR, FIRST)
    assert voting.code("POST", "/elections/nothing/ballots", body, "owner-a") == "not-found"
