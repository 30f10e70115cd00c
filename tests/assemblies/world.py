"""A small fictional community, its roll, and the people of one assembly in it, each with real keys.

What people hold (keys, codes) stands in `Cast`, so that a prepared data folder can be copied for each test
and the same people act on.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import Any

from backend.sealing.boxes import BoxKey
from backend.sealing.signing import SigningKey
from tests.registry.makers import a_csv, a_document, a_row
from tests.registry.people import ADMINISTRATOR

Json = dict[str, Any]
NOTICE = "2026-03-02"
"""The day on which the clock of a test starts."""

PHONES = {
    "administrator": ADMINISTRATOR,
    "chair": "13900000011",
    "officer": "13900000012",
    "registrar": "13900000013",
    "trustee-1": "13900000014",
    "trustee-2": "13900000015",
    "trustee-3": "13900000016",
    "auditor-1": "13900000017",
    "auditor-2": "13900000018",
    "counter-1": "13900000019",
    "counter-2": "13900000020",
    "developer": "13900000031",
    "owner-a": "13900000041",
    "owner-b": "13900000042",
    "co-owner-b": "13900000043",
    "owner-de": "13900000044",
    "owner-f": "13900000045",
    "stranger": "13900000099",
}
"""Fictional people. owner-de stands for two owners; owner-b and co-owner-b own one unit together."""

OFFICES = {
    "registrar": ("registrar", "street"),
    "trustee-1": ("trustee", "party"),
    "trustee-2": ("trustee", "residents"),
    "trustee-3": ("trustee", "street"),
    "auditor-1": ("auditor", "party"),
    "auditor-2": ("auditor", "street"),
    "counter-1": ("counter", "residents"),
    "counter-2": ("counter", "party"),
}
ORGANISATIONS = {
    "committee": ("演示花园业主委员会", "committee"),
    "street": ("演示街道办事处", "street"),
    "party": ("演示社区党组织", "community_party"),
    "residents": ("演示居民委员会", "residents_committee"),
    "operator": ("演示信息公司", "operator"),
}


def a_roll() -> bytes:
    """The roll: A has two units, B and a co-owner one, D and E one each on one phone, F one."""
    return a_csv(
        _unit("1", "1", "101", "100.00", (1, "owner-a")),
        _unit("1", "1", "102", "80.50", (2, "owner-b"), (3, "co-owner-b")),
        _unit("1", "2", "201", "120.00", (1, "owner-a")),
        _unit("2", "1", "301", "90.00", (4, "owner-de")),
        _unit("2", "1", "302", "70.00", (5, "owner-de")),
        _unit("2", "1", "303", "60.00", (6, "owner-f")),
        _unsold("2", "1", "401", "150.00"),
        _unsold("2", "1", "402", "50.00"),
    )


def _unit(building: str, stair: str, room: str, area: str, *owners: tuple[int, str]) -> tuple[object, ...]:
    return a_row(
        building=building,
        stair=stair,
        room=room,
        area=area,
        owners="、".join(f"{'甲乙丙丁戊己'[number - 1]}某" for number, _ in owners),
        documents="、".join(a_document(number) for number, _ in owners),
        phones="、".join(PHONES[who] for _, who in owners),
    )


def _unsold(building: str, stair: str, room: str, area: str) -> tuple[object, ...]:
    nobody = {"owners": "", "documents": "", "phones": ""}
    return a_row(building=building, stair=stair, room=room, area=area, status="未售", **nobody)


HEADS, AREA = 6, 72050
"""The denominators of scope "all": six electors, 720.50 m2."""


def an_item(**changes: object) -> Json:
    """A vote on using the fund for the whole community."""
    return {
        "id": "fund",
        "title": "使用维修资金更换电梯",
        "matter": 5,
        "scope": "all",
        "kind": "vote",
    } | changes


def a_committee(**changes: object) -> Json:
    """An election of five from six."""
    candidates = [
        {"id": f"c{number}", "name": f"候选{'一二三四五六'[number - 1]}", "party_member": number % 2 == 0}
        for number in range(1, 7)
    ]
    return {
        "id": "committee",
        "title": "选举业主委员会",
        "matter": 3,
        "scope": "all",
        "kind": "election",
        "seats": 5,
        "candidates": candidates,
    } | changes


def a_draft(**changes: object) -> Json:
    """An assembly with two items for all and one for building 1."""
    items = [an_item(), a_committee(), an_item(id="roof", title="一号楼屋面维修", scope="building:1")]
    return {
        "title": "演示花园2026年业主大会会议",
        "rule_pack": "cn-civil-code",
        "notice_date": NOTICE,
        "voting_days": 15,
        "items": items,
    } | changes


@dataclass
class Keys:
    """The keys of one person's own software."""

    signing: SigningKey = field(default_factory=SigningKey.generate)
    box: BoxKey = field(default_factory=BoxKey.generate)


@dataclass
class Cast:
    """What the people of one assembly hold. No server ever has it."""

    keys: dict[str, Keys] = field(default_factory=lambda: {who: Keys() for who in PHONES})
    phones: dict[str, str] = field(default_factory=lambda: dict(PHONES))
    accounts: dict[str, str] = field(default_factory=dict)
    devices: dict[str, str] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    shares: dict[str, int] = field(default_factory=dict)
    organisations: dict[str, str] = field(default_factory=dict)
    community: str = ""
    assembly: str = ""
    uuids: dict[str, str] = field(default_factory=dict)

    def copied(self) -> Cast:
        """Return people who hold the same, so that what a test gives them stays with that test."""
        held = {
            one.name: dict(getattr(self, one.name)) for one in fields(self) if one.type.startswith("dict")
        }
        return replace(self, **held)
