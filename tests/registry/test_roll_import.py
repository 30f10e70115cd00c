"""Importing a roll over HTTP: as a whole or not at all, the same again changes nothing."""

import io
import re

import pytest
from openpyxl import load_workbook

from backend.infra.db import reading
from backend.registry import law_unit, masked_names, owner_ids_of, phones_of_owners, units_for_roll
from backend.voting.law.roll import Scope, UnitKind, build_roll
from backend.voting.law.rulepack import load_pack
from tests.registry.makers import a_csv, a_document, a_phone, a_row, a_workbook

COUPLE = {
    "owners": "甲某、乙某",
    "documents": f"{a_document(1)}、{a_document(2)}",
    "phones": f"{a_phone(1)}、{a_phone(2)}",
}


def counts(report):
    return tuple(report[name] for name in ("applied", "created", "updated", "unchanged"))


def person(number):
    return {"owners": f"业主{number}", "documents": a_document(number), "phones": a_phone(number)}


def registered(app, desk):
    with app.app_context(), reading() as session:
        return {unit.label: unit for unit in units_for_roll(session, desk.house, desk.community)}


def test_a_roll_goes_in_and_comes_out_as_the_law_needs_it(app, desk):
    report = desk.imported(
        a_workbook(
            a_row(room="502", area=89.5, **COUPLE),
            a_row(room="P1", use="车位", area=13.2, source="合同", **person(1)),
            a_row(building="1", room="101", status="未售", owners="", documents="", phones=""),
        )
    )
    assert counts(report) == (True, 3, 0, 0)
    units = registered(app, desk)
    assert list(units) == ["1-1-101", "3-1-502", "3-1-P1"]
    home = law_unit(units["3-1-502"])
    assert (home.building, home.stair, home.kind, home.area) == ("3", "1", UnitKind.HOME, 8950)
    assert len(home.owners) == 2
    assert units["3-1-P1"].owners[0].id in home.owners
    roll = build_roll([law_unit(unit) for unit in units.values()], Scope(), load_pack("cn-civil-code"))
    assert (roll.total.heads, roll.total.area) == (2, 17900)


def test_owners_are_shown_masked_and_in_the_order_of_the_title(desk):
    desk.imported(a_workbook(a_row(**COUPLE)))
    (unit,) = desk.units()["items"]
    assert unit.pop("id")
    assert unit == {
        "label": "3-1-502",
        "building": "3",
        "stair": "1",
        "room": "502",
        "use": "HOME",
        "area": 8950,
        "area_source": "REGISTER",
        "status": "DELIVERED",
        "owners": ["甲**", "乙**"],
    }


def test_units_are_listed_page_by_page(desk):
    desk.imported(a_csv(*(a_row(room=f"{number:04d}") for number in range(450))))
    first = desk.units()
    second = desk.units(first["next"])
    third = desk.units(second["next"])
    labels = [unit["label"] for page in (first, second, third) for unit in page["items"]]
    assert labels == [f"3-1-{number:04d}" for number in range(450)]
    assert third["next"] is None


def test_a_cursor_of_ones_own_making_is_refused(desk):
    answer = desk.client.get(
        f"/api/v1/communities/{desk.community}/units?cursor=%E4%B8%AD", headers=desk.chair
    )
    assert (answer.status_code, answer.get_json()["code"]) == (422, "cursor-refused")


def test_a_dry_run_tells_what_would_come_of_it_and_changes_nothing(app, desk):
    report = desk.imported(a_workbook(a_row()), dry_run=True)
    assert counts(report) == (False, 1, 0, 0)
    assert report["dry_run"] is True
    assert registered(app, desk) == {}


def test_one_fault_keeps_the_whole_roll_out(app, desk):
    report = desk.imported(a_workbook(a_row(), a_row(room="503", area=""), a_row(room="504", use="厂房")))
    assert counts(report) == (False, 0, 0, 0)
    assert [(error["row"], error["code"]) for error in report["errors"]] == [
        (3, "area-missing"),
        (4, "use-unknown"),
    ]
    assert report["rows"] == 3
    assert registered(app, desk) == {}


def test_the_same_roll_again_changes_nothing(app, desk):
    content = a_workbook(a_row(**COUPLE), a_row(room="503", **person(3)))
    desk.imported(content)
    before = registered(app, desk)
    assert counts(desk.imported(content)) == (True, 0, 0, 2)
    assert registered(app, desk) == before


