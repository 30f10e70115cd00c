"""The maintenance fund unit by unit: deposits, interest, uses on their grounds, what is left, who sees it."""

from __future__ import annotations

import io
from datetime import date

import pytest
from openpyxl import Workbook

from backend.infra.db import transaction
from tests.disclosure.scene import NO, Scene

A, B, C = "1-1-101", "1-1-102", "2-1-301"
HEADER = "楼栋,单元,房号,首期交存,账户余额,截至日期"


def test_a_use_is_borne_by_the_units_in_scope_by_area_without_a_rest(scene: Scene) -> None:
    scene.open_accounts(1_000_000)
    scene.use(scene.project(), 1_000_001)
    left = scene.balances()
    assert sum(left.values()) == 8 * 1_000_000 - 1_000_001
    areas = {A: 10000, B: 8050, "2-1-401": 15000}
    for label, area in areas.items():
        exact = 1_000_001 * area / 72050
        assert abs((1_000_000 - left[label]) - exact) < 1
    assert scene.check().findings == ()


def test_a_vote_of_one_building_touches_no_unit_of_another(scene: Scene) -> None:
    scene.open_accounts()
    scene.use(scene.project("roof", scope="building:1", purpose="roof"), 300_000)
    left = scene.balances()
    assert {label for label, fen in left.items() if fen != 1_000_000} == {A, B, "1-2-201"}
    assert scene.check().findings == ()


def test_a_use_without_a_ground_cannot_even_be_written_down(scene: Scene) -> None:
    scene.open_accounts()
    form = scene.project_form(None, danger=None)
    assert scene.code("POST", "/fund-projects", form, "chair") == "fund-project-refused"
    both = scene.project_form(danger="lift")
    assert scene.code("POST", "/fund-projects", both, "chair") == "fund-project-refused"
    assert scene.code("POST", "/fund-projects/nothing/uses", scene.use_form(1)) == "fund-project-unknown"


@pytest.mark.parametrize(
    ("item", "changes", "code"),
    [
        ("wall", {}, "decision-not-passed"),
        ("income", {}, "decision-unfit"),
        ("nothing", {}, "decision-unknown"),
        ("fund", {"scope": "building:1"}, "decision-unfit"),
        ("roof", {"scope": "all"}, "decision-unfit"),
        ("roof", {"scope": "stair:1-1"}, "decision-unfit"),
        ("fund", {"scope": "everywhere"}, "fund-project-refused"),
        ("fund", {"scope": "building:9"}, "nothing-to-share-by"),
        ("fund", {"assembly_id": "nothing"}, "decision-unknown"),
    ],
)
def test_a_project_stands_on_a_passed_vote_about_it_and_its_units(
    scene: Scene, item: str, changes: dict[str, object], code: str
) -> None:
    assert scene.code("POST", "/fund-projects", scene.project_form(item, **changes), "chair") == code


def test_a_decision_of_another_community_is_none_here(scene: Scene) -> None:
    elsewhere = scene.assembly.post("/communities", {"name": "别处花园"}, "administrator")["id"]
    grant = {
        "phone": scene.assembly.people.phones["chair"],
        "name": "chair",
        "role": "chair",
        "organisation_id": scene.assembly.people.organisations["committee"],
    }
    scene.assembly.post(f"/communities/{elsewhere}/grants", grant, "administrator")
    path = f"/communities/{elsewhere}/income-splits"
    assert scene.assembly.code("POST", path, scene.split_form(("fund", 1)), "chair") == "decision-unknown"


def test_an_item_that_is_not_final_is_no_ground(scene: Scene) -> None:
    draft = scene.assembly.draft(notice_date=scene.today)
    form = scene.project_form(assembly_id=draft["id"])
    assert scene.code("POST", "/fund-projects", form, "chair") == "decision-not-final"


@pytest.mark.parametrize("barred", list(NO))
def test_what_the_law_forbids_is_asked_for_and_refused(scene: Scene, barred: str) -> None:
    form = scene.project_form(excluded=NO | {barred: True})
    assert scene.code("POST", "/fund-projects", form, "chair") == "fund-forbidden"
    silent = scene.project_form(excluded={name: False for name in NO if name != barred})
    assert scene.call("POST", "/fund-projects", silent, "chair").status_code == 422


def test_one_vote_carries_one_project_unless_that_was_withdrawn(scene: Scene) -> None:
    project = scene.project()
    assert scene.code("POST", "/fund-projects", scene.project_form(), "chair") == "decision-used"
    scene.step(project, "withdrawn", with_paper=False)
    scene.open_accounts()
    path = f"/fund-projects/{project}/uses"
    assert scene.code("POST", path, scene.use_form(1)) == "fund-step-refused"
    again = scene.project()
    scene.use(again, 1)
    form = {"kind": "withdrawn", "day": scene.today}
    assert scene.code("POST", f"/fund-projects/{again}/steps", form, "chair") == "fund-step-refused"


