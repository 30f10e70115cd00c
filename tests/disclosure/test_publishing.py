"""Quarters and years are published, frozen and signed; pictures and tables agree with the screen."""

from __future__ import annotations

import csv
import hashlib
import io
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
from openpyxl import load_workbook

from backend.disclosure.jobs import order_nightly_check
from backend.disclosure.models import BookCheck
from backend.infra.db import reading, transaction
from backend.infra.outbox import drain
from backend.sealing.signing import verify
from backend.voting.record.canonical import canonical
from tests.disclosure.scene import Scene

FIRST = {"kind": "common", "first_day": "2026-04-01"}
PICTURES = ("common-quarter", "common-quarters", "common-money", "fund-years", "fund-left")


def posts(scene: Scene, kind: str = "common") -> dict[str, str]:
    items = scene.get("/publication-calendar")["items"]
    return {one["name"]: one["post"] for one in items if one["kind"] == kind}


@pytest.fixture
def quarter(scene: Scene) -> Scene:
    """A quarter with income, a cost and a split, and what the fund has."""
    source = scene.source()
    scene.open_accounts(10_000)
    scene.enter(source, 600_000)
    scene.enter(source, 100_000, cost_kind="power")
    scene.decide_split(("fund", 70), ("firm", 30))
    scene.pay_out(400_000)
    return scene


def test_a_quarter_is_published_as_the_screen_shows_it_and_signed(quarter: Scene) -> None:
    quarter.go_to("2026-07-01T09:00:00+08:00")
    made = quarter.post("/publications", FIRST)
    shown = quarter.get(f"/publications/{made['id']}", "owner-b")
    document = shown["document"]
    verify(shown["key"], "publication", document, shown["signature"])
    assert hashlib.sha256(canonical(document)).hexdigest() == shown["sha256"]
    assert document["title"] == "演示花园2026年第2季度公共收益收支公示"
    assert document["figures"] == {
        "opening_fen": 0,
        "income_fen": 600_000,
        "cost_fen": 100_000,
        "paid_out_fen": 400_000,
        "closing_fen": 100_000,
    }
    [split] = [entry for entry in document["entries"] if entry["kind"] == "按决定分配"]
    assert (split["assembly"], split["item"]) == (quarter.assembly.people.assembly, "income")
    assert document["contracts"][0]["counterparty"] == "演示广告公司"
    assert all(entry["vouchers"] for entry in document["entries"] if entry["kind"] == "收入")
    assert document["not_reviewed"] == 2


def test_what_was_published_stays_and_a_correction_names_it(quarter: Scene) -> None:
    quarter.go_to("2026-07-01T09:00:00+08:00")
    first = quarter.post("/publications", FIRST)
    source = quarter.get("/common-sources")["items"][0]["id"]
    quarter.enter(source, 1, day="2026-06-30")
    assert quarter.get(f"/publications/{first['id']}")["document"] == first["document"]
    assert quarter.code("POST", "/publications", FIRST) == "publication-refused"
    silent = FIRST | {"replaces_id": first["id"]}
    assert quarter.code("POST", "/publications", silent) == "publication-refused"
    second = quarter.post("/publications", silent | {"reason": "补记一笔收入"}, "chair")
    assert (second["version"], second["replaces_id"]) == (2, first["id"])
    assert second["document"]["figures"]["income_fen"] == 600_001
    assert quarter.code("POST", "/publications", silent | {"reason": "再改"}) == "publication-refused"
    listed = quarter.get("/publications")["items"]
    assert [(one["version"], one["is_late"]) for one in listed] == [(2, False), (1, False)]


def test_every_owner_hears_of_a_publication_and_why_it_was_corrected(quarter: Scene) -> None:
    quarter.go_to("2026-07-01T09:00:00+08:00")
    made = quarter.post("/publications", FIRST)
    quarter.post("/publications", FIRST | {"replaces_id": made["id"], "reason": "补记一笔电费"})
    with quarter.app.app_context():
        drain()
    for owner in ("owner-a", "owner-b"):
        found = quarter.assembly.get("/me/inbox", owner)["items"]
        texts = {one["text"] for one in found if one["kind"] == "disclosure-published"}
        assert texts == {
            "演示花园2026年第2季度公共收益收支已公布，点开可查看每一笔的用途和凭证。",
            "演示花园2026年第2季度公共收益收支有更正，原因：补记一笔电费。更正前的内容仍可查看。",
        }


