"""Who there is in the demo: organisations and people, all of them made up."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from backend.identity import Role, ensure_account
from backend.infra.auth import Actor
from backend.infra.house import House
from backend.registry import OrganisationKind

COMMUNITY = "演示花园"
DEVELOPER = ("演示置业有限公司", "13900010099")
ADMINISTRATOR = "13900010001"


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
    "urban": ("演示综合行政执法中队", OrganisationKind.DEPARTMENT),
    "housing": ("演示住房和城乡建设局", OrganisationKind.DEPARTMENT),
    "fire": ("演示消防救援站", OrganisationKind.DEPARTMENT),
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
STAFF = (
    Official(Role.FIRM_DISPATCHER, "演示调度员", "13900010021", "firm"),
    Official(Role.FIRM_WORKER, "演示维修员一", "13900010022", "firm"),
    Official(Role.FIRM_WORKER, "演示维修员二", "13900010023", "firm"),
    Official(Role.STREET_OFFICER, "演示街道专员", "13900010024", "street"),
    Official(Role.DEPARTMENT_OFFICER, "演示执法队员", "13900010025", "urban"),
)
"""Who answers tickets, wherever their organisation serves."""
SERVING = (
    ("firm", "firm", ""),
    ("party", "community", ""),
    ("street", "street", ""),
    ("urban", "department", "urban-management"),
    ("fire", "department", "fire"),
    ("housing", "department", "housing"),
)
"""Which organisation serves the community, in which duty."""


def owner_phone(number: int) -> str:
    """Return the phone of the owner of this number."""
    return f"1390000{number:04d}"


def owner_name(number: int) -> str:
    """Return the name of the owner of this number."""
    return f"演示业主{number:03d}"


def acting(session: Session, house: House, phone: str) -> Actor:
    """Return whoever holds a phone as somebody who acts."""
    account = ensure_account(session, house, phone=phone)
    return Actor(account_id=account.id, phone_hash=account.phone_hash, token_id="demo")  # noqa: S106  (no token)
