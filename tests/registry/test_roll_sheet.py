"""How a roll sheet is read, and what is said about one that cannot be."""

from datetime import UTC, datetime

import pytest

from backend.kernel.sheet import Merge, Sheet
from backend.registry.rules.header import ALIASES, Column, column_named
from backend.registry.rules.notes import TEXTS
from backend.registry.rules.roll_sheet import parse_roll
from backend.registry.rules.units import AreaSource
from backend.voting.law.roll import UnitKind, UnitStatus
from tests.registry.makers import HEADER, a_document, a_phone, a_row, a_sheet


def parse(*rows, **sheet):
    return parse_roll([a_sheet(*rows, **sheet)])


def codes(notes):
    return [(note.row, note.column, note.code) for note in notes]


def test_a_row_becomes_a_unit_with_its_owner():
    roll = parse(a_row())
    assert codes(roll.errors) == codes(roll.warnings) == []
    (unit,) = roll.units
    assert unit.place.label == "3-1-502"
    assert (unit.kind, unit.status) == (UnitKind.HOME, UnitStatus.DELIVERED)
    assert (unit.area, unit.area_source) == (8950, AreaSource.REGISTER)
    assert [(owner.name, owner.document, owner.phone) for owner in unit.owners] == [
        ("甲某", a_document(), a_phone())
    ]


def test_several_owners_stand_in_the_same_order_in_three_columns():
    roll = parse(
        a_row(
            owners="甲某、乙某",
            documents=f"{a_document(1)}；{a_document(2)}",
            phones=f"{a_phone(1)}/{a_phone(2)}",
        )
    )
    assert [(owner.document, owner.phone) for owner in roll.units[0].owners] == [
        (a_document(1), a_phone(1)),
        (a_document(2), a_phone(2)),
    ]


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("住宅", UnitKind.HOME),
        ("商铺", UnitKind.SHOP),
        ("办公", UnitKind.OFFICE),
        ("车位", UnitKind.PARKING),
        ("储藏", UnitKind.STORAGE),
        ("其他", UnitKind.OTHER),
    ],
)
def test_every_use_of_the_template_is_known(word, kind):
    assert parse(a_row(use=word)).units[0].kind is kind


@pytest.mark.parametrize(
    ("word", "source"),
    [("登记", AreaSource.REGISTER), ("实测", AreaSource.SURVEY), ("合同", AreaSource.CONTRACT)],
)
def test_every_area_source_of_the_template_is_known(word, source):
    assert parse(a_row(source=word)).units[0].area_source is source


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("已交付", UnitStatus.DELIVERED),
        ("已售未交付", UnitStatus.SOLD_UNDELIVERED),
        ("未售", UnitStatus.UNSOLD),
    ],
)
def test_every_status_of_the_template_is_known(word, status):
    assert parse(a_row(status=word)).units[0].status is status


@pytest.mark.parametrize("column", list(Column))
def test_every_alias_of_a_column_is_accepted(column):
    place = HEADER.index(column)
    for alias in ALIASES[column]:
        header = (*HEADER[:place], f" {alias}：", *HEADER[place + 1 :])
        assert codes(parse(a_row(), header=header).errors) == []


@pytest.mark.parametrize(
    "name",
    ["建筑面积(㎡)", "建筑面积（㎡）", "建筑面积(m2)", "建筑面积（平方米）", "建筑面积㎡", "面积(单位：m²)"],
)
def test_the_unit_of_area_in_a_header_may_be_written_in_any_way(name):
    assert column_named(name) is Column.AREA


def test_columns_may_stand_in_any_order():
    order = [9, 3, 1, 0, 2, 4, 8, 7, 6, 5]
    row = a_row()
    roll = parse(tuple(row[i] for i in order), header=tuple(HEADER[i] for i in order))
    assert roll.units == parse(row).units


def test_a_title_above_the_header_is_passed_over():
    sheet = Sheet(
        "名册", [(1, ("某某小区业主名册",)), (3, HEADER), (4, a_row())], (Merge("A1:J1", 1, 1, 0, 9),)
    )
    roll = parse_roll([sheet])
    assert codes(roll.errors) == []
    assert roll.units[0].row == 4


def test_an_unknown_column_is_refused_by_name():
    roll = parse((*a_row(), "x"), header=(*HEADER, "备注"))
    assert codes(roll.errors) == [(1, "备注", "unknown-column")]
    assert "备注" in roll.errors[0].detail
    assert roll.units == ()


