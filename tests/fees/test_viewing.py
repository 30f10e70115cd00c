"""What an owner asks for: homes, bills, payments, a year with its picture, and a page for paper."""

from __future__ import annotations

import re
from datetime import date
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.fees.rules.picture import draw_year
from backend.fees.rules.values import Method
from backend.fees.rules.wording import METHODS
from backend.fees.rules.year import Billed, sum_up
from backend.fees.schemas.paying import StatementView, statement_view
from backend.fees.service.statements import statement_of
from tests.fees.scene import Scene
from tests.fees.test_access import join, let

A, B, C = "1-1-101", "1-1-102", "2-1-201"
JANUARY = {"first_day": "2026-01-01", "last_day": "2026-01-31"}
APRIL = {"first_day": "2026-04-01", "last_day": "2026-04-30"}


def of(scene: Scene, what: str, label: str = A) -> str:
    return f"/units/{scene.units[label]}/{what}"


def my_fees(scene: Scene, by: str) -> dict[str, dict]:
    answer = scene.client.get("/api/v1/me/fees", headers=scene.who(by))
    assert answer.status_code == 200, answer.text
    return {home["label"]: home for home in answer.get_json()["items"]}


def test_an_owner_finds_all_homes_with_what_is_owed_late_prepaid_and_due_next(scene: Scene) -> None:
    item = scene.item()
    scene.run(item, **JANUARY)
    scene.run(item, **APRIL)
    scene.pay(C, 50000, "收-1")
    homes = my_fees(scene, "owner-a")
    assert set(homes) == {A, C}
    figures = ("owed_fen", "arrears_fen", "prepaid_fen", "next_due_day", "next_due_fen", "scope")
    assert [homes[A][name] for name in figures] == [33116, 16558, 0, "2026-04-30", 16558, "owner"]
    assert [homes[C][name] for name in figures] == [0, 0, 50000 - 2 * 12996, None, 0, "owner"]
    assert my_fees(scene, "stranger") == {}


def test_whom_the_owner_lets_finds_the_home_too_and_whom_not_does_not(scene: Scene) -> None:
    scene.run(scene.item())
    join(scene, "tenant")
    assert my_fees(scene, "tenant") == {}
    let(scene, "tenant")
    home = my_fees(scene, "tenant")[A]
    assert (home["scope"], home["owed_fen"]) == ("authorised", 16558)


def test_bills_are_found_by_item_period_and_state(scene: Scene) -> None:
    item, lift = scene.item(), scene.item("电梯费", "unit_month", "20")
    for month in (JANUARY, {}, APRIL):
        scene.run(item, lift, **month)
    scene.pay(A, 16558 + 2000 + 500, "收-1")

    def found(query: str) -> list[tuple[str, str]]:
        bills = scene.get(of(scene, f"bills?{query}"), "owner-a")["items"]
        return [(bill["first_day"], bill["state"]) for bill in bills]

    assert found(f"item_id={lift}") == [
        ("2026-04-01", "open"),
        ("2026-03-01", "open"),
        ("2026-01-01", "paid"),
    ]
    assert found(f"item_id={item}&state=paid") == [("2026-01-01", "paid")]
    assert found("state=part-paid") == [("2026-03-01", "part-paid")]
    assert len(found("state=open")) == 3
    assert found("first_day=2026-03-31&last_day=2026-03-31&state=open") == [("2026-03-01", "open")]
    assert found("last_day=2025-12-31") == []
    refused = scene.get(of(scene, "bills?first_day=2026-02-01&last_day=2026-01-01"), "owner-a", 422)
    assert refused["code"] == "fee-span-refused"


def test_cancelled_and_overdue_bills_are_states_of_their_own(scene: Scene) -> None:
    item = scene.item()
    scene.run(item, **JANUARY)
    scene.run(item)
    late, new = scene.statement(A)["bills"]
    scene.reverse(new["id"])
    for state, bill in (("overdue", late), ("cancelled", new)):
        assert [one["id"] for one in scene.get(of(scene, f"bills?state={state}"))["items"]] == [bill["id"]]
    names = {one["state_name"] for one in scene.get(of(scene, "bills"))["items"]}
    assert names == {"已过缴费期限", "已冲销"}


