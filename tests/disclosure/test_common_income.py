"""A firm enters common income, the committee looks, the assembly's decision splits it, owners see it."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from werkzeug.datastructures import FileStorage

from backend.disclosure.rules.refusals import PaperRefused
from backend.disclosure.service.papers import MOST_BYTES, prepare
from backend.infra.audit import AuditEntry, verify_trail
from backend.infra.db import reading
from tests.disclosure.scene import PDF, Scene


def test_income_less_cost_is_what_was_split_and_what_is_held(scene: Scene) -> None:
    source = scene.source()
    scene.enter(source, 600_000)
    scene.enter(source, 100_001, cost_kind="power")
    scene.decide_split(("fund", 70), ("firm", 30))
    scene.pay_out(400_003)
    found = scene.get("/common-summary")
    assert (found["income_fen"], found["cost_fen"], found["paid_out_fen"]) == (600_000, 100_001, 400_003)
    assert found["closing_fen"] == 600_000 - 100_001 - 400_003
    assert {line["key"]: line["amount_fen"] for line in found["paid_out"]} == {
        "fund": 280_002,
        "firm": 120_001,
    }
    assert sum(scene.balances().values()) == 280_002
    assert scene.check().findings == ()


def test_without_a_decision_everything_stays_the_owners(scene: Scene) -> None:
    scene.enter(scene.source(), 600_000)
    assert scene.code("POST", "/income-payouts", scene.payout_form(1), "chair") == "split-missing"
    assert scene.get("/common-summary")["closing_fen"] == 600_000


def test_a_split_names_the_item_that_decided_it(scene: Scene) -> None:
    scene.enter(scene.source(), 600_000)
    scene.decide_split(("fund", 1))
    scene.pay_out(600_000)
    [entry] = [one for one in scene.get("/common-entries")["items"] if one["kind"] == "split"]
    assert entry["ground"] == {
        "assembly_id": scene.assembly.people.assembly,
        "item_id": "income",
        "title": "公共收益分配方案",
    }
    assert entry["parts"] == [{"to": "fund", "name": "补充维修资金", "amount_fen": 600_000}]


def test_owners_get_their_part_by_area_and_the_firm_never_enters_a_split(scene: Scene) -> None:
    scene.enter(scene.source(), 72_050)
    scene.decide_split(("owners", 1))
    scene.pay_out(72_050)
    assert scene.check().findings == ()
    assert scene.code("POST", "/income-splits", scene.split_form(("firm", 1)), "clerk") == "role-missing"
    assert scene.code("POST", "/income-payouts", scene.payout_form(1), "clerk") == "role-missing"


@pytest.mark.parametrize(
    ("item", "code"),
    [("fund", "decision-unfit"), ("wall", "decision-not-passed"), ("nothing", "decision-unknown")],
)
def test_a_split_stands_on_a_passed_item_about_income(scene: Scene, item: str, code: str) -> None:
    assert scene.code("POST", "/income-splits", scene.split_form(("fund", 1), item=item), "chair") == code


def test_a_decision_splits_nothing_from_before_it(scene: Scene) -> None:
    scene.enter(scene.source(), 600_000, day="2026-03-31")
    form = scene.split_form(("fund", 1), first_day="2026-03-01")
    assert scene.code("POST", "/income-splits", form, "chair") == "book-day-refused"
    scene.decide_split(("fund", 1))
    assert (
        scene.code("POST", "/income-payouts", scene.payout_form(1, day="2026-04-01"), "chair")
        == "split-missing"
    )


def test_of_two_splits_the_one_entered_last_counts(scene: Scene) -> None:
    scene.enter(scene.source(), 1_000)
    scene.decide_split(("firm", 1))
    scene.decide_split(("committee", 1))
    scene.pay_out(1_000)
    assert [line["key"] for line in scene.get("/common-summary")["paid_out"]] == ["committee"]


@pytest.mark.parametrize("parts", [[("fund", 1), ("fund", 2)], [], [("fund", 0)], [("nobody", 1)]])
def test_parts_that_make_no_sense_are_refused(scene: Scene, parts: list[tuple[str, int]]) -> None:
    answer = scene.call("POST", "/income-splits", scene.split_form(*parts), "chair")
    assert answer.status_code == 422


def test_a_cost_or_a_split_above_what_is_held_is_refused_on_any_day(scene: Scene) -> None:
    source = scene.source()
    scene.enter(source, 500, day="2026-04-01")
    early = scene.money(source, 100, cost_kind="tax", day="2026-03-31")
    assert scene.code("POST", "/common-entries", early) == "money-short"
    assert scene.code("POST", "/common-entries", scene.money(source, 501, cost_kind="tax")) == "money-short"
    scene.decide_split(("fund", 1))
    assert scene.code("POST", "/income-payouts", scene.payout_form(501), "chair") == "money-short"
    scene.enter(source, 500, cost_kind="tax")
    assert scene.get("/common-summary?first_day=2026-04-01")["closing_fen"] == 0


def test_a_wrong_entry_is_undone_by_its_opposite_and_both_are_shown(scene: Scene) -> None:
    source = scene.source()
    wrong = scene.enter(source, 900)
    scene.enter(source, 600)
    undone = scene.post(f"/common-entries/{wrong}/reversal", {"reason": "金额有误"})["entry_id"]
    shown = {one["id"]: one for one in scene.get("/common-entries")["items"]}
    assert (shown[wrong]["reversed_by"], shown[undone]["reverses_id"]) == (undone, wrong)
    assert shown[undone]["amount_fen"] == -900
    assert scene.get("/common-summary")["income_fen"] == 600
    again = {"reason": "再次"}
    assert scene.code("POST", f"/common-entries/{wrong}/reversal", again) == "book-entry-kept"
    assert scene.code("POST", f"/common-entries/{undone}/reversal", again) == "book-entry-kept"
    assert scene.check().findings == ()


def test_income_that_was_split_cannot_be_undone_before_its_split(scene: Scene) -> None:
    entry = scene.enter(scene.source(), 1_000)
    scene.decide_split(("fund", 1))
    split = scene.pay_out(1_000)
    reason = {"reason": "有误"}
    assert scene.code("POST", f"/common-entries/{entry}/reversal", reason) == "money-short"
    assert scene.code("POST", f"/common-entries/{split}/reversal", reason) == "book-entry-kept"
    scene.post(f"/income-payouts/{split}/reversal", reason, "chair")
    assert sum(scene.balances().values()) == 0
    scene.post(f"/common-entries/{entry}/reversal", reason)
    assert scene.get("/common-summary")["closing_fen"] == 0
    assert scene.check().findings == ()


def test_the_same_voucher_is_one_entry_and_another_with_its_number_is_refused(scene: Scene) -> None:
    source = scene.source()
    form = scene.money(source, 500)
    first, again = scene.post("/common-entries", form), scene.post("/common-entries", form)
    assert (again["entry_id"], first["is_new"], again["is_new"]) == (first["entry_id"], True, False)
    assert scene.code("POST", "/common-entries", {**form, "amount_fen": 501}) == "voucher-taken"
    assert scene.get("/common-summary")["income_fen"] == 500


def test_the_committee_looks_at_an_entry_and_its_last_word_counts(scene: Scene) -> None:
    entry = scene.enter(scene.source(), 500)
    path = f"/common-entries/{entry}/reviews"
    assert scene.get("/common-entries")["items"][0]["agrees"] is None
    scene.post(path, {"agrees": False, "note": "发票金额不符"}, "chair")
    scene.post(path, {"agrees": True, "note": ""}, "chair")
    assert scene.get("/common-entries")["items"][0]["agrees"] is True
    assert scene.code("POST", path, {"agrees": True}, "clerk") == "role-missing"


@pytest.mark.parametrize("amount", [0, -1, 12.345, "12.34", "12.345", 10**12 + 1, None, True])
def test_an_amount_that_is_no_whole_number_of_fen_above_zero_is_refused(scene: Scene, amount: object) -> None:
    answer = scene.call("POST", "/common-entries", scene.money(scene.source(), amount))
    assert answer.status_code == 422
    assert scene.get("/common-entries")["items"] == []


def test_refusals_of_sources_days_and_texts_are_clear(scene: Scene) -> None:
    source = scene.source()
    ahead = scene.money(source, 1, day="2026-12-31")
    assert scene.code("POST", "/common-entries", ahead) == "book-day-refused"
    assert scene.code("POST", "/common-entries", scene.money("nothing", 1)) == "common-source-unknown"
    unknown = scene.money(source, 1, paper_ids=["nothing"])
    assert scene.code("POST", "/common-entries", unknown) == "paper-unknown"
    assert scene.call("POST", "/common-entries", scene.money(source, 1, paper_ids=[])).status_code == 422
    for text in ("联系 139 0000 0061", "11010119800101001X", "卡号 6222 0000 0000 0000 000"):
        assert scene.code("POST", "/common-entries", scene.money(source, 1, memo=text)) == "personal-text"


def test_who_may_do_what(scene: Scene) -> None:
    source = scene.source()
    for who in ("owner-a", "worker", "rival", "street", "stranger", "chair", "officer"):
        assert scene.code("POST", "/common-entries", scene.money(source, 1), who) == "role-missing"
    for path in ("/common-entries", "/common-summary", "/common-sources", "/income-splits", "/fund"):
        for who in ("owner-a", "clerk", "chair", "officer", "street"):
            scene.get(path, who)
        for who in ("rival", "stranger", "worker"):
            assert scene.code("GET", path, by=who) == "sight-refused"


def test_vouchers_are_for_owners_and_those_who_serve(scene: Scene) -> None:
    paper = scene.paper()
    for who in ("owner-b", "clerk", "chair", "street"):
        answer = scene.call("GET", f"/disclosure-papers/{paper}", by=who)
        assert (answer.data, answer.content_type) == (PDF, "application/pdf")
    assert scene.code("GET", f"/disclosure-papers/{paper}", by="stranger") == "sight-refused"
    assert scene.code("GET", "/disclosure-papers/nothing", by="owner-a") == "paper-unknown"


def test_a_document_that_is_too_large_is_refused() -> None:
    with pytest.raises(PaperRefused):
        prepare(PDF + b" " * MOST_BYTES)


@pytest.mark.parametrize("content", [b"", b"no document"])
def test_what_is_no_pdf_and_no_photo_is_refused(scene: Scene, content: bytes) -> None:
    file = FileStorage(io.BytesIO(content), "DOCUMENT.pdf")
    answer = scene.call("POST", "/disclosure-papers?name=x", data={"file": file})
    assert answer.status_code == 422


def test_a_photo_of_a_voucher_is_made_anew(scene: Scene) -> None:
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(file, "PNG")
    paper = scene.paper(content=file.getvalue())
    answer = scene.call("GET", f"/disclosure-papers/{paper}", by="owner-a")
    assert (answer.content_type, answer.data[:3]) == ("image/jpeg", b"\xff\xd8\xff")


def test_a_contract_has_a_term_and_a_name_of_its_own(scene: Scene) -> None:
    scene.source()
    form = {
        "kind": "lease",
        "name": "会所出租",
        "counterparty": "演示便利店",
        "first_day": "2026-01-01",
        "last_day": "2026-12-31",
        "amount_fen": 1,
        "contract_id": scene.paper(),
    }
    for changes, code in (
        ({"name": "电梯广告"}, "common-source-taken"),
        ({"last_day": "2025-12-31"}, "book-day-refused"),
        ({"counterparty": "甲某 13900000041"}, "personal-text"),
        ({"contract_id": "nothing"}, "paper-unknown"),
    ):
        assert scene.code("POST", "/common-sources", form | changes) == code
    assert scene.code("POST", "/common-sources", form, "chair") == "role-missing"


def test_what_people_did_stands_in_the_audit_trail(scene: Scene) -> None:
    entry = scene.enter(scene.source(), 500)
    scene.post(f"/common-entries/{entry}/reversal", {"reason": "有误"})
    with scene.app.app_context(), reading() as session:
        acts = [one.act for one in session.query(AuditEntry)]
        verify_trail(session)
    wanted = ["common-source-added", "common-income-entered", "book-entry-reversed"]
    assert [act for act in acts if act in wanted] == wanted
