"""A disputed bill pauses everything, and the firm alone never ends a dispute."""

from __future__ import annotations

import pytest

from backend.fees.service.disputes import disputed_bill_ids
from backend.infra.db import reading
from tests.fees.arrears.process import FEBRUARY, A, B, Process


def disputed_in(process: Process, label: str = A) -> set[int]:
    with process.scene.app.app_context(), reading() as session:
        return disputed_bill_ids(session, [process.scene.units[label]])


def test_a_dispute_stops_reminders_notices_and_clocks_until_it_is_settled(process: Process) -> None:
    case = process.noticed()
    process.go("2026-03-20")
    disputed = process.dispute()
    assert (disputed["state"], disputed["until"]) == ("disputed", None)
    assert "暂停" in disputed["now"]
    for kind in ("reminded", "noticed", "filed"):
        assert process.act(case, kind, status=409)["code"] == "arrears-out-of-order"
    assert process.remind()[0]["code"] == "arrears-out-of-order"
    process.go("2026-03-25")
    [number] = process.show(case)["disputes"]
    again = process.act(case, "dispute_withdrawn", "owner-a", dispute=number)
    assert again["state"] == "noticed"
    assert again["until"] == "2026-04-03", "six of the days from 14 to 28 March stood, and were added"


def test_a_disputed_bill_is_neither_overdue_nor_listed(process: Process) -> None:
    process.dispute()
    statement = process.scene.statement(A)
    assert (statement["bills"][0]["state"], statement["arrears_fen"]) == ("disputed", 0)
    assert process.scene.statement(A, query="?day=2026-03-01")["bills"][0]["state"] == "overdue"
    labels = [one["label"] for one in process.get(":/arrears", "clerk")["items"]]
    assert A not in labels
    assert disputed_in(process) == {statement["bills"][0]["id"]}


def test_a_bill_may_be_disputed_before_it_is_due(process: Process) -> None:
    process.scene.pay(A, 16558, "收-1")
    process.scene.run(process.item, **{**FEBRUARY, "due_day": "2026-03-31"})
    assert process.dispute()["state"] == "disputed"


def test_the_firm_neither_settles_nor_drops_a_dispute(process: Process) -> None:
    case = process.dispute()["id"]
    [number] = process.show(case)["disputes"]
    for kind in ("dispute_accepted", "dispute_withdrawn", "dispute_upheld", "dispute_rejected"):
        refused = process.act(case, kind, "clerk", 403, text="算了", dispute=number)
        assert refused["code"] == "arrears-not-your-step"
    assert process.act(case, "closed", text="不催了", status=409)["code"] == "dispute-not-settled"
    record = {"day": str(process.today), "body": "自家调解", "outcome": "agreed", "text": "已谈妥"}
    own = process.act(case, "mediated", photos=[process.photo("clerk")], status=409, **record)
    assert own["code"] == "dispute-not-settled"


def test_a_wrong_bill_is_taken_back_and_the_dispute_is_over(process: Process) -> None:
    case = process.case()
    number = process.dispute()["disputes"][0]
    bill = process.scene.statement(A)["bills"][0]["id"]
    done = process.act(case, "dispute_answered", text="面积确有误", dispute=number, reverse=[bill])
    assert [step["kind"] for step in done["history"]][-3:] == ["dispute_answered", "dispute_upheld", "closed"]
    assert process.scene.statement(A)["bills"][0]["state"] == "cancelled"
    assert process.scene.check().findings == ()


def test_only_bills_of_the_dispute_are_taken_back_with_it(process: Process) -> None:
    case = process.dispute()["id"]
    [number] = process.show(case)["disputes"]
    other = process.scene.statement(B)["bills"][0]["id"]
    refused = process.act(case, "dispute_answered", status=422, text="核对", dispute=number, reverse=[other])
    assert refused["code"] == "arrears-form-refused"
    assert process.scene.statement(B)["bills"][0]["state"] == "overdue"


def test_an_owner_accepts_what_the_firm_answered(process: Process) -> None:
    case = process.dispute()["id"]
    [number] = process.show(case)["disputes"]
    early = process.act(case, "dispute_accepted", "owner-a", 409, dispute=number)
    assert early["code"] == "dispute-not-settled"
    process.act(case, "dispute_answered", text="以产权证面积为准，复核无误", dispute=number)
    assert process.act(case, "dispute_accepted", "owner-a", dispute=number)["state"] == "opened"
    assert process.dispute(status=422)["code"] == "dispute-refused"
    assert disputed_in(process) == set()


def test_a_dispute_ends_against_the_owner_s_word_only_after_the_community_s_mediation(
    process: Process,
) -> None:
    case = process.dispute()["id"]
    [number] = process.show(case)["disputes"]
    early = process.act(case, "mediation_asked", text="请调解", status=409)
    assert early["code"] == "arrears-too-early", "the firm answers first"
    process.act(case, "dispute_answered", text="复核无误", dispute=number)
    assert process.show(case, "officer", 404)["code"] == "arrears-case-unknown"
    process.act(case, "mediation_asked", "owner-a", text="请社区来看看")
    assert [one["id"] for one in process.get(":/fee-mediations", "officer")["items"]] == [case]
    unheard = process.act(case, "dispute_rejected", "officer", 409, text="不成立", dispute=number)
    assert unheard["code"] == "dispute-not-settled"
    process.mediate(case)
    ended = process.act(case, "dispute_rejected", "officer", text="调解未达成协议", dispute=number)
    assert (ended["state"], ended["disputes"]) == ("opened", [])
    assert any("您仍可向法院主张" in text for text in process.inbox("owner-a"))