def test_the_order_of_owners_means_nothing(desk):
    desk.imported(a_workbook(a_row(**COUPLE)))
    turned = {name: "、".join(reversed(text.split("、"))) for name, text in COUPLE.items()}
    assert counts(desk.imported(a_workbook(a_row(**turned)))) == (True, 0, 0, 1)


@pytest.mark.parametrize(
    "change",
    [
        {"area": "90.00"},
        {"source": "实测"},
        {"use": "商铺"},
        {"status": "已售未交付"},
        {"owners": "丙某"},
        {"phones": a_phone(9)},
        {"phones": ""},
        {"documents": a_document(9)},
        {"owners": "甲某、乙某", "documents": f"{a_document(1)}、{a_document(2)}", "phones": ""},
    ],
)
def test_whatever_a_row_says_anew_is_taken_over(app, desk, change):
    desk.imported(a_workbook(a_row(), a_row(room="503", **person(3))))
    before = registered(app, desk)
    row = a_row(**change)
    assert counts(desk.imported(a_workbook(row, a_row(room="503", **person(3))))) == (True, 0, 1, 1)
    after = registered(app, desk)
    assert after["3-1-502"].id == before["3-1-502"].id
    assert after["3-1-503"] == before["3-1-503"]
    assert counts(desk.imported(a_workbook(row, a_row(room="503", **person(3))))) == (True, 0, 0, 2)


def test_an_owner_keeps_the_same_id_whatever_name_and_phone_are_corrected(app, desk):
    desk.imported(a_workbook(a_row()))
    before = registered(app, desk)["3-1-502"].owners[0]
    desk.imported(a_workbook(a_row(owners="丁某", phones=a_phone(4))))
    after = registered(app, desk)["3-1-502"].owners[0]
    assert (before.id, before.name_masked, after.name_masked) == (after.id, "甲**", "丁**")


def test_spellings_of_one_document_are_one_owner(app, desk):
    number = "11010519491231002X"
    spelt = "１１０１０５19491231 002x"
    desk.imported(a_workbook(a_row(documents=number), a_row(room="503", documents=spelt)))
    first, second = registered(app, desk).values()
    assert first.owners == second.owners


def test_a_unit_missing_from_a_later_roll_is_named_and_kept(app, desk):
    desk.imported(a_workbook(a_row(), a_row(room="503", **person(3))))
    report = desk.imported(a_workbook(a_row()))
    assert counts(report) == (True, 0, 0, 1)
    assert [(note["row"], note["code"]) for note in report["warnings"]] == [(0, "unit-absent")]
    assert "3-1-503" in report["warnings"][0]["detail"]
    assert "3-1-503" in registered(app, desk)


def test_a_warning_does_not_keep_a_roll_out(desk):
    report = desk.imported(a_workbook(a_row(documents="110105194912310021")))
    assert counts(report) == (True, 1, 0, 0)
    assert [note["code"] for note in report["warnings"]] == ["document-checksum"]


def test_a_phone_stands_for_every_owner_who_named_it(app, desk, house):
    shared = a_phone(7)
    desk.imported(
        a_workbook(
            a_row(owners="甲某", documents=a_document(1), phones=shared),
            a_row(room="503", owners="乙某", documents=a_document(2), phones=shared),
            a_row(room="504", owners="甲某", documents=a_document(1), phones=a_phone(8)),
        )
    )
    units = registered(app, desk)
    first, second = (units[label].owners[0].id for label in ("3-1-502", "3-1-503"))
    with app.app_context(), reading() as session:
        both, one, nobody = (
            owner_ids_of(session, desk.community, house.fields.lookup_hash("phone", phone))
            for phone in (shared, a_phone(8), a_phone(99))
        )
        elsewhere = owner_ids_of(session, "other", house.fields.lookup_hash("phone", shared))
        phones = phones_of_owners(session, house, [first, second])
        names = masked_names(session, house, [first, second])
    assert (both, one) == ({first, second}, {first})
    assert nobody == elsewhere == frozenset()
    assert phones == [shared, a_phone(8)]
    assert names == {first: "甲**", second: "乙**"}


