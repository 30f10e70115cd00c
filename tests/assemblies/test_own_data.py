"""A copy of one's own data, and the end of an account (个人信息保护法 arts. 45 and 47)."""

from __future__ import annotations

from backend.infra.audit import verify_trail
from backend.infra.db import reading
from backend.infra.outbox import drain
from tests.assemblies.scene import Scene
from tests.assemblies.world import PHONES, Json


def own_data(scene: Scene, who: str) -> Json:
    return dict(scene.get("/me/data", who)["data"])


def kinds(data: Json) -> list[str]:
    return sorted(one["kind"] for one in data["messages"])


def test_a_person_gets_a_copy_of_what_is_held_about_them_and_of_nobody_else(voting: Scene) -> None:
    voting.cast("owner-f", voting.whole, "2-1-303", [1, 0, 0], [0, 1, 0, 0, 0, 0, 0])
    with voting.app.app_context():
        drain()
    data = own_data(voting, "owner-f")
    assert data["account"]["phone"] == PHONES["owner-f"]
    assert [home["label"] for home in data["homes"]] == ["2-1-303"]
    assert [ballot["election"] for ballot in data["ballots"]] == [voting.whole]
    assert kinds(data) == ["assembly-notice", "assembly-ready", "ballot-cast"]
    others = own_data(voting, "owner-a")
    assert (others["ballots"], kinds(others)) == ([], ["assembly-notice", "assembly-ready"])
    assert PHONES["owner-f"] not in str(others)


def test_the_copy_holds_no_token_and_no_ballot(voting: Scene) -> None:
    voting.cast("owner-f", voting.whole, "2-1-303", [1, 0, 0], [0, 1, 0, 0, 0, 0, 0])
    token = voting.header("owner-f")["Authorization"].removeprefix("Bearer ")
    text = str(own_data(voting, "owner-f"))
    assert token not in text
    assert "token" not in text
    assert "alpha" not in text


def test_a_closed_account_is_signed_out_and_its_phone_begins_anew(voting: Scene) -> None:
    voting.device("owner-f")
    before = voting.get("/me", "owner-f")["account_id"]
    assert voting.call("POST", "/me/closure", by="owner-f").status_code == 204
    assert voting.call("GET", "/me", by="owner-f").status_code == 401
    voting.clock.at = voting.clock.at.replace(microsecond=1)
    after = voting.get("/me", "owner-f")
    assert after["account_id"] != before
    data = own_data(voting, "owner-f")
    assert (data["account"]["devices"], data["messages"]) == ([], [])
    assert [home["label"] for home in data["homes"]] == ["2-1-303"]
    with voting.app.app_context(), reading() as session:
        verify_trail(session)


def test_a_ballot_stays_on_the_board_when_its_voter_closes_the_account(voting: Scene) -> None:
    receipt = voting.cast("owner-f", voting.whole, "2-1-303", [1, 0, 0], [0, 1, 0, 0, 0, 0, 0])["receipt"]
    voting.call("POST", "/me/closure", by="owner-f")
    assert voting.get(f"/elections/{voting.whole}/ballots/{receipt['document']['tracker']}")


def test_nobody_who_holds_a_role_closes_the_account(voting: Scene) -> None:
    assert voting.code("POST", "/me/closure", by="chair") == "account-has-roles"
    assert voting.get("/me", "chair")
