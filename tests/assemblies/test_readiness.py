"""People, keys, credentials, and everything that must be there before an assembly is READY."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from backend.voting.protocol.credentials import new_code, public_credential
from tests.assemblies.scene import Scene
from tests.assemblies.world import OFFICES, Json


@pytest.fixture
def frozen(founded: Scene) -> Scene:
    """An assembly whose rolls are frozen."""
    founded.draft()
    founded.freeze()
    return founded


def missing(scene: Scene) -> set[str]:
    """The codes of what stands between the assembly and READY; the step must name the same."""
    shown = {one["code"] for one in scene.assembly()["missing"]}
    problem = scene.refusal("POST", f"{scene.path}/steps", {"step": "ready"}, "chair")
    assert problem["code"] == "assembly-not-ready"
    assert {one["code"] for one in problem["errors"]} == shown
    return shown


# People and their keys


def test_a_person_needs_the_role_in_the_community(frozen: Scene) -> None:
    body = {"role": "auditor", "account_id": frozen.people.accounts["counter-1"], "name": "录入人"}
    assert frozen.code("POST", f"{frozen.path}/people", body, "chair") == "role-missing"


def test_only_the_chair_appoints(frozen: Scene) -> None:
    body = {"role": "auditor", "account_id": frozen.people.accounts["auditor-1"], "name": "审计人"}
    assert frozen.code("POST", f"{frozen.path}/people", body, "auditor-1") == "role-missing"


def test_an_appointee_is_shown_with_organisation_number_and_keys(frozen: Scene) -> None:
    frozen.join("trustee-1")
    frozen.appoint("trustee-2")
    first, second = frozen.assembly()["people"]
    keys = frozen.people.keys["trustee-1"]
    assert first == {
        "role": "trustee",
        "name": "trustee-1",
        "organisation": "演示社区党组织",
        "sign_key": keys.signing.public_hex,
        "seal_key": keys.box.public_hex,
        "index": 1,
    }
    assert (second["index"], second["sign_key"]) == (2, None)


def test_a_key_without_its_proof_is_refused(frozen: Scene) -> None:
    frozen.appoint("auditor-1")
    form = frozen.key_form("auditor-1")
    strange = frozen.key_form("auditor-2") | {"sign_key": form["sign_key"]}
    assert frozen.code("PUT", f"{frozen.path}/my-key", strange, "auditor-1") == "role-key-refused"


def test_a_key_once_published_is_never_replaced(frozen: Scene) -> None:
    frozen.join("auditor-1")
    frozen.put(f"{frozen.path}/my-key", frozen.key_form("auditor-1"), "auditor-1")
    other = frozen.key_form("auditor-2")
    assert frozen.code("PUT", f"{frozen.path}/my-key", other, "auditor-1") == "role-key-refused"


def test_nobody_publishes_a_key_for_an_office_not_held(frozen: Scene) -> None:
    form = frozen.key_form("auditor-1")
    assert frozen.code("PUT", f"{frozen.path}/my-key", form, "auditor-1") == "not-appointed"


def test_a_key_of_small_order_is_refused(frozen: Scene) -> None:
    frozen.appoint("auditor-1")
    form = frozen.key_form("auditor-1") | {"sign_key": "01" + "00" * 31}
    assert frozen.code("PUT", f"{frozen.path}/my-key", form, "auditor-1") == "role-key-refused"


def test_an_appointment_is_taken_back_and_the_trustees_after_it_move_up(frozen: Scene) -> None:
    for who in ("trustee-1", "trustee-2", "trustee-3"):
        frozen.appoint(who)
    frozen.call("DELETE", f"{frozen.path}/people/trustee/1", by="chair")
    held = [(one["name"], one["index"]) for one in frozen.assembly()["people"]]
    assert held == [("trustee-2", 1), ("trustee-3", 2)]
    assert frozen.code("DELETE", f"{frozen.path}/people/trustee/3", by="chair") == "not-found"
    assert frozen.code("DELETE", f"{frozen.path}/people/trustee/1", by="trustee-2") == "role-missing"


def test_the_credentials_of_a_dismissed_registrar_are_not_used(frozen: Scene) -> None:
    frozen.prepare()
    frozen.call("DELETE", f"{frozen.path}/people/registrar/1", by="chair")
    assert missing(frozen) == {"registrar-count", "credentials"}


# Credentials


@pytest.fixture
def registered(frozen: Scene) -> Scene:
    """A registrar has joined."""
    frozen.join("registrar")
    return frozen


def hand_in(scene: Scene, form: Json) -> Json:
    return scene.refusal("PUT", f"{scene.path}/credentials", form, "registrar")


def resigned(scene: Scene, form: Json) -> Json:
    return scene.signed("registrar", "credentials", form["document"])


def test_credentials_are_counted_and_may_be_handed_in_again(registered: Scene) -> None:
    for _ in range(2):
        answer = registered.put(f"{registered.path}/credentials", registered.credentials(), "registrar")
        assert answer == {"electors": 6, "elections": 2}


def test_one_lost_notice_is_issued_anew_with_the_others_unchanged(registered: Scene) -> None:
    form = registered.credentials()
    registered.put(f"{registered.path}/credentials", form, "registrar")
    uuid = registered.people.uuids["all"]
    pseudonym = registered.people.labels["2-1-301"]
    form["document"]["elections"][uuid][pseudonym] = str(public_credential(new_code(), uuid))
    registered.put(f"{registered.path}/credentials", resigned(registered, form), "registrar")


def test_a_list_that_the_registrar_did_not_sign_is_refused(registered: Scene) -> None:
    form = registered.credentials() | {"signature": "0" * 128}
    assert hand_in(registered, form)["code"] == "credentials-refused"


def test_a_signature_for_another_assembly_does_not_count(registered: Scene) -> None:
    form = registered.credentials()
    form["document"]["assembly"] = "another"
    assert hand_in(registered, resigned(registered, form))["code"] == "credentials-refused"


def test_a_list_without_an_elector_or_with_a_stranger_is_refused(registered: Scene) -> None:
    form = registered.credentials()
    electors = form["document"]["elections"][registered.whole]
    value = electors.pop(registered.people.labels["2-1-301"])
    assert hand_in(registered, resigned(registered, form))["code"] == "credentials-refused"
    electors["XXXXXXXX"] = value
    assert hand_in(registered, resigned(registered, form))["code"] == "credentials-refused"


def test_a_list_without_an_election_is_refused(registered: Scene) -> None:
    form = registered.credentials()
    del form["document"]["elections"][registered.whole]
    assert hand_in(registered, resigned(registered, form))["code"] == "credentials-refused"


@pytest.mark.parametrize("value", ["1", "0", "4", "-5", "1e5", "07", "", "９", str(2**2100)])
def test_a_credential_that_is_no_element_of_the_group_is_refused(registered: Scene, value: str) -> None:
    form = registered.credentials()
    form["document"]["elections"][registered.whole][registered.people.labels["2-1-301"]] = value
    assert hand_in(registered, resigned(registered, form))["code"] == "credentials-refused"


def test_two_electors_with_one_credential_are_refused(registered: Scene) -> None:
    form = registered.credentials()
    electors, labels = form["document"]["elections"][registered.whole], registered.people.labels
    electors[labels["2-1-301"]] = electors[labels["2-1-302"]]
    assert hand_in(registered, resigned(registered, form))["code"] == "credentials-refused"


def test_only_the_registrar_hands_in_credentials(registered: Scene) -> None:
    form = registered.credentials()
    assert registered.code("PUT", f"{registered.path}/credentials", form, "chair") == "not-appointed"


# READY


def test_everything_that_is_missing_is_named_at_once(frozen: Scene) -> None:
    assert missing(frozen) == {
        "registrar-count",
        "trustee-count",
        "auditor-count",
        "counter-count",
        "credentials",
        "ceremony",
    }


def test_before_the_freeze_the_roll_is_missing(founded: Scene) -> None:
    founded.draft()
    founded.step("review")
    founded.step("notice")
    assert "roll" in missing(founded)


def test_a_key_that_was_not_published_is_missing_by_office(frozen: Scene) -> None:
    for who in OFFICES:
        frozen.appoint(who)
    assert {"registrar-key", "trustee-key", "auditor-key", "counter-key"} <= missing(frozen)


def test_a_server_whose_operator_is_the_registrar_s_body_is_refused(frozen: Scene) -> None:
    settings = replace(frozen.house.settings, operator="演示街道办事处")
    operated = Scene(frozen.app, frozen.house, frozen.clock, frozen.people)
    frozen.app.extensions["yishiting"] = replace(frozen.house, settings=settings)
    operated.prepare()
    assert missing(operated) == {"operator-is-registrar"}


def test_a_server_that_does_not_say_who_operates_it_is_refused(frozen: Scene) -> None:
    settings = replace(frozen.house.settings, operator="")
    frozen.app.extensions["yishiting"] = replace(frozen.house, settings=settings)
    frozen.prepare()
    assert missing(frozen) == {"operator-unknown"}


def test_a_registrar_who_also_acts_for_an_operator_is_refused(frozen: Scene) -> None:
    frozen.grant("registrar", "registrar", "operator")
    frozen.prepare()
    assert missing(frozen) == {"operator-is-registrar"}


def test_one_body_whose_people_hold_every_share_is_refused(frozen: Scene) -> None:
    frozen.grant("trustee-2", "auditor", "party")
    frozen.prepare()
    assert missing(frozen) == {"one-body-decrypts"}


@pytest.mark.parametrize("threshold", [1, 2, 3])
def test_one_body_that_reaches_the_threshold_is_refused(founded: Scene, threshold: int) -> None:
    founded.draft(threshold=threshold)
    founded.grant("trustee-3", "trustee", "party")
    founded.freeze()
    for who in ("trustee-1", "trustee-2", "trustee-3"):
        founded.appoint(who)
    assert ("one-body-decrypts" in missing(founded)) is (threshold <= 2)


def test_a_threshold_above_the_number_of_trustees_is_refused(founded: Scene) -> None:
    founded.draft(threshold=3)
    founded.freeze()
    founded.appoint("trustee-1")
    founded.appoint("trustee-2")
    assert "threshold" in missing(founded)


def test_an_opening_that_is_past_is_refused(frozen: Scene) -> None:
    frozen.prepare()
    frozen.clock.forward(timedelta(days=16))
    assert missing(frozen) == {"opening-passed"}


def test_after_ready_nothing_of_the_preparation_can_change(ready: Scene) -> None:
    body = {"role": "auditor", "account_id": ready.people.accounts["auditor-1"], "name": "换名"}
    assert ready.code("POST", f"{ready.path}/people", body, "chair") == "wrong-stage"
    assert (
        ready.code("PUT", f"{ready.path}/my-key", ready.key_form("auditor-1"), "auditor-1") == "wrong-stage"
    )
    form = ready.credentials()
    assert ready.code("PUT", f"{ready.path}/credentials", form, "registrar") == "wrong-stage"
    assert ready.code("POST", f"{ready.path}/steps", {"step": "ready"}, "chair") == "wrong-stage"
    message = ready.single_key("trustee-1", 1)
    assert ready.code("POST", f"{ready.path}/ceremony", message, "trustee-1") == "wrong-stage"
