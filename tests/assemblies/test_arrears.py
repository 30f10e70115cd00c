"""Whoever owes fees is on the roll and votes like anybody else: arrears never remove a vote."""

from __future__ import annotations

from tests.assemblies.scene import Scene
from tests.assemblies.world import AREA, HEADS, PHONES

FOR, FIRST = [1, 0, 0], [0, 1, 0, 0, 0, 0, 0]
CLERK = "stranger"
"""Nobody in the assembly: here the firm's keeper of the books."""


def remind_owner_a(scene: Scene) -> str:
    """Have a firm bill everybody for January and remind owner-a; return the state of the case."""
    community = scene.people.community
    firm = scene.post("/organisations", {"name": "演示物业公司", "kind": "firm"}, "administrator")["id"]
    body = {"duty": "firm", "department": "", "organisation_id": firm}
    scene.call("POST", f"/communities/{community}/bodies", body, "administrator")
    staff = {"phone": PHONES[CLERK], "name": "演示收费员", "role": "firm_dispatcher"}
    scene.post(f"/organisations/{firm}/staff", staff, "administrator")
    within = f"/communities/{community}"
    item = scene.post(
        f"{within}/fee-items", {"name": "物业费", "basis": "area_month", "kinds": ["HOME"]}, CLERK
    )
    price = {"price": "1.85", "first_day": "2020-01-01", "clause": "物业服务合同第 8 条"}
    scene.post(f"{within}/fee-items/{item['id']}/prices", price, CLERK)
    january = {"first_day": "2026-01-01", "last_day": "2026-01-31", "due_day": "2026-01-31"}
    scene.post(f"{within}/charge-runs", {"item_ids": [item["id"]], **january, "day": "2026-01-05"}, CLERK)
    holders = scene.get(f"{within}/arrears", CLERK)["items"]
    assert len(holders) == 8, "every home is overdue"
    one = next(holder for holder in holders if holder["label"] == "1-1-101")
    form = {"holders": [{"unit_id": one["unit_id"], "tenure": 0}]}
    [outcome] = scene.post(f"{within}/arrears/reminders", form, CLERK)["items"]
    return str(scene.get(f"/arrears-cases/{outcome['case_id']}", "owner-a")["state"])


def test_owners_in_arrears_are_on_the_roll_with_their_whole_weight(founded: Scene) -> None:
    assert remind_owner_a(founded) == "reminded"
    founded.draft()
    founded.freeze()
    whole = founded.assembly()["elections"][0]
    assert (whole["electors"], whole["area"]) == (HEADS, AREA)
    founded.join("registrar")
    labels = [one["labels"] for one in founded.get(f"{founded.path}/registrar-roll", "registrar")["electors"]]
    assert ["1-1-101", "1-2-201"] in labels


def test_an_owner_in_arrears_casts_a_ballot_that_is_accepted(voting: Scene) -> None:
    assert remind_owner_a(voting) == "reminded"
    answer = voting.cast("owner-a", voting.whole, "1-1-101", FOR, FIRST)
    assert answer["receipt"]["document"]["tracker"]
