"""Valid documents of a small fictional election; a test names only what it is about."""

from __future__ import annotations

from typing import Any

from backend.voting.law.rulepack import load_pack
from backend.voting.record.agenda import Attachment, CandidateEntry, Item, ItemKind
from backend.voting.record.manifest import Manifest, NamedKey, RulePackPin
from backend.voting.record.paper import Paper, PaperEntry, PaperSignature
from backend.voting.record.rollfile import RollEntry, RollFile

UUID = "5kRmT9bWnQxZ3d"
COUNTER_KEYS = ("c1" * 32, "c2" * 32)


def a_vote(*, question: int = 0, matter: int = 5, **fields: Any) -> Item:
    given = {"id": "fund", "title": "动用三号楼维修资金", "text_sha256": "ab" * 32} | fields
    return Item(matter=matter, kind=ItemKind.VOTE, question=question, **given)


def a_committee(*, question: int = 1, **fields: Any) -> Item:
    slate = tuple(
        CandidateEntry(f"c{number}", f"候选人{number}", party_member=number % 2 == 0)
        for number in range(1, 8)
    )
    given = {
        "id": "committee",
        "title": "选举业主委员会",
        "text_sha256": "cd" * 32,
        "seats": 5,
        "candidates": slate,
        "attachments": (Attachment("候选人简介.pdf", "ef" * 32),),
    } | fields
    return Item(matter=3, kind=ItemKind.ELECTION, question=question, **given)


def a_roll(*, uuid: str = UUID, areas: tuple[int, ...] = (9000, 8000, 7000), **fields: Any) -> RollFile:
    electors = tuple(
        RollEntry(f"业主{number:04}", credential=1000 + number, area=area)
        for number, area in enumerate(areas)
    )
    return RollFile(**{"uuid": uuid, "electors": electors} | fields)


def a_manifest(*, roll: RollFile | None = None, **fields: Any) -> Manifest:
    pack = load_pack("cn-shandong")
    roll = roll if roll is not None else a_roll()
    given: dict[str, Any] = {
        "assembly": "7",
        "title": "二〇二六年第一次业主大会",
        "community": "望河苑",
        "scope": "all",
        "uuid": roll.uuid,
        "drill": True,
        "items": (a_vote(), a_committee()),
        "rule_pack": RulePackPin(pack.id, pack.version, pack.sha256),
        "roll_sha256": roll.sha256,
        "heads_sha256": "0a" * 32,
        "area_sha256": "0b" * 32,
        "server_key": "55" * 32,
        "auditors": (NamedKey("社区党委", "a1" * 32),),
        "counters": tuple(NamedKey(f"计票人{n}", key) for n, key in enumerate(COUNTER_KEYS, start=1)),
        "opens_at": "2026-03-17T00:00:00+08:00",
        "closes_at": "2026-04-01T00:00:00+08:00",
        "max_changes": 0,
        "threshold": None,
        "trustees": ("居委会", "街道"),
    }
    return Manifest(**given | fields)


def a_paper(*, choices: dict[str, dict[str, Any]], uuid: str = UUID, **fields: Any) -> Paper:
    entries = tuple(PaperEntry(pseudonym, choices[pseudonym]) for pseudonym in sorted(choices))
    signatures = tuple(PaperSignature(key, "5e" * 64) for key in COUNTER_KEYS)
    return Paper(**{"uuid": uuid, "drill": True, "entries": entries, "signatures": signatures} | fields)
