"""Makes the sample community of the drill: `python -m scripts.drilling.sample` writes sample/ anew.

Everything in it is invented: names count up, phones lie in one block, identity numbers carry a region that
does not exist. The same bytes come out every time, except for the dates a workbook carries.
"""

from __future__ import annotations

import csv
import hashlib
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from openpyxl import Workbook

FOLDER = Path(__file__).with_name("sample")
HEADER = (
    "楼栋", "单元", "房号", "用途", "建筑面积(㎡)", "面积来源", "状态", "业主姓名", "证件号", "手机号",
)  # fmt: skip
STEMS = "甲乙丙丁戊己庚辛壬癸"
HOMES = 10
"""Buildings 1 to 10 are homes, 11 is shops and offices, 12 the garage."""
FUND_BUILDING = 3
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True, slots=True)
class Owner:
    """A person or body that does not exist."""

    name: str
    document: str
    phone: str


@dataclass(frozen=True, slots=True)
class SampleUnit:
    """One row of the roll; `area` in dm2."""

    building: int
    stair: str
    room: str
    use: str
    area: int
    source: str = "登记"
    status: str = "已交付"
    owners: tuple[Owner, ...] = ()

    @property
    def label(self) -> str:
        """楼栋-单元-房号."""
        return f"{self.building}-{self.stair}-{self.room}"

    def cells(self) -> list[str]:
        """Return the row as it stands in ROLL.xlsx."""
        area = f"{self.area // 100}.{self.area % 100:02d}" if self.area else ""
        people = (
            "、".join(getattr(one, part) for one in self.owners) for part in ("name", "document", "phone")
        )
        source = self.source if self.area else ""
        return [str(self.building), self.stair, self.room, self.use, area, source, self.status, *people]


def chance(*about: object, of: int) -> int:
    """Return a number from 0 to of-1 that depends on nothing but what it is about."""
    digest = hashlib.sha256("|".join(map(str, about)).encode()).digest()
    return int.from_bytes(digest[:8]) % of


@dataclass(slots=True)
class Register:
    """Hands out owners one after the other."""

    count: int = 0
    companies: int = 0
    known: list[Owner] = field(default_factory=list)

    def person(self) -> Owner:
        """Return somebody new."""
        self.count += 1
        number = self.count
        name = f"测试{STEMS[number % 10]}{number:03d}"
        owner = Owner(name, document(number), f"1390000{number:04d}")
        self.known.append(owner)
        return owner

    def company(self) -> Owner:
        """Return a new body that owns shops."""
        self.companies += 1
        number = self.companies
        code = f"91990000MA{number:08d}"[:18]
        return Owner(f"测试商贸{number:02d}有限公司", code, f"1390009{number:04d}")


def document(number: int) -> str:
    """Return a document of the kind that an owner of this number has; most are resident numbers."""
    kinds = {31: f"H{number:08d}", 57: f"{number:08d}", 83: f"E{number:08d}", 127: f"99000{number:04d}700101"}
    body = f"990000{1950 + number % 50}{1 + number % 12:02d}{1 + number % 28:02d}{number % 1000:03d}"
    remainder = sum(int(one) * by for one, by in zip(body, WEIGHTS, strict=True)) % 11
    slip = number % 211 == 97  # a mistyped last digit, which warns and never blocks
    return kinds.get(number % 211, body + "10X98765432"[(remainder + slip) % 11])


def units() -> list[SampleUnit]:
    """Return the whole roll, about 860 units."""
    register = Register()
    homes = [_owned(home, register) for home in _homes()]
    shops = [_owned_shop(shop, register) for shop in _shops()]
    return [*_with_second_homes(homes), *shops, *_garage(homes)]


def _homes() -> Iterator[SampleUnit]:
    for building in range(1, HOMES + 1):
        for stair in (1, 2):
            for floor in range(1, 8):
                for door in range(1, 4):
                    room = f"{floor}{door:02d}"
                    area = 7800 + 1150 * door + chance("area", building, stair, door, of=900)
                    source = ("登记", "登记", "登记", "实测", "合同")[chance(building, stair, room, of=5)]
                    yield SampleUnit(building, str(stair), room, "住宅", area, source)


def _owned(home: SampleUnit, register: Register) -> SampleUnit:
    """Sell a home; the upper floors of building 10 are not all sold or handed over yet."""
    floor = int(home.room[:-2])
    if home.building == HOMES and floor >= 7:
        return replace(home, status="未售")
    couple = chance("couple", home.label, of=100) < 35
    owners = tuple(register.person() for _ in range(2 if couple else 1))
    if home.building == HOMES and floor >= 5:
        return replace(home, status="已售未交付", owners=owners)
    return replace(home, owners=owners)


def _with_second_homes(homes: Sequence[SampleUnit]) -> list[SampleUnit]:
    """Give every seventh home to the owners of another one, named in the other order."""
    given = list(homes)
    for index in range(6, len(homes), 7):
        first = homes[(index * 11) % len(homes)]
        if homes[index].status == first.status == "已交付":
            given[index] = replace(homes[index], owners=tuple(reversed(first.owners)))
    return given


