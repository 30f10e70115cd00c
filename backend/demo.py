"""A community that does not exist, for trying the system out: `scripts/run --demo`.

Everything is entered through the services that serve everybody else, in one transaction: the folder holds
the whole demo or nothing of it. The assembly stands NOTICED with its roll frozen and its people appointed,
so that what follows (keys, credentials, the key ceremony, READY) is done with the tools.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.assemblies.rules import Office, Step
from backend.assemblies.service import drafting, people, standing, steps
from backend.assemblies.service.drafting import Draft, ItemDraft
from backend.identity import Account, Role, ensure_account, grant_role
from backend.infra.audit import AuditEntry, record_act
from backend.infra.auth import Actor
from backend.infra.config import Settings, SettingsError
from backend.infra.house import House
from backend.kernel.clock import CHINA, format_instant
from backend.registry import OrganisationKind
from backend.registry.rules.documents import RESIDENT_CHECKS, RESIDENT_WEIGHTS
from backend.registry.service import communities, imports

SEEDED = "demo-seeded"
COMMUNITY = "演示花园"
DEVELOPER = ("演示置业有限公司", "13900010099")
ADMINISTRATOR = "13900010001"
NO_PLACE = "990000"
"""No place has this code, so no real person has a resident number that begins with it."""
HEADER = "楼栋 单元 房号 用途 建筑面积(㎡) 面积来源 状态 业主姓名 证件号 手机号".split()  # noqa: SIM905
BUILDINGS, STAIRS, FLOORS, DOORS = 3, 2, 5, 2
SHOPS = 4


@dataclass(frozen=True, slots=True)
class Official:
    """Somebody with a role in the community; `body` is a key of ORGANISATIONS."""

    role: Role
    name: str
    phone: str
    body: str


ORGANISATIONS = {
    "street": ("演示街道办事处", OrganisationKind.STREET),
    "party": ("演示社区党组织", OrganisationKind.COMMUNITY_PARTY),
    "residents": ("演示社区居民委员会", OrganisationKind.RESIDENTS_COMMITTEE),
    "committee": ("演示花园业主委员会", OrganisationKind.COMMITTEE),
    "firm": ("演示物业服务有限公司", OrganisationKind.FIRM),
    "developer": (DEVELOPER[0], OrganisationKind.DEVELOPER),
    "operator": ("演示信息技术有限公司", OrganisationKind.OPERATOR),
}
OFFICIALS = (
    Official(Role.CHAIR, "演示召集人", "13900010002", "committee"),
    Official(Role.COMMUNITY_OFFICER, "演示社区专员", "13900010003", "party"),
    Official(Role.REGISTRAR, "演示凭证管理员", "13900010004", "street"),
    Official(Role.TRUSTEE, "演示密钥保管人一", "13900010005", "party"),
    Official(Role.TRUSTEE, "演示密钥保管人二", "13900010006", "residents"),
    Official(Role.TRUSTEE, "演示密钥保管人三", "13900010007", "committee"),
    Official(Role.AUDITOR, "演示审计人一", "13900010008", "street"),
    Official(Role.AUDITOR, "演示审计人二", "13900010009", "residents"),
    Official(Role.COUNTER, "演示录入人一", "13900010010", "residents"),
    Official(Role.COUNTER, "演示录入人二", "13900010011", "party"),
)
THRESHOLD = 2
VOTING_DAYS = 15


def check_may_seed(settings: Settings) -> None:
    """Refuse where people could take the demo for the real thing.

    Raises:
        SettingsError: the server is told to run in production.
    """
    if settings.mode != "development":
        raise SettingsError(f"the demo is for MODE=development only, and this is MODE={settings.mode}")


def seed(session: Session, house: House) -> str:
    """Enter the whole demo unless it was entered before, and return the id of its assembly.

    Raises:
        SettingsError: the database holds something else, which a demo must not be mixed with.
    """
    done = session.scalar(sa.select(AuditEntry.subject).where(AuditEntry.act == SEEDED))
    if done is not None:
        return done.removeprefix("assembly:")
    if session.scalar(sa.select(Account.id).limit(1)) is not None:
        raise SettingsError(
            f"{house.settings.data_dir} holds data that is not the demo's; name an empty folder in DATA_DIR"
        )
    chair, community = _found(session, house)
    assembly = _prepare_assembly(session, house, community, chair)
    record_act(session, at=house.clock(), actor="system", act=SEEDED, subject=f"assembly:{assembly}")
    return assembly


def describe(session: Session, house: House, assembly_id: str) -> str:
    """Return what a newcomer needs: who can sign in, how, and where to look."""
    assembly = standing.get_assembly(session, assembly_id)
    url, opens = house.settings.public_url, assembly.opens_at
    sms = house.settings.data_dir / "outbox" / "sms.jsonl"
    rows = [("administrator", ADMINISTRATOR, "演示管理员", "")]
    rows += [(one.role.value, one.phone, one.name, ORGANISATIONS[one.body][0]) for one in OFFICIALS]
    rows += [("developer", DEVELOPER[1], DEVELOPER[0], ""), ("owner", _phone(1), _name(1), "1-1-101")]
    return "\n".join(
        (
            "",
            f"Demo community {COMMUNITY}; nothing in it is real. Sign in by phone and one-time code:",
            "",
            *(f"  {role:<18}{phone:<13}{name}  {body}".rstrip() for role, phone, name, body in rows),
            "",
            f'  ask for a code:  POST {url}/api/v1/sign-in/codes  {{"phone": "{OFFICIALS[0].phone}"}}',
            f"  read the code:   here on the console, or in {sms}",
            "",
            f"  API     {url}/api/docs",
            f"  health  {url}/healthz",
            f"  assembly, {assembly.title}; voting opens {opens and format_instant(opens)}:",
            f"          {url}/api/v1/assemblies/{assembly_id}  (`missing` says what comes next)",
            "",
            "  next, for each role by its tool, in a folder of its own; for the registrar:",
            f"    scripts/registrar sign-in --folder FOLDER --server {url} --assembly {assembly_id} \\",
            f"      --phone {OFFICIALS[2].phone} --otp-file {sms}",
            "    scripts/registrar join --folder FOLDER",
            "",
            "",
        )
    )


# The community


def _found(session: Session, house: House) -> tuple[Actor, str]:
    """Enter organisations, community, people and roll; return the chair and the community's id."""
    admin = _administrator(session, house)
    bodies = {
        key: communities.create_organisation(session, house, admin, name=name, kind=kind.value)
        for key, (name, kind) in ORGANISATIONS.items()
    }
    community = communities.create_community(
        session, house, admin, name=COMMUNITY, organisation_id=bodies["committee"]
    )
    name, phone = DEVELOPER
    communities.set_developer(session, house, admin, community, name=name, phone=phone)
    for one in OFFICIALS:
        named = {"phone": one.phone, "name": one.name, "role": one.role.value}
        communities.appoint(session, house, admin, community, **named, organisation_id=bodies[one.body])
    chair = _actor(session, house, OFFICIALS[0].phone)
    upload = imports.read_roll(roll())
    report = imports.import_roll(session, house, chair, community, upload, dry_run=False)
    if not report.applied:
        raise ValueError(f"the demo's own roll is refused: {report.errors}")
    return chair, community


