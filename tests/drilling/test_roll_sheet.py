"""ROLL.xlsx as the drill reads it."""

from __future__ import annotations

from pathlib import Path

import pytest

from backend.voting.law.roll import UnitKind, UnitStatus
from scripts.drilling.faults import InputRefused
from scripts.drilling.roll_sheet import read_roll
from tests.drilling.community import UNITS, roll_rows, write_roll


def read(tmp_path: Path, rows: list[list[object]]):
    return read_roll(write_roll(tmp_path / "ROLL.xlsx", rows))


def edited(row: int, column: int, value: object) -> list[list[object]]:
    """The rows with one cell changed; row 1 is the header, as a spreadsheet counts."""
    rows = roll_rows()
    rows[row - 1][column] = value
    return rows


def test_units_have_exact_areas_and_their_owners_in_one_spelling(tmp_path: Path) -> None:
    lines = {line.unit.id: line for line in read(tmp_path, roll_rows()).lines}
    assert len(lines) == len(UNITS)
    assert lines["1-1-102"].unit.area == 9050
    assert lines["1-1-201"].unit.area == 12025
    assert lines["2-1-102"].unit.owners == ("Z00003", "Z00002")
    assert lines["2-1-301"].unit.status is UnitStatus.UNSOLD
    assert lines["3--B01"].unit.kind is UnitKind.PARKING
    assert lines["3--B01"].unit.area is None
    assert lines["1-1-101"].phones == ("13900000000",)


def test_a_roll_in_csv_of_the_old_chinese_encoding_is_read_too(tmp_path: Path) -> None:
    path = tmp_path / "ROLL.csv"
    text = "\n".join(",".join("" if cell is None else str(cell) for cell in row) for row in roll_rows())
    path.write_bytes(text.encode("gb18030"))
    assert len(read_roll(path).lines) == len(UNITS)


def test_columns_may_go_by_other_names_and_stand_under_a_title(tmp_path: Path) -> None:
    header, *body = roll_rows()
    header[0], header[4], header[8] = "楼号", "产权面积（平方米）", "身份证号"
    rows = [["测试小区业主名册"], header, *body]
    assert len(read(tmp_path, rows).lines) == len(UNITS)


def test_binary_residue_of_a_spreadsheet_is_no_third_decimal(tmp_path: Path) -> None:
    [first, *_] = read(tmp_path, edited(2, 4, 89.60000000000001)).lines
    assert first.unit.area == 8960


@pytest.mark.parametrize(
    ("row", "column", "value", "named"),
    [
        (1, 3, "颜色", "row 1, column 颜色: the column is unknown"),
        (2, 4, None, "row 2, column 建筑面积: the unit has no area"),
        (2, 4, "89.605", "row 2, column 建筑面积: '89.605' is no area"),
        (2, 4, "-3", "row 2, column 建筑面积: '-3' is no area"),
        (3, 2, "101", "row 3, column 房号: unit 1-1-101 stands in row 2 already"),
        (4, 3, "城堡", "row 4, column 用途: '城堡' is unknown"),
        (4, 6, "借住", "row 4, column 状态: '借住' is unknown"),
        (5, 8, None, "row 5, column 证件号: a delivered unit needs"),
        (4, 8, "Z1、z-1", "row 4, column 证件号: one document stands twice"),
        (6, 0, None, "row 6, column 楼栋: the cell is empty"),
    ],
)
def test_a_wrong_cell_is_named_with_row_column_and_remedy(
    tmp_path: Path, row: int, column: int, value: object, named: str
) -> None:
    with pytest.raises(InputRefused) as refused:
        read(tmp_path, edited(row, column, value))
    assert f"ROLL.xlsx, {named}" in str(refused.value)
    assert "; " in str(refused.value)


def test_every_fault_is_named_at_once(tmp_path: Path) -> None:
    rows = edited(2, 4, None)
    rows[5][3] = "城堡"
    with pytest.raises(InputRefused) as refused:
        read(tmp_path, rows)
    assert [fault.row for fault in refused.value.faults] == [2, 6]


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    rows = [row[:9] for row in roll_rows()]
    with pytest.raises(InputRefused, match="column 手机号: the column is missing"):
        read(tmp_path, rows)


def test_half_a_workbook_is_refused(tmp_path: Path) -> None:
    path = write_roll(tmp_path / "ROLL.xlsx", roll_rows())
    path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(InputRefused, match=r"ROLL\.xlsx: not a readable workbook"):
        read_roll(path)


def test_a_sheet_without_header_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match="no header row was found"):
        read(tmp_path, roll_rows()[1:])