def test_parts_of_a_payment_never_come_to_more_than_the_budget(scene: Scene) -> None:
    scene.open_accounts()
    project = scene.project(budget_fen=1_000)
    scene.use(project, 700)
    path = f"/fund-projects/{project}/uses"
    assert scene.code("POST", path, scene.use_form(301)) == "over-budget"
    scene.use(project, 300)
    assert scene.get("/fund-projects")["items"][0]["used_fen"] == 1_000


def test_a_unit_without_enough_stops_the_payment_and_is_named(scene: Scene) -> None:
    scene.open_accounts(100)
    answer = scene.call("POST", f"/fund-projects/{scene.project()}/uses", scene.use_form(500))
    assert answer.status_code == 409
    found = answer.get_json(force=True)
    assert found["code"] == "units-short"
    assert {"unit": "2-1-401", "short_fen": 4} in found["errors"]
    assert set(scene.balances().values()) == {100}


def test_the_emergency_procedure_goes_step_by_step_and_pays_last(scene: Scene) -> None:
    scene.open_accounts()
    project = scene.project(None)
    path = f"/fund-projects/{project}"
    assert scene.code("POST", f"{path}/uses", scene.use_form(1)) == "fund-step-refused"
    early = {"kind": "repair", "day": scene.today}
    assert scene.code("POST", f"{path}/steps", early, "chair") == "fund-step-refused"
    bare = {"kind": "inspection", "day": scene.today}
    assert scene.code("POST", f"{path}/steps", bare, "chair") == "fund-project-refused"
    before = {"kind": "inspection", "day": "2026-04-01", "paper_ids": [scene.paper("chair")]}
    assert scene.code("POST", f"{path}/steps", before, "chair") == "book-day-refused"
    for kind in ("inspection", "repair", "papers"):
        shown = scene.step(project, kind)
    assert [step["kind"] for step in shown["steps"]] == ["report", "inspection", "repair", "papers"]
    assert (shown["ground"], shown["danger"], shown["papers_late"]) == ("emergency", "电梯故障", False)
    assert scene.code("POST", f"{path}/uses", scene.use_form(1, day="2026-04-01")) == "book-day-refused"
    scene.use(project, 1_000)
    assert scene.check().findings == ()


def test_completion_papers_after_their_limit_are_marked_late_over_the_holidays(scene: Scene) -> None:
    scene.go_to("2026-04-28T12:00:00+08:00")
    project = scene.project(None)
    scene.step(project, "inspection")
    shown = scene.step(project, "repair", with_paper=False)
    assert shown["papers_due"] == "2026-05-06"  # the fifth day is a holiday, and so are the next two
    scene.go_to("2026-05-06T23:59:59+08:00")
    assert scene.get("/fund-projects")["items"][0]["papers_late"] is False
    scene.go_to("2026-05-07T00:00:00+08:00")
    assert scene.get("/fund-projects")["items"][0]["papers_late"] is True
    assert scene.step(project, "papers")["papers_late"] is True


def test_interest_comes_to_the_whole_by_balance_or_by_area(scene: Scene) -> None:
    for label, fen in ((A, 100), (B, 200), (C, 400)):
        scene.post("/fund-deposits", scene.slip(fen, unit_id=scene.units[label], is_first=True))
    scene.post("/fund-interest", scene.slip(71))
    left = scene.balances()
    assert (left[A], left[B], left[C], sum(left.values())) == (110, 220, 441, 771)
    scene.post("/fund-interest", scene.slip(1, by="area"))
    assert sum(scene.balances().values()) == 772
    assert scene.check().findings == ()


def test_below_thirty_percent_is_flagged_and_exactly_thirty_is_not(scene: Scene) -> None:
    scene.post("/fund-deposits", scene.slip(1_000, unit_id=scene.units[A], is_first=True))
    scene.post("/fund-refunds", scene.slip(700, unit_id=scene.units[A]), "chair")
    exact = scene.account(A, "owner-a")
    assert (exact["left_permille"], exact["is_low"], exact["advice"]) == (300, False, "")
    scene.post("/fund-refunds", scene.slip(1, unit_id=scene.units[A]), "chair")
    low = scene.account(A, "owner-a")
    assert (low["left_permille"], low["is_low"]) == (299, True)
    assert "四分之三" in low["advice"]
    assert scene.get("/fund")["whole"]["low_units"] == 1