def test_a_quarter_is_missed_from_the_day_after_its_limit_over_a_holiday(quarter: Scene) -> None:
    assert posts(quarter) == {"2026年第2季度": "not-yet"}
    quarter.go_to("2026-10-01T00:00:00+08:00")
    [due] = {
        one["due_day"]
        for one in quarter.get("/publication-calendar")["items"]
        if one["first_day"] == "2026-07-01"
    }
    assert due == "2026-10-27"  # fifteen working days from 8 October, one of them a Saturday that is worked
    quarter.go_to("2026-10-27T23:59:59+08:00")
    assert posts(quarter)["2026年第3季度"] == "due"
    quarter.clock.forward(timedelta(seconds=1))
    assert posts(quarter)["2026年第3季度"] == "missed"
    late = quarter.post("/publications", {"kind": "common", "first_day": "2026-07-01"})
    assert late["is_late"] is True
    assert posts(quarter)["2026年第3季度"] == "late"
    assert posts(quarter)["2026年第2季度"] == "missed"


def test_on_its_last_day_a_publication_is_in_time_and_a_correction_later_is_not_late(quarter: Scene) -> None:
    quarter.go_to("2026-07-21T23:59:59+08:00")
    first = quarter.post("/publications", FIRST)
    assert first["due_day"] == "2026-07-21"
    quarter.go_to("2026-09-01T12:00:00+08:00")
    later = FIRST | {"replaces_id": first["id"], "reason": "附件有误"}
    assert quarter.post("/publications", later)["is_late"] is False
    assert posts(quarter)["2026年第2季度"] == "on-time"


def test_the_fund_is_published_by_the_year_without_a_single_home(quarter: Scene) -> None:
    quarter.use(quarter.project(), 10_000)
    form = {"kind": "fund", "first_day": "2026-01-01"}
    assert quarter.code("POST", "/publications", form) == "publication-refused"
    wrong = {"kind": "fund", "first_day": "2026-04-01"}
    assert quarter.code("POST", "/publications", wrong) == "publication-refused"
    quarter.go_to("2027-01-04T12:00:00+08:00")
    assert quarter.code("POST", "/publications", form) == "calendar-unknown"
    assert posts(quarter, "fund") == {"2026年度": "due", "2027年度": "not-yet"}
    enter_2027(quarter)
    document = quarter.post("/publications", form)["document"]
    assert document["whole"]["balance_fen"] == 80_000 + 280_000 - 10_000
    assert document["buildings"] == []
    assert [one["ground"] for one in document["projects"]] == ["业主表决"]
    assert {entry["kind"] for entry in document["entries"]} == {"公共收益划入", "使用"}
    text = str(document)
    assert not any(label in text for label in quarter.units)
    assert not any(unit in text for unit in quarter.units.values())


def enter_2027(scene: Scene) -> None:
    """Let an administrator enter holidays (fictional ones) of a year that no notice has named yet."""
    form = {"days": {"元旦": ["01-01"]}, "source": "演示用放假安排"}
    answer = scene.assembly.call("PUT", "/work-years/2027", form, "administrator")
    assert answer.status_code < 300, answer.text


def test_a_limit_is_set_by_the_street_with_its_source(quarter: Scene) -> None:
    found = {one["name"]: one for one in quarter.get("/disclosure-limits")["items"]}
    assert (found["common_publication"]["days"], found["common_publication"]["confidence"]) == (15, "unsure")
    form = {"days": {"common_publication": 5}, "source": "演示市公共收益管理办法第十条"}
    assert quarter.code("PUT", "/disclosure-limits", form, "chair") == "role-missing"
    assert quarter.call("PUT", "/disclosure-limits", form, "street").status_code == 204
    quarter.go_to("2026-07-08T12:00:00+08:00")
    assert posts(quarter)["2026年第2季度"] == "missed"
    found = {one["name"]: one for one in quarter.get("/disclosure-limits")["items"]}
    assert found["common_publication"]["source"] == "演示市公共收益管理办法第十条"
    assert found["enquiry_answer"]["days"] == 5
    for days in ({"common_publication": 0}, {"common_publication": 91}):
        wrong = {"days": days, "source": "无"}
        assert quarter.code("PUT", "/disclosure-limits", wrong, "street") == "disclosure-rule-refused"


