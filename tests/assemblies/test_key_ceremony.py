"""The key ceremony over HTTP: messages in turn, each checked; the server only ever carries what is sealed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from backend.tools import ceremony as tool
from backend.tools.folder import RoleFolder
from backend.voting.protocol.encoding import compact
from backend.voting.protocol.trustees import make_single_key
from tests.assemblies.scene import Scene
from tests.assemblies.world import Json

TRUSTEES = ("trustee-1", "trustee-2", "trustee-3")


def frozen(scene: Scene, threshold: int | None) -> Scene:
    scene.draft(threshold=threshold)
    scene.freeze()
    for who in TRUSTEES:
        scene.join(who)
    return scene


@pytest.fixture
def single(founded: Scene) -> Scene:
    """Three trustees who must all decrypt."""
    return frozen(founded, None)


@pytest.fixture
def shared(founded: Scene) -> Scene:
    """Three trustees, any two of whom can decrypt."""
    return frozen(founded, 2)


def send(scene: Scene, who: str, form: Json) -> Json:
    return scene.post(f"{scene.path}/ceremony", form, who)


def refusal(scene: Scene, who: str, form: Json) -> Json:
    problem = scene.refusal("POST", f"{scene.path}/ceremony", form, who)
    assert problem["code"] in {"ceremony-refused", "not-appointed"}
    return problem


class Trustees:
    """Three trustees, each with the offline tool's own folder."""

    def __init__(self, scene: Scene, path: Path) -> None:
        self.scene = scene
        self.folders = {who: RoleFolder(path / who) for who in TRUSTEES}
        for who, folder in self.folders.items():
            keys = scene.people.keys[who]
            folder.write_bytes("signing.key", keys.signing.to_bytes().hex().encode())
            folder.write_bytes("box.key", keys.box.to_bytes().hex().encode())

    def next(self, who: str) -> Json | None:
        """The next message that this trustee's tool makes."""
        scene, folder, index = self.scene, self.folders[who], TRUSTEES.index(who) + 1
        peers = tool.pin_peers(folder, scene.assembly())
        place = tool.Place(scene.people.assembly, index, who, peers)
        said = tool.Said.parse(scene.get(f"{scene.path}/ceremony", who), place)
        made = tool.step(folder, place, said)
        return None if made is None else scene.ceremony_form(who, index, made["round"], made["body"])

    def play(self, number: int) -> None:
        """Have all three send their message of a round."""
        for who in TRUSTEES:
            form = self.next(who)
            assert form is not None
            assert form["round"] == number
            send(self.scene, who, form)


def test_three_single_keys_make_trustees_in_one_round(single: Scene) -> None:
    for index, who in enumerate(TRUSTEES, 1):
        before = single.get(f"{single.path}/ceremony", who)
        assert (before["mode"], before["size"], before["threshold"], before["round"]) == (
            "mandatory",
            3,
            None,
            1,
        )
        after = send(single, who, single.single_key(who, index))
    assert after["round"] == 2
    assert "ceremony" not in {one["code"] for one in single.assembly()["missing"]}


def test_a_threshold_key_is_made_in_three_rounds_by_the_trustees_own_tools(
    shared: Scene, tmp_path: Path
) -> None:
    trustees = Trustees(shared, tmp_path)
    for number in (1, 2, 3):
        assert shared.get(f"{shared.path}/ceremony", "chair")["round"] == number
        trustees.play(number)
    state = shared.get(f"{shared.path}/ceremony", "chair")
    assert (state["mode"], state["round"], len(state["messages"])) == ("threshold", 4, 9)
    assert trustees.next("trustee-1") is None
    assert "ceremony" not in {one["code"] for one in shared.assembly()["missing"]}


def test_no_share_is_readable_on_the_server(shared: Scene, tmp_path: Path) -> None:
    trustees = Trustees(shared, tmp_path)
    for number in (1, 2, 3):
        trustees.play(number)
    secrets = []
    for folder in trustees.folders.values():
        share = folder.read(tool.SHARE)
        secrets.append(str(share["secret"]).encode())
    stored = b"".join(
        file.read_bytes() for file in shared.house.settings.data_dir.rglob("*") if file.is_file()
    )
    assert len(secrets) == len(TRUSTEES)
    assert [secret for secret in secrets if secret in stored] == []


