"""Codes sealed to owners' devices: the server carries the box, and only the device opens it."""

from __future__ import annotations

from typing import Any

import pytest

from backend.sealing.boxes import open_box, seal
from backend.sealing.signing import verify
from tests.assemblies.scene import Scene
from tests.assemblies.world import Json

A_UNIT = "1-1-101"
"""owner-a's first unit."""


def a_delivery(scene: Scene, who: str = "owner-a", label: str = A_UNIT, **change: str) -> Json:
    """Seal a unit's code to somebody's device, as the registrar's software does."""
    pseudonym, keys = scene.people.labels[label], scene.people.keys[who]
    context = f"code|{scene.people.assembly}|{pseudonym}".encode()
    document = {
        "assembly": scene.people.assembly,
        "pseudonym": pseudonym,
        "sign_key": keys.signing.public_hex,
        "seal_key": keys.box.public_hex,
        "box": seal(keys.box.public_hex, scene.people.codes[pseudonym].encode(), context),
    } | change
    signed = scene.signed("registrar", "sealed-code", document)
    return {name: value for name, value in document.items() if name != "assembly"} | {
        "signature": signed["signature"]
    }


def deliver(scene: Scene, body: Json, by: str = "registrar") -> Any:
    return scene.call("POST", f"{scene.path}/sealed-codes", body, by)


def own(scene: Scene, who: str) -> list[Json]:
    return list(scene.get(f"{scene.path}/my-sealed-codes", who)["items"])


def code_of(answer: Any) -> str:
    return str(answer.get_json()["code"])


def test_an_owner_opens_the_code_on_the_device_to_which_it_was_sealed_and_votes_with_it(
    voting: Scene,
) -> None:
    voting.device("owner-a")
    assert deliver(voting, a_delivery(voting)).status_code == 204
    [item] = own(voting, "owner-a")
    context = f"code|{voting.people.assembly}|{item['pseudonym']}".encode()
    code = open_box(voting.people.keys["owner-a"].box, item["box"], context).decode()
    assert code == voting.people.codes[voting.people.labels[A_UNIT]]
    voting.people.codes = {item["pseudonym"]: code}
    assert voting.cast("owner-a", voting.whole, A_UNIT, [1, 0, 0], [0, 1, 0, 0, 0, 0, 0])["receipt"]


def test_the_owner_can_check_that_the_registrar_sealed_it(ready: Scene) -> None:
    ready.device("owner-a")
    deliver(ready, a_delivery(ready))
    [item] = own(ready, "owner-a")
    people = ready.assembly()["people"]
    [registrar] = [one for one in people if one["role"] == "registrar"]
    assert item["signed_by"] == registrar["sign_key"]
    names = ("pseudonym", "sign_key", "seal_key", "box")
    document = {"assembly": ready.people.assembly} | {name: item[name] for name in names}
    verify(item["signed_by"], "sealed-code", document, item["signature"])


def test_nobody_else_sees_the_box(ready: Scene) -> None:
    ready.device("owner-a")
    deliver(ready, a_delivery(ready))
    for who in ("owner-b", "registrar", "chair", "stranger"):
        assert own(ready, who) == []


def test_the_owner_is_told_without_the_code(ready: Scene) -> None:
    ready.device("owner-a")
    deliver(ready, a_delivery(ready))
    [message] = ready.get("/me/inbox", "owner-a")["items"]
    assert "投票凭证已加密送到您的手机" in message["text"]
    assert ready.people.codes[ready.people.labels[A_UNIT]] not in message["text"]


def test_a_device_that_nobody_registered_gets_no_code(ready: Scene) -> None:
    answer = deliver(ready, a_delivery(ready))
    assert (answer.status_code, code_of(answer)) == (422, "sealed-code-refused")


def test_the_device_of_somebody_who_does_not_own_the_unit_gets_no_code(ready: Scene) -> None:
    ready.device("owner-b")
    assert code_of(deliver(ready, a_delivery(ready, "owner-b"))) == "sealed-code-refused"
    assert own(ready, "owner-b") == []