def test_what_mediation_found_wrong_is_never_asked_for_again(process: Process) -> None:
    case = process.dispute()["id"]
    [number] = process.show(case)["disputes"]
    process.act(case, "mediation_asked", "owner-a", text="请社区来看看")
    process.mediate(case, outcome="agreed")
    process.act(case, "dispute_upheld", "officer", text="面积多算", dispute=number)
    assert process.remind()[0]["code"] == "nothing-overdue"
    process.act(case, "closed", text="等待更正")
    assert process.remind()[0]["code"] == "nothing-overdue"
    assert len(disputed_in(process)) == 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"ground": "mood"}, "arrears-form-refused"),
        ({"bill_ids": [1]}, "dispute-refused"),
        ({"photos": ["nothing"]}, "photo-unknown"),
        ({"text": " "}, "arrears-form-refused"),
    ],
)
def test_a_dispute_that_says_nothing_is_refused(process: Process, changes: dict, code: str) -> None:
    status = 404 if code == "photo-unknown" else 422
    assert process.dispute(status=status, **changes)["code"] == code
    assert process.get(f":/units/{process.scene.units[A]}/arrears-cases", "owner-a")["items"] == []


def test_another_s_bill_and_a_paid_one_cannot_be_disputed(process: Process) -> None:
    other = process.scene.statement(B)["bills"][0]["id"]
    assert process.dispute(bill_ids=[other], status=422)["code"] == "dispute-refused"
    mine = process.scene.statement(A)["bills"][0]["id"]
    process.scene.pay(A, 16558, "收-1")
    assert process.dispute(bill_ids=[mine], status=422)["code"] == "dispute-refused"


def test_an_owner_s_letter_is_entered_by_the_firm_with_a_photo_of_it(process: Process) -> None:
    assert process.dispute("clerk", status=422)["code"] == "arrears-form-refused"
    entered = process.dispute("clerk", photos=[process.photo("clerk")])
    assert (entered["state"], "物业代录业主书面意见" in entered["history"][-1]["story"]) == ("disputed", True)
    [photo] = entered["history"][-1]["photos"]
    path = f"/arrears-cases/{entered['id']}/photos/{photo}"
    assert process.call("GET", path, "owner-a").content_type == "image/jpeg"
    assert process.call("GET", path, "owner-b").status_code == 404


def plan(process: Process, *parts: tuple[str, int]) -> dict:
    return {"parts": [{"day": day, "amount_fen": amount} for day, amount in parts]}


def test_instalments_that_are_kept_pause_the_case_and_close_it(process: Process) -> None:
    case = process.case()
    asked = plan(process, ("2026-03-20", 8000), ("2026-04-20", 8558))
    process.act(case, "instalments_asked", "owner-a", **asked)
    assert process.act(case, "instalments_agreed")["state"] == "instalments"
    process.go("2026-03-19")
    assert process.act(case, "noticed", status=409)["code"] == "arrears-out-of-order"
    process.scene.pay(A, 8000, "收-1")
    process.go("2026-04-20")
    assert process.act(case, "answered", text="谢谢")["state"] == "instalments"
    process.scene.pay(A, 8558, "收-2")
    process.go("2026-04-21")
    process.work()
    assert process.show(case)["history"][-1]["story"] == "分期已缴清"


def test_an_instalment_missed_ends_the_plan_on_the_next_working_day_s_morrow(process: Process) -> None:
    case = process.case()
    process.act(case, "instalments_asked", "owner-a", **plan(process, ("2026-03-21", 16558)))
    process.act(case, "instalments_agreed")
    process.go("2026-03-23")
    process.work()
    assert process.show(case)["state"] == "instalments", "21 March is a Saturday, so Monday is in time"
    process.go("2026-03-24")
    process.work()
    assert process.show(case)["state"] == "reminded"


@pytest.mark.parametrize(
    "parts",
    [
        [("2026-03-20", 8000)],
        [("2026-03-02", 16558)],
        [("2026-04-20", 8000), ("2026-03-20", 8558)],
        [("2028-04-20", 16558)],
        [],
    ],
)
def test_instalments_must_come_to_what_is_owed_on_days_to_come(process: Process, parts: list) -> None:
    case = process.case()
    refused = process.act(case, "instalments_asked", "owner-a", 422, **plan(process, *parts))
    assert refused["code"] == "arrears-form-refused"


def test_instalments_that_were_refused_or_not_asked_for_cannot_be_agreed_to(process: Process) -> None:
    case = process.case()
    assert process.act(case, "instalments_agreed", status=409)["code"] == "arrears-out-of-order"
    process.act(case, "instalments_asked", "owner-a", **plan(process, ("2026-03-20", 16558)))
    process.act(case, "instalments_refused", text="请一次缴清或缩短期限")
    assert process.act(case, "instalments_agreed", status=409)["code"] == "arrears-out-of-order"


def owed_late(process: Process) -> dict[str, int]:
    return {row["label"]: row["total_fen"] for row in process.get(":/fee-arrears", "clerk")["items"]}


def test_a_disputed_bill_is_overdue_in_no_list_until_the_dispute_is_over(process: Process) -> None:
    before, unit = owed_late(process), process.scene.units[A]
    assert before[A] > 0
    process.case(A)
    dispute = process.dispute()
    assert owed_late(process) == {label: fen for label, fen in before.items() if label != A}
    [home] = [one for one in process.get("/me/fees", "owner-a")["items"] if one["unit_id"] == unit]
    assert (home["owed_fen"], home["arrears_fen"]) == (before[A], 0)
    for state, count in (("disputed", 1), ("overdue", 0)):
        found = process.get(f":/units/{unit}/bills?state={state}", "owner-a")["items"]
        assert len(found) == count
    [number] = process.show(dispute["id"])["disputes"]
    process.act(dispute["id"], "dispute_withdrawn", "owner-a", dispute=number)
    assert owed_late(process) == before