def test_bills_and_payments_come_page_by_page_each_once(scene: Scene) -> None:
    item = scene.item(price="1.85")
    for year in range(2021, 2026):
        for month in range(1, 13):
            day = f"{year}-{month:02d}-01"
            scene.run(item, first_day=day, last_day=day, unit_ids=[scene.units[A]])
    for number in range(51):
        scene.pay(A, 100 + number, f"S-{number}", day=f"2026-02-{number % 28 + 1:02d}")
    for what, count in (("bills", 60), ("payments", 51)):
        first = scene.get(of(scene, what), "owner-a")
        second = scene.get(of(scene, f"{what}?cursor={first['next']}"), "owner-a")
        assert (len(first["items"]), second["next"]) == (50, None)
        rows = first["items"] + second["items"]
        assert len({row["id"] for row in rows}) == len(rows) == count
        key = "first_day" if what == "bills" else "day"
        days = [row[key] for row in rows]
        assert days == sorted(days, reverse=True)
        refused = scene.get(of(scene, f"{what}?cursor=eA"), "owner-a", 422)
        assert refused["code"] == "cursor-refused"


def test_a_payment_that_was_undone_says_so(scene: Scene) -> None:
    scene.pay(A, 100, "收-1")
    scene.reverse(scene.pay(A, 200, "收-2")["payment_id"])
    rows = scene.get(of(scene, "payments"), "owner-a")["items"]
    assert {(one["reference"], one["method_name"], one["is_reversed"]) for one in rows} == {
        ("收-1", "现金", False),
        ("收-2", "现金", True),
    }


@pytest.mark.parametrize("what", ["bills", "payments", "fee-year?year=2026", "fee-year.svg?year=2026"])
@pytest.mark.parametrize("who", ["owner-b", "stranger", "rival", "worker"])
def test_what_belongs_to_a_unit_is_shown_to_nobody_else(scene: Scene, what: str, who: str) -> None:
    assert scene.get(of(scene, what), who, 403)["code"] == "role-missing"
    assert scene.get(of(scene, "statement.html"), who, 403)["code"] == "role-missing"


def test_nothing_of_the_time_before_the_last_change_of_hands_is_shown_to_the_owner(scene: Scene) -> None:
    scene.run(scene.item(), **JANUARY)
    scene.pay(A, 100, "收-1", day="2026-01-20")
    scene.post(of(scene, "handovers"), {"day": "2026-02-01"})
    for what in ("bills", "payments"):
        assert scene.get(of(scene, what), "owner-a")["items"] == []
        assert len(scene.get(of(scene, what))["items"]) == 1
    assert scene.get(of(scene, "fee-year?year=2026"), "owner-a")["total"]["billed_fen"] == 0
    page = scene.call("GET", of(scene, "statement.html"), "owner-a").text
    assert "165.58" not in page
    assert my_fees(scene, "owner-a")[A]["owed_fen"] == 0


def test_a_year_adds_up_by_item_and_month_without_what_was_cancelled(scene: Scene) -> None:
    item, lift = scene.item(), scene.item("电梯费", "unit_month", "20")
    for month in (JANUARY, {}):
        scene.run(item, lift, **month)
    cancelled = next(
        bill
        for bill in scene.statement(A)["bills"]
        if (bill["item"], bill["first_day"]) == ("电梯费", "2026-03-01")
    )
    scene.reverse(cancelled["id"])
    scene.pay(A, 10000, "收-1")
    year = scene.get(of(scene, "fee-year?year=2026"), "owner-a")
    assert year["total"] == {"billed_fen": 35116, "paid_fen": 10000, "owed_fen": 25116}
    assert [(one["item"], one["billed_fen"]) for one in year["items"]] == [
        ("物业服务费", 33116),
        ("电梯费", 2000),
    ]
    assert [one["month"] for one in year["items"][0]["months"]] == [1, 3]
    assert [one["billed_fen"] for one in year["months"]][:4] == [18558, 0, 16558, 0]
    assert scene.get(of(scene, "fee-year?year=2025"), "owner-a")["total"]["billed_fen"] == 0


