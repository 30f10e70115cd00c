"""Files a roll comes in and goes back in, with real workbooks."""

import io
import zipfile

import pytest
from openpyxl import Workbook, load_workbook

from backend.infra.sheets import SheetUnreadable, read_sheets
from backend.registry.roll_file import write_report
from backend.registry.rules.roll_sheet import parse_roll
from tests.registry.makers import HEADER, a_csv, a_document, a_row, a_workbook


def labels(content):
    roll = parse_roll(read_sheets(content))
    assert roll.errors == ()
    return [unit.place.label for unit in roll.units]


def report_of(content):
    page = load_workbook(io.BytesIO(write_report(content, parse_roll(read_sheets(content)).errors))).active
    return [[cell.value for cell in row] for row in page.iter_rows()]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_csv_file_is_read_in_every_usual_encoding(encoding):
    assert labels(a_csv(a_row(owners="㐂某"), encoding=encoding)) == ["3-1-502"]


def test_a_csv_file_and_a_workbook_say_the_same():
    rows = [a_row(), a_row(room=503, area=101.35, documents=a_document(2))]
    assert parse_roll(read_sheets(a_csv(*rows))).units == parse_roll(read_sheets(a_workbook(*rows))).units


def test_tabs_and_semicolons_separate_columns_too():
    for mark in (b"\t", b";"):
        assert labels(a_csv(a_row()).replace(b",", mark)) == ["3-1-502"]


def test_blank_rows_are_passed_over_and_row_numbers_stay_those_of_the_spreadsheet():
    blank = ("",) * 10
    for content in (a_workbook(a_row(), blank, a_row(room="503")), a_csv(a_row(), blank, a_row(room="503"))):
        assert [unit.row for unit in parse_roll(read_sheets(content)).units] == [2, 4]


def test_merged_cells_of_a_workbook_are_found():
    content = a_workbook(a_row(), a_row(building=None, room="503"), merged=("A2:A3",))
    assert labels(content) == ["3-1-502", "3-1-503"]


@pytest.mark.parametrize(
    ("content", "remedy"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ".xlsx"),
        (b"PK\x03\x04 and then nothing", "损坏"),
        (b"\xff\xd8\xff\xe0 a photo \x00\x01", ".xlsx"),
        (b"plain text with a \x00 in it", ".xlsx"),
        (b'a,"b', "引号"),
        (b"x" * (20 * 2**20 + 1), "20 MB"),
    ],
)
def test_a_file_that_is_no_roll_is_refused_with_a_remedy(content, remedy):
    with pytest.raises(SheetUnreadable) as refused:
        read_sheets(content)
    assert remedy in refused.value.detail


def test_half_a_workbook_is_refused():
    content = a_workbook(a_row())
    with pytest.raises(SheetUnreadable):
        read_sheets(content[: len(content) // 2])


def test_a_file_that_unpacks_to_a_flood_is_refused_before_it_is_unpacked():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * (101 * 2**20))
    with pytest.raises(SheetUnreadable, match="展开后过大"):
        read_sheets(stream.getvalue())


def test_the_report_is_the_file_with_a_column_of_what_is_wrong():
    rows = report_of(a_workbook(a_row(), a_row(room="503", area="")))
    assert rows[0] == [*HEADER, "导入结果"]
    assert rows[1][-1] is None
    assert rows[2][2] == "503"
    assert "建筑面积" in rows[2][-1]


def test_a_corrected_report_can_be_uploaded_again():
    first = write_report(content := a_workbook(a_row(area="")), parse_roll(read_sheets(content)).errors)
    book = load_workbook(io.BytesIO(first))
    book.active["E2"] = 89.5
    stream = io.BytesIO()
    book.save(stream)
    assert labels(stream.getvalue()) == ["3-1-502"]
    assert report_of(stream.getvalue())[0].count("导入结果") == 1


def test_faults_of_the_whole_file_stand_in_the_report_as_well():
    rows = report_of(a_workbook(a_row()[:-1], header=HEADER[:-1]))
    assert "手机号" in rows[0][-1]
    assert "表头" in report_of(a_csv(header=("无",)))[0][-1]


@pytest.mark.parametrize(
    "text", ["=1+1", '=HYPERLINK("http://example.invalid")', "+1", "-1+1", "@SUM(1)", "\t=1"]
)
def test_nothing_in_the_report_is_a_formula(text):
    content = a_csv(a_row(use=text))
    page = load_workbook(io.BytesIO(write_report(content, parse_roll(read_sheets(content)).errors))).active
    cell = page["D2"]
    assert cell.value == text
    assert cell.data_type == "s"
    assert cell.quotePrefix
    assert all(one.data_type != "f" for row in page.iter_rows() for one in row)


def test_a_formula_in_a_workbook_counts_by_its_stored_value_and_never_comes_back_as_a_formula():
    book = Workbook()
    book.active.append(HEADER)
    book.active.append(a_row(area="=80+9.5"))
    stream = io.BytesIO()
    book.save(stream)
    roll = parse_roll(read_sheets(stream.getvalue()))
    assert [note.code for note in roll.errors] == ["area-missing"]


def test_ten_thousand_rows_are_read():
    rows = [a_row(room=str(number), area=90 + number / 100) for number in range(10_000)]
    roll = parse_roll(read_sheets(a_workbook(*rows)))
    assert len(roll.units) == 10_000
    assert sum(unit.area for unit in roll.units) == 10_000 * 9000 + 9_999 * 10_000 // 2
