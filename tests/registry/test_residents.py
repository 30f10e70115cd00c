"""Who lives in a home: owners by their phones, others by a word that the firm or the community confirms."""

import pytest

from backend.identity import Role, ensure_account
from backend.infra.auth import Actor
from backend.infra.db import reading, transaction
from backend.infra.outbox import drain
from backend.infra.paging import PAGE
from backend.registry import (
    NotAResident,
    find_building,
    find_unit,
    owned_units,
    require_resident,
    resident_units,
    unit_labels,
)
from backend.registry.service.residents import WAITING_AT_MOST, ask_for_home
from tests.registry.town import PHONES

HOME = {"building": "3号楼", "stair": "1单元", "room": "502室", "bond": "tenant", "note": "租住，合同可查"}
OTHER_HOME = {**HOME, "room": "501"}


@pytest.fixture
def served(town):
    """A town in which every body serves the first community."""
    town.staff_everything()
    return town


def ask(town, by="tenant", community=None, **change):
    form = {**HOME, **change}
    return town.ask("POST", f"/communities/{community or town.community}/residencies", by, form)


def asked(town, by="tenant", **change):
    answer = ask(town, by, **change)
    assert answer.status_code == 201, answer.text
    return answer.get_json()["id"]


def confirm(town, residency, by="officer"):
    return town.ask("POST", f"/residencies/{residency}/decision", by, {"confirm": True})


def refuse(town, residency, by="officer"):
    return town.ask("POST", f"/residencies/{residency}/decision", by, {"confirm": False})


def refused_after(town, clock_step, **change):
    clock_step(minutes=1)
    assert refuse(town, asked(town, **change)).status_code == 200
    clock_step(minutes=1)


def homes(town, who):
    return [(one["label"], one["bond"], one["state"]) for one in town.get("/me/homes", who)["items"]]


def units(town, who):
    actor = town.actor(who)
    with town.app.app_context(), reading() as session:
        found = resident_units(session, actor, town.community)
        return sorted(unit_labels(session, found).values())


def waiting(town, by="officer", state="asked"):
    return town.get(f"/communities/{town.community}/residencies?state={state}", by)["items"]


def test_an_owner_is_a_resident_by_phone(served):
    assert units(served, "owner") == ["3-1-501"]
    assert homes(served, "owner") == [("3-1-501", "owner", "confirmed")]
    actor = served.actor("owner")
    with served.app.app_context(), reading() as session:
        assert len(owned_units(session, actor, served.community)) == 1
        assert require_resident(session, actor, served.community)


def test_a_home_says_where_it_is_so_that_a_report_can(served):
    (home,) = served.get("/me/homes", "owner")["items"]
    assert (home["building"], home["stair"], home["room"]) == ("3", "1", "501")


def test_the_developer_is_no_resident(served):
    path = f"/communities/{served.community}/developer"
    form = {"name": "示例置业", "phone": PHONES["tenant"]}
    assert served.ask("PUT", path, body=form).status_code == 200
    assert (units(served, "tenant"), homes(served, "tenant")) == ([], [])


@pytest.mark.parametrize("by", ["officer", "dispatcher"])
def test_a_word_makes_a_resident_only_once_it_is_confirmed(served, by):
    residency = asked(served)
    assert (units(served, "tenant"), homes(served, "tenant")) == ([], [("3-1-502", "tenant", "asked")])
    answer = confirm(served, residency, by)
    assert (answer.status_code, answer.get_json()["state"]) == (200, "confirmed")
    assert answer.get_json()["account_id"] == served.actor("tenant").account_id
    assert units(served, "tenant") == ["3-1-502"]
    assert homes(served, "tenant") == [("3-1-502", "tenant", "confirmed")]


def test_a_resident_of_one_community_is_none_elsewhere(served):
    confirm(served, asked(served))
    elsewhere, actor = served.another_community(), served.actor("tenant")
    with served.app.app_context(), reading() as session, pytest.raises(NotAResident, match="绑定房屋"):
        require_resident(session, actor, elsewhere)


def test_a_refused_word_makes_no_resident_and_the_person_sees_it(served):
    assert refuse(served, asked(served)).get_json()["state"] == "refused"
    assert (units(served, "tenant"), homes(served, "tenant")) == ([], [("3-1-502", "tenant", "refused")])


