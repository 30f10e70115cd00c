"""Figures: who sees which, that they are right by another way of counting, and that files say the same."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import asdict
from datetime import datetime

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook

from backend.complaints.rules.events import Event
from backend.complaints.rules.figures import Counts
from backend.complaints.rules.timing import read_round
from backend.complaints.rules.values import OPEN, Kind
from backend.complaints.service import cases
from backend.complaints.service.exports import AT_ONCE
from backend.infra.db import Base, reading, transaction
from tests.complaints.scene import Scene

DAYS = "first=2026-03-01&last=2026-03-31"


def figures(scene: Scene, by: str = "street", query: str = "") -> list[dict]:
    return scene.get(f"/figures/complaints?{DAYS}{query}", by)["items"]


def recount(scene: Scene) -> Counts:
    """Count over the events themselves, ticket by ticket, without any of the copied columns."""
    counts = dict.fromkeys(asdict(Counts()), 0)
    with scene.app.app_context(), reading() as session:
        for ticket_id in session.connection().exec_driver_sql("SELECT id FROM tickets").scalars():
            case = cases.get_case(session, ticket_id)
            for name, value in of_one(scene, case).items():
                counts[name] += value
    return Counts(**counts)


def of_one(scene: Scene, case: cases.Case) -> dict[str, int]:
    kinds = [event.kind for event in case.events]
    if kinds[-1] is Kind.MERGED:
        return {}
    rounds = clocks_of(scene, case)
    said, rated, callback = last_words(case.events)
    reached = callback in {"solved", "unsolved"}
    return {
        "tickets": 1,
        "open": case.standing.state in OPEN,
        "response_due": all(m is not None for m, _ in rounds) or any(m is False for m, _ in rounds),
        "response_met": all(m is True for m, _ in rounds),
        "resolution_due": all(m is not None for _, m in rounds) or any(m is False for _, m in rounds),
        "resolution_met": all(m is True for _, m in rounds),
        "answered": said is not None or reached,
        "solved": said is True or (said is None and callback == "solved"),
        "rated": rated is not None,
        "satisfied": rated is not None and rated >= 4,
        "unreached": said is None and callback == "unreached",
        "impossible": said is None and callback == "impossible",
        "closed": any(kind in {Kind.RESOLVED, Kind.REJECTED} for kind in kinds),
        "reopened": Kind.REOPENED in kinds,
        "whistles": 1 + kinds.count(Kind.JOINED),
    }


def clocks_of(scene: Scene, case: cases.Case) -> list[tuple[bool | None, bool | None]]:
    readings = [read_round(one, case.calendars, scene.clock()) for one in case.standing.rounds]
    return [(one.response.met, one.resolution.met) for one in readings]


def last_words(events: list[Event]) -> tuple[bool | None, int | None, str | None]:
    """Return what was said in the last round: solved or not, the rating, the call-back."""
    said = rated = callback = None
    for event in events:
        if event.kind is Kind.REOPENED:
            said = rated = callback = None
        if event.kind is Kind.CONFIRMED:
            said, rated = event.facts["solved"], event.facts["satisfaction"]
        if event.kind is Kind.CALLED_BACK:
            callback = event.facts["callback"]
            rated = event.facts.get("satisfaction") if rated is None else rated
    return said, rated, callback


def test_figures_agree_with_a_recount_over_the_events(lived: Scene) -> None:
    scene = lived
    (whole,) = figures(scene)
    expected = asdict(recount(scene))
    assert whole["counts"] == expected
    assert expected["response_due"] > expected["response_met"] > 0
    for by in ("category", "firm", "community", "street", "month"):
        parts = figures(scene, query=f"&by={by}")
        summed = {name: sum(part["counts"][name] for part in parts) for name in expected}
        assert summed == expected, by
    public = scene.client.get(f"/api/v1/communities/{scene.community}/board/figures?{DAYS}")
    assert public.get_json()["counts"] == expected


def test_the_copied_columns_are_what_replaying_gives(lived: Scene) -> None:
    scene = lived
    with scene.app.app_context(), reading() as session:
        ids = list(session.connection().exec_driver_sql("SELECT id FROM tickets").scalars())
        for ticket_id in ids:
            case = cases.get_case(session, ticket_id)
            kept = {
                name: getattr(case.row, name) for name in ("state", "level", "whistles", "reopened", "events")
            }
            standing = case.standing
            assert kept == {
                "state": standing.state.value,
                "level": int(standing.level),
                "whistles": standing.whistles,
                "reopened": standing.reopened,
                "events": len(case.events),
            }


def test_behind_every_number_stand_as_many_tickets(lived: Scene) -> None:
    scene = lived
    (whole,) = figures(scene)
    for measure, number in whole["counts"].items():
        if measure == "whistles":
            continue
        items, cursor = [], ""
        while cursor is not None:
            page = scene.get(f"/figures/complaints/tickets?{DAYS}&measure={measure}{cursor}", "street")
            items += page["items"]
            cursor = f"&cursor={page['next']}" if page["next"] else None
        assert len({row["number"] for row in items}) == len(items) == number, measure
        assert {row["summary"] for row in items} <= {""}


def test_without_tickets_there_is_no_data_and_no_hundred_per_cent(scene: Scene) -> None:
    (whole,) = figures(scene)
    assert {rate["permille"] for rate in whole["rates"].values()} == {None}
    assert whole["score_permille"] is None


@pytest.mark.parametrize(
    ("by", "status"),
    [("street", 200), ("officer", 200), ("dispatcher", 200), ("other-firm", 200), ("worker", 403),
     ("owner-a", 403), ("department", 403)],
)  # fmt: skip
def test_who_may_see_figures(scene: Scene, by: str, status: int) -> None:
    scene.report()
    answer = scene.call("GET", f"/figures/complaints?{DAYS}", by)
    assert answer.status_code == status
    if by == "other-firm":
        assert answer.get_json()["items"][0]["counts"]["tickets"] == 0


@pytest.mark.parametrize(
    "days",
    [
        "first=2026-03-31&last=2026-03-01",
        "first=2020-01-01&last=2026-03-01",
        "first=0001-01-01&last=0001-01-02",
        "first=9999-12-31&last=9999-12-31",
    ],
)
def test_days_that_are_no_period_are_refused(scene: Scene, days: str) -> None:
    for path in ("", "/export.csv", "/export.xlsx"):
        assert (
            scene.get(f"/figures/complaints{path}?{days}", "street", 422)["code"] == "figures-period-refused"
        )


def test_files_say_what_the_screen_says(lived: Scene) -> None:
    scene = lived
    (whole,) = figures(scene)
    answer = scene.call("GET", f"/figures/complaints/export.csv?{DAYS}", "street")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    tickets = [row for row in rows[1:] if row and row[0].isdigit()]
    assert len(tickets) == whole["counts"]["tickets"]
    totals = {row[0]: row[1] for row in rows if row and row[0].startswith("合计")}
    assert totals["合计：按时受理"] == str(whole["counts"]["response_met"])
    permille = whole["rates"]["response"]["permille"]
    assert totals["合计：响应率"] == f"{permille // 10}.{permille % 10}%"
    assert sum(row[13] == "是" for row in tickets) == whole["counts"]["response_met"]
    xlsx = scene.call("GET", f"/figures/complaints/export.xlsx?{DAYS}", "street")
    sheet = load_workbook(io.BytesIO(xlsx.data)).active
    cells = [
        [("" if cell is None else str(cell)) for cell in row] for row in sheet.iter_rows(values_only=True)
    ]
    assert [row[: len(tickets[0])] for row in cells[1 : len(tickets) + 1]] == tickets


def test_a_file_holds_every_ticket_however_many_there_are(scene: Scene) -> None:
    scene.report()
    many = 2 * AT_ONCE + 1
    with scene.app.app_context(), transaction() as session:
        table = Base.metadata.tables["tickets"]
        (one,) = session.execute(sa.select(table)).mappings()
        copies = [{**one, "id": f"copy-{number}", "number": f"copy-{number}"} for number in range(1, many)]
        session.execute(sa.insert(table), copies)
    for kind in ("tickets", "ledger"):
        answer = scene.call("GET", f"/figures/complaints/export.csv?{DAYS}&table={kind}", "street")
        rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
        written = [row[:2] for row in rows if row and row[0].isdigit()]
        assert [int(number) for number, _ in written] == list(range(1, many + 1))
        assert len({ticket for _, ticket in written}) == many


def test_a_file_runs_nothing_and_names_no_home(scene: Scene) -> None:
    home = {"kind": "unit", "building": "1", "stair": "1", "room": "101"}
    scene.report(text='=HYPERLINK("http://x","点我") 13900000041', place=home)
    csv_text = scene.call(
        "GET", f"/figures/complaints/export.csv?{DAYS}&table=ledger", "street"
    ).data.decode()
    assert "\"'=HYPERLINK" in csv_text
    assert not re.search(r"1-1-101|13900000041", csv_text)
    xlsx = scene.call("GET", f"/figures/complaints/export.xlsx?{DAYS}&table=ledger", "street").data
    cell = load_workbook(io.BytesIO(xlsx)).active["G2"]
    assert (cell.data_type, cell.value.startswith("=HYPERLINK")) == ("s", True)


def test_the_ledger_says_what_is_done_about_each_problem(scene: Scene) -> None:
    ticket = scene.report()
    scene.act(ticket, "acknowledged", "dispatcher", "已安排")
    scene.act(ticket, "resolved", "dispatcher", "已打扫并加派人手")
    text = scene.call("GET", f"/figures/complaints/export.csv?{DAYS}&table=ledger", "officer").data.decode(
        "utf-8-sig"
    )
    header, row = list(csv.reader(io.StringIO(text)))
    named = dict(zip(header, row, strict=True))
    assert (named["工单编号"], named["整改措施"], named["责任单位"]) == (
        ticket["number"],
        "已打扫并加派人手",
        "演示物业公司",
    )


def test_months_are_those_of_china(scene: Scene) -> None:
    scene.clock.at = datetime.fromisoformat("2026-03-31T23:30:00+08:00")
    scene.report()
    scene.clock.at = datetime.fromisoformat("2026-04-01T00:30:00+08:00")
    scene.report(text="第二天")
    query = "first=2026-03-01&last=2026-04-30&by=month"
    items = scene.get(f"/figures/complaints?{query}", "street")["items"]
    assert [(one["key"], one["counts"]["tickets"]) for one in items] == [("2026-03", 1), ("2026-04", 1)]