def test_a_phone_taken_off_the_roll_no_longer_stands_for_the_owner(app, desk, house):
    desk.imported(a_workbook(a_row(phones=a_phone(1))))
    desk.imported(a_workbook(a_row(phones=a_phone(2))))
    with app.app_context(), reading() as session:
        assert not owner_ids_of(session, desk.community, house.fields.lookup_hash("phone", a_phone(1)))


def test_no_name_phone_or_document_lies_readable_in_the_data_folder(desk, house):
    desk.imported(a_workbook(a_row(owners="独特姓名", documents="11010519491231002X", phones="13711112222")))
    desk.imported(a_workbook(a_row(owners="独特姓名", area="")))
    secrets = [text.encode() for text in ("独特姓名", "11010519491231002X", "13711112222")]
    for path in house.settings.data_dir.rglob("*"):
        if path.is_file() and path.name != "sms.jsonl":
            content = path.read_bytes()
            assert not [secret for secret in secrets if secret in content], path


def test_who_is_neither_chair_nor_administrator_imports_and_lists_nothing(desk):
    stranger = desk.signed_in("13600000001")
    refused = desk.upload(a_workbook(a_row()), by=stranger)
    assert (refused.status_code, refused.get_json()["code"]) == (403, "role-missing")
    listing = desk.client.get(f"/api/v1/communities/{desk.community}/units", headers=stranger)
    assert listing.status_code == 403
    assert desk.upload(a_workbook(a_row()), by=desk.administrator).get_json()["applied"] is True


def test_a_file_that_cannot_be_read_is_refused_and_changes_nothing(app, desk):
    desk.imported(a_workbook(a_row()))
    before = registered(app, desk)
    content = a_workbook(a_row(area="99"))
    answer = desk.upload(content[: len(content) // 2])
    assert (answer.status_code, answer.get_json()["code"]) == (422, "sheet-unreadable")
    assert registered(app, desk) == before


def test_an_upload_without_a_file_is_refused(desk):
    answer = desk.client.post(
        f"/api/v1/communities/{desk.community}/roll-imports", data={}, headers=desk.chair
    )
    assert (answer.status_code, answer.get_json()["code"]) == (422, "validation-failed")
    assert "file" in answer.get_json()["detail"]


def report_of(desk, report, by=None):
    return desk.client.get(
        f"/api/v1/roll-imports/{report['import_id']}/report.xlsx", headers=by or desk.chair
    )


def test_the_report_names_what_to_correct_in_its_row(desk):
    answer = report_of(desk, desk.imported(a_workbook(a_row(), a_row(room="503", area=""))))
    assert answer.status_code == 200
    assert re.search("spreadsheetml", answer.content_type)
    page = load_workbook(io.BytesIO(answer.data)).active
    assert page.cell(1, 11).value == "导入结果"
    assert page.cell(2, 11).value is None
    assert "没有建筑面积" in page.cell(3, 11).value


def test_a_report_is_for_those_who_may_import(desk):
    report = desk.imported(a_workbook(a_row(area="")))
    assert report_of(desk, report, by=desk.signed_in("13600000001")).status_code == 403


def test_where_nothing_is_to_be_corrected_there_is_no_report(desk):
    answer = report_of(desk, desk.imported(a_workbook(a_row())))
    assert (answer.status_code, answer.get_json()["code"]) == (404, "roll-report-absent")
    unknown = report_of(desk, {"import_id": "none"})
    assert (unknown.status_code, unknown.get_json()["code"]) == (404, "roll-import-unknown")


def test_a_successful_import_deletes_earlier_uploads(desk):
    faulty = desk.imported(a_workbook(a_row(area="")))
    assert report_of(desk, faulty).status_code == 200
    desk.imported(a_workbook(a_row()))
    assert report_of(desk, faulty).status_code == 404


def test_ten_thousand_rows_go_in_and_again_change_nothing(app, desk):
    rows = [
        a_row(
            room=f"{number}", area=90 + number / 100, documents=f"E{number:08d}", phones=f"1380{number:07d}"
        )
        for number in range(10_000)
    ]
    content = a_csv(*rows, encoding="gb18030")
    assert counts(desk.imported(content)) == (True, 10_000, 0, 0)
    assert counts(desk.imported(content)) == (True, 0, 0, 10_000)
    assert len(registered(app, desk)) == 10_000
