"""A list comes back with a column of what is wrong with each row, and runs nothing when it is opened."""

from __future__ import annotations

import io

import pytest
from openpyxl import Workbook, load_workbook
from werkzeug.datastructures import FileStorage

from tests.fees.scene import Scene, a_list

PATH = "/fee-imports/report.xlsx?kind=payments"
HEADER = "楼栋 单元 房号 收款日期 金额 收款方式 单号"


def report(scene: Scene, content: bytes, path: str = PATH, by: str = "clerk"):
    return scene.call("POST", path, by, data={"file": FileStorage(io.BytesIO(content), "LIST.csv")})


def cells(content: bytes) -> list[list]:
    return [list(row) for row in load_workbook(io.BytesIO(content)).worksheets[0].iter_rows()]


def values(content: bytes) -> list[list]:
    return [[cell.value for cell in row] for row in cells(content)]


def test_every_wrong_row_says_all_that_is_wrong_with_it_and_right_ones_say_nothing(scene: Scene) -> None:
    content = a_list(
        HEADER,
        "1 1 101 2026-03-01 100 现金 S-1",
        "1 1 999 2026-03-01 100 现金 S-2",
        "1 1 101 2026-13-01 -5 支票 S-3",
        "1 1 102 2026-12-01 100 现金 S-4",
    )
    answer = report(scene, content)
    assert answer.status_code == 200, answer.text
    head, right, unknown, wrong, ahead = values(answer.data)
    assert head == [*HEADER.split(" "), "导入结果"]
    assert right == ["1", "1", "101", "2026-03-01", "100", "现金", "S-1", None]
    assert unknown[-1].startswith("【房号】名册中没有房屋 1-1-999")
    assert wrong[-1].count("\n") == 2
    assert "晚于今天" in ahead[-1]
    assert scene.check().entries == 0
    assert scene.statement("1-1-101")["movements"] == []


def test_what_looks_like_a_formula_comes_back_as_text(scene: Scene) -> None:
    content = a_list(HEADER, "=1+1 1 101 2026-03-01 100 @SUM(A1) +S", "-2 1 1 2026-03-01 1 现金 S-1")
    answer = report(scene, content)
    for row in cells(answer.data):
        for cell in row:
            assert cell.data_type != "f"
    first = cells(answer.data)[1]
    assert (first[0].value, first[0].quotePrefix) == ("=1+1", True)


def test_a_report_that_was_corrected_can_be_uploaded_again(scene: Scene) -> None:
    book = Workbook()
    page = book.active
    for row in (["某小区收款", None], HEADER.split(" "), ["1", "1", "999", "2026-03-01", 100, "现金", "S-1"]):
        page.append(row)
    stream = io.BytesIO()
    book.save(stream)
    first = report(scene, stream.getvalue()).data
    corrected = load_workbook(io.BytesIO(first))
    corrected.worksheets[0]["C3"] = "101"
    stream = io.BytesIO()
    corrected.save(stream)
    again = values(report(scene, stream.getvalue()).data)
    assert [row[-1] for row in again] == [None, "导入结果", None]
    assert [cell for cell in again[1] if cell == "导入结果"] == ["导入结果"]
    assert scene.upload("payments", stream.getvalue())["created"] == 1


def test_a_file_that_is_no_list_is_refused_as_by_the_import(scene: Scene) -> None:
    assert report(scene, b"a,b\r\n1,2").get_json()["code"] == "fee-file-refused"


@pytest.mark.parametrize("who", ["owner-a", "worker", "rival", "chair"])
def test_reports_are_for_the_firm_s_dispatchers(scene: Scene, who: str) -> None:
    answer = report(scene, a_list(HEADER, "1 1 101 2026-03-01 1 现金 S"), by=who)
    assert answer.get_json()["code"] == "role-missing"
