"""Who sees a unit's account, and who does not: by role, by bond, and as time goes on."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backend.infra.audit import AuditEntry
from tests.fees.scene import OWNERS, Scene
from tests.registry.makers import a_csv, a_document, a_row

A, B = "1-1-101", "1-1-102"
NEW_OWNER = OWNERS["stranger"]


def join(scene: Scene, who: str, bond: str = "tenant", label: str = A) -> str:
    """Have somebody confirmed in a home and return the residency."""
    building, stair, room = label.split("-")
    form = {"building": building, "stair": stair, "room": room, "bond": bond, "note": ""}
    asked = scene.post("/residencies", form, 201, who)["id"]
    answer = scene.client.post(
        f"/api/v1/residencies/{asked}/decision", json={"confirm": True}, headers=scene.who("clerk")
    )
    assert answer.status_code == 200, answer.text
    return asked


def account_of(scene: Scene, who: str) -> str:
    return scene.client.get("/api/v1/me", headers=scene.who(who)).get_json()["account_id"]


def path(scene: Scene, label: str = A, account: str = "") -> str:
    return f"/units/{scene.units[label]}/fee-authorisations" + (f"/{account}" if account else "")


def let(scene: Scene, who: str, by: str = "owner-a", status: int = 204, method: str = "PUT") -> str:
    answer = scene.call(method, path(scene, account=account_of(scene, who)), by)
    assert answer.status_code == status, answer.text
    return answer.get_json()["code"] if answer.data else ""


def sees(scene: Scene, who: str, label: str = A) -> bool:
    answer = scene.call("GET", f"/units/{scene.units[label]}/statement", who)
    assert answer.status_code == 200 or answer.get_json()["code"] in ("role-missing", "handover-pending")
    return answer.status_code == 200


def sold(scene: Scene, *, stays: bool = False) -> None:
    """Import a roll in which home A is a stranger's, or the stranger's too."""
    mine = {"owners": "甲某", "documents": a_document(1), "phones": OWNERS["owner-a"]}
    yours = {"owners": "乙某", "documents": a_document(2), "phones": OWNERS["owner-b"]}
    new = {"owners": "丙某", "documents": a_document(3), "phones": NEW_OWNER}
    if stays:
        new = {name: f"{mine[name]}、{new[name]}" for name in mine}
    done = scene.desk.imported(
        a_csv(
            a_row(building="1", stair="1", room="101", area="89.50", **new),
            a_row(building="1", stair="1", room="102", area="100.00", **yours),
            a_row(building="2", stair="1", room="201", area="70.25", **mine),
            a_row(building="B", stair="", room="1", use="车位", area="", source="", **yours),
        )
    )
    assert done["applied"], done


@pytest.mark.parametrize("bond", ["family", "tenant"])
def test_a_confirmed_resident_sees_the_bills_only_while_an_owner_lets_them(scene: Scene, bond: str) -> None:
    scene.run(scene.item())
    join(scene, "tenant", bond)
    assert not sees(scene, "tenant")
    [candidate] = scene.get(path(scene), "owner-a")["items"]
    assert (candidate["bond"], candidate["since"], candidate["phone_masked"][3:7]) == (bond, None, "****")
    let(scene, "tenant")
    let(scene, "tenant")
    assert scene.get(path(scene), "owner-a")["items"][0]["since"]
    assert scene.statement(A, "tenant")["owed_fen"] == 16558
    assert not sees(scene, "tenant", B)
    let(scene, "tenant", method="DELETE")
    assert not sees(scene, "tenant")
    assert let(scene, "tenant", status=404, method="DELETE") == "fee-authorisation-unknown"


def test_the_person_is_told_and_the_audit_trail_keeps_both_acts(scene: Scene) -> None:
    join(scene, "tenant")
    let(scene, "tenant")
    let(scene, "tenant", method="DELETE")
    inbox = scene.client.get("/api/v1/me/inbox", headers=scene.who("tenant")).get_json()["items"]
    assert [one["kind"] for one in inbox].count("fee-authorisation") == 2
    with scene.acting() as clerk:
        acts = [entry.act for entry in clerk.session.query(AuditEntry)]
    assert [act for act in acts if act.startswith("fee-authorisation")] == [
        "fee-authorisation-granted",
        "fee-authorisation-withdrawn",
    ]


def test_nobody_but_an_owner_of_the_unit_opens_its_bills(scene: Scene) -> None:
    join(scene, "tenant")
    for who in ("owner-b", "tenant", "clerk", "stranger"):
        assert let(scene, "tenant", who, 403) == "role-missing"
        assert scene.get(path(scene), who, 403)["code"] == "role-missing"
    assert not sees(scene, "tenant")


def test_only_a_confirmed_family_member_or_tenant_can_be_let(scene: Scene) -> None:
    join(scene, "friend", "other")
    assert let(scene, "friend", status=409) == "fee-authorisation-refused"
    assert let(scene, "tenant", status=409) == "fee-authorisation-refused"
    join(scene, "tenant", label=B)
    assert let(scene, "tenant", status=409) == "fee-authorisation-refused"


def test_a_person_may_give_the_sight_of_the_bills_back_but_not_that_of_others(scene: Scene) -> None:
    join(scene, "tenant")
    join(scene, "friend")
    let(scene, "tenant")
    assert let(scene, "tenant", "friend", 403, "DELETE") == "role-missing"
    let(scene, "tenant", "tenant", method="DELETE")
    assert not sees(scene, "tenant")


def test_it_ends_with_the_residency_and_a_new_one_does_not_bring_it_back(scene: Scene) -> None:
    residency = join(scene, "tenant")
    let(scene, "tenant")
    gone = scene.client.delete(f"/api/v1/residencies/{residency}", headers=scene.who("tenant"))
    assert gone.status_code == 204
    assert not sees(scene, "tenant")
    join(scene, "tenant")
    assert not sees(scene, "tenant")
    let(scene, "tenant")
    assert sees(scene, "tenant")


def test_it_ends_when_the_unit_changes_hands(scene: Scene) -> None:
    join(scene, "tenant")
    let(scene, "tenant")
    scene.post(f"/units/{scene.units[A]}/handovers", {"day": "2026-03-01"})
    assert not sees(scene, "tenant")
    let(scene, "tenant")
    assert sees(scene, "tenant")


@pytest.mark.parametrize("stays", [True, False])
def test_it_ends_when_the_title_becomes_another_s(scene: Scene, stays: bool) -> None:
    join(scene, "tenant")
    let(scene, "tenant")
    scene.clock.forward(timedelta(hours=1))
    sold(scene, stays=stays)
    assert not sees(scene, "tenant")


def test_a_co_owner_sees_what_the_owner_sees(scene: Scene) -> None:
    scene.run(scene.item())
    sold(scene, stays=True)
    assert scene.statement(A, "stranger") == scene.statement(A, "owner-a")


def test_a_former_owner_sees_nothing_and_the_new_one_nothing_of_before(scene: Scene) -> None:
    scene.run(scene.item(), first_day="2026-01-01", last_day="2026-01-31")
    sold(scene)
    assert not sees(scene, "owner-a")
    assert scene.statement(A, "stranger", status=409)["code"] == "handover-pending"
    [waiting] = scene.get("/title-changes")["items"]
    assert (waiting["label"], waiting["proposed_day"], waiting["is_new_hands"]) == (A, "2026-03-02", True)
    done = scene.post(f"/title-changes/{waiting['id']}/handover", {"day": waiting["proposed_day"]})
    assert done["tenure"] == 1
    assert scene.get("/title-changes")["items"] == []
    found = scene.statement(A, "stranger")
    assert (found["tenure"], found["owed_fen"], found["bills"]) == (1, 0, [])
    assert scene.statement(A)["owed_fen"] == 16558


def test_a_change_of_title_that_passes_no_fees_over_is_dismissed_with_a_reason(scene: Scene) -> None:
    scene.run(scene.item())
    sold(scene)
    [waiting] = scene.get("/title-changes")["items"]
    way = f"/title-changes/{waiting['id']}/dismissal"
    assert scene.post(way, {"note": ""}, 422)["code"]
    scene.post(way, {"note": "继承，费用由同一家庭继续承担"}, 204)
    assert scene.post(way, {"note": "再次"}, 404)["code"] == "title-change-unknown"
    assert scene.statement(A, "stranger")["owed_fen"] == 16558


def test_a_change_of_hands_that_was_entered_by_hand_answers_the_change_of_title(scene: Scene) -> None:
    sold(scene)
    scene.clock.forward(timedelta(minutes=1))
    scene.post(f"/units/{scene.units[A]}/handovers", {"day": "2026-02-20"})
    assert scene.get("/title-changes")["items"] == []
    assert scene.statement(A, "stranger")["tenure"] == 1


def test_a_roll_that_changes_no_owner_proposes_nothing(scene: Scene) -> None:
    sold(scene, stays=True)
    before = scene.get("/title-changes")["items"]
    assert [one["is_new_hands"] for one in before] == [False]
    sold(scene, stays=True)
    assert scene.get("/title-changes")["items"] == before


@pytest.mark.parametrize("who", ["owner-a", "worker", "rival", "stranger"])
def test_changes_of_title_are_for_the_firm_s_own_dispatchers(scene: Scene, who: str) -> None:
    assert scene.get("/title-changes", who, 403)["code"] == "role-missing"
    for act in ("handover", "dismissal"):
        body = {"day": "2026-03-01", "note": "无"} if act == "handover" else {"note": "无"}
        assert scene.post(f"/title-changes/x/{act}", body, 403, who)["code"] == "role-missing"
