"""A unit as the law counts it: its kind, its status, where its area comes from, how it is called."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from backend.voting.law.roll import UnitKind, UnitStatus


class AreaSource(StrEnum):
    """Where an area figure comes from, in the order of 法释〔2009〕7号 art. 8."""

    REGISTER = "REGISTER"
    SURVEY = "SURVEY"
    CONTRACT = "CONTRACT"


KIND_WORDS: Mapping[str, UnitKind] = {
    **dict.fromkeys(("住宅", "住房", "普通住宅", "成套住宅", "公寓", "别墅"), UnitKind.HOME),
    **dict.fromkeys(("商铺", "商业", "商业用房", "门面", "店铺", "网点", "底商"), UnitKind.SHOP),
    **dict.fromkeys(("办公", "办公用房", "写字楼"), UnitKind.OFFICE),
    **dict.fromkeys(("车位", "停车位", "车库", "地下车位"), UnitKind.PARKING),
    **dict.fromkeys(("储藏", "储藏室", "储藏间", "储物间"), UnitKind.STORAGE),
    **dict.fromkeys(("其他", "其它"), UnitKind.OTHER),
}

STATUS_WORDS: Mapping[str, UnitStatus] = {
    **dict.fromkeys(("已交付", "已交房", "交付"), UnitStatus.DELIVERED),
    **dict.fromkeys(("已售未交付", "已售未交房", "已售未交"), UnitStatus.SOLD_UNDELIVERED),
    **dict.fromkeys(("未售", "未出售", "未销售"), UnitStatus.UNSOLD),
}

SOURCE_WORDS: Mapping[str, AreaSource] = {
    **dict.fromkeys(("登记", "不动产登记", "产权登记", "登记簿"), AreaSource.REGISTER),
    **dict.fromkeys(("实测", "测绘", "实测面积"), AreaSource.SURVEY),
    **dict.fromkeys(("合同", "买卖合同", "购房合同"), AreaSource.CONTRACT),
}

# Kinds no rule pack counts by default (law.md 1.4): without a figure they block a roll only where a
# pack counts them, so the import lets them pass with a warning.
KINDS_OFTEN_UNMEASURED = frozenset({UnitKind.PARKING, UnitKind.STORAGE})

_BUILDING = re.compile(r"([0-9A-Za-z]+)(?:号楼|[栋幢楼座#])")
_STAIR = re.compile(r"([0-9A-Za-z]+)单元")
_ROOM = re.compile(r"([0-9A-Za-z-]+)[室号房]")


@dataclass(frozen=True, slots=True, order=True)
class UnitPlace:
    """Where a unit is. `stair` is empty where a building has none (a garage, a row of shops)."""

    building: str
    stair: str
    room: str

    @property
    def label(self) -> str:
        """Return the name by which ballots and people call the unit: 楼栋-单元-房号, as in 3-1-502."""
        return f"{self.building}-{self.stair}-{self.room}"


def place_of(building: str, stair: str, room: str) -> UnitPlace:
    """Make one place of the spellings in use: 3号楼, 3栋 and 3 are one building; 502室 is 502."""
    return UnitPlace(_bare(_BUILDING, building), _bare(_STAIR, stair), _bare(_ROOM, room))


def _bare(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.fullmatch(text)
    return found.group(1) if found else text