BILLS = st.builds(
    lambda item, month, billed, part: Billed(item, month, billed, billed * part // 100),
    st.sampled_from("abc"),
    st.integers(1, 12),
    st.integers(1, 10**9),
    st.integers(0, 100),
)


@given(st.lists(BILLS, max_size=30))
def test_items_months_and_cells_of_a_year_each_come_to_the_whole(bills: list[Billed]) -> None:
    year = sum_up(2026, bills)
    for parts in (year.items, year.months, year.cells):
        for name in ("billed_fen", "paid_fen", "owed_fen"):
            assert sum(getattr(one, name) for one in parts.values()) == getattr(year.total, name)


@given(st.lists(BILLS, max_size=30))
def test_the_picture_is_sound_fits_the_phone_and_is_told_in_words(bills: list[Billed]) -> None:
    svg = draw_year(sum_up(2026, bills), "1-1-<101>&")
    root = ET.fromstring(svg)
    space = "{http://www.w3.org/2000/svg}"
    assert root.get("role") == "img"
    ids = (root.get("aria-labelledby") or "").split()
    told = {one.get("id"): one.text for one in root if one.tag in (f"{space}title", f"{space}desc")}
    assert list(told) == ids == ["title", "desc"]
    assert "全年应缴" in told["desc"]
    assert not re.search(r"<script|href|on[a-z]+=", svg)
    for bar in root.iter(f"{space}rect"):
        assert int(bar.get("x") or 0) + int(bar.get("width")) <= 390
    sizes = [int(one.get("font-size")) for one in root.iter(f"{space}text")]
    assert min(sizes) >= 15


def test_the_picture_is_served_as_one_that_can_run_nothing(scene: Scene) -> None:
    scene.run(scene.item())
    answer = scene.call("GET", of(scene, "fee-year.svg?year=2026"), "owner-a")
    assert answer.content_type == "image/svg+xml"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "165.58" in answer.text


def test_the_page_for_paper_says_whose_what_for_and_how_much(scene: Scene) -> None:
    scene.run(scene.item(name="物业<费>"), **JANUARY)
    scene.pay(A, 10000, "收-1")
    page = scene.call("GET", of(scene, "statement.html"), "owner-a").text
    for text in (
        "示例花园",
        A,
        "2026-03-02",
        "物业&lt;费&gt;",
        "数量 89.50 × 单价 1.85 元",
        "65.58 元",
        "收-1",
    ):
        assert text in page, text
    assert "size:A4" in page
    assert "<script" not in page
    later = scene.call("GET", of(scene, "statement.html?day=2026-01-01&since=2025-01-01"), "owner-a").text
    assert later.count("<p>没有。</p>") == 2


def test_every_way_of_paying_has_a_word() -> None:
    assert set(METHODS) == set(Method)


def test_a_day_of_the_page_is_the_page_s_own(scene: Scene) -> None:
    scene.run(scene.item(), **JANUARY, day="2026-01-05")
    today = date(2026, 3, 2)
    before = scene.call("GET", of(scene, "statement.html?day=2026-01-04"), "owner-a").text
    assert "165.58" not in before
    assert "165.58" in scene.call("GET", of(scene, f"statement.html?day={today}"), "owner-a").text


def test_a_statement_is_answered_as_its_schema_says_though_the_schema_does_not_write_it(scene: Scene) -> None:
    """What is written by hand for speed is what the published schema would have written."""
    scene.run(scene.item(), **JANUARY)
    scene.pay(A, 100, "收-1")
    scene.reverse(scene.statement(A)["bills"][0]["id"])
    answered = scene.statement(A)
    with scene.acting() as clerk:
        found = statement_of(clerk.session, scene.units[A], clerk.today, tenure=None)
    assert answered == StatementView().dump(statement_view(found))
    assert answered["movements"]