def test_each_co_owner_gets_the_code_on_the_own_device(ready: Scene) -> None:
    for who in ("owner-b", "co-owner-b"):
        ready.device(who)
        assert deliver(ready, a_delivery(ready, who, "1-1-102")).status_code == 204
    assert own(ready, "owner-b")[0]["box"] != own(ready, "co-owner-b")[0]["box"]
    roll = ready.get(f"{ready.path}/registrar-roll", "registrar")["electors"]
    assert {one["labels"][0]: one["sealed"] for one in roll if one["sealed"]} == {"1-1-102": 2}


@pytest.mark.parametrize("who", ["chair", "officer", "auditor-1", "owner-a", "administrator"])
def test_only_the_registrar_hands_in_codes(ready: Scene, who: str) -> None:
    ready.device("owner-a")
    assert code_of(deliver(ready, a_delivery(ready), who)) == "not-appointed"


def test_a_box_that_the_registrar_did_not_sign_is_refused(ready: Scene) -> None:
    ready.device("owner-a")
    body = a_delivery(ready)
    other = seal(body["seal_key"], b"another code", b"another purpose")
    assert code_of(deliver(ready, body | {"box": other})) == "sealed-code-refused"


def test_what_is_no_box_is_refused(ready: Scene) -> None:
    ready.device("owner-a")
    for box in ("not base64!", "AAAA"):
        assert code_of(deliver(ready, a_delivery(ready, box=box))) == "sealed-code-refused"


def test_an_elector_who_is_not_on_the_roll_gets_no_code(ready: Scene) -> None:
    ready.device("owner-a")
    assert code_of(deliver(ready, a_delivery(ready, pseudonym="ZZZZZZZZ"))) == "not-on-roll"


def test_sealed_again_the_newer_box_counts(ready: Scene) -> None:
    ready.device("owner-a")
    boxes = [a_delivery(ready) for _ in range(2)]
    for body in boxes:
        deliver(ready, body)
    assert [item["box"] for item in own(ready, "owner-a")] == [boxes[1]["box"]]


def test_a_code_that_was_made_anew_is_no_longer_delivered_and_the_others_are(founded: Scene) -> None:
    founded.draft()
    founded.freeze()
    founded.join("registrar")
    form = founded.credentials()
    founded.put(f"{founded.path}/credentials", form, "registrar")
    for who, label in (("owner-a", A_UNIT), ("owner-b", "1-1-102")):
        founded.device(who)
        deliver(founded, a_delivery(founded, who, label))
    fresh, mine = founded.credentials()["document"]["elections"], founded.people.labels[A_UNIT]
    lists = {
        uuid: one | ({mine: fresh[uuid][mine]} if mine in one else {})
        for uuid, one in form["document"]["elections"].items()
    }
    again = founded.signed(
        "registrar", "credentials", {"assembly": founded.people.assembly, "elections": lists}
    )
    founded.put(f"{founded.path}/credentials", again, "registrar")
    assert own(founded, "owner-a") == []
    assert len(own(founded, "owner-b")) == 1


def test_before_the_public_credentials_are_there_no_code_is_taken(founded: Scene) -> None:
    founded.draft()
    founded.freeze()
    founded.join("registrar")
    founded.credentials()
    founded.device("owner-a")
    assert code_of(deliver(founded, a_delivery(founded))) == "not-on-roll"


def test_the_codes_of_a_registrar_who_was_dismissed_are_dropped(founded: Scene) -> None:
    founded.draft()
    founded.freeze()
    founded.join("registrar")
    founded.put(f"{founded.path}/credentials", founded.credentials(), "registrar")
    founded.device("owner-a")
    deliver(founded, a_delivery(founded))
    assert founded.call("DELETE", f"{founded.path}/people/registrar/1", by="chair").status_code == 200
    assert own(founded, "owner-a") == []


def test_after_the_close_no_code_is_taken_or_handed_out_and_none_is_kept(voting: Scene) -> None:
    voting.device("owner-a")
    deliver(voting, a_delivery(voting))
    voting.go_to("closes_at")
    assert own(voting, "owner-a") == []
    assert code_of(deliver(voting, a_delivery(voting))) == "wrong-stage"
    voting.round()
    roll = voting.get(f"{voting.path}/registrar-roll", "registrar")["electors"]
    assert {one["sealed"] for one in roll} == {0}