def test_a_missing_column_is_refused_by_name():
    roll = parse(a_row()[:-1], header=HEADER[:-1])
    assert codes(roll.errors) == [(1, "手机号", "missing-column")]


def test_two_columns_of_one_meaning_are_refused():
    roll = parse((*a_row(), "1"), header=(*HEADER, "联系电话"))
    assert codes(roll.errors) == [(1, "联系电话", "repeated-column")]


def test_the_column_that_our_report_added_may_come_back():
    roll = parse((*a_row(), "请补上面积"), header=(*HEADER, "导入结果"))
    assert codes(roll.errors) == []


def test_a_file_without_a_header_is_refused():
    assert codes(parse(header=a_row()).errors) == [(0, None, "header-not-found")]


def test_an_empty_file_is_refused():
    assert codes(parse_roll([Sheet("名册", [])]).errors) == [(0, None, "file-empty")]


def test_a_header_without_units_is_refused():
    assert codes(parse().errors) == [(0, None, "no-units")]


def test_two_sheets_that_look_like_rolls_are_refused_lest_one_is_lost():
    assert codes(parse_roll([a_sheet(a_row()), a_sheet(a_row())]).errors) == [(0, None, "several-rolls")]


def test_a_sheet_of_instructions_is_passed_over_and_named():
    roll = parse_roll([Sheet("说明", [(1, ("填写说明",))]), a_sheet(a_row()), Sheet("空", [])])
    assert codes(roll.errors) == []
    assert codes(roll.warnings) == [(0, None, "sheet-ignored")]


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({"building": ""}, "楼栋", "value-missing"),
        ({"room": None}, "房号", "value-missing"),
        ({"use": ""}, "用途", "value-missing"),
        ({"use": "厂房"}, "用途", "use-unknown"),
        ({"status": ""}, "状态", "value-missing"),
        ({"status": "在建"}, "状态", "status-unknown"),
        ({"area": ""}, "建筑面积(㎡)", "area-missing"),
        ({"area": None, "source": ""}, "建筑面积(㎡)", "area-missing"),
        ({"area": "89.605"}, "建筑面积(㎡)", "area-too-precise"),
        ({"area": "0"}, "建筑面积(㎡)", "area-not-positive"),
        ({"area": "大"}, "建筑面积(㎡)", "area-unreadable"),
        ({"source": ""}, "面积来源", "area-source-missing"),
        ({"source": "估计"}, "面积来源", "area-source-unknown"),
        ({"owners": "", "documents": "", "phones": ""}, "业主姓名", "owner-missing"),
        ({"owners": ""}, "业主姓名", "owner-missing"),
        ({"documents": ""}, "证件号", "document-missing"),
        ({"owners": "甲某、乙某"}, "业主姓名", "owner-count-differs"),
        ({"phones": "13900000001、13900000002"}, "业主姓名", "owner-count-differs"),
        ({"phones": "abc"}, "手机号", "phone-unreadable"),
        ({"documents": 1.10101199001011e17}, "证件号", "digits-lost"),
        ({"room": datetime(2026, 3, 1, tzinfo=UTC)}, "房号", "cell-not-text"),
        ({"use": True}, "用途", "cell-not-text"),
        ({"source": datetime(2026, 3, 1, tzinfo=UTC)}, "面积来源", "cell-not-text"),
        ({"documents": "9" * 41}, "证件号", "text-too-long"),
        ({"room": "5" * 41}, "房号", "text-too-long"),
        (
            {"owners": "甲、", "documents": f"{a_document(1)}、{a_document(2)}", "phones": ""},
            "业主姓名",
            "value-missing",
        ),
        ({"owners": "甲、乙", "documents": f"{a_document(1)}、", "phones": ""}, "证件号", "document-missing"),
        (
            {"owners": "甲、乙", "documents": f"{a_document()}、{a_document()}", "phones": ""},
            "证件号",
            "owner-repeated",
        ),
    ],
)
def test_each_fault_names_its_row_and_column(cells, column, code):
    roll = parse(a_row(room="501"), a_row(**cells))
    assert codes(roll.errors) == [(3, column, code)]


def test_the_refusal_of_a_missing_area_says_what_to_do():
    detail = parse(a_row(area="")).errors[0].detail
    assert "补上面积" in detail
    assert "名册不能冻结" in detail


def test_every_fault_of_a_row_is_said_at_once():
    roll = parse(a_row(use="厂房", area="", status="在建", phones="abc"))
    assert {note.code for note in roll.errors} == {
        "use-unknown",
        "area-missing",
        "status-unknown",
        "phone-unreadable",
    }