def test_who_may_publish_and_see(quarter: Scene) -> None:
    quarter.go_to("2026-07-01T09:00:00+08:00")
    for who in ("owner-a", "officer", "street", "rival", "worker"):
        assert quarter.code("POST", "/publications", FIRST, who) == "role-missing"
    made = quarter.post("/publications", FIRST, "chair")
    for who in ("owner-b", "officer", "street", "clerk"):
        assert quarter.get(f"/publications/{made['id']}", who)["sha256"] == made["sha256"]
    for path in ("/publications", f"/publications/{made['id']}", "/publication-calendar"):
        assert quarter.code("GET", path, by="stranger") == "sight-refused"
    assert quarter.code("GET", "/publications/nothing", by="owner-a") == "publication-unknown"


@pytest.mark.parametrize("name", PICTURES)
def test_pictures_are_drawn_for_owners(quarter: Scene, name: str) -> None:
    answer = quarter.call("GET", f"/disclosure-pictures/{name}.svg", by="owner-a")
    assert answer.content_type == "image/svg+xml"
    tree = ET.fromstring(answer.data)
    assert tree.find("{http://www.w3.org/2000/svg}desc").text
    assert quarter.code("GET", f"/disclosure-pictures/{name}.svg", by="stranger") == "sight-refused"


def test_pictures_say_the_same_as_the_screen(quarter: Scene) -> None:
    def described(name: str) -> str:
        content = quarter.call("GET", f"/disclosure-pictures/{name}.svg", by="owner-a").data
        return ET.fromstring(content).find("{http://www.w3.org/2000/svg}desc").text

    assert "电梯广告 6,000.00元" in described("common-quarter")
    assert "净收益（收入减支出），5,000.00元" in described("common-quarter")
    assert "物业企业 20.0%　1,200.00元" in described("common-money")
    assert "2026年4月11日 3,600.00元" in described("fund-years")
    assert "全小区 450.0%　3,600.00元" in described("fund-left")
    assert "2026年第2季度，净 5,000.00元" in described("common-quarters")


def test_before_anything_is_entered_pictures_and_tables_are_empty_not_wrong(scene: Scene) -> None:
    for name in PICTURES:
        assert scene.call("GET", f"/disclosure-pictures/{name}.svg", by="owner-a").status_code == 200
    assert scene.get("/publication-calendar")["items"] == []
    assert scene.get("/fund-summary")["lines"] == []
    assert scene.call("GET", "/disclosure-export.csv?table=common", by="owner-a").status_code == 200


def table(scene: Scene, name: str, by: str = "owner-a") -> list[list[str]]:
    answer = scene.call("GET", f"/disclosure-export.csv?table={name}", by=by)
    assert answer.status_code == 200, answer.text
    assert answer.data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))


def sheet(scene: Scene, name: str, by: str = "owner-a") -> list[list[str]]:
    answer = scene.call("GET", f"/disclosure-export.xlsx?table={name}", by=by)
    page = load_workbook(io.BytesIO(answer.data)).active
    return [["" if cell is None else str(cell) for cell in row] for row in page.iter_rows(values_only=True)]


def test_tables_agree_with_the_screen_in_both_formats(quarter: Scene) -> None:
    rows, screen = table(quarter, "common"), quarter.get("/common-summary")
    names = {"收入": "income_fen", "支出": "cost_fen", "已分配": "paid_out_fen", "期末结余": "closing_fen"}
    totals = {row[2]: row[4] for row in rows[-5:]}
    for name, key in names.items():
        assert totals[name] == f"{screen[key] // 100}.{screen[key] % 100:02d}"
    entries = [row for row in rows if row and row[0].isdecimal()]
    assert [row[4] for row in entries] == ["6000.00", "'-1000.00", "'-4000.00"]
    assert [row[8] for row in entries][-1] == "公共收益分配方案"
    for name in ("common", "fund"):
        whole = [
            [cell.removeprefix("'") for cell in row] + [""] * (11 - len(row)) for row in table(quarter, name)
        ]
        other = [row + [""] * (11 - len(row)) for row in sheet(quarter, name)]
        assert [row for row in other if any(row)] == [row for row in whole if any(row)]
    assert ["全小区", "8", "800.00", "3600.00", "450.0%", "0"] in table(quarter, "fund")