def test_an_account_can_be_asked_for_any_day(scene: Scene) -> None:
    unit = scene.units[A]
    scene.post("/fund-deposits", scene.slip(500, unit_id=unit, is_first=True, day="2026-01-10"))
    scene.post("/fund-deposits", scene.slip(300, unit_id=unit, day="2026-03-01"))
    balances = [
        scene.account(A, "owner-a", f"?day={day}")["balance_fen"]
        for day in ("2026-01-09", "2026-01-10", "2026-02-28", "2026-03-01")
    ]
    assert balances == [0, 500, 500, 800]
    movements = scene.account(A, "owner-a")["movements"]
    assert [(one["name"], one["amount_fen"], one["balance_fen"]) for one in movements] == [
        ("首期交存", 500, 500),
        ("续交", 300, 800),
    ]


def test_money_that_came_later_pays_nothing_before(scene: Scene) -> None:
    unit = scene.units[A]
    scene.post("/fund-deposits", scene.slip(500, unit_id=unit, day="2026-03-01"))
    form = scene.slip(1, unit_id=unit, day="2026-02-28")
    assert scene.code("POST", "/fund-refunds", form, "chair") == "units-short"


def test_what_was_used_since_cannot_be_undone_from_under_it(scene: Scene) -> None:
    unit, reason = scene.units[A], {"reason": "录入有误"}
    first = scene.post("/fund-deposits", scene.slip(500, unit_id=unit, is_first=True))["entry_id"]
    back = scene.post("/fund-refunds", scene.slip(100, unit_id=unit), "chair")["entry_id"]
    assert scene.code("POST", f"/fund-entries/{first}/reversal", reason) == "units-short"
    scene.post(f"/fund-entries/{back}/reversal", reason)
    scene.post(f"/fund-entries/{first}/reversal", reason)
    assert (scene.account(A)["balance_fen"], scene.account(A)["first_fen"]) == (0, 0)
    scene.post("/fund-deposits", scene.slip(600, unit_id=unit, is_first=True))
    second = scene.slip(600, unit_id=unit, is_first=True)
    assert scene.code("POST", "/fund-deposits", second) == "first-deposit-taken"
    assert scene.check().findings == ()


def test_common_income_in_the_fund_is_undone_with_its_split_only(scene: Scene) -> None:
    scene.enter(scene.source(), 1_000)
    scene.decide_split(("fund", 1))
    scene.pay_out(1_000)
    [entry] = scene.get("/fund-entries", "clerk")["items"]
    assert entry["kind"] == "from_common"
    code = scene.code("POST", f"/fund-entries/{entry['id']}/reversal", {"reason": "有误"})
    assert code == "book-entry-kept"


def test_an_owner_sees_the_own_account_and_nobody_else_does(scene: Scene) -> None:
    scene.open_accounts()
    assert scene.account(A, "owner-a")["balance_fen"] == 1_000_000
    for who in ("owner-b", "street", "officer", "rival", "stranger", "worker"):
        assert scene.code("GET", f"/units/{scene.units[A]}/fund-account", by=who) == "sight-refused"
    assert scene.code("GET", "/units/nothing/fund-account", by="clerk") == "unit-unknown"
    for who in ("owner-a", "street"):
        assert scene.code("GET", "/fund-entries", by=who) == "role-missing"


def test_buildings_with_few_homes_are_not_shown_alone(scene: Scene) -> None:
    scene.open_accounts()
    found = scene.get("/fund", "owner-b")
    assert (found["whole"]["units"], found["buildings"]) == (8, [])


@pytest.mark.parametrize("amount", [0, -5, 12.345, "1", None])
def test_amounts_of_the_fund_are_whole_fen_above_zero(scene: Scene, amount: object) -> None:
    form = scene.slip(amount, unit_id=scene.units[A])
    assert scene.call("POST", "/fund-deposits", form).status_code == 422


def test_who_may_enter_and_decide(scene: Scene) -> None:
    form = scene.slip(1, unit_id=scene.units[A])
    for who in ("owner-a", "street", "officer", "rival", "worker"):
        assert scene.code("POST", "/fund-deposits", form, who) == "role-missing"
    for who in ("clerk", "owner-a", "street"):
        assert scene.code("POST", "/fund-projects", scene.project_form(), who) == "role-missing"
    assert scene.code("POST", "/fund-refunds", form, "clerk") == "role-missing"


def rows(*lines: str) -> bytes:
    return "\r\n".join([HEADER, *lines]).encode()


def test_opening_balances_are_tried_first_and_taken_over_once(scene: Scene) -> None:
    content = rows("1,1,101,9000.00,2600.50,2026-03-31", "1,1,102,8000,0,2026-03-31")
    tried = scene.upload(content, dry_run=True).get_json()
    assert (tried["created"], tried["applied"], scene.account(A)["balance_fen"]) == (2, False, 0)
    done = scene.upload(content).get_json()
    assert (done["created"], done["applied"]) == (2, True)
    found = scene.account(A, "owner-a")
    assert (found["first_fen"], found["balance_fen"], found["is_low"]) == (900_000, 260_050, True)
    assert scene.account(B)["is_low"] is True
    again = scene.upload(content).get_json()
    assert (again["created"], again["unchanged"]) == (0, 2)
    assert scene.check().findings == ()