def _administrator(session: Session, house: House) -> Actor:
    account = ensure_account(session, house, phone=ADMINISTRATOR, name="演示管理员")
    grant_role(
        session,
        house,
        granted_by="system",
        account_id=account.id,
        role=Role.ADMINISTRATOR,
        community_id=None,
        organisation_id=None,
    )
    return _actor(session, house, ADMINISTRATOR)


def _actor(session: Session, house: House, phone: str) -> Actor:
    account = ensure_account(session, house, phone=phone)
    return Actor(account_id=account.id, phone_hash=account.phone_hash, token_id="demo")  # noqa: S106  (no token)


# The roll


def roll() -> bytes:
    """Return the demo's roll as the CSV file a chair would upload: homes of three buildings, and shops."""
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows([HEADER, *_homes(), *_shops()])
    return stream.getvalue().encode()


def _homes() -> Iterator[list[str]]:
    """Every fifth home belongs to two people; the top floor of building 3 is not delivered."""
    homes = [
        (building, stair, floor, door)
        for building in range(1, BUILDINGS + 1)
        for stair in range(1, STAIRS + 1)
        for floor in range(1, FLOORS + 1)
        for door in range(1, DOORS + 1)
    ]
    for number, (building, stair, floor, door) in enumerate(homes, 1):
        owners = [number, 200 + number] if number % 5 == 0 else [number]
        undelivered = (building, floor) == (BUILDINGS, FLOORS)
        status = ("未售" if door == DOORS else "已售未交付") if undelivered else "已交付"
        area = f"{78 + 11 * door + number % 7}.{number % 100:02d}"
        home = [str(building), str(stair), f"{floor}{door:02d}", "住宅", area, "登记", status]
        yield [*home, *_owners([] if status == "未售" else owners)]


def _shops() -> Iterator[list[str]]:
    """Give the first shop to the owner of 1-1-101: one elector with two units."""
    for number in range(1, SHOPS + 1):
        owners = [1] if number == 1 else [100 + number]
        shop = [str(BUILDINGS + 1), "1", f"1{number:02d}", "商铺", f"{40 + number}.50", "登记", "已交付"]
        yield [*shop, *_owners(owners)]


def _owners(numbers: list[int]) -> list[str]:
    return ["、".join(part(number) for number in numbers) for part in (_name, _document, _phone)]


def _name(number: int) -> str:
    return f"演示业主{number:03d}"


def _phone(number: int) -> str:
    return f"1390000{number:04d}"


def _document(number: int) -> str:
    body = f"{NO_PLACE}19800101{number:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, RESIDENT_WEIGHTS, strict=True))
    return body + RESIDENT_CHECKS[total % 11]


# The assembly


def _prepare_assembly(session: Session, house: House, community: str, chair: Actor) -> str:
    """Bring an assembly from a draft to a frozen roll and appoint its people; return its id."""
    assembly = drafting.create(session, house, community, _draft(house), chair)
    steps.take(session, house, assembly, Step.REVIEW, chair)
    officer = _actor(session, house, OFFICIALS[1].phone)
    drafting.advise(session, house, assembly, "方案内容完整，同意提交业主大会会议表决。", officer)
    steps.take(session, house, assembly, Step.NOTICE, chair)
    steps.take(session, house, assembly, Step.FREEZE, chair)
    offices = {office.value for office in Office}
    for one in OFFICIALS:
        if one.role.value in offices:
            account_id = _actor(session, house, one.phone).account_id
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
