"""No list of who owes leaves the firm's keepers; a vote, a party, an employer have nothing to do with it."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import DBAPIError

from backend.fees.rules.arrears.figures import LEAST_HOMES, Cell, published
from backend.infra.db import Base
from backend.registry import units_for_roll
from tests.architecture.code import imported_names, name_of, python_files
from tests.fees.arrears.process import A, Process

OTHERS = ("owner-b", "stranger", "rival", "worker", "chair", "officer", "street")


@pytest.mark.parametrize("who", [*OTHERS, "owner-a"])
@pytest.mark.parametrize("path", [":/arrears", ":/arrears-cases", ":/arrears-terms"])
def test_lists_are_for_the_firm_s_own_keepers_alone(process: Process, who: str, path: str) -> None:
    process.case()
    assert process.get(path, who, 403)["code"] == "role-missing"


@pytest.mark.parametrize("who", OTHERS)
def test_a_case_is_nobody_else_s_to_see_or_to_act_in(process: Process, who: str) -> None:
    case = process.noticed()
    for path in (f"/arrears-cases/{case}", f"/arrears-cases/{case}/notices/3"):
        assert process.get(path, who, 404)["code"] == "arrears-case-unknown"
    assert process.get(f"/arrears-cases/{case}/court-file", who, 404)["code"] == "arrears-case-unknown"
    assert process.act(case, "replied", who, 404, text="看看")["code"] == "arrears-case-unknown"
    unit = f":/units/{process.scene.units[A]}"
    assert process.get(f"{unit}/arrears-cases", who, 403)["code"] == "role-missing"
    assert process.dispute(who, status=403)["code"] == "role-missing"
    body = {"holders": [process.holder()]}
    assert process.post(":/arrears/reminders", body, who, 403)["code"] == "role-missing"


def test_the_court_file_is_not_for_the_owner_nor_for_the_mediator(process: Process) -> None:
    case = process.mediated()
    process.act(case, "filed")
    for who in ("owner-a", "officer"):
        refused = process.get(f"/arrears-cases/{case}/court-file", who, 403)
        assert refused["code"] == "arrears-not-your-step"


def test_a_new_holder_sees_nothing_of_the_former_one_s_case(process: Process) -> None:
    process.scene.post(f"/units/{process.scene.units[A]}/handovers", {"day": "2026-02-15"})
    case = process.case()
    assert process.show(case, "owner-a", 404)["code"] == "arrears-case-unknown"
    assert process.get(f":/units/{process.scene.units[A]}/arrears-cases", "owner-a")["items"] == []


@pytest.mark.parametrize("who", ["clerk", "chair", "officer", "street"])
def test_figures_of_fewer_than_ten_homes_are_shown_to_nobody(process: Process, who: str) -> None:
    assert process.get(":/arrears-figures", who) == {"day": "2026-03-02", "items": []}


@pytest.mark.parametrize("who", ["owner-a", "stranger", "rival"])
def test_figures_are_not_for_those_without_a_post(process: Process, who: str) -> None:
    assert process.get(":/arrears-figures", who, 403)["code"] == "role-missing"


@given(st.lists(st.tuples(st.integers(1, 40), st.integers(0, 10**6), st.integers(0, 100)), max_size=12))
def test_no_cell_and_no_difference_of_cells_has_fewer_than_ten_homes(found: list) -> None:
    cells = [
        Cell(str(place), homes, due, due * part // 100) for place, (homes, due, part) in enumerate(found)
    ]
    shown = published(cells)
    homes = sum(cell.homes for cell in cells)
    assert all(cell.homes >= LEAST_HOMES for cell in shown)
    hidden = homes - sum(cell.homes for cell in shown)
    assert hidden == 0 or shown == []
    assert all(cell.percent is None or cell.percent % 5 == 0 for cell in shown)
    assert all((cell.percent == 100) <= (cell.open_fen == 0) for cell in shown)


def test_the_printed_notice_says_what_the_law_asks_and_shames_nobody(process: Process) -> None:
    case = process.noticed()
    answer = process.call("GET", f"/arrears-cases/{case}/notices/3", "owner-a")
    page = answer.get_data(as_text=True)
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    for needed in ("第九百四十四条", "2026年3月30日", "165.58", "异议", "照常供应", "投票权", "甲*", A):
        assert needed in page
    for word in ("党员", "党组织", "单位领导", "失信", "老赖", "黑名单", "曝光", "停水", "征信", "甲某"):
        assert word not in page


def test_a_notice_stays_as_it_was_printed(process: Process) -> None:
    case = process.noticed()
    path = f"/arrears-cases/{case}/notices/3"
    before = process.call("GET", path, "clerk").data
    process.scene.pay(A, 1000, "收-1", day="2026-03-10")
    assert process.call("GET", path, "clerk").data == before
    assert process.get(f"/arrears-cases/{case}/notices/2", "clerk", 404)["code"] == "arrears-case-unknown"


def test_arrears_leave_the_roll_as_it_is(process: Process) -> None:
    def roll() -> list:
        with process.scene.acting() as clerk:
            return units_for_roll(clerk.session, clerk.house, process.scene.community)

    before = roll()
    process.act(process.mediated(), "filed")
    assert roll() == before
    assert any(unit.label == A and unit.owners for unit in before)


@pytest.mark.parametrize(
    ("folder", "foreign"),
    [
        ("backend/fees", "backend.assemblies"),
        ("backend/assemblies", "backend.fees"),
        ("backend/registry", "backend.fees"),
        ("backend/voting", "backend.fees"),
    ],
)
def test_what_is_owed_and_what_is_voted_do_not_know_each_other(folder: str, foreign: str) -> None:
    knowing = [
        name_of(path)
        for path in python_files(folder)
        if any(name == foreign or name.startswith(f"{foreign}.") for name in imported_names(path))
    ]
    assert knowing == []


def test_there_is_no_field_for_a_party_or_an_employer() -> None:
    tables = [
        table
        for name, table in Base.metadata.tables.items()
        if name.startswith("arrears_") or name in {"bills", "owners", "payments", "units"}
    ]
    named = [f"{table.name}.{column.name}" for table in tables for column in table.columns]
    assert len(named) > 30
    about = re.compile("employ|work_?unit|political|party|religio|credit", re.IGNORECASE)
    assert [name for name in named if about.search(name)] == []
    texts = [
        path.read_text(encoding="utf-8") for path in python_files("backend/fees") if "arrears" in str(path)
    ]
    assert [
        word for word in ("党员", "党组织", "用人单位", "工作单位") if any(word in one for one in texts)
    ] == []


@pytest.mark.parametrize("act", ["DELETE FROM arrears_events", "UPDATE arrears_events SET text = ''"])
def test_the_database_itself_refuses_to_change_what_happened(process: Process, act: str) -> None:
    process.case()
    with pytest.raises(DBAPIError, match="never changed"), process.scene.acting() as clerk:
        clerk.session.execute(sa.text(act))