@pytest.mark.parametrize(
    ("decide", "words"), [(confirm, "已通过审核"), (refuse, "未通过审核；如有疑问，请联系物业或社区")]
)
def test_the_person_is_told_what_was_decided(served, decide, words):
    decide(served, asked(served))
    with served.app.app_context():
        drain()
    [message] = served.get("/me/inbox", "tenant")["items"]
    assert words in message["text"]
    assert "3-1-502" in message["text"]


def test_nobody_is_told_of_a_home_from_which_they_have_gone_meanwhile(served):
    residency = asked(served)
    confirm(served, residency)
    assert served.ask("DELETE", f"/residencies/{residency}", "tenant").status_code == 204
    with served.app.app_context():
        drain()
    assert served.get("/me/inbox", "tenant")["items"] == []


def test_of_several_words_about_one_home_the_last_one_counts(served, clock_step):
    refused_after(served, clock_step)
    confirm(served, asked(served))
    assert homes(served, "tenant") == [("3-1-502", "tenant", "confirmed")]


def test_those_who_decide_see_the_phone_while_the_word_waits_and_masked_afterwards(served):
    residency = asked(served)
    (row,) = waiting(served)
    assert (row["id"], row["phone"], row["label"], row["note"]) == (
        residency,
        PHONES["tenant"],
        "3-1-502",
        HOME["note"],
    )
    assert confirm(served, residency).get_json()["phone"] == "138****0021"
    assert waiting(served) == []
    (row,) = waiting(served, state="confirmed")
    assert (row["phone"], row["state"]) == ("138****0021", "confirmed")


def test_a_long_list_is_read_page_by_page(served, house):
    with served.app.app_context(), transaction() as session:
        for number in range(PAGE + 1):
            account = ensure_account(session, house, phone=f"1390000{number:04d}")
            ask_for_home(session, house, Actor(account.id, account.phone_hash, "-"), served.community, **HOME)
    path = f"/communities/{served.community}/residencies"
    first = served.get(path, "officer")
    second = served.get(f"{path}?cursor={first['next']}", "officer")
    assert (len(first["items"]), len(second["items"]), second["next"]) == (PAGE, 1, None)
    assert len({one["id"] for page in (first, second) for one in page["items"]}) == PAGE + 1
    assert served.ask("GET", f"{path}?cursor=x", "officer").get_json()["code"] == "cursor-refused"


@pytest.mark.parametrize("by", ["tenant", "owner", "street", "rival-dispatcher", "administrator"])
def test_nobody_else_sees_or_decides(served, by):
    residency = asked(served)
    listed = served.ask("GET", f"/communities/{served.community}/residencies", by)
    assert (listed.status_code, listed.get_json()["code"]) == (403, "role-missing")
    answer = confirm(served, residency, by)
    assert (answer.status_code, answer.get_json()["code"]) == (404, "residency-unknown")
    assert units(served, "tenant") == []


def test_a_word_is_decided_once(served):
    residency = asked(served)
    refuse(served, residency)
    again = confirm(served, residency)
    assert (again.status_code, again.get_json()["code"]) == (404, "residency-unknown")
    assert units(served, "tenant") == []


def test_nobody_decides_on_their_own_word(served):
    residency = asked(served, "dispatcher")
    answer = confirm(served, residency, "dispatcher")
    assert (answer.status_code, answer.get_json()["code"]) == (403, "own-residency-refused")
    assert confirm(served, residency, "officer").status_code == 200


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"room": "999"}, 404, "unit-unknown"),
        ({"bond": "owner"}, 422, "validation-failed"),
        ({"community": "none"}, 404, "community-unknown"),
    ],
)
def test_a_word_about_no_home_is_refused(served, change, status, code):
    answer = ask(served, **change)
    assert (answer.status_code, answer.get_json()["code"]) == (status, code)


def test_a_home_that_is_ones_own_or_waits_is_not_asked_for_again(served):
    own = ask(served, "owner", room="501")
    assert (own.status_code, own.get_json()["code"]) == (409, "residency-refused")
    residency = asked(served)
    assert ask(served).get_json()["code"] == "residency-refused"
    confirm(served, residency)
    assert ask(served).get_json()["code"] == "residency-refused"


def test_whoever_was_refused_may_ask_again_three_times_in_thirty_days(served, clock_step):
    for _ in range(4):
        refused_after(served, clock_step)
    for home in (HOME, OTHER_HOME):
        answer = ask(served, **home)
        assert (answer.status_code, answer.get_json()["code"]) == (429, "residency-asked-too-often")
    assert "当面办理" in answer.get_json()["detail"]
    clock_step(days=30)
    served.tokens.clear()  # they have run out
    assert ask(served).status_code == 201


