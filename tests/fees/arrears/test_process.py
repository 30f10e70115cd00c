"""From reminder to court file, step by step, and what stops it."""

from __future__ import annotations

import hashlib
import io
import zipfile

import pytest
import sqlalchemy as sa

from backend.infra.audit import AuditEntry
from tests.fees.arrears.process import FEBRUARY, A, B, Process


def test_the_way_to_a_court_runs_through_every_stage(process: Process) -> None:
    case = process.mediated()
    done = process.act(case, "filed")
    assert [step["kind"] for step in done["history"]] == [
        "opened",
        "reminded",
        "noticed",
        "delivered",
        "mediation_asked",
        "mediated",
        "filed",
    ]
    assert (done["state"], done["open_fen"]) == ("filed", 16558)


def test_an_owner_is_told_in_plain_words_what_happens_and_until_when(process: Process) -> None:
    case = process.noticed()
    seen = process.show(case)
    assert seen["until"] == "2026-03-30"
    assert "2026年3月30日" in seen["now"]
    assert "表决权不受影响" in seen["promise"]
    assert {option["kind"] for option in seen["options"]} >= {"replied", "disputed", "instalments_asked"}
    assert all(option["what"] for option in seen["options"])
    notice, reminder = process.inbox("owner-a")
    assert "催缴随即暂停" in reminder
    assert "2026年3月30日" in notice
    assert process.show(case, "clerk")["history"] == seen["history"]


def test_a_reminder_comes_once_a_week_at_most(process: Process) -> None:
    case = process.case()
    [again] = process.remind()
    assert (again["done"], again["code"]) == (False, "arrears-too-early")
    process.go("2026-03-08")
    assert process.act(case, "reminded", status=409)["code"] == "arrears-too-early"
    process.go("2026-03-09")
    assert process.act(case, "reminded")["next_reminder_day"] == "2026-03-16"


def test_withdrawing_a_case_does_not_open_a_way_around_the_week(process: Process) -> None:
    case = process.case()
    assert process.act(case, "closed", text="登记有误")["state"] == "closed"
    assert process.remind()[0]["code"] == "arrears-too-early"


def test_no_notice_before_the_reminder_has_had_its_week(process: Process) -> None:
    case = process.case()
    process.go("2026-03-09")
    assert process.act(case, "noticed", status=409)["code"] == "arrears-too-early"
    process.go("2026-03-10")
    assert process.act(case, "noticed")["state"] == "noticed"


def test_a_notice_names_no_bill_that_was_not_reminded_of(process: Process) -> None:
    case = process.case()
    process.scene.run(process.item, **FEBRUARY)
    process.go("2026-03-10")
    named = process.act(case, "noticed")
    assert "1 张账单，未缴 165.58 元" in next(
        step["story"] for step in named["history"] if step["kind"] == "noticed"
    )


def test_the_period_begins_when_the_notice_was_brought_and_ends_on_a_working_day(process: Process) -> None:
    case = process.noticed()
    assert process.show(case)["until"] == "2026-03-30", "28 March is a Saturday"
    process.go("2026-03-20")
    proof = {"way": "handed", "day": "2026-03-20", "photos": [process.photo("clerk")]}
    later = process.act(case, "delivered", **proof)
    assert later["until"] == "2026-03-30", "the message had come before"


def test_a_notice_brought_late_gives_the_whole_period_all_the_same(process: Process) -> None:
    """A former holder is told on paper alone: no message is sent to whoever lives there now."""
    process.scene.post(f"/units/{process.scene.units[A]}/handovers", {"day": "2026-02-15"})
    case = process.case()
    process.go("2026-03-10")
    assert process.act(case, "noticed")["until"] is None
    process.go("2026-03-31")
    refused = process.act(case, "mediation_asked", text="请调解", status=409)
    assert refused["code"] == "arrears-stage-missing"
    posted = {"way": "post", "day": "2026-03-20", "tracking": "EX-0001"}
    assert process.act(case, "delivered", **posted)["until"] == "2026-04-07", "4 to 6 April are holidays"
    assert process.inbox("owner-a") == []


@pytest.mark.parametrize(
    "proof",
    [
        {"way": "handed", "day": "2026-03-10"},
        {"way": "post", "day": "2026-03-10"},
        {"way": "message", "day": "2026-03-10"},
        {"way": "carrier-pigeon", "day": "2026-03-10"},
        {"way": "post", "day": "2026-03-11", "tracking": "EX-1"},
        {"way": "post", "day": "2026-03-09", "tracking": "EX-1"},
        {"way": "post", "day": "soon", "tracking": "EX-1"},
    ],
)
def test_a_delivery_without_proof_or_on_a_day_that_cannot_be_is_refused(
    process: Process, proof: dict
) -> None:
    case = process.noticed()
    assert process.act(case, "delivered", status=422, **proof)["code"] == "arrears-form-refused"


def test_nothing_is_filed_before_period_and_mediation(process: Process) -> None:
    case = process.case()
    assert process.act(case, "filed", status=409)["code"] == "arrears-out-of-order"
    process.go("2026-03-10")
    process.act(case, "noticed")
    process.act(case, "mediation_asked", "owner-a", text="请社区调解")
    process.mediate(case)
    assert process.act(case, "filed", status=409)["code"] == "arrears-too-early"
    process.go("2026-03-30")
    assert process.act(case, "filed", status=409)["code"] == "arrears-too-early"
    process.go("2026-03-31")
    assert process.act(case, "filed")["state"] == "filed"