def test_a_parking_space_without_area_only_warns_since_few_packs_count_it():
    roll = parse(a_row(use="车位", area="", source=""))
    assert codes(roll.errors) == []
    assert codes(roll.warnings) == [(2, "建筑面积(㎡)", "area-unmeasured")]
    assert (roll.units[0].area, roll.units[0].area_source) == (None, None)


def test_a_unit_twice_is_refused_and_the_first_row_named():
    roll = parse(a_row(), a_row(room="503"), a_row(building="3号楼", stair="1单元", room="502室"))
    assert codes(roll.errors) == [(4, "房号", "unit-repeated")]
    assert "第 2 行" in roll.errors[0].detail


def test_units_whose_names_run_together_are_one_unit_too():
    roll = parse(a_row(stair="1", room="5-02"), a_row(stair="1-5", room="02"))
    assert codes(roll.errors) == [(3, "房号", "unit-repeated")]


def test_a_unit_may_have_no_stair():
    assert parse(a_row(building="A座", stair="")).units[0].place.label == "A--502"


def test_an_unsold_unit_needs_no_owner():
    roll = parse(a_row(status="未售", owners="", documents="", phones=""))
    assert codes(roll.errors) == codes(roll.warnings) == []
    assert roll.units[0].owners == ()


def test_incomplete_owners_before_delivery_are_left_out_with_a_warning():
    roll = parse(a_row(status="已售未交付", documents="", phones=""))
    assert codes(roll.errors) == []
    assert codes(roll.warnings) == [(2, "业主姓名", "owner-ignored")]


def test_a_failed_checksum_warns_and_never_blocks():
    roll = parse(a_row(documents="110105194912310021"))
    assert codes(roll.errors) == []
    assert codes(roll.warnings) == [(2, "证件号", "document-checksum")]
    assert len(roll.units) == 1


def test_an_owner_without_a_phone_is_told_to_vote_on_paper():
    roll = parse(
        a_row(owners="甲、乙", documents=f"{a_document(1)}、{a_document(2)}", phones=f"{a_phone()}、")
    )
    assert codes(roll.errors) == []
    assert codes(roll.warnings) == [(2, "手机号", "phone-missing")]


def test_before_delivery_no_owner_is_advised_on_a_phone():
    assert codes(parse(a_row(status="未售", phones="")).warnings) == []


def test_a_landline_is_kept_with_a_warning():
    roll = parse(a_row(phones="0534-1234567"))
    assert codes(roll.warnings) == [(2, "手机号", "phone-not-mobile")]
    assert roll.units[0].owners[0].phone == "05341234567"


def test_one_document_with_two_names_may_be_two_people_counted_as_one():
    roll = parse(a_row(), a_row(room="503", owners="乙某", phones=a_phone(2)))
    assert codes(roll.errors) == []
    assert codes(roll.warnings) == [
        (3, "业主姓名", "owner-name-differs"),
        (3, "手机号", "owner-phone-differs"),
    ]


def test_merged_building_and_stair_cells_mean_every_row_they_span():
    rows = [a_row(), a_row(building=None, stair=None, room="503")]
    roll = parse(*rows, merges=(Merge("A2:A3", 2, 3, 0, 0), Merge("B2:B3", 2, 3, 1, 1)))
    assert codes(roll.errors) == []
    assert [unit.place.label for unit in roll.units] == ["3-1-502", "3-1-503"]


def test_any_other_merged_cell_is_refused_by_its_place():
    roll = parse(a_row(), a_row(room="503", area=None), merges=(Merge("E2:E3", 2, 3, 4, 4),))
    assert (2, "建筑面积(㎡)", "merged-cells") in codes(roll.errors)
    assert any("E2:E3" in note.detail for note in roll.errors)


def test_content_beside_the_table_is_refused():
    assert codes(parse((*a_row(), "合计")).errors) == [(2, None, "beyond-header")]


def test_more_rows_than_a_community_has_are_refused(monkeypatch):
    rows = [(number, a_row(room=str(number))) for number in range(2, 20_003)]
    roll = parse_roll([Sheet("名册", [(1, HEADER), *rows])])
    assert codes(roll.errors) == [(0, None, "too-many-rows")]


def test_every_text_is_chinese_and_ends_as_a_sentence():
    for text in TEXTS.values():
        assert text.endswith("。")
        assert any("一" <= letter <= "鿿" for letter in text)