def test_a_message_is_never_replaced(single: Scene) -> None:
    send(single, "trustee-1", single.single_key("trustee-1", 1))
    assert "不能替换" in refusal(single, "trustee-1", single.single_key("trustee-1", 1))["detail"]


def test_a_later_round_waits_for_the_one_before(shared: Scene, tmp_path: Path) -> None:
    trustees = Trustees(shared, tmp_path)
    first = trustees.next("trustee-1")
    assert first is not None
    send(shared, "trustee-1", first)
    early = shared.ceremony_form("trustee-1", 1, 2, "{}")
    assert "第 1 轮" in refusal(shared, "trustee-1", early)["detail"]


def test_a_ceremony_has_no_round_after_its_last(single: Scene) -> None:
    for index, who in enumerate(TRUSTEES, 1):
        send(single, who, single.single_key(who, index))
    refusal(single, "trustee-1", single.ceremony_form("trustee-1", 1, 2, "{}"))


def test_a_message_signed_by_another_trustee_is_refused(single: Scene) -> None:
    form = single.single_key("trustee-2", 1)
    assert "签名" in refusal(single, "trustee-1", form)["detail"]


def test_only_trustees_of_the_assembly_send_messages(single: Scene) -> None:
    assert refusal(single, "auditor-1", single.single_key("auditor-1", 1))["code"] == "not-appointed"


def test_a_key_whose_proof_does_not_hold_is_refused_by_its_rule(single: Scene) -> None:
    _, public = make_single_key("trustee-1")
    _, other = make_single_key("trustee-1")
    forged = compact({**public, "public_key": other["public_key"]}).decode()
    problem = refusal(single, "trustee-1", single.ceremony_form("trustee-1", 1, 1, forged))
    assert "pok" in problem["detail"] or "proof" in problem["detail"]


@pytest.mark.parametrize("body", ["", "{}", "[]", "null", "no json", '{"a":NaN}', "1"])
def test_a_body_of_another_form_is_refused(single: Scene, body: str) -> None:
    form = single.ceremony_form("trustee-1", 1, 1, body)
    assert single.code("POST", f"{single.path}/ceremony", form, "trustee-1") in {
        "ceremony-refused",
        "validation-failed",
    }


@pytest.mark.parametrize("body", ["{}", "[]", "null", '{"message":1,"signature":2}'])
def test_a_certificate_of_another_form_is_refused(shared: Scene, body: str) -> None:
    refusal(shared, "trustee-1", shared.ceremony_form("trustee-1", 1, 1, body))


def test_a_certificate_for_another_box_key_than_published_is_refused(shared: Scene, tmp_path: Path) -> None:
    trustees = Trustees(shared, tmp_path)
    other = shared.people.keys["stranger"].box.to_bytes().hex()
    trustees.folders["trustee-1"].write_bytes("box.key", other.encode())
    form = trustees.next("trustee-1")
    assert form is not None
    assert "加密公钥" in refusal(shared, "trustee-1", form)["detail"]


def test_a_dealing_without_a_box_for_everyone_is_refused(shared: Scene, tmp_path: Path) -> None:
    trustees = Trustees(shared, tmp_path)
    trustees.play(1)
    form = trustees.next("trustee-1")
    assert form is not None
    body = json.loads(form["body"])
    del body["boxes"]["3"]
    cut = json.dumps(body, separators=(",", ":"))
    refusal(shared, "trustee-1", shared.ceremony_form("trustee-1", 1, 2, cut))


def test_no_trustee_is_added_or_dismissed_once_a_message_was_sent(single: Scene) -> None:
    send(single, "trustee-1", single.single_key("trustee-1", 1))
    body = {"role": "trustee", "account_id": single.people.accounts["trustee-2"], "name": "另名"}
    assert single.code("POST", f"{single.path}/people", body, "chair") == "ceremony-refused"
    assert single.code("DELETE", f"{single.path}/people/trustee/3", by="chair") == "ceremony-refused"


def test_the_ceremony_waits_for_every_trustee_s_keys(founded: Scene) -> None:
    founded.draft()
    founded.freeze()
    founded.join("trustee-1")
    founded.appoint("trustee-2")
    assert "公布" in refusal(founded, "trustee-1", founded.single_key("trustee-1", 1))["detail"]