def test_the_firm_asks_for_mediation_only_after_the_period(process: Process) -> None:
    case = process.noticed()
    asked = process.act(case, "mediation_asked", text="请调解", status=409)
    assert asked["code"] == "arrears-too-early"
    record = {"day": "2026-03-10", "body": "示例调委会", "outcome": "absent", "text": "一方未到"}
    early = process.act(case, "mediated", photos=[process.photo("clerk")], status=409, **record)
    assert early["code"] == "arrears-too-early"


def test_a_second_notice_needs_a_mediation_of_its_own(process: Process) -> None:
    case = process.mediated()
    process.act(case, "noticed")
    process.go("2026-04-30")
    assert process.act(case, "filed", status=409)["code"] == "arrears-out-of-order"


def test_a_paid_bill_closes_the_case_and_nothing_more_is_done(process: Process) -> None:
    case = process.noticed()
    process.scene.pay(A, 16558, "收-1", day="2026-03-10")
    refused = process.act(case, "noticed", status=409)
    assert refused["code"] == "arrears-out-of-order"
    seen = process.show(case)
    assert (seen["state"], seen["history"][-1]["story"]) == ("closed", "已缴清")
    assert seen["options"] == []
    assert process.get(":/arrears-cases", "clerk")["items"] == []


def test_the_worker_closes_paid_cases_at_night(process: Process) -> None:
    case = process.case()
    process.scene.pay(A, 16558, "收-1")
    process.go("2026-03-03")
    process.work()
    assert process.show(case)["state"] == "closed"
    assert "已结束（已缴清）" in process.inbox("owner-a")[0]


def test_a_part_paid_leaves_the_case_open_with_what_is_left(process: Process) -> None:
    case = process.case()
    process.scene.pay(A, 6558, "收-1")
    process.go("2026-03-10")
    assert process.act(case, "noticed")["open_fen"] == 10000


def test_whoever_owes_nothing_overdue_is_not_reminded(process: Process) -> None:
    process.scene.pay(A, 16558, "收-1")
    outcomes = process.remind(A, B)
    assert [(one["done"], one["code"]) for one in outcomes] == [(False, "nothing-overdue"), (True, None)]
    listed = process.get(":/arrears", "clerk")["items"]
    assert [(one["label"], one["overdue_fen"]) for one in listed] == [(B, 18500), ("2-1-201", 12996)]
    assert listed[0]["remind_from"] == "2026-03-09"


def test_the_court_file_lists_what_it_holds_and_each_download_is_noted(process: Process) -> None:
    case = process.mediated()
    process.act(case, "filed")
    answer = process.call("GET", f"/arrears-cases/{case}/court-file", "clerk")
    assert answer.status_code == 200
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        names = archive.namelist()
        sums = dict(reversed(line.split("  ")) for line in archive.read("SHA256SUMS").decode().splitlines())
        assert {name: hashlib.sha256(archive.read(name)).hexdigest() for name in sums} == sums
        claim = archive.read("01-账单与合同依据.html").decode()
        course = archive.read("03-催缴经过.html").decode()
        index = archive.read(names[0]).decode()
    assert set(names) == {*sums, "00-目录.html", "SHA256SUMS"}
    assert all(digest in index for digest in sums.values())
    assert "物业服务合同第 8 条" in claim
    assert "165.58" in claim
    assert "未达成协议" in course
    assert sum(name.startswith("04-书面催告") for name in names) == 1
    assert sum(name.startswith("05-照片") for name in names) == 1
    with process.scene.acting() as clerk:
        acts = list(clerk.session.scalars(sa.select(AuditEntry.act)))
    assert acts.count("court-file-downloaded") == 1
    assert acts.count("arrears-filed") == 1


def test_a_court_file_is_not_handed_out_once_something_stops_it(process: Process) -> None:
    case = process.mediated()
    process.act(case, "filed")
    process.dispute()
    answer = process.call("GET", f"/arrears-cases/{case}/court-file", "clerk")
    assert (answer.status_code, answer.get_json()["code"]) == (409, "arrears-out-of-order")


def test_a_shorter_period_needs_a_clause_of_the_contract(process: Process) -> None:
    def put(days: int, clause: str, status: int) -> dict:
        body = {"notice_days": days, "clause": clause}
        answer = process.call("PUT", ":/arrears-terms", "clerk", json=body)
        assert answer.status_code == status, answer.text
        return answer.get_json()

    assert process.get(":/arrears-terms", "clerk")["notice_days"] == 15
    assert put(10, "", 422)["code"] == "arrears-terms-refused"
    assert put(3, "合同第 9 条", 422)["code"] == "arrears-terms-refused"
    put(30, "", 200)
    assert put(10, "物业服务合同第 9 条", 200)["source"] == "物业服务合同第 9 条"
    case = process.noticed()
    assert process.show(case)["until"] == "2026-03-23"


def test_a_notice_whose_last_day_cannot_be_reckoned_is_not_sent(process: Process) -> None:
    process.go("2026-12-10")
    case = process.case()
    process.go("2026-12-18")
    refused = process.act(case, "noticed", status=409)
    assert (refused["code"], "2027" in refused["detail"]) == ("calendar-unknown", True)
