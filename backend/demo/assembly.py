"""The demo's assembly: NOTICED, with its roll frozen and its people appointed."""

from __future__ import annotations

from sqlalchemy.orm import Session

from backend.assemblies.rules import Office, Step
from backend.assemblies.service import drafting, people, steps
from backend.assemblies.service.drafting import Draft, ItemDraft
from backend.demo.people import COMMUNITY, OFFICIALS, acting
from backend.infra.auth import Actor
from backend.infra.house import House
from backend.kernel.clock import CHINA

THRESHOLD = 2
VOTING_DAYS = 15


def prepare_assembly(session: Session, house: House, community: str, chair: Actor) -> str:
    """Bring an assembly from a draft to a frozen roll and appoint its people; return its id."""
    assembly = drafting.create(session, house, community, _draft(house), chair)
    steps.take(session, house, assembly, Step.REVIEW, chair)
    officer = acting(session, house, OFFICIALS[1].phone)
    drafting.advise(session, house, assembly, "方案内容完整，同意提交业主大会会议表决。", officer)
    steps.take(session, house, assembly, Step.NOTICE, chair)
    steps.take(session, house, assembly, Step.FREEZE, chair)
    offices = {office.value for office in Office}
    for one in OFFICIALS:
        if one.role.value in offices:
            account_id = acting(session, house, one.phone).account_id
            office = Office(one.role.value)
            people.appoint(
                session, house, assembly, chair, office=office, account_id=account_id, name=one.name
            )
    return assembly.id


def _draft(house: House) -> Draft:
    today = house.clock().astimezone(CHINA).date()
    return Draft(
        title=f"{COMMUNITY}{today.year}年业主大会会议",
        rule_pack="cn-shandong",
        notice_date=today,
        voting_days=VOTING_DAYS,
        threshold=THRESHOLD,
        items=(_hiring(), _fund(), _committee()),
    )


def _hiring() -> ItemDraft:
    text = "选聘演示物业服务有限公司提供物业服务，合同期限三年，收费标准不变。"
    return ItemDraft("hire", "选聘物业服务企业", matter=4, scope="all", kind="vote", text=text)


def _fund() -> ItemDraft:
    text = "使用本栋建筑物维修资金更换3号楼两台电梯，预算不超过六十万元，费用由3号楼业主分摊。"
    return ItemDraft(
        "fund3", "使用维修资金更换3号楼电梯", matter=5, scope="building:3", kind="vote", text=text
    )


def _committee() -> ItemDraft:
    candidates = [
        {"id": f"c{number}", "name": f"演示候选人{numeral}", "party_member": number % 2 == 0}
        for number, numeral in enumerate("一二三四五六七", 1)
    ]
    title = "选举第二届业主委员会"
    return ItemDraft(
        "committee", title, matter=3, scope="all", kind="election", seats=5, candidates=candidates
    )