def test_a_workbook_with_real_dates_is_taken_over_as_well(scene: Scene) -> None:
    book = Workbook()
    book.active.append(["楼号", "单元号", "房间号", "首期交存(元)", "余额（元）", "截止日期"])
    book.active.append([1, 1, 101, 9000, "2,600.50", date(2026, 3, 31)])
    file = io.BytesIO()
    book.save(file)
    assert scene.upload(file.getvalue()).get_json()["created"] == 1
    assert scene.account(A)["balance_fen"] == 260_050


def test_every_wrong_row_is_told_and_nothing_is_entered(scene: Scene) -> None:
    content = rows(
        "1,1,101,9000.00,2600.505,2026-03-31",
        "1,1,102,-5,2600,2026-03-31",
        "9,9,909,9000,2600,2026-03-31",
        "2,1,301,9000,2600,2026-12-31",
        "2,1,302,0,2600,2026-03-31",
        "2,1,303,9000,US$5,yesterday",
        "1,2,201,9000,2600,2026-03-31",
        "1,2,201,9000,2600,2026-03-31",
    )
    found = scene.upload(content).get_json()
    told = [(error["row"], error["code"]) for error in found["errors"]]
    assert told == [
        (2, "amount-too-precise"),
        (3, "amount-negative"),
        (4, "unit-not-on-roll"),
        (5, "day-ahead"),
        (6, "first-deposit-zero"),
        (7, "currency-foreign"),
        (7, "day-unreadable"),
        (9, "unit-twice"),
    ]
    assert not found["applied"]
    assert sum(scene.balances().values()) == 0


def test_a_row_that_differs_from_what_was_taken_over_is_refused(scene: Scene) -> None:
    scene.upload(rows("1,1,101,9000,2600,2026-03-31"))
    found = scene.upload(rows("1,1,101,9000,2700,2026-03-31")).get_json()
    assert [error["code"] for error in found["errors"]] == ["first-deposit-taken"]
    [entry] = scene.get("/fund-entries", "clerk")["items"]
    scene.post(f"/fund-entries/{entry['id']}/reversal", {"reason": "余额有误"})
    assert scene.upload(rows("1,1,101,9000,2700,2026-03-31")).get_json()["created"] == 1
    assert scene.account(A)["balance_fen"] == 270_000


def test_a_list_of_nothing_but_empty_accounts_is_no_entry(scene: Scene) -> None:
    found = scene.upload(rows("1,1,101,9000,0,2026-03-31")).get_json()
    assert [error["code"] for error in found["errors"]] == ["balances-all-zero"]


@pytest.mark.parametrize("content", [b"a,b\r\n1,2", HEADER.encode(), b""])
def test_a_file_that_is_no_such_list_is_refused(scene: Scene, content: bytes) -> None:
    answer = scene.upload(content)
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("act", "rule"),
    [
        ("DELETE FROM book_postings WHERE account = 'money'", "every entry comes to nothing"),
        ("UPDATE book_postings SET amount_fen = -amount_fen", "no unit has less than nothing, on any day"),
        (
            "UPDATE book_entries SET project_id = NULL WHERE kind = 'use'",
            "every use of the fund has its ground",
        ),
        ("DELETE FROM book_entries WHERE kind = 'interest'", "entries are numbered without gaps"),
        ("UPDATE first_deposits SET unit_id = unit_id", ""),
    ],
)
def test_what_was_changed_behind_the_program_s_back_is_found(scene: Scene, act: str, rule: str) -> None:
    """The triggers refuse each of these acts; whoever drops the triggers is found out by the check."""
    scene.open_accounts(1_000)
    scene.post("/fund-interest", scene.slip(10))
    scene.use(scene.project(), 100)
    with scene.app.app_context():
        with pytest.raises(Exception, match="never changed"), transaction() as session:
            session.connection().exec_driver_sql(act)
        with transaction() as session:
            line = session.connection()
            line.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
            for table in ("book_postings", "book_entries", "first_deposits"):
                for word in ("update", "delete"):
                    line.exec_driver_sql(f"DROP TRIGGER {table}_no_{word}")
            if act.startswith("DELETE FROM book_entries"):
                act += " AND id NOT IN (SELECT entry_id FROM book_postings)"
                line.exec_driver_sql(
                    "DELETE FROM book_postings WHERE entry_id IN "
                    "(SELECT id FROM book_entries WHERE kind = 'interest')"
                )
            line.exec_driver_sql(act)
    found = {finding.rule for finding in scene.check().findings}
    assert rule in found if rule else found == set()
