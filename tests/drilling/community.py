"""A small invented community for drills: 13 units, 10 electors, votes whose count was made by hand.

Electors and their areas in 0.01 m2: A 10000, B 9050, CD (a couple with two units) 12025 + 7000, E 8000,
F 8510, G 9500, H 11000, I 8888, J 10101, and the developer 6000 + 6100. A also has a parking space, which
the rule pack does not count. Building 2 holds H, CD's second unit, I, J and the developer's two.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from openpyxl import Workbook

HEADER = [
    "楼栋",
    "单元",
    "房号",
    "用途",
    "建筑面积（㎡）",
    "面积来源",
    "状态",
    "业主姓名",
    "证件号",
    "手机号",
]
PEOPLE = {
    letter: (f"测试{letter}", f"Z-0000{number}", f"1390000000{number % 10}")
    for number, letter in enumerate("ABCDEFGHIJK")
}
UNITS = (
    ("1", "1", "101", "住宅", 100, "A"),
    ("1", "1", "102", "住宅", 90.5, "B"),
    ("1", "1", "201", "住宅", "120.25", "CD"),
    ("1", "1", "202", "住宅", 80, "E"),
    ("1", "2", "101", "住宅", 85.1, "F"),
    ("1", "2", "102", "办公", 95, "G"),
    ("2", "1", "101", "住宅", 110, "H"),
    ("2", "1", "102", "住宅", 70, "DC"),
    ("2", "1", "201", "住宅", 88.88, "I"),
    ("2", "1", "202", "商铺", 101.01, "J"),
    ("2", "1", "301", "住宅", 60, ""),
    ("2", "1", "302", "住宅", 61, "K"),
    ("3", None, "B01", "车位", None, "A"),
)
STATUS = {"301": "未售", "302": "已售未交付"}
ITEMS = ("dismiss", "fund", "committee")
VOTES = (
    ("3--B01", "e", "for", "", "c1;c2;c3;c4;c6"),
    ("1-1-102", "e", "for", "", "c1;c2;c4;c5;c6"),
    ("2-1-102", "e", "against", "for", "c1;c2;c3;c4;c5"),
    ("1-1-202", "paper", "for", "", "c1;c3;c4;c5"),
    ("1-2-101", "paper", "invalid", "", "blank"),
    ("1-2-102", "e", "abstain", "", "c1;c2;c3;c5"),
    ("2-1-101", "e", "for", "for", "c1;c2;c3;c4;c5"),
    ("2-1-201", "paper", "blank", "against", "invalid"),
    ("2-1-101", "e", "against", "against", "c6"),
    ("2-1-301", "e", "for", "for", ""),
    ("1-1-202", "e", "against", "", "c6"),
    ("2-1-202", "e", "", "for", ""),
    ("1-1-101", "e", "", "", ""),
    ("2-1-101", "e", "for", "", ""),
)
"""In order: A by the parking space; B; CD by the second unit; E, F on paper; G; H; I on paper; H again; the
developer; E again by phone; J on the fund alone; A with nothing; H a third time."""
AGENDA = """\
community = "测试小区"
title = "测试小区业主大会会议"
rule_pack = "cn-shandong"
notice_date = 2026-03-01
voting_days = 5
auditors = ["测试审计人一", "测试审计人二"]
{people}
[developer]
name = "测试置业"
phone = "13900001234"
[[item]]
id = "dismiss"
title = "解聘物业"
matter = 4
scope = "all"
[[item]]
id = "fund"
title = "使用维修资金"
matter = 5
scope = "building:2"
[[item]]
id = "committee"
title = "选举业主委员会"
matter = 3
scope = "all"
kind = "election"
seats = 5
candidates = [
  {{ id = "c1", name = "候选甲", party_member = true }},
  {{ id = "c2", name = "候选乙", party_member = false }},
  {{ id = "c3", name = "候选丙", party_member = false }},
  {{ id = "c4", name = "候选丁", party_member = true }},
  {{ id = "c5", name = "候选戊", party_member = false }},
  {{ id = "c6", name = "候选己", party_member = false }},
]
"""
ALL_MUST = 'trustees = ["测试保管人一", "测试保管人二"]'
TWO_OF_THREE = 'trustees = ["测试保管人一", "测试保管人二", "测试保管人三"]\nthreshold = 2\nmax_changes = 1'


@dataclass(frozen=True)
class Files:
    """The three files of a drill."""

    roll: Path
    assembly: Path
    votes: Path

    def options(self) -> list[str]:
        names = {"--roll": self.roll, "--assembly": self.assembly, "--votes": self.votes}
        return [part for name, path in names.items() for part in (name, str(path))]


def roll_rows(units: Sequence[Sequence[object]] = UNITS) -> list[list[object]]:
    """The rows of the roll, header first."""
    rows: list[list[object]] = [list(HEADER)]
    for building, stair, room, use, area, owners in units:
        people = [PEOPLE[letter] for letter in str(owners)]
        cells = ["、".join(person[part] for person in people) for part in range(3)]
        source = "登记" if area is not None else None
        rows.append([building, stair, room, use, area, source, STATUS.get(str(room), "已交付"), *cells])
    return rows


def write_roll(path: Path, rows: Sequence[Sequence[object]]) -> Path:
    """Write rows as a workbook."""
    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    book.save(path)
    return path


def write_votes(path: Path, rows: Sequence[Sequence[str]] = VOTES, items: Sequence[str] = ITEMS) -> Path:
    """Write the votes under their header."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["unit", "channel", *items], *rows])
    return path


def a_community(folder: Path, people: str = ALL_MUST, edits: Mapping[str, str] | None = None) -> Files:
    """Write the three files; `edits` replaces parts of ASSEMBLY.toml."""
    text = AGENDA.format(people=people)
    for old, new in (edits or {}).items():
        assert old in text
        text = text.replace(old, new)
    assembly = folder / "ASSEMBLY.toml"
    assembly.write_text(text, encoding="utf-8")
    return Files(write_roll(folder / "ROLL.xlsx", roll_rows()), assembly, write_votes(folder / "VOTES.csv"))
