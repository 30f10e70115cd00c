"""Taking over tickets of the hotline 12345: dry run, row by row, never twice, joined where it fits."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from typing import Any

import pytest
from openpyxl import Workbook

from tests.complaints.scene import Scene

HEADER = [
    "热线工单编号",
    "来电时间",
    "诉求类别",
    "诉求内容",
    "楼栋",
    "单元",
    "房号",
    "位置",
    "诉求人",
    "联系电话",
    "关联工单",
]


def row(number: str = "DZ202603020001", **cells: Any) -> list[Any]:
    """Return a good row; a test states only what matters."""
    named = {
        "热线工单编号": number,
        "来电时间": "2026-03-02 09:30",
        "诉求类别": "楼道不干净",
        "诉求内容": "二号楼楼道堆满杂物。",
        "楼栋": "2号楼",
        "诉求人": "来电人",
        "联系电话": "13900000045",
    }
    return [{**named, **cells}.get(column, "") for column in HEADER]


def as_csv(*rows: list[Any], header: list[str] = HEADER, encoding: str = "utf-8") -> bytes:
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows([header, *rows])
    return stream.getvalue().encode(encoding)


def as_xlsx(*rows: list[Any]) -> bytes:
    book = Workbook()
    book.active.append(["某区12345热线转办清单"])
    for cells in (HEADER, *rows):
        book.active.append(cells)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def send(
    scene: Scene, content: bytes, *, dry_run: bool = False, by: str = "officer", status: int = 200
) -> dict:
    path = f"/communities/{scene.community}/hotline-imports?dry_run={str(dry_run).lower()}"
    answer = scene.upload(path, by, "file", content)
    assert answer.status_code == status, answer.text
    return answer.get_json()


def test_a_row_becomes_a_ticket_of_the_time_it_was_called_in(scene: Scene) -> None:
    report = send(scene, as_csv(row()))
    assert (report["created"], report["refused"]) == (1, 0)
    queue = scene.get("/desk/tickets", "dispatcher")["items"]
    assert queue[0]["number"] == report["rows"][0]["ticket_number"]
    assert queue[0]["submitted_at"] == "2026-03-02T09:30:00+08:00"
    shown = scene.show(queue[0], "dispatcher")
    assert (shown["channel"], shown["place"], shown["may_contact"]) == ("12345", "2号楼", True)


def test_a_dry_run_says_the_same_and_changes_nothing(scene: Scene) -> None:
    content = as_csv(row(), row("DZ202603020002", 诉求类别="不存在"))
    tried = send(scene, content, dry_run=True)
    assert scene.get("/desk/tickets", "dispatcher")["items"] == []
    done = send(scene, content)
    assert [one["fate"] for one in tried["rows"]] == [one["fate"] for one in done["rows"]]
    assert len(scene.get("/desk/tickets", "dispatcher")["items"]) == 1


def test_the_same_file_again_makes_no_second_ticket(scene: Scene) -> None:
    content = as_xlsx(row(), row("DZ202603020002", 诉求内容="另一件事，灯坏了"))
    first, again = send(scene, content), send(scene, content)
    assert (first["created"], again["created"], again["known"]) == (2, 0, 2)
    assert [one["ticket_number"] for one in first["rows"]] == [one["ticket_number"] for one in again["rows"]]


def test_the_same_matter_becomes_a_whistle_on_the_ticket_there_is(scene: Scene) -> None:
    ticket = scene.report(place={"kind": "building", "building": "2"}, text="二号楼楼道堆满杂物。")
    report = send(scene, as_csv(row()))
    assert (report["joined"], report["rows"][0]["ticket_number"]) == (1, ticket["number"])
    assert scene.show(ticket)["whistles"] == 2


def test_a_row_that_may_be_the_same_matter_names_the_ticket_and_a_person_decides(scene: Scene) -> None:
    ticket = scene.report(place={"kind": "building", "building": "2"}, text="二楼杂物")
    tried = send(scene, as_csv(row()), dry_run=True)
    assert ticket["number"] in tried["rows"][0]["detail"]
    joined = send(scene, as_csv(row(关联工单=ticket["number"])))
    assert (joined["joined"], scene.show(ticket)["whistles"]) == (1, 2)


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"number": "??"}, "热线工单编号"),
        ({"来电时间": "昨天"}, "来电时间"),
        ({"来电时间": "2027-01-01 08:00"}, "来电时间"),
        ({"诉求类别": "外星人"}, "诉求类别"),
        ({"诉求内容": " "}, None),
        ({"楼栋": "99"}, None),
        ({"楼栋": "2", "房号": "999", "单元": "1"}, None),
        ({"联系电话": "12"}, None),
        ({"关联工单": "20260101-00000000"}, "关联工单"),
    ],
)
def test_a_broken_row_is_named_with_its_reason_and_keeps_no_other_back(
    scene: Scene, cells: dict[str, Any], column: str | None
) -> None:
    broken = row(**cells)
    report = send(scene, as_csv(row("DZ202603029998"), broken, row("DZ202603029999", 诉求内容="又一件")))
    assert [one["fate"] for one in report["rows"]] == ["created", "refused", "created"]
    refused = report["rows"][1]
    assert (refused["row"], refused["column"], bool(refused["detail"])) == (3, column, True)


def test_a_corrected_row_is_taken_the_second_time(scene: Scene) -> None:
    assert send(scene, as_csv(row(诉求类别="外星人")))["refused"] == 1
    assert send(scene, as_csv(row()))["created"] == 1


def test_gb18030_and_real_dates_and_numbers_are_read(scene: Scene) -> None:
    plain = send(scene, as_csv(row(), encoding="gb18030"))
    assert plain["created"] == 1
    called = datetime.fromisoformat("2026-03-01T20:15")
    dated = row(2026030200031, 来电时间=called, 楼栋=2, 联系电话=13900000045, 诉求内容="另一件")
    made = send(scene, as_xlsx(dated))
    assert (made["created"], made["rows"][0]["hotline_number"]) == (1, "2026030200031")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\x00\x01\x02", "sheet-unreadable"),
        (as_csv(header=["甲", "乙", "丙"]), "hotline-file-refused"),
        (as_csv(), "hotline-file-refused"),
        (as_xlsx(row())[:900], "sheet-unreadable"),
    ],
)
def test_a_file_that_is_no_hotline_s_is_refused(scene: Scene, content: bytes, code: str) -> None:
    assert send(scene, content, status=422)["code"] == code


@pytest.mark.parametrize(("by", "status"), [("street", 200), ("dispatcher", 403), ("owner-a", 403)])
def test_who_may_take_over_hotline_tickets(scene: Scene, by: str, status: int) -> None:
    send(scene, as_csv(row()), by=by, status=status)


def test_the_caller_of_the_hotline_is_told_when_it_is_done(scene: Scene) -> None:
    send(scene, as_csv(row()))
    ticket = scene.get("/desk/tickets", "dispatcher")["items"][0]
    scene.act(ticket, "resolved", "dispatcher", "已清理")
    assert any("已办结" in text for text in scene.inbox("owner-f"))