def test_every_unit_s_account_is_exported_for_its_keepers_alone(quarter: Scene) -> None:
    rows = table(quarter, "units", "clerk")
    assert rows[1][:3] == ["1-1-101", "100.00", "100.00"]
    assert rows[-1][:4] == ["全小区", "", "800.00", "3600.00"]
    for who in ("owner-a", "street", "officer"):
        path = "/disclosure-export.xlsx?table=units"
        assert quarter.code("GET", path, by=who) == "sight-refused"


def test_an_owner_asks_about_an_entry_and_is_answered_within_a_limit(quarter: Scene) -> None:
    entry = quarter.get("/common-entries")["items"][0]["id"]
    path, text = f"/common-entries/{entry}/enquiries", {"text": "这笔电费包括哪几个月？"}
    asked = quarter.post(path, text, "owner-b")
    assert (asked["due_day"], asked["is_late"], asked["answer"]) == ("2026-04-17", False, None)
    quarter.go_to("2026-04-18T00:00:00+08:00")
    assert quarter.get("/disclosure-enquiries")["items"][0]["is_late"] is True
    answer = f"/disclosure-enquiries/{asked['id']}/answer"
    assert quarter.code("POST", answer, {"text": "一至三月"}, "owner-a") == "role-missing"
    quarter.post(answer, {"text": "一至三月"})
    assert quarter.code("POST", answer, {"text": "四月"}) == "enquiry-answered"
    [shown] = quarter.get("/disclosure-enquiries", "owner-a")["items"]
    assert (shown["answer"], shown["is_late"]) == ("一至三月", True)
    inbox = quarter.assembly.get("/me/inbox", "owner-b")["items"]
    assert any("一至三月" in message["text"] for message in inbox)


def test_a_person_s_copy_holds_the_own_questions_and_nobody_else_s(quarter: Scene) -> None:
    entry = quarter.get("/common-entries")["items"][0]["id"]
    for who in ("owner-a", "owner-b"):
        quarter.post(f"/common-entries/{entry}/enquiries", {"text": f"问题 {who}"}, who)
    found = quarter.assembly.get("/me/data", "owner-a")["data"]["disclosure-enquiries"]
    assert [(one["text"], one["answer"]) for one in found] == [("问题 owner-a", None)]


def test_questions_are_of_owners_about_entries_and_only_so_many_wait(quarter: Scene) -> None:
    entry = quarter.get("/common-entries")["items"][0]["id"]
    path, text = f"/common-entries/{entry}/enquiries", {"text": "请说明"}
    assert quarter.code("POST", path, text, "stranger") == "sight-refused"
    fund = quarter.get("/fund-entries", "clerk")["items"][0]["id"]
    assert quarter.code("POST", f"/common-entries/{fund}/enquiries", text, "owner-a") == "book-entry-unknown"
    assert quarter.code("POST", path, {"text": "我的电话 13900000041"}, "owner-a") == "personal-text"
    for _ in range(5):
        quarter.post(path, text, "owner-a")
    assert quarter.code("POST", path, text, "owner-a") == "enquiries-waiting"
    assert quarter.code("POST", "/disclosure-enquiries/nothing/answer", text) == "enquiry-unknown"


def test_the_books_are_checked_every_night_once(quarter: Scene) -> None:
    quarter.go_to("2026-04-11T03:00:00+08:00")
    with quarter.app.app_context():
        for _ in range(2):
            order_nightly_check()
            drain()
        with reading() as session:
            [row] = session.query(BookCheck).all()
            assert (row.findings, row.entries) == ([], 12)


@pytest.mark.parametrize(
    "act",
    [
        "DELETE FROM publications",
        "UPDATE publications SET reason = ''",
        "UPDATE income_splits SET first_day = '2020-01-01'",
        "DELETE FROM fund_projects",
        "UPDATE common_sources SET amount_fen = 1",
        "DELETE FROM disclosure_papers",
    ],
)
def test_rows_that_owners_rely_on_are_never_changed(quarter: Scene, act: str) -> None:
    quarter.project()
    quarter.go_to("2026-07-01T09:00:00+08:00")
    quarter.post("/publications", FIRST)
    with (
        quarter.app.app_context(),
        pytest.raises(Exception, match="never changed"),
        transaction() as session,
    ):
        session.connection().exec_driver_sql(act)
