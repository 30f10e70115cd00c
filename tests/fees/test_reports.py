"""The firm asks who owes what and what came in; others see buildings only, and never few homes."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from openpyxl import load_workbook

from tests.fees.scene import JUDGES, Scene
from tests.fees.test_viewing import JANUARY, A, B, C
from tests.registry.makers import a_csv, a_document, a_row

SPAN = "first_day=2026-01-01&last_day=2026-12-31"
BYS = ("method", "item", "period", "building")


def in_csv(scene: Scene, path: str) -> list[list[str]]:
    answer = scene.call("GET", path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Disposition"].endswith(".csv")
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))


def in_xlsx(scene: Scene, path: str) -> list[list[str]]:
    answer = scene.call("GET", path)
    assert answer.status_code == 200, answer.text
    rows = load_workbook(io.BytesIO(answer.data)).worksheets[0].iter_rows(values_only=True)
    return [["" if cell is None else str(cell) for cell in row] for row in rows]


def bill_at(scene: Scene, item: str, due: str, day: str) -> None:
    scene.run(item, first_day=day, last_day=day, day=day, due_day=due, unit_ids=[scene.units[A]])


def test_arrears_are_told_apart_by_their_age_to_the_day(scene: Scene) -> None:
    item = scene.item("清运费", "unit_month", "31")
    dues = ("2026-03-01", "2026-01-31", "2026-01-30", "2025-12-02", "2025-12-01", "2025-03-02", "2025-03-01")
    for number, due in enumerate(dues):
        bill_at(scene, item, due, f"2025-01-{number + 1:02d}")
    bill_at(scene, item, "2026-03-02", "2025-01-20")
    [row] = scene.get("/fee-arrears")["items"]
    ages = [row[f"days_{name}_fen"] for name in ("1_30", "31_90", "91_365", "over_365")]
    assert (ages, row["total_fen"]) == ([200, 200, 200, 100], 700)
    assert (row["label"], row["bills"], row["oldest_due_day"], row["is_present"]) == (
        A,
        7,
        "2025-03-01",
        True,
    )


def test_what_was_paid_or_cancelled_is_no_arrears_and_any_day_can_be_asked(scene: Scene) -> None:
    scene.run(scene.item(), **JANUARY, day="2026-01-01")
    scene.pay(A, 16558, "收-1", day="2026-02-20")
    wrong = scene.statement(B)["bills"][0]
    scene.reverse(wrong["id"])
    assert [row["label"] for row in scene.get("/fee-arrears")["items"]] == [C]
    before = scene.get("/fee-arrears?day=2026-02-10")
    assert [row["label"] for row in before["items"]] == [A, B, C]
    assert before["total"]["total_fen"] == 16558 + 18500 + 12996
    assert scene.get("/fee-arrears?day=2026-01-31")["items"] == []
    assert [row["label"] for row in scene.get("/fee-arrears?day=2026-02-10&building=2")["items"]] == [C]


def test_former_and_present_holders_of_a_unit_are_told_apart(scene: Scene) -> None:
    scene.run(scene.item(), **JANUARY)
    scene.post(f"/units/{scene.units[A]}/handovers", {"day": "2026-02-01"})
    rows = {row["label"]: row for row in scene.get("/fee-arrears")["items"]}
    assert (rows[A]["tenure"], rows[A]["is_present"]) == (0, False)
    assert rows[B]["is_present"]


def test_exports_of_arrears_agree_with_the_screen(scene: Scene) -> None:
    scene.run(scene.item(), **JANUARY)
    screen = scene.get("/fee-arrears")
    table = in_csv(scene, "/fee-arrears.csv")
    assert table == in_xlsx(scene, "/fee-arrears.xlsx")
    _, *rows, total = table
    assert [(row[0], int(row[-1])) for row in rows] == [
        (row["label"], row["total_fen"]) for row in screen["items"]
    ]
    assert (total[0], int(total[-1])) == ("合计", screen["total"]["total_fen"])


def many_homes(scene: Scene, sizes: dict[str, int]) -> None:
    """Import buildings of so many homes each."""
    rows = [
        a_row(
            building=building,
            stair="1",
            room=f"{100 + number}",
            documents=a_document(100 + 20 * place + number),
        )
        for place, (building, size) in enumerate(sizes.items())
        for number in range(size)
    ]
    done = scene.desk.imported(a_csv(*rows))
    assert done["applied"], done


def test_arrears_come_page_by_page_each_unit_once(scene: Scene) -> None:
    many_homes(scene, {"7": 40, "8": 20})
    scene.run(scene.item(), **JANUARY, day="2026-01-01")
    first = scene.get("/fee-arrears?day=2026-03-01")
    scene.clock.forward(timedelta(days=3))
    second = scene.get(f"/fee-arrears?cursor={first['next']}")
    assert (len(first["items"]), second["next"], second["day"]) == (50, None, "2026-03-01")
    labels = [row["label"] for row in first["items"] + second["items"]]
    assert labels == sorted(set(labels))
    assert len(labels) == first["units"] == 63
    assert scene.get("/fee-arrears?cursor=eA", status=422)["code"] == "cursor-refused"


def busy(scene: Scene) -> None:
    """Bill two items, take money by three ways, let some of it wait, and undo some."""
    item, lift = scene.item(), scene.item("电梯费", "unit_month", "20")
    for month in (JANUARY, {}):
        scene.run(item, lift, **month)
    scene.pay(A, 30000, "收-1", method="cash")
    scene.pay(B, 99999, "收-2", method="transfer")
    scene.pay(C, 5000, "收-3", method="pos", day="2026-02-01")
    scene.reverse(scene.pay(C, 700, "收-4", day="2026-02-01")["payment_id"])
    scene.reverse(scene.statement(A)["bills"][0]["id"])


def test_by_whatever_it_is_told_apart_what_came_in_is_the_same(scene: Scene) -> None:
    busy(scene)
    found = {by: scene.get(f"/fee-collections?{SPAN}&by={by}") for by in BYS}
    for by, one in found.items():
        assert sum(part["amount_fen"] for part in one["items"]) == one["total_fen"] == 134999, by
    assert {one["prepaid_fen"] for one in found.values()} == {
        sum(scene.statement(label)["prepaid_fen"] for label in (A, B, C))
    }
    ways = {part["name"]: part["amount_fen"] for part in found["method"]["items"]}
    assert ways == {"现金": 30000, "银行转账": 99999, "刷卡": 5000}
    assert [part["key"] for part in found["building"]["items"]] == ["1", "2"]
    assert [part["key"] for part in found["period"]["items"]] == ["2026-01", "2026-03", ""]


def test_what_came_in_is_counted_on_its_day_and_what_was_undone_on_the_day_it_was(scene: Scene) -> None:
    scene.reverse(scene.pay(A, 700, "收-1", day="2026-02-01")["payment_id"])

    def total(first: str, last: str) -> int:
        return scene.get(f"/fee-collections?first_day={first}&last_day={last}")["total_fen"]

    assert (total("2026-02-01", "2026-02-01"), total("2026-03-02", "2026-03-02")) == (700, -700)
    assert total("2026-02-01", "2026-03-02") == 0


@pytest.mark.parametrize("by", BYS)
def test_exports_of_collections_agree_with_the_screen(scene: Scene, by: str) -> None:
    busy(scene)
    screen = scene.get(f"/fee-collections?{SPAN}&by={by}")
    table = in_csv(scene, f"/fee-collections.csv?{SPAN}&by={by}")
    assert table == in_xlsx(scene, f"/fee-collections.xlsx?{SPAN}&by={by}")
    rows = [(row[0], int(row[2])) for row in table[1:]]
    wanted = [(part["name"], part["amount_fen"]) for part in screen["items"]]
    assert rows == [*wanted, ("合计", screen["total_fen"])]


def test_a_span_that_cannot_be_meant_is_refused(scene: Scene) -> None:
    for span in ("first_day=2026-02-02&last_day=2026-02-01", "first_day=2020-01-01&last_day=2026-01-01"):
        assert scene.get(f"/fee-collections?{span}", status=422)["code"] == "fee-span-refused"


@pytest.mark.parametrize("path", ["fee-arrears", "fee-collections"])
@pytest.mark.parametrize("form", ["", ".csv", ".xlsx"])
def test_what_single_homes_owe_and_pay_is_for_the_firm_s_dispatchers_alone(
    scene: Scene, path: str, form: str
) -> None:
    query = f"?{SPAN}" if path == "fee-collections" else ""
    for who in ("owner-a", "worker", "rival", "stranger", "chair"):
        assert scene.get(f"/{path}{form}{query}", who, 403)["code"] == "role-missing"


def seers(scene: Scene) -> None:
    """Have a community party and a street serve the community, with an officer each."""
    for duty, kind, role, who in (
        ("community", "community_party", "community_officer", "officer"),
        ("street", "street", "street_officer", "street"),
    ):
        admin = scene.desk.administrator
        body = {"name": f"演示{who}", "kind": kind}
        made = scene.client.post("/api/v1/organisations", json=body, headers=admin).get_json()["id"]
        serves = {"duty": duty, "department": "", "organisation_id": made}
        path = f"/api/v1/communities/{scene.community}/bodies"
        assert scene.client.post(path, json=serves, headers=admin).status_code == 204
        staff = {"phone": JUDGES[who], "name": "演示员", "role": role}
        path = f"/api/v1/organisations/{made}/staff"
        assert scene.client.post(path, json=staff, headers=admin).status_code == 201


def test_chair_community_street_and_firm_see_buildings_of_ten_homes_and_more(scene: Scene) -> None:
    seers(scene)
    many_homes(scene, {"7": 12, "8": 15, "9": 4})
    item = scene.item("清运费", "unit_month", "10")
    scene.run(item, first_day="2025-12-01", last_day="2025-12-31", day="2025-12-01")
    labels = [unit["label"] for unit in scene.desk.units()["items"] if unit["label"].startswith("7-")]
    scene.units |= {unit["label"]: unit["id"] for unit in scene.desk.units()["items"]}
    scene.pay(labels[0], 1000, "收-1", day="2025-12-20")
    scene.pay(labels[1], 1000, "收-2", day="2026-03-01")
    answers = [scene.get("/fee-aggregates", who) for who in ("chair", "officer", "street", "clerk")]
    assert all(answer == answers[0] for answer in answers)
    found = answers[0]
    assert (found["quarter"], found["day"]) == ("2025-Q4", "2026-02-28")
    assert [(one["name"], one["homes"]) for one in found["items"]] == [("8", 15)]
    assert (found["merged"], found["others"]["homes"]) == (["1", "2", "7", "9"], 19)
    assert (found["others"]["due_fen"], found["others"]["paid_fen"]) == (19000, 1000)
    assert found["items"][0]["paid_permille"] == 0
    assert found["total"]["homes"] == 34


def test_three_homes_are_too_few_for_any_figure(scene: Scene) -> None:
    scene.run(scene.item(), first_day="2025-12-01", last_day="2025-12-31", day="2025-12-01")
    found = scene.get("/fee-aggregates", "chair")
    assert (found["items"], found["others"], found["total"]) == ([], None, None)


def test_a_quarter_that_is_not_over_is_refused(scene: Scene) -> None:
    assert scene.get("/fee-aggregates?quarter=2026-Q1", "chair", 422)["code"] == "fee-span-refused"


@pytest.mark.parametrize("who", ["owner-a", "worker", "rival", "stranger"])
def test_aggregates_are_refused_to_everybody_else(scene: Scene, who: str) -> None:
    assert scene.get("/fee-aggregates", who, 403)["code"] == "role-missing"