def test_one_who_was_refused_does_not_use_up_the_tries_of_another(served, clock_step):
    for _ in range(4):
        refused_after(served, clock_step)
    assert ask(served, "street").status_code == 201


def test_taking_a_word_back_gives_no_further_try(served, clock_step):
    refused_after(served, clock_step)
    for _ in range(3):
        assert served.ask("DELETE", f"/residencies/{asked(served)}", "tenant").status_code == 204
        clock_step(minutes=1)
    assert ask(served).get_json()["code"] == "residency-asked-too-often"


def test_only_so_many_words_of_one_person_wait_at_once(served):
    waits = [asked(served, room=f"50{number}") for number in range(1, WAITING_AT_MOST + 1)]
    one_more = f"50{WAITING_AT_MOST + 1}"
    answer = ask(served, room=one_more)
    assert (answer.status_code, answer.get_json()["code"]) == (429, "residency-asked-too-often")
    assert served.ask("DELETE", f"/residencies/{waits[0]}", "tenant").status_code == 204
    assert ask(served, room=one_more).status_code == 201


@pytest.mark.parametrize("by", ["tenant", "officer", "dispatcher"])
def test_a_residency_ends_when_the_person_leaves(served, by):
    residency = asked(served)
    confirm(served, residency)
    assert served.get("/me/homes", "tenant")["items"][0]["residency_id"] == residency
    assert served.ask("DELETE", f"/residencies/{residency}", by).status_code == 204
    assert (units(served, "tenant"), homes(served, "tenant")) == ([], [])
    again = served.ask("DELETE", f"/residencies/{residency}", by)
    assert (again.status_code, again.get_json()["code"]) == (404, "residency-unknown")
    assert ask(served).status_code == 201


@pytest.mark.parametrize("by", ["owner", "rival-dispatcher", "street"])
def test_a_stranger_ends_no_residency(served, by):
    residency = asked(served)
    confirm(served, residency)
    answer = served.ask("DELETE", f"/residencies/{residency}", by)
    assert (answer.status_code, answer.get_json()["code"]) == (404, "residency-unknown")
    assert units(served, "tenant") == ["3-1-502"]


def test_an_office_decides_on_a_word_that_waits_rather_than_ending_it(served):
    assert served.ask("DELETE", f"/residencies/{asked(served)}", "officer").status_code == 404


def test_a_firm_that_was_replaced_decides_nothing(served):
    residency = asked(served)
    served.serve("rival", "firm")
    assert confirm(served, residency, "dispatcher").status_code == 404
    assert confirm(served, residency, "rival-dispatcher").status_code == 200


def test_every_decision_is_in_the_trail_without_personal_data(served):
    residency = asked(served)
    confirm(served, residency)
    served.ask("DELETE", f"/residencies/{residency}", "tenant")
    acts = [act for act, subject, _ in served.audit() if subject == f"residency:{residency}"]
    assert acts == ["residency-confirmed", "residency-ended"]
    assert PHONES["tenant"] not in str(served.audit())


def test_places_are_found_in_any_spelling_in_use(served):
    with served.app.app_context(), reading() as session:
        spellings = [("3", "1", "502"), ("3号楼", "1单元", "502室"), ("3栋", "1", "502")]
        found = {find_unit(session, served.community, *one) for one in spellings}
        assert len(found) == 1
        assert found != {None}
        assert find_unit(session, "none", "3", "1", "502") is None
        assert find_building(session, served.community, "3号楼") == "3"
        assert find_building(session, served.community, "9号楼") is None


def test_a_staff_member_is_no_resident_by_post(served):
    assert units(served, "officer") == []
    assert served.posts("officer")[0].role is Role.COMMUNITY_OFFICER


def test_a_community_is_found_by_part_of_its_name(served):
    elsewhere = served.another_community()
    name = served.get(f"/communities/{served.community}")["name"]
    found = served.get(f"/communities?name={name[:2]}", "tenant")["items"]
    assert {"id": served.community, "name": name} in found
    assert {one["id"] for one in found} <= {served.community, elsewhere}
    assert served.get("/communities?name=%25%25", "tenant")["items"] == []
    assert served.ask("GET", "/communities?name=a", "tenant").status_code == 422
