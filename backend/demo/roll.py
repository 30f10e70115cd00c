"""The demo's roll, as the CSV file that a chair would upload."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from backend.demo.people import owner_name, owner_phone
from backend.registry.rules.documents import RESIDENT_CHECKS, RESIDENT_WEIGHTS

NO_PLACE = "990000"
"""No place has this code, so no real person has a resident number that begins with it."""
HEADER = "楼栋 单元 房号 用途 建筑面积(㎡) 面积来源 状态 业主姓名 证件号 手机号".split()  # noqa: SIM905
BUILDINGS, STAIRS, FLOORS, DOORS = 3, 2, 5, 2
SHOPS = 4


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
    return ["、".join(part(number) for number in numbers) for part in (owner_name, _document, owner_phone)]


def _document(number: int) -> str:
    body = f"{NO_PLACE}19800101{number:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, RESIDENT_WEIGHTS, strict=True))
    return body + RESIDENT_CHECKS[total % 11]