def _shops() -> Iterator[SampleUnit]:
    for number in range(1, 21):
        yield SampleUnit(11, "1", f"1{number:02d}", "商铺", 4200 + 310 * number, "登记")
    for number in range(1, 13):
        yield SampleUnit(11, "2", f"2{number:02d}", "办公", 6000 + 170 * number, "实测")


def _owned_shop(shop: SampleUnit, register: Register) -> SampleUnit:
    """Every fourth belongs to a company, the others to people, some of whom live here."""
    number = int(shop.room[-2:])
    if number % 4 == 0:
        return replace(shop, owners=(register.company(),))
    lives_here = number % 4 == 1
    return replace(shop, owners=(register.known[number * 11] if lives_here else register.person(),))


def _garage(homes: Sequence[SampleUnit]) -> Iterator[SampleUnit]:
    """Parking and storage go with homes; the developer keeps some, and some were never measured."""
    sold = [home for home in homes if home.status == "已交付"]
    for number in range(1, 409):
        storage = number > 380
        unit = SampleUnit(
            12, "", f"{'C' if storage else 'B'}{number:03d}", "储藏" if storage else "车位", 1240
        )
        unit = replace(unit, area=0) if number % 37 == 0 else unit
        if number % 9 == 0:
            yield replace(unit, status="未售")
        else:
            yield replace(unit, owners=sold[(number * 5) % len(sold)].owners)


def votes(roll: Sequence[SampleUnit]) -> Iterator[list[str]]:
    """Yield the rows of VOTES.csv in the order in which the owners come."""
    yield from _shuffled(roll)
    yield ["12--B009", "e", "against", "against", "", "against", ""]
    voted = next(row for row in _shuffled(roll) if row[1] == "e")
    yield [voted[0], "e", "against", "against", "", "against", "c1"]
    yield [voted[0], "paper", "against", "against", "", "against", "c2"]


def _shuffled(roll: Sequence[SampleUnit]) -> list[list[str]]:
    first: dict[frozenset[str], SampleUnit] = {}
    for unit in roll:
        owners = frozenset(owner.document for owner in unit.owners)
        if unit.status == "已交付" and unit.use not in {"车位", "储藏"}:
            first.setdefault(owners, unit)
    comers = [unit for unit in first.values() if chance("comes", unit.label, of=1000) < 805]
    comers.sort(key=lambda unit: chance("order", unit.label, of=1 << 60))
    return [_row(number, unit, roll) for number, unit in enumerate(comers)]


def _row(number: int, unit: SampleUnit, roll: Sequence[SampleUnit]) -> list[str]:
    on_paper = number % 7 == 5
    cells = [
        _word("dismiss", unit, 66, 88),
        _word("hire", unit, 62, 84),
        "",
        _word("raise", unit, 64, 92),
        "",
    ]
    if _stands_in_fund_building(unit, roll):
        cells[2] = _word("fund3", unit, 72, 90)
    cells[4] = _names(unit)
    if number == 19:
        cells = ["invalid", "invalid", "invalid" if cells[2] else "", "invalid", "invalid"]
    if number == 26:
        cells = ["blank", "blank", "blank" if cells[2] else "", "blank", "blank"]
    if number % 29 == 3:
        cells[4] = ""
    return [_known_as(number, unit, roll), "paper" if on_paper else "e", *cells]


def _word(item: str, unit: SampleUnit, agree: int, oppose: int) -> str:
    drawn = chance(item, unit.label, of=100)
    return "for" if drawn < agree else "against" if drawn < oppose else "abstain"


def _names(unit: SampleUnit) -> str:
    """Choose up to five of eight candidates; the first six are the better known."""
    bounds = (80, 78, 75, 73, 71, 69, 33, 24)
    liked = [
        f"c{place}" for place, bound in enumerate(bounds, 1) if chance(place, unit.label, of=100) < bound
    ]
    while len(liked) > 5:
        del liked[chance("least", unit.label, len(liked), of=len(liked))]
    return ";".join(liked) or "blank"


def _same(one: SampleUnit, other: SampleUnit) -> bool:
    return {owner.document for owner in one.owners} == {owner.document for owner in other.owners}


def _stands_in_fund_building(unit: SampleUnit, roll: Sequence[SampleUnit]) -> bool:
    return any(other.building == FUND_BUILDING and _same(unit, other) for other in roll if other.owners)


def _known_as(number: int, unit: SampleUnit, roll: Sequence[SampleUnit]) -> str:
    """Now and then an elector is named by another unit of theirs, such as the parking space."""
    others = [other.label for other in roll if other.status == "已交付" and _same(unit, other)]
    return others[-1] if number % 6 == 0 else unit.label


def write(folder: Path) -> None:
    """Write ROLL.xlsx and VOTES.csv; ASSEMBLY.toml is written by hand."""
    roll = units()
    book = Workbook()
    sheet = book.active
    sheet.title = "名册"
    for row in [HEADER, *(unit.cells() for unit in roll)]:
        sheet.append(list(row))
    sheet.freeze_panes = "A2"
    book.save(folder / "ROLL.xlsx")
    with (folder / "VOTES.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["unit", "channel", "dismiss", "hire", "fund3", "raise", "committee"])
        writer.writerows(votes(roll))


if __name__ == "__main__":
    write(FOLDER)
    sys.stdout.write(f"{FOLDER}\n")
