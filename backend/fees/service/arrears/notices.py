"""Formal notices: computed, never typed; the printed page is kept as it was, and so is its delivery."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from backend.fees.rules.arrears import guards
from backend.fees.rules.arrears.clock import last_day
from backend.fees.rules.arrears.events import ClaimedBill
from backend.fees.rules.arrears.notice_page import NoticePaper, notice_page
from backend.fees.rules.arrears.refusals import CaseUnknown, FormRefused, OutOfOrder
from backend.fees.rules.arrears.terms import DELIVERY_DAYS
from backend.fees.rules.arrears.values import Kind, Way
from backend.fees.service.arrears.cases import Case
from backend.fees.service.arrears.claims import overdue_claims
from backend.fees.service.arrears.scene import Act, Scene, a_day, one_of, words_in
from backend.fees.service.arrears.terms import terms_of
from backend.fees.service.handovers import handovers_of
from backend.infra.house import House
from backend.registry import get_community, get_unit, masked_names, organisation_name, owners_of_units


def notice_facts(scene: Scene, _act: Act) -> dict[str, Any]:
    """Return what a notice says: the bills whose reminder has had its time, the period and its last day.

    Raises:
        NothingOverdue, TooEarly: there are none, or not yet. CalendarUnknown: the last day cannot be told.
    """
    clerk, case = scene.clerk, scene.case
    claims = overdue_claims(clerk.session, case.row.unit_id, case.row.tenure, clerk.today)
    bills = guards.noticeable(case.standing, claims, clerk.today, case.calendar)
    terms = terms_of(clerk.session, clerk.community_id)
    begins = clerk.today + timedelta(days=DELIVERY_DAYS)
    end = last_day(begins, terms.notice_days, case.standing.pauses, case.calendar)
    if end is None:  # the table of moves allows no notice while the clocks stand
        raise OutOfOrder("催缴已暂停，不能发出书面催告")
    facts = {
        "reference": f"{case.row.id[:8].upper()}-{len(case.events) + 1:02d}",
        "bills": [bill.to_json() for bill in bills],
        "begins": begins.isoformat(),
        "days": terms.notice_days,
        "last_day": end.isoformat(),
        "source": terms.source,
    }
    paper = _paper(scene, facts, bills)
    return facts | {"sha256": clerk.house.files.keep(notice_page(paper).encode())}


def delivery_facts(scene: Scene, act: Act) -> dict[str, Any]:
    """Return how and when a notice was brought, with its proof: a photo, or the number of the letter.

    Raises:
        OutOfOrder: there is no notice. FormRefused: no proof, or a day that makes no sense.
    """
    notice = scene.case.standing.notice
    if notice is None:
        raise OutOfOrder("尚未发出书面催告，没有可以登记的送达")
    way = one_of(Way, act, "way", "送达方式")
    if way is Way.MESSAGE:
        raise FormRefused("消息送达由系统自动登记；请选择当面、留置或邮寄")
    day = a_day(act.facts.get("day"), "送达日期（day）")
    if not notice.day <= day <= scene.clerk.today:
        raise FormRefused(f"送达日期应在 {notice.day} 至今天之间")
    tracking = words_in(act, "tracking", "邮件单号", 64) if way is Way.POST else ""
    if way is not Way.POST and not act.photos:
        raise FormRefused("请附送达照片或签收回执的照片")
    return {"way": way.value, "day": day.isoformat(), "tracking": tracking}


def notice_html(house: House, case: Case, number: int) -> bytes:
    """Return a notice as it was printed. Raises CaseUnknown."""
    event = next((one for one in case.events if (one.number, one.kind) == (number, Kind.NOTICED)), None)
    if event is None:
        raise CaseUnknown("没有这份书面催告")
    return house.files.read(event.facts["sha256"])


def _paper(scene: Scene, facts: dict[str, Any], bills: list[ClaimedBill]) -> NoticePaper:
    clerk, row = scene.clerk, scene.case.row
    changes = handovers_of(clerk.session, row.unit_id)
    is_current = row.tenure == len(changes)
    owners = owners_of_units(clerk.session, [row.unit_id]).get(row.unit_id, ()) if is_current else ()
    names = masked_names(clerk.session, clerk.house, owners)
    return NoticePaper(
        reference=facts["reference"],
        community=get_community(clerk.session, clerk.community_id).name,
        firm=organisation_name(clerk.session, row.firm_id),
        label=get_unit(clerk.session, row.unit_id).label,
        owners=[names[owner] for owner in owners],
        held="" if is_current else f"（{changes[row.tenure]} 交接之前的费用）",
        bills=bills,
        day=clerk.today,
        begins=clerk.today + timedelta(days=DELIVERY_DAYS),
        days=facts["days"],
        last_day=date.fromisoformat(facts["last_day"]),
        source=facts["source"],
        is_drill=clerk.house.is_drill,
    )
